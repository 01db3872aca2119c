package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCommittedListIsTrue is what CI holds the list by.
func TestCommittedListIsTrue(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(t.Context(), []string{"-check", "-root", "../.."}, io.Discard, io.Discard))
}

func TestRender(t *testing.T) {
	t.Parallel()
	text := render([]section{{"kind", []requirement{
		{"Werkzeug", "0.12.2", []string{"flask", "flask"}}, {"click", "6.7", []string{"flask", "Babel"}}, {"Flask", "0.12.2", nil},
	}}})
	lines := strings.Split(strings.TrimSpace(text), "\n")
	assert.Equal(t, []string{
		"# kind",
		"click==6.7" + strings.Repeat(" ", 50) + "  # via Babel, flask",
		"Flask==0.12.2",
		"Werkzeug==0.12.2" + strings.Repeat(" ", 44) + "  # via flask",
	}, lines[3:])
}

func TestDifference(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"  - b==1", "  + b==2"}, difference("a==1\nb==1\nc==1\n", "a==1\nb==2\nc==1\n"))
	assert.Empty(t, difference("a\n", "a\n"))
}

// write makes a package.json and its package-lock.json, and returns the path of that.
func write(t *testing.T, direct, packages string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "package-lock.json")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "package.json"), []byte("{\n"+direct+"}"), 0o600))
	require.NoError(t, os.WriteFile(path, []byte(`{"lockfileVersion": 3, "packages": {`+packages+`}}`), 0o600))
	return path
}

func TestNpmPackages(t *testing.T) {
	t.Parallel()
	list, err := npmPackages(write(t, `"dependencies": {"a": "1.0.0"}`, `
		"": {"dependencies": {"a": "1.0.0"}},
		"node_modules/a": {"version": "1.0.0", "integrity": "sha512-a", "dependencies": {"b": "^2.0.0"}, "peerDependencies": {"@c/d": "1"}},
		"node_modules/b": {"version": "1.0.0", "integrity": "sha512-b"},
		"node_modules/a/node_modules/b": {"version": "2.1.0", "integrity": "sha512-b"},
		"node_modules/@c/d": {"version": "1.5.0", "integrity": "sha512-c", "dependencies": {"b": "1"}}`))
	require.NoError(t, err)
	assert.ElementsMatch(t, []requirement{
		{"a", "1.0.0", nil}, {"b", "1.0.0", []string{"@c/d"}}, {"b", "2.1.0", []string{"a"}}, {"@c/d", "1.5.0", []string{"a"}},
	}, list)

	for packages, problem := range map[string]string{
		"\n" + `"node_modules/a": {"version": "1.0.0"}`:                 "package-lock.json:2: node_modules/a has no integrity hash",
		`"node_modules/a": {"version": "1.0.0", "integrity": "sha1-a"}`: "no integrity hash",
		`"node_modules/a": {"version": 1}`:                              "package-lock.json: json",
		`"node_modules/a": {"link": true, "integrity": "sha512-a"}`:     "no integrity hash",
		`"": {"dependencies": {"a": "1.0.0"}}`:                          "package.json: package-lock.json has a, which nobody wants",
	} {
		_, err := npmPackages(write(t, "", packages))
		assert.ErrorContains(t, err, problem)
	}
}

// A package.json and its lock say the same, and name one version.
func TestWantedVersions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ wanted, locked, got, problem string }{
		"the same":       {"1.0.0-beta.17", "1.0.0-beta.17", "1.0.0-beta.17", ""},
		"range":          {"^1.0.0", "^1.0.0", "1.0.0", `package.json:2: a is wanted as "^1.0.0": pin one version`},
		"short":          {"1.0", "1.0", "1.0.0", "pin one version"},
		"any patch":      {"1.0.x", "1.0.x", "1.0.0", "pin one version"},
		"tag":            {"latest", "latest", "1.0.0", "pin one version"},
		"nothing":        {"", "", "1.0.0", "pin one version"},
		"folder":         {"file:../a", "file:../a", "1.0.0", "pin one version"},
		"repository":     {"github:a/a", "github:a/a", "1.0.0", "pin one version"},
		"other by hand":  {"1.0.1", "1.0.0", "1.0.0", `package.json:2: a is wanted as "1.0.1", and package-lock.json has "1.0.0"`},
		"lock by hand":   {"1.0.0", "1.0.0", "1.0.1", `a is wanted as "1.0.0", and package-lock.json has "1.0.1"`},
		"root of a lock": {"1.0.0", "1.0.1", "1.0.0", `a is wanted as "1.0.0"`},
	} {
		for _, kind := range []string{"dependencies", "optionalDependencies", "devDependencies", "peerDependencies"} {
			_, err := npmPackages(write(t, `"`+kind+`": {"a": "`+c.wanted+`"}`, `"": {"`+kind+`": {"a": "`+c.locked+`"}},
				"node_modules/a": {"version": "`+c.got+`", "integrity": "sha512-a"}`))
			if c.problem == "" {
				require.NoError(t, err, name)
				continue
			}
			require.ErrorContains(t, err, c.problem, name)
		}
	}
}

func TestGoModules(t *testing.T) {
	t.Parallel()
	const needsA = "module m\ngo 1.26\nrequire example.com/a v1.0.0\n"
	for name, c := range map[string]struct{ mod, sum, problem string }{
		"replaced":  {"module m\ngo 1.26\nreplace example.com/a => ../a\n", "", "go.mod:3: a replace directive"},
		"nothing":   {"module m\ngo 1.26\n", "", ""},
		"no Go":     {"module m\n", "", "go.mod: no line says which version of Go"},
		"no syntax": {"module m\ngo 1.26\nrequire\n", "", "go.mod:3: "},
		"no hash":   {needsA, "", "go.mod:3: example.com/a v1.0.0 has no hash in go.sum"},
		"hash of go.mod alone": {
			needsA, "example.com/a v1.0.0/go.mod h1:a=\n", "go.mod:3: example.com/a v1.0.0 has no hash",
		},
		"hash of the content alone": {needsA, "example.com/a v1.0.0 h1:a=\n", "go.mod:3: example.com/a v1.0.0 has no hash"},
		"hashes of a longer name": {
			needsA, "x.example.com/a v1.0.0 h1:a=\nx.example.com/a v1.0.0/go.mod h1:a=\n", "go.mod:3: example.com/a v1.0.0 has no hash",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(c.mod), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), []byte(c.sum), 0o600))
			list, err := goModules(t.Context(), filepath.Join(dir, "go.mod"))
			if c.problem != "" {
				require.ErrorContains(t, err, c.problem)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []requirement{{"go", "1.26", nil}}, list)
		})
	}
}

func TestImagesArePinned(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir := filepath.Join(root, "harness")
	require.NoError(t, os.Mkdir(dir, 0o755))
	path := filepath.Join(dir, "a.go")
	digest := "@sha256:" + strings.Repeat("0f", 32)
	require.NoError(t, os.WriteFile(path, []byte("package a\n\nconst image = \"postgres:17"+digest+"\"\n\nconst scheme = \"postgres\"\n"), 0o600))
	list, err := containerImages(root)
	require.NoError(t, err)
	assert.Equal(t, []requirement{{"postgres:17", digest[1:], nil}}, list)

	for _, image := range []string{"redis:8-alpine", "docker.io/library/postgres:17", "localhost:5000/redis:8", "testcontainers/ryuk:0.11.0"} {
		require.NoError(t, os.WriteFile(path, []byte("package a\n\nconst image = \""+image+"\"\n"), 0o600))
		_, err = containerImages(root)
		require.ErrorContains(t, err, "a.go:3:15: the image "+image+" is named without a digest")
	}
}
