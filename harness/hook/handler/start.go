package handler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/process"
)

// Start starts a handler and waits until it listens. ctx is for the start; the handler runs until Close.
//
// The error says that there is no such command, with what installs it; that a hook file does not exist;
// that the address is in use; or that the handler ended (a *GoneError) or did not listen in time, with
// its last output. Then nothing of it is left.
func Start(ctx context.Context, cfg Config) (*Handler, error) {
	cfg = cfg.withDefaults()
	cmd, err := cfg.command(ctx)
	if err != nil {
		return nil, err
	}
	files, err := Files(cfg.Dir, cfg.Files)
	if err != nil {
		return nil, err
	}
	// Before the port is looked at: who lacks the handler is not helped by hearing of another one's.
	if missing := (*process.NotFoundError)(nil); errors.As(process.Look(process.Config{Argv: cmd.argv, Dir: cfg.Dir, Env: cfg.Env}), &missing) {
		return nil, cfg.notFound(missing)
	}
	h := newHandler(cfg, cmd)
	if err := h.choosePort(ctx); err != nil {
		return nil, err
	}
	if err := h.checkFree(ctx); err != nil {
		return nil, err
	}
	if err := h.startProcess(ctx, files); err != nil {
		h.hangUp()
		return nil, err
	}
	if err := h.connect(ctx); err != nil {
		return nil, errors.Join(err, h.stop(ctx))
	}
	h.serve()
	return h, nil
}

// choosePort finds a free port, if the handler can be told about it.
func (h *Handler) choosePort(ctx context.Context) error {
	switch {
	case h.cfg.Port > 0:
		return nil
	case h.cmd.told == notTold || !h.local():
		h.cfg.Port = defaultPort
		return nil
	}
	// Not one of those that the system gives to connections: one of them could take it before the
	// handler does. Linux begins at 32768 and others later.
	const from, to, attempts = 20000, 32000, 200
	for range attempts {
		port := from + 2*rand.IntN((to-from)/2) //nolint:gosec // it is no secret
		if h.reserve(ctx, port) {
			h.cfg.Port = port
			return nil
		}
	}
	return fmt.Errorf("find a free port for the hooks handler on %s: none of %d is free", h.cfg.Host, attempts)
}

// reserve makes sure that nobody listens at an even port, and that no other run of ours means to: who
// listens at the port after it has reserved it.
func (h *Handler) reserve(ctx context.Context, port int) bool {
	var listen net.ListenConfig
	reserved, err := listen.Listen(ctx, "tcp", h.addressOf(port+1))
	if err != nil {
		return false
	}
	// Listening would tell, too, but a child that is just being forked keeps the port for a while.
	if conn, err := h.probe(ctx, port); err == nil {
		_, _ = conn.Close(), reserved.Close()
		return false
	}
	h.reserved = reserved
	return true
}

func (h *Handler) addressOf(port int) string {
	return net.JoinHostPort(h.cfg.Host, strconv.Itoa(port))
}

func (h *Handler) address() string { return h.addressOf(h.cfg.Port) }

// local reports whether the handler listens on this machine.
func (h *Handler) local() bool {
	ip := net.ParseIP(h.cfg.Host)
	return h.cfg.Host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// probe connects to who listens on this machine already.
func (h *Handler) probe(ctx context.Context, port int) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	return dial(ctx, h.addressOf(port))
}

// checkFree makes sure that it will be our handler that answers, and not that of another run.
func (h *Handler) checkFree(ctx context.Context) error {
	if !h.local() || h.reserved != nil {
		return nil
	}
	conn, err := h.probe(ctx, h.cfg.Port)
	if err != nil {
		return nil //nolint:nilerr // nobody listens
	}
	if h.configured && h.cmd.told == notTold {
		// A command that only waits, and a handler that somebody started by hand. There are handlers
		// that take one connection and no more.
		h.conn = conn
		h.log(Warning, "something listens on "+h.address()+" already, and is taken for the hooks handler")
		return nil
	}
	_ = conn.Close()
	return fmt.Errorf("the hooks handler cannot listen on %s: the address is in use, by the handler of another run perhaps; "+
		"end that, or give this one another port (--hooks-worker-handler-port)", h.address())
}

// startProcess starts the command.
func (h *Handler) startProcess(ctx context.Context, files []string) error {
	argv := slices.Clone(h.cmd.argv)
	if h.cmd.told == toldByFlags { // before the files, where all of them look
		argv = append(argv, "--host="+h.cfg.Host, "--port="+strconv.Itoa(h.cfg.Port))
	}
	h.argv = append(argv, files...)
	env := append(slices.Clone(h.cfg.environ()),
		"BAILIFF_HOOKS_HOST="+h.cfg.Host, "BAILIFF_HOOKS_PORT="+strconv.Itoa(h.cfg.Port))
	show := func(kind Kind) func(string) {
		return func(text string) {
			h.tail.add(text)
			h.log(kind, text)
		}
	}
	p, err := process.Start(ctx, process.Config{
		Argv: h.argv, Dir: h.cfg.Dir, Env: env, Stdout: show(Stdout), Stderr: show(Stderr),
	})
	var missing *process.NotFoundError
	switch {
	case errors.As(err, &missing):
		return h.cfg.notFound(missing)
	case err != nil:
		return fmt.Errorf("start the hooks handler: %w", err)
	}
	h.process = p
	return nil
}

// connect tries until the handler listens, or is gone, or the time is over.
func (h *Handler) connect(ctx context.Context) error {
	timeout, cancel := context.WithTimeout(ctx, h.cfg.ConnectTimeout)
	defer cancel()
	const longest = 25 * time.Millisecond
	pause, growing := time.Millisecond, h.cfg.ConnectRetry <= 0
	if !growing {
		pause = h.cfg.ConnectRetry
	}
	ended := h.process.Done()
	if h.conn != nil {
		return h.waitAfterConnect(timeout, ended)
	}
	for {
		conn, err := dial(timeout, h.address())
		if err == nil {
			h.conn = conn
			return h.waitAfterConnect(timeout, ended)
		}
		select {
		case <-ended:
			exit := h.process.Exit()
			if h.local() || !exit.OK() {
				return h.goneBecause(fmt.Sprintf("%s before it listened on %s", exit, h.address()), nil)
			}
			ended = nil // the handler is elsewhere, and this one's work is done
		case <-timeout.Done():
			if ctx.Err() != nil {
				return fmt.Errorf("wait for the hooks handler: %w", ctx.Err())
			}
			return h.neverListened()
		case <-time.After(pause):
			if growing {
				pause = min(2*pause, longest)
			}
		}
	}
}

func (h *Handler) waitAfterConnect(ctx context.Context, ended <-chan struct{}) error {
	if h.cfg.AfterConnectWait <= 0 {
		return nil
	}
	select {
	case <-ended:
		return h.goneBecause(h.process.Exit().String(), nil)
	case <-ctx.Done():
		return nil // the time is over, but it listens
	case <-time.After(h.cfg.AfterConnectWait):
		return nil
	}
}

func (h *Handler) neverListened() error {
	var b strings.Builder
	fmt.Fprintf(&b, "hooks handler process '%s' runs, but does not listen on %s after %s: raise --hooks-worker-connect-timeout if it needs longer",
		strings.Join(h.argv, " "), h.address(), h.cfg.ConnectTimeout)
	if h.cmd.told == toldByFlags && !h.configured {
		fmt.Fprintf(&b, "; an old version may not know --port and listen on %d: set --hooks-worker-handler-port to that", defaultPort)
	}
	b.WriteString(lastOutput(h.tail.last()))
	return errors.New(b.String())
}

// dial connects once.
func dial(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	// A port that nobody listens on can be given to the connection itself, which then is connected to
	// itself (RFC 9293, section 3.5, simultaneous open).
	if conn.LocalAddr().String() == conn.RemoteAddr().String() {
		return nil, errors.Join(errors.New("connected to itself"), conn.Close())
	}
	return conn, nil
}
