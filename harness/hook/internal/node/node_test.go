package node_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/node"
)

func TestFileIsKeptOnce(t *testing.T) { // not parallel: it sets the environment
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // where other systems keep caches

	first, err := node.File()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(first, []byte("broken off"), 0o600))
	second, err := node.File()
	require.NoError(t, err)

	assert.Equal(t, first, second)
	text, err := os.ReadFile(second)
	require.NoError(t, err)
	assert.Contains(t, string(text), "module `hooks`", "what was broken is mended")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(first), "*.tmp"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestFileTellsThatNothingCanBeKept(t *testing.T) { // not parallel: it sets the environment
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("XDG_CACHE_HOME", file)
	t.Setenv("HOME", file)

	_, err := node.File()

	require.ErrorContains(t, err, "keep the worker for JavaScript hooks")
}

func TestWorkerIsJavaScript(t *testing.T) { // not parallel: it sets the environment
	path, err := exec.LookPath("node")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("Node.js is missing")
	}
	require.NoError(t, err)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	file, err := node.File()
	require.NoError(t, err)

	said, err := exec.CommandContext(t.Context(), path, "--check", file).CombinedOutput()

	require.NoError(t, err, string(said))
}
