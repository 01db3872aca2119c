package harness

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Result is what came of a run.
type Result struct {
	Summary
	// Outcomes holds one for each transaction that ran or was skipped, in the order of the run: that of
	// the documentation, unless Config or a beforeAll hook says otherwise.
	Outcomes []transaction.Outcome
}

// OK reports that everything that was to run did, and held.
func (r *Result) OK() bool { return r.Summary.OK() }

// Run holds a server against its documentation and tells cfg.Reporter. A mismatch is no error: see
// Result. The error says why nothing, or not everything, could be run: bad descriptions
// (*DescriptionError), hooks without a transaction (*HookNameError), no database, a hook around
// the whole run that failed, a hook handler that died. The reporter gets its end in any case, with the
// reason in Summary.Error, and without a beginning where there was none; the result is nil then, and
// else holds what ran until the end. When ctx ends, what is under way is dropped, and the result is marked
// as interrupted.
func Run(ctx context.Context, cfg Config) (result *Result, err error) {
	reporter := cfg.Reporter
	if reporter == nil {
		reporter = silent{}
	}
	s, err := Open(ctx, cfg)
	if err != nil {
		sum := Summary{Interrupted: ctx.Err() != nil, Error: reason(ctx, err)}
		var broken *DescriptionError
		if errors.As(err, &broken) {
			sum.Annotations = broken.Annotations
		}
		if end := reporter.End(sum); end != nil {
			err = errors.Join(err, end)
		}
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	started := time.Now()
	reporter.Begin(s.Plan())
	result = &Result{}
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
	result.Notes = s.notes(result.NotRun)
	result.Interrupted, result.Error = ctx.Err() != nil, reason(ctx, err)
	result.Duration = time.Since(started)
	return result, errors.Join(err, reporter.End(result.Summary))
}

// reason is what a report says of an error of the run. That an interrupted run was interrupted is said
// otherwise.
func reason(ctx context.Context, err error) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && ctx.Err() != nil {
		var parts []string
		for _, e := range joined.Unwrap() {
			if text := reason(ctx, e); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, "\n")
	}
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return ""
	}
	return err.Error()
}

// notes are what there is to say once all is over.
func (s *Session) notes(notRun int) []string {
	var list []string
	if note := s.bail.note(notRun); note != "" {
		list = append(list, note)
	}
	if s.process != nil {
		if err := s.process.died(); err != nil {
			list = append(list, err.Error())
		}
	}
	return list
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
				if s.bail.reached() {
					return
				}
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
