package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// result is what came of a case.
type result struct {
	c              testCase
	dredd, bailiff outcome
}

// outcome is what one command made of a case.
type outcome struct {
	counts, exit    string
	order, requests []string
	printed         string
}

// aspect is one of what is compared, as text.
func (o outcome) aspect(name string) string {
	switch name {
	case "counts":
		return o.counts
	case "exit":
		return o.exit
	case "order":
		return strings.Join(o.order, ", ")
	default:
		return strings.Join(o.requests, ", ")
	}
}

// String shows all of it.
func (o outcome) String() string {
	return fmt.Sprintf("%s\n  exit %s\n  hooks:\n    %s\n  requests:\n    %s\n", o.printed, o.exit,
		strings.Join(o.order, "\n    "), strings.Join(o.requests, "\n    "))
}

// differences are the aspects in which the two differ.
func (r result) differences() map[string]bool {
	found := map[string]bool{}
	for _, a := range aspects {
		if r.dredd.aspect(a) != r.bailiff.aspect(a) {
			found[a] = true
		}
	}
	return found
}

// problems are what is not as the case says.
func (r result) problems() []string {
	var list []string
	found := r.differences()
	for _, a := range aspects {
		told := slices.Contains(r.c.differs, a)
		switch {
		case found[a] && !told:
			list = append(list, fmt.Sprintf("%s differ, and the case does not say so\n  Dredd:   %s\n  bailiff: %s", a, r.dredd.aspect(a), r.bailiff.aspect(a)))
		case !found[a] && told && !r.c.may[a]:
			list = append(list, fmt.Sprintf("%s do not differ any more, but the case says so: %s", a, r.bailiff.aspect(a)))
		case told && r.bailiff.aspect(a) != r.c.want[a]:
			list = append(list, fmt.Sprintf("%s of bailiff are not what the case says\n  says:    %s\n  bailiff: %s", a, r.c.want[a], r.bailiff.aspect(a)))
		}
	}
	return list
}

// runCase runs a case under both.
func runCase(ctx context.Context, o options, c testCase) (r result, err error) {
	dir, err := os.MkdirTemp("", "bailiff-hooksuite-")
	if err != nil {
		return r, fmt.Errorf("make a folder for a case: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r.c = c
	program := []string{"node", filepath.Join(o.dredd, "node_modules", "dredd", "bin", "dredd")}
	if r.dredd, err = runOne(ctx, o, c, call{argv: program, more: []string{"--no-color"}, log: filepath.Join(dir, "dredd"), limit: c.limit}); err != nil {
		return r, err
	}
	more := append([]string{"--color=never"}, c.bailiffArgs...)
	r.bailiff, err = runOne(ctx, o, c, call{argv: []string{o.bailiff, "run"}, more: more, log: filepath.Join(dir, "bailiff"), limit: patience})
	return r, err
}

// call is one of the two commands.
type call struct {
	argv, more []string
	log        string // the file that hooks append to
	limit      time.Duration
}

// patience is how long bailiff may take, which always ends.
const patience = time.Minute

// runOne runs a case under one of the two, in the folder of the suite.
func runOne(ctx context.Context, o options, c testCase, with call) (outcome, error) {
	var out outcome
	server, err := serve(ctx)
	if err != nil {
		return out, err
	}
	defer server.close()
	ctx, cancel := context.WithTimeout(ctx, with.limit)
	defer cancel()
	argv := append(slices.Clone(with.argv), "api.apib", server.url)
	for _, f := range c.files {
		argv = append(argv, "--hookfiles", f)
	}
	argv = append(append(argv, with.more...), c.args...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = o.suite
	cmd.Env = append(os.Environ(),
		"HOOKS_SUITE_LOG="+with.log,
		"NODE_PATH="+filepath.Join(o.suite, "lib")+string(filepath.ListSeparator)+filepath.Join(o.dredd, "node_modules"),
	)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	printed, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		out.exit = "never"
	case errors.As(err, &exit):
		out.exit = strconv.Itoa(exit.ExitCode())
	case err != nil:
		return out, fmt.Errorf("run %s: %w", strings.Join(argv, " "), err)
	default:
		out.exit = "0"
	}
	out.printed, out.counts, out.requests = string(printed), counts(string(printed)), server.requests()
	log, err := os.ReadFile(with.log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return out, fmt.Errorf("read what hooks noted: %w", err)
	}
	if text := strings.TrimSuffix(string(log), "\n"); text != "" {
		out.order = strings.Split(text, "\n")
	}
	return out, nil
}

var summary = regexp.MustCompile(`complete: (\d+) passing, (\d+) failing, (\d+) errors, (\d+) skipped`)

// counts are what passed, failed, could not be carried out and was skipped.
func counts(printed string) string {
	m := summary.FindStringSubmatch(printed)
	if m == nil {
		return "none"
	}
	return strings.Join(m[1:], " ")
}
