//go:build linux

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// smallDisk is a folder on a file system of so many megabytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := newFolder(t)
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=755", size))
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skip("only who may mount can make a disk that is full")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

// TestFullDisk is about no room for the data folder, and for what migrations write: the error says which
// folder that is and what to do, and the next run with more room works.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	fill := &counted{hash: "full", do: func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE TABLE t AS SELECT repeat(md5(n::text), 30) FROM generate_series(1, 100000) n")
		return err
	}}
	for _, tc := range []struct {
		name     string
		size     int
		migrator postgres.Migrator
	}{
		{"initdb", 24, nil},
		{"migration", 80, fill},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := smallDisk(t, tc.size)
			c := postgres.Config{Provider: postgres.ProviderEmbedded, Binaries: nativeFolder(t), Cache: dir, Migrator: tc.migrator}
			_, err := postgres.Open(t.Context(), c)
			require.Error(t, err)
			t.Log(err)
			assert.Contains(t, err.Error(), "the file system of "+dir)
			assert.Contains(t, err.Error(), "is full")
			assert.Contains(t, err.Error(), "name a folder elsewhere in BAILIFF_CACHE")

			require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=400m,mode=755"))
			s, err := postgres.Open(t.Context(), c)
			require.NoError(t, err)
			require.NoError(t, s.Close())
		})
	}
}
