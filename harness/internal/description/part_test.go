package description_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// TestPart holds each byte of parts of a document, which is put together from two files, against the whole.
func TestPart(t *testing.T) {
	t.Parallel()
	docs, err := description.Load(t.Context(), description.Options{Patterns: []string{"a.apib"}, FS: fstest.MapFS{
		"a.apib": {Data: []byte("\ufeffFORMAT: 1A\n# Ä\nöne\n  <!-- include(b.apib) -->\nlast\n")},
		"b.apib": {Data: []byte("two\nthrée\n")},
	}})
	require.NoError(t, err)
	require.Len(t, docs, 1)
	whole := docs[0]
	size := len(whole.Text)
	for from := range size {
		for to := from + 1; to <= size; to++ {
			spans := []description.Span{{From: 0, To: from / 2}, {From: from, To: to}}
			part := whole.Part(spans...)
			at := 0
			for _, s := range spans {
				for offset := s.From; offset < s.To; offset++ {
					require.Equal(t, whole.Text[offset], part.Text[at])
					require.Equal(t, whole.At(offset), part.At(at), "byte %d of %v", offset, spans)
					at++
				}
			}
			require.Len(t, part.Text, at)
			require.Equal(t, whole.At(to-1), part.At(at-1))
		}
	}
	all := whole.Part(description.Span{To: size})
	assert.Equal(t, whole.At(size), all.At(size))
	assert.Equal(t, whole.Files(), all.Files())
}
