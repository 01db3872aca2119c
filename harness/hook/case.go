package hook

import (
	"context"
	"errors"
	"time"

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
	// afterEach hooks may look at and change: without its Findings the transaction passes, and
	// Reason is what the report says of it.
	Outcome *transaction.Outcome
	// Values carries what the hooks of this transaction have to tell each other.
	Values Values

	scope
	run        *Run
	reported   []error
	skipReason string
}

// NewCase returns the case of one transaction of a run, which ends when ctx does. run may be nil.
func NewCase(ctx context.Context, run *Run, t *transaction.Transaction, db DB, faker *gofakeit.Faker) *Case {
	if run == nil {
		run = NewRun(ctx, []*transaction.Transaction{t})
	}
	return &Case{Transaction: t, DB: db, Faker: faker, scope: scope{ctx: ctx}, run: run}
}

// Run is the run that the case belongs to: all its transactions, and the values that it carries.
func (c *Case) Run() *Run {
	if c.run == nil {
		c.run = NewRun(c.Context(), nil)
	}
	return c.run
}

// Report notes an error without ending the flow: the hooks that follow and the request still happen,
// as in Dredd when a JavaScript hook throws. The transaction ends as an error.
func (c *Case) Report(err error) {
	if err != nil {
		c.reported = append(c.reported, err)
	}
}

// SkipReason is what a hook gave to Skip.
func (c *Case) SkipReason() string { return c.skipReason }

// Reported is what was given to Report.
func (c *Case) Reported() error { return errors.Join(c.reported...) }

// Run is what beforeAll and afterAll hooks work on.
type Run struct {
	// Transactions are all that will run, in order. They are the very ones that run, at any time of
	// it, so that a hook of one can change another. beforeAll hooks may also reorder the list, add to
	// it and take from it.
	Transactions []*transaction.Transaction
	// Values carries what hooks of different transactions have to tell each other.
	Values Values
	// Timeout is how long one hook may take; 0 means for ever. It ends the hook's Context.
	Timeout time.Duration

	scope
	reported []error
}

// NewRun returns the value for beforeAll and afterAll hooks. ctx ends when the run is interrupted.
func NewRun(ctx context.Context, ts []*transaction.Transaction) *Run {
	return &Run{Transactions: ts, scope: scope{ctx: ctx}}
}

// Bind makes ctx the one that ends the run from now on. It is for those who carry out runs.
func (r *Run) Bind(ctx context.Context) { r.set(ctx) }

// Report notes an error without ending the flow: what follows still runs, and the run is not green.
func (r *Run) Report(err error) {
	if err != nil {
		r.reported = append(r.reported, err)
	}
}

// Reported returns what was given to Report since it was last asked.
func (r *Run) Reported() []error {
	list := r.reported
	r.reported = nil
	return list
}
