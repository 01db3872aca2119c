package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// workerPrefix begins the names of databases that live as long as their process. The maintenance database and
// something random come behind it.
const workerPrefix = "bailiff_worker"

// oldest is the first major version that can drop a database which is in use.
const oldest = 13

// admin makes and drops databases through one connection to the maintenance database. The same
// connection holds an advisory lock for each database of this process: shared for the template that
// it clones, exclusive for its own. The locks end with the connection, so a database whose lock is
// free belongs to nobody that lives, however its process ended.
type admin struct {
	mu     sync.Mutex
	config *pgx.ConnConfig
	conn   *pgx.Conn
	shared map[string]bool // databases whose lock is held, and whether it is shared
	wire   atomic.Pointer[net.Conn]

	user     string // who we are to the server
	home     string // the maintenance database as part of a name: advisory locks are seen only there
	version  string // such as 17.10
	settings map[string]string
	major    int
	strategy string // how to clone, as a clause of CREATE DATABASE
	memory   bool   // there is a tablespace for what does not outlive the process
}

func newAdmin() *admin { return &admin{shared: map[string]bool{}} }

// connect connects to a server, which may be another one than before, and finds out what it can do.
func (d *admin) connect(ctx context.Context, a address) error {
	config, err := a.config()
	if err != nil {
		return err
	}
	// For the locks of databases, which can be held while another process makes a large template.
	config.RuntimeParams["lock_timeout"] = "5min"
	d.mu.Lock()
	if d.conn != nil {
		hangUp(d.conn)
		d.conn = nil
	}
	d.config = config
	d.mu.Unlock()
	return d.do(ctx, d.inspect)
}

// errTemplateLost tells that the template may not be there any more, since its lock was let go in between.
var errTemplateLost = errors.New("the connection that kept the template was lost")

// errBroken tells that the connection broke, whatever the error says that a statement had of that.
var errBroken = errors.New("the connection to the server broke")

// do runs f on the connection, alone. A connection that broke is made anew first, and with it the
// locks.
func (d *admin) do(ctx context.Context, f func(context.Context, *pgx.Conn) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conn == nil || d.conn.IsClosed() {
		conn, err := pgx.ConnectConfig(ctx, d.config)
		if err != nil {
			return fmt.Errorf("connect: %w", briefly(err))
		}
		if err := d.relock(ctx, conn); err != nil {
			return errors.Join(err, conn.Close(ctx))
		}
		d.conn = conn
		wire := conn.PgConn().Conn()
		d.wire.Store(&wire)
	}
	err := f(ctx, d.conn)
	if err != nil && d.conn.IsClosed() && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	return err
}

// hungUp reports that the connection was lost, which is how a server that ends shows: at once, and while
// nobody uses it. It costs a system call.
func (d *admin) hungUp() bool {
	wire := d.wire.Load()
	if wire == nil {
		return false
	}
	first, gone := peek(*wire)
	if gone || first != 'E' || !d.mu.TryLock() {
		return gone
	}
	defer d.mu.Unlock()
	// An error that nobody has asked for is the last word of a server.
	first, gone = peek(*wire)
	return gone || first == 'E'
}

// relock takes the locks again of our databases that are still there. The template's is not among them: it
// may have been dropped in between, or be half-made by another process, which template finds out.
func (d *admin) relock(ctx context.Context, conn *pgx.Conn) error {
	if len(d.shared) == 0 {
		return nil
	}
	rows, err := conn.Query(ctx, "SELECT datname FROM pg_database WHERE datname = ANY($1)", slices.Collect(maps.Keys(d.shared)))
	if err != nil {
		return err
	}
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	maps.DeleteFunc(d.shared, func(name string, shared bool) bool { return shared || !slices.Contains(left, name) })
	for name := range d.shared {
		if err := lockDatabase(ctx, conn, name, false); err != nil {
			return err
		}
	}
	return nil
}

// inspect finds out what the server can do.
func (d *admin) inspect(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var may bool
	var database string
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, split_part(current_setting('server_version'), ' ', 1),
		current_database(), current_user, rolcreatedb OR rolsuper,
		EXISTS (SELECT FROM pg_tablespace WHERE spcname = $1 AND has_tablespace_privilege(oid, 'CREATE')),
		(SELECT jsonb_object_agg(name, current_setting(name)) FROM unnest($2::text[]) name)
		FROM pg_roles WHERE rolname = current_user`, embedded.MemoryTablespace, durability()).
		Scan(&version, &d.version, &database, &d.user, &may, &d.memory, &d.settings)
	if err != nil {
		return fmt.Errorf("inspect the server: %w", err)
	}
	d.major, d.strategy, d.home = version/10000, "", homeOf(database)
	if d.major < oldest {
		return fmt.Errorf("the server is Postgres %d, which is too old: %d or newer is needed", d.major, oldest)
	}
	if !may {
		return fmt.Errorf("the user %s may not create databases: run ALTER ROLE %s CREATEDB as a superuser, "+
			"or use another user", d.user, quote(d.user))
	}
	// Copying files takes a checkpoint before and after, which is for nothing where nothing is
	// synced, and then two to three times as fast.
	if d.settings["fsync"] == "off" && d.major >= 15 {
		d.strategy = " STRATEGY file_copy"
	}
	return nil
}

// lockKey is the advisory lock of a database. Advisory locks are numbers; that somebody else's
// program in the maintenance database uses the same one is as likely as any hash collision.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte("bailiff database " + name))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

func lockDatabase(ctx context.Context, conn *pgx.Conn, name string, shared bool) error {
	sql := "SELECT pg_advisory_lock($1)"
	if shared {
		sql = "SELECT pg_advisory_lock_shared($1)"
	}
	if _, err := conn.Exec(ctx, sql, lockKey(name)); err != nil {
		return fmt.Errorf("wait for other processes that use %s: %w", name, err)
	}
	return nil
}

func unlockDatabase(ctx context.Context, conn *pgx.Conn, name string, shared bool) error {
	sql := "SELECT pg_advisory_unlock($1)"
	if shared {
		sql = "SELECT pg_advisory_unlock_shared($1)"
	}
	_, err := conn.Exec(ctx, sql, lockKey(name))
	return err
}

// tryDrop drops a database if its lock is free.
func tryDrop(ctx context.Context, conn *pgx.Conn, name string) (dropped bool, err error) {
	var free bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", lockKey(name)).Scan(&free); err != nil || !free {
		return false, err
	}
	err = dropDatabase(ctx, conn, name)
	return err == nil, errors.Join(err, unlockDatabase(ctx, conn, name, false))
}

// dropDatabase drops a database, template or not, also if it is in use or not there.
func dropDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var template bool
	err := conn.QueryRow(ctx, "SELECT datistemplate FROM pg_database WHERE datname = $1", name).Scan(&template)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil && template {
		_, err = conn.Exec(ctx, "ALTER DATABASE "+quote(name)+" IS_TEMPLATE false")
	}
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)")
	return err
}

// clone makes a database of this process from the template, and returns its name. In memory it is for
// cases, which leave nothing; what is committed to the other kind may need room.
func (d *admin) clone(ctx context.Context, template string, inMemory bool) (name string, err error) {
	name = workerPrefix + d.home + "_" + strings.ToLower(rand.Text()[:12])
	err = d.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if !d.shared[template] {
			return errTemplateLost
		}
		if err := lockDatabase(ctx, conn, name, false); err != nil {
			return err
		}
		d.shared[name] = false
		sql := fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s%s", quote(name), quote(template), d.strategy)
		if inMemory && d.memory {
			sql += " TABLESPACE " + embedded.MemoryTablespace
		}
		if _, err := conn.Exec(ctx, sql); err != nil {
			delete(d.shared, name)
			return errors.Join(fmt.Errorf("clone %s: %w", template, err), ignoreDone(ctx, unlockDatabase(ctx, conn, name, false)))
		}
		return nil
	})
	return name, err
}

// ignoreDone leaves out errors that only follow from the end of the context.
func ignoreDone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// drop drops a database of this process.
func (d *admin) drop(ctx context.Context, name string) error {
	return d.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := dropDatabase(ctx, conn, name); err != nil {
			return fmt.Errorf("drop %s: %w", name, err)
		}
		delete(d.shared, name)
		return unlockDatabase(ctx, conn, name, false)
	})
}

// own returns the databases of this process that are left.
func (d *admin) own() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var names []string
	for name, shared := range d.shared {
		if !shared {
			names = append(names, name)
		}
	}
	return names
}

// homeOf is a maintenance database as part of a name. The usual one is not told.
func homeOf(database string) string {
	if database == "postgres" {
		return ""
	}
	return fmt.Sprintf("_%x", sha256.Sum256([]byte(database)))[:7]
}

// sweep drops the databases of processes that are gone. Those of other users of the server are
// left alone, and so are those that somebody is connected to, and those of another maintenance database, whose
// locks are not seen from here.
func (d *admin) sweep(ctx context.Context) (dropped []string, err error) {
	err = d.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `SELECT datname FROM pg_database d WHERE datname ~ $1
			AND pg_get_userbyid(datdba) = current_user
			AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`, "^"+workerPrefix+d.home+"_[a-z2-7]{12}$")
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, mine := d.shared[name]; mine {
				continue // this session may take its own lock a second time
			}
			ok, err := tryDrop(ctx, conn, name)
			if err != nil {
				return err
			}
			if ok {
				dropped = append(dropped, name)
			}
		}
		return nil
	})
	if err != nil {
		return dropped, fmt.Errorf("drop databases of earlier runs: %w", err)
	}
	return dropped, nil
}

// close closes the connection, and with it lets go of all locks.
func (d *admin) close(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conn == nil {
		return nil
	}
	return d.conn.Close(ctx)
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// closeTimeout bounds what is done to clean up when the run is over before its time. dropTimeout is
// for a run that ends by itself: a server that syncs makes a checkpoint for each database that it
// drops.
const (
	closeTimeout = 900 * time.Millisecond
	dropTimeout  = 30 * time.Second
)

// closing is the context of cleaning up after a failure.
func closing() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), closeTimeout)
}
