package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

// manyScenarios is how many scenarios the pinned suite has: were some not found, that would show.
const manyScenarios = 10

// scenarios runs the suite of hook handlers with hooks in Go.
func scenarios(ctx context.Context, o options, work string, stdout io.Writer) error {
	suite, err := npm.Version(o.folder, "dredd-hooks-template")
	if err != nil {
		return err
	}
	dredd, err := npm.Version(o.folder, "dredd")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "The scenarios of dredd-hooks-template %s, with Dredd %s and hooks in Go:\n", suite, dredd)
	dir := filepath.Join(work, "suite")
	if err := prepare(ctx, o, dir); err != nil {
		return err
	}
	said, err := output(ctx, dir, nil, "node", "node_modules/.bin/dredd-hooks-template", "test")
	results, readErr := readResults(filepath.Join(dir, "results.json"))
	if readErr != nil {
		return fmt.Errorf("run the scenarios: %w\n%s", errors.Join(err, readErr), said)
	}
	failed := 0
	for _, r := range results {
		fmt.Fprintf(stdout, "  %s: %s\n", r.verdict(), r.name)
		if r.problem != "" {
			failed++
			fmt.Fprintf(stdout, "      %s\n", strings.ReplaceAll(excerpt(r.problem), "\n", "\n      "))
		}
	}
	if failed > 0 || err != nil {
		// Somebody may have taken a port in between; then all of it means nothing.
		return errors.Join(fmt.Errorf("%d of %d scenarios failed", failed, len(results)), err, freePorts(ctx))
	}
	if len(results) != manyScenarios {
		return fmt.Errorf("%d scenarios ran, and the suite has %d", len(results), manyScenarios)
	}
	fmt.Fprintf(stdout, "  all %d passed\n", len(results))
	return nil
}

// prepare sets the suite up as its README has it: its own command copies the features, in which then
// the handler and the hooks are put.
func prepare(ctx context.Context, o options, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Join(o.folder, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		return err
	}
	if said, err := output(ctx, dir, nil, "node", "node_modules/.bin/dredd-hooks-template", "init"); err != nil {
		return fmt.Errorf("copy the features: %w\n%s", err, said)
	}
	profile := []byte(`module.exports = {default: "--format json:results.json"};` + "\n")
	if err := os.WriteFile(filepath.Join(dir, "cucumber.js"), profile, 0o644); err != nil {
		return err
	}
	features, err := filepath.Glob(filepath.Join(dir, "features", "*.feature"))
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	binaries := filepath.Join(dir, "binaries")
	used := map[string]bool{}
	for _, path := range features {
		hooks := filepath.Join(o.folder, "testdata", "hooks", strings.TrimSuffix(filepath.Base(path), ".feature"))
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := fill(string(text), hooks, fmt.Sprintf("%s %s %s", self, handlerCommand, binaries))
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if err := os.WriteFile(path, []byte(f.text), 0o644); err != nil {
			return err
		}
		for _, file := range f.files {
			used[file] = true
		}
		if err := build(ctx, o.module, binaries, f.files); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return allUsed(filepath.Join(o.folder, "testdata", "hooks"), used)
}

// allUsed makes sure that no hook file is left over from a suite of another version.
func allUsed(hooks string, used map[string]bool) error {
	all, err := filepath.Glob(filepath.Join(hooks, "*", "*.go"))
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(file string) bool { return !used[file] }); i >= 0 {
		return fmt.Errorf("no scenario asks for %s", all[i])
	}
	return nil
}

// result is what came of a scenario.
type result struct {
	name, problem string
}

func (r result) verdict() string {
	if r.problem != "" {
		return "fail"
	}
	return "pass"
}

// excerpt is the beginning and the end of a text, of which cucumber may have all that Dredd printed.
func excerpt(text string) string {
	const most = 2000
	if len(text) <= 2*most {
		return text
	}
	return strings.ToValidUTF8(text[:most]+"\n[...]\n"+text[len(text)-most:], "")
}

// readResults reads what cucumber wrote as JSON.
func readResults(path string) ([]result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var features []struct {
		Name     string
		Elements []struct {
			Name, Keyword string
			Steps         []struct {
				Keyword, Name string
				Result        struct {
					Status  string
					Message string `json:"error_message"`
				}
			}
		}
	}
	if err := json.Unmarshal(text, &features); err != nil {
		return nil, fmt.Errorf("read the results: %w", err)
	}
	var list []result
	for _, f := range features {
		for _, e := range f.Elements {
			r := result{name: strings.Trim(f.Name+": "+e.Name, ": ")}
			if len(e.Steps) == 0 {
				r.problem = "it has no steps"
			}
			for _, s := range e.Steps {
				if s.Result.Status != "passed" && r.problem == "" {
					r.problem = strings.TrimSpace(fmt.Sprintf("%s%s: %s\n%s", s.Keyword, s.Name, s.Result.Status, s.Result.Message))
				}
			}
			list = append(list, r)
		}
	}
	return list, nil
}

// output runs a command in a folder, and returns what it printed to both streams. It prints into a
// file: Dredd ends before a pipe has taken all that it has to say.
func output(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	f, err := os.CreateTemp("", "bailiff-conformance-output-")
	if err != nil {
		return "", err
	}
	defer func() { _, _ = f.Close(), os.Remove(f.Name()) }()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, f, f
	cmd.Env = append(os.Environ(), env...)
	// What it started ends with it: Dredd's hooks and server would keep the ports.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	runErr := cmd.Run()
	text, err := os.ReadFile(f.Name())
	if err != nil {
		return "", err
	}
	return string(text), runErr
}
