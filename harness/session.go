package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

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
	working  []*working // in the order in which they run
	hooks    hook.Runner
	run      *hook.Run
	aborted  atomic.Pointer[error]
	left     int // transactions that Config.Only leaves out
	plan     Plan
	checker  *gavel.Checker
	sanitize *Sanitizer
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
	sanitizer, err := NewSanitizer(cfg.Sanitize)
	if err != nil {
		return nil, err
	}
	c, err := load(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if cfg.StrictDescriptions && len(c.omissions) > 0 {
		return nil, &OmissionError{Actions: c.actions, Omissions: c.omissions}
	}
	if len(c.transactions) == 0 {
		return nil, c.nothing()
	}
	s := &Session{
		cfg:      cfg,
		contract: c,
		base:     base,
		checker:  gavel.New(),
		sanitize: sanitizer,
		client:   exchange.New(cfg.Timeout, "bailiff/"+cfg.Version),
		idle:     make(chan *worker, cfg.Workers),
		hooks:    cfg.Hooks,
	}
	if len(cfg.Handlers) > 0 {
		s.hooks = hook.Multi(append([]hook.Runner{cfg.Hooks}, cfg.Handlers...)...)
	}
	registered, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	warnings, err := s.checkHooks(registered)
	if err != nil {
		return nil, err
	}
	if s.left, err = c.choose(cfg.Only); err != nil {
		return nil, err
	}
	warnings = append(warnings, c.warnings()...)
	for _, d := range c.transactions {
		w := newWorking(d)
		address(w.own, base) // hooks of any transaction may look at it and change it
		s.working = append(s.working, w)
	}
	s.run = hook.NewRun(ctx, pointers(s.working))
	s.run.Timeout = cfg.HookTimeout
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
		Volatile:     cfg.declared(),
		Sanitize:     sanitizer.Describe(),
	}
	if base != nil {
		s.plan.Server = base.Redacted()
	}
	if s.server != nil {
		s.plan.Database = s.server.String()
	}
	return s, nil
}

// declared is what may vary in all responses, the defaults included.
func (c Config) declared() []transaction.Volatile {
	if c.NoVolatileDefaults {
		return c.Volatile
	}
	return append(gavel.Defaults(), c.Volatile...)
}

// load lets handlers look at what will run, and returns what their hooks are registered for.
func (s *Session) load(ctx context.Context) ([]hook.Registered, error) {
	var all []hook.Registered
	for _, h := range s.cfg.Handlers {
		l, ok := h.(hook.Loader)
		if !ok {
			continue
		}
		registered, err := l.Load(ctx, s.compiled())
		if err != nil {
			return nil, err
		}
		all = append(all, registered...)
	}
	return all, nil
}

// compiled are the transactions of the descriptions, before any is left out.
func (s *Session) compiled() []*transaction.Transaction {
	all := make([]*transaction.Transaction, len(s.contract.transactions))
	for i, d := range s.contract.transactions {
		all[i] = d.Transaction
	}
	return all
}

// checkHooks finds hooks whose name matches nothing. When that is no error, each is a warning.
func (s *Session) checkHooks(registered []hook.Registered) ([]string, error) {
	if s.cfg.UnmatchedHooks == UnmatchedIgnore {
		return nil, nil
	}
	all := s.compiled()
	unmatched := append(s.cfg.Hooks.Unmatched(all), hook.Unmatched(registered, all)...)
	if len(unmatched) == 0 {
		return nil, nil
	}
	err := &HookNameError{Unmatched: unmatched, transactions: all}
	if s.cfg.UnmatchedHooks == UnmatchedWarn {
		return err.lines(), nil
	}
	return nil, err
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

// Transactions returns copies of what will run, in that order: the one of the documentation, or what
// beforeAll hooks made of it.
func (s *Session) Transactions() []*transaction.Transaction {
	ts := make([]*transaction.Transaction, len(s.working))
	for i, w := range s.working {
		ts[i] = w.own.Clone()
	}
	return ts
}

// Plan says what will run and what there is to warn of.
func (s *Session) Plan() Plan { return s.plan }

// BeforeAll runs the beforeAll hooks, which may change what runs. Call it once before the first Run.
func (s *Session) BeforeAll(ctx context.Context) error {
	s.run.Bind(ctx)
	err := s.hooks.RunBeforeAll(s.run)
	s.abortOn(err)
	s.working = rearranged(s.working, s.run.Transactions)
	return err
}

// AfterAll runs the afterAll hooks. Call it once after the last Run.
func (s *Session) AfterAll(ctx context.Context) error {
	s.run.Bind(ctx)
	return s.hooks.RunAfterAll(s.run)
}

// abortOn ends the run when an error of hooks says that nothing can follow.
func (s *Session) abortOn(err error) {
	if errors.Is(err, hook.ErrAbort) {
		s.aborted.CompareAndSwap(nil, &err)
	}
}

// stopped is why no further transaction can run; nil when it can.
func (s *Session) stopped(ctx context.Context) error {
	if err := s.aborted.Load(); err != nil {
		return *err
	}
	return ctx.Err()
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

// address fills in where the request goes, unless a hook said so already. base is nil as long as the
// server is not known, which is when it is in-process: then only the path is.
func address(t *transaction.Transaction, base *url.URL) {
	if base == nil {
		base = &url.URL{}
	}
	if t.Host == "" && base.Host != "" {
		t.Host = base.Hostname()
		t.Protocol = cmp.Or(t.Protocol, base.Scheme+":")
		t.Port = cmp.Or(t.Port, base.Port())
	}
	t.FullPath = cmp.Or(t.FullPath, joinPath(base, t.Request.URI))
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
