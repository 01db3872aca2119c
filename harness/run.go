package harness

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Result is what came of a run.
type Result struct {
	Summary
	// Outcomes holds one for each transaction that ran, in the order of the documentation.
	Outcomes []transaction.Outcome
}

// OK reports that everything that was to run did, and held.
func (r *Result) OK() bool { return r.Stats.OK() && !r.Interrupted }

// Run holds a server against its documentation and tells cfg.Reporter. A mismatch is no error: see
// Result. The error says why nothing, or not everything, could be run: bad descriptions
// (*DescriptionError), hooks without a transaction (*HookNameError), no database, a hook around
// the whole run that failed. When ctx ends, what is under way is dropped, and the result, marked
// as interrupted, holds what ran until then.
func Run(ctx context.Context, cfg Config) (result *Result, err error) {
	s, err := Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	reporter := cfg.Reporter
	if reporter == nil {
		reporter = silent{}
	}

	started := time.Now()
	reporter.Begin(s.Plan())
	result = &Result{}
	result.Stats.Skipped = s.left
	if err := s.BeforeAll(ctx); err != nil {
		return nil, err
	}
	s.each(ctx, func(o transaction.Outcome) {
		result.Stats.Add(o.Status)
		result.Outcomes = append(result.Outcomes, o)
		reporter.Report(o)
	})
	err = s.AfterAll(context.WithoutCancel(ctx))
	result.NotRun = len(s.contract.transactions) - len(result.Outcomes)
	result.Interrupted = ctx.Err() != nil
	result.Duration = time.Since(started)
	return result, errors.Join(err, reporter.End(result.Summary))
}

// each runs all transactions on the workers and calls f with what came of them, in the order of
// the documentation. After ctx ended, f still gets what had run until then.
func (s *Session) each(ctx context.Context, f func(transaction.Outcome)) {
	waiting, next := map[int]transaction.Outcome{}, 0
	take := func() bool {
		o, ok := waiting[next]
		if ok {
			delete(waiting, next)
			f(o)
			next++
		}
		return ok
	}
	for n := range s.runAll(ctx) {
		waiting[n.index] = n.outcome
		for take() {
		}
	}
	for len(waiting) > 0 { // those behind a gap that an interruption left
		if !take() {
			next++
		}
	}
}

type numbered struct {
	index   int
	outcome transaction.Outcome
}

// runAll starts the workers and returns what they finish, in the order they finish it.
func (s *Session) runAll(ctx context.Context) <-chan numbered {
	todo := make(chan int, len(s.contract.transactions))
	for i := range s.contract.transactions {
		todo <- i
	}
	close(todo)
	done := make(chan numbered)
	var workers sync.WaitGroup
	for range s.cfg.Workers {
		workers.Go(func() {
			for i := range todo {
				o, err := s.Run(ctx, i)
				if err != nil {
					return
				}
				done <- numbered{i, o}
			}
		})
	}
	go func() {
		workers.Wait()
		close(done)
	}()
	return done
}

// silent is the reporter of a run that nobody watches.
type silent struct{}

func (silent) Begin(Plan)                 {}
func (silent) Report(transaction.Outcome) {}
func (silent) End(Summary) error          { return nil }
