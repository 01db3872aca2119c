//go:build linux

package reaping_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/blueprints"
	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/password"
)

// envRun makes the test binary the run that is killed.
const envRun = "BAILIFF_REAPING_RUN"

// held is what a run has, as it tells when it is in the middle.
type held struct {
	Error      string
	Missing    bool     // the error is about what can be installed
	Paths      []string // folders and sockets that have to go with it
	Containers []string
}

func migrator() postgres.Migrator {
	return postgres.Migrators(postgres.Goose(migrations.FS), migrations.River())
}

// runForEver holds the reference API against its documentation again and again. It tells what it has once
// the first transactions are over.
func runForEver() int {
	h, err := runOn(context.Background(), func(h held) { _ = json.NewEncoder(os.Stdout).Encode(h) })
	if err != nil {
		h.Error, h.Missing = err.Error(), errors.Is(err, postgres.ErrUnavailable) || errors.Is(err, redis.ErrUnavailable)
		_ = json.NewEncoder(os.Stdout).Encode(h)
	}
	return 1
}

func runOn(ctx context.Context, told func(held)) (h held, err error) {
	var log logged
	kept, err := redis.Open(ctx, redis.Config{Log: log.add})
	if err != nil {
		return h, err
	}
	h.Paths = redisPaths(ctx, kept)
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest(), Redis: kept.Client()})
	registry := hooks.New()
	var once sync.Once
	registry.BeforeEach(func(c *hook.Case) (err error) {
		once.Do(func() {
			if os.Getenv("BAILIFF_POSTGRES") == "url" {
				return // the server stays
			}
			var paths []string
			if err = c.DB.QueryRow(c.Context(), serverPaths).Scan(&paths); err == nil {
				h.Paths = append(h.Paths, paths...)
			}
		})
		return err
	})
	s, err := harness.Open(ctx, harness.Config{
		Descriptions: []string{blueprints.Root}, FS: blueprints.FS, Dir: "blueprints", Hooks: registry, Volatile: hooks.Volatile(),
		Handler:  func(db postgres.DB) http.Handler { return api.With(db, server.KeyPrefix(kept.Prefix())) },
		Database: &postgres.Config{Migrator: migrator(), Log: log.add}, Workers: 2,
	})
	if err != nil {
		return h, err
	}
	if err := s.BeforeAll(ctx); err != nil {
		return h, err
	}
	var workers sync.WaitGroup
	failed := make(chan error, 2)
	for w := range 2 {
		workers.Go(func() {
			for n := 0; ; n++ {
				if _, err := s.Run(ctx, (2*n+w)%len(s.Transactions())); err != nil {
					failed <- err
					return
				}
				if w == 0 && n == 20 {
					h.Containers = log.containers()
					if len(h.Containers) > 0 {
						h.Paths = nil // they are in there
					}
					told(h)
				}
			}
		})
	}
	workers.Wait()
	return h, <-failed
}

// serverPaths are the folders of sockets, and those of tablespaces.
const serverPaths = `SELECT array_agg(path) FROM (
	SELECT trim(unnest(string_to_array(current_setting('unix_socket_directories'), ','))) AS path
	UNION ALL SELECT pg_tablespace_location(oid) FROM pg_tablespace) p WHERE path LIKE '%bailiff%'`

func redisPaths(ctx context.Context, r *redis.Server) []string {
	var list []string
	for _, setting := range []string{"unixsocket", "pidfile"} {
		found, err := r.Client().ConfigGet(ctx, setting).Result()
		if path := found[setting]; err == nil && strings.Contains(path, "bailiff") { // miniredis has none
			list = append(list, path, filepath.Dir(path))
		}
	}
	return slices.Compact(list)
}

// logged are the lines that tell where servers come from.
type logged struct {
	mu    sync.Mutex
	lines []string
}

func (l *logged) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

var containerName = regexp.MustCompile(`\bbailiff-(postgres|redis)-[0-9a-z]+\b`)

func (l *logged) containers() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := containerName.FindAllString(strings.Join(l.lines, "\n"), -1)
	slices.Sort(names)
	return slices.Compact(names)
}

// given is the URL of a server that outlives the run.
func given(t *testing.T) string {
	t.Helper()
	s, err := postgres.Open(context.WithoutCancel(t.Context()), postgres.Config{Provider: postgres.ProviderEmbedded, Cache: folder(t)})
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("CI") == "" && os.Getenv("BAILIFF_REQUIRE_DB") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	pool, drop, err := s.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	return pool.Config().ConnString()
}

// own is the database that an address names, which belongs to whoever gave the address.
func own(address string) []string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return []string{}
	}
	return []string{strings.TrimPrefix(u.Path, "/")}
}
