package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// logger prints what is no result: warnings on standard output, errors and what helps to find them on
// standard error, as Dredd does.
type logger struct {
	app   *app
	level config.Loglevel
}

func (a *app) logger(s *config.Settings) *logger { return &logger{app: a, level: s.Loglevel} }

func (l *logger) warn(text string) {
	if l.level.Shows(config.LogWarning) {
		l.app.stdout.line(l.app.stdout, "warn: "+text)
	}
}

func (l *logger) debug(format string, args ...any) {
	if l.level.Shows(config.LogDebug) {
		at := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		l.app.stdout.line(l.app.stderr, at+" - debug: "+printable(fmt.Sprintf(format, args...)))
	}
}

// hush keeps an error from being printed that is not to be logged. That there was one stays.
func (l *logger) hush(err error) error {
	if err == nil || l.level.Shows(config.LogError) || errors.Is(err, context.Canceled) {
		return err
	}
	return errFailed
}

// begin logs what will be done, and has the steps logged.
func (l *logger) begin(s *config.Settings, cfg *harness.Config) {
	if !l.level.Shows(config.LogDebug) {
		return
	}
	l.debug("bailiff version: %s", versionLine())
	l.debug("built by: %s", runtime.Version())
	l.debug("system: %s %s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if dir, err := os.Getwd(); err == nil {
		l.debug("working folder: %s", dir)
	}
	if s.File != "" {
		l.debug("configuration file: %s", s.File)
	}
	l.debug("configuration: %s", maskedConfiguration(s))
	if cfg.Server != nil {
		cfg.Server.Output = func(line string) { l.debug("server: %s", line) }
	}
	cfg.Hooks = l.steps(cfg.Hooks)
}

// maskedConfiguration is the configuration without what may be secret in it.
func maskedConfiguration(s *config.Settings) string {
	all := configuration(s, nil)
	if s.Masked {
		var headerNames []string
		for _, h := range headers(s.HTTP) {
			headerNames = append(headerNames, h.Name+": "+mask)
		}
		all["header"] = list(headerNames)
		custom := map[string]any{}
		for key := range s.Custom {
			custom[key] = mask
		}
		all["custom"] = custom
		for key := range s.Extra {
			all[key] = mask
		}
		if u, err := url.Parse(s.Endpoint); err == nil {
			all["endpoint"] = u.Redacted()
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// mask stands for a secret.
const mask = "[masked]"

// steps adds hooks that log where a run is.
func (l *logger) steps(hooks *hook.Registry) *hook.Registry {
	if hooks == nil {
		hooks = hook.New()
	}
	var number atomic.Int64
	step := func(what string) hook.Func {
		return func(c *hook.Case) error {
			l.debug("%s: %s", what, c.Transaction.Name)
			return nil
		}
	}
	hooks.BeforeAll(func(r *hook.Run) error {
		l.debug("running hooks before all, and then %s", count(len(r.Transactions), "transaction"))
		return nil
	})
	hooks.BeforeEach(func(c *hook.Case) error {
		l.debug("transaction #%d, %s %s: %s", number.Add(1), c.Transaction.Request.Method, c.Transaction.FullPath, c.Transaction.Name)
		return nil
	})
	hooks.BeforeEachValidation(step("a response came, which is compared now"))
	hooks.AfterEach(step("ended"))
	hooks.AfterAll(func(*hook.Run) error {
		l.debug("all transactions ended")
		return nil
	})
	return hooks
}

// quieted keeps warnings from a reporter that are not to be logged.
func (l *logger) quieted(r harness.Reporter) harness.Reporter {
	if l.level.Shows(config.LogWarning) {
		return r
	}
	return quieted{r, l.level}
}

type quieted struct {
	harness.Reporter
	level config.Loglevel
}

// Begin passes a plan on without what is not to be logged.
func (q quieted) Begin(p harness.Plan) {
	p.Warnings = nil
	var kept []transaction.Annotation
	for _, a := range p.Annotations {
		if a.Severity == transaction.SeverityError && q.level.Shows(config.LogError) {
			kept = append(kept, a)
		}
	}
	p.Annotations = kept
	q.Reporter.Begin(p)
}
