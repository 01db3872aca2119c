package cache

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// drawLines makes runs in any order, of lines in any file.
func drawLines(t *rapid.T) transaction.Lines {
	var lines transaction.Lines
	for range rapid.IntRange(0, 4).Draw(t, "runs") {
		lines = append(lines, transaction.Run{From: rapid.IntRange(1, 9).Draw(t, "from"), At: drawPosition(t)})
	}
	return lines
}

func drawPosition(t *rapid.T) transaction.Position {
	return transaction.Position{
		File:   rapid.SampledFrom([]string{"", "a.apib", "b.apib"}).Draw(t, "file"),
		Line:   rapid.IntRange(0, 1000).Draw(t, "line"),
		Column: rapid.IntRange(0, 100).Draw(t, "column"),
	}
}

func TestPlacesAreKeptWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var want []transaction.Source
		shared := drawLines(t)
		for range rapid.IntRange(0, 5).Draw(t, "sources") {
			s := transaction.Source{Action: drawPosition(t), Response: drawPosition(t), Body: drawLines(t), Schema: shared}
			if rapid.Bool().Draw(t, "headers") {
				s.Headers = map[string]transaction.Position{"content-type": drawPosition(t), "etag": drawPosition(t)}
			}
			want = append(want, s)
		}
		var written bytes.Buffer
		require.NoError(t, gob.NewEncoder(&written).Encode(pack(want)))
		var p places
		require.NoError(t, gob.NewDecoder(&written).Decode(&p))
		got, err := p.unpack()
		require.NoError(t, err)
		require.Equal(t, len(want), len(got))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}

// TestSharedLinesAreKeptOnce packs a large schema that many responses have, once as the same list and
// once as equal ones.
func TestSharedLinesAreKeptOnce(t *testing.T) {
	t.Parallel()
	schema := func() transaction.Lines {
		var lines transaction.Lines
		for i := range 1000 {
			lines = append(lines, transaction.Run{From: i + 1, At: transaction.Position{File: "a/long/path/to/some/description.yaml", Line: 3 * i, Column: i % 80}})
		}
		return lines
	}
	one := schema()
	for name, next := range map[string]func() transaction.Lines{"shared": func() transaction.Lines { return one }, "equal": schema} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sources []transaction.Source
			for range 500 {
				sources = append(sources, transaction.Source{Schema: next()})
			}
			var written bytes.Buffer
			require.NoError(t, gob.NewEncoder(&written).Encode(pack(sources)))
			assert.Less(t, written.Len(), 20_000, "500 sources of 1000 lines")
		})
	}
}

// TestListsThatBeginAlikeAreTold packs lists that differ in their last run only.
func TestListsThatBeginAlikeAreTold(t *testing.T) {
	t.Parallel()
	list := func(last int) transaction.Lines {
		return transaction.Lines{{From: 1, At: transaction.Position{File: "a", Line: 1}}, {From: 2, At: transaction.Position{File: "a", Line: last}}}
	}
	want := []transaction.Source{{Body: list(5)}, {Body: list(6), Schema: list(5)}}
	got, err := pack(want).unpack()
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Len(t, pack(want).Lines, 2)
}

func TestBrokenPlacesAreNotBelieved(t *testing.T) {
	t.Parallel()
	for i, p := range []places{
		{Sources: []packedSource{{Body: 1}}},
		{Sources: []packedSource{{Schema: -1}}},
		{Sources: []packedSource{{Action: [3]int{1, 1, 1}}}},
		{Sources: []packedSource{{Headers: map[string][3]int{"a": {-1, 1, 1}}}}},
		{Files: []string{"a"}, Lines: [][]int{{1, 1, 1}}, Sources: []packedSource{{}}},
		{Files: []string{"a"}, Lines: [][]int{{1, 2, 1, 1}}, Sources: []packedSource{{}}},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			got, err := p.unpack()
			require.ErrorIs(t, err, errPacked)
			assert.Nil(t, got)
		})
	}
}
