package hook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Serve answers as a hook handler at addr ("127.0.0.1:61321" is where Dredd looks for one), with the
// hooks of r, until ctx ends. So a real Dredd runs hooks written in Go:
//
//	dredd api.apib http://127.0.0.1:3000 --language ./my-hooks --hookfiles my-hooks
//
// It is Server.Serve without a database and without fake data of a seed of its own.
func Serve(ctx context.Context, addr string, r Runner) error {
	return (&Server{Runner: r}).Serve(ctx, addr)
}

// Server answers as a hook handler for Dredd, in the protocol of its hook handlers: a TCP connection,
// on which each message is a JSON object and a line feed.
type Server struct {
	// Runner holds the hooks; nil means none.
	Runner Runner
	// Begin gives a transaction a clean database, before its beforeEach hooks; what it returns is
	// called after its afterEach hooks. nil means that there is no database.
	Begin func(ctx context.Context) (db DB, end func() error, err error)
	// Members returns what the JSON of a transaction has, when it goes back to Dredd, beside what Dredd
	// knows: what hooks of other languages write into the transaction itself. It is called by one
	// connection at a time for each transaction. nil means nothing.
	Members func(t *transaction.Transaction) map[string]any
	// Seed makes the fake data of hooks; zero means 1.
	Seed uint64
	// Timeout is how long one hook may take; zero means for ever. Dredd waits for a message, so for all
	// hooks that it stands for, five seconds unless it is told otherwise.
	Timeout time.Duration
	// Out takes the line "Starting", once the server listens: those who start handlers wait for it.
	// nil means that nobody waits.
	Out io.Writer
	// Log takes a line about each message that cannot be understood; nil means nobody.
	Log func(line string)
	// Limit is how long a message may be, in bytes; zero means 64 MiB.
	Limit int
}

// Serve listens at addr and answers until ctx ends. Several connections may be open at a time; each is
// a run of its own. The error says why it cannot listen, or go on.
func (s *Server) Serve(ctx context.Context, addr string) error {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen for Dredd: %w", err)
	}
	if s.Out != nil {
		if _, err := fmt.Fprintln(s.Out, "Starting"); err != nil {
			return errors.Join(fmt.Errorf("say that the handler listens: %w", err), l.Close())
		}
	}
	return s.ServeListener(ctx, l)
}

// ServeListener is Serve on a listener, which it closes.
func (s *Server) ServeListener(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // that is what ends Accept
	defer stop()
	var open sync.WaitGroup
	defer open.Wait()
	defer cancel() // before the wait
	for {
		conn, err := accept(ctx, l)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("wait for Dredd: %w", errors.Join(err, l.Close()))
		}
		open.Go(func() {
			stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // that is what ends the reader
			defer stop()
			s.converse(ctx, conn)
			_ = conn.Close() // whoever is there has what was written
		})
	}
}

// accept waits for a connection. When there cannot be one more, or the one that came is gone again, it
// tries anew after a moment, so that what others did does not end the runs that are under way.
func accept(ctx context.Context, l net.Listener) (net.Conn, error) {
	const least, most = 5 * time.Millisecond, time.Second
	for wait := least; ; wait = min(2*wait, most) {
		conn, err := l.Accept()
		passing := errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
		if !passing {
			return conn, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// converse answers the messages of one connection, in their order, until it ends.
func (s *Server) converse(ctx context.Context, conn io.ReadWriter) {
	c := &conversation{server: s, ctx: ctx, run: s.newRun(ctx), seed: max(s.Seed, 1)}
	defer c.close()
	messages := wire.NewReader(conn, s.Limit)
	for {
		m, err := messages.Next()
		var syntax *wire.SyntaxError
		var long *wire.TooLongError
		switch {
		case errors.As(err, &syntax) || errors.As(err, &long):
			s.log("a message was passed over: " + err.Error())
			continue
		case err != nil:
			return
		case m.UUID == "":
			s.log("a message without uuid was passed over")
			continue
		}
		m.Data = c.answer(m)
		if wire.Write(conn, m) != nil {
			return // nobody reads any more
		}
	}
}

func (s *Server) newRun(ctx context.Context) *Run {
	run := NewRun(ctx, nil)
	run.Timeout = s.Timeout
	return run
}

func (s *Server) log(line string) {
	if s.Log != nil {
		s.Log(line)
	}
}
