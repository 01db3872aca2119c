package hook

import (
	"context"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// DB is the database of one transaction: what pgx.Tx, *pgx.Conn and *pgxpool.Pool have in common.
// Begin nests: inside a transaction it makes a savepoint.
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// Case is what a hook works on: one transaction, the database it runs in, and fake data. All hooks
// of one transaction get the same Case.
type Case struct {
	// Transaction is the one that runs; hooks may change it.
	Transaction *transaction.Transaction
	// DB is the clean database of this transaction; nil when the run has none.
	DB DB
	// Faker makes fake data. It is seeded by the run's seed and the transaction's name, so a
	// transaction gets the same data in every run, whatever runs beside it.
	Faker *gofakeit.Faker
	// Outcome is what came of the transaction: nil before validation, and then what after and
	// afterEach hooks may look at.
	Outcome *transaction.Outcome

	ctx context.Context
}

// NewCase returns the case of one transaction. ctx ends when the run is interrupted.
func NewCase(ctx context.Context, t *transaction.Transaction, db DB, faker *gofakeit.Faker) *Case {
	return &Case{Transaction: t, DB: db, Faker: faker, ctx: ctx}
}

// Context ends when the run is interrupted.
func (c *Case) Context() context.Context {
	if c.ctx == nil {
		return context.Background()
	}
	return c.ctx
}

// Run is what beforeAll and afterAll hooks work on.
type Run struct {
	// Transactions are all that will run, in order; beforeAll hooks may change them.
	Transactions []*transaction.Transaction

	ctx context.Context
}

// NewRun returns the value for beforeAll and afterAll hooks. ctx ends when the run is interrupted.
func NewRun(ctx context.Context, ts []*transaction.Transaction) *Run {
	return &Run{Transactions: ts, ctx: ctx}
}

// Context ends when the run is interrupted.
func (r *Run) Context() context.Context {
	if r.ctx == nil {
		return context.Background()
	}
	return r.ctx
}
