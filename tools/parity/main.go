// Command parity runs Dredd and bailiff on the same command lines, against the same server, and compares
// what comes of it: the exit code, the counts, the results and names, the order and the bytes of the requests,
// the streams that lines go to, the reports and the other files, and the processes that are left behind.
//
//	go run -C tools ./parity -bailiff ../bin/bailiff
//
// A scenario is a file below testdata/parity: see scenario.go for what stands in it. Where the two are meant
// to differ the scenario says in which aspect, what each gives, and why; a difference that no scenario tells
// of fails the run, and so does one that is told of and is not there any more. docs/parity.md lists all
// scenarios; it is made of them, and a stale one fails the run too.
//
// Dredd is the one that ../bench pins, and is installed there. The tool looks for processes in /proc, so where
// there is none it does not see what is left behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stdout, stderr := os.Stdout, os.Stderr //nolint:forbidigo // a main may
	if err := run(ctx, os.Args[1:], stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "parity:", err)
		os.Exit(1) //nolint:forbidigo // a main may
	}
}

// options are the flags; paths are absolute.
type options struct {
	bailiff, dredd, suite, page string

	commands map[string][]string // that the arguments of a scenario follow, by side

	only           *regexp.Regexp
	all            bool // scenarios are run, not only some
	write, verbose bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var only string
	flags := flag.NewFlagSet("parity", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bailiff, "bailiff", "../bin/bailiff", "the `file` of bailiff")
	flags.StringVar(&o.dredd, "dredd", "bench", "the `folder` that Dredd is installed in")
	flags.StringVar(&o.suite, "suite", "../testdata/parity", "the `folder` of the scenarios")
	flags.StringVar(&o.page, "page", "../docs/parity.md", "the `file` that lists them")
	flags.StringVar(&only, "run", ".", "run only scenarios whose name matches this `pattern`")
	flags.BoolVar(&o.write, "write", false, "write the list anew, and into the scenarios what each gives where they are meant to differ")
	flags.BoolVar(&o.verbose, "v", false, "show all facts of both")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is an argument too many: %q", flags.Arg(0))
	}
	var err error
	if o.only, err = regexp.Compile(only); err != nil {
		return o, fmt.Errorf("-run: %w", err)
	}
	o.all = only == "." || only == ""
	for _, path := range []*string{&o.bailiff, &o.dredd, &o.suite, &o.page} {
		if *path, err = filepath.Abs(*path); err != nil {
			return o, err
		}
	}
	o.commands = map[string][]string{
		dredd:   {"node", filepath.Join(o.dredd, "node_modules", "dredd", "bin", "dredd")},
		bailiff: {o.bailiff},
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(o.bailiff); err != nil {
		return fmt.Errorf("bailiff is not built, run make build: %w", err)
	}
	if err := npm.Install(ctx, o.dredd, stderr); err != nil {
		return err
	}
	all, err := readScenarios(o.suite)
	if err != nil {
		return err
	}
	chosen := choose(all, o.only)
	if len(chosen) == 0 {
		return fmt.Errorf("no scenario's name matches %s", o.only)
	}
	results, err := runAll(ctx, o, chosen, stderr)
	if err != nil {
		return err
	}
	if o.write {
		if err := writeBack(results); err != nil {
			return err
		}
	}
	wrong := printResults(stdout, results, o.verbose)
	return errors.Join(wrong, checkPage(o.page, all, o.write))
}
