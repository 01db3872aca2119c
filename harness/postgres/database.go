package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// database is a case as its hooks and its server see it. It behaves as a pool of one connection: each
// statement stands for itself.
type database struct{ c *nested }

func (d *database) Begin(ctx context.Context) (pgx.Tx, error) { return d.c.begin(ctx, nil) }

func (d *database) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return d.c.execute(ctx, sql, args)
}

func (d *database) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return d.c.query(ctx, sql, args)
}

func (d *database) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	r, _ := d.c.query(ctx, sql, args)
	return row{r}
}

func (d *database) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return d.c.sendBatch(ctx, b)
}

func (c *nested) execute(ctx context.Context, sql string, args []any) (pgconn.CommandTag, error) {
	use, leave, err := c.take(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer leave()
	if err := c.guard(use); err != nil {
		return pgconn.CommandTag{}, err
	}
	c.note(sql, args)
	tag, err := c.conn.Exec(use, sql, args...)
	return tag, canceled(use, err)
}

// query reads all rows at once, so that the connection is free again: on a pool, code may query while
// it still reads the rows of another query, and several goroutines may query at the same time.
func (c *nested) query(ctx context.Context, sql string, args []any) (*rows, error) {
	use, leave, err := c.take(ctx)
	if err != nil {
		return failedRows(c, err), err
	}
	defer leave()
	if err := c.guard(use); err != nil {
		return failedRows(c, err), err
	}
	c.note(sql, args)
	from, err := c.conn.Query(use, sql, args...)
	r := readRows(use, c, from, err)
	return r, r.err
}

func (c *nested) sendBatch(ctx context.Context, b *pgx.Batch) *batch {
	use, leave, err := c.take(ctx)
	if err != nil {
		return failedBatch(c, b, err)
	}
	defer leave()
	if err := c.guard(use); err != nil {
		return failedBatch(c, b, err)
	}
	return readBatch(use, c, b)
}
