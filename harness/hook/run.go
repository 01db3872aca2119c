package hook

import (
	"fmt"
	"runtime/debug"
	"strings"
)

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
	if err := run(c, after, r.named[after][c.Transaction.Name]); err != nil {
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
	return run(c, named, r.named[named][c.Transaction.Name])
}

func (r *Registry) runAll(e event, all *Run) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.all[e] {
		if err := guard(e, func() error { return f(all) }); err != nil {
			return err
		}
	}
	return nil
}

func run(c *Case, e event, fs []Func) error {
	for _, f := range fs {
		if err := guard(e, func() error { return f(c) }); err != nil {
			return err
		}
	}
	return nil
}

// guard turns a panic into an error that names the line it came from, and says which hook spoke.
func guard(e event, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s hook panicked: %v (%s)", e, v, panicPlace(string(debug.Stack())))
		}
	}()
	if err := f(); err != nil {
		return fmt.Errorf("%s hook: %w", e, err)
	}
	return nil
}

// panicPlace finds the file:line of the frame that panicked in a stack trace: the line after the
// first function that follows the call of panic.
func panicPlace(stack string) string {
	lines := strings.Split(stack, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+3 < len(lines) {
			place, _, _ := strings.Cut(strings.TrimSpace(lines[i+3]), " ")
			return place
		}
	}
	return "unknown place"
}
