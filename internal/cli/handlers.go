package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// orderVariable makes the order of hooks appear on standard error, as in Dredd: the test suites of hook
// handlers set it.
const orderVariable = "TEST_DREDD_HOOKS_HANDLER_ORDER"

// plan says which handlers to start. Nothing is started yet.
func plan(s *config.Settings) ([]handler.Config, error) {
	if len(s.Hooks.Files) == 0 && s.Hooks.Require == "" {
		return nil, nil // as in Dredd, without hook files there is no handler
	}
	w := workerConfig(s.Hooks.Worker)
	files, err := handler.Files("", s.Hooks.Files)
	if err != nil {
		return nil, err
	}
	var plans []handler.Config
	own := 0 // handlers that are not ours
	for _, file := range files {
		language := s.Hooks.Language
		if language == "" {
			if language, err = languageOf(file); err != nil {
				return nil, err
			}
		}
		i := slices.IndexFunc(plans, func(p handler.Config) bool { return p.Language == language })
		if i < 0 {
			p := w
			if language == handler.JavaScript {
				p = javaScript(s, files)
			} else {
				own++
			}
			p.Language = language
			i, plans = len(plans), append(plans, p)
		}
		plans[i].Files = append(plans[i].Files, file)
	}
	isJavaScript := func(p handler.Config) bool { return p.Language == handler.JavaScript }
	if s.Hooks.Require != "" && !slices.ContainsFunc(plans, isJavaScript) {
		// Dredd loads the module whether hook files need it or not: it may be there for what it does.
		p := javaScript(s, nil)
		p.Language = handler.JavaScript
		plans = append(plans, p)
	}
	if own > 1 && w.Port != 0 {
		return nil, fmt.Errorf("--hooks-worker-handler-port names one port, and %d hook handlers would listen there: run them one by one, or leave it out", own)
	}
	return plans, nil
}

// workerConfig is what the settings say of every handler.
func workerConfig(w config.Worker) handler.Config {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	return handler.Config{
		Host:             w.Host,
		Port:             w.Port,
		Timeout:          ms(w.Timeout),
		ConnectTimeout:   ms(w.ConnectTimeout),
		ConnectRetry:     ms(w.ConnectRetry),
		AfterConnectWait: ms(w.AfterConnectWait),
		TermTimeout:      ms(w.TermTimeout),
		TermRetry:        ms(w.TermRetry),
	}
}

// javaScript is the handler that bailiff brings along. It listens where it is told, so that the options
// for the handlers of others do not concern it.
func javaScript(s *config.Settings, files []string) handler.Config {
	c := handler.Config{Timeout: s.Hooks.Timeout, Require: s.Hooks.Require}
	if c.Timeout == 0 {
		c.Timeout = -1
	}
	c.Configuration, _ = json.Marshal(configuration(s, files)) // what was read from YAML can be JSON
	return c
}

var errNoLanguage = errors.New("say with --language what runs it: nodejs, or the command line of a hook handler")

// languageOf tells by its name what runs a hook file. Dredd takes everything for JavaScript.
func languageOf(file string) (string, error) {
	extension := strings.ToLower(filepath.Ext(file))
	switch extension {
	case ".rb":
		return "ruby", nil
	case ".py":
		return "python", nil
	case ".php":
		return "php", nil
	case ".pl", ".pm":
		return "perl", nil
	case ".go", ".rs":
		language := map[string]string{".go": "go", ".rs": "rust"}[extension]
		return "", fmt.Errorf("hook file %s is a source file: compile it, and name the program instead, with --language %s", file, language)
	case ".exe":
		return "", fmt.Errorf("hook file %s is a program: say with --language whose, go or rust, or the command line of a hook handler", file)
	case "":
		if info, err := os.Stat(file); err == nil && info.Mode()&0o111 != 0 && !info.IsDir() {
			return "", fmt.Errorf("hook file %s is a program: say with --language whose, go or rust, or the command line of a hook handler", file)
		}
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return "", fmt.Errorf("hook file %s is a folder: name the files, with a pattern such as %s; or %w", file, filepath.Join(file, "*.js"), errNoLanguage)
	}
	return handler.JavaScript, nil
}

// handlers are those of a run.
type handlers []*lateHandler

// handlers makes the handlers of a run, which start when the harness asks for them. The caller closes
// them.
func (a *app) handlers(s *config.Settings, log *logger) (handlers, error) {
	plans, err := plan(s)
	if err != nil {
		return nil, err
	}
	list := make(handlers, len(plans))
	for i, p := range plans {
		p.Log = log.show(p.Language == handler.JavaScript)
		if os.Getenv(orderVariable) == "true" {
			p.Order = a.stderr
		}
		list[i] = &lateHandler{cfg: p}
	}
	return list, nil
}

// runners are the handlers as the harness takes them.
func (hs handlers) runners() []hook.Runner {
	list := make([]hook.Runner, len(hs))
	for i, h := range hs {
		list[i] = h
	}
	return list
}

// close ends those that were started, whatever became of the run. After Ctrl-C they are killed.
func (hs handlers) close(ctx context.Context) error {
	var errs []error
	for _, h := range hs {
		if h.Handler != nil {
			errs = append(errs, h.Close(ctx))
		}
	}
	return errors.Join(errs...)
}

// lateHandler is a handler that starts when it is told what will run: descriptions with errors need
// none.
type lateHandler struct {
	*handler.Handler
	cfg handler.Config
}

var _ hook.Loader = (*lateHandler)(nil)

// Load starts the handler, and has it look at the transactions.
func (h *lateHandler) Load(ctx context.Context, ts []*transaction.Transaction) ([]hook.Registered, error) {
	started, err := handler.Start(ctx, h.cfg)
	if err != nil {
		return nil, err
	}
	h.Handler = started
	return started.Load(ctx, ts)
}

// show prints what a handler has to say. JavaScript runs within Dredd, so its lines are as they are;
// others have the name of their handler in front.
func (l *logger) show(plain bool) func(handler.Line) {
	return func(line handler.Line) {
		text := line.String()
		if plain {
			text = line.Text
		}
		switch line.Kind {
		case handler.Stdout:
			l.app.stdout.line(l.app.stdout, text)
		case handler.Stderr:
			l.app.stdout.line(l.app.stderr, text)
		case handler.Warning:
			l.warn(line.Text)
		case handler.Debug:
			l.debug("%s", line)
		}
	}
}
