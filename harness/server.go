package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/process"
)

const (
	// defaultServerWait is Dredd's default of --server-wait.
	defaultServerWait = 3 * time.Second
	// serverGrace and serverRetry are how long, and how often, Dredd asks a server to end before it
	// kills it.
	serverGrace = time.Second
	serverRetry = 300 * time.Millisecond
	// lookLimit bounds a look at whether something listens. On this machine the answer comes at
	// once.
	lookLimit = 500 * time.Millisecond
	// held is how long a connection must stay open before the server counts as listening. What
	// publishes the ports of containers accepts from the start, and hangs up at once as long as nobody
	// answers inside.
	held = 20 * time.Millisecond
	// longestProbe bounds one attempt to connect, so that a packet which got lost does not use up the
	// whole wait.
	longestProbe = time.Second
)

// serverProcess is the server under test, started by us.
type serverProcess struct {
	command string
	address string // host and port of the endpoint
	process *process.Process
	output  *serverOutput
	warned  []string
	awaited bool // something listened before the run began

	mu    sync.Mutex // of died, once the run has begun
	left  bool       // it has done its work: what it started is the server
	death error
}

// startServer starts the command, and returns when something listens at the endpoint. A command that
// ends with status 0 before that may have started the server elsewhere, in a container say, so the wait
// goes on; one that fails is a *ServerError at once. When Wait has passed, that is an error too: every
// request would fail, and the reason would be seen in none of them. With a negative Wait nothing is
// awaited.
//
// When something listens there already, which may be a server that an earlier run left, or one that
// the command is not to start at all, that is a warning, and the whole of Wait passes, as in Dredd: no
// probe could tell the one from the other.
//
// The caller stops the server.
func startServer(ctx context.Context, c *Server, base *url.URL) (*serverProcess, error) {
	wait := c.Wait
	if wait == 0 {
		wait = defaultServerWait
	}
	s := &serverProcess{command: c.Command, address: dialAddress(base), output: &serverOutput{show: c.Output}}
	taken := wait > 0 && s.listened(ctx)
	p, err := process.Start(ctx, process.Config{
		Command: c.Command, Dir: c.Dir, Stdout: s.output.stdout, Stderr: s.output.stderr, Strays: true,
	})
	var missing *process.NotFoundError
	switch {
	case errors.As(err, &missing):
		return nil, fmt.Errorf("start the server under test: %w: install it, or mend --server, which is %q", err, c.Command)
	case err != nil:
		return nil, fmt.Errorf("start the server under test: %w", err)
	}
	s.process = p
	switch {
	case wait < 0: // somebody else waits: hooks, say
	case taken:
		s.warned = append(s.warned, fmt.Sprintf("something listened on %s before the server under test was started (%s): "+
			"it may be what is tested; stop it, or run without --server", s.address, s.command))
		err = s.endure(ctx, wait)
	default:
		err = s.await(ctx, wait)
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// dialAddress is what to connect to for a URL.
func dialAddress(base *url.URL) string {
	port := base.Port()
	if port == "" {
		port = "80"
		if base.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(base.Hostname(), port)
}

// listened reports whether something listens.
func (s *serverProcess) listened(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	conn, err := s.dial(ctx)
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was sent
	return true
}

// dial connects to any of the addresses of the host, as a request does.
func (s *serverProcess) dial(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{Timeout: longestProbe}).DialContext(ctx, "tcp", s.address)
}

// await probes the port until something listens there.
func (s *serverProcess) await(ctx context.Context, wait time.Duration) error {
	limit, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	const longest = 25 * time.Millisecond
	ended := s.process.Done()
	accepted := false // if only to hang up
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		conn, err := s.dial(limit)
		if err == nil {
			accepted = true
			if stays(conn) {
				s.awaited = true
				return nil
			}
		}
		select {
		case <-ended:
			if exit := s.process.Exit(); !exit.OK() {
				return s.error(fmt.Sprintf("%s before it listened on %s", exit, s.address))
			}
			ended, s.left = nil, true
		case <-limit.Done():
			switch {
			case ctx.Err() != nil:
				return fmt.Errorf("wait for the server under test: %w", ctx.Err())
			case accepted: // whoever hangs up on us may do so on purpose
				s.awaited = true
				return nil
			}
			return s.late(wait)
		case <-time.After(pause):
		}
	}
}

// stays reports that the other side does not hang up at once, and closes the connection.
func stays(conn net.Conn) bool {
	defer func() { _ = conn.Close() }() // nothing was sent
	if err := conn.SetReadDeadline(time.Now().Add(held)); err != nil {
		return false
	}
	n, err := conn.Read(make([]byte, 1))
	var failed net.Error
	return n > 0 || errors.As(err, &failed) && failed.Timeout()
}

// endure waits as Dredd does. When the program fails meanwhile, then probably because the port is not
// free, and what would be tested is something else.
func (s *serverProcess) endure(ctx context.Context, wait time.Duration) error {
	limit, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	s.awaited = true
	select {
	case <-s.process.Done():
		if exit := s.process.Exit(); !exit.OK() {
			return s.error(fmt.Sprintf("%s; something else listens on %s, a server that was not stopped perhaps: stop that, "+
				"or run without --server to test it", exit, s.address))
		}
		s.left = true
		<-limit.Done()
	case <-limit.Done():
	}
	if ctx.Err() != nil {
		return fmt.Errorf("wait for the server under test: %w", ctx.Err())
	}
	return nil
}

// late says that nothing listens.
func (s *serverProcess) late(wait time.Duration) error {
	what := "does not listen on"
	if s.left {
		what = "exited with status: 0, and nothing listens on"
	}
	return s.error(fmt.Sprintf("%s %s after %s: give it more time with --server-wait SECONDS, or name the URL where it listens "+
		"(to run all the same: --server-wait 0)", what, s.address, wait))
}

func (s *serverProcess) error(what string) error {
	return &ServerError{Command: s.command, What: what, Output: s.output.last()}
}

// notes are what there is to warn of before the run.
func (s *serverProcess) notes() []string { return s.warned }

// died is a *ServerError when the server had ended before it was asked to. It may be called at any
// time, also after stop.
func (s *serverProcess) died() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	exit, ended := s.process.Ended()
	if !ended || exit.Stopped || s.left || s.death != nil {
		return s.death
	}
	<-s.process.Done() // its last words
	if exit.OK() && (!s.awaited || s.listened(context.Background())) {
		s.left = true // it may have started the server elsewhere
		return nil
	}
	s.death = s.error(exit.String() + " while it was tested")
	return s.death
}

// stop ends the server and all that it started. A second call does nothing.
func (s *serverProcess) stop() error {
	_ = s.died() // what is left of it is to be seen now
	// Who interrupts the run lets the server end its own way, too: the grace is short.
	err := s.process.Stop(context.Background(), process.Grace{Timeout: serverGrace, Retry: serverRetry})
	if err != nil {
		return fmt.Errorf("stop the server under test: %w", err)
	}
	return nil
}

// ServerError says that the command of Config.Server did not do as a server does.
type ServerError struct {
	// Command is what was started.
	Command string
	// What says what became of it, in words that follow its name.
	What string
	// Output is what it printed last, safe to be shown on a terminal.
	Output []string
}

// Error ends with the last lines of the output.
func (e *ServerError) Error() string {
	said := ", and printed nothing"
	if len(e.Output) > 0 {
		said = "; it printed last:\n  " + strings.Join(e.Output, "\n  ")
	}
	return fmt.Sprintf("the server under test (%s) %s%s", printable(e.Command), e.What, said)
}
