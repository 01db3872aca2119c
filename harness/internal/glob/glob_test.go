package glob_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/glob"
)

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	memory := fstest.MapFS{}
	for _, name := range []string{"a.js", "b.ts", "c.rb", ".hidden.js", "lib/d.js", "lib/deep/e.js", "lib/.git/f.js", "x[1].js"} {
		memory[name] = &fstest.MapFile{}
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	for _, tc := range []struct {
		name, pattern string
		want          []string
	}{
		{"star", "*.js", []string{"a.js", "x[1].js"}},
		{"question mark", "?.js", []string{"a.js"}},
		{"class", "[ab].*", []string{"a.js", "b.ts"}},
		{"braces", "{a,lib/d}.{js,ts}", []string{"a.js", "lib/d.js"}},
		{"folders", "**/*.js", []string{"a.js", "lib/d.js", "lib/deep/e.js", "x[1].js"}},
		{"folders, twice", "**/**/e.*", []string{"lib/deep/e.js"}},
		{"all", "lib/**", []string{"lib/d.js", "lib/deep/e.js"}},
		{"hidden", ".*.js", []string{".hidden.js"}},
		{"plain", "c.rb", []string{"c.rb"}},
		{"dot", "./*.rb", []string{"c.rb"}},
		{"no folders", "li*", nil},
		{"nothing", "*.py", nil},
		{"folder", "lib/", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, tree := range []glob.Tree{glob.Machine(dir), glob.FS(memory)} {
				got, err := tree.Find(tc.pattern)
				require.NoError(t, err)
				slices.Sort(got)
				if len(got) == 0 {
					got = nil
				}
				require.Equal(t, tc.want, got)
			}
			got, err := glob.Machine("").Find(filepath.ToSlash(dir) + "/" + tc.pattern)
			require.NoError(t, err)
			require.Len(t, got, len(tc.want))
		})
	}
	require.True(t, glob.Machine(dir).Exists("lib"))
	require.False(t, glob.Machine(dir).Exists("*.js"))
}

func TestPatternsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	_, err := glob.Machine("").Find("[a")
	require.EqualError(t, err, "syntax error in pattern: a bracket is not closed")
	_, err = glob.Machine("").Find(strings.Repeat("{a,b}", 12))
	require.EqualError(t, err, "the braces stand for more than 1000 patterns")
}
