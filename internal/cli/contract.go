package cli

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// hold carries a run out and reports it. cfg has what the command itself knows; the settings add to it,
// and win.
func (a *app) hold(cmd *cobra.Command, s *config.Settings, cfg harness.Config) (err error) {
	log := a.logger(s)
	defer func() { err = log.hush(err) }()
	var temporary tempFolder
	defer func() { err = errors.Join(err, temporary.remove()) }()
	failed, nothing, err := a.lastFailures(s, &cfg, log)
	if err != nil || nothing {
		return err
	}
	if err := configure(&cfg, s, &temporary); err != nil {
		return err
	}
	cfg.Stdin = cmd.InOrStdin()
	handlers, err := a.handlers(s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, handlers.close(cmd.Context())) }()
	cfg.Handlers = handlers.runners()
	end, err := a.report(cmd, s, &cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	for _, text := range s.Warnings { // not before it is known which stream is for people
		log.warn(text)
	}
	log.begin(s, &cfg)
	return a.carryOut(cmd.Context(), cfg, failed, log)
}

// lastFailures finds where the failures of a run are kept, and with --rerun-failed the names of those to
// run again. Nothing says that there is nothing to run.
func (a *app) lastFailures(s *config.Settings, cfg *harness.Config, log *logger) (kept *failures, nothing bool, err error) {
	descriptions := slices.Clone(cfg.Descriptions)
	for _, d := range s.Inline {
		descriptions = append(descriptions, d.Location)
	}
	kept, err = failuresOf(descriptions)
	switch {
	case err != nil && s.RerunFailed:
		return nil, false, err
	case err != nil:
		log.debug("what fails is not kept: %v", err)
		return nil, false, nil
	case !s.RerunFailed:
		return kept, false, nil
	}
	cfg.Rerun, err = kept.last()
	if err == nil && len(cfg.Rerun) == 0 {
		to := io.Writer(a.stdout)
		if toStdout(s.Output) { // which is kept for a document
			to = a.stderr
		}
		a.stdout.line(to, "info: "+nothingFailed)
		return kept, true, nil
	}
	return kept, false, err
}

// carryOut runs what is configured, keeps what failed, and turns what came of it into an error.
func (a *app) carryOut(ctx context.Context, cfg harness.Config, failed *failures, log *logger) error {
	result, err := harness.Run(ctx, cfg)
	if failed != nil {
		if err := failed.keep(result); err != nil {
			log.warn(err.Error())
		}
	}
	switch {
	case err != nil:
		return err
	case result.Interrupted:
		return context.Canceled
	case !result.OK():
		return errFailed
	}
	return nil
}

// report makes the reporters of a run. The function that it returns ends them.
func (a *app) report(cmd *cobra.Command, s *config.Settings, cfg *harness.Config, log *logger) (func() error, error) {
	a.color = s.Color
	sanitizer, err := harness.NewSanitizer(cfg.Sanitize)
	if err != nil {
		return nil, err
	}
	reporter, end, err := a.reporters(reporting{
		names:   s.Reporter,
		outputs: s.Output,
		warn:    log.warn,
		quiet:   log.quieted,
		options: harness.ReportOptions{
			InlineErrors: s.InlineErrors,
			Details:      s.Details,
			Diff:         s.Diff,
			Explain:      s.Explain,
			Sanitize:     sanitizer,
			Custom:       customTexts(s.Custom),
			Rerun:        a.rerun(cmd, shownBy(sanitizer, s.Masked)),
			Excerpt:      harness.Excerpts(*cfg),
		},
	})
	if err != nil {
		return nil, err
	}
	cfg.Reporter = exiting{reporter, cmd.Context()}
	return end, nil
}

// exiting tells reports the exit code of a run that a signal ends, which only the command line knows.
type exiting struct {
	harness.Reporter
	ctx context.Context //nolint:containedctx // of the one run that is reported
}

// End adds the exit code.
func (e exiting) End(s harness.Summary) error {
	if s.Interrupted {
		s.ExitCode = exitCodeOf(e.ctx)
	}
	return e.Reporter.End(s)
}

// exitCodeOf is the exit code of what was interrupted.
func exitCodeOf(ctx context.Context) int {
	var signal *signalError
	if errors.As(context.Cause(ctx), &signal) {
		return exitSignal + signal.number
	}
	return exitInterrupted
}

// rerun returns the command line that runs one transaction alone: this one, with other --only, and without
// what would write over reports. show takes secrets out of the value of an option.
func (a *app) rerun(cmd *cobra.Command, show func(config.Given) string) func(transaction.Outcome) string {
	words := []string{a.name}
	if cmd.HasParent() {
		words = append(words, cmd.Name())
	}
	for _, arg := range cmd.Flags().Args() {
		words = append(words, quote(arg))
	}
	for _, g := range a.args.All() {
		switch g.Option.Name {
		case "only", "rerun-failed", "bail", "reporter", "output":
			continue
		}
		g.Value = show(g)
		words = append(words, word(g))
	}
	if drift := cmd.Flags().Lookup("with-drift"); drift != nil && drift.Changed {
		words = append(words, "--with-drift="+drift.Value.String())
	}
	return func(o transaction.Outcome) string {
		return strings.Join(words, " ") + " --only " + quote(string(o.Transaction.Name))
	}
}

// shownBy makes values of options what may be shown of them.
func shownBy(sanitizer *harness.Sanitizer, masked bool) func(config.Given) string {
	return func(g config.Given) string {
		switch g.Option.Name {
		case "header":
			name, value, _ := strings.Cut(g.Value, ":")
			if value = strings.TrimSpace(value); sanitizer.Header(name, value) != value {
				return name + ":" + mask
			}
		case "user":
			if name, _, found := strings.Cut(g.Value, ":"); masked && found {
				return name + ":" + mask
			}
		case "database":
			if u, err := url.Parse(g.Value); masked && (err != nil || u.User != nil) {
				return mask
			}
		case "custom":
			if key, _, found := strings.Cut(g.Value, ":"); masked && found {
				return key + ":" + mask
			}
		}
		return g.Value
	}
}

// word is an option as one gives it to a shell.
func word(g config.Given) string {
	name, value, found := strings.Cut(g.String(), "=")
	if !found {
		return name
	}
	return name + "=" + quote(value)
}

// quote writes a word for a POSIX shell, in single quotes where it needs any.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@,+", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	if !strings.ContainsAny(word, "\"$`\\!") {
		return `"` + word + `"`
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
