package postgres

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// keepRows is how many rows a database may have to begin with for them to be kept in memory, and put back
// where a case changes them.
const keepRows = 100_000

// baseline is what a database holds when it is clean, and what tells that it does not.
//
// Rows have no mark that says when they were written but xmin, the transaction that wrote this version of
// the row. A table is as it was when it has as many rows, and none whose xmin is as new as since.
type baseline struct {
	relations []relation
	objects   []uint32 // large objects
	schema    string   // stands for what tables, functions and the like there are
	sequences string   // the query that sets the sequences back
	since     string   // the oldest transaction that may not have been over, or the next one
	rows      int64    // how many there are in all
	forbidden []string // tables that the user may not read or write
}

// relation is a table, or a materialised view.
type relation struct {
	oid     uint32
	name    string // with its schema, quoted
	view    bool
	filled  bool   // a materialised view that can be read
	columns string // those that can be written, quoted
	rows    int64
	kept    []byte // the rows, as COPY has them; nil where there are none, or too many
	refers  []uint32
	at      int // of its entry in restorer.since, from 1; 0 when it has none
}

const relationsSQL = `SELECT c.oid, format('%I.%I', nspname, relname), relkind = 'm', relispopulated,
	coalesce((SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''), ''),
	coalesce((SELECT array_agg(confrelid) FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f'), '{}'),
	has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND (relkind = 'm' OR has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'DELETE'))
	FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
	WHERE relkind IN ('r', 'm') AND relpersistence <> 't' AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%'
	ORDER BY relkind DESC, c.oid`

// readBaseline reads what the database holds now. What is not committed yet does not count.
func readBaseline(ctx context.Context, conn *pgx.Conn) (*baseline, error) {
	b := &baseline{}
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead}
	err := pgx.BeginTxFunc(ctx, conn, snapshot, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, "SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text").Scan(&b.since); err != nil {
			return err
		}
		if err := b.readRelations(ctx, tx); err != nil {
			return err
		}
		if err := b.count(ctx, tx); err != nil {
			return err
		}
		if err := b.copyRows(ctx, tx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "SELECT oid FROM pg_largeobject_metadata")
		if err != nil {
			return err
		}
		if b.objects, err = pgx.CollectRows(rows, pgx.RowTo[uint32]); err != nil {
			return err
		}
		if b.sequences, err = sequenceReset(ctx, conn); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT "+b.schemaSQL()).Scan(&b.schema)
	})
	if err != nil {
		return nil, fmt.Errorf("read what the database holds: %w", err)
	}
	return b, nil
}

func (b *baseline) readRelations(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, relationsSQL)
	if err != nil {
		return err
	}
	var r relation
	var allowed bool
	_, err = pgx.ForEachRow(rows, []any{&r.oid, &r.name, &r.view, &r.filled, &r.columns, &r.refers, &allowed}, func() error {
		if !allowed {
			b.forbidden = append(b.forbidden, r.name)
			return nil
		}
		r.refers = append([]uint32(nil), r.refers...)
		b.relations = append(b.relations, r)
		return nil
	})
	return err
}

// count counts the rows, but not far beyond those that are kept at most.
func (b *baseline) count(ctx context.Context, tx pgx.Tx) error {
	var selects []string
	for i, r := range b.relations {
		if !r.view || r.filled {
			selects = append(selects, fmt.Sprintf("SELECT %d, count(*) FROM (SELECT FROM ONLY %s LIMIT %d) t", i, r.name, keepRows+1))
		}
	}
	if len(selects) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, strings.Join(selects, " UNION ALL "))
	if err != nil {
		return err
	}
	var i int
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&i, &n}, func() error {
		b.relations[i].rows = n
		if !b.relations[i].view {
			b.rows += n
		}
		return nil
	})
	return err
}

// copyRows keeps the rows of tables in memory, the small tables before the large ones would not fit.
func (b *baseline) copyRows(ctx context.Context, tx pgx.Tx) error {
	left, entries := int64(keepRows), 0
	for i := range b.relations {
		r := &b.relations[i]
		if r.rows > 0 || r.view {
			entries++
			r.at = entries
		}
		if r.rows == 0 || r.view || r.rows > left {
			continue
		}
		left -= r.rows
		var text bytes.Buffer
		if _, err := tx.Conn().PgConn().CopyTo(ctx, &text, "COPY "+r.target()+" TO STDOUT"); err != nil {
			return fmt.Errorf("copy %s: %w", r.name, err)
		}
		r.kept = text.Bytes()
	}
	return nil
}

// target is the table and its columns, as COPY has them.
func (r relation) target() string {
	if r.columns == "" {
		return r.name
	}
	return r.name + " (" + r.columns + ")"
}

// touchedSQL is a query that returns the indices of relations that are not as they were, objectsTouched and
// schemaTouched. Its parameter is restorer.since.
func (b *baseline) touchedSQL() string {
	selects := []string{
		fmt.Sprintf("SELECT %d WHERE %s IS DISTINCT FROM %s", schemaTouched, b.schemaSQL(), literal(b.schema)),
		fmt.Sprintf("SELECT %d WHERE (SELECT count(*) <> %d OR count(*) <> count(*) FILTER (WHERE oid = ANY ('{%s}'::oid[])) FROM pg_largeobject_metadata)",
			objectsTouched, len(b.objects), numbers(b.objects)),
		fmt.Sprintf("SELECT %d WHERE $1::xid[] IS NULL", schemaTouched), // there may be no other use of it
	}
	for i, r := range b.relations {
		var changed string
		switch {
		case r.view && !r.filled:
			changed = fmt.Sprintf("(SELECT relispopulated FROM pg_class WHERE oid = %d)", r.oid)
		case r.at == 0:
			changed = fmt.Sprintf("EXISTS (SELECT FROM ONLY %s)", r.name)
		default:
			changed = fmt.Sprintf("(SELECT count(*) <> %d OR coalesce(min(age(xmin)) <= age(($1::xid[])[%d]), false) FROM ONLY %s)", r.rows, r.at, r.name)
		}
		selects = append(selects, fmt.Sprintf("SELECT %d WHERE %s", i, changed))
	}
	return strings.Join(selects, " UNION ALL ")
}

// What touchedSQL returns beside indices.
const (
	schemaTouched  = -1
	objectsTouched = -2
)

// schemaSQL is an expression that changes when something is made, altered or dropped. It does not
// change by TRUNCATE, VACUUM and the like, nor by temporary tables.
func (b *baseline) schemaSQL() string {
	since := "age('" + b.since + "'::xid)"
	parts := []string{`(SELECT concat_ws(',', count(*), sum(oid::bigint), sum(hashname(relname)::bigint), sum(relnatts), sum(relchecks),
		count(*) FILTER (WHERE relrowsecurity)) FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't' AND relnamespace <> 'pg_toast'::regnamespace)`}
	for _, catalog := range []string{"pg_proc", "pg_trigger", "pg_constraint", "pg_attrdef", "pg_enum", "pg_namespace", "pg_policy"} {
		parts = append(parts, fmt.Sprintf("(SELECT concat_ws(',', count(*), count(*) FILTER (WHERE age(xmin) <= %s)) FROM %s WHERE oid >= 16384)", since, catalog))
	}
	var oids []uint32 // not all of them: temporary tables do not count
	for _, r := range b.relations {
		oids = append(oids, r.oid)
	}
	parts = append(parts, fmt.Sprintf("(SELECT concat_ws(',', count(*), count(*) FILTER (WHERE age(xmin) <= %s)) FROM pg_attribute WHERE attrelid = ANY ('{%s}'))",
		since, numbers(oids)))
	return "concat_ws(' ', " + strings.Join(parts, ", ") + ")"
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func numbers(list []uint32) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
}

// unmoved is restorer.since of a database in which nothing was put back.
func (b *baseline) unmoved() (since []string) {
	for _, r := range b.relations {
		if r.at > 0 {
			since = append(since, b.since)
		}
	}
	return since
}

// touched is what is not as it was.
type touched struct {
	relations []int
	objects   bool
	schema    bool
}

func (t touched) any() bool { return len(t.relations) > 0 || t.objects || t.schema }

// look finds out what is not as it was.
func (b *baseline) look(ctx context.Context, conn *pgx.Conn, since []string) (touched, error) {
	rows, err := conn.Query(ctx, b.touchedSQL(), list(since))
	if err != nil {
		return touched{}, err
	}
	return readTouched(rows)
}

// list is a list of numbers as Postgres writes one.
func list(since []string) string { return "{" + strings.Join(since, ",") + "}" }

func readTouched(rows pgx.Rows) (t touched, err error) {
	found, err := pgx.CollectRows(rows, pgx.RowTo[int])
	for _, i := range found {
		switch i {
		case schemaTouched:
			t.schema = true
		case objectsTouched:
			t.objects = true
		default:
			t.relations = append(t.relations, i)
		}
	}
	return t, err
}
