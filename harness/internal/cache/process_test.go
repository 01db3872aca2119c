package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/cache"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// envHammer makes a process of the test binary use the cache in a folder.
const envHammer = "BAILIFF_TEST_CACHE_HAMMER"

const (
	processes = 3
	rounds    = 400
	documents = 6
)

// TestProcesses has several processes write, read, damage and prune the same few entries. What one
// gets is right, always.
func TestProcesses(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(envHammer); dir != "" {
		hammer(t, dir)
		return
	}
	dir := filepath.Join(t.TempDir(), "compile")
	cmds := make([]*exec.Cmd, processes)
	outputs := make([]*strings.Builder, processes)
	for i := range cmds {
		cmds[i], outputs[i] = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcesses$", "-test.v", "-test.timeout=60s"), &strings.Builder{}
		cmds[i].Env = append(os.Environ(), envHammer+"="+dir)
		cmds[i].Stdout, cmds[i].Stderr = outputs[i], outputs[i]
		require.NoError(t, cmds[i].Start())
	}
	for i, cmd := range cmds {
		assert.NoError(t, cmd.Wait(), outputs[i].String())
		assert.Contains(t, outputs[i].String(), "of the results were kept")
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	require.NoError(t, err)
	assert.Empty(t, left, "new files that nobody renamed")
}

func hammer(t *testing.T, dir string) {
	store := mustOpen(t, cache.Options{Dir: dir, Entries: documents})
	hits := 0
	for range rounds {
		n := rand.IntN(documents)
		name := "doc" + strconv.Itoa(n)
		long := strings.Repeat(name+" ", 1000*(n+1))
		hit := true
		r, err := store.Compile(t.Context(), mustNew(t, name, "# A\n"), "v", func(context.Context) (*compile.Result, error) {
			hit = false
			return &compile.Result{
				Transactions: []*transaction.Transaction{{Name: transaction.Name(name), Expected: transaction.Response{Body: long}}},
				Locate: func() ([]transaction.Source, error) {
					return []transaction.Source{{Action: transaction.Position{File: name}}}, nil
				},
			}, nil
		})
		require.NoError(t, err)
		require.Len(t, r.Transactions, 1)
		require.Equal(t, name, string(r.Transactions[0].Name))
		require.True(t, r.Transactions[0].Expected.Body == long, "a body is not what was written")
		if rand.IntN(3) == 0 {
			sources, err := r.Locate()
			require.NoError(t, err)
			require.Equal(t, name, sources[0].Action.File)
		}
		if hit {
			hits++
		}
		if rand.IntN(20) == 0 {
			damage(dir)
		}
	}
	require.NotZero(t, hits)
	fmt.Printf("%d of the results were kept\n", hits)
}

// damage cuts an entry short, or overwrites some of it, while others read it.
func damage(dir string) {
	names, _ := filepath.Glob(filepath.Join(dir, "*.result"))
	if len(names) == 0 {
		return
	}
	f, err := os.OpenFile(names[rand.IntN(len(names))], os.O_WRONLY, 0)
	if err != nil {
		return // it has just been removed
	}
	defer func() { _ = f.Close() }()
	if rand.IntN(2) == 0 {
		_ = f.Truncate(rand.Int64N(4000))
		return
	}
	_, _ = f.WriteAt([]byte("damage"), rand.Int64N(4000))
}
