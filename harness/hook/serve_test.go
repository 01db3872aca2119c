package hook_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// dredd is the other end of a connection.
type dredd struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	sent int
}

// serve starts a server and connects to it.
func serve(t *testing.T, s *hook.Server) *dredd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.ServeListener(ctx, l) }()
	t.Cleanup(func() { cancel(); assert.NoError(t, <-served) })
	return connect(t, l.Addr().String())
}

func connect(t *testing.T, addr string) *dredd {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &dredd{t: t, conn: conn, in: bufio.NewReader(conn)}
}

// raw sends a text and returns the line that comes back.
func (d *dredd) raw(text string) string {
	d.t.Helper()
	_, err := d.conn.Write([]byte(text))
	require.NoError(d.t, err)
	line, err := d.in.ReadString('\n')
	require.NoError(d.t, err)
	return line
}

// send sends an event and returns the data of its answer.
func (d *dredd) send(event, data string) map[string]any {
	d.t.Helper()
	var v map[string]any
	require.NoError(d.t, json.Unmarshal(d.data(event, data), &v))
	return v
}

func (d *dredd) data(event, data string) json.RawMessage {
	d.t.Helper()
	d.sent++
	uuid := fmt.Sprintf("uuid-%d", d.sent)
	var m struct {
		Event, UUID string
		Data        json.RawMessage
	}
	require.NoError(d.t, json.Unmarshal([]byte(d.raw(fmt.Sprintf(`{"event":%q,"uuid":%q,"data":%s}`+"\n", event, uuid, data))), &m))
	require.Equal(d.t, event, m.Event)
	require.Equal(d.t, uuid, m.UUID)
	return m.Data
}

// aTransaction is one as Dredd sends it.
func aTransaction(name, more string) string {
	return fmt.Sprintf(`{"name":%q,"id":"GET (200) /%s","host":"127.0.0.1","port":"3000",`+
		`"request":{"method":"GET","uri":"/x","headers":{"Accept":"text/plain"},"body":""},`+
		`"expected":{"headers":{},"statusCode":"200","body":"a"},`+
		`"origin":{"filename":"a.apib","apiName":"","resourceGroupName":"","resourceName":%q,"actionName":"","exampleName":""},`+
		`"fullPath":"/x","protocol":"http:","skip":false%s}`, name, name, name, more)
}

const (
	came   = `,"real":{"statusCode":200,"headers":{"content-type":"text/plain"},"bodyEncoding":"utf-8","body":"b"},"results":{},"errors":[]`
	judged = came + `,"test":{"status":"fail","title":"x","message":"body: no","valid":false,"origin":{},"errors":[],"request":{},` +
		`"expected":{},"actual":{},"results":{}}`
)

func TestServedHooksChangeWhatDreddSends(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before("A", func(c *hook.Case) error {
		c.Transaction.Request.Headers.Set("Authorization", "JWT x")
		c.Transaction.FullPath = "/y"
		return nil
	})
	r.BeforeValidation("A", func(c *hook.Case) error {
		c.Transaction.Expected.Body = c.Transaction.Real.Body
		return nil
	})
	r.After("A", func(c *hook.Case) error { c.Outcome.Reason = "seen: " + c.Outcome.Reason; return nil })
	d := serve(t, &hook.Server{Runner: r})

	before := d.send("beforeEach", aTransaction("A", ""))
	validation := d.send("beforeEachValidation", aTransaction("A", came))
	after := d.send("afterEach", aTransaction("A", judged))

	assert.Equal(t, "/y", before["fullPath"])
	assert.Equal(t, map[string]any{"Accept": "text/plain", "Authorization": "JWT x"}, before["request"].(map[string]any)["headers"])
	assert.Equal(t, "b", validation["expected"].(map[string]any)["body"])
	assert.Equal(t, "seen: body: no", after["test"].(map[string]any)["message"])
}

func TestServedTransactionsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	d := serve(t, &hook.Server{})
	for event, data := range map[string]string{
		"beforeEach":           aTransaction("A", `,"mine":[1,{"b":2}]`),
		"beforeEachValidation": aTransaction("A", came),
		"afterEach":            aTransaction("A", judged),
		"beforeAll":            "[" + aTransaction("A", "") + "," + aTransaction("B", "") + "]",
		"afterAll":             "[" + aTransaction("A", judged) + "]",
		"unknown":              `{"a": 1}`,
	} {
		assert.JSONEq(t, data, string(d.data(event, data)), event)
	}
}

func TestServedErrorsFailTheirTransaction(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before("returns", func(*hook.Case) error { return errors.New("no row") })
	r.Before("panics", func(*hook.Case) error { panic("at the disco") })
	r.Before("reports", func(c *hook.Case) error { c.Report(errors.New("half done")); return nil })
	r.Before("fails", func(c *hook.Case) error { c.Transaction.Fail = "on purpose"; return nil })
	r.Before("skips", func(*hook.Case) error { return hook.Skip("not today") })
	d := serve(t, &hook.Server{Runner: r})

	for name, want := range map[string]string{
		"returns": "before hook: no row",
		"panics":  "before hook panicked: at the disco",
		"reports": "half done",
		"fails":   "on purpose",
	} {
		got := d.send("beforeEach", aTransaction(name, ""))
		assert.Contains(t, got["fail"], want, name)
		assert.Equal(t, false, got["skip"], name)
	}
	assert.Equal(t, true, d.send("beforeEach", aTransaction("skips", ""))["skip"])
}

func TestServedListsMayBeReorderedAndExtendedAndShrunk(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.BeforeAll(func(run *hook.Run) error {
		ts := run.Transactions
		run.Transactions = []*transaction.Transaction{ts[2], ts[0], {Name: "new"}}
		return nil
	})
	d := serve(t, &hook.Server{Runner: r})

	var list []map[string]any
	require.NoError(t, json.Unmarshal(d.data("beforeAll",
		"["+aTransaction("A", "")+","+aTransaction("B", "")+","+aTransaction("C", "")+"]"), &list))

	var got []string
	for _, m := range list {
		got = append(got, fmt.Sprint(m["name"], " ", m["skip"]))
	}
	assert.Equal(t, []string{"C false", "A false", "new false", "B true"}, got)
}

func TestServedHooksOfOneTransactionChangeAnother(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before("A", func(c *hook.Case) error {
		c.Run().Transactions[1].Skip = true
		c.Run().Values.Set("from", "A")
		return nil
	})
	var from any
	r.Before("B", func(c *hook.Case) error { from, _ = c.Run().Values.Get("from"); return nil })
	d := serve(t, &hook.Server{Runner: r})
	d.data("beforeAll", "["+aTransaction("A", "")+","+aTransaction("B", "")+"]")

	d.send("beforeEach", aTransaction("A", ""))
	d.send("afterEach", aTransaction("A", judged))
	b := d.send("beforeEach", aTransaction("B", ""))

	assert.Equal(t, true, b["skip"])
	assert.Equal(t, "A", from)
}

func TestEveryMessageIsAnswered(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var logged []string
	d := serve(t, &hook.Server{Limit: 2000, Log: func(line string) {
		mu.Lock()
		defer mu.Unlock()
		logged = append(logged, line)
	}})

	answer := d.raw("\nno JSON\n" + strings.Repeat("x", 3000) + "\n{\"event\":\"beforeEach\"}\n[1]\n" +
		`{"event":"beforeEach","uuid":"1","data":"no transaction"}` + "\n")
	assert.JSONEq(t, `{"event":"beforeEach","uuid":"1","data":"no transaction"}`, answer)
	answer = d.raw(`{"event":"afterEach","uuid":"2"}` + "\n")
	assert.JSONEq(t, `{"event":"afterEach","uuid":"2","data":null}`, answer)

	mu.Lock()
	defer mu.Unlock()
	assert.Len(t, logged, 6, logged)
}

func TestMessagesInPiecesAndTogether(t *testing.T) {
	t.Parallel()
	d := serve(t, &hook.Server{})
	message := fmt.Sprintf(`{"event":"beforeEach","uuid":"1","data":%s}`+"\n", aTransaction("ä€😀", ""))
	for i := range len(message) {
		_, err := d.conn.Write([]byte(message[i : i+1]))
		require.NoError(t, err)
	}
	line, err := d.in.ReadString('\n')
	require.NoError(t, err)
	assert.JSONEq(t, message, line)

	assert.JSONEq(t, message, d.raw(message+message))
	line, err = d.in.ReadString('\n')
	require.NoError(t, err)
	assert.JSONEq(t, message, line)
}

func TestConnectionsAreRunsOfTheirOwn(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error {
		n, _ := c.Run().Values.Get("n")
		count, _ := n.(int)
		c.Run().Values.Set("n", count+1)
		c.Transaction.FullPath = fmt.Sprint("/", count+1)
		return nil
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- (&hook.Server{Runner: r}).ServeListener(ctx, l) }()
	var all sync.WaitGroup
	for range 4 {
		d := connect(t, l.Addr().String())
		all.Go(func() {
			for i := range 50 {
				assert.Equal(t, fmt.Sprint("/", i+1), d.send("beforeEach", aTransaction("A", ""))["fullPath"])
			}
		})
	}
	all.Wait()
	cancel()
	require.NoError(t, <-served)
}

func TestDatabaseOfATransactionIsGivenBack(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var events []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, what)
	}
	r := hook.New()
	r.BeforeEach(func(*hook.Case) error { note("beforeEach"); return nil })
	r.AfterEach(func(*hook.Case) error { note("afterEach"); return nil })
	d := serve(t, &hook.Server{Runner: r, Begin: func(context.Context) (hook.DB, func() error, error) {
		note("begin")
		return nil, func() error { note("end"); return nil }, nil
	}})

	d.send("beforeEach", aTransaction("A", ""))
	d.send("afterEach", aTransaction("A", judged))
	d.send("beforeEach", aTransaction("B", "")) // and no afterEach
	d.send("beforeEach", aTransaction("C", ""))

	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []string{"begin", "beforeEach", "afterEach", "end", "begin", "beforeEach", "end", "begin", "beforeEach"}, events)
}

func TestServeSaysThatItListens(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder

	require.NoError(t, (&hook.Server{Out: &out}).Serve(ctx, "127.0.0.1:0"))
	assert.Equal(t, "Starting\n", out.String())
	require.Error(t, hook.Serve(t.Context(), "127.0.0.1:-1", nil))
}

func TestServedTextComesBackAsItWas(t *testing.T) {
	t.Parallel()
	d := serve(t, &hook.Server{Runner: hook.New()})
	for _, event := range []string{"beforeAll", "beforeEach", "beforeEachValidation", "afterEach", "afterAll"} {
		assert.Equal(t, `{"key": "value"}`, string(d.data(event, `{"key": "value"}`)), event)
	}
}

func TestServedTransactionsGetMembers(t *testing.T) {
	t.Parallel()
	said := map[*transaction.Transaction][]string{}
	say := func(t *transaction.Transaction, what string) { said[t] = append(said[t], what) }
	r := hook.New()
	r.BeforeAll(func(run *hook.Run) error { say(run.Transactions[0], "beforeAll"); return nil })
	r.BeforeEach(func(c *hook.Case) error { say(c.Transaction, "beforeEach"); return nil })
	r.AfterEach(func(c *hook.Case) error { say(c.Transaction, "afterEach"); return nil })
	r.AfterAll(func(run *hook.Run) error { say(run.Transactions[0], "afterAll"); return nil })
	d := serve(t, &hook.Server{Runner: r, Members: func(t *transaction.Transaction) map[string]any {
		if len(said[t]) == 0 {
			return nil
		}
		return map[string]any{"said": said[t]}
	}})
	list := func(event, data string) (said []any) {
		var list []map[string]any
		require.NoError(t, json.Unmarshal(d.data(event, data), &list))
		for _, m := range list {
			said = append(said, m["said"])
		}
		return said
	}
	both := "[" + aTransaction("A", "") + "," + aTransaction("B", "") + "]"

	assert.Equal(t, []any{[]any{"beforeAll"}, nil}, list("beforeAll", both))
	assert.Equal(t, []any{"beforeAll", "beforeEach"}, d.send("beforeEach", aTransaction("A", `,"said":["beforeAll"]`))["said"])
	assert.Equal(t, []any{"beforeAll", "beforeEach", "afterEach"}, d.send("afterEach", aTransaction("A", judged))["said"])
	assert.Equal(t, []any{"beforeEach"}, d.send("beforeEach", aTransaction("B", ""))["said"])
	assert.Equal(t, []any{[]any{"beforeAll", "beforeEach", "afterEach", "afterAll"}, []any{"beforeEach"}}, list("afterAll", both))
}
