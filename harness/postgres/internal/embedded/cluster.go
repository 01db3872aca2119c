//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// cluster is a server in the making.
type cluster struct {
	*Server
	binaries binaries
	owner    account
	data     string
	major    int
	config   Config
}

// initialise makes the data folder anew. It appears whole or not at all.
func (p cluster) initialise(ctx context.Context) error {
	begin := time.Now()
	temp, err := os.MkdirTemp(p.home, "data-*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if err := p.owner.give(temp); err != nil {
		return err
	}
	args := []string{"-D", temp, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-N"}
	if p.major >= 16 { // see settings
		args = append(args, "-c", "dynamic_shared_memory_type=mmap")
	}
	if p.major >= 18 {
		args = append(args, "--no-data-checksums")
	}
	if _, err := p.owner.run(ctx, p.binaries.program("initdb"), args...); err != nil {
		return fmt.Errorf("initdb in %s: %w", p.home, err)
	}
	if err := os.RemoveAll(p.data); err != nil {
		return err
	}
	if err := os.Rename(temp, p.data); err != nil {
		return err
	}
	p.config.log(fmt.Sprintf("postgres: made the data folder %s in %s", p.data, time.Since(begin).Round(time.Millisecond)))
	return nil
}

// setting is one that the server must run with: the speed of a run hangs on them, and what is lost
// in a crash can be made again.
type setting struct{ name, value string }

func (p cluster) settings() []setting {
	s := []setting{
		{"fsync", "off"},
		{"synchronous_commit", "off"},
		{"full_page_writes", "off"},
		{"wal_level", "minimal"},
		{"max_wal_senders", "0"},
		{"autovacuum", "off"},
		{"jit", "off"},
		{"max_connections", "200"},
		{"max_parallel_workers_per_gather", "0"},
		{"max_logical_replication_workers", "0"},
		{"max_locks_per_transaction", "256"},
		{"bgwriter_lru_maxpages", "0"},
		{"checkpoint_timeout", "3600"},
		{"log_checkpoints", "off"},
		// Errors of statements are the business of whoever sent them: the log keeps starts,
		// stops and crashes.
		{"log_min_messages", "log"},
		// Files in the data folder: posix segments of a server that was killed would stay for ever.
		{"dynamic_shared_memory_type", "mmap"},
		{"listen_addresses", ""},
		{"cluster_name", "bailiff"},
		{"TimeZone", "UTC"},
		{"log_timezone", "UTC"},
	}
	if p.major >= 18 {
		s = append(s, setting{"io_method", "sync"})
	}
	return s
}

func (p cluster) arguments(run string) []string {
	args := []string{
		p.binaries.program("postgres"), "-D", p.data,
		"-c", "shared_buffers=64MB",
		"-c", "port=" + port,
		"-c", "unix_socket_directories=" + run,
		"-c", "unix_socket_permissions=0700",
	}
	for _, s := range p.settings() {
		args = append(args, "-c", s.name+"="+s.value)
	}
	return args
}

// launch starts Postgres on the data folder and waits until it answers.
func (p cluster) launch(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			p.abort(ctx)
		}
	}()
	if err := p.makeFolders(); err != nil {
		return err
	}
	read, write, err := makeFifo(p.state.Run, p.owner)
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	p.write = write
	l := launching{home: p.home, state: p.state, owner: p.owner, read: read, postgres: p.arguments(p.state.Run)}
	if p.started, err = launch(l); err != nil {
		return err
	}
	if err := awaitReady(ctx, p.state.Run); errors.Is(err, errNotRunning) {
		return fmt.Errorf("it ended at once; the end of its log %s:\n%s", logPath(p.home), logTail(p.home, 8))
	} else if err != nil {
		return err
	}
	if err := p.prepare(ctx); err != nil {
		return err
	}
	p.state.Ready = true
	return p.state.write(p.home)
}

// makeFolders makes the folders of one server, and tells them in the state before, by which others
// find them; those wait for the lock until the server answers.
func (p cluster) makeFolders() error {
	dirs, err := runFolders(p.home, p.owner)
	if err != nil {
		return err
	}
	err = errors.New("all are too long for the path of a socket")
	for _, dir := range dirs {
		p.state = state{Run: dir, Memory: memoryFolder(), Linger: int(p.config.Linger / time.Second)}
		if err := p.state.write(p.home); err != nil {
			return err
		}
		if err = makeFolder(dir, p.owner); err == nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("no folder for the server's socket: %w; set TMPDIR or BAILIFF_CACHE to a shorter path", err)
	}
	if p.state.Memory != "" && makeFolder(p.state.Memory, p.owner) != nil {
		p.state.Memory = ""
	}
	return nil
}

// abort takes back a launch that did not succeed.
func (p cluster) abort(ctx context.Context) {
	p.letGo() // then the watchdog ends and removes the folders
	if p.started == nil {
		_ = os.RemoveAll(p.state.Run)
		_ = os.RemoveAll(p.state.Memory)
		return
	}
	if waitGone(context.WithoutCancel(ctx), p.state.Run, time.Second) == nil {
		_ = p.started.Wait()
	}
	p.started = nil
}

// awaitReady waits until the server takes connections. It returns errNotRunning when the run folder
// goes away before that.
func awaitReady(ctx context.Context, run string) error {
	config, err := pgconn.ParseConfig(socketURL(run))
	if err != nil {
		return err
	}
	var last error
	err = poll(ctx, readyTimeout, func() (bool, error) {
		if !exists(run) {
			return false, errNotRunning
		}
		if !exists(socketPath(run)) {
			return false, nil
		}
		var conn *pgconn.PgConn
		if conn, last = pgconn.ConnectConfig(ctx, config); last != nil {
			return false, nil
		}
		return true, conn.Close(ctx)
	})
	if errors.Is(err, errTimeout) {
		return fmt.Errorf("it does not answer for %s: %w", readyTimeout, errors.Join(last, errTimeout))
	}
	return err
}

// prepare is what is done in a server that has just started, before others use it.
func (p cluster) prepare(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := p.verify(ctx, conn); err != nil {
		return err
	}
	return p.prepareMemory(ctx, conn)
}

// verify asks the server for its settings: a configuration file could have got in the way.
func (p cluster) verify(ctx context.Context, conn *pgx.Conn) error {
	names := []string{}
	for _, s := range p.settings() {
		names = append(names, s.name)
	}
	rows, err := conn.Query(ctx, "SELECT name, setting FROM pg_settings WHERE name = ANY($1)", names)
	if err != nil {
		return err
	}
	shown := map[string]string{}
	var name, value string
	if _, err := pgx.ForEachRow(rows, []any{&name, &value}, func() error { shown[name] = value; return nil }); err != nil {
		return fmt.Errorf("show the settings: %w", err)
	}
	for _, s := range p.settings() {
		if got := shown[s.name]; got != s.value {
			return fmt.Errorf("the setting %s is %q and not %q: remove %s to have it made anew", s.name, got, s.value, p.home)
		}
	}
	return nil
}
