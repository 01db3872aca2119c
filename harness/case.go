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
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Run carries out transaction number i: it seeds a clean database through the hooks, sends the
// request, and judges the response. Several may run at a time, up to Config.Workers. The error is
// that of ctx: the run was interrupted and there is no outcome.
func (s *Session) Run(ctx context.Context, i int) (transaction.Outcome, error) {
	w, err := s.acquire(ctx)
	if ctx.Err() != nil {
		return transaction.Outcome{}, ctx.Err()
	}
	doc := s.contract.transactions[i]
	o := transaction.Outcome{Transaction: doc.Clone(), Started: time.Now()}
	if doc.Skip {
		o.Reason = "such a response is not asked for, unless a hook sets Skip to false"
	}
	if err != nil {
		broken(&o, err)
	} else {
		s.carryOut(ctx, w, &o)
		s.release(w)
	}
	if ctx.Err() != nil {
		return transaction.Outcome{}, ctx.Err()
	}
	o.Duration = time.Since(o.Started)
	s.locate(ctx, doc, &o)
	return o, ctx.Err()
}

// carryOut runs one transaction on one worker.
func (s *Session) carryOut(ctx context.Context, w *worker, o *transaction.Outcome) {
	db, end, err := w.begin(ctx, s.cfg)
	if err != nil {
		broken(o, err)
		return
	}
	address(o.Transaction, w.base)
	c := hook.NewCase(ctx, o.Transaction, db, gofakeit.New(caseSeed(s.cfg.Seed, o.Transaction.Name)))
	s.hold(c, o)
	c.Outcome = o
	if err := s.cfg.Hooks.RunAfter(c); err != nil {
		broken(o, err)
	}
	decide(o)
	if err := end(); err != nil && ctx.Err() == nil {
		broken(o, fmt.Errorf("clean the database: %w", err))
	}
}

// hold runs the hooks and the request, and puts what is found into the outcome.
func (s *Session) hold(c *hook.Case, o *transaction.Outcome) {
	t := c.Transaction
	if err := s.cfg.Hooks.RunBefore(c); err != nil {
		broken(o, err)
		return
	}
	if t.Skip {
		return
	}
	if t.Fail != "" {
		o.Status, o.Reason = transaction.Fail, "failed in before hook: "+t.Fail
		return
	}
	real, err := s.client.Do(c.Context(), t)
	if err != nil {
		broken(o, err)
		return
	}
	t.Real = real
	if err := s.cfg.Hooks.RunBeforeValidation(c); err != nil {
		broken(o, err)
		return
	}
	expected := t.Expected
	if t.Request.Method == http.MethodHead { // RFC 9110, section 9.3.2: there is no body to hold
		expected.Body, expected.Schema = "", ""
	}
	o.Findings = s.checker.Check(expected, *t.Real, gavel.Options{
		Match:    s.cfg.Match,
		Volatile: append(slices.Clip(s.cfg.Volatile), t.Volatile...), // the last one counts
	}).Findings
}

// decide settles the status once every hook has spoken: an error stands, skipping wins over failing,
// and a reason to fail counts even when the response is as documented.
func decide(o *transaction.Outcome) {
	t := o.Transaction
	switch {
	case o.Status == transaction.Error:
	case t.Skip:
		o.Status, o.Findings = transaction.Skip, nil
		if o.Reason == "" {
			o.Reason = "skipped by a hook"
		}
	case o.Status == transaction.Fail:
	case len(o.Findings) > 0:
		o.Status, o.Reason = transaction.Fail, ""
	case t.Fail != "":
		o.Status, o.Reason = transaction.Fail, "failed in after hook: "+t.Fail
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

// locate names the line of the documentation for everything that is wrong with the outcome. It is
// asked for only then, since Drafter has to read the document a second time for it.
func (s *Session) locate(ctx context.Context, doc documented, o *transaction.Outcome) {
	if o.Status != transaction.Fail && o.Status != transaction.Error {
		return
	}
	source, err := doc.find(ctx)
	if err != nil {
		o.Reason = errors.Join(errors.New(o.Reason), fmt.Errorf("find the lines of the documentation: %w", err)).Error()
		return
	}
	o.Source = source
	lines := gavel.NewLines(doc.Expected.Body)
	for i, f := range o.Findings {
		o.Findings[i].At = place(source, f, func() int {
			if line := lines.Line(f.Pointer); line != 0 {
				return line
			}
			real, _ := f.Real.(string)
			return firstDifference(doc.Expected.Body, real)
		})
	}
}

// place is the line that a finding is about: in the body that of the very key, or the first that
// differs in a text, which bodyLine tells; else that of the response.
func place(source transaction.Source, f transaction.Finding, bodyLine func() int) transaction.Position {
	if f.Field == "body" {
		if at := source.Body.At(bodyLine()); !at.IsZero() {
			return at
		}
	}
	if !source.Response.IsZero() {
		return source.Response
	}
	return source.Action
}

// firstDifference is the line of a, from 1, up to which it is as b.
func firstDifference(a, b string) int {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return strings.Count(a[:same], "\n") + 1
}

// caseSeed gives each transaction fake data of its own that does not depend on what runs beside
// it. It is never 0, which gofakeit takes for "random".
func caseSeed(seed uint64, name transaction.Name) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return (h.Sum64() ^ seed) | 1
}
