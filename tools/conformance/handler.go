package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// handlerCommand makes this program the handler that Dredd starts, with a folder of binaries and the
// hook files as its arguments.
const handlerCommand = "handler"

// Hooks in Go are compiled, and Dredd waits for a handler for little more than a second. So those of
// each feature are built before, into a binary that is named after what the hook files say, and the
// handler only finds the one that belongs to the files that Dredd names.

// handle becomes the handler for the hook files.
func handle(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: conformance handler BINARIES [HOOKFILE...]")
	}
	name, err := nameOf(args[1:])
	if err != nil {
		return err
	}
	binary := filepath.Join(args[0], name)
	err = syscall.Exec(binary, []string{binary}, os.Environ())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no hooks were built of %q, as they are now", args[1:])
	}
	return fmt.Errorf("run %s: %w", binary, err)
}

// nameOf is a name for what the hook files say, in their order.
func nameOf(files []string) (string, error) {
	h := sha256.New()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read a hook file: %w", err)
		}
		code := strings.TrimRight(string(text), "\n") // a quotation of the suite ends without a line feed
		fmt.Fprintf(h, "%s %d\n%s\n", filepath.Base(file), len(code), code)
	}
	return "hooks-" + hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// build makes a handler of hook files, by the go command in the folder of bailiff's module.
func build(ctx context.Context, module, binaries string, files []string) error {
	name, err := nameOf(files)
	if err != nil {
		return err
	}
	source := filepath.Join(binaries, "src", name)
	if err := os.MkdirAll(source, 0o755); err != nil {
		return err
	}
	program, err := mainOf(files)
	if err != nil {
		return err
	}
	main := filepath.Join(source, "main.go")
	if err := os.WriteFile(main, program, 0o644); err != nil {
		return err
	}
	args := []string{"build", "-o", filepath.Join(binaries, name), main}
	for _, file := range files { // beside main.go, since all files of a program are in one folder
		copied := filepath.Join(source, filepath.Base(file))
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(copied, text, 0o644); err != nil {
			return err
		}
		args = append(args, copied)
	}
	if said, err := output(ctx, module, []string{"GOFLAGS=-mod=readonly", "GOWORK=off"}, "go", args...); err != nil {
		return fmt.Errorf("build hooks: %w\n%s", err, said)
	}
	return nil
}

// mainOf is a program as somebody writes it who wants Dredd to run hooks in Go. Each hook file has a
// function of its own name, which registers its hooks.
func mainOf(files []string) ([]byte, error) {
	var register strings.Builder
	for _, file := range files {
		fmt.Fprintf(&register, "%s(server, hooks)\n", strings.TrimSuffix(filepath.Base(file), ".go"))
	}
	program, err := format.Source([]byte(strings.Replace(program, "// hook files\n", register.String(), 1)))
	if err != nil {
		return nil, fmt.Errorf("write a program for %q: %w", files, err)
	}
	return program, nil
}

const program = `package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hooks := hook.New()
	server := &hook.Server{
		Runner: hooks,
		Out:    os.Stdout,
		Log:    func(line string) { fmt.Fprintln(os.Stderr, line) },
	}
	// hook files
	if err := server.Serve(ctx, "127.0.0.1:61321"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`
