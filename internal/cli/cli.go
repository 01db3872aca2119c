// Package cli is the command line of bailiff: flags, wiring and exit codes. It is the only place,
// beside cmd, that touches signals, the terminal and the process's exit.
//
// It decides nothing about transactions: that is the business of harness. The commands that run
// the reference server wire it, its blueprints, factories and hooks to the harness.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes. Like Dredd, bailiff answers 1 to everything that keeps a run from being green.
const (
	exitOK          = 0
	exitFailed      = 1
	exitInterrupted = 130
)

// errFailed says that the run was carried out and reported, and that something did not hold.
var errFailed = errors.New("the API is not as documented")

// Main runs bailiff with the arguments of a process, args[0] being its name, and returns its exit
// code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	a := &app{name: args[0], stdout: newScreen(stdout), stderr: stderr}
	root := a.root()
	root.SetArgs(args[1:])
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return a.exitCode(ctx, root.ExecuteContext(ctx))
}

// exitCode prints an error that nobody printed yet, and chooses the exit code.
func (a *app) exitCode(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	case !errors.Is(err, errFailed):
		fmt.Fprintf(a.stderr, "error: %v\n", err)
	}
	return exitFailed
}

// app is what all commands share.
type app struct {
	name   string
	stdout *screen
	stderr io.Writer
	color  string
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "bailiff",
		Short: "Hold an API against its documentation",
		Long: `bailiff reads an API description, sends every documented request, and compares
what comes back with what is documented.

Try it on the reference API that it carries: bailiff demo`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("bailiff {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVar(&a.color, "color", "auto", `colour the output: "auto" (on a terminal), "always" or "never"`)
	root.AddCommand(a.demo(), a.run(), a.compile(), a.validate(), a.serve(), a.hooks())
	return root
}

// version is that of the module as it was built, "dev" from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "dev"
	}
	return info.Main.Version
}
