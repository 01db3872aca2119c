package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// reporting is what a run is to report, as options and configuration files say it.
type reporting struct {
	// names are the reporters that were asked for, in that order; none means the console reporter
	// alone.
	names []string
	// outputs are where documents go: paths, which belong to the reporters of documents by position,
	// and name=path pairs. "-" is standard output.
	outputs []string
	// options are for all of them. Where they write is filled in here.
	options harness.ReportOptions
	// warn takes sentences that keep nobody from running; nil prints them on standard output.
	warn func(text string)
	// quiet keeps from the console reporter what is not to be logged; nil keeps nothing. Reports have all.
	quiet func(harness.Reporter) harness.Reporter
}

// consoleName is the console reporter of those who name none.
const consoleName = "cli"

// reporters makes the one reporter of a run of all that were asked for, and opens their files. What it
// returns beside it closes them, after the run. Where a document goes to standard output, all else that
// is for the screen goes to standard error from then on.
//
// As in Dredd, one console reporter is used. An unknown name is an error here; Dredd ignores it.
func (a *app) reporters(r reporting) (harness.Reporter, func() error, error) {
	console, others, err := chooseReporters(r.names)
	if err != nil {
		return nil, nil, err
	}
	warn := r.warn
	if warn == nil {
		warn = func(text string) { a.stdout.line(a.stdout, "warn: "+text) }
	}
	targets, warnings, err := assignOutputs(others, r.outputs)
	if err != nil {
		return nil, nil, err
	}
	var stdout io.Writer
	if slices.ContainsFunc(targets, target.isStdout) {
		stdout = a.clearStdout()
	}
	for _, text := range warnings {
		warn(text)
	}
	o, err := a.screenOptions(r.options)
	if err != nil {
		return nil, nil, err
	}
	files := &outputFiles{warn: warn, stdout: stdout}
	all, err := files.make(targets, o)
	if err != nil {
		return nil, nil, errors.Join(err, files.close())
	}
	main, err := harness.NewReporter(console, o)
	if err != nil {
		return nil, nil, errors.Join(err, files.close())
	}
	if r.quiet != nil {
		main = r.quiet(main)
	}
	return harness.MultiReporter(inOrder(targets, all, main)...), files.close, nil
}

// inOrder puts the console reporter behind documents, which are complete then when its last line tells of
// the end, and before those that print lines of their own beside it.
func inOrder(targets []target, others []harness.Reporter, main harness.Reporter) []harness.Reporter {
	var list, beside []harness.Reporter
	for i, r := range others {
		if targets[i].reporter.Kind == harness.ReporterBeside {
			beside = append(beside, r)
		} else {
			list = append(list, r)
		}
	}
	return append(append(list, main), beside...)
}

// clearStdout puts the screen on standard error, and returns standard output.
func (a *app) clearStdout() io.Writer {
	behind := a.stderr
	if p, ok := behind.(*pipe); ok {
		behind = p.to
	}
	s := newScreen(behind)
	a.stdout.mu.Lock()
	defer a.stdout.mu.Unlock()
	stdout := a.stdout.Writer
	a.stdout.Writer, a.stdout.terminal, a.stdout.width = a.stderr, s.terminal, s.width
	return stdout
}

// screenOptions fills in how the screen is written to, and what is known about this machine.
func (a *app) screenOptions(o harness.ReportOptions) (harness.ReportOptions, error) {
	color, err := a.stdout.colored(a.color)
	if err != nil {
		return o, err
	}
	o.Out, o.Err, o.File = a.stdout, a.stderr, nil
	o.Color, o.Width, o.Terminal = color, a.stdout.width, a.stdout.terminal
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Version == "" {
		o.Version = version()
	}
	if o.Hostname == "" {
		o.Hostname, _ = os.Hostname() // reports leave it out then
	}
	if o.Dir == "" {
		o.Dir, _ = os.Getwd() // reports name files as they are then
	}
	return o, nil
}

// chooseReporters finds the console reporter, and the others in the order in which they were named.
func chooseReporters(names []string) (console string, others []harness.ReporterInfo, err error) {
	table := harness.Reporters()
	for i, name := range names {
		at := slices.IndexFunc(table, func(r harness.ReporterInfo) bool { return r.Name == name })
		switch {
		case at < 0:
			return "", nil, unknownReporter(name, table)
		case slices.Contains(names[:i], name):
		case table[at].Kind != harness.ReporterConsole:
			others = append(others, table[at])
		case console == "":
			console = name
		}
	}
	if console == "" {
		console = consoleName
	}
	return console, others, nil
}

func unknownReporter(name string, table []harness.ReporterInfo) error {
	names := reporterNames(table)
	if near := config.Nearest(strings.ToLower(name), names); near != "" {
		return fmt.Errorf("no reporter is called %q: did you mean %s? There are %s", name, near, strings.Join(names, ", "))
	}
	return fmt.Errorf("no reporter is called %q: use %s", name, strings.Join(names, ", "))
}

func reporterNames(table []harness.ReporterInfo) []string {
	names := make([]string, len(table))
	for i, r := range table {
		names[i] = r.Name
	}
	return names
}
