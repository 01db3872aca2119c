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

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
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
			f := hookFlags{files: []string{filepath.Join(dir, "*")}, language: c.language, timeout: time.Second}
			f.worker.timeout = 7

			plans, err := f.plan(harness.Config{})

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
		flags hookFlags
		want  string
	}{
		"source":    {hookFlags{files: []string{dir + "/hooks.go"}}, "compile it"},
		"program":   {hookFlags{files: []string{dir + "/hooks.exe"}}, "say with --language"},
		"folder":    {hookFlags{files: []string{dir + "/folder"}}, "is a folder"},
		"one port":  {hookFlags{files: []string{dir + "/a.py", dir + "/b.rb"}, worker: workerFlags{port: 5000}}, "2 hook handlers would listen there"},
		"no number": {hookFlags{worker: workerFlags{termRetry: -1}}, "--hooks-worker-term-retry is -1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.flags.plan(harness.Config{})

			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestConfigurationOfJavaScriptHooks(t *testing.T) {
	t.Parallel()
	f := hookFlags{require: "setup"}
	var got map[string]any

	require.NoError(t, json.Unmarshal(f.configuration(harness.Config{Endpoint: "http://x", Descriptions: []string{"a.apib"}}, []string{"/a.js"}), &got))

	dir, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, "http://x", got["endpoint"])
	assert.Equal(t, []any{"a.apib"}, got["path"])
	assert.Equal(t, []any{"/a.js"}, got["hookfiles"])
	assert.Equal(t, "nodejs", got["language"])
	assert.Equal(t, "setup", got["require"])
	assert.Equal(t, dir, got["custom"].(map[string]any)["cwd"])
	assert.Equal(t, []any{}, got["only"], "lists are never null")
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
