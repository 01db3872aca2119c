package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// restorer sets a database back to its baseline, through a connection that it has for itself.
type restorer struct {
	conn    *pgx.Conn
	base    *baseline
	since   []string // since when a row of a table that had some is new, by relation.at
	replica bool     // triggers and foreign keys are off on the connection
	alone   bool     // nothing but what is asked for changes: none of the triggers and rules is on nevertheless

	used     map[int]bool // relations that were emptied since the last VACUUM
	restores int
}

const (
	// settleTime is how long transactions of others may take to end when the case has ended: a handler whose
	// response was read may not have returned yet.
	settleTime = time.Second
	// restoreTimeout bounds the wait for a lock when the database is set back.
	restoreTimeout = 2 * time.Second
	// vacuumEvery is how many restores come before dead rows are cleared away. Where the server does not do
	// that by itself, a thousand cases of ten rows each are 70 pages to look through.
	vacuumEvery = 500
)

// busySQL finds who holds locks in this database that writing takes, and so may have written what
// nobody sees yet. Where no transaction of the server has written anything, the oldest that runs is the next one,
// and the locks need no look.
const busySQL = `SELECT DISTINCT coalesce(pid, 0) FROM pg_locks
	WHERE age(pg_snapshot_xmin(pg_current_snapshot())::xid) > 0
	AND locktype = 'relation' AND pid IS DISTINCT FROM pg_backend_pid()
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND mode NOT IN ('AccessShareLock', 'ShareUpdateExclusiveLock')`

// newRestorer takes the connection over. Nothing but b, the clean state, is known of the database.
func newRestorer(ctx context.Context, conn *pgx.Conn, b *baseline) (*restorer, error) {
	r := &restorer{conn: conn, base: b, since: b.unmoved(), used: map[int]bool{}}
	_, err := conn.Exec(ctx, fmt.Sprintf("SET plan_cache_mode = force_generic_plan; SET synchronous_commit = off; SET statement_timeout = 0; "+
		"SET lock_timeout = %d", restoreTimeout.Milliseconds()))
	if err != nil {
		return nil, err
	}
	// Only a superuser may, or who was granted it.
	_, err = conn.Exec(ctx, "SET session_replication_role = replica")
	var pg *pgconn.PgError
	if err != nil && !errors.As(err, &pg) {
		return nil, err
	}
	r.replica = err == nil
	return r, r.prepare(ctx)
}

// aloneSQL finds out whether there are triggers or rules that are in force where replica turns off the others.
const aloneSQL = `SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgenabled IN ('A', 'R') UNION ALL SELECT FROM pg_rewrite WHERE ev_enabled IN ('A', 'R'))`

func (r *restorer) prepare(ctx context.Context) error {
	for name, sql := range map[string]string{"bailiff_busy": busySQL, "bailiff_touched": r.base.touchedSQL(), "bailiff_reset": r.base.sequences} {
		if _, err := r.conn.Prepare(ctx, name, sql); err != nil {
			return fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	if r.alone = false; !r.replica {
		return nil
	}
	return r.conn.QueryRow(ctx, aloneSQL).Scan(&r.alone)
}

// look finds out what is not as it was, and who may still be changing it.
func (r *restorer) look(ctx context.Context) (t touched, busy []int32, err error) {
	b := &pgx.Batch{}
	b.Queue("bailiff_busy") // first: whoever ends in between is seen by the second
	b.Queue("bailiff_touched", list(r.since))
	results := r.conn.SendBatch(ctx, b)
	defer func() { err = errors.Join(err, results.Close()) }()
	rows, err := results.Query()
	if err != nil {
		return t, nil, err
	}
	if busy, err = pgx.CollectRows(rows, pgx.RowTo[int32]); err != nil {
		return t, nil, err
	}
	if rows, err = results.Query(); err != nil {
		return t, nil, err
	}
	t, err = readTouched(rows)
	return t, busy, err
}

// settled is look, once nobody is in the middle of something. Who does not come to an end in that time is ended.
func (r *restorer) settled(ctx context.Context, most time.Duration) (touched, error) {
	const pause = 2 * time.Millisecond
	deadline, ended := time.Now().Add(most), false
	for {
		t, busy, err := r.look(ctx)
		if err != nil || len(busy) == 0 {
			return t, r.unreadable(err, &t)
		}
		if time.Now().After(deadline) {
			if ended {
				return t, fmt.Errorf("transactions of others (backends %v) do not end, although they were told to", busy)
			}
			if err := r.terminate(ctx, busy); err != nil {
				return t, err
			}
			deadline, ended = time.Now().Add(settleTime), true
		}
		select {
		case <-ctx.Done():
			return t, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// unreadable takes an error that comes of a changed schema, such as a table that is gone, for that.
func (r *restorer) unreadable(err error, t *touched) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "42") || pg.Code == "55000" || pg.Code == "0A000") {
		t.schema = true
		return nil
	}
	return err
}

// terminate ends backends, and transactions that were prepared for a commit in two phases.
func (r *restorer) terminate(ctx context.Context, busy []int32) error {
	if _, err := r.conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid WHERE pid <> 0", busy); err != nil {
		return fmt.Errorf("end transactions that a case left open (backends %v): %w", busy, err)
	}
	rows, err := r.conn.Query(ctx, "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")
	if err != nil {
		return err
	}
	prepared, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, gid := range prepared {
		_, failed := r.conn.Exec(ctx, "ROLLBACK PREPARED "+literal(gid))
		err = errors.Join(err, failed)
	}
	return err
}

// adapt learns what tables there are now. Those that are new are clean when they are empty.
func (r *restorer) adapt(ctx context.Context) error {
	now, err := readBaseline(ctx, r.conn)
	if err != nil {
		return err
	}
	old := map[uint32]relation{}
	for _, rel := range r.base.relations {
		old[rel.oid] = rel
	}
	var since []string
	for i := range now.relations {
		rel := &now.relations[i]
		was, known := old[rel.oid]
		if !known || was.columns != rel.columns || was.view {
			rel.kept = nil
			if !rel.view {
				rel.rows, rel.at = 0, 0
			}
		} else {
			rel.rows, rel.kept, rel.at = was.rows, was.kept, was.at
		}
		if rel.at > 0 {
			from := now.since
			if known && was.at > 0 {
				from = r.since[was.at-1]
			}
			since = append(since, from)
			rel.at = len(since)
		}
	}
	now.objects, now.sequences = r.base.objects, r.base.sequences
	if strings.Contains(now.sequences, " FROM ") && !strings.Contains(now.sequences, " WHERE EXISTS ") { // some may be gone
		now.sequences += " WHERE EXISTS (SELECT FROM pg_class WHERE oid = s)"
	}
	r.base, r.since = now, since
	clear(r.used)
	if err := r.conn.DeallocateAll(ctx); err != nil {
		return err
	}
	return r.prepare(ctx)
}

// errSchema is about what only a new database undoes.
var errSchema = errors.New("the schema was changed")

// restore sets back what was touched, and the sequences, all or nothing.
func (r *restorer) restore(ctx context.Context, t touched) error {
	if t.schema {
		return errSchema
	}
	for round := 0; ; round++ {
		if err := r.try(ctx, t); err != nil {
			return err
		}
		if r.alone {
			break
		}
		// Where foreign keys and triggers are in force, they may have changed other tables.
		var err error
		if t, _, err = r.look(ctx); err != nil {
			return err
		}
		if !t.any() {
			break
		}
		if round == 3 {
			return fmt.Errorf("%s does not stay as it was, perhaps by a trigger: a superuser could turn triggers off", r.base.relations[t.relations[0]].name)
		}
	}
	return r.vacuum(ctx, t)
}

// try does it in one transaction: in one round trip, unless rows have to be put back.
func (r *restorer) try(ctx context.Context, t touched) (err error) {
	var filled, views []int
	for _, i := range t.relations {
		switch rel := r.base.relations[i]; {
		case rel.view:
			views = append(views, i)
		case rel.rows > 0 && rel.kept == nil:
			return fmt.Errorf("%w: %s has too many rows to put back", errSchema, rel.name)
		case rel.rows > 0:
			filled = append(filled, i)
		}
	}
	sql := "BEGIN; " + r.deletions(t) + r.reset(t)
	if len(filled) == 0 && len(views) == 0 {
		sql += "COMMIT"
	}
	defer func() {
		if err != nil && !r.conn.IsClosed() && r.conn.PgConn().TxStatus() != 'I' {
			_, undo := r.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, undo)
		}
	}()
	if _, err := r.conn.Exec(ctx, sql); err != nil || len(filled) == 0 && len(views) == 0 {
		return err
	}
	if err := r.fill(ctx, filled); err != nil {
		return err
	}
	for _, i := range views {
		sql := "REFRESH MATERIALIZED VIEW " + r.base.relations[i].name
		if !r.base.relations[i].filled {
			sql += " WITH NO DATA"
		}
		if _, err := r.conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	var id string
	if err := r.conn.QueryRow(ctx, "SELECT pg_current_xact_id()::xid::text").Scan(&id); err != nil {
		return err
	}
	next, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		return err
	}
	if _, err := r.conn.Exec(ctx, "COMMIT"); err != nil {
		return err
	}
	for _, i := range append(filled, views...) {
		if at := r.base.relations[i].at; at > 0 {
			r.since[at-1] = strconv.FormatUint(uint64(max(uint32(next)+1, 3)), 10)
		}
	}
	return nil
}

func (r *restorer) reset(t touched) string {
	sql := "EXECUTE bailiff_reset; "
	if t.objects {
		sql = fmt.Sprintf("SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid <> ALL ('{%s}'::oid[]); ", numbers(r.base.objects)) + sql
	}
	return sql
}

// deletions empties tables. With foreign keys in force it is one statement: they are checked at its end,
// when all rows are gone, in whatever order the tables come.
func (r *restorer) deletions(t touched) string {
	var all []string
	for _, i := range t.relations {
		if rel := r.base.relations[i]; !rel.view {
			all = append(all, "DELETE FROM ONLY "+rel.name)
			r.used[i] = true
		}
	}
	if len(all) == 0 {
		return ""
	}
	if r.replica || len(all) == 1 {
		return strings.Join(all, "; ") + "; "
	}
	last := len(all) - 1
	for i, sql := range all[:last] {
		all[i] = fmt.Sprintf("t%d AS (%s)", i, sql)
	}
	return "WITH " + strings.Join(all[:last], ", ") + " " + all[last] + "; "
}

// fill puts the rows back that tables had, those that others refer to first.
func (r *restorer) fill(ctx context.Context, filled []int) error {
	for _, i := range r.inOrder(filled) {
		rel := r.base.relations[i]
		if _, err := r.conn.PgConn().CopyFrom(ctx, bytes.NewReader(rel.kept), "COPY "+rel.target()+" FROM STDIN"); err != nil {
			return fmt.Errorf("put the rows of %s back: %w", rel.name, err)
		}
	}
	return nil
}

// inOrder sorts relations so that each comes behind those that it refers to, as far as that goes.
func (r *restorer) inOrder(list []int) []int {
	place := map[uint32]int{}
	for _, i := range list {
		place[r.base.relations[i].oid] = i
	}
	var sorted []int
	seen := map[int]bool{}
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, oid := range r.base.relations[i].refers {
			if j, ok := place[oid]; ok {
				visit(j)
			}
		}
		sorted = append(sorted, i)
	}
	for _, i := range list {
		visit(i)
	}
	return sorted
}

// vacuum clears dead rows away now and then.
func (r *restorer) vacuum(ctx context.Context, _ touched) error {
	if r.restores++; r.restores%vacuumEvery != 0 || len(r.used) == 0 {
		return nil
	}
	var names []string
	for i := range r.used {
		names = append(names, r.base.relations[i].name)
	}
	slices.Sort(names)
	clear(r.used)
	_, err := r.conn.Exec(ctx, "VACUUM (SKIP_LOCKED) "+strings.Join(names, ", "))
	return err
}
