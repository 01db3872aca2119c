// Command conformance proves that a real Dredd runs hooks that are written in Go.
//
//	go run -C tools ./conformance -bailiff ../bin/bailiff
//
// It does so twice: the scenarios of dredd-hooks-template, which every hook handler of Dredd has to
// pass, run with hooks built on harness/hook; and Dredd itself holds the reference server against
// the reference blueprints with `bailiff hooks`, where each transaction has to end as it does under
// bailiff. The second part is run against a faithful server and against one that drifts from its
// documentation, so that there are failures to agree on.
//
// Dredd and the scenarios are installed from npm into an ignored folder beside this file, at the
// versions that package-lock.json pins. Nothing but this machine is talked to after that. The ports
// are those that the scenarios name: 61321 for hooks, and 4567.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stdout, stderr := os.Stdout, os.Stderr //nolint:forbidigo // a main may
	var err error
	if len(os.Args) > 1 && os.Args[1] == handlerCommand {
		err = handle(os.Args[2:])
	} else {
		err = run(ctx, os.Args[1:], stdout, stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		os.Exit(1) //nolint:forbidigo // a main may
	}
}

// patience is how long all of it may take; it is a minute on a quiet machine.
const patience = 10 * time.Minute

// options are the flags; paths are absolute.
type options struct {
	bailiff string
	folder  string // of package-lock.json
	module  string // of bailiff
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bailiff, "bailiff", "../bin/bailiff", "the `file` of bailiff")
	flags.StringVar(&o.folder, "folder", "conformance", "the `folder` that Dredd is installed in, beside package-lock.json")
	flags.StringVar(&o.module, "module", "..", "the `folder` of bailiff's module")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is an argument too many: %q", flags.Arg(0))
	}
	for _, path := range []*string{&o.bailiff, &o.folder, &o.module} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, fmt.Errorf("find %s: %w", *path, err)
		}
		*path = absolute
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
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
	if err := npm.Install(ctx, o.folder, stderr); err != nil {
		return err
	}
	if err := freePorts(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	work, err := os.MkdirTemp("", "bailiff-conformance-")
	if err != nil {
		return fmt.Errorf("make a folder to work in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	for _, part := range []func(context.Context, options, string, io.Writer) error{scenarios, transactions} {
		started := time.Now()
		if err := part(ctx, o, work, stdout); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "  in %.1f s\n", time.Since(started).Seconds())
	}
	return nil
}

// freePorts says who is to blame when a port that the scenarios name is taken.
func freePorts(ctx context.Context) error {
	var listen net.ListenConfig
	for _, port := range []string{"61321", "4567"} {
		l, err := listen.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return fmt.Errorf("port %s is needed, as Dredd's scenarios name it: %w; stop the program that listens there", port, err)
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}
