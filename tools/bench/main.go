// Command bench measures bailiff and Dredd side by side: the time and the memory that each needs to
// name the transactions of a document, to run them against a server that answers as documented, and to
// run 1,000 with a hook handler that does nothing. It says which of the numbers are met that the design
// promises.
//
//	go run -C tools ./bench -bailiff ../bin/bailiff -shared ../../shared
//
// Both run on the same machine in the same minute, turn by turn, as whole processes, so that a
// moment in which the machine is busy hits both. Nothing fails by a number: they are for reading.
// Dredd is installed from npm into an ignored folder beside this file, at the version that
// package-lock.json pins. Requests go to servers of this program only.
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
	"runtime"
	"slices"
	"syscall"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stdout, stderr := os.Stdout, os.Stderr //nolint:forbidigo // a main may
	task := run
	switch {
	case slices.Contains(os.Args[1:], echoArgument):
		task = func(ctx context.Context, _ []string, _, _ io.Writer) error { return echo(ctx) }
	case len(os.Args) == 4 && os.Args[1] == multiplyArgument:
		task = func(_ context.Context, args []string, _, _ io.Writer) error { return multiply(args[1], args[2]) }
	case len(os.Args) == 3 && os.Args[1] == answerArgument:
		task = func(ctx context.Context, args []string, stdout, _ io.Writer) error {
			return answerAsDocumented(ctx, args[1], os.Stdin, stdout)
		}
	}
	if err := task(ctx, os.Args[1:], stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		os.Exit(1) //nolint:forbidigo // a main may
	}
}

// options are the flags; paths are absolute.
type options struct {
	bailiff string
	folder  string // of package-lock.json
	shared  string
	runs    int
	quick   bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bailiff, "bailiff", "../bin/bailiff", "the `file` of bailiff")
	flags.StringVar(&o.folder, "folder", "bench", "the `folder` that Dredd is installed in, beside package-lock.json")
	flags.StringVar(&o.shared, "shared", os.Getenv("SHARED"), "the `folder` that holds open-event/api_blueprint.apib; empty, or one without it, leaves that document out")
	flags.IntVar(&o.runs, "runs", 5, "how often each command is measured")
	flags.BoolVar(&o.quick, "quick", false, "measure each command once, and leave out the run with a hook handler, which takes Dredd a minute")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.runs < 1 {
		return o, fmt.Errorf("-runs is %d: use 1 or more", o.runs)
	}
	if o.quick {
		o.runs = 1
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is an argument too many: %q", flags.Arg(0))
	}
	for _, path := range []*string{&o.bailiff, &o.folder, &o.shared} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, fmt.Errorf("find %s: %w", *path, err)
		}
		*path = absolute
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
	dredd, err := npm.Version(o.folder, "dredd")
	if err != nil {
		return err
	}
	if err := npm.Install(ctx, o.folder, stderr); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bailiff-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for what runs: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if o.bailiff, err = copied(o.bailiff, dir); err != nil {
		return err
	}
	documents, stop, err := prepare(ctx, o, dir, stderr)
	if err != nil {
		return err
	}
	defer stop()
	results, err := compare(ctx, o, documents, stderr)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "printing the names of all transactions, running them, and running them with hooks, beside Dredd %s: %s/%s, %d processors, %d turns after one to warm up\n\n",
		dredd, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.runs)
	return print(stdout, results)
}

// prepare makes what is measured. stop ends the servers that it is run against.
func prepare(ctx context.Context, o options, dir string, stderr io.Writer) (documents []document, stop func(), err error) {
	documents = []document{{
		title: "one transaction", path: filepath.Join(o.folder, "one-transaction.apib"), same: true,
		claims: []claim{
			{of: byCold, most: 0.025, text: "the names of one transaction, cold: at most 25 ms"},
			{of: byCached, most: 0.025, text: "and cached"},
		},
	}}
	stop = func() {}
	path := filepath.Join(o.shared, "open-event", "api_blueprint.apib")
	if info, err := os.Stat(path); o.shared != "" && err == nil {
		large := document{title: fmt.Sprintf("Open Event, %d KB", (info.Size()+500)/1000), path: path}
		run, end, err := sideBySide(ctx, o, dir, large)
		if err != nil {
			return nil, nil, err
		}
		documents, stop = append(append(documents, large), run...), end
	} else {
		fmt.Fprintln(stderr, "bench: Open Event's document is left out: -shared names no folder with open-event/api_blueprint.apib")
	}
	if o.quick {
		return documents, stop, nil
	}
	hooks, end, err := hooked(ctx, o, dir)
	if err != nil {
		stop()
		return nil, nil, err
	}
	first := stop
	return append(documents, hooks), func() { first(); end() }, nil
}
