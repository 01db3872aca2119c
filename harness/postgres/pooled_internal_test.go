package postgres

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPoolThatStillConnects is about the end of a case while the pool waits for a server that is silent: nothing
// goes on when the pool is closed.
func TestPoolThatStillConnects(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	accepted := make(chan struct{}, 8)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- struct{}{}
			go func() {
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}()
		}
	}()
	pool, err := casePool(t.Context(), address("postgres://me@"+l.Addr().String()+"/db?sslmode=disable"), 2)
	require.NoError(t, err)
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		_, err := pool.Exec(ctx, "SELECT 1")
		ended <- err
	}()
	<-accepted

	begun := time.Now()
	closePool(pool, 5*time.Second)

	assert.Less(t, time.Since(begun), 400*time.Millisecond)
	require.Error(t, <-ended)
}

// TestPooler is about one that refuses what it does not know of a session, as PgBouncer does.
func TestPooler(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			served <- err
			return
		}
		defer func() { _ = conn.Close() }()
		b := pgproto3.NewBackend(conn, conn)
		if _, err := b.ReceiveStartupMessage(); err != nil {
			served <- err
			return
		}
		b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "08P01", Message: "unsupported startup parameter: timezone"})
		served <- b.Flush()
	}()
	_, err = Open(t.Context(), Config{URL: "postgres://me:hunter2@" + l.Addr().String() + "/db?sslmode=disable"})
	require.NoError(t, <-served)
	require.NoError(t, l.Close())
	require.ErrorContains(t, err, "unsupported startup parameter")
	require.ErrorContains(t, err, "is it a connection pooler? Name the server behind it in the configured URL")
	assert.NotContains(t, err.Error(), "hunter2")
}
