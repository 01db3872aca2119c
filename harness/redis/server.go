package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// closeTimeout bounds Close.
	closeTimeout = 3 * time.Second
	// beat is how often the connection is used that tells others that we are there: servers may hang up
	// on those that are silent for long.
	beat = 20 * time.Second
)

// Server is a running Redis that this process uses. Its methods may be called from many goroutines.
type Server struct {
	config  Config
	source  *opened
	client  *goredis.Client
	word    string
	version string
	took    time.Duration

	prefixes atomic.Int64
	stop     context.CancelFunc // of the goroutine that holds a connection
	held     chan struct{}      // closed when that has ended
	closed   sync.Once
}

// Open makes a server answer, removes the keys that killed processes left in it, and tells in one line
// where it is from. The error says what to do where there is no server to be had.
func Open(ctx context.Context, c Config) (*Server, error) {
	began := time.Now()
	c, origin, err := c.withEnvironment()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", envProvider, err)
	}
	src, err := openSource(ctx, c, origin)
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	s := &Server{config: c, source: src, word: randomWord(), held: make(chan struct{})}
	if err := s.open(ctx); err != nil {
		clean, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		var closing error
		if s.client != nil {
			closing = s.client.Close()
		}
		return nil, errors.Join(fmt.Errorf("redis: open %s: %w", src, err), closing, src.Close(clean))
	}
	s.took = time.Since(began)
	c.log(s.chosen())
	return s, nil
}

func (s *Server) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	options, err := parse(s.source.URL())
	if err != nil {
		return err
	}
	options.ClientName = keyRoot + s.word
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	s.client = goredis.NewClient(options)
	conn := s.client.Conn()
	if err := conn.Ping(ctx).Err(); err != nil {
		return errors.Join(err, conn.Close())
	}
	hold, stop := context.WithCancel(context.Background())
	s.stop = stop
	go s.hold(hold, conn)
	if s.source.shared {
		s.settle(ctx)
	}
	s.version = version(ctx, s.client)
	return nil
}

// hold keeps a connection until ctx is done.
func (s *Server) hold(ctx context.Context, conn *goredis.Conn) {
	defer close(s.held)
	defer func() { _ = conn.Close() }() // it goes back to the pool, which is closed next
	t := time.NewTicker(beat)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			_ = conn.Ping(ctx).Err() // who uses the server learns of it when it is gone
		}
	}
}

// settle removes what killed processes left, and warns of a setting that loses keys. A server that does not
// let us look is used all the same: keys end by themselves too.
func (s *Server) settle(ctx context.Context) {
	if err := enlist(ctx, s.client, s.word); err != nil {
		s.config.log("cannot write keys: " + err.Error())
		return
	}
	gone, err := sweep(ctx, s.client)
	if gone > 0 {
		s.config.log(fmt.Sprintf("removed the keys of %d processes that were killed", gone))
	}
	if err != nil && ctx.Err() == nil {
		s.config.log("cannot remove keys of processes that were killed: " + err.Error())
	}
	const name = "maxmemory-policy"
	if set, err := s.client.ConfigGet(ctx, name).Result(); err == nil && set[name] != "" && set[name] != "noeviction" {
		s.config.log(fmt.Sprintf("warning: %s is %s, so that keys may vanish when memory is short, and tokens that were revoked "+
			"would be good again: set it to noeviction", name, set[name]))
	}
}

// version is what a server says of itself, or nothing.
func version(ctx context.Context, client *goredis.Client) string {
	info, err := client.Info(ctx, "server").Result()
	if err != nil {
		return ""
	}
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, "redis_version:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// chosen is the line that tells where the server is from.
func (s *Server) chosen() string {
	line := string(s.source.provider)
	if s.version != "" {
		line += " " + s.version
	}
	line += fmt.Sprintf(", %s in %d ms", s.source.how, s.took.Milliseconds())
	if s.source.provider == ProviderURL {
		line += ", " + s.source.String()
	}
	if s.source.passed != "" {
		line += " (" + s.source.passed + ")"
	}
	return line
}

// Client is connected to the server until Close.
func (s *Server) Client() *goredis.Client { return s.client }

// Prefix is one that no key of the server begins with. Close removes the keys that do by then.
func (s *Server) Prefix() string {
	return keyRoot + s.word + ":" + strconv.FormatInt(s.prefixes.Add(1), 10) + ":"
}

// URL is the address of the server, for other processes. It may hold a password.
func (s *Server) URL() string { return s.source.URL() }

// String says which server it is, for people; it holds no password.
func (s *Server) String() string {
	if s.version == "" {
		return s.source.String()
	}
	return s.source.String() + ", version " + s.version
}

// Close removes the keys of this process and lets go of the server; one of bailiff's own that nobody else
// uses stops. It takes 3 s at most; keys that cannot be removed in that time are removed by the next Open.
func (s *Server) Close() error {
	var errs []error
	s.closed.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		if s.source.shared {
			s.forget(ctx)
		}
		s.stop()
		<-s.held
		errs = append(errs, s.client.Close(), s.source.Close(ctx))
	})
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("redis: close: %w", err)
	}
	return nil
}

// forget removes the keys of this process. What remains is removed by the next Open, so it is no error.
func (s *Server) forget(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, closeTimeout/3)
	defer cancel()
	_ = remove(ctx, s.client, keyRoot+s.word+":*", map[string]bool{s.word: true})
}
