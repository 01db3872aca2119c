package harness

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Run carries out transaction number i: it seeds a clean database through the hooks, sends the
// request, and judges the response. Several may run at a time, up to Config.Workers. The error says
// why there is no outcome: that of ctx, or one that wraps hook.ErrAbort, after which nothing runs any
// more.
func (s *Session) Run(ctx context.Context, i int) (transaction.Outcome, error) {
	doc := s.working[i]
	if why := s.leavesAlone(doc); why != "" {
		return transaction.Outcome{
			Transaction: doc.take(), Started: time.Now(), Status: transaction.Skip, Reason: why, Unselected: true,
		}, s.stopped(ctx)
	}
	w, err := s.acquire(ctx)
	if stopped := s.stopped(ctx); stopped != nil {
		if w != nil {
			s.release(w)
		}
		return transaction.Outcome{}, stopped
	}
	o := transaction.Outcome{Transaction: doc.take(), Started: time.Now()}
	if err != nil {
		broken(&o, err)
	} else {
		s.carryOut(ctx, w, doc, &o)
		s.release(w)
	}
	if ctx.Err() != nil {
		return transaction.Outcome{}, ctx.Err()
	}
	o.Duration = time.Since(o.Started)
	s.known.judge(doc.Name, &o)
	s.bail.count(o.Status)
	s.locate(ctx, doc.documented, &o)
	return o, ctx.Err()
}

// leavesAlone says why a transaction is skipped without its hooks; "" when it is not. The hooks of what is
// not selected run, as in Dredd, since others may need what they do. Where each transaction has a
// database of its own, what they seed is of no use to anybody.
func (s *Session) leavesAlone(doc *working) string {
	switch {
	case s.cfg.Database == nil || len(s.cfg.Handlers) > 0 || s.selected.dryRun:
		return ""
	case s.selected.names:
		return onlyNames
	}
	return s.selected.leavesOutName(doc.Name)
}

// carryOut runs one transaction on one worker.
func (s *Session) carryOut(ctx context.Context, w *worker, doc *working, o *transaction.Outcome) {
	db, held, err := w.begin(ctx, s.cfg)
	if err != nil {
		broken(o, err)
		return
	}
	address(o.Transaction, w.base)
	c := hook.NewCase(ctx, s.run, o.Transaction, db, gofakeit.New(caseSeed(s.cfg.Seed, o.Transaction.Name)))
	err = s.hold(c, doc, o)
	if err == nil || !isLast(err) {
		c.Outcome = o
		err = errors.Join(err, s.hooks.RunAfter(c))
	}
	s.settle(c, doc, o, err)
	s.giveBack(ctx, w, held, o)
}

// giveBack ends the use of the database, which may find out that the transaction was not one. A database that
// somebody will want to look into is kept.
func (s *Session) giveBack(ctx context.Context, w *worker, held *postgres.Case, o *transaction.Outcome) {
	name := o.Transaction.Name
	keep := held != nil && s.cfg.Database.KeepFailed && ctx.Err() == nil && !s.known.lists(name) &&
		(o.Status == transaction.Fail || o.Status == transaction.Error)
	kept, err := w.end(held, name, keep)
	o.Database = kept
	if err == nil {
		err = w.leaks(ctx, s.cfg)
	}
	if err == nil || ctx.Err() != nil {
		return
	}
	if errors.Is(err, postgres.ErrLost) { // whatever else is to be told came of that
		o.Status, o.Findings = transaction.Error, nil
		o.Reason = strings.TrimRight("Postgres: "+postgres.ErrLost.Error()+"\n"+o.Reason, "\n")
		return
	}
	if keep && o.Status == transaction.Fail { // what it failed by counts for more
		o.Reason = strings.TrimLeft(o.Reason+"\n"+err.Error(), "\n")
		return
	}
	broken(o, fmt.Errorf("clean the database: %w", err))
}

// isLast reports whether no further hook can run around a transaction: the handler is gone, or a hook
// was given up and still works on the transaction.
func isLast(err error) bool {
	var late *hook.TimeoutError
	return errors.Is(err, hook.ErrAbort) || errors.As(err, &late) && late.Running
}

// settle makes an outcome of what hooks and verdict say; err is what could not be done.
func (s *Session) settle(c *hook.Case, doc *working, o *transaction.Outcome, err error) {
	s.abortOn(err)
	var late *hook.TimeoutError
	if errors.As(err, &late) && late.Running {
		o.Transaction = doc.Clone() // nobody may look at the one that the hook still has
	} else {
		err = errors.Join(err, c.Reported())
	}
	if err != nil {
		broken(o, err)
	}
	decide(o, skipReason(c, doc))
}

// skipReason is why a transaction was skipped, if it was.
func skipReason(c *hook.Case, doc *working) string {
	switch {
	case c.SkipReason() != "":
		return c.SkipReason()
	case doc.Skip:
		return "such a response is not asked for, unless a hook sets Skip to false"
	default:
		return "skipped by a hook"
	}
}

// errNoReal is about a hook that took away what was to be judged.
var errNoReal = errors.New("a beforeValidation hook set Transaction.Real to nil; return hook.Skip to leave the verdict out")

// hold runs the hooks and the request, and puts what is found into the outcome.
func (s *Session) hold(c *hook.Case, doc *working, o *transaction.Outcome) error {
	t := c.Transaction
	if err := s.hooks.RunBefore(c); err != nil {
		return err
	}
	situation, err := doc.cell.seed(c, s.cfg.Hooks)
	if err != nil {
		return err
	}
	if t.Skip {
		return nil
	}
	if t.Fail != "" {
		o.Status, o.Reason = transaction.Fail, "Failed in before hook: "+t.Fail
		return nil
	}
	if why := s.selected.leavesOut(t); why != "" {
		t.Skip = true // as after hooks see it in Dredd
		o.Status, o.Reason, o.Unselected = transaction.Skip, why, true
		return nil
	}
	real, err := s.client.Do(c.Context(), t)
	if err != nil {
		return s.unanswered(c.Context(), err)
	}
	t.Real = real
	if err := s.hooks.RunBeforeValidation(c); err != nil {
		return err
	}
	if t.Real == nil {
		return errNoReal
	}
	if doc.cell != nil {
		o.Findings, err = doc.cell.judge(c, situation, s.cfg.Hooks)
		return err
	}
	expected := t.Expected
	if t.Request.Method == http.MethodHead { // RFC 9110, section 9.3.2: there is no body to hold
		expected.Body, expected.Schema = "", ""
	}
	result := s.checker.Check(expected, *t.Real, gavel.Options{
		Match:      s.cfg.Match,
		NoDefaults: s.cfg.NoVolatileDefaults,
		Volatile:   append(slices.Clip(s.cfg.Volatile), t.Volatile...), // the last one counts
		Explain:    s.cfg.Explain,
		Refer:      doc.refer(),
	})
	o.Findings, o.Excused = result.Findings, result.Excused
	return nil
}

// noticed is how long it may take until the end of a program is known after its connections broke.
const noticed = 100 * time.Millisecond

// unanswered adds to why there is no answer that the server under test, started here, is not there any more.
func (s *Session) unanswered(ctx context.Context, err error) error {
	if s.process == nil || ctx.Err() != nil {
		return err
	}
	limit, cancel := context.WithTimeout(ctx, noticed)
	defer cancel()
	select {
	case <-s.process.process.Done():
	case <-limit.Done():
	}
	var died *ServerError
	if !errors.As(s.process.died(), &died) {
		return err
	}
	return fmt.Errorf("the server under test %s: %w", died.What, err)
}

// decide settles the status once every hook has spoken: an error stands, skipping wins over failing,
// and a reason to fail counts even when the response is as documented.
func decide(o *transaction.Outcome, whySkipped string) {
	t := o.Transaction
	switch {
	case o.Status == transaction.Error:
		o.Unselected = false
	case o.Unselected:
	case t.Skip:
		o.Status, o.Findings, o.Excused, o.Reason = transaction.Skip, nil, nil, whySkipped
	case o.Status == transaction.Fail:
	case transaction.Fails(o.Findings):
		o.Status = transaction.Fail
	case t.Fail != "":
		o.Status, o.Reason = transaction.Fail, "Failed in after hook: "+t.Fail
	default:
		o.Status, o.Reason = transaction.Pass, ""
	}
}

// broken notes that the transaction could not be carried out. The first cause is the one to mend.
func broken(o *transaction.Outcome, err error) {
	if o.Status == transaction.Error {
		return
	}
	o.Status, o.Reason, o.Findings = transaction.Error, err.Error(), nil
}

// caseSeed gives each transaction fake data of its own that does not depend on what runs beside
// it. It is never 0, which gofakeit takes for "random".
func caseSeed(seed uint64, name transaction.Name) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return (h.Sum64() ^ seed) | 1
}
