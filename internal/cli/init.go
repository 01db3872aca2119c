package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
	"github.com/bailiff-dev/bailiff/internal/starter"
)

// initFlags answer the questions of init beforehand.
type initFlags struct {
	descriptions []string
	endpoint     string
	server       string
	language     string
	hookFiles    []string
	services     []string

	hooks, goTest, fromDredd, dredd, yes, force bool
	// given tells the flags that were on the command line.
	given func(name string) bool
}

// initCommand is bailiff init.
func (a *app) initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Begin in a project: look around, ask, and write bailiff.yml",
		Long: `init looks what a project is made of (descriptions, language and framework, hook files, dredd.yml,
continuous integration), asks what it cannot know, and writes bailiff.yml; a test in Go for those who
want one; a first hook file; and a job for continuous integration. It shows all that it wrote, and what
to run next.

A flag answers its question. Without a terminal, or with --yes, nothing is asked: what no flag answers
is what was found. Files that exist are never written over without --force. Those of continuous
integration are touched only when they are named with --ci, and one that has other jobs is never written
over: the job is shown, for you to put where it belongs (at the end of a .gitlab-ci.yml without stages,
it is added).`,
		Example: `  bailiff init
  bailiff init --yes --description api.apib --server "npm start" --endpoint http://127.0.0.1:3000
  bailiff init --from-dredd                # bailiff.yml with what dredd.yml says
  bailiff init --ci github`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.initialize(cmd, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVarP(&f.descriptions, "description", "p", nil, "API `description`: a path, a pattern or a URL (repeatable)")
	flags.StringVarP(&f.server, "server", "g", "", "`command` that starts the server; empty when it runs already")
	flags.StringVar(&f.endpoint, "endpoint", "", "`URL` of the server")
	flags.BoolVar(&f.hooks, "hooks", false, "use hooks; a first hook file is written when there is none")
	flags.StringVarP(&f.language, "language", "a", "", "`language` of the hooks: "+strings.Join(hookLanguages(), ", "))
	flags.StringArrayVarP(&f.hookFiles, "hookfiles", "f", nil, "hook `files` that exist, paths or patterns (repeatable)")
	flags.StringSliceVar(&f.services, "ci", nil, "write a job for these `services`, or show it where their file is there already: "+strings.Join(starter.ServiceKeys(), ", "))
	flags.BoolVar(&f.goTest, "go-test", false, "write a test in Go in place of bailiff.yml (what a Go module gets when nothing else is said)")
	flags.BoolVar(&f.fromDredd, "from-dredd", false, "write bailiff.yml with what dredd.yml says")
	flags.BoolVar(&f.dredd, "dredd", false, "write dredd.yml, which Dredd can read too, in place of bailiff.yml")
	flags.BoolVarP(&f.yes, "yes", "y", false, "ask nothing")
	flags.BoolVar(&f.force, "force", false, "write over files that exist")
	return cmd
}

func hookLanguages() []string {
	var keys []string
	for _, l := range starter.HookLanguages() {
		keys = append(keys, l.Key)
	}
	return keys
}

// initialize carries init out. The zero value of the flags asks everything. For --init, the options of a run
// answer what they are about.
func (a *app) initialize(cmd *cobra.Command, f initFlags) error {
	ctx := cmd.Context()
	f.given = cmd.Flags().Changed
	if cmd.Name() != "init" {
		f = a.initOptions(cmd.Flags().Args())
	}
	if err := f.check(); err != nil {
		return err
	}
	i := &initializer{app: a, flags: f, project: starter.Detect(os.DirFS("."))}
	if !f.yes && isTerminal(cmd.InOrStdin()) {
		i.ask = newPrompter(cmd.InOrStdin(), a.stdout)
	}
	return i.run(ctx)
}

// initOptions makes flags of init of the options, and the arguments, of a run.
func (a *app) initOptions(args []string) initFlags {
	var f initFlags
	given := map[string]bool{}
	for _, g := range a.args.All() {
		name := g.Option.Name
		switch name {
		case "path", "blueprint":
			name = "description"
			f.descriptions = append(f.descriptions, g.Value)
		case "server":
			f.server = g.Value
		case "endpoint":
			f.endpoint = g.Value
		case "language":
			f.language = g.Value
		case "hookfiles":
			f.hookFiles = append(f.hookFiles, g.Value)
		default:
			continue
		}
		given[name] = true
	}
	if last := len(args) - 1; last > 0 {
		f.descriptions = append(f.descriptions, args[:last]...)
		f.endpoint = args[last]
		given["description"], given["endpoint"] = true, true
	}
	f.given = func(name string) bool { return given[name] }
	return f
}

// check refuses flags that cannot go together, before anybody is asked.
func (f *initFlags) check() error {
	switch {
	case f.goTest && (f.dredd || f.fromDredd):
		return errors.New("--go-test writes no configuration file: leave out --dredd and --from-dredd, or --go-test")
	case f.dredd && f.fromDredd:
		return errors.New("--from-dredd reads the dredd.yml that --dredd would write: leave one of the two out")
	case f.goTest && len(f.hookFiles) > 0:
		return errors.New("hooks of a Go test are in Go, in the test: leave out --hookfiles, or --go-test")
	}
	for _, key := range f.services {
		if starter.ServiceName(key) == "" {
			return fmt.Errorf("--ci is %q: use some of %s", key, strings.Join(starter.ServiceKeys(), ", "))
		}
	}
	if _, known := starter.HookLanguage(f.language); f.language != "" && !known && len(f.hookFiles) == 0 {
		return fmt.Errorf("--language is %q, in which no hook file can be written: use one of %s, or name files that exist with --hookfiles", f.language, strings.Join(hookLanguages(), ", "))
	}
	return nil
}

// initializer is one init.
type initializer struct {
	*app
	flags   initFlags
	project starter.Project
	ask     *prompter // nil asks nobody
	answers starter.Answers
}

func (i *initializer) run(ctx context.Context) error {
	if i.project.Config != "" && !i.flags.force && !i.flags.goTest && !i.flags.dredd && len(i.flags.services) == 0 {
		return i.configured(ctx)
	}
	if err := i.answer(ctx); err != nil {
		return err
	}
	if i.answers.Descriptions == nil {
		return errors.New("no API description was found here: name one with --description, a path, a pattern or a URL")
	}
	i.look(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	written, err := i.files()
	if err != nil {
		return err
	}
	if err := i.allow(ctx, written.Files); err != nil {
		return err
	}
	if ctx.Err() != nil { // from here on, everything is written
		return ctx.Err()
	}
	if err := i.write(written); err != nil {
		return err
	}
	i.next(written)
	return nil
}

// configured is for a project that has its file already.
func (i *initializer) configured(ctx context.Context) error {
	if i.ask == nil {
		return fmt.Errorf("%s is here already: run %s, or write the file anew with --force", i.project.Config, i.name)
	}
	again, err := i.ask.yes(ctx, i.project.Config+" is here already. Write it anew?", false)
	switch {
	case err != nil:
		return err
	case again:
		i.flags.force = true
		return i.run(ctx)
	}
	fmt.Fprintf(i.stdout, "Nothing was written. Next:\n\n    %s\n", i.name)
	return nil
}

// asItIs says that dredd.yml is used as it is, so that there is nothing to configure.
func (i *initializer) asItIs() bool {
	f := i.flags
	if i.project.Dredd == nil || f.fromDredd || f.dredd || f.goTest {
		return false
	}
	for _, name := range []string{"description", "server", "endpoint", "hooks", "language", "hookfiles"} {
		if f.given(name) {
			return false
		}
	}
	return true
}

// files makes what is to be written; only the jobs when dredd.yml stays what it is.
func (i *initializer) files() (starter.Written, error) {
	written, err := starter.Files(i.project, i.answers, isKey)
	if err != nil {
		return written, err
	}
	for k, file := range written.Files {
		if file.Path != "bailiff.yml" && file.Path != "dredd.yml" {
			continue
		}
		if err := checkConfiguration(file.Path, file.Content); err != nil {
			return written, fmt.Errorf("what init would write cannot be read back, so nothing is written: %w", err)
		}
		if i.answers.Keep {
			written.Files = append(written.Files[:k], written.Files[k+1:]...)
		}
		break
	}
	return written, nil
}

// checkConfiguration reads a configuration file as a run would.
func checkConfiguration(name string, text []byte) error {
	settings := config.Defaults()
	return config.Parse(name, text, &settings, nil)
}

// isKey reports whether a dredd.yml can have the key, other than for the hooks alone.
func isKey(key string) bool {
	return slices.ContainsFunc(config.Table(), func(o config.Option) bool {
		return o.Name == key && o.Where != config.CommandLine && o.Instead == "" && !o.Ours
	})
}

// look compiles the descriptions: to tell what is in them, and to have a name for the first hook.
func (i *initializer) look(ctx context.Context) {
	compiled, err := harness.Compile(ctx, harness.CompileConfig{Descriptions: i.answers.Descriptions, Version: number()})
	if err != nil {
		fmt.Fprintf(i.stdout, "warn: %v\n", err)
		return
	}
	for _, c := range compiled {
		for _, n := range c.Annotations {
			if n.Severity == "error" {
				fmt.Fprintf(i.stdout, "warn: %s\n", n)
			}
		}
		fmt.Fprintf(i.stdout, "%s: %s\n", c.Filename, count(len(c.Transactions), "documented request"))
		if i.answers.Example == "" && len(c.Transactions) > 0 {
			i.answers.Example = string(c.Name(c.Transactions[0], len(compiled) == 1))
		}
	}
}

// allow makes sure that nothing is written over that should stay.
func (i *initializer) allow(ctx context.Context, files []starter.File) error {
	for _, f := range files {
		name := filepath.FromSlash(f.Path)
		_, err := os.Lstat(name)
		switch {
		case f.Changes, i.flags.force, os.IsNotExist(err):
			continue
		case err != nil:
			return fmt.Errorf("look at %s: %w", name, err)
		case i.ask == nil:
			return fmt.Errorf("%s is here already, and nothing was written: move it away, or write over it with --force", name)
		}
		over, err := i.ask.yes(ctx, name+" is here already. Write over it?", false)
		switch {
		case err != nil:
			return err
		case !over:
			return fmt.Errorf("%s stays as it is, and nothing was written", name)
		}
	}
	return nil
}

// next says what to run.
func (i *initializer) next(w starter.Written) {
	for _, m := range w.Manual {
		fmt.Fprintf(i.stdout, "\n%s is there already, and stays as it is. Add this to it, where it belongs:\n\n%s", m.File, indented(m.Text))
	}
	for _, n := range w.Notes {
		fmt.Fprintf(i.stdout, "\n%s.\n", n)
	}
	fmt.Fprintf(i.stdout, "\nNext:\n\n")
	for _, command := range i.commands() {
		fmt.Fprintf(i.stdout, "    %s\n", command)
	}
}

// commands are those to run next, in this order.
func (i *initializer) commands() []string {
	var list []string
	a, goModule := i.answers, i.project.Go
	lacking := goModule != nil && !goModule.Has
	if a.GoTest {
		folder := "."
		if goModule != nil && goModule.Dir != "." {
			folder = "./" + goModule.Dir
		}
		if lacking {
			list = append(list, "go get github.com/bailiff-dev/bailiff/harness")
		}
		return append(list, "go test -run TestContract "+folder)
	}
	if l, ok := starter.HookLanguage(a.Language); ok && a.Hooks {
		if l.Key == "go" && len(a.HookFiles) == 0 {
			if goModule == nil {
				list = append(list, "go mod init contract")
			}
			if lacking || goModule == nil {
				list = append(list, "go get github.com/bailiff-dev/bailiff/harness/hook")
			}
		}
		if l.Program != "" {
			if _, err := exec.LookPath(l.Program); err != nil {
				list = append(list, l.Install)
			}
		}
	}
	if a.Dredd && i.project.Config != "" { // which would be read in place of dredd.yml
		return append(list, i.name+" --config dredd.yml")
	}
	return append(list, i.name)
}
