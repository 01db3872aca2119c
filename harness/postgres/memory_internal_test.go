//go:build linux

package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// TestFullMemory puts the tablespace in memory on a file system with no room for a database: each is made on disk
// then, and that is told.
func TestFullMemory(t *testing.T) {
	t.Parallel()
	cache, err := os.MkdirTemp("", "bailiff-test-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(cache)) })
	require.NoError(t, os.Chmod(cache, 0o755))
	var mu sync.Mutex
	var said []string
	s := open(t, Config{Provider: ProviderEmbedded, Cache: cache, Log: func(line string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, line)
	}})
	full := filepath.Join(cache, "full")
	require.NoError(t, os.Mkdir(full, 0o755))
	require.NoError(t, s.admin.do(t.Context(), func(ctx context.Context, conn *pgx.Conn) error {
		var data string
		if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&data); err != nil {
			return err
		}
		owner, err := os.Stat(data)
		if err != nil {
			return err
		}
		stat := owner.Sys().(*syscall.Stat_t)
		err = syscall.Mount("tmpfs", full, "tmpfs", 0, fmt.Sprintf("size=1m,mode=700,uid=%d,gid=%d", stat.Uid, stat.Gid))
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
			t.Skip("only who may mount can make memory that is full")
		}
		if err != nil {
			return err
		}
		t.Cleanup(func() { require.NoError(t, syscall.Unmount(full, syscall.MNT_DETACH)) })
		_, err = conn.Exec(ctx, "DROP TABLESPACE IF EXISTS "+embedded.MemoryTablespace)
		if err == nil {
			_, err = conn.Exec(ctx, "CREATE TABLESPACE "+embedded.MemoryTablespace+" LOCATION "+literal(full))
		}
		s.admin.memory = true
		return err
	}))

	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	c, err := w.Begin(t.Context())
	require.NoError(t, err)
	var space string
	require.NoError(t, c.DB().QueryRow(t.Context(),
		"SELECT spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = current_database()").Scan(&space))
	assert.Equal(t, "pg_default", space)
	require.NoError(t, c.End())
	require.NoError(t, w.Close())
	mu.Lock()
	defer mu.Unlock()
	assert.Regexp(t, `the file system in memory of \S+ is full: .*: the database is made on disk`, strings.Join(said, "\n"))
}
