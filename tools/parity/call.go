package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// signals are those that a scenario may send.
var signals = map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}

// outcome is what one of the two made of a scenario, as it came.
type outcome struct {
	exit           string // the code, 128 and more for one that a signal ended, or "never"
	stdout, stderr string
	coloured       []string // streams
	requests       []string // raw
	files          map[string]string
	left           []string // processes
	took           time.Duration
}

// mark is the variable in the environment of the command and of all that it starts.
const mark = "BAILIFF_PARITY_RUN"

// call is one run of one command.
type call struct {
	s      *scenario
	argv   []string
	dir    string // in which it runs, and which nothing else is in
	out    string // the folder for what it prints
	port   string // a free one
	server *server
	env    []string
}

// runSide runs a scenario under one of the two, in a folder of its own, against a server of its own.
func runSide(ctx context.Context, o options, s *scenario, side string) (out outcome, err error) {
	work, err := os.MkdirTemp("", "bailiff-parity-")
	if err != nil {
		return out, fmt.Errorf("make a folder for a scenario: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if work, err = filepath.EvalSymlinks(work); err != nil {
		return out, err
	}
	c := call{s: s, dir: filepath.Join(work, "project"), out: filepath.Join(work, "out")}
	for _, dir := range []string{c.dir, c.out} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return out, err
		}
	}
	if c.port, err = freePort(ctx); err != nil {
		return out, err
	}
	if c.server, err = serve(ctx, s); err != nil {
		return out, err
	}
	defer c.server.close()
	if err := c.writeFiles(); err != nil {
		return out, err
	}
	c.argv = slices.Clone(o.commands[side])
	if side == bailiff {
		c.argv = append(c.argv, strings.Fields(s.run)...)
	}
	for _, a := range s.args {
		c.argv = append(c.argv, c.fill(a))
	}
	if c.env, err = c.environment(o, work); err != nil {
		return out, err
	}
	for _, e := range s.env {
		c.env = append(c.env, c.fill(e))
	}
	return c.run(ctx, o, filepath.Base(work))
}

// environment is as on a plain machine, whatever this one has that the two look at.
func (c *call) environment(o options, work string) ([]string, error) {
	// Dredd asks npm for its version, which takes as long as all else that it does, and may outlive it.
	npm := filepath.Join(c.out, "bin", "npm")
	if err := os.Mkdir(filepath.Dir(npm), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(npm, []byte("#!/bin/sh\necho 1.0.0\n"), 0o755); err != nil {
		return nil, err
	}
	cache := filepath.Join(work, "cache")
	return []string{
		"PATH=" + filepath.Dir(npm) + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + c.dir, "LANG=C.UTF-8",
		"TMPDIR=" + c.out, "NODE_NO_WARNINGS=1", "NODE_PATH=" + filepath.Join(o.dredd, "node_modules"),
		"BAILIFF_CACHE=" + cache, "XDG_CACHE_HOME=" + cache, mark + "=" + filepath.Base(work),
	}, nil
}

// fill puts the addresses of this run in.
func (c *call) fill(text string) string {
	return strings.NewReplacer("$URL", c.server.url, "$PORT", c.server.port, "$APPPORT", c.port, "$APP", "http://127.0.0.1:"+c.port).Replace(text)
}

// plain takes out what is different in every run.
func (c *call) plain(text string, o options) string {
	return strings.NewReplacer(
		c.server.url, "$URL", "127.0.0.1:"+c.server.port, "$HOST", "localhost:"+c.server.port, "$LOCALHOST",
		"http://127.0.0.1:"+c.port, "$APP", "127.0.0.1:"+c.port, "$APPHOST",
		"/private"+c.dir, "$DIR", c.dir, "$DIR", o.bailiff, "$BAILIFF", o.dredd, "$DREDD",
	).Replace(text)
}

func freePort(ctx context.Context) (string, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

func (c *call) writeFiles() error {
	for name, text := range c.s.files {
		path := filepath.Join(c.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(c.fill(text)), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) run(ctx context.Context, o options, run string) (out outcome, err error) {
	started := time.Now()
	limited, cancel := context.WithTimeout(ctx, c.s.limit)
	defer cancel()
	cmd := exec.CommandContext(limited, c.argv[0], c.argv[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.dir, c.env, strings.NewReader(c.s.stdin)
	// Into files: Dredd ends before a pipe has taken all that it has to say.
	files := []string{filepath.Join(c.out, "stdout"), filepath.Join(c.out, "stderr")}
	var streams []*os.File
	for _, name := range files {
		f, err := os.Create(name)
		if err != nil {
			return out, err
		}
		defer func() { _ = f.Close() }() // what is in it was written by another process
		streams = append(streams, f)
	}
	cmd.Stdout, cmd.Stderr = streams[0], streams[1]
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return out, fmt.Errorf("start %s: %w", c.argv[0], err)
	}
	ended := make(chan struct{})
	signalled := make(chan struct{})
	go func() {
		defer close(signalled)
		c.signal(cmd.Process, ended)
	}()
	err = cmd.Wait()
	close(ended)
	<-signalled
	left, leftErr := leftBehind(run)
	if leftErr != nil {
		return out, leftErr
	}
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	out.exit, out.left, out.took = exitOf(cmd.ProcessState, limited.Err() != nil), left, time.Since(started)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && limited.Err() == nil {
		return out, fmt.Errorf("run %s: %w", c.argv[0], err)
	}
	for i, into := range []*string{&out.stdout, &out.stderr} {
		text, err := os.ReadFile(files[i])
		if err != nil {
			return out, err
		}
		*into = c.plain(string(text), o)
	}
	for _, raw := range c.server.requests() {
		out.requests = append(out.requests, c.plain(raw, o))
	}
	out.files, err = c.written(o)
	return out, err
}

func exitOf(state *os.ProcessState, never bool) string {
	if never {
		return "never"
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return strconv.Itoa(128 + int(status.Signal()))
	}
	return strconv.Itoa(state.ExitCode())
}

// glance is how often a file is looked for.
const glance = 20 * time.Millisecond

// signal sends what the scenario wants, when it wants it.
func (c *call) signal(p *os.Process, ended <-chan struct{}) {
	t := c.s.signal
	if t.signal == "" {
		return
	}
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		due := false
		select {
		case <-ended:
			return
		case n := <-c.server.noted:
			due = t.when == "" && n >= t.after
		case <-tick.C:
			if t.when != "" {
				_, err := os.Stat(filepath.Join(c.dir, t.when))
				due = err == nil
			}
		}
		if due {
			_ = p.Signal(signals[t.signal]) // it may be over by now
			return
		}
	}
}

// written are the files that the command made, or changed.
func (c *call) written(o options) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(c.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(c.dir, path)
		if err != nil {
			return err
		}
		if before, ok := c.s.files[filepath.ToSlash(name)]; !ok || c.fill(before) != string(text) {
			found[filepath.ToSlash(name)] = c.plain(string(text), o)
		}
		return nil
	})
	return found, err
}
