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
// the whole run that failed, a hook handler that died. The reporter gets its end in any case, once it
// had its beginning, and the result holds what ran until then. When ctx ends, what is under way is dropped, and the result, marked
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
	err = s.BeforeAll(ctx)
	if err == nil {
		s.each(ctx, func(o transaction.Outcome) {
			result.Stats.Add(o.Status)
			result.Outcomes = append(result.Outcomes, o)
			reporter.Report(o)
		})
		if aborted := s.aborted.Load(); aborted != nil {
			err = *aborted
		}
	}
	if s.aborted.Load() == nil {
		err = errors.Join(err, s.afterAll(ctx))
	}
	for _, e := range s.run.Reported() {
		result.Stats.Add(transaction.Error)
		result.HookErrors = append(result.HookErrors, e.Error())
	}
	result.NotRun = len(s.working) - len(result.Outcomes)
	result.Interrupted = ctx.Err() != nil
	result.Duration = time.Since(started)
	return result, errors.Join(err, reporter.End(result.Summary))
}

// lastHooks is how long afterAll hooks may go on once the run is interrupted. A handler may still be busy
// with the hooks that the interruption came upon.
const lastHooks = 2 * time.Second

// afterAll runs the afterAll hooks, also of a run that was interrupted, but then not for long.
func (s *Session) afterAll(ctx context.Context) error {
	bounded, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(lastHooks, cancel)
		context.AfterFunc(bounded, func() { timer.Stop() })
	})
	defer stop()
	err := s.AfterAll(bounded)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // who interrupts does not wait
	}
	return err
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
	todo := make(chan int, len(s.working))
	for i := range s.working {
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
