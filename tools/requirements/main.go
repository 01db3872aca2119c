// Command requirements lists everything that bailiff is built of and tested with, each at the one version that is
// pinned, with who requires it.
//
//	go run -C tools ./requirements          print the list
//	go run -C tools ./requirements -check   hold it against requirements.txt, and show what differs
//	go run -C tools ./requirements -write   write requirements.txt
//
// The direct needs are where people write them: the require blocks of go.mod and tools/go.mod (those without
// "// indirect"), the package.json of each tool, and the container images that the code names. The list is made of
// what pins the rest: go.mod and go.sum, package-lock.json, digests. What is not pinned, or not verified by a hash,
// is an error.
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
	"strings"
	"syscall"
)

// committed is the file that the list is held against.
const committed = "requirements.txt"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stdout, stderr := os.Stdout, os.Stderr //nolint:forbidigo // a main may
	if err := run(ctx, os.Args[1:], stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "requirements:", err)
		os.Exit(1) //nolint:forbidigo // a main may
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var check, write bool
	var root string
	flags := flag.NewFlagSet("requirements", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&check, "check", false, "hold the list against "+committed)
	flags.BoolVar(&write, "write", false, "write "+committed)
	flags.StringVar(&root, "root", "..", "the `folder` of the repository")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	list, err := gather(ctx, root)
	if err != nil {
		return err
	}
	text := render(list)
	path := filepath.Join(root, committed)
	switch {
	case check:
		return compare(path, text)
	case write:
		return os.WriteFile(path, []byte(text), 0o644)
	}
	_, err = io.WriteString(stdout, text)
	return err
}

// compare fails when the file says something else, and shows the lines that differ.
func compare(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w; run make requirements", err)
	}
	if string(old) == text {
		return nil
	}
	return fmt.Errorf("%s does not list what is pinned; if the change was meant, run make requirements and commit it:\n%s",
		filepath.Base(path), strings.Join(difference(string(old), text), "\n"))
}

// difference is the lines that are in one of two sorted texts alone.
func difference(before, after string) []string {
	count := map[string]int{}
	for line := range strings.Lines(after) {
		count[line]++
	}
	var out []string
	for line := range strings.Lines(before) {
		if count[line]--; count[line] < 0 {
			out = append(out, "  - "+strings.TrimSuffix(line, "\n"))
		}
	}
	for line := range strings.Lines(after) {
		if count[line] > 0 {
			count[line]--
			out = append(out, "  + "+strings.TrimSuffix(line, "\n"))
		}
	}
	return out
}
