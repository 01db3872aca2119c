package hook_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

// served is a server that several connect to.
type served struct {
	t    *testing.T
	addr string
	stop context.CancelFunc
	done chan error

	mu     sync.Mutex
	logged []string
}

func start(t *testing.T, s *hook.Server) *served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	v := &served{t: t, addr: l.Addr().String(), stop: cancel, done: make(chan error, 1)}
	s.Log = func(line string) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.logged = append(v.logged, line)
	}
	go func() { v.done <- s.ServeListener(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-v.done)
	})
	return v
}

func (v *served) said() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return strings.Join(v.logged, "\n")
}

// answers makes sure that the server answers.
func (v *served) answers() {
	v.t.Helper()
	assert.Equal(v.t, "A", connect(v.t, v.addr).send("beforeEach", aTransaction("A", ""))["name"])
}

func TestAClientThatNeverReadsKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	v := start(t, &hook.Server{})
	conn, err := net.Dial("tcp", v.addr)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	message := []byte(`{"event":"beforeEach","uuid":"1","data":` + aTransaction("A", `,"much":"`+strings.Repeat("x", 1<<20)+`"`) + "}\n")
	for { // until neither side takes any more
		require.NoError(t, conn.SetWriteDeadline(time.Now().Add(300*time.Millisecond)))
		if _, err := conn.Write(message); err != nil {
			require.ErrorContains(t, err, "timeout")
			break
		}
	}

	v.answers()
	v.stop() // and it does not keep the server from ending either
	require.NoError(t, <-v.done)
	v.done <- nil
}

func TestAFloodIsAnsweredInItsOrder(t *testing.T) {
	t.Parallel()
	v := start(t, &hook.Server{Runner: hook.New()})
	const many = 5000
	d := connect(t, v.addr)
	go func() {
		w := bufio.NewWriter(d.conn)
		for i := range many {
			fmt.Fprintf(w, `{"event":"beforeEach","uuid":"%d","data":%s}`+"\n", i, aTransaction("A", ""))
		}
		_ = w.Flush()
	}()
	for i := range many {
		line, err := d.in.ReadString('\n')
		require.NoError(t, err)
		require.Contains(t, line, fmt.Sprintf(`"uuid":"%d"`, i))
	}
}

func TestManyConnectionsAtATime(t *testing.T) {
	t.Parallel()
	v := start(t, &hook.Server{Runner: hook.New()})
	var all sync.WaitGroup
	for i := range 200 {
		d := connect(t, v.addr)
		all.Go(func() {
			name := fmt.Sprint("N", i)
			for range 10 {
				assert.Equal(t, name, d.send("beforeEach", aTransaction(name, ""))["name"])
			}
		})
	}
	all.Wait()
}

func TestAnOversizedMessageIsPassedOver(t *testing.T) {
	t.Parallel()
	v := start(t, &hook.Server{})
	d := connect(t, v.addr)
	_, err := io.WriteString(d.conn, `{"event":"beforeEach","uuid":"1","data":"`)
	require.NoError(t, err)
	piece := bytes.Repeat([]byte("x"), 1<<20)
	for range 100 {
		_, err := d.conn.Write(piece)
		require.NoError(t, err)
	}

	assert.JSONEq(t, `{"event":"beforeEach","uuid":"2","data":1}`, d.raw("\"}\n"+`{"event":"beforeEach","uuid":"2","data":1}`+"\n"))
	assert.Contains(t, v.said(), "a message of more than 67108864 bytes")
}

func TestAnAllowedMessageMayBeLarge(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before("A", func(c *hook.Case) error { c.Transaction.FullPath = "/changed"; return nil })
	d := connect(t, start(t, &hook.Server{Runner: r}).addr)
	much := strings.Repeat("ä<&\\u2028", 1<<20)

	got := d.send("beforeEach", aTransaction("A", `,"much":"`+much+`"`))

	assert.Equal(t, "/changed", got["fullPath"])
	assert.True(t, strings.ReplaceAll(much, `\u2028`, "\u2028") == got["much"], "it came back otherwise")
}

func TestAnEndWithinAMessageGivesTheDatabaseBack(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]string{
		"between messages": "",
		"within a message": `{"event":"afterEach","uuid":"2","da`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended := make(chan struct{})
			v := start(t, &hook.Server{Begin: func(context.Context) (hook.DB, func() error, error) {
				return nil, func() error { close(ended); return nil }, nil
			}})
			d := connect(t, v.addr)
			d.send("beforeEach", aTransaction("A", ""))
			_, err := io.WriteString(d.conn, rest)
			require.NoError(t, err)
			require.NoError(t, d.conn.Close())

			<-ended
		})
	}
}

func TestADatabaseThatIsGoneFailsItsTransactions(t *testing.T) {
	t.Parallel()
	ran := false
	r := hook.New()
	r.BeforeEach(func(*hook.Case) error { ran = true; return nil })
	v := start(t, &hook.Server{Runner: r, Begin: func(context.Context) (hook.DB, func() error, error) {
		return nil, nil, errors.New("connection refused")
	}})
	d := connect(t, v.addr)
	for _, name := range []string{"A", "B"} {
		got := d.send("beforeEach", aTransaction(name, ""))
		assert.Equal(t, "prepare the database: connection refused", got["fail"])
		d.send("afterEach", aTransaction(name, judged))
	}
	assert.False(t, ran, "no hook has anything to do without a database")
}

func TestTheEndOfTheServerEndsHooks(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error { close(began); <-c.Context().Done(); return c.Context().Err() })
	v := start(t, &hook.Server{Runner: r})
	d := connect(t, v.addr)
	_, err := io.WriteString(d.conn, `{"event":"beforeEach","uuid":"1","data":`+aTransaction("A", "")+"}\n")
	require.NoError(t, err)
	<-began

	v.stop()
	require.NoError(t, <-v.done)
	v.done <- nil
}

// TestAHookThatIsGivenUp goes on changing its transaction: the race detector tells whether anybody
// else looks at that.
func TestAHookThatIsGivenUp(t *testing.T) {
	t.Parallel()
	stop, stopped := make(chan struct{}), make(chan struct{})
	r := hook.New()
	r.Before("A", func(c *hook.Case) error {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return nil
			default:
				c.Transaction.FullPath = fmt.Sprint("/", i)
				c.Transaction.Request.Headers.Set("X", fmt.Sprint(i))
			}
		}
	})
	r.Before("B", func(c *hook.Case) error { c.Transaction.FullPath = "/b"; return nil })
	d := connect(t, start(t, &hook.Server{Runner: r, Timeout: 20 * time.Millisecond}).addr)
	d.data("beforeAll", "["+aTransaction("A", "")+","+aTransaction("B", "")+"]")

	a := d.send("beforeEach", aTransaction("A", ""))
	assert.Contains(t, a["fail"], "before hook took more than")
	assert.Equal(t, "/x", a["fullPath"])
	d.send("beforeEachValidation", aTransaction("A", came))
	d.send("afterEach", aTransaction("A", judged))
	assert.Equal(t, "/b", d.send("beforeEach", aTransaction("B", ""))["fullPath"])
	d.data("afterAll", "["+aTransaction("A", "")+","+aTransaction("B", "")+"]")
	close(stop)
	<-stopped
}

func TestABeforeAllHookThatIsGivenUp(t *testing.T) {
	t.Parallel()
	stop, stopped := make(chan struct{}), make(chan struct{})
	r := hook.New()
	r.BeforeAll(func(run *hook.Run) error {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return nil
			default:
				run.Transactions = append(run.Transactions[:1:1], run.Transactions...)[:2]
				run.Transactions[0].FullPath += "/"
			}
		}
	})
	d := connect(t, start(t, &hook.Server{Runner: r, Timeout: 20 * time.Millisecond}).addr)

	var list []map[string]any
	require.NoError(t, json.Unmarshal(d.data("beforeAll", "["+aTransaction("A", "")+","+aTransaction("B", "")+"]"), &list))

	require.Len(t, list, 2)
	for _, m := range list {
		assert.Contains(t, m["fail"], "beforeAll hook took more than")
		assert.Equal(t, "/x", m["fullPath"])
	}
	d.send("beforeEach", aTransaction("A", ""))
	close(stop)
	<-stopped
}

func TestGarbageIsOutlived(t *testing.T) {
	t.Parallel()
	v := start(t, &hook.Server{Runner: hook.New()})
	for name, text := range map[string]string{
		"zeros":      strings.Repeat("\x00", 1000),
		"blanks":     strings.Repeat(" \r\n\t\n", 1000),
		"no UTF-8":   "{\"event\":\"beforeEach\",\"uuid\":\"\xff\xfe\"",
		"deep":       strings.Repeat(`[`, 100_000),
		"deep data":  `{"event":"beforeAll","uuid":"u","data":` + strings.Repeat(`[`, 9000) + strings.Repeat(`]`, 9000) + "}",
		"no strings": `{"event":7,"uuid":[],"data":{}}`,
		"HTTP":       "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
		"TLS":        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := connect(t, v.addr)
			_, err := io.WriteString(d.conn, text+"\n"+`{"event":"beforeEach","uuid":"last","data":`+aTransaction("A", "")+"}\n")
			require.NoError(t, err)
			for line := ""; !strings.Contains(line, `"uuid":"last"`); {
				line, err = d.in.ReadString('\n')
				require.NoError(t, err)
			}
		})
	}
}

// TestWrongTypesAreAnswered swaps parts of a transaction for JSON that does not belong there.
func TestWrongTypesAreAnswered(t *testing.T) {
	t.Parallel()
	values := []string{"null", "7", "-1e999", `""`, `"x"`, "[]", "[1]", "{}", `{"a":{}}`, "true", `"\ud800"`, `"\u0000"`}
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error { c.Transaction.Request.Headers.Set("X", "1"); return nil })
	r.BeforeEachValidation(func(c *hook.Case) error { c.Transaction.Expected.Body += "x"; return nil })
	r.AfterEach(func(c *hook.Case) error { c.Transaction.Fail = "yes"; return nil })
	d := connect(t, start(t, &hook.Server{Runner: r}).addr)
	for _, event := range []string{"beforeEach", "beforeEachValidation", "afterEach"} {
		for _, key := range []string{
			"name", "id", "host", "port", "request", "expected", "origin", "fullPath", "protocol", "skip", "fail", "real", "errors", "results", "test", "startedAt",
		} {
			for _, value := range values {
				d.data(event, aTransaction("A", judged+`,"`+key+`":`+value))
			}
		}
		for _, key := range []string{"method", "uri", "headers", "body", "bodyEncoding", "statusCode", "bodySchema"} {
			for _, value := range values {
				part := `{"` + key + `":` + value + `}`
				d.data(event, aTransaction("A", judged+`,"request":`+part+`,"expected":`+part+`,"real":`+part))
			}
		}
	}
	for _, event := range []string{"beforeAll", "afterAll"} {
		for _, value := range values {
			d.data(event, value)
			d.data(event, "["+aTransaction("A", "")+","+value+"]")
		}
	}
	assert.Equal(t, "A", d.send("beforeEach", aTransaction("A", ""))["name"])
}

func TestNoiseIsOutlived(t *testing.T) {
	t.Parallel()
	v := start(t, &hook.Server{Runner: hook.New()})
	random := rand.New(rand.NewPCG(1, 2))
	whole := `{"event":"beforeEach","uuid":"1","data":` + aTransaction("A", judged) + "}\n"
	d := connect(t, v.addr)
	go func() { _, _ = io.Copy(io.Discard, d.in) }() // until the end
	for range 2000 {
		text := []byte(whole)
		for range 1 + random.IntN(5) {
			text[random.IntN(len(text))] = byte(random.IntN(256))
		}
		_, err := d.conn.Write(text[:random.IntN(len(text)+1)])
		require.NoError(t, err)
	}
	v.answers()
}

// busy is a listener that cannot take connections at first.
type busy struct {
	net.Listener
	errs []error
}

func (b *busy) Accept() (net.Conn, error) {
	if len(b.errs) > 0 {
		err := b.errs[0]
		b.errs = b.errs[1:]
		return nil, &net.OpError{Op: "accept", Err: err}
	}
	return b.Listener.Accept()
}

func TestTooManyFilesDoNotEndTheServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- (&hook.Server{}).ServeListener(ctx, &busy{l, []error{syscall.EMFILE, syscall.ECONNABORTED, syscall.ENFILE}})
	}()

	assert.Equal(t, "A", connect(t, l.Addr().String()).send("beforeEach", aTransaction("A", ""))["name"])
	cancel()
	require.NoError(t, <-done)

	other, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	err = (&hook.Server{}).ServeListener(t.Context(), &busy{other, []error{errors.New("broken")}})
	require.ErrorContains(t, err, "broken")
}
