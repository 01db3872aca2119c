package handler

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/process"
)

// language is a handler that Dredd knows.
type language struct {
	title, program, install string
	// flags says that its current version takes --host and --port.
	flags bool
}

var languages = map[string]language{
	"ruby":   {"Ruby", "dredd-hooks-ruby", "gem install dredd_hooks", false},
	"python": {"Python", "dredd-hooks-python", "pip install dredd_hooks", true},
	"php":    {"PHP", "dredd-hooks-php", "composer require ddelnano/dredd-hooks-php --dev", true},
	"perl":   {"Perl", "dredd-hooks-perl", "cpanm Dredd::Hooks", true},
	"go":     {"Go", "goodman", "go install github.com/snikch/goodman/cmd/goodman@latest", false},
	"rust":   {"Rust", "dredd-hooks-rust", "cargo install dredd-hooks", false},
}

// Languages lists the languages that have a handler, in alphabetical order.
func Languages() []string {
	names := make([]string, 0, len(languages))
	for name := range languages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// command is what is to be run.
type command struct {
	argv []string
	// told says how the handler learns where to listen.
	told told
}

// told is how a handler learns where to listen.
type told int

const (
	notTold     told = iota // it listens where it always does
	toldByFlags             // by --host and --port
	toldByEnv               // by BAILIFF_HOOKS_HOST and BAILIFF_HOOKS_PORT
)

// command finds the command of a configuration, which has been checked for.
func (c Config) command(ctx context.Context) (command, error) {
	if c.isJavaScript() {
		return c.javaScript()
	}
	if len(c.Command) == 0 {
		if l, known := languages[c.Language]; known {
			return c.known(ctx, l)
		}
	}
	argv := c.Command
	if len(argv) == 0 {
		if c.Language == "" {
			return command{}, errors.New("no hooks handler: name a language or a command")
		}
		var err error
		if argv, err = process.Split(c.Language); err != nil {
			return command{}, fmt.Errorf("read the command of the hooks handler: %w", err)
		}
	}
	if c.FreePort {
		return command{argv, toldByEnv}, nil
	}
	program := strings.TrimSuffix(filepath.Base(argv[0]), ".exe")
	for _, l := range languages {
		// vendor/bin/dredd-hooks-php is what PHP has, say.
		if l.flags && program == l.program && !slices.ContainsFunc(argv, isPort) {
			return command{argv, toldByFlags}, nil
		}
	}
	return command{argv, notTold}, nil
}

func isPort(arg string) bool { return arg == "--port" || strings.HasPrefix(arg, "--port=") }

func (c Config) known(ctx context.Context, l language) (command, error) {
	program := l.program
	if c.Language == "go" {
		bin, err := c.goBin(ctx)
		if err != nil {
			return command{}, err
		}
		program = filepath.Join(bin, program)
	}
	told := notTold
	if l.flags {
		told = toldByFlags
	}
	return command{[]string{program}, told}, nil
}

// goBin is where go install puts programs.
func (c Config) goBin(ctx context.Context) (string, error) {
	if bin := c.getenv("GOBIN"); bin != "" {
		return bin, nil
	}
	if paths := filepath.SplitList(c.getenv("GOPATH")); len(paths) > 0 {
		return filepath.Join(paths[0], "bin"), nil
	}
	cmd := exec.CommandContext(ctx, "go", "env", "GOPATH")
	cmd.Env = c.Env
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("find the Go hooks handler: Go does not seem to be installed: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "bin"), nil
}

func (c Config) getenv(name string) string {
	for _, v := range slices.Backward(c.environ()) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

func (c Config) environ() []string {
	if c.Env == nil {
		return os.Environ()
	}
	return c.Env
}

// notFound says that there is no such command, and how to get it.
func (c Config) notFound(missing *process.NotFoundError) error {
	if c.isJavaScript() {
		return fmt.Errorf("JavaScript hooks need Node.js, and %w: install it from nodejs.org or as a package of the system", missing)
	}
	l, known := languages[c.Language]
	if !known || len(c.Command) > 0 {
		return fmt.Errorf("hooks handler %w", missing)
	}
	return fmt.Errorf("%s hooks handler %w\nInstall it by running:\n$ %s", l.title, missing, l.install)
}
