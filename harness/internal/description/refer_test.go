package description_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestRefer(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"v1/api.yaml": {Data: []byte("openapi: 3.0.0\n")},
		"v1/sub/a.md": {Data: []byte("\uFEFFa: 1\r\nb: <!-- include(x) -->\r\n")},
		"x.yaml":      {Data: []byte("x")},
		"blank.yaml":  {Data: []byte("\n")},
		"bad.yaml":    {Data: []byte("\xFF")},
		"large.yaml":  {Data: []byte("12345678901234567890")},
	}
	docs, err := description.Load(t.Context(), description.Options{FS: fsys, Dir: "docs", Patterns: []string{"v1/api.yaml"}, Limits: description.Limits{Size: 40}})
	require.NoError(t, err)
	doc := docs[0]
	assert.Equal(t, "v1/api.yaml", doc.Path())

	other, err := doc.Refer("v1/sub/a.md")
	require.NoError(t, err)
	assert.Equal(t, "docs/v1/sub/a.md", other.Filename)
	assert.Equal(t, "v1/sub/a.md", other.Path())
	assert.Equal(t, "a: 1\nb: <!-- include(x) -->\n", string(other.Text), "directives are of API Blueprint")
	assert.Equal(t, transaction.Position{File: "docs/v1/sub/a.md", Line: 2, Column: 1}, other.At(5))
	again, err := other.Refer("x.yaml")
	require.NoError(t, err)
	assert.Equal(t, "x", string(again.Text))

	tests := []struct{ name, path, want string }{
		{"missing", "v1/b.yaml", "there is no file docs/v1/b.yaml"},
		{"outside", "../b.yaml", "../b.yaml is outside the folder of the description"},
		{"absolute", "/b.yaml", "/b.yaml is outside the folder of the description"},
		{"the folder itself", ".", ". is outside"},
		{"folder", "v1", "docs/v1 is a folder"},
		{"blank", "blank.yaml", "docs/blank.yaml: the file is empty"},
		{"not UTF-8", "bad.yaml", "docs/bad.yaml:1:1: the byte 0xFF is not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			other, err := doc.Refer(tt.path)
			require.ErrorContains(t, err, tt.want)
			assert.Nil(t, other)
		})
	}
	_, err = doc.Refer("none")
	require.ErrorIs(t, err, fs.ErrNotExist)

	docs, err = description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"x.yaml"}, Limits: description.Limits{Size: 10}})
	require.NoError(t, err)
	_, err = docs[0].Refer("large.yaml")
	require.ErrorContains(t, err, "large.yaml: larger than 10 bytes")

	made, err := description.New("(stdin)", []byte("openapi: 3.0.0\n"))
	require.NoError(t, err)
	assert.Empty(t, made.Path())
	_, err = made.Refer("x.yaml")
	require.ErrorContains(t, err, "other files cannot be read for a description that is not a file itself")
}
