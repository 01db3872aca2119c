// Command hooksuite runs JavaScript hook files under Dredd and under bailiff, against the same small
// server, and compares what comes of it: the counts, the exit code, the order in which hooks ran, and
// the requests that the server got.
//
//	go run -C tools ./hooksuite -bailiff ../bin/bailiff
//
// A case is a file below testdata/hooks-js/cases, or a folder of them; see case.go for what its first
// lines say. Where the two may differ the case says so, with a reason; a difference that no case tells
// of fails the suite, and so does one that is told of and is not there any more.
//
// Dredd is the one that ../bench pins, and is installed there.
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
	"sync"
	"syscall"
	"text/tabwriter"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stdout, stderr := os.Stdout, os.Stderr //nolint:forbidigo // a main may
	if err := run(ctx, os.Args[1:], stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "hooksuite:", err)
		os.Exit(1) //nolint:forbidigo // a main may
	}
}

// options are the flags; paths are absolute.
type options struct {
	bailiff, dredd, suite string

	only    *regexp.Regexp
	verbose bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var only string
	flags := flag.NewFlagSet("hooksuite", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bailiff, "bailiff", "../bin/bailiff", "the `file` of bailiff")
	flags.StringVar(&o.dredd, "dredd", "bench", "the `folder` that Dredd is installed in")
	flags.StringVar(&o.suite, "suite", "../testdata/hooks-js", "the `folder` of the cases")
	flags.StringVar(&only, "run", "", "run only cases whose name matches this `pattern`")
	flags.BoolVar(&o.verbose, "v", false, "show what both printed")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.only, err = regexp.Compile(only); err != nil {
		return o, fmt.Errorf("-run: %w", err)
	}
	for _, path := range []*string{&o.bailiff, &o.dredd, &o.suite} {
		if *path, err = filepath.Abs(*path); err != nil {
			return o, err
		}
	}
	return o, nil
}

// atOnce is how many cases run at a time.
const atOnce = 3

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
	cases, err := readCases(o.suite, o.only)
	if err != nil {
		return err
	}
	results := make([]result, len(cases))
	errs := make([]error, len(cases))
	var running sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, c := range cases {
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i], errs[i] = runCase(ctx, o, c)
		})
	}
	running.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return report(stdout, results, o.verbose)
}

// report prints the table, and what is not as the cases say.
func report(w io.Writer, results []result, verbose bool) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "case\tDredd\texit\tbailiff\texit\thooks\trequests\t")
	wrong, differ := 0, 0
	for _, r := range results {
		found := r.differences()
		mark := ""
		if len(r.c.differs) > 0 {
			differ++
			mark = "differs as documented"
		}
		if len(r.problems()) > 0 {
			wrong++
			mark = "WRONG"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.c.name, r.dredd.counts, r.dredd.exit, r.bailiff.counts, r.bailiff.exit,
			sameOr(found, "order", len(r.bailiff.order)), sameOr(found, "requests", len(r.bailiff.requests)), mark)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range results {
		for _, p := range r.problems() {
			fmt.Fprintf(w, "\n%s: %s\n", r.c.name, p)
		}
		if verbose || len(r.problems()) > 0 {
			fmt.Fprintf(w, "--- %s under Dredd\n%s--- %s under bailiff\n%s", r.c.name, r.dredd, r.c.name, r.bailiff)
		}
	}
	fmt.Fprintf(w, "\n%d cases: %d the same, %d that differ as documented, %d wrong\n", len(results), len(results)-differ-wrong, differ, wrong)
	if wrong > 0 {
		return fmt.Errorf("%d cases are not as they say", wrong)
	}
	return nil
}

func sameOr(found map[string]bool, aspect string, n int) string {
	if found[aspect] {
		return "differ"
	}
	return fmt.Sprintf("same %d", n)
}
