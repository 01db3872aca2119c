package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"reflect"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// conversation is the run of the Dredd at the other end of a connection.
type conversation struct {
	server *Server
	ctx    context.Context
	run    *Run
	seed   uint64

	all     []listed     // those of run
	waiting []listed     // the rest of all, whose turn has not come
	now     *Case        // the transaction whose turn it is
	got     received     // what the last message said of it
	end     func() error // gives back the database of now
}

// listed is a transaction of the list that Dredd sent.
type listed struct {
	*transaction.Transaction
	sent *transaction.Transaction // as Dredd has it since
	id   string                   // as Dredd knows it
}

var errNoData = errors.New("there is no transaction in the message")

// answer runs the hooks of an event and returns its data as they leave it. What makes no sense goes
// back as it came, so that Dredd never waits in vain.
func (c *conversation) answer(m wire.Message) json.RawMessage {
	var err error
	data := m.Data
	switch m.Event {
	case wire.BeforeAll:
		data, err = c.beforeAll(m.Data)
	case wire.AfterAll:
		c.finish()
		err = c.runner().RunAfterAll(c.run)
		if err == nil {
			data, err = c.withMembersOfAll(m.Data)
		}
	case wire.BeforeEach:
		data, err = c.beforeEach(m)
	case wire.BeforeEachValidation:
		data, err = c.follow(m, c.runner().RunBeforeValidation)
	case wire.AfterEach:
		data, err = c.follow(m, c.runner().RunAfter)
		c.finish()
	default:
		err = fmt.Errorf("the event %q is not known", m.Event)
	}
	if err != nil {
		c.server.log(fmt.Sprintf("%s: %v", m.Event, err))
	}
	return data
}

func (c *conversation) runner() Runner {
	if c.server.Runner == nil {
		return (*Registry)(nil)
	}
	return c.server.Runner
}

// beforeAll takes the list of transactions. Dredd overwrites its list element by element, so what a
// hook took away is skipped, at the end of the list.
func (c *conversation) beforeAll(data json.RawMessage) (json.RawMessage, error) {
	c.finish()
	elements, err := wire.ParseArray(data)
	if err != nil {
		return data, err
	}
	c.run.Transactions, c.all, c.waiting = nil, nil, nil
	known := map[*transaction.Transaction]*wire.Record{}
	for i, element := range elements {
		t, _, record, err := wire.Decode(element)
		if err != nil {
			return data, fmt.Errorf("transaction %d: %w", i, err)
		}
		c.run.Transactions = append(c.run.Transactions, t)
		known[t] = record
	}
	all := c.run.Transactions
	err = c.runner().RunBeforeAll(c.run)
	if stillRuns(err) {
		c.run = c.server.newRun(c.ctx)
		return failedAll(elements, err), err
	}
	c.run.Transactions = withSkipped(c.run.Transactions, all)
	list := make([]json.RawMessage, len(c.run.Transactions))
	for i, t := range c.run.Transactions {
		if err != nil {
			t.Fail = err.Error() // Dredd knows no other way to hear of it
		}
		if known[t] == nil { // a hook made it
			known[t] = &wire.Record{}
		}
		list[i] = known[t].Encode(t, nil, wire.BeforeAll)
		c.all = append(c.all, listed{t, t.Clone(), wire.Identity(list[i])})
		list[i] = c.withMembers(t, list[i])
	}
	c.waiting = c.all
	text, encodeErr := json.Marshal(list)
	if encodeErr != nil {
		return data, errors.Join(err, encodeErr)
	}
	return text, err
}

// withSkipped returns what hooks left of a list, and after that what they took away, to be skipped.
func withSkipped(now, before []*transaction.Transaction) []*transaction.Transaction {
	list, there := make([]*transaction.Transaction, 0, len(before)), map[*transaction.Transaction]bool{}
	for _, t := range now {
		if t != nil {
			list = append(list, t)
			there[t] = true
		}
	}
	for _, t := range before {
		if !there[t] {
			t.Skip = true
			list = append(list, t)
		}
	}
	return list
}

// beforeEach begins a transaction.
func (c *conversation) beforeEach(m wire.Message) (json.RawMessage, error) {
	c.finish()
	if err := c.begin(m); err != nil {
		return m.Data, err
	}
	db, end, err := c.database()
	if err == nil {
		c.end, c.now.DB = end, db
		err = c.runner().RunBefore(c.now)
	}
	return c.told(wire.BeforeEach, err), err
}

func (c *conversation) database() (DB, func() error, error) {
	if c.server.Begin == nil {
		return nil, nil, nil
	}
	db, end, err := c.server.Begin(c.ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("prepare the database: %w", err)
	}
	return db, end, nil
}

// begin makes the one in a message the transaction at hand: the next one of the list that it fits, so
// that hooks find what those of others changed, or one of its own.
func (c *conversation) begin(m wire.Message) error {
	t, err := c.receive(m)
	if err != nil {
		return err
	}
	if l, ok := c.next(m.Data); ok {
		merge(t, l.Transaction, l.sent)
		*l.Transaction = *t // hooks may hold on to it
		t = l.Transaction
	}
	c.now = NewCase(c.ctx, c.run, t, nil, gofakeit.New(c.seedOf(t.Name)))
	return nil
}

// received is what a message says of the transaction at hand, before its hooks run.
type received struct {
	data    json.RawMessage
	record  *wire.Record
	outcome *transaction.Outcome
	same    []byte // what data becomes when no hook changes it: what it lacks is added
}

// receive reads a transaction, and returns it.
func (c *conversation) receive(m wire.Message) (*transaction.Transaction, error) {
	if len(m.Data) == 0 {
		return nil, errNoData
	}
	t, outcome, record, err := wire.Decode(m.Data)
	if err != nil {
		return nil, err
	}
	c.got = received{m.Data, record, outcome, record.Encode(t, outcome, m.Event)}
	return t, nil
}

// next takes the first of those waiting that data is.
func (c *conversation) next(data json.RawMessage) (listed, bool) {
	id := wire.Identity(data)
	for i, l := range c.waiting {
		if l.id == id && id != "" {
			c.waiting = c.waiting[i+1:]
			return l, true
		}
	}
	return listed{}, false
}

// merge brings what hooks changed in a transaction since it was sent into what came of it meanwhile.
func merge(came, own, sent *transaction.Transaction) {
	keep(&came.Name, own.Name, sent.Name)
	keep(&came.Protocol, own.Protocol, sent.Protocol)
	keep(&came.Host, own.Host, sent.Host)
	keep(&came.Port, own.Port, sent.Port)
	keep(&came.FullPath, own.FullPath, sent.FullPath)
	keep(&came.Skip, own.Skip, sent.Skip)
	keep(&came.Fail, own.Fail, sent.Fail)
	keep(&came.Request, own.Request, sent.Request)
	keep(&came.Expected, own.Expected, sent.Expected)
	came.Volatile = own.Volatile // Dredd knows of none
}

func keep[T any](came *T, own, sent T) {
	if !reflect.DeepEqual(own, sent) {
		*came = own
	}
}

// follow runs the hooks of a later event of the transaction at hand.
func (c *conversation) follow(m wire.Message, hooks func(*Case) error) (json.RawMessage, error) {
	t, err := c.receive(m)
	if err != nil {
		return m.Data, err
	}
	if c.now == nil { // there was no beforeEach
		c.now = NewCase(c.ctx, c.run, t, nil, gofakeit.New(c.seedOf(t.Name)))
	} else {
		*c.now.Transaction = *t // hooks may hold on to it
	}
	if c.got.outcome != nil {
		c.got.outcome.Transaction = c.now.Transaction
	}
	if m.Event == wire.AfterEach {
		c.now.Outcome = c.got.outcome
	}
	err = hooks(c.now)
	return c.told(m.Event, err), err
}

// told is the transaction at hand as its hooks leave it. What could not be done fails it, since Dredd
// knows no other way to hear of it.
func (c *conversation) told(e wire.Event, err error) json.RawMessage {
	if stillRuns(err) {
		return c.abandon(e, err)
	}
	t := c.now.Transaction
	if err = errors.Join(err, c.now.Reported()); err != nil && t.Fail == "" {
		t.Fail = err.Error()
	}
	text := c.got.record.Encode(t, c.got.outcome, e)
	if bytes.Equal(text, c.got.same) {
		text = c.got.data // as it came, also when members are missing
	}
	return c.withMembers(t, text)
}

// finish gives back what the transaction at hand has.
func (c *conversation) finish() {
	if c.end != nil {
		if err := c.end(); err != nil && c.ctx.Err() == nil {
			c.server.log("clean the database: " + err.Error())
		}
	}
	c.now, c.got, c.end = nil, received{}, nil
}

func (c *conversation) close() { c.finish() }

// seedOf gives each transaction fake data of its own that does not depend on what ran before it.
func (c *conversation) seedOf(name transaction.Name) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return (h.Sum64() ^ c.seed) | 1
}
