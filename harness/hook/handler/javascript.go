package handler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/internal/node"
	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// JavaScript is the language of hook files that Node.js runs, in the handler that bailiff brings along.
const JavaScript = "nodejs"

// javaScriptTimeout is how long one hook may take there. Dredd waits for ever.
const javaScriptTimeout = time.Minute

// busyWait is how much longer a hook may take until the worker is given up: the worker gives up the hook,
// unless the hook does not let it.
const busyWait = 2 * time.Second

// javaScript is the command of the worker.
func (c Config) javaScript() (command, error) {
	worker, err := node.File()
	if err != nil {
		return command{}, err
	}
	argv := []string{"node", worker}
	if c.Timeout > 0 {
		argv = append(argv, "--timeout", strconv.FormatInt(c.Timeout.Milliseconds(), 10))
	}
	if c.Require != "" {
		argv = append(argv, "--require", c.Require)
	}
	return command{argv, toldByEnv}, nil
}

func (c Config) isJavaScript() bool { return c.Language == JavaScript && len(c.Command) == 0 }

const (
	// loading is the event that our own worker gets before all others.
	loading wire.Event = "load"
	// beginning is the event of the message by which it tells which hook begins.
	beginning wire.Event = "hook"
)

// patience is how long an answer, or the next sign of life, is waited for; zero is for ever.
func (h *Handler) patience() time.Duration {
	if h.cfg.isJavaScript() && h.cfg.Timeout > 0 {
		return h.cfg.Timeout + busyWait
	}
	return max(h.cfg.Timeout, 0)
}

// late is the error about an answer that did not come in time. A handler may answer the next one, but
// our own worker is busy for good: it gives up what waits.
func (h *Handler) late(running string) error {
	if !h.cfg.isJavaScript() {
		return errTimeout
	}
	if running == "" {
		running = "loading the hook files"
	}
	h.fail(fmt.Sprintf("does not answer any more: %s keeps it busy for more than %s", running, h.cfg.Timeout), nil)
	return h.Err()
}

// Load has JavaScript hook files run, which may look at the transactions, and returns what hooks they
// register for names. For other languages, whose handlers do not tell, it does nothing. A file that
// cannot be run is warned about, as in Dredd; the others are used. Without the module of Config.Require
// there is no run.
func (h *Handler) Load(ctx context.Context, ts []*transaction.Transaction) ([]hook.Registered, error) {
	if !h.cfg.isJavaScript() {
		return nil, nil
	}
	if err := h.take(ctx); err != nil {
		return nil, err
	}
	defer h.give()
	var more wire.Object
	if len(h.cfg.Configuration) > 0 {
		more.Set("configuration", h.cfg.Configuration)
	}
	m, err := h.askAll(ctx, loading, h.encodeAll(ts, wire.BeforeAll), more)
	if err != nil {
		return nil, err
	}
	if raw, ok := m.More.Get("fatal"); ok {
		return nil, errors.New(unmarshalText(raw))
	}
	if raw, ok := m.More.Get("error"); ok {
		h.log(Warning, unmarshalText(raw))
	}
	return registered(m)
}

// registered reads what hooks there are.
func registered(m wire.Message) ([]hook.Registered, error) {
	raw, ok := m.More.Get("hooks")
	if !ok {
		return nil, nil
	}
	var list []struct {
		Kind, Name string
		At         *transaction.Position
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("read the names of JavaScript hooks: %w", err)
	}
	hooks := make([]hook.Registered, len(list))
	for i, l := range list {
		at := transaction.Position{}
		if l.At != nil {
			at = *l.At
		}
		hooks[i] = hook.Registered{Name: transaction.Name(l.Name), Kind: l.Kind, At: at}
	}
	return hooks, nil
}

// shortened is the list without what beforeAll hooks took away, which only our own worker tells.
func shortened(ts []*transaction.Transaction, m wire.Message) []*transaction.Transaction {
	raw, ok := m.More.Get("length")
	n := 0
	if !ok || json.Unmarshal(raw, &n) != nil || n < 0 || n > len(ts) {
		return ts
	}
	return ts[:n]
}

// thrown is what hooks threw, which does not end the flow; nil for nothing.
func thrown(m wire.Message) error {
	if raw, ok := m.More.Get("error"); ok {
		return errors.New(unmarshalText(raw))
	}
	return nil
}
