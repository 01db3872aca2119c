//go:build linux

// Package reaping_test holds that a run that is killed leaves nothing behind: within a minute there is no
// process, container, volume, socket or folder of its, and no database but templates once the next run has
// begun. What removes which of them is told in docs/databases.md.
package reaping_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// within is how soon all has to be gone. A container waits ten seconds for new users.
const within = time.Minute

// TestMain is also the run that is killed.
func TestMain(m *testing.M) {
	if os.Getenv(envRun) != "" {
		os.Exit(runForEver())
	}
	os.Exit(m.Run())
}

func TestNothingIsLeftOfAKilledRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ postgres, redis string }{
		{"embedded", "local"}, {"local", "miniredis"}, {"docker", "docker"}, {"url", "local"},
	} {
		t.Run(c.postgres+" and Redis "+c.redis, func(t *testing.T) {
			t.Parallel()
			env := []string{"BAILIFF_POSTGRES=" + c.postgres, "BAILIFF_REDIS=" + c.redis}
			cfg := postgres.Config{Provider: postgres.Provider(c.postgres)}
			if c.postgres == "url" {
				cfg.URL = given(t)
				env = append(env, "BAILIFF_POSTGRES_URL="+cfg.URL)
			}
			cfg.Cache = folder(t)
			r := start(t, cfg.Cache, env)
			left := r.left()
			require.NotEmpty(t, left, "nothing of the run is seen while it runs")
			t.Logf("while it runs: %s", strings.Join(left, ", "))

			killed := time.Now()
			require.NoError(t, r.cmd.Process.Kill())
			require.Error(t, r.cmd.Wait())
			for left = r.left(); len(left) > 0 && time.Since(killed) < within; left = r.left() {
				time.Sleep(100 * time.Millisecond) // nothing tells of the end of what nobody waits for
			}
			assert.Empty(t, left, "left of the run %s after it was killed", within)
			t.Logf("gone %.1f s after it was killed", time.Since(killed).Seconds())
			assert.Empty(t, databases(t, cfg), "left in the server when the next run has begun")
		})
	}
}

// run is one of another process.
type run struct {
	held
	t       *testing.T
	cmd     *exec.Cmd
	cache   string
	volumes []string // of its containers
}

// start starts a run with a cache of its own, and waits until it is in the middle.
func start(t *testing.T, cache string, env []string) *run {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), envRun+"=yes", "BAILIFF_CACHE="+cache), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	r := &run{t: t, cmd: cmd, cache: cache}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoErrorf(t, err, "%s", &stderr)
	require.NoError(t, json.Unmarshal(line, &r.held))
	if r.Missing && os.Getenv("CI") == "" && os.Getenv("BAILIFF_REQUIRE_DB") == "" {
		t.Skip(r.Error)
	}
	require.Empty(t, r.Error)
	for _, name := range r.Containers {
		const volumes = `{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}`
		r.volumes = append(r.volumes, strings.Fields(strings.Join(docker(t, "container", name, volumes), " "))...)
	}
	return r
}

// left is what there is of the run, but for the process that is killed.
func (r *run) left() []string {
	r.t.Helper()
	var list []string
	list = append(list, r.processes()...)
	for _, path := range r.Paths {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			list = append(list, path)
		}
	}
	list = append(list, runFolders(r.t, r.cache)...)
	for _, name := range r.Containers {
		list = append(list, docker(r.t, "container", name, "container {{.Name}}")...)
	}
	for _, name := range r.volumes {
		list = append(list, docker(r.t, "volume", name, "volume {{.Name}}")...)
	}
	return list
}

// processes are those whose folder or command line is in the cache or in a folder of the run.
func (r *run) processes() []string {
	var list []string
	entries, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(r.t, err)
	for _, dir := range entries {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || pid == os.Getpid() || pid == r.cmd.Process.Pid {
			continue
		}
		words, _ := os.ReadFile(filepath.Join(dir, "cmdline")) // it may be over by now
		cwd, _ := os.Readlink(filepath.Join(dir, "cwd"))
		line := strings.ReplaceAll(string(words), "\x00", " ")
		for _, mine := range append(r.Paths, r.cache) {
			if len(words) > 0 && (strings.Contains(line, mine) || strings.HasPrefix(cwd, mine)) {
				list = append(list, fmt.Sprintf("process %d (%.60s)", pid, line))
				break
			}
		}
	}
	return list
}

// runFolders are those that a server has for one start, with its socket.
func runFolders(t *testing.T, cache string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cache, "*", "run", "*"))
	require.NoError(t, err)
	return found
}

// docker asks for a container or a volume of that name, and prints what the format says of it.
func docker(t *testing.T, kind, name, format string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "docker", kind, "inspect", "--format", format, name).CombinedOutput()
	if err != nil && noSuch.Match(out) {
		return nil
	}
	require.NoErrorf(t, err, "docker: %s", out)
	return []string{strings.TrimSpace(string(out))}
}

var noSuch = regexp.MustCompile(`(?i)no such`)

// databases are those of bailiff in the server that are no templates, once a run has begun and ended there.
func databases(t *testing.T, cfg postgres.Config) []string {
	t.Helper()
	cfg.Migrator = migrator()
	s, err := postgres.Open(t.Context(), cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	c, err := w.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _, _ = c.End(), w.Close() }()
	rows, err := c.DB().Query(t.Context(), `SELECT datname FROM pg_database
		WHERE NOT datistemplate AND datname NOT IN ('postgres', current_database()) AND datname NOT LIKE 'bailiff\_template\_%'
		AND datname <> ALL($1)`, own(cfg.URL))
	require.NoError(t, err)
	defer rows.Close()
	var list []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		list = append(list, name)
	}
	require.NoError(t, rows.Err())
	return list
}

// folder is one that the account of a server can enter.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bailiff-reaping-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}
