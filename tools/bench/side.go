package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// times is how often the large document holds the original.
const times = 10

// The titles of what is measured.
const (
	byDredd   = "Dredd"
	byCold    = "bailiff, cold"
	byCached  = "bailiff, cached"
	bySame    = "bailiff, cold, what Dredd runs"
	onceCold  = "once, cold"
	timesCold = "ten times, cold"
)

// claim is a number that the design promises: the first command takes at most so many times as much as
// the second or, when there is none, so many seconds.
type claim struct {
	of, than string // commands
	memory   bool   // in place of time
	most     float64
	text     string // of the number
}

// sideBySide runs a document against a server that answers as documented, with Dredd and with bailiff,
// and, with bailiff alone, ten times that document. stop ends the server.
func sideBySide(ctx context.Context, o options, dir string, large document) (list []document, stop func(), err error) {
	tenfold := filepath.Join(dir, "tenfold.apib")
	if err := multiplied(ctx, large.path, tenfold); err != nil {
		return nil, nil, err
	}
	file := filepath.Join(dir, "compiled.jsonl")
	if err := compile(ctx, o, file, large.path, tenfold); err != nil {
		return nil, nil, err
	}
	url, stop, err := startAnswers(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	reset := func(ctx context.Context) error { return again(ctx, url) }
	env := append(os.Environ(), "BAILIFF_CACHE="+dir)
	bailiff := func(title string, flags ...string) command {
		return command{title: title, env: env, before: reset, names: passed, argv: func(document string) []string {
			return append([]string{o.bailiff, "run", document, url}, flags...)
		}}
	}
	dredd := command{title: byDredd, before: reset, names: passed, argv: func(document string) []string {
		return []string{"node", filepath.Join(o.folder, "node_modules/dredd/bin/dredd"), document, url, "--no-color"}
	}}
	only, err := ranBy(ctx, dredd, large, dir)
	if err != nil {
		stop()
		return nil, nil, err
	}
	turns := min(o.runs, 3)
	return []document{
		{
			title: large.title + ", run against a server that answers as documented", path: large.path, turns: turns,
			commands: []command{dredd, bailiff(byCold, "--no-cache"), bailiff(byCached), bailiff(bySame, append(only, "--no-cache")...)},
			claims: []claim{
				{of: byCold, than: byDredd, most: 1. / 20, text: "all of it, cold: at most a twentieth of Dredd's time"},
				{of: byCold, than: byDredd, memory: true, most: 1. / 4, text: "and a quarter of its memory"},
				{of: byCached, than: byDredd, most: 1. / 60, text: "cached: at most a sixtieth of its time"},
				{of: bySame, than: byDredd, most: 1. / 20, text: "what Dredd runs of it, cold: at most a twentieth of its time"},
			},
		},
		{
			title: "the same, and ten times the document", path: large.path, turns: turns,
			commands: []command{
				bailiff(onceCold, "--no-cache"),
				{title: timesCold, env: env, before: reset, names: passed, argv: func(string) []string {
					return []string{o.bailiff, "run", tenfold, url, "--no-cache"}
				}},
			},
			claims: []claim{{of: timesCold, than: onceCold, most: 11, text: "ten times the document: at most eleven times the time"}},
		},
	}, stop, nil
}

// passed are the transactions that a run tells as passing, those with warnings once.
func passed(stdout string) []string {
	var list []string
	stdout, _, _ = strings.Cut(stdout, "info: Displaying ")
	for _, line := range linesAfter(stdout, "pass: ") {
		list = append(list, strings.Join(strings.Fields(line)[:3], " "))
	}
	return list
}

// ranBy returns the flags that make bailiff run what Dredd runs of a document.
func ranBy(ctx context.Context, dredd command, d document, dir string) (flags []string, err error) {
	named := dredd
	named.names = func(stdout string) []string { return linesAfter(stdout, "info: ") }
	argv := dredd.argv
	named.argv = func(document string) []string { return append(argv(document), "--names") }
	names, _, err := measure(ctx, named, d, dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		flags = append(flags, "--only", name)
	}
	return flags, nil
}

// compile writes what bailiff compiles of documents, a line each.
func compile(ctx context.Context, o options, to string, documents ...string) (err error) {
	f, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("write what was compiled: %w", err)
	}
	defer func() { _ = f.Close() }() // it is read below, by others
	for _, d := range documents {
		cmd := exec.CommandContext(ctx, o.bailiff, "compile", "--format", "json", "--no-cache", d) //nolint:gosec // the user names it
		cmd.Stdout = f
		cmd.Stderr = io.Discard
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("bailiff compile %s: %w", d, err)
		}
	}
	return nil
}

var (
	groupTitle  = regexp.MustCompile(`(?m)^# Group .*$`)
	resourceURI = regexp.MustCompile(`(?m)^(##+ .*\[(?:[A-Z]+ +)?)/?(\S+\][ \t]*)$`)
	methodOnly  = regexp.MustCompile(`^[A-Z]+\]`)
)

// multiplyArgument makes this program write ten times a document. It is a process of its own since the
// memory that it takes would count for those that this one starts later; see residentBytes.
const multiplyArgument = "-multiply"

func multiplied(ctx context.Context, from, to string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	said, err := exec.CommandContext(ctx, self, multiplyArgument, from, to).CombinedOutput() //nolint:gosec // it is this program
	if err != nil {
		return fmt.Errorf("write ten times the document: %w\n%s", err, said)
	}
	return nil
}

// multiply writes a document ten times into one, with other groups and URIs each time.
func multiply(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read the large document: %w", err)
	}
	text := string(b)
	first := groupTitle.FindStringIndex(text)
	if first == nil {
		return fmt.Errorf("%s has no group, so that ten times as much of it cannot be made", from)
	}
	var all strings.Builder
	all.WriteString(text[:first[0]])
	for n := range times {
		copied := groupTitle.ReplaceAllStringFunc(text[first[0]:], func(title string) string { return title + " " + strconv.Itoa(n) })
		copied = resourceURI.ReplaceAllStringFunc(copied, func(line string) string {
			part := resourceURI.FindStringSubmatch(line)
			if methodOnly.MatchString(part[2]) {
				return line
			}
			return part[1] + "/copy" + strconv.Itoa(n) + "/" + part[2]
		})
		all.WriteString(strings.TrimRight(copied, "\n") + "\n\n")
	}
	if err := os.WriteFile(to, []byte(all.String()), 0o600); err != nil {
		return fmt.Errorf("write ten times the document: %w", err)
	}
	return nil
}
