package hook

import (
	"context"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Runner carries out hooks, wherever they are written. *Registry is one; a handler in another
// language is another. An error means that hooks could not do their work.
type Runner interface {
	// RunBeforeAll runs the beforeAll hooks, once before the first transaction. They may change,
	// reorder, add to and take from run.Transactions.
	RunBeforeAll(run *Run) error
	// RunBefore runs the beforeEach hooks, then the before hooks of the transaction's name.
	RunBefore(c *Case) error
	// RunBeforeValidation runs the beforeEachValidation hooks, then the beforeValidation hooks of the
	// transaction's name.
	RunBeforeValidation(c *Case) error
	// RunAfter runs the after hooks of the transaction's name, then the afterEach hooks.
	RunAfter(c *Case) error
	// RunAfterAll runs the afterAll hooks, once after the last transaction.
	RunAfterAll(run *Run) error
}

// Loader is a Runner whose hooks may look at the transactions before the run, and which can say what
// they are registered for.
type Loader interface {
	Runner
	// Load is called once, before the run, with all that will run.
	Load(ctx context.Context, ts []*transaction.Transaction) ([]Registered, error)
}

// Multi returns a Runner that runs the hooks of several, in their order. An error of one ends it.
func Multi(runners ...Runner) Runner { return multi(runners) }

type multi []Runner

// RunBeforeAll runs those of each, as Runner has it.
func (m multi) RunBeforeAll(run *Run) error {
	return m.each(func(r Runner) error { return r.RunBeforeAll(run) })
}

// RunBefore runs those of each, as Runner has it.
func (m multi) RunBefore(c *Case) error {
	return m.each(func(r Runner) error { return r.RunBefore(c) })
}

// RunBeforeValidation runs those of each, as Runner has it.
func (m multi) RunBeforeValidation(c *Case) error {
	return m.each(func(r Runner) error { return r.RunBeforeValidation(c) })
}

// RunAfter runs those of each, as Runner has it.
func (m multi) RunAfter(c *Case) error {
	return m.each(func(r Runner) error { return r.RunAfter(c) })
}

// RunAfterAll runs those of each, as Runner has it.
func (m multi) RunAfterAll(run *Run) error {
	return m.each(func(r Runner) error { return r.RunAfterAll(run) })
}

func (m multi) each(f func(Runner) error) error {
	for _, r := range m {
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}
