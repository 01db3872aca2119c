// Package cli is the command line of bailiff: options, wiring and exit codes. It is the only place,
// beside cmd, that touches signals, the terminal and the process's exit.
//
// It decides nothing about transactions: that is the business of harness. The commands that run
// the reference server wire it, its blueprints, factories and hooks to the harness.
package cli

import (
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// app is what all commands share.
type app struct {
	name   string
	stdout *screen
	stderr io.Writer
	color  string
	// args are the options of the table that were given, whichever command has them.
	args config.Arguments
}

func (a *app) root() *cobra.Command {
	root := a.runner(&cobra.Command{
		Use:   "bailiff [DESCRIPTION...] URL",
		Short: "Hold an API against its documentation",
	})
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(optionError)
	root.SuggestionsMinimumDistance = 2
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentPreRun = func(*cobra.Command, []string) { a.colorAsGiven() }
	a.args.Register(root.PersistentFlags(), func(o config.Option) bool { return o.Name == "color" })
	root.AddCommand(a.demo(), a.run(), a.initCommand(), a.compile(), a.validate(), a.serve(), a.hooks(), a.migrationsCommand(), a.databases(),
		a.completion(), a.man(), a.doctor(), a.helpOptions(), a.helpReporters())
	root.SetHelpCommand(a.helpAbout())
	a.showHelp(root)
	a.complete(root)
	return root
}

// colorAsGiven sets when to colour, for commands that read no file.
func (a *app) colorAsGiven() {
	a.color = "auto"
	if color, ok := a.args.Last("color"); ok {
		a.color = color
	}
}

// version is that of the module as it was built, "dev" from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "dev"
	}
	return info.Main.Version
}

// versionLine is what --version prints, in the shape of Dredd's.
func versionLine() string {
	return "bailiff v" + number() + " (" + harness.System() + ")"
}

// number is the version without the letter in front.
func number() string { return strings.TrimPrefix(version(), "v") }
