package hook

import (
	"errors"
	"fmt"
)

// errReplaced is about a hook that put another transaction into its case.
var errReplaced = errors.New("set Case.Transaction to another one, or to none; change what it points at, or return hook.Skip")

// RunBeforeAll runs the beforeAll hooks; the first error ends it.
func (r *Registry) RunBeforeAll(run *Run) error { return r.runAll(beforeAll, run) }

// RunAfterAll runs the afterAll hooks; the first error ends it.
func (r *Registry) RunAfterAll(run *Run) error { return r.runAll(afterAll, run) }

// RunBefore runs the beforeEach hooks, then the before hooks of the transaction's name. The name is
// looked up after the beforeEach hooks, which may change it.
func (r *Registry) RunBefore(c *Case) error { return r.runBoth(c, beforeEach, before) }

// RunBeforeValidation runs the beforeEachValidation hooks, then the beforeValidation hooks of the
// transaction's name.
func (r *Registry) RunBeforeValidation(c *Case) error {
	return r.runBoth(c, beforeEachValidation, beforeValidation)
}

// RunAfter runs the after hooks of the transaction's name, then the afterEach hooks.
func (r *Registry) RunAfter(c *Case) error {
	if r == nil {
		return nil
	}
	if err := run(c, after, r.of(after, c.Transaction)); err != nil {
		return err
	}
	return run(c, afterEach, r.each[afterEach])
}

func (r *Registry) runBoth(c *Case, each, named event) error {
	if r == nil {
		return nil
	}
	if err := run(c, each, r.each[each]); err != nil {
		return err
	}
	return run(c, named, r.of(named, c.Transaction))
}

func (r *Registry) runAll(e event, all *Run) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.all[e] {
		if err := guard(&all.scope, e, all.Timeout, func() error { return f(all) }); err != nil {
			return err
		}
	}
	return nil
}

// run runs hooks around one transaction. The first that skips it, or that cannot do its work, is the
// last to run.
func run(c *Case, e event, fs []Func) error {
	t := c.Transaction
	for _, f := range fs {
		err := guard(&c.scope, e, c.Run().Timeout, func() error { return f(c) })
		if late := (*TimeoutError)(nil); errors.As(err, &late) && late.Running {
			return err // the hook still has the case
		}
		if c.Transaction != t {
			c.Transaction = t
			err = errors.Join(err, fmt.Errorf("%s hook: %w", e, errReplaced))
		}
		var skip *skipped
		switch {
		case errors.As(err, &skip):
			c.Transaction.Skip, c.skipReason = true, skip.reason
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}
