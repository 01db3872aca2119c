package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// snapshots is a file that keeps what is in it after each write.
type snapshots struct {
	data  []byte
	kept  []string
	fails bool
}

func (s *snapshots) WriteAt(b []byte, at int64) (int, error) {
	if s.fails {
		return 0, errors.New("disk full")
	}
	if need := int(at) + len(b); need > len(s.data) {
		s.data = append(s.data, make([]byte, need-len(s.data))...)
	}
	copy(s.data[at:], b)
	s.kept = append(s.kept, string(s.data))
	return len(b), nil
}

func (s *snapshots) Truncate(size int64) error {
	s.data = s.data[:size]
	return nil
}

func TestDocumentIsCompleteAfterEachWrite(t *testing.T) {
	t.Parallel()
	file, n := &snapshots{}, 0
	d := newDocument(Options{File: file},
		func() string { return fmt.Sprintf("%-4d|", n) },
		func() string { return strings.Repeat("!", 4-n) + "$" })
	for _, part := range []string{"", "a", "bcdefgh", "i"} {
		n++
		d.add(part)
	}
	require.NoError(t, d.end())

	require.Equal(t, "4   |abcdefghi$", string(file.data))
	for _, text := range file.kept {
		require.Regexp(t, `^\d   \|[a-i]*!*\$ *$`, text)
	}
	require.Equal(t, "0   |!!!!$", file.kept[0], "it is valid before anything is added")
}

func TestDocumentWithoutAFileIsWrittenInTheEnd(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := newDocument(Options{Out: &out}, nil, func() string { return "end" })
	d.add("a")
	d.add("b")
	require.Empty(t, out.String())
	require.NoError(t, d.end())
	require.Equal(t, "abend", out.String())
}

func TestDocumentShrinksTheFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "report")
	f, err := os.Create(name)
	require.NoError(t, err)
	long := true
	d := newDocument(Options{File: f}, nil, func() string {
		if long {
			return "a long end"
		}
		return "end"
	})
	long = false
	require.NoError(t, d.end())
	require.NoError(t, f.Close())
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "end", string(got))
}

func TestDocumentKeepsTheFirstError(t *testing.T) {
	t.Parallel()
	file := &snapshots{}
	d := newDocument(Options{File: file}, nil, func() string { return "." })
	file.fails = true
	d.add("a")
	file.fails = false
	d.add("b")
	require.EqualError(t, d.end(), "disk full")
	require.Equal(t, ".", string(file.data), "after an error nothing is written")
}
