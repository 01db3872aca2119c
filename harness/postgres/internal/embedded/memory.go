//go:build linux || darwin

package embedded

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"
)

const (
	memoryBase = "/dev/shm"
	// memoryLeast is how much must be free: a few dozen small databases. Containers mostly have
	// 64 MB in all, which would soon be full.
	memoryLeast = 512 << 20
)

// memoryFolder returns the name of a new folder for the tablespace, or "" where there can be none.
func memoryFolder() string {
	var fs syscall.Statfs_t
	if syscall.Statfs(memoryBase, &fs) != nil || uint64(fs.Bavail)*uint64(fs.Bsize) < memoryLeast {
		return ""
	}
	return filepath.Join(memoryBase, runName())
}

// prepareMemory makes the tablespace anew: its folder went with the last server, and what was in it.
func (p cluster) prepareMemory(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, "SELECT datname FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE spcname = $1",
		MemoryTablespace)
	if err != nil {
		return err
	}
	lost, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range lost {
		if _, err := conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
			return fmt.Errorf("drop a lost database: %w", err)
		}
	}
	if _, err := conn.Exec(ctx, "DROP TABLESPACE IF EXISTS "+MemoryTablespace); err != nil {
		return fmt.Errorf("drop the tablespace in memory: %w", err)
	}
	if p.state.Memory == "" {
		return nil
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("CREATE TABLESPACE %s LOCATION '%s'", MemoryTablespace, p.state.Memory))
	if err != nil {
		return fmt.Errorf("make the tablespace in memory: %w", err)
	}
	return nil
}
