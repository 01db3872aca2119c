package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Session is a run that is ready to go: the descriptions are compiled and the database is up. Run
// and Test are made of it; it is there for those who want to carry out transactions one by one.
type Session struct {
	cfg      Config
	contract *contract
	left     int // transactions that Config.Only leaves out
	plan     Plan
	checker  *gavel.Checker
	client   *exchange.Client
	server   *postgres.Server // nil without a database
	base     *url.URL         // of the endpoint; nil when the server is in-process
	idle     chan *worker
	all      struct {
		sync.Mutex
		workers []*worker
	}
}

// Open compiles the descriptions, checks the names of hooks and selections, and starts the
// database. Nothing is sent yet. The caller must Close the session.
func Open(ctx context.Context, cfg Config) (*Session, error) {
	cfg = cfg.withDefaults()
	base, err := endpoint(cfg)
	if err != nil {
		return nil, err
	}
	for _, v := range cfg.Volatile {
		if err := gavel.CheckVolatile(v); err != nil {
			return nil, err
		}
	}
	c, err := load(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if cfg.StrictDescriptions && len(c.omissions) > 0 {
		return nil, &OmissionError{Actions: c.actions, Omissions: c.omissions}
	}
	s := &Session{
		cfg:      cfg,
		contract: c,
		base:     base,
		checker:  gavel.New(),
		client:   exchange.New(cfg.Timeout, "bailiff/"+cfg.Version),
		idle:     make(chan *worker, cfg.Workers),
	}
	warnings, err := s.checkHooks()
	if err != nil {
		return nil, err
	}
	if s.left, err = c.choose(cfg.Only); err != nil {
		return nil, err
	}
	warnings = append(warnings, c.warnings()...)
	if len(c.transactions) == 0 {
		return nil, c.nothing()
	}
	if cfg.Database != nil {
		if s.server, err = postgres.Open(ctx, *cfg.Database); err != nil {
			s.client.Close()
			return nil, err
		}
	}
	for range cfg.Workers {
		s.idle <- nil // a worker is made when it is first needed
	}
	s.plan = Plan{
		Transactions: len(c.transactions),
		Descriptions: c.files,
		Annotations:  c.annotations,
		Warnings:     warnings,
		Match:        cfg.Match,
	}
	if base != nil {
		s.plan.Server = base.Redacted()
	}
	if s.server != nil {
		s.plan.Database = s.server.String()
	}
	return s, nil
}

// checkHooks finds hooks whose name matches nothing. When that is no error, it is one warning.
func (s *Session) checkHooks() ([]string, error) {
	unmatched := s.cfg.Hooks.Unmatched(s.pointers())
	switch {
	case len(unmatched) == 0:
		return nil, nil
	case s.cfg.LenientHooks:
		return []string{fmt.Sprintf("%d of the hooks match no transaction of these descriptions", len(unmatched))}, nil
	default:
		return nil, &HookNameError{Unmatched: unmatched, names: s.contract.names()}
	}
}

// endpoint reads Config.Endpoint as Dredd does: a URL without a scheme is an http one.
func endpoint(cfg Config) (*url.URL, error) {
	if cfg.Handler != nil {
		return nil, nil
	}
	if cfg.Endpoint == "" {
		return nil, errors.New("no server under test: give a handler or a URL")
	}
	raw := cfg.Endpoint
	if !strings.Contains(raw, "://") {
		raw = "http://" + strings.TrimLeft(raw, ":/")
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the URL of the server under test: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the URL of the server under test, %q, is no http or https one", cfg.Endpoint)
	case u.Hostname() == "":
		return nil, fmt.Errorf("the URL of the server under test, %q, names no host", cfg.Endpoint)
	}
	return u, nil
}

// Transactions returns copies of what will run, in the order of the documentation.
func (s *Session) Transactions() []*transaction.Transaction {
	ts := make([]*transaction.Transaction, len(s.contract.transactions))
	for i, t := range s.contract.transactions {
		ts[i] = t.Clone()
	}
	return ts
}

// Plan says what will run and what there is to warn of.
func (s *Session) Plan() Plan { return s.plan }

// BeforeAll runs the beforeAll hooks. Call it once before the first Run.
func (s *Session) BeforeAll(ctx context.Context) error {
	return s.cfg.Hooks.RunBeforeAll(hook.NewRun(ctx, s.pointers()))
}

// AfterAll runs the afterAll hooks. Call it once after the last Run.
func (s *Session) AfterAll(ctx context.Context) error {
	return s.cfg.Hooks.RunAfterAll(hook.NewRun(ctx, s.pointers()))
}

func (s *Session) pointers() []*transaction.Transaction {
	ts := make([]*transaction.Transaction, len(s.contract.transactions))
	for i, t := range s.contract.transactions {
		ts[i] = t.Transaction
	}
	return ts
}

// Close stops the servers and gives back the database. It must not be called while Run works.
func (s *Session) Close() error {
	var errs []error
	s.all.Lock()
	for _, w := range s.all.workers {
		errs = append(errs, w.close())
	}
	s.all.workers = nil
	s.all.Unlock()
	s.client.Close()
	if s.server != nil {
		errs = append(errs, s.server.Close())
	}
	return errors.Join(errs...)
}

// acquire waits for a worker that is free.
func (s *Session) acquire(ctx context.Context) (*worker, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case w := <-s.idle:
		if w != nil {
			return w, nil
		}
		w, err := newWorker(ctx, s)
		if err != nil {
			s.idle <- nil
			return nil, err
		}
		s.all.Lock()
		s.all.workers = append(s.all.workers, w)
		s.all.Unlock()
		return w, nil
	}
}

func (s *Session) release(w *worker) { s.idle <- w }

// address fills in where the request goes.
func address(t *transaction.Transaction, base *url.URL) {
	t.Protocol, t.Host, t.Port = base.Scheme+":", base.Hostname(), base.Port()
	t.FullPath = joinPath(base, t.Request.URI)
}

// joinPath puts the base path of the server's URL before the URI, with one slash between.
func joinPath(base *url.URL, uri string) string {
	path := strings.Trim(base.EscapedPath(), "/")
	if path == "" {
		return "/" + strings.TrimPrefix(uri, "/")
	}
	if uri == "" || uri == "/" {
		return "/" + path
	}
	return "/" + path + "/" + strings.TrimPrefix(uri, "/")
}

// loopback is where an in-process server listens.
func loopback(ctx context.Context) (net.Listener, error) {
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the server under test: %w", err)
	}
	return listener, nil
}
