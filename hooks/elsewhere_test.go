package hooks_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// envSite makes a process of TestServeElsewhere the reference server on the database of this address.
const envSite = "BAILIFF_TEST_SITE"

// TestServeElsewhere is the reference server as another process, until its standard input ends.
func TestServeElsewhere(t *testing.T) {
	site := os.Getenv(envSite)
	if site == "" {
		t.Skip("it is for TestServerOfAnotherProcess")
	}
	pool, err := pgxpool.New(t.Context(), site)
	require.NoError(t, err)
	defer pool.Close()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest(), Jobs: server.JobsInline})
	s := &http.Server{Handler: api.With(pool), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }() // it ends with Close
	fmt.Println("listening at http://" + l.Addr().String())
	_, err = io.Copy(io.Discard, os.Stdin)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

// serveElsewhere starts the reference server as another process, and returns where it is.
func serveElsewhere(t *testing.T, site string) (endpoint string) {
	t.Helper()
	child := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^TestServeElsewhere$", "-test.v")
	child.Env, child.Stderr = append(os.Environ(), envSite+"="+site), os.Stderr
	stdin, err := child.StdinPipe()
	require.NoError(t, err)
	stdout, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	t.Cleanup(func() {
		require.NoError(t, stdin.Close())
		require.NoError(t, child.Wait())
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if _, at, found := strings.Cut(lines.Text(), "listening at "); found {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return at
		}
	}
	t.Fatal("the server does not start", lines.Err())
	return ""
}

// TestServerOfAnotherProcess holds that the verdicts about a server of another process, whose database is set
// back between the transactions, are those about the same server in this one.
func TestServerOfAnotherProcess(t *testing.T) {
	t.Parallel()
	cfg := reference(plain)
	cfg.Handler = func(db postgres.DB) http.Handler {
		return server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest()}).With(db)
	}
	cfg.Only = sample(t, cfg)
	inside := statuses(run(t, cfg))
	db, err := postgres.Open(t.Context(), *cfg.Database)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	pool, drop, err := db.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	site := pool.Config().ConnString()

	cfg.Handler, cfg.Endpoint = nil, serveElsewhere(t, site)
	cfg.Database = &postgres.Config{Database: site}
	result := run(t, cfg)

	assert.Equal(t, inside, statuses(result))
	assert.Positive(t, result.Stats.Passes)
	var left int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM events)").Scan(&left))
	assert.Zero(t, left, "what it was at the beginning")
}

// sample names a part of the transactions: all of them take a minute. Those of the health check alter tables,
// and those of exports work beside requests.
func sample(t *testing.T, cfg harness.Config) []string {
	t.Helper()
	return chosen(t, cfg, func(i int, name transaction.Name) bool {
		text := string(name)
		return i%25 == 0 || strings.Contains(text, "Health") || strings.Contains(text, "Export >") && !strings.Contains(text, "Permissions")
	})
}

// chosen names the transactions that some are to run of.
func chosen(t *testing.T, cfg harness.Config, wanted func(i int, name transaction.Name) bool) (list []string) {
	t.Helper()
	cfg.Database, cfg.Names, cfg.Only = nil, true, nil
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	for i, tr := range s.Transactions() {
		if wanted(i, tr.Name) {
			list = append(list, string(tr.Name))
		}
	}
	return list
}

// statuses are what came of the transactions, as text.
func statuses(r *harness.Result) []string {
	var all []string
	for _, o := range r.Outcomes {
		text := fmt.Sprintf("%s: %s", o.Transaction.Name, o.Status)
		if o.Status != transaction.Pass {
			text += " " + o.Reason
		}
		all = append(all, text)
	}
	return all
}
