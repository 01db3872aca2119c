package handler

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/internal/process"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Handler is a handler that runs. Make one with Start, and Close it. It is safe for parallel use.
type Handler struct {
	cfg        Config
	configured bool // the port is one that the user chose
	cmd        command
	name       string
	argv       []string
	process    *process.Process
	conn       net.Conn
	reserved   net.Listener // keeps the port from other runs; nil when it is not a free one
	tail       tail

	turn    chan struct{} // holds a token while nobody speaks to the handler
	output  chan []byte   // messages on their way to the writer
	answers chan wire.Message
	begins  chan string // the hook that our own worker is at
	mu      sync.Mutex
	waiting string // the UUID that is waited for

	closing chan struct{}
	gone    chan struct{} // closed when the handler does not serve any more
	why     *GoneError    // to be read after gone
	once    struct{ gone, close sync.Once }
	closed  error
	workers sync.WaitGroup

	entries map[*transaction.Transaction]*entry // of those who hold the turn
}

var _ hook.Runner = (*Handler)(nil)

func newHandler(cfg Config, cmd command) *Handler {
	h := &Handler{
		cfg: cfg, configured: cfg.Port > 0, cmd: cmd, name: cfg.name(cmd.argv),
		turn: make(chan struct{}, 1), output: make(chan []byte), answers: make(chan wire.Message, 1), begins: make(chan string),
		closing: make(chan struct{}), gone: make(chan struct{}),
		entries: map[*transaction.Transaction]*entry{},
	}
	h.turn <- struct{}{}
	return h
}

// String is the name of the handler.
func (h *Handler) String() string { return h.name }

// Address is where the handler listens.
func (h *Handler) Address() string { return h.address() }

func (h *Handler) log(kind Kind, text string) {
	h.cfg.Log(Line{Handler: h.name, Kind: kind, Text: text})
}

// Gone is closed when the handler does not serve any more; Err then says why.
func (h *Handler) Gone() <-chan struct{} { return h.gone }

// Err is nil as long as the handler serves, and a *GoneError when it does not any more, but for Close.
func (h *Handler) Err() error {
	select {
	case <-h.gone:
		return h.why
	default:
		return nil
	}
}

// goneBecause makes the error that tells why.
func (h *Handler) goneBecause(reason string, cause error) *GoneError {
	return &GoneError{
		Handler: h.name, Command: strings.Join(h.argv, " "), Reason: reason, Output: h.tail.last(), err: cause,
	}
}

// fail notes that the handler does not serve any more. The first reason counts.
func (h *Handler) fail(reason string, cause error) {
	h.once.gone.Do(func() {
		h.why = h.goneBecause(reason, cause)
		close(h.gone)
	})
}

// serve starts what reads, writes and watches.
func (h *Handler) serve() {
	ended := make(chan error, 1)
	h.workers.Go(func() { ended <- h.readAll() })
	h.workers.Go(h.writeAll)
	h.workers.Go(func() { h.watch(ended) })
}

// readAll hands answers to who waits for them, until the connection ends.
func (h *Handler) readAll() error {
	r := wire.NewReader(h.conn, h.cfg.Limit)
	for {
		m, err := r.Next()
		if err != nil {
			return err
		}
		if m.Event == beginning && h.cfg.isJavaScript() {
			select {
			case h.begins <- unmarshalText(m.Data):
			case <-h.gone:
			case <-h.closing:
			}
			continue
		}
		h.mu.Lock()
		wanted := m.UUID != "" && m.UUID == h.waiting
		if wanted {
			h.waiting = "" // a second answer is none
			h.answers <- m // there is room for one, and one only is waited for
		}
		h.mu.Unlock()
		if wanted {
			continue
		}
		h.log(Debug, fmt.Sprintf("a message that nobody waits for is passed over (event %.40q, uuid %.40q)", string(m.Event), m.UUID))
	}
}

// writeAll sends messages. It is a goroutine, so that a handler that does not read can be given up.
func (h *Handler) writeAll() {
	for {
		select {
		case <-h.closing:
			return
		case b := <-h.output:
			if _, err := h.conn.Write(b); err != nil {
				h.lost(err)
				return
			}
		}
	}
}

const (
	// exitWait is how long a handler that hung up may take to end, so that the error can tell how.
	exitWait = 500 * time.Millisecond
	// hangUpWait is how long a connection may outlive the program. It does when a child of the program
	// is the real handler.
	hangUpWait = 500 * time.Millisecond
)

// watch notices that the handler does not serve any more.
func (h *Handler) watch(ended <-chan error) {
	select {
	case <-h.closing:
	case err := <-ended:
		h.lost(err)
	case <-h.process.Done():
		if exit := h.process.Exit(); !exit.OK() {
			h.fail(exit.String(), nil)
			return
		}
		select {
		case <-h.closing:
			return
		case err := <-ended:
			h.lost(err)
			return
		case <-time.After(hangUpWait):
			h.log(Debug, h.process.Exit().String()+", but the connection is still open")
		}
		select {
		case <-h.closing:
		case err := <-ended:
			h.lost(err)
		}
	}
}

// lost says why the connection ended. How the program ended says more than that it hung up.
func (h *Handler) lost(err error) {
	var noJSON *wire.SyntaxError
	var tooLong *wire.TooLongError
	switch {
	case errors.As(err, &noJSON):
		h.fail("sent what is no message of Dredd's protocol: "+noJSON.Error(), err)
		return
	case errors.As(err, &tooLong):
		h.fail(fmt.Sprintf("sent a message of more than %d MiB, which is more than allowed", tooLong.Limit>>20), err)
		return
	}
	select {
	case <-h.closing:
		return
	default:
	}
	select {
	case <-h.closing:
	case <-h.gone:
	case <-h.process.Done():
		h.fail(h.process.Exit().String(), nil)
	case <-time.After(exitWait):
		how := "closed its connection"
		if errors.Is(err, io.ErrUnexpectedEOF) {
			how += " in the middle of a message"
		}
		h.fail(how+", but still runs", err)
	}
}

// errTimeout is what ask returns when the handler took too long.
var errTimeout = errors.New("hook timed out")

// ask sends a message and waits for the answer. The caller has the turn. The error is errTimeout, that
// of ctx, or a *GoneError.
func (h *Handler) ask(ctx context.Context, e wire.Event, data []byte, more wire.Object) (wire.Message, error) {
	var timer *time.Timer
	var timeout <-chan time.Time
	if d := h.patience(); d > 0 {
		timer = time.NewTimer(d)
		defer timer.Stop()
		timeout = timer.C
	}
	uuid := newUUID()
	h.expect(uuid)
	defer h.expect("")
	var b bytes.Buffer
	if err := wire.Write(&b, wire.Message{Event: e, UUID: uuid, Data: data, More: more}); err != nil {
		return wire.Message{}, err
	}
	output, running := h.output, ""
	for {
		select {
		case running = <-h.begins:
			if timer != nil {
				timer.Reset(h.patience())
			}
		case output <- b.Bytes():
			output = nil
		case m := <-h.answers:
			return m, nil
		case <-ctx.Done():
			return wire.Message{}, ctx.Err()
		case <-timeout:
			return wire.Message{}, h.late(running)
		case <-h.gone:
			return wire.Message{}, h.why
		case <-h.closing:
			return wire.Message{}, h.goneBecause("was closed", nil)
		}
	}
}

// expect says which answer is waited for; one that came too late for the one before goes.
func (h *Handler) expect(uuid string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = uuid
	select {
	case <-h.answers:
	default:
	}
}

// newUUID makes a random UUID (RFC 9562, version 4), which is what Dredd's are.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Close hangs up and ends the handler and all its children: it asks, asks again, and kills. When ctx
// ends, it kills at once. The error says that something could not be killed. A second call does
// nothing.
func (h *Handler) Close(ctx context.Context) error {
	h.once.close.Do(func() {
		close(h.closing)
		h.closed = h.stop(ctx)
		h.workers.Wait()
	})
	return h.closed
}

// stop frees what Start has got so far.
func (h *Handler) stop(ctx context.Context) error {
	h.hangUp()
	err := h.process.Stop(ctx, process.Grace{Timeout: h.cfg.TermTimeout, Retry: h.cfg.TermRetry})
	if err != nil {
		return fmt.Errorf("end the hooks handler: %w", err)
	}
	return nil
}

func (h *Handler) hangUp() {
	if h.conn != nil {
		_ = h.conn.Close() // that is what ends the reader
	}
	if h.reserved != nil {
		_ = h.reserved.Close() // nobody ever connected to it
	}
}

// unmarshalText reads a JSON string, "" for everything else.
func unmarshalText(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s) // see above
	return s
}
