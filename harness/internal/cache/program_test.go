package cache

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// TestIdentity builds programs: another code is another program, whatever the linker was told to
// leave out.
func TestIdentity(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go to build programs with")
	}
	build := func(code string, flags ...string) string {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/x\n"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() { println("+code+") }\n"), 0o600))
		cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build", "-trimpath", "-o", "x"}, flags...), ".")...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		id, err := identify(filepath.Join(dir, "x"))
		require.NoError(t, err)
		return id
	}
	one := build(`"1"`)
	assert.Contains(t, one, "build ")
	assert.Equal(t, one, build(`"1"`), "the same code")
	assert.NotEqual(t, one, build(`"2"`), "a constant has changed, but no size")

	bare := build(`"1"`, "-ldflags=-s -w -buildid=")
	assert.Contains(t, bare, "sum ")
	assert.NotEqual(t, bare, build(`"2"`, "-ldflags=-s -w -buildid="))
}

func TestProgram(t *testing.T) {
	t.Parallel()
	id, err := Program()
	require.NoError(t, err)
	assert.NotEmpty(t, id)

	name := filepath.Join(t.TempDir(), "script")
	require.NoError(t, os.WriteFile(name, []byte("#!/bin/sh\n"), 0o700))
	script, err := identify(name)
	require.NoError(t, err)
	assert.Contains(t, script, "sum ")
	_, err = identify(name + "x")
	require.Error(t, err)
}

// TestBuildIDElsewhere reads the build ID of what is no ELF file.
func TestBuildIDElsewhere(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(name, []byte("\xcf\xfa\xed\xfe\xff Go build ID: \"a/b/c/d\"\n \xff code"), 0o600))
	id, err := identify(name)
	require.NoError(t, err)
	assert.Equal(t, "build a/b/c/d of 36 bytes", id)
}

// TestKeyHangsOnTheProgram: a new build believes nothing of an old one.
func TestKeyHangsOnTheProgram(t *testing.T) {
	t.Parallel()
	doc := mustDocument(t, "# A\n")
	assert.Equal(t, keyOf(doc, "p", "v"), keyOf(doc, "p", "v"))
	assert.NotEqual(t, keyOf(doc, "p", "v"), keyOf(doc, "q", "v"))
	assert.NotEqual(t, keyOf(doc, "pv", ""), keyOf(doc, "p", "v"), "no two lists of texts are alike")
	assert.NotEqual(t, keyOf(doc, "p", "v"), keyOf(mustDocument(t, "# B\n"), "p", "v"))
}

func mustDocument(t testing.TB, text string) *description.Document {
	t.Helper()
	doc, err := description.New("x.apib", []byte(text))
	require.NoError(t, err)
	return doc
}
