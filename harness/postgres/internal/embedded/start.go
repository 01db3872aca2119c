//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// start starts the server. The caller holds the lock of the home, and found nothing to join.
func (s *Server) start(ctx context.Context, b binaries, c Config) error {
	if err := s.excludeUsers(ctx); err != nil {
		return err
	}
	data := filepath.Join(s.home, "data")
	owner, err := serverAccount(data)
	if err != nil {
		return err
	}
	b, major, err := usable(ctx, b, owner, s.home)
	if err != nil {
		return err
	}
	if err := clearAway(ctx, b, owner, s.home); err != nil {
		return err
	}
	p := cluster{Server: s, binaries: b, owner: owner, data: data, major: major, config: c}
	fresh := !exists(filepath.Join(data, "PG_VERSION"))
	if fresh {
		err = p.initialise(ctx)
	}
	if err == nil {
		err = p.launch(ctx)
	}
	if err != nil && !fresh && ctx.Err() == nil {
		// Without fsync a crash of the machine can leave anything behind. The folder holds nothing
		// that cannot be made again.
		c.log(fmt.Sprintf("postgres: the data folder does not start and is made anew: %v", err))
		if err = p.initialise(ctx); err == nil {
			err = p.launch(ctx)
		}
	}
	if err != nil {
		return err
	}
	pruneHomes(s.home)
	return waitLock(ctx, s.users, syscall.LOCK_SH, usersTimeout)
}

// excludeUsers makes sure that no living process still uses the data folder. That one does although
// there is nothing to join means that its server has ended under it, which its watchdog has noted; or
// that the watchdog was killed, or that it runs on another machine that shares this folder.
func (s *Server) excludeUsers(ctx context.Context) error {
	if st, ok := readState(s.home); ok && ended(s.home, st.Run) {
		return nil
	}
	err := waitLock(ctx, s.users, syscall.LOCK_EX, usersTimeout)
	if errors.Is(err, errTimeout) {
		return fmt.Errorf("%s is in use by a process whose server cannot be joined: end that process, "+
			"or, if it runs on another machine, name a folder of this machine in BAILIFF_CACHE", s.home)
	}
	return err
}

// versionLine is what postgres --version prints, such as "postgres (PostgreSQL) 17.10".
var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// usable finds out whether the account can run the build and enter its home, and makes a copy of
// the build if it cannot: because the folders above are closed to it, or because links between
// libraries are missing.
func usable(ctx context.Context, b binaries, owner account, home string) (binaries, int, error) {
	if owner.drop {
		if _, err := owner.run(ctx, "/bin/sh", "-c", `cd "$0"`, home); err != nil {
			return b, 0, fmt.Errorf("the account %s, which postgres runs as, cannot enter %s: "+
				"name a folder that it can reach in BAILIFF_CACHE: %w", owner.name, home, err)
		}
	}
	major, err := probe(ctx, b, owner)
	if err == nil || ctx.Err() != nil {
		return b, major, err
	}
	if b.installed || !exists(filepath.Join(b.dir, "share")) {
		return b, 0, fmt.Errorf("run %s: %w", b.program("postgres"), err)
	}
	made, err2 := b.copyTo(filepath.Join(home, "native"))
	if err2 != nil {
		return b, 0, fmt.Errorf("run %s: %w; copy it: %w", b.program("postgres"), err, err2)
	}
	major, err2 = probe(ctx, made, owner)
	if err2 != nil {
		return b, 0, fmt.Errorf("run %s: %w", b.program("postgres"), err2)
	}
	return made, major, nil
}

// probeTimeout is how long a program may take to tell its version.
const probeTimeout = 15 * time.Second

func probe(ctx context.Context, b binaries, owner account) (major int, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	out, err := owner.run(ctx, b.program("postgres"), "--version")
	if err != nil {
		return 0, fmt.Errorf("%w; install the binaries anew (make clean native), or set BAILIFF_POSTGRES_URL to a server", err)
	}
	m := versionLine.FindStringSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("unexpected version %q", out)
	}
	return strconv.Atoi(m[1])
}

// clearAway removes what an earlier server left: run folders, half-made folders, and the server
// itself if only its watchdog was killed.
func clearAway(ctx context.Context, b binaries, owner account, home string) error {
	stale, err := filepath.Glob(filepath.Join(home, "*.tmp"))
	if err != nil {
		return err
	}
	runs, err := filepath.Glob(filepath.Join(home, "run", runPrefix+"*"))
	if err != nil {
		return err
	}
	stale = append(stale, runs...)
	if st, ok := readState(home); ok {
		stale = append(stale, st.Run)
		if st.Memory != "" {
			stale = append(stale, st.Memory)
		}
		// pg_ctl signals the pid that it finds in a file, whatever process has it by now. So it may
		// only be asked when it is certain that the server lives.
		if answers(ctx, st.Run) && exists(b.program("pg_ctl")) {
			_, err := owner.run(ctx, b.program("pg_ctl"), "stop", "-s", "-D", filepath.Join(home, "data"), "-m", "immediate", "-t", "5")
			if err != nil {
				return fmt.Errorf("stop a server whose watchdog was killed: %w", err)
			}
		}
	}
	for _, path := range stale {
		// An initdb whose parent was killed may still be writing there: then it is for the next start.
		_ = os.RemoveAll(path)
	}
	return nil
}

// answers tells whether a server is at the socket of a run folder, even one that refuses us.
func answers(ctx context.Context, run string) bool {
	if !exists(socketPath(run)) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := pgconn.Connect(ctx, socketURL(run))
	if err == nil {
		return conn.Close(ctx) == nil
	}
	var refused *pgconn.PgError
	return errors.As(err, &refused)
}
