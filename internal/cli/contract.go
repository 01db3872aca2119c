package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// contractFlags are those of every command that holds a server against descriptions.
type contractFlags struct {
	match   string
	only    []string
	workers int
	seed    uint64
	descriptionFlags
}

func (f *contractFlags) register(cmd *cobra.Command, match transaction.Match) {
	cmd.Flags().StringVar(&f.match, "match", string(match), "how strictly bodies are compared: structure (as Dredd), type or value")
	cmd.Flags().StringArrayVarP(&f.only, "only", "x", nil, "run only the transaction with this `name` (repeatable)")
	cmd.Flags().IntVar(&f.workers, "workers", 0, "transactions to run at a time (default: one per processor, or 1 with a URL)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the fake data")
	f.descriptionFlags.register(cmd)
}

// hold carries a run out and reports it. The command and its arguments are what a failed
// transaction is run again with.
func (a *app) hold(ctx context.Context, cmd *cobra.Command, f contractFlags, cfg harness.Config) error {
	if err := a.configure(&cfg, f); err != nil {
		return err
	}
	cfg.Stdin = cmd.InOrStdin()
	color, err := a.stdout.colored(a.color)
	if err != nil {
		return err
	}
	cfg.Reporter, err = harness.NewReporter("cli", harness.ReportOptions{
		Out:      a.stdout,
		Color:    color,
		Width:    a.stdout.width,
		Terminal: a.stdout.terminal,
		Rerun:    a.rerun(cmd),
		Excerpt:  harness.Excerpts(cfg),
	})
	if err != nil {
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

// configure hands the flags to the harness.
func (a *app) configure(cfg *harness.Config, f contractFlags) error {
	match, err := transaction.ParseMatch(f.match)
	if err != nil {
		return err
	}
	cfg.Match, cfg.Only, cfg.Workers, cfg.Seed, cfg.Version = match, f.only, f.workers, f.seed, version()
	cfg.AllExamples, cfg.StrictDescriptions, cfg.NoCache = f.allExamples, f.strict, f.noCache
	return nil
}

// rerun returns the command line that runs one transaction alone: this one, with other --only.
func (a *app) rerun(cmd *cobra.Command) func(transaction.Outcome) string {
	words := []string{a.name, cmd.Name()}
	for _, arg := range cmd.Flags().Args() {
		words = append(words, quote(arg))
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case f.Name == "only":
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
