package harness

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Session is a run that is ready to go: the descriptions are compiled, the database is up, and so is the
// server under test where a command starts it. Run and Test are made of it; it is there for those who want
// to carry out transactions one by one.
type Session struct {
	cfg      Config
	contract *contract
	working  []*working // in the order in which they run
	hooks    hook.Runner
	run      *hook.Run
	aborted  atomic.Pointer[error]
	selected selection
	known    knownFailing
	bail     bail
	plan     Plan
	checker  *gavel.Checker
	sanitize *Sanitizer
	client   *exchange.Client
	server   *postgres.Server // nil without a database
	process  *serverProcess   // nil when the server under test is not started here
	base     *url.URL         // of the endpoint; nil when the server is in-process
	idle     chan *worker
	all      struct {
		sync.Mutex
		workers []*worker
	}
}

// Open compiles the descriptions, checks the names of hooks and selections, and starts the database and
// the server under test. Nothing is sent yet. The caller must Close the session.
func Open(ctx context.Context, cfg Config) (*Session, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	base, err := endpoint(cfg)
	if err != nil {
		return nil, err
	}
	sanitizer, err := NewSanitizer(cfg.Sanitize)
	if err != nil {
		return nil, err
	}
	client, err := cfg.client()
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
	if len(c.transactions) == 0 && !cfg.AllowEmpty {
		return nil, c.nothing()
	}
	c.arrange(cfg.Sorted, cfg.Shuffle)
	s := &Session{
		cfg:      cfg,
		contract: c,
		base:     base,
		bail:     bail{after: cfg.Bail},
		checker:  gavel.New(),
		sanitize: sanitizer,
		client:   client,
		idle:     make(chan *worker, cfg.Workers),
		hooks:    cfg.Hooks,
	}
	for range cfg.Workers {
		s.idle <- nil // a worker is made when it is first needed
	}
	warnings, err := s.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.process != nil {
		warnings = append(warnings, s.process.notes()...)
	}
	s.plan = s.planned(warnings)
	return s, nil
}

// prepare loads the hooks, holds all names against the transactions, and makes those of this run. It
// returns what there is to warn of.
func (s *Session) prepare(ctx context.Context) (warnings []string, err error) {
	if len(s.cfg.Handlers) > 0 {
		s.hooks = hook.Multi(append([]hook.Runner{s.cfg.Hooks}, s.cfg.Handlers...)...)
	}
	registered, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	if warnings, err = s.checkHooks(registered); err != nil {
		return nil, err
	}
	names := s.contract.names()
	selected, gone, err := newSelection(s.cfg, names)
	if err != nil {
		return nil, err
	}
	s.selected, warnings = selected, append(warnings, gone...)
	if s.known, err = newKnownFailing(s.cfg.KnownFailing, names); err != nil {
		return nil, err
	}
	for _, d := range s.contract.transactions {
		w := newWorking(d, s.cfg.Headers)
		address(w.own, s.base) // hooks of any transaction may look at it and change it
		s.working = append(s.working, w)
	}
	s.run = hook.NewRun(ctx, pointers(s.working))
	s.run.Timeout = s.cfg.HookTimeout
	return append(append(warnings, s.contract.warnings()...), s.warnings()...), nil
}

// start brings up what the run needs.
func (s *Session) start(ctx context.Context) (err error) {
	if s.cfg.Database != nil && (!s.cfg.Names || len(s.cfg.Handlers) > 0) { // as leavesAlone has it
		if s.server, err = postgres.Open(ctx, *s.cfg.Database); err != nil {
			return err
		}
	}
	if s.cfg.Server != nil && !s.selected.nothingSent() {
		if s.process, err = startServer(ctx, s.cfg.Server, s.base); err != nil {
			return err
		}
	}
	return nil
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
	unmatched = append(unmatched, s.contract.tables.missing(s.cfg.Hooks)...)
	if len(unmatched) == 0 {
		return nil, nil
	}
	err := &HookNameError{Unmatched: unmatched, transactions: all, tables: s.contract.tables.names, misses: s.contract.tables.misses}
	if s.cfg.UnmatchedHooks == UnmatchedWarn {
		return err.lines(), nil
	}
	return nil, err
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

// Close stops the servers, the one that was started by a command included, and gives back the database.
// It must not be called while Run works.
func (s *Session) Close() error {
	var errs []error
	s.client.Close()
	if s.process != nil { // before its database is set back
		errs = append(errs, s.process.stop())
	}
	s.all.Lock()
	for _, w := range s.all.workers {
		errs = append(errs, w.close())
	}
	s.all.workers = nil
	s.all.Unlock()
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
