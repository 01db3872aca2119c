package starter_test

import (
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/internal/config"
	"github.com/bailiff-dev/bailiff/internal/starter"
)

// nothing stands for a description, and a name, that need care in every language.
const hostile = `It's > "a" \ $x #{y} : Z`

func known(key string) bool {
	for _, o := range config.Table() {
		if o.Name == key && o.Where != config.CommandLine && o.Instead == "" && !o.Ours {
			return true
		}
	}
	return false
}

// made is the text of the files that answers give, by their names.
func made(t *testing.T, p starter.Project, a starter.Answers) map[string]string {
	t.Helper()
	w, err := starter.Files(p, a, known)
	require.NoError(t, err)
	texts := map[string]string{}
	for _, f := range w.Files {
		require.NotContains(t, texts, f.Path)
		require.True(t, strings.HasSuffix(string(f.Content), "\n"), f.Path)
		texts[f.Path] = string(f.Content)
	}
	return texts
}

// TestConfigurationsAreReadBack holds what is written against what reads it.
func TestConfigurationsAreReadBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		a    starter.Answers
	}{
		{"least", starter.Answers{Descriptions: []string{"api.apib"}, Endpoint: "http://127.0.0.1:3000"}},
		{"all", starter.Answers{Descriptions: []string{"a.yml", "docs/*.apib", "https://example.com/api.json?x=1&y#z"}, Endpoint: "https://[::1]:3000/v1", Server: `sh -c "PORT=3000 npm start # now"`, Hooks: true}},
		{"existing hooks", starter.Answers{Descriptions: []string{"- a: b.apib"}, Endpoint: "127.0.0.1:3000", Server: "true", Hooks: true, HookFiles: []string{"*.rb", "x/'y'.rb"}, Language: "ruby"}},
		{"long", starter.Answers{Descriptions: []string{strings.Repeat("very long/", 30) + "api.apib"}, Endpoint: "http://127.0.0.1:3000", Server: strings.Repeat("word: # ' ", 40)}},
		{"handler", starter.Answers{Descriptions: []string{"a"}, Endpoint: "http://127.0.0.1:3000", Hooks: true, HookFiles: []string{"bin/hooks"}, Language: `./handler --mode "x y"`}},
	} {
		for _, name := range []string{"bailiff.yml", "dredd.yml"} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				t.Parallel()
				c.a.Dredd = name == "dredd.yml"
				text := made(t, starter.Project{}, c.a)[name]
				s := config.Defaults()
				require.NoError(t, config.Parse(name, []byte(text), &s, nil), text)
				assert.Empty(t, s.Warnings)
				assert.ElementsMatch(t, trimmed(c.a.Descriptions...), s.Descriptions())
				assert.Equal(t, c.a.Endpoint, s.Endpoint)
				assert.Equal(t, trimmed(c.a.Server)[0], s.Server)
				if len(c.a.HookFiles) > 0 {
					assert.Equal(t, c.a.HookFiles, s.Hooks.Files)
					assert.Equal(t, c.a.Language, s.Hooks.Language)
				}
				if c.a.Server != "" && !c.a.Dredd {
					assert.Equal(t, 30*time.Second, s.ServerWait)
				}
			})
		}
	}
}

func trimmed(list ...string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = strings.Join(strings.Fields(text), " ")
	}
	return out
}

// generated is a dredd.yml as dredd init leaves it, with some things said.
const generated = `# how we run it
color: true
dry-run: null
hookfiles: ./hooks/*.js
language: nodejs
require: null
server: npm start
server-wait: 90
init: false
custom: {key: value}
names: false
only: []
reporter: xunit
output: [report.xml]
header: ['Accept: text/plain', "X-A: b"] # both
sorted: true
user: null
inline-errors: false
details: false
method: []
loglevel: warning
path: []
hooks-worker-timeout: 5000
hooks-worker-connect-timeout: 1500
hooks-worker-handler-port: 61321
config: ./dredd.yml
blueprint: api.apib
endpoint: 'http://localhost:3000'
our-own: {a: [1, 2]}
timestamp: true
`

func TestDreddIsTakenOver(t *testing.T) {
	t.Parallel()
	p := starter.Detect(files("dredd.yml", generated, "package.json", "{}"))
	a := starter.Defaults(p)
	w, err := starter.Files(p, a, known)
	require.NoError(t, err)
	require.Len(t, w.Files, 1)
	text := string(w.Files[0].Content)
	s := config.Defaults()
	require.NoError(t, config.Parse("bailiff.yml", []byte(text), &s, nil), text)
	assert.Equal(t, "api.apib", s.Blueprint)
	assert.Equal(t, "http://localhost:3000", s.Endpoint)
	assert.Equal(t, "npm start", s.Server)
	assert.Equal(t, 90*time.Second, s.ServerWait)
	assert.Equal(t, []string{"./hooks/*.js"}, s.Hooks.Files)
	assert.Equal(t, []string{"xunit"}, s.Reporter)
	assert.Equal(t, []string{"report.xml"}, s.Output)
	assert.Equal(t, []string{"Accept: text/plain", "X-A: b"}, s.HTTP.Header)
	assert.True(t, s.Sorted)
	assert.Equal(t, "value", s.Custom["key"])
	assert.Contains(t, s.Custom, "our-own")
	assert.Contains(t, text, "# both")
	for _, dull := range []string{"color", "hooks-worker", "dry-run", "loglevel", "init", "timestamp"} {
		assert.NotContains(t, text, dull)
	}
	require.Len(t, w.Notes, 2)
	assert.Contains(t, w.Notes[0], "our-own")
	assert.Contains(t, w.Notes[1], "timestamp")

	broken := starter.Detect(files("dredd.yml", "a: [", "api.apib", ""))
	a = starter.Defaults(broken)
	assert.Equal(t, []string{"api.apib"}, a.Descriptions)
	assert.Contains(t, made(t, broken, a)["bailiff.yml"], "blueprint: api.apib")
}

// TestFirstHooks holds the first hook file of each language against what can read it here.
func TestFirstHooks(t *testing.T) {
	t.Parallel()
	checks := map[string][]string{
		".js": {"node", "--check"}, ".cjs": {"node", "--check"}, ".py": {"python3", "-m", "py_compile"}, ".rb": {"ruby", "-c"},
		".php": {"php", "-l"}, ".pl": nil, ".rs": nil, // the modules are not there
	}
	for _, l := range starter.HookLanguages() {
		for _, example := range []string{"Machines > List", hostile, ""} {
			t.Run(l.Key+" "+example, func(t *testing.T) {
				t.Parallel()
				a := starter.Answers{Descriptions: []string{"api.apib"}, Endpoint: "http://127.0.0.1:1", Hooks: true, Language: l.Name, Example: example}
				texts := made(t, starter.Project{}, a)
				require.Len(t, texts, 2)
				for name, text := range texts {
					if name == "bailiff.yml" {
						s := config.Defaults()
						require.NoError(t, config.Parse(name, []byte(text), &s, nil), text)
						require.Len(t, s.Hooks.Files, 1)
						continue
					}
					assert.Contains(t, text, "bailiff compile --format names api.apib")
					if path.Ext(name) == ".go" {
						formatted, err := format.Source([]byte(text))
						require.NoError(t, err)
						assert.Equal(t, string(formatted), text)
						continue
					}
					checkSyntax(t, checks[path.Ext(name)], name, text)
				}
			})
		}
	}
	assert.Contains(t, made(t, starter.Detect(files("package.json", `{"type": "module"}`)), starter.Answers{Descriptions: []string{"a"}, Hooks: true}), "contract/hooks.cjs")
}

func checkSyntax(t *testing.T, command []string, name, text string) {
	t.Helper()
	if len(command) == 0 {
		return
	}
	if _, err := exec.LookPath(command[0]); err != nil {
		if command[0] == "node" && os.Getenv("CI") != "" {
			t.Fatal("CI has to have Node.js")
		}
		return
	}
	file := filepath.Join(t.TempDir(), path.Base(name))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	out, err := exec.CommandContext(t.Context(), command[0], append(command[1:], file)...).CombinedOutput()
	require.NoError(t, err, "%s\n%s", out, text)
}

// overlaid puts files into packages of this module that only the go command sees.
type overlaid struct {
	t         *testing.T
	root, dir string
	files     map[string]string
	packages  []string
}

func (o *overlaid) add(folder, name, text string) {
	o.t.Helper()
	real := filepath.Join(o.dir, folder+"-"+path.Base(name))
	require.NoError(o.t, os.WriteFile(real, []byte(text), 0o600))
	o.files[filepath.Join(o.root, "internal", "starter", "overlaid", folder, path.Base(name))] = real
	o.packages = append(o.packages, "./internal/starter/overlaid/"+folder)
}

// run runs the go command with the overlay.
func (o *overlaid) run(args ...string) {
	o.t.Helper()
	text, err := json.Marshal(struct{ Replace map[string]string }{o.files})
	require.NoError(o.t, err)
	file := filepath.Join(o.dir, "overlay.json")
	require.NoError(o.t, os.WriteFile(file, text, 0o600))
	cmd := exec.CommandContext(o.t.Context(), "go", append([]string{args[0], "-overlay", file}, args[1:]...)...)
	cmd.Dir = o.root
	out, err := cmd.CombinedOutput()
	require.NoError(o.t, err, "%s", out)
}

func newOverlaid(t *testing.T) *overlaid {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	return &overlaid{t: t, root: root, dir: t.TempDir(), files: map[string]string{}}
}

// TestGoCompiles compiles the test without a handler, and the hooks. (list -export does not link.)
func TestGoCompiles(t *testing.T) {
	t.Parallel()
	o := newOverlaid(t)
	p := starter.Detect(files("go.mod", "module x", "main.go", "package main\n\nfunc main() {}\n"))
	a := starter.Answers{Descriptions: []string{"api.apib"}, Endpoint: "http://127.0.0.1:8080", Server: "go run .", GoTest: true}
	test := made(t, p, a)["contract_test.go"]
	formatted, err := format.Source([]byte(test))
	require.NoError(t, err)
	require.Equal(t, string(formatted), test)
	o.add("endpoint", "main.go", "package main\n\nfunc main() {}\n")
	o.add("endpoint", "contract_test.go", test)
	o.add("hooks", "main.go", made(t, starter.Project{}, starter.Answers{Descriptions: []string{"a"}, Hooks: true, Language: "go", Example: hostile})["contract/hooks/main.go"])
	o.run(append([]string{"list", "-test", "-export"}, o.packages...)...)
}

// TestTheGoTestRuns runs the test that is written for a server that can be made in the process.
func TestTheGoTestRuns(t *testing.T) {
	t.Parallel()
	const server = `package main

import "net/http"

func main() { _ = http.ListenAndServe("127.0.0.1:8080", routes()) }

func routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /machines", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{\"name\": \"lathe\"}"))
	})
	return mux
}
`
	const description = `openapi: 3.0.0
info: {title: Machines, version: "1"}
paths:
  /machines:
    get:
      responses:
        "200":
          description: OK
          content: {application/json: {example: {name: lathe}}}
`
	o := newOverlaid(t)
	a := starter.Answers{Descriptions: []string{"api.yml"}, GoTest: true, Hooks: true, Example: "*"}
	o.add("handler", "main.go", server)
	o.add("handler", "contract_test.go", made(t, starter.Detect(files("go.mod", "module x", "main.go", server)), a)["contract_test.go"])
	program := filepath.Join(o.dir, "contract.test")
	o.run("test", "-vet=off", "-c", "-o", program, o.packages[0])
	require.NoError(t, os.WriteFile(filepath.Join(o.dir, "api.yml"), []byte(description), 0o600))
	cmd := exec.CommandContext(t.Context(), program, "-test.v", "-test.run", "TestContract")
	cmd.Dir = o.dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestContract/")
}

func TestGoTestsBelow(t *testing.T) {
	t.Parallel()
	p := starter.Detect(files("go.mod", "module x", "cmd/x/main.go", "package main", "internal/web/web.go", "package web\nfunc Handler() http.Handler { return nil }"))
	texts := made(t, p, starter.Answers{Descriptions: []string{"docs/api.yml", "https://example.com/a.yml"}, GoTest: true, Services: []string{"gitlab"}})
	assert.Contains(t, texts["internal/web/contract_test.go"], `"../../docs/api.yml", "https://example.com/a.yml"`)
	assert.Contains(t, texts["internal/web/contract_test.go"], "package web")
	assert.Contains(t, texts[".gitlab-ci.yml"], "go test -run TestContract ./internal/web")
}

// TestJobs holds the files for continuous integration against YAML, and what must be in them.
func TestJobs(t *testing.T) {
	t.Parallel()
	p := starter.Detect(files("package.json", "{}", "package-lock.json", "{}", "api.yml", "openapi: 3.0.0", "api.apib", "FORMAT: 1A"))
	for _, description := range []string{"api.yml", "api.apib"} {
		for _, key := range starter.ServiceKeys() {
			t.Run(key+" "+description, func(t *testing.T) {
				t.Parallel()
				a := starter.Answers{Descriptions: []string{description}, Hooks: true, HookFiles: []string{"x.py"}, Language: "python", Services: []string{key}}
				texts := made(t, p, a)
				delete(texts, "bailiff.yml")
				require.Len(t, texts, 1)
				for name, text := range texts {
					assert.Contains(t, text, "npm ci")
					assert.Contains(t, text, "pip install dredd_hooks")
					if description == "api.yml" {
						assert.Contains(t, text, "go install github.com/bailiff-dev/bailiff/cmd/bailiff@latest")
					} else {
						assert.Contains(t, text, ".bailiff/bin/bailiff")
					}
					if key != "jenkins" {
						var v map[string]any
						require.NoError(t, yaml.Unmarshal([]byte(text), &v), "%s\n%s", name, text)
					}
				}
			})
		}
	}
	_, err := starter.Files(p, starter.Answers{Descriptions: []string{"a"}, Services: []string{"hudson"}}, known)
	require.ErrorContains(t, err, `unknown service "hudson"`)
}

// TestExistingJobs is about files of others: only what can be added at the end is, and all they say stays.
func TestExistingJobs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		changed    bool
	}{
		{"jobs", "# ours\ntest:\n  script: [make]", true},
		{"stages", "stages: [build]\ntest:\n  script: [make]\n", false},
		{"there already", "bailiff:\n  script: [x]\n", false},
		{"in braces", "{test: {script: [make]}}\n", false},
		{"broken", "a: [\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := starter.Detect(files(".gitlab-ci.yml", c.text))
			w, err := starter.Files(p, starter.Answers{Descriptions: []string{"a"}, Services: []string{"gitlab"}}, known)
			require.NoError(t, err)
			if !c.changed {
				require.Len(t, w.Files, 1)
				require.Len(t, w.Manual, 1)
				assert.Equal(t, ".gitlab-ci.yml", w.Manual[0].File)
				return
			}
			require.Len(t, w.Files, 2)
			f := w.Files[1]
			assert.True(t, f.Changes)
			assert.Equal(t, c.text+f.Added, string(f.Content))
			var v map[string]any
			require.NoError(t, yaml.Unmarshal(f.Content, &v))
			assert.Contains(t, v, "test")
			assert.Contains(t, v, "bailiff")
		})
	}
	p := starter.Detect(files(".github/workflows/test.yml", "x: 1", ".travis.yml", "language: ruby", ".circleci/config.yml", "x: 1", "Jenkinsfile", "x", "appveyor.yml", "x: 1", "wercker.yml", "x: 1"))
	w, err := starter.Files(p, starter.Answers{Descriptions: []string{"a"}, Services: []string{"github", "travis", "circleci", "jenkins", "appveyor", "wercker"}}, known)
	require.NoError(t, err)
	require.Len(t, w.Files, 2)
	assert.Equal(t, ".github/workflows/bailiff.yml", w.Files[1].Path)
	assert.Len(t, w.Manual, 5)
}

func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	_, err := starter.Files(starter.Project{}, starter.Answers{}, known)
	require.EqualError(t, err, "no API description is named")
	_, err = starter.Files(starter.Project{}, starter.Answers{Descriptions: []string{"a"}, Hooks: true, Language: "cobol"}, known)
	require.EqualError(t, err, `no hook file can be written for "cobol": use one of nodejs, go, python, ruby, php, perl, rust, or name hook files that exist`)
}
