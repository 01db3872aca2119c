package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Leak is what was written past the cases into one table of a worker's database: by a connection that is not
// the case's, say.
type Leak struct {
	// Table is its name, with the schema unless that is public.
	Table string
	// Rows is how many rows are new. Changed is true when rows of the template are changed or gone.
	Rows    int64
	Changed bool
	// Sample is one of the new rows, as JSON; empty when there is none.
	Sample string
}

// String says it in a sentence without its end.
func (l Leak) String() string {
	var parts []string
	switch {
	case l.Rows == 1:
		parts = append(parts, fmt.Sprintf("a row was written to %s past the case: %s", l.Table, l.Sample))
	case l.Rows > 1:
		parts = append(parts, fmt.Sprintf("%d rows were written to %s past the case, such as %s", l.Rows, l.Table, l.Sample))
	}
	if l.Changed {
		parts = append(parts, fmt.Sprintf("rows that %s has from the migrations were changed or deleted past the case", l.Table))
	}
	return strings.Join(parts, "; ")
}

// Leaks finds out what was written past the cases since the last time, between two cases. It is by another
// connection than the case's that it can be: one that a hook or the server under test opened by itself, or a
// statement of theirs that went on after the case. The worker's next case gets a clean database all the same.
// Only with Config.DetectLeaks changes of the template's rows are found too, and what went on in delete mode.
func (w *Worker) Leaks(ctx context.Context) ([]Leak, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open != nil || w.closed {
		return nil, nil
	}
	found, err := w.mode.leaked(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: look for what was written past a case: %w", err)
	}
	return found, nil
}

// tellLeaks warns at the end of a worker.
func (w *Worker) tellLeaks() {
	if w.server.run.Err() != nil {
		return // who interrupts does not wait
	}
	ctx, cancel := closing()
	defer cancel()
	found, err := w.mode.leaked(ctx)
	if err != nil || len(found) == 0 {
		return // it is only a warning that is lost
	}
	w.server.config.log(fmt.Sprintf("postgres: %s; --detect-leaks (Config.DetectLeaks) tells which transaction it was", found[0]))
}

// leaks finds what was written past the cases of a database whose cases are rolled back, so that all that is
// committed is one.
type leaks struct {
	base  *baseline // nil: only new rows are found
	since string
}

func newLeaks(ctx context.Context, s *Server, conn *pgx.Conn) (l leaks, err error) {
	if s.config.DetectLeaks {
		if l.base, err = s.pristine.read(ctx, conn); err != nil {
			return l, err
		}
		l.since = l.base.since
		return l, nil
	}
	return l, conn.QueryRow(ctx, "SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text").Scan(&l.since)
}

func (l leaks) find(ctx context.Context, conn *pgx.Conn) ([]Leak, error) {
	if l.base != nil {
		since := l.base.unmoved()
		t, err := l.base.look(ctx, conn, since)
		if err != nil {
			return nil, err
		}
		return describe(ctx, conn, l.base, since, t.relations)
	}
	b := &baseline{since: l.since}
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return b.readRelations(ctx, tx) })
	if err != nil || len(b.relations) == 0 {
		return nil, err
	}
	var selects []string
	for i, r := range b.relations {
		if !r.view {
			selects = append(selects, fmt.Sprintf("SELECT %d WHERE EXISTS (SELECT FROM ONLY %s WHERE age(xmin) <= age('%s'::xid))", i, r.name, l.since))
			b.relations[i].rows = 1 // there may have been some
		}
	}
	rows, err := conn.Query(ctx, strings.Join(selects, " UNION ALL "))
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, err
	}
	return describe(ctx, conn, b, nil, found)
}

// describe tells what is new in relations.
func describe(ctx context.Context, conn *pgx.Conn, b *baseline, since []string, list []int) ([]Leak, error) {
	var all []Leak
	for _, i := range list {
		r := b.relations[i]
		if r.view {
			continue
		}
		from := b.since
		if r.at > 0 && since != nil {
			from = since[r.at-1]
		}
		leak := Leak{Table: strings.TrimPrefix(r.name, "public.")}
		var old int64
		var sample *string
		err := conn.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FILTER (WHERE new), count(*) FILTER (WHERE NOT new), min(row) FILTER (WHERE new)
			FROM (SELECT age(xmin) <= age($1::xid) AS new, left(to_jsonb(t)::text, 500) AS row FROM ONLY %s t) t`, r.name), from).Scan(&leak.Rows, &old, &sample)
		if err != nil {
			return all, err
		}
		if sample != nil {
			leak.Sample = *sample
		}
		leak.Changed = since != nil && old < r.rows
		if leak.Changed || leak.Rows > 0 {
			all = append(all, leak)
		}
	}
	return all, nil
}
