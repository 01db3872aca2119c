package handler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// entry is what is kept about a transaction between events.
type entry struct {
	record  wire.Record
	outcome *transaction.Outcome // nil before it was judged
	event   wire.Event           // the last one about it
	started time.Time            // when its before hooks had run
}

func (h *Handler) entry(t *transaction.Transaction) *entry {
	e := h.entries[t]
	if e == nil {
		e = &entry{event: wire.BeforeAll}
		h.entries[t] = e
	}
	return e
}

// timedOut is the reason of a transaction whose hooks took too long, in Dredd's words.
const timedOut = "Hook timed out."

// RunBefore has the handler run the beforeEach hooks, and the before hooks of the transaction's name.
//
// As in Dredd, hooks that take longer than Config.Timeout fail the transaction, and no error is returned.
// The error is a *GoneError when the handler does not serve any more, that of the case's context, or
// tells of an answer that makes no sense.
func (h *Handler) RunBefore(c *hook.Case) error {
	return h.run(c, wire.BeforeEach, func(*entry) *transaction.Outcome { return nil })
}

// RunBeforeValidation has the handler run the beforeEachValidation hooks, and the beforeValidation hooks
// of the transaction's name. See RunBefore.
func (h *Handler) RunBeforeValidation(c *hook.Case) error {
	return h.run(c, wire.BeforeEachValidation, func(e *entry) *transaction.Outcome { return e.soFar(c) })
}

// RunAfter has the handler run the after hooks of the transaction's name, and the afterEach hooks, of
// which it decides the order. See RunBefore.
func (h *Handler) RunAfter(c *hook.Case) error {
	return h.run(c, wire.AfterEach, func(e *entry) *transaction.Outcome {
		if t := c.Transaction; t.Real == nil && !t.Skip && t.Fail == "" {
			return nil // there was no response; in Dredd there is no test then
		}
		e.outcome = e.soFar(c)
		return e.outcome
	})
}

// soFar is what came of the transaction until now.
func (e *entry) soFar(c *hook.Case) *transaction.Outcome {
	if c.Outcome != nil {
		return c.Outcome
	}
	return &transaction.Outcome{Transaction: c.Transaction, Started: e.started}
}

// run sends one transaction and takes over what comes back.
func (h *Handler) run(c *hook.Case, event wire.Event, outcome func(*entry) *transaction.Outcome) error {
	if err := h.take(c.Context()); err != nil {
		return err
	}
	defer h.give()
	e := h.entry(c.Transaction)
	o := outcome(e)
	e.event = event
	m, err := h.ask(c.Context(), event, e.record.Encode(c.Transaction, o, event), wire.Object{})
	if event == wire.BeforeEach {
		e.started = time.Now()
	}
	switch {
	case errors.Is(err, errTimeout):
		h.log(Warning, h.timeoutText(event, string(c.Transaction.Name)))
		c.Transaction.Fail = timedOut
		return nil
	case err != nil:
		return err
	}
	if err := e.record.Apply(m.Data, c.Transaction, o, event); err != nil {
		return h.nonsense(event, err)
	}
	c.Report(thrown(m))
	return nil
}

func (h *Handler) timeoutText(event wire.Event, of string) string {
	if of != "" {
		of = " of " + of
	}
	return fmt.Sprintf("hook handling timed out: no answer to %s%s within %s (--hooks-worker-timeout)", event, of, h.cfg.Timeout)
}

// nonsense is the error about an answer that is a message, but not one that can be used.
func (h *Handler) nonsense(event wire.Event, err error) error {
	return fmt.Errorf("hooks handler %s answered %s with what makes no sense: %w", h.name, event, err)
}

// take waits for the turn to speak to the handler.
func (h *Handler) take(ctx context.Context) error {
	if err := h.Err(); err != nil {
		return err
	}
	select {
	case <-h.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-h.gone:
		return h.why
	}
}

func (h *Handler) give() { h.turn <- struct{}{} }

// RunBeforeAll has the handler run the beforeAll hooks. They may change, reorder and add to
// run.Transactions; only JavaScript ones can take from it, as in Dredd. Hooks that take too long are only warned
// about. The error is as that of RunBefore.
func (h *Handler) RunBeforeAll(run *hook.Run) error {
	if err := h.take(run.Context()); err != nil {
		return err
	}
	defer h.give()
	data := h.encodeAll(run.Transactions, wire.BeforeAll)
	m, err := h.askAll(run.Context(), wire.BeforeAll, data, wire.Object{})
	if err != nil {
		return err
	}
	elements, err := elementsOf(m)
	if err != nil {
		return h.nonsense(wire.BeforeAll, err)
	}
	list, err := h.place(run.Transactions, elements)
	if err != nil {
		return h.nonsense(wire.BeforeAll, err)
	}
	run.Transactions = shortened(list, m)
	run.Report(thrown(m))
	return nil
}

// RunAfterAll has the handler run the afterAll hooks, which change nothing any more. The handler goes on
// until Close. The error is as that of RunBefore.
func (h *Handler) RunAfterAll(run *hook.Run) error {
	if err := h.take(run.Context()); err != nil {
		return err
	}
	defer h.give()
	m, err := h.askAll(run.Context(), wire.AfterAll, h.encodeAll(run.Transactions, wire.AfterAll), wire.Object{})
	if err != nil {
		return err
	}
	elements, err := elementsOf(m)
	if err != nil {
		return h.nonsense(wire.AfterAll, err)
	}
	for i, t := range run.Transactions[:min(len(elements), len(run.Transactions))] {
		e := h.entry(t)
		if err := e.record.Replace(elements[i], t, e.outcome, wire.AfterAll); err != nil {
			return h.nonsense(wire.AfterAll, fmt.Errorf("transaction %d: %w", i, err))
		}
	}
	run.Report(thrown(m))
	return h.writeOrder(run.Transactions)
}

// encodeAll makes the list that beforeAll and afterAll send.
func (h *Handler) encodeAll(ts []*transaction.Transaction, event wire.Event) []json.RawMessage {
	data := make([]json.RawMessage, len(ts))
	for i, t := range ts {
		e := h.entry(t)
		data[i] = e.record.Encode(t, e.outcome, event)
	}
	return data
}

// askAll sends the list. A time-out is an answer that changes nothing.
func (h *Handler) askAll(ctx context.Context, event wire.Event, elements []json.RawMessage, more wire.Object) (wire.Message, error) {
	size := 2
	for _, e := range elements {
		size += len(e) + 1
	}
	data := append(make([]byte, 0, size), '[')
	for i, e := range elements {
		if i > 0 {
			data = append(data, ',')
		}
		data = append(data, e...)
	}
	m, err := h.ask(ctx, event, append(data, ']'), more)
	if errors.Is(err, errTimeout) {
		h.log(Warning, h.timeoutText(event, ""))
		return wire.Message{}, nil
	}
	return m, err
}

func elementsOf(m wire.Message) ([]json.RawMessage, error) {
	if len(m.Data) == 0 || string(m.Data) == "null" {
		return nil, nil
	}
	elements, err := wire.ParseArray(m.Data)
	if err != nil {
		return nil, fmt.Errorf("read the list of transactions: %w", err)
	}
	return elements, nil
}

// writeOrder writes what the hooks noted in the first transaction, for the test suites of handlers.
func (h *Handler) writeOrder(ts []*transaction.Transaction) error {
	if h.cfg.Order == nil {
		return nil
	}
	var order []string
	if len(ts) > 0 {
		raw, _ := h.entry(ts[0]).record.Get("hooks_modifications")
		if len(raw) > 0 {
			_ = json.Unmarshal(raw, &order) // what is no list of strings is none
		}
	}
	if len(order) == 0 {
		return errors.New("hooks must modify transaction.hooks_modifications")
	}
	const frame = "FOR TESTING ONLY\n"
	text := frame
	for i, o := range order {
		text += fmt.Sprintf("%d %s\n", i, o)
	}
	if _, err := h.cfg.Order.Write([]byte(text + frame)); err != nil {
		return fmt.Errorf("write the order of hooks: %w", err)
	}
	return nil
}
