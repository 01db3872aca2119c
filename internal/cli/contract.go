package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// contractFlags are those of every command that holds a server against descriptions.
type contractFlags struct {
	only    []string
	workers int
	seed    uint64
	verdictFlags
	descriptionFlags
	hooks hookFlags
}

func (f *contractFlags) register(cmd *cobra.Command, match transaction.Match) {
	f.verdictFlags.register(cmd, match)
	cmd.Flags().StringArrayVarP(&f.only, "only", "x", nil, "run only the transaction with this `name` (repeatable)")
	cmd.Flags().IntVar(&f.workers, "workers", 0, "transactions to run at a time (default: one per processor, or 1 with a URL)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the fake data")
	f.descriptionFlags.register(cmd)
	f.hooks.register(cmd)
}

// hold carries a run out and reports it. The command and its arguments are what a failed
// transaction is run again with.
func (a *app) hold(ctx context.Context, cmd *cobra.Command, f contractFlags, cfg harness.Config) (err error) {
	s, err := f.settings(cmd)
	if err != nil {
		return err
	}
	if err := f.configure(&cfg, s); err != nil {
		return err
	}
	handlers, err := a.handlers(f.hooks, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, handlers.close(ctx)) }()
	cfg.Handlers = handlers.runners()
	cfg.Stdin = cmd.InOrStdin()
	o, err := a.reportOptions(s)
	if err != nil {
		return err
	}
	o.Rerun, o.Excerpt = a.rerun(cmd), harness.Excerpts(cfg)
	if cfg.Reporter, err = harness.NewReporter("cli", o); err != nil {
		return err
	}
	result, err := harness.Run(ctx, cfg)
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

// configure hands flags and settings to the harness. What is declared volatile comes behind what the
// command itself declares.
func (f contractFlags) configure(cfg *harness.Config, s settings) error {
	cfg.Match, cfg.Only, cfg.Workers, cfg.Seed, cfg.Version = s.match, f.only, f.workers, f.seed, version()
	cfg.AllExamples, cfg.StrictDescriptions, cfg.NoCache = f.allExamples, f.strict, f.noCache
	cfg.Volatile = append(slices.Clip(cfg.Volatile), s.volatile...)
	cfg.NoVolatileDefaults, cfg.Explain, cfg.Sanitize = s.noVolatileDefaults, s.explain, s.sanitize
	return f.hooks.configure(cfg)
}

// reportOptions say how the screen is written to.
func (a *app) reportOptions(s settings) (harness.ReportOptions, error) {
	color, err := a.stdout.colored(a.color)
	if err != nil {
		return harness.ReportOptions{}, err
	}
	sanitizer, err := harness.NewSanitizer(s.sanitize)
	if err != nil {
		return harness.ReportOptions{}, err
	}
	return harness.ReportOptions{
		Out:      a.stdout,
		Color:    color,
		Width:    a.stdout.width,
		Terminal: a.stdout.terminal,
		Diff:     s.diff,
		Explain:  s.explain,
		Sanitize: sanitizer,
	}, nil
}

// rerun returns the command line that runs one transaction alone: this one, with other --only.
func (a *app) rerun(cmd *cobra.Command) func(transaction.Outcome) string {
	words := []string{a.name, cmd.Name()}
	for _, arg := range cmd.Flags().Args() {
		words = append(words, quote(arg))
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		list, repeated := f.Value.(pflag.SliceValue)
		switch {
		case f.Name == "only":
		case repeated:
			for _, item := range list.GetSlice() {
				words = append(words, "--"+f.Name+"="+quote(item))
			}
		case f.Value.Type() == "bool" && f.Value.String() == "true":
			words = append(words, "--"+f.Name)
		default:
			words = append(words, "--"+f.Name+"="+quote(f.Value.String()))
		}
	})
	return func(o transaction.Outcome) string {
		return strings.Join(words, " ") + " --only " + quote(string(o.Transaction.Name))
	}
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
