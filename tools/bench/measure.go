package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// patience is how long one command may take before the comparison is given up.
const patience = 5 * time.Minute

// document is one that is measured.
type document struct {
	title string
	path  string
	same  bool // all commands must print the same names
	// commands are what is measured; nil means those that print the names.
	commands []command
	// turns is how often they are measured when that is not what the flags say; negative means that
	// the first time counts.
	turns int
	// claims are what the numbers are held against.
	claims []claim
}

// command is one way to print the names of a document.
type command struct {
	title string
	argv  func(document string) []string
	env   []string
	names func(stdout string) []string
	// before is called each time before it runs, unmeasured; nil means nothing.
	before func(ctx context.Context) error
}

// sample is what one run of a command took. Memory is the peak of what was resident, in bytes.
type sample struct {
	wall, cpu time.Duration
	memory    int64
}

// result is all that was measured of one command on one document.
type result struct {
	document, command string
	names             int
	samples           []sample
	claims            []claim // of the document
}

// commands are Dredd, which the others are held against, and bailiff, with and without its cache, with the
// same arguments. The cache is in a folder of its own, so that it is empty at first and the user's stays as
// it is.
func commands(o options, cache string) []command {
	// A URL is demanded, and with --names nothing is sent to it.
	with := func(program []string, flags ...string) func(string) []string {
		return func(document string) []string {
			return slices.Concat(program, []string{document, "http://127.0.0.1:1", "--names"}, flags)
		}
	}
	names := func(stdout string) []string { return linesAfter(stdout, "info: ") }
	bailiff, env := []string{o.bailiff}, append(os.Environ(), "BAILIFF_CACHE="+cache)
	return []command{
		{title: byDredd, argv: with([]string{"node", filepath.Join(o.folder, "node_modules/dredd/bin/dredd")}, "--no-color"), names: names},
		{title: byCold, argv: with(bailiff, "--no-cache"), env: env, names: names},
		{title: byCached, argv: with(bailiff), env: env, names: names},
	}
}

// linesAfter returns the lines that begin with a prefix, without it.
func linesAfter(text, prefix string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), prefix); ok {
			list = append(list, rest)
		}
	}
	return list
}

// compare measures every command on every document.
func compare(ctx context.Context, o options, documents []document, stderr io.Writer) ([]result, error) {
	dir, err := os.MkdirTemp("", "bailiff-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cache: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var all []result
	for _, d := range documents {
		list := d.commands
		if list == nil {
			list = commands(o, dir)
		}
		results, err := warmUp(ctx, list, d, dir)
		if err != nil {
			return nil, err
		}
		turns := o.runs
		if d.turns != 0 {
			turns = max(d.turns, 0)
		}
		for turn := range turns {
			fmt.Fprintf(stderr, "bench: %s: turn %d of %d\n", d.title, turn+1, turns)
			for i, c := range list {
				_, s, err := measure(ctx, c, d, dir)
				if err != nil {
					return nil, err
				}
				results[i].samples = append(results[i].samples, s)
			}
		}
		all = append(all, results...)
	}
	return all, nil
}

// warmUp runs each command once, unmeasured where it is quick, so that files are in the machine's memory and bailiff's
// cache is filled. It holds the names that they print against each other.
func warmUp(ctx context.Context, list []command, d document, dir string) ([]result, error) {
	var first []string
	results := make([]result, 0, len(list))
	for i, c := range list {
		names, s, err := measure(ctx, c, d, dir)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = names
		}
		if len(names) == 0 || d.same && !slices.Equal(names, first) {
			return nil, fmt.Errorf("%s: %s prints the names %q, and %s %q", d.title, c.title, names, list[0].title, first)
		}
		r := result{document: d.title, command: c.title, names: len(names), claims: d.claims}
		if d.turns < 0 {
			r.samples = []sample{s}
		}
		results = append(results, r)
	}
	return results, nil
}

// measure runs a command once, in a folder that holds no dredd.yml.
func measure(ctx context.Context, c command, d document, dir string) ([]string, sample, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if c.before != nil {
		if err := c.before(ctx); err != nil {
			return nil, sample{}, fmt.Errorf("%s: %s: %w", d.title, c.title, err)
		}
	}
	argv := c.argv(d.path)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, c.env
	start := time.Now()
	stdout, stderr, err := output(cmd)
	wall := time.Since(start)
	if err != nil {
		return nil, sample{}, fmt.Errorf("%s: %s: %w\n%s", d.title, c.title, err, stderr)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil, sample{}, errors.New("this system does not tell what a process used")
	}
	return c.names(stdout), sample{
		wall:   wall,
		cpu:    cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		memory: residentBytes(usage),
	}, nil
}

// output runs a command and returns what it printed. It prints into files: Dredd ends before a pipe
// has taken all that it has to say, and then names are missing.
func output(cmd *exec.Cmd) (stdout, stderr string, err error) {
	var files [2]*os.File
	for i, name := range []string{"stdout", "stderr"} {
		files[i], err = os.Create(filepath.Join(cmd.Dir, name))
		if err != nil {
			return "", "", err
		}
		defer func() { err = errors.Join(err, files[i].Close()) }()
	}
	cmd.Stdout, cmd.Stderr = files[0], files[1]
	runErr := cmd.Run()
	var texts [2]string
	for i, f := range files {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			return "", "", err
		}
		texts[i] = string(text)
	}
	return texts[0], texts[1], runErr
}

// copied copies a program into a folder and returns where it is. What is measured is a program as people
// install it: some systems keep a file that a linker has written, through memory, in large pieces, each of
// which counts as a whole for the memory of a process that needs a page of it.
func copied(program, dir string) (to string, err error) {
	from, err := os.Open(program)
	if err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	defer func() { _ = from.Close() }() // it was only read
	to = filepath.Join(dir, filepath.Base(program))
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	if _, err = io.Copy(f, from); err != nil { // at once, the whole of it would count for what is started later
		err = fmt.Errorf("copy the program: %w", err)
	}
	return to, errors.Join(err, f.Close())
}

// residentBytes is the peak in bytes; Linux counts in units of 1024. Linux also lets a process start
// from the peak of the one that started it (getrusage(2) inherits it across fork and exec), which
// is why this program keeps little.
func residentBytes(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) * 1024
}
