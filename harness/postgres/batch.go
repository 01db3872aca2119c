package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// batch is what came of a batch, all in memory.
type batch struct {
	c       *nested
	queued  []*pgx.QueuedQuery
	results []*rows // one for each query, or fewer up to and with the first that failed
	late    error   // shows when the batch is closed

	next   int
	closed bool
	err    error
}

func failedBatch(c *nested, b *pgx.Batch, err error) *batch {
	return &batch{c: c, queued: b.QueuedQueries, err: err}
}

func readBatch(ctx context.Context, c *nested, b *pgx.Batch) *batch {
	if len(b.QueuedQueries) > 0 && strings.HasPrefix(strings.ToLower(b.QueuedQueries[0].SQL), "begin") {
		return failedBatch(c, b, errors.New("a batch cannot begin a transaction in a case: use Begin"))
	}
	read := &batch{c: c, queued: b.QueuedQueries}
	sent := &pgx.Batch{} // without the queued functions, which run when our reader closes its batch
	for _, q := range b.QueuedQueries {
		c.note(q.SQL, q.Arguments)
		sent.Queue(q.SQL, q.Arguments...)
	}
	from := c.conn.SendBatch(ctx, sent)
	for range b.QueuedQueries {
		r, err := from.Query()
		result := readRows(ctx, c, r, err)
		read.results = append(read.results, result)
		if result.err != nil || result.late != nil {
			break
		}
	}
	read.late = canceled(ctx, from.Close())
	return read
}

// result is what the next query of the batch returned.
func (b *batch) result() *rows {
	switch {
	case b.err != nil:
		return failedRows(b.c, b.err)
	case b.closed:
		return failedRows(b.c, errors.New("batch already closed"))
	case b.next >= len(b.results):
		return failedRows(b.c, errors.New("no more results in batch"))
	}
	r := b.results[b.next]
	b.next++
	if r.err != nil {
		b.err = r.err
	} else if r.late != nil {
		b.err = r.late
	}
	return r
}

func (b *batch) Exec() (pgconn.CommandTag, error) {
	r := b.result()
	r.Close()
	return r.CommandTag(), r.Err()
}

func (b *batch) Query() (pgx.Rows, error) {
	r := b.result()
	return r, r.err
}

func (b *batch) QueryRow() pgx.Row { return row{b.result()} }

func (b *batch) Close() error {
	if b.closed || b.err != nil {
		b.closed = true
		return b.err
	}
	for b.err == nil && b.next < len(b.queued) {
		if f := b.queued[b.next].Fn; f != nil {
			before := b.next
			if err := f(b); err != nil {
				b.err = err
			}
			b.next = max(b.next, before+1)
		} else if _, err := b.Exec(); err != nil {
			b.err = err
		}
	}
	b.closed = true
	if b.err == nil {
		b.err = b.late
	}
	return b.err
}

// Tx is nil: a batch in a case begins no transaction.
func (b *batch) Tx() pgx.Tx { return nil }
