package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bailiff-dev/bailiff/blueprints"
	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
	"github.com/bailiff-dev/bailiff/internal/starter"
)

// completionTime is how long compiling descriptions may take while somebody waits for names. Cached ones
// take some 20 ms.
const completionTime = 3 * time.Second

// shells are those that completions are made for, each with how to install them.
var shells = []struct {
	name, install string
	write         func(a *app, root *cobra.Command) error
}{
	{
		"bash", `source <(bailiff completion bash)
or, for all to come, with the package bash-completion:
bailiff completion bash > ~/.local/share/bash-completion/completions/bailiff`,
		writeBash,
	},
	{
		"zsh", `bailiff completion zsh > "${fpath[1]}/_bailiff"
with "autoload -U compinit; compinit" in ~/.zshrc`,
		func(a *app, root *cobra.Command) error { return root.GenZshCompletion(a.stdout) },
	},
	{
		"fish", `bailiff completion fish > ~/.config/fish/completions/bailiff.fish`,
		func(a *app, root *cobra.Command) error { return root.GenFishCompletion(a.stdout, true) },
	},
	{
		"powershell", `bailiff completion powershell | Out-String | Invoke-Expression
also as a line of $PROFILE`,
		func(a *app, root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(a.stdout) },
	},
}

// writeBash writes the script for bash, with what cobra lacks for names that have blanks: of several
// candidates bash inserts what they have in common, so that each has to be escaped, and not only a single one.
func writeBash(a *app, root *cobra.Command) error {
	var script bytes.Buffer
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return fmt.Errorf("make the completions: %w", err)
	}
	const single = `        if (( ${#COMPREPLY[@]} == 1 )); then
            COMPREPLY[0]=$(printf "%q" "${COMPREPLY[0]}")
        fi
`
	const all = `        (( ${#COMPREPLY[@]} == 0 )) || IFS=$'\n' read -ra COMPREPLY -d '' < <(printf "%q\n" "${COMPREPLY[@]}")
`
	_, err := a.stdout.Write(bytes.Replace(script.Bytes(), []byte(single), []byte(all), 1))
	return err
}

// completion is bailiff completion.
func (a *app) completion() *cobra.Command {
	var names []string
	var how strings.Builder
	for _, s := range shells {
		names = append(names, s.name)
		fmt.Fprintf(&how, "\n  %-11s%s", s.name, strings.ReplaceAll(s.install, "\n", "\n"+strings.Repeat(" ", 13)))
	}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completions of a shell: " + strings.Join(names, ", "),
		Long: `completion prints a script that makes a shell complete commands, options, files of API
descriptions, reporters, and the names of the transactions that descriptions document. To install it:
` + how.String(),
		Example:               "  source <(bailiff completion bash)",
		ValidArgs:             names,
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(names, args[0]) {
				return errors.New("name one shell: " + strings.Join(names, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			i := slices.Index(names, args[0])
			return shells[i].write(a, cmd.Root())
		},
	}
}

// completer completes a word of the command line.
type completer = cobra.CompletionFunc

// complete makes root and all commands below it complete what they can. It comes last, when all flags are
// there.
func (a *app) complete(root *cobra.Command) {
	flags := a.completers()
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		register := func(f *pflag.Flag) {
			if c, ok := flags[f.Name]; ok {
				_ = cmd.RegisterFlagCompletionFunc(f.Name, c) // it can only be there already, from a command above
			}
		}
		cmd.LocalFlags().VisitAll(register)
		switch cmd.Name() {
		case root.Name():
			cmd.ValidArgsFunction = completeFirst
		case "run", "compile", "demo":
			cmd.ValidArgsFunction = completeDescriptions
		case "init", "completion", "man", "doctor":
			if cmd.ValidArgs == nil {
				cmd.ValidArgsFunction = cobra.NoFileCompletions
			}
		}
		for _, below := range cmd.Commands() {
			visit(below)
		}
	}
	visit(root)
}

// completers are those of flags, by their names.
func (a *app) completers() map[string]completer {
	var reporters []cobra.Completion
	for _, r := range harness.Reporters() {
		reporters = append(reporters, cobra.CompletionWithDesc(r.Name, r.About))
	}
	return map[string]completer{
		"reporter": fixed(reporters...),
		"match": fixed(
			cobra.CompletionWithDesc(string(transaction.MatchStructure), "keys and shape, as Dredd"),
			cobra.CompletionWithDesc(string(transaction.MatchType), "types too"),
			cobra.CompletionWithDesc(string(transaction.MatchValue), "values too")),
		"loglevel":        fixed("debug", "warning", "error", "silent"),
		"diff":            fixed("unified", "side-by-side"),
		"color":           fixed("auto", "always", "never"),
		"unmatched-hooks": fixed(cobra.Completion(harness.UnmatchedError), cobra.Completion(harness.UnmatchedWarn), cobra.Completion(harness.UnmatchedIgnore)),
		"language":        fixed(append([]cobra.Completion{handler.JavaScript}, handler.Languages()...)...),
		"method":          fixed("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "LINK", "UNLINK"),
		"proxy":           fixed(harness.ProxyFromEnvironment),
		"ci":              fixed(starter.ServiceKeys()...),
		"only":            completeNames,
		"path":            completeFiles(descriptionFiles()...),
		"blueprint":       completeFiles(descriptionFiles()...),
		"description":     completeFiles(descriptionFiles()...),
		"config":          completeFiles("yml", "yaml"),
		"hookfiles":       completeFiles("js", "cjs", "mjs", "ts", "coffee", "py", "rb", "php", "pl", "go"),
		"server":          shellCommands,
		"endpoint":        fixed("http://127.0.0.1:"),
	}
}

func fixed(choices ...cobra.Completion) completer {
	return cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp)
}

// descriptionFiles is what files of API descriptions end with.
func descriptionFiles() []cobra.Completion {
	return []cobra.Completion{"apib", "yml", "yaml", "json", "md"}
}

func completeFiles(extensions ...cobra.Completion) completer {
	return cobra.FixedCompletions(extensions, cobra.ShellCompDirectiveFilterFileExt)
}

// shellCommands leaves it to the shell, which completes files.
func shellCommands(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// completeDescriptions offers files of API descriptions, and behind one of them the URL of the server.
func completeDescriptions(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 && strings.HasPrefix(word, "h") {
		return []cobra.Completion{"http://127.0.0.1:", "http://localhost:"}, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
	return descriptionFiles(), cobra.ShellCompDirectiveFilterFileExt
}

// completeFirst is completeDescriptions where a command may stand too. A shell that filters files by their
// ends shows no commands, so that the files are looked for here.
func completeFirst(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return completeDescriptions(cmd, args, word)
	}
	dir, begun := filepath.Split(word)
	entries, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []cobra.Completion
	directive := cobra.ShellCompDirectiveNoFileComp
	for _, e := range entries {
		name := e.Name()
		hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(begun, ".")
		switch {
		case !strings.HasPrefix(name, begun) || hidden:
		case e.IsDir():
			found = append(found, dir+name+"/")
			directive |= cobra.ShellCompDirectiveNoSpace
		case slices.Contains(descriptionFiles(), strings.TrimPrefix(filepath.Ext(name), ".")):
			found = append(found, dir+name)
		}
	}
	return found, directive
}

// completeNames offers the names of the transactions that the command line, or the configuration file,
// has descriptions of. What cannot be compiled offers nothing: there is nowhere to say why.
func completeNames(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	compiled, err := compileWithin(ctx, describedBy(cmd, args))
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, c := range compiled {
		for _, t := range c.Transactions {
			name := string(c.Name(t, len(compiled) == 1))
			if strings.HasPrefix(name, word) && !slices.Contains(names, name) && !strings.ContainsAny(name, "\n\r\t") {
				names = append(names, name)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// describedBy finds the descriptions that a command line means, half of which is there.
func describedBy(cmd *cobra.Command, args []string) harness.CompileConfig {
	cfg := harness.CompileConfig{Descriptions: descriptionsOf(cmd, args)}
	if cmd.Name() == "demo" && len(args) == 0 {
		cfg = harness.CompileConfig{Descriptions: []string{blueprints.Root}, FS: blueprints.FS, Dir: "blueprints"} // as demo does, so that what it kept serves
	}
	return cfg
}

func descriptionsOf(cmd *cobra.Command, args []string) []string {
	var list []string
	for _, arg := range args {
		if !strings.Contains(arg, "://") {
			list = append(list, arg)
		}
	}
	if f := cmd.Flags().Lookup("path"); f != nil {
		if values, ok := f.Value.(pflag.SliceValue); ok {
			list = append(list, values.GetSlice()...)
		}
	}
	if len(list) > 0 {
		return list
	}
	settings, err := config.Load(config.Source{Defaults: config.Defaults(), Dredd: true})
	if err != nil {
		return nil
	}
	return settings.Descriptions()
}

// compileWithin compiles, but keeps nobody waiting for longer than the context allows.
func compileWithin(ctx context.Context, cfg harness.CompileConfig) ([]*harness.Compiled, error) {
	type result struct {
		compiled []*harness.Compiled
		err      error
	}
	done := make(chan result, 1)
	go func() {
		compiled, err := harness.Compile(ctx, cfg)
		done <- result{compiled, err}
	}()
	select {
	case r := <-done:
		return r.compiled, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("compile %s: %w", strings.Join(cfg.Descriptions, ", "), ctx.Err())
	}
}
