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

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// orderVariable makes the order of hooks appear on standard error, as in Dredd: the test suites of hook
// handlers set it.
const orderVariable = "TEST_DREDD_HOOKS_HANDLER_ORDER"

// hookFlags are Dredd's options for hooks, and two of our own.
type hookFlags struct {
	files     []string
	language  string
	require   string
	unmatched string
	timeout   time.Duration
	worker    workerFlags
}

// workerFlags are Dredd's options for hook handlers; times are milliseconds, as there.
type workerFlags struct {
	timeout, connectTimeout, connectRetry, afterConnectWait, termTimeout, termRetry int

	host string
	port uint16
}

func (f *hookFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.files, "hookfiles", "f", nil, "`files` with hooks, a path or a pattern (repeatable)")
	flags.StringVarP(&f.language, "language", "a", "", "language of all hook files: nodejs, "+strings.Join(handler.Languages(), ", ")+", or the command line of a hook handler (default: what their names tell, nodejs in doubt)")
	flags.StringVar(&f.require, "require", "", "`module` to load before JavaScript hook files, a compiler say")
	flags.StringVar(&f.unmatched, "unmatched-hooks", "", "what a hook is whose name matches no transaction: error, warn or ignore (default: warn, of demo's own blueprints error)")
	flags.DurationVar(&f.timeout, "hook-timeout", time.Minute, "how long a hook in Go or JavaScript may take")
	w := &f.worker
	for _, o := range []struct {
		to    *int
		name  string
		value int
		usage string
	}{
		{&w.timeout, "timeout", 5000, "how long a hook handler may take to answer, in `ms`"},
		{&w.connectTimeout, "connect-timeout", 10000, "how long a hook handler may take until it listens, in `ms`"},
		{&w.connectRetry, "connect-retry", 0, "pause between attempts to connect to a hook handler, in `ms` (default: a few)"},
		{&w.afterConnectWait, "after-connect-wait", 0, "pause after connecting to a hook handler, in `ms`"},
		{&w.termTimeout, "term-timeout", 5000, "how long a hook handler is asked to end before it is killed, in `ms`"},
		{&w.termRetry, "term-retry", 500, "pause until a hook handler is asked again to end, in `ms`"},
	} {
		flags.IntVar(o.to, "hooks-worker-"+o.name, o.value, o.usage)
	}
	flags.StringVar(&w.host, "hooks-worker-handler-host", "127.0.0.1", "`host` that a hook handler listens at")
	flags.Uint16Var(&w.port, "hooks-worker-handler-port", 0, "`port` that a hook handler listens at (default: a free one where it can be told, else 61321)")
}

// configure hands what is the harness's to it.
func (f *hookFlags) configure(cfg *harness.Config) error {
	if f.unmatched != "" {
		u, err := harness.ParseUnmatchedHooks(f.unmatched)
		if err != nil {
			return fmt.Errorf("--unmatched-hooks: %w", err)
		}
		cfg.UnmatchedHooks = u
	}
	switch {
	case f.timeout > 0:
		cfg.HookTimeout = f.timeout
	case f.timeout == 0:
		cfg.HookTimeout = -1 // for ever
	default:
		return fmt.Errorf("--hook-timeout is %s: use a time such as 30s, or 0 for no limit", f.timeout)
	}
	return nil
}

// plan says which handlers to start. Nothing is started yet.
func (f *hookFlags) plan(cfg harness.Config) ([]handler.Config, error) {
	w, err := f.worker.config()
	if err != nil || len(f.files) == 0 {
		return nil, err // as in Dredd, without hook files there is no handler
	}
	files, err := handler.Files("", f.files)
	if err != nil {
		return nil, err
	}
	var plans []handler.Config
	own := 0 // handlers that are not ours
	for _, file := range files {
		language := f.language
		if language == "" {
			if language, err = languageOf(file); err != nil {
				return nil, err
			}
		}
		i := slices.IndexFunc(plans, func(p handler.Config) bool { return p.Language == language })
		if i < 0 {
			p := w
			if language == handler.JavaScript {
				p = f.javaScript(cfg, files)
			} else {
				own++
			}
			p.Language = language
			i, plans = len(plans), append(plans, p)
		}
		plans[i].Files = append(plans[i].Files, file)
	}
	if own > 1 && w.Port != 0 {
		return nil, fmt.Errorf("--hooks-worker-handler-port names one port, and %d hook handlers would listen there: run them one by one, or leave it out", own)
	}
	return plans, nil
}

// config is what the flags say of every handler.
func (w *workerFlags) config() (handler.Config, error) {
	c := handler.Config{Host: w.host, Port: int(w.port)}
	for _, o := range []struct {
		name string
		from int
		to   *time.Duration
	}{
		{"timeout", w.timeout, &c.Timeout},
		{"connect-timeout", w.connectTimeout, &c.ConnectTimeout},
		{"connect-retry", w.connectRetry, &c.ConnectRetry},
		{"after-connect-wait", w.afterConnectWait, &c.AfterConnectWait},
		{"term-timeout", w.termTimeout, &c.TermTimeout},
		{"term-retry", w.termRetry, &c.TermRetry},
	} {
		if o.from < 0 {
			return c, fmt.Errorf("--hooks-worker-%s is %d: use a number of milliseconds", o.name, o.from)
		}
		*o.to = time.Duration(o.from) * time.Millisecond
	}
	return c, nil
}

// javaScript is the handler that bailiff brings along. It listens where it is told, so that the options
// for the handlers of others do not concern it.
func (f *hookFlags) javaScript(cfg harness.Config, files []string) handler.Config {
	c := handler.Config{Timeout: f.timeout, Require: f.require}
	if f.timeout == 0 {
		c.Timeout = -1
	}
	c.Configuration = f.configuration(cfg, files)
	return c
}

// configuration is what JavaScript hooks find as hooks.configuration, under Dredd's names.
func (f *hookFlags) configuration(cfg harness.Config, files []string) json.RawMessage {
	dir, _ := os.Getwd() // empty when the folder is gone
	list := func(items []string) []string { return append([]string{}, items...) }
	language := f.language
	if language == "" {
		language = handler.JavaScript
	}
	var require any
	if f.require != "" {
		require = f.require
	}
	text, _ := json.Marshal(map[string]any{ // it never fails
		"endpoint":  cfg.Endpoint,
		"path":      list(cfg.Descriptions),
		"custom":    map[string]any{"cwd": dir, "argv": list(os.Args[1:])},
		"hookfiles": list(files),
		"language":  language,
		"require":   require,
		"only":      list(cfg.Only),

		"hooks-worker-timeout":            f.worker.timeout,
		"hooks-worker-connect-timeout":    f.worker.connectTimeout,
		"hooks-worker-connect-retry":      f.worker.connectRetry,
		"hooks-worker-after-connect-wait": f.worker.afterConnectWait,
		"hooks-worker-term-timeout":       f.worker.termTimeout,
		"hooks-worker-term-retry":         f.worker.termRetry,
		"hooks-worker-handler-host":       f.worker.host,
		"hooks-worker-handler-port":       f.worker.port,

		// What Dredd has and we do not, as it is there unless asked for.
		"header": []string{}, "method": []string{}, "reporter": []string{}, "output": []string{},
		"dry-run": false, "names": false, "sorted": false, "details": false, "inline-errors": false,
		"server": nil, "user": nil,
	})
	return text
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
func (a *app) handlers(f hookFlags, cfg harness.Config) (handlers, error) {
	plans, err := f.plan(cfg)
	if err != nil {
		return nil, err
	}
	if len(plans) > 0 && cfg.Workers > 1 {
		return nil, fmt.Errorf("--workers is %d, but hooks in other languages expect one transaction after the other: leave it out", cfg.Workers)
	}
	list := make(handlers, len(plans))
	for i, p := range plans {
		p.Log = a.show(p.Language == handler.JavaScript)
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
func (a *app) show(plain bool) func(handler.Line) {
	return func(l handler.Line) {
		text := l.String()
		if plain {
			text = l.Text
		}
		switch l.Kind {
		case handler.Stdout:
			a.stdout.line(a.stdout.Writer, text)
		case handler.Stderr:
			a.stdout.line(a.stderr, text)
		case handler.Warning:
			a.stdout.line(a.stdout.Writer, "warn: "+l.Text)
		case handler.Debug: // for those who debug bailiff
		}
	}
}
