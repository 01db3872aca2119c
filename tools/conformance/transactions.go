package main

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// outcome is what came of a transaction: "pass", "fail", "skip" or "error".
type outcome struct {
	name, id, status string
}

// blueprints are those that both run. All of them would take Dredd several minutes.
var blueprints = []string{"event_topics.apib", "roles.apib"}

// transactions holds the reference server against the reference blueprints, under bailiff and under
// Dredd with bailiff's hooks.
func transactions(ctx context.Context, o options, work string, stdout io.Writer) error {
	document := filepath.Join(work, "reference.apib")
	text := []byte("FORMAT: 1A\n\n# Event Management API\n\n")
	for _, name := range blueprints {
		part, err := exec.CommandContext(ctx, o.bailiff, "compile", "--format", "description", filepath.Join(o.module, "blueprints", name)).Output()
		if err != nil {
			return fmt.Errorf("put the blueprints together: %w", err)
		}
		text = append(append(text, part...), '\n')
	}
	if err := os.WriteFile(document, text, 0o644); err != nil {
		return err
	}
	names, err := dreddNames(ctx, o, document)
	if err != nil {
		return err
	}
	for _, drift := range []bool{false, true} {
		what := "as documented"
		if drift {
			what = "that drifts from its documentation"
		}
		fmt.Fprintf(stdout, "The reference API, with a server %s:\n", what)
		ours, err := underBailiff(ctx, o, document, drift)
		if err != nil {
			return err
		}
		theirs, err := underDredd(ctx, o, document, names, drift)
		if err != nil {
			return err
		}
		c := compare(ours, theirs)
		c.print(stdout)
		if err := c.check(drift); err != nil {
			return err
		}
	}
	return nil
}

var bailiffLine = regexp.MustCompile(`^(pass|fail|skip|error): (\S+ \(\d+\) \S+) +[\d.]+(?:ns|µs|ms|s)  (\S.*)$`)

// underBailiff runs bailiff with its hooks in Go, as Dredd compares: by structure.
func underBailiff(ctx context.Context, o options, document string, drift bool) ([]outcome, error) {
	args := []string{"demo", document, "--match", "structure", "--color", "never", "--workers", "1"}
	if drift {
		args = append(args, "--with-drift")
	}
	said, err := output(ctx, o.folder, nil, o.bailiff, args...)
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("bailiff: %w\n%s", err, said)
	}
	list := bailiffOutcomes(said)
	if want := fmt.Sprintf(" %d total", len(list)); !strings.Contains(said, want) || len(list) == 0 {
		return nil, fmt.Errorf("bailiff's report has another form, %d transactions were found in it:\n%s", len(list), said)
	}
	return list, nil
}

func bailiffOutcomes(report string) []outcome {
	var list []outcome
	for line := range strings.Lines(report) {
		if m := bailiffLine.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			list = append(list, outcome{status: m[1], id: m[2], name: m[3]})
		}
	}
	return list
}

func (o options) dredd(args ...string) []string {
	return append([]string{filepath.Join(o.folder, "node_modules", "dredd", "bin", "dredd"), "--no-color"}, args...)
}

// dreddNames asks Dredd for the names of its transactions, in their order: its reports have only what
// is requested.
func dreddNames(ctx context.Context, o options, document string) ([]string, error) {
	said, err := output(ctx, filepath.Dir(document), nil, "node", o.dredd(document, "http://127.0.0.1:1", "--names")...)
	if err != nil {
		return nil, fmt.Errorf("dredd --names: %w\n%s", err, said)
	}
	var names []string
	for line := range strings.Lines(said) {
		if name, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "info: "); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// underDredd runs Dredd against `bailiff serve`, with `bailiff hooks`.
func underDredd(ctx context.Context, o options, document string, names []string, drift bool) (list []outcome, err error) {
	s, err := startServer(ctx, o, drift)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	report := document + ".xml"
	args := o.dredd(document, s.url, "--language", o.bailiff+" hooks", "--hookfiles", document,
		"--reporter", "xunit", "--output", report, "--loglevel", "debug")
	_ = os.Remove(report) // Dredd asks before it overwrites one
	said, runErr := output(ctx, filepath.Dir(document), []string{"BAILIFF_DATABASE=" + s.database}, "node", args...)
	text, err := os.ReadFile(report)
	if err != nil {
		return nil, fmt.Errorf("dredd: %w\n%s", errors.Join(runErr, err), said)
	}
	list, err = dreddOutcomes(text)
	if err != nil {
		return nil, err
	}
	if len(list) != len(names) {
		return nil, fmt.Errorf("dredd names %d transactions and reports %d:\n%s", len(names), len(list), said)
	}
	failed := false
	for i := range list {
		list[i].name = names[i] // one after the other, in their order
		failed = failed || list[i].status == "fail" || list[i].status == "error"
	}
	if failed != (runErr != nil) {
		return nil, fmt.Errorf("the exit code of Dredd does not fit its report: %w\n%s", runErr, said)
	}
	return list, nil
}

// dreddOutcomes reads Dredd's xunit report. A document that is not whole is an error.
func dreddOutcomes(report []byte) ([]outcome, error) {
	var suite struct {
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	}
	if err := xml.Unmarshal(report, &suite); err != nil {
		return nil, fmt.Errorf("read Dredd's report: %w", err)
	}
	list := make([]outcome, len(suite.Cases))
	for i, c := range suite.Cases {
		list[i] = outcome{id: c.Name, status: "pass"}
		switch {
		case c.Failure != nil:
			list[i].status = "fail"
		case c.Error != nil:
			list[i].status = "error"
		case c.Skipped != nil:
			list[i].status = "skip"
		}
	}
	return list, nil
}

// server is a `bailiff serve`.
type server struct {
	url, database string
	cmd           *exec.Cmd
	stderr        strings.Builder
}

// startServer starts one, and waits until it says where it listens.
func startServer(ctx context.Context, o options, drift bool) (*server, error) {
	args := []string{"serve", "--address", "127.0.0.1:0"}
	if drift {
		args = append(args, "--with-drift")
	}
	s := &server{cmd: exec.CommandContext(ctx, o.bailiff, args...)}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	s.cmd.WaitDelay = 10 * time.Second
	s.cmd.Stderr = &s.stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start bailiff serve: %w", err)
	}
	lines := bufio.NewScanner(out)
	for (s.url == "" || s.database == "") && lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "listens at "); ok {
			s.url = url
		}
		if database, ok := strings.CutPrefix(lines.Text(), "Its database is "); ok {
			s.database = database
		}
	}
	if s.url == "" || s.database == "" {
		return nil, errors.Join(errors.New("bailiff serve does not say where it listens"), s.stop())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // until it ends
	return s, nil
}

// stop ends the server as Ctrl-C does, so that it drops its database.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("bailiff serve: %w\n%s", err, s.stderr.String())
	}
	return nil
}
