package hook

import (
	"encoding/json"
	"errors"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// stillRuns reports that a hook was given up and may still change what it was given.
func stillRuns(err error) bool {
	late := (*TimeoutError)(nil)
	return errors.As(err, &late) && late.Running
}

// abandon leaves the transaction at hand to a hook that still runs, and goes on with another that is as
// it came, but fails.
func (c *conversation) abandon(e wire.Event, late error) json.RawMessage {
	t, outcome, record, err := wire.Decode(c.got.data)
	if err != nil { // it was read before
		return c.got.data
	}
	t.Fail = late.Error()
	c.now = NewCase(c.ctx, c.run, t, c.now.DB, gofakeit.New(c.seedOf(t.Name)))
	c.got.record, c.got.outcome = record, outcome
	return record.Encode(t, outcome, e)
}

// failedAll is a list in which every transaction fails.
func failedAll(elements []json.RawMessage, late error) json.RawMessage {
	list := make([]json.RawMessage, len(elements))
	for i, element := range elements {
		list[i] = element
		if t, _, record, err := wire.Decode(element); err == nil {
			t.Fail = late.Error()
			list[i] = record.Encode(t, (*transaction.Outcome)(nil), wire.BeforeAll)
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil
	}
	return text
}
