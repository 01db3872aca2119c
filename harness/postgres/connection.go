package postgres

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
)

// connect makes a connection to a database of the server.
func (s *Server) connect(ctx context.Context, name string) (*pgx.Conn, error) {
	at, err := address(s.source.URL()).database(name)
	if err != nil {
		return nil, err
	}
	config, err := at.config()
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", name, briefly(err))
	}
	return conn, nil
}

// hangUp closes a connection and waits until the server has done so too, which takes a millisecond.
// DROP DATABASE would wait for that as well, but looks only every 100 ms.
func hangUp(conn *pgx.Conn) {
	raw, err := conn.PgConn().Hijack()
	if err != nil { // it is closed, or busy
		ctx, cancel := closing()
		defer cancel()
		_ = conn.Close(ctx)
		return
	}
	defer func() { _ = raw.Conn.Close() }()
	raw.Frontend.Send(&pgproto3.Terminate{})
	if raw.Conn.SetDeadline(time.Now().Add(closeTimeout/4)) == nil && raw.Frontend.Flush() == nil {
		_, _ = io.Copy(io.Discard, raw.Conn)
	}
}

// sequenceReset reads the state of all sequences, and makes the query that sets them back to it.
func sequenceReset(ctx context.Context, conn *pgx.Conn) (sql string, err error) {
	rows, err := conn.Query(ctx, `SELECT format('SELECT %s::bigint AS id, last_value, is_called FROM %I.%I', c.oid, nspname, relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relpersistence <> 't' AND has_schema_privilege(n.oid, 'USAGE')
		AND CASE WHEN relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT') END ORDER BY c.oid`)
	if err != nil {
		return "", err
	}
	selects, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", err
	}
	if len(selects) == 0 {
		return "SELECT 0", nil
	}
	// pg_sequences does not tell a value that was set but not yet called; the sequences do.
	rows, err = conn.Query(ctx, "SELECT format('(%s::regclass, %s::bigint, %L::boolean)', id, last_value, is_called) FROM ("+
		strings.Join(selects, " UNION ALL ")+") s")
	if err != nil {
		return "", err
	}
	states, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", err
	}
	return "SELECT count(setval(s, v, c)) FROM (VALUES " + strings.Join(states, ", ") + ") t(s, v, c)", nil
}
