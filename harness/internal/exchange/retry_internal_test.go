package exchange

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Who interrupts the run does not wait for the end of a pause.
func TestPauseEndsWithTheRun(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	c, err := New(Options{Retries: 1})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	c.pause = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(50*time.Millisecond, cancel)
	defer timer.Stop()

	_, err = c.Do(ctx, &transaction.Transaction{
		Protocol: "http:", Host: host, Port: port, FullPath: "/", Request: transaction.Request{Method: "GET"},
	})

	require.ErrorIs(t, err, context.Canceled)
}
