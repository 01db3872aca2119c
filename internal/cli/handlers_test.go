package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// touch makes empty hook files, and returns the folder.
func touch(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		require.NoError(t, os.WriteFile(filepath.Join(dir, n), nil, 0o600))
	}
	return dir
}

func TestHookFilesGoToTheHandlersOfTheirLanguages(t *testing.T) {
	t.Parallel()
	dir := touch(t, "a.js", "b.PY", "c.mjs", "d.rb", "e.ts", "f.coffee", "g.py", "h", "i.pl", "j.php")
	for name, c := range map[string]struct {
		language string
		want     map[string]int
	}{
		"by their names": {want: map[string]int{"nodejs": 5, "python": 2, "ruby": 1, "perl": 1, "php": 1}},
		"as it is said":  {language: "./mine --fast", want: map[string]int{"./mine --fast": 10}},
		"all JavaScript": {language: "nodejs", want: map[string]int{"nodejs": 10}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := config.Hooks{Files: []string{filepath.Join(dir, "*")}, Language: c.language, Timeout: time.Second}
			h.Worker.Timeout = 7

			plans, err := plan(&config.Settings{Hooks: h})

			require.NoError(t, err)
			got := map[string]int{}
			for _, p := range plans {
				got[p.Language] = len(p.Files)
				want := 7 * time.Millisecond
				if p.Language == handler.JavaScript {
					want = time.Second
				}
				assert.Equal(t, want, p.Timeout, p.Language)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestHookFilesWithoutALanguage(t *testing.T) {
	t.Parallel()
	dir := touch(t, "hooks.go", "hooks.exe", "a.py", "b.rb")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
	for name, c := range map[string]struct {
		hooks config.Hooks
		want  string
	}{
		"source":   {config.Hooks{Files: []string{dir + "/hooks.go"}}, "compile it"},
		"program":  {config.Hooks{Files: []string{dir + "/hooks.exe"}}, "say with --language"},
		"folder":   {config.Hooks{Files: []string{dir + "/folder"}}, "is a folder"},
		"one port": {config.Hooks{Files: []string{dir + "/a.py", dir + "/b.rb"}, Worker: config.Worker{Port: 5000}}, "2 hook handlers would listen there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := plan(&config.Settings{Hooks: c.hooks})

			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestConfigurationOfJavaScriptHooks(t *testing.T) {
	t.Parallel()
	s := loaded(t, "--require", "setup", "-p", "a.apib", "--endpoint", "http://x", "-j", "a:b:c", "-j", "d", "-u", "me:secret", "-h", "A: b")
	s.Extra = map[string]any{"mine": []any{int64(1)}}
	text, err := json.Marshal(configuration(s, []string{"/a.js"}))
	require.NoError(t, err)
	var got map[string]any

	require.NoError(t, json.Unmarshal(text, &got))

	dir, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, "http://x", got["endpoint"])
	assert.Equal(t, []any{"a.apib"}, got["path"])
	assert.Equal(t, []any{"/a.js"}, got["hookfiles"])
	assert.Equal(t, "nodejs", got["language"])
	assert.Equal(t, "setup", got["require"])
	assert.Equal(t, []any{1.0}, got["mine"])
	assert.Equal(t, []any{"Authorization: Basic bWU6c2VjcmV0", "A: b"}, got["header"])
	assert.Equal(t, []any{}, got["only"], "lists are never null")
	custom := got["custom"].(map[string]any)
	assert.Equal(t, dir, custom["cwd"])
	assert.Equal(t, "b:c", custom["a"])
	assert.Contains(t, custom, "d")
	assert.Contains(t, custom, "argv")
}

// Lines of handlers go above the status line, which stays.
func TestLinesGoAboveTheStatusLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := &screen{Writer: &out, terminal: true}

	fmt.Fprint(s, "pass: one\n1/3")
	s.line(&out, "hook: a")
	s.line(&out, "hook: b")
	fmt.Fprint(s, clearLine+"pass: two\n2/3")
	s.line(&out, "hook: c")
	fmt.Fprint(s, clearLine+"complete\n")
	s.line(&out, "hook: d")

	require.Equal(t, "pass: one\n1/3"+
		clearLine+"hook: a\n1/3"+clearLine+"hook: b\n1/3"+
		clearLine+"pass: two\n2/3"+clearLine+"hook: c\n2/3"+
		clearLine+"complete\nhook: d\n", out.String())
}

func TestLinesStayWhole(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := newScreen(&out)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				s.line(s.Writer, "hook: a")
				fmt.Fprint(s, "pass: b\n")
			}
		})
	}
	all.Wait()

	require.Equal(t, 400*(len("hook: a\n")+len("pass: b\n")), out.Len())
}
