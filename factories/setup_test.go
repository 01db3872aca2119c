package factories_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// databases are what the tests of this package share: a server, and workers that no test uses just
// now. A worker's cases are clean, and making one takes longer than a test does.
type databases struct {
	mu     sync.Mutex
	server *postgres.Server
	err    error
	idle   []*postgres.Worker
}

var shared databases

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.server != nil {
		_ = shared.server.Close()
	}
	os.Exit(code)
}

func (d *databases) take(ctx context.Context) (*postgres.Worker, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.server == nil && d.err == nil {
		d.server, d.err = postgres.Open(context.WithoutCancel(ctx), postgres.Config{Migrator: postgres.Migrators(postgres.Goose(migrations.FS), migrations.River())})
	}
	if d.err != nil {
		return nil, d.err
	}
	if n := len(d.idle); n > 0 {
		w := d.idle[n-1]
		d.idle = d.idle[:n-1]
		return w, nil
	}
	return d.server.Worker(context.WithoutCancel(ctx))
}

func (d *databases) give(w *postgres.Worker) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.idle = append(d.idle, w)
}

// setup returns a clean database with the reference server's tables.
func setup(t *testing.T) factories.DB {
	t.Helper()
	worker, err := shared.take(t.Context())
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("BAILIFF_REQUIRE_DB") == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	c, err := worker.Begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, c.End())
		shared.give(worker)
	})
	return c.DB()
}
