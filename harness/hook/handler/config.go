package handler

import (
	"encoding/json"
	"io"
	"path/filepath"
	"time"
)

// Config says which handler to run, and how. Its zero value lacks Language or Command.
type Config struct {
	// Language is JavaScript; or one that Dredd knows a handler for (ruby, python, php, perl, go or
	// rust); or else a command line, as a shell would take it apart.
	Language string
	// Require is a module that JavaScript hook files need loaded before them, a compiler say; empty
	// means none.
	Require string
	// Configuration is the JSON object that JavaScript hook files find as hooks.configuration; nil
	// means an empty one.
	Configuration json.RawMessage
	// Command is a program and its arguments, in place of Language.
	Command []string
	// Name is what log lines and errors call the handler; empty means Language or the base name of
	// the program.
	Name string
	// Files are the hook files: paths, and patterns with *, ?, [a-z], ** and {a,b}. The handler gets
	// them behind its own arguments, absolute, each once, sorted by their base names. Each must match
	// something. See Files.
	Files []string
	// Dir is the folder to run in, and where relative names of files start; empty means ours.
	Dir string
	// Env is the environment of the handler; nil means ours. BAILIFF_HOOKS_HOST and
	// BAILIFF_HOOKS_PORT are added, which say where to listen.
	Env []string

	// Host is where the handler listens; empty means 127.0.0.1. One that is not of this machine is
	// connected to as well: then the command is only what keeps the connection wanted.
	Host string
	// Port is where the handler listens. Zero means a free one if the handler can be told (those of
	// python, php and perl are, by --host and --port; see FreePort), else 61321, which is where all
	// of Dredd's handlers listen.
	Port int
	// FreePort says that Command listens where BAILIFF_HOOKS_HOST and BAILIFF_HOOKS_PORT tell it to.
	FreePort bool

	// Timeout is how long the hooks of one event may take; zero means 5 seconds. In JavaScript it is how
	// long each hook may take, and zero means a minute. Less than zero means for ever.
	Timeout time.Duration
	// ConnectTimeout is how long the handler may take until it listens; zero means 10 seconds. (With
	// Dredd it is 1.5, which slow interpreters miss. One that dies is noticed at once.)
	ConnectTimeout time.Duration
	// ConnectRetry is the pause between two attempts to connect; zero means a few milliseconds.
	ConnectRetry time.Duration
	// AfterConnectWait is the pause between connecting and the first message; zero means none.
	AfterConnectWait time.Duration
	// TermTimeout is how long the handler is asked to end before it is killed; zero means 5 seconds.
	TermTimeout time.Duration
	// TermRetry is the pause until it is asked again; zero means 500 milliseconds.
	TermRetry time.Duration
	// Limit is how long an answer may be, in bytes; zero means 64 MiB.
	Limit int

	// Log is called with what the handler prints, and with what there is to say about it, from
	// several goroutines. It should not block. nil drops it.
	Log func(Line)
	// Order is where the order of hooks is written after afterAll, as Dredd does on its standard
	// error when TEST_DREDD_HOOKS_HANDLER_ORDER is "true": the test suites of handlers read it. nil
	// means nowhere.
	Order io.Writer
}

// Line is one line of the log.
type Line struct {
	// Handler is the name of the handler.
	Handler string
	// Kind says who speaks.
	Kind Kind
	// Text is the line, without its end.
	Text string
}

// String puts the name before the text.
func (l Line) String() string { return l.Handler + ": " + l.Text }

// Kind says who speaks in a line of the log.
type Kind string

// The kinds. Stdout and Stderr are the handler's own output.
const (
	Stdout  Kind = "stdout"
	Stderr  Kind = "stderr"
	Warning Kind = "warning"
	Debug   Kind = "debug"
)

const (
	defaultHost           = "127.0.0.1"
	defaultPort           = 61321
	defaultTimeout        = 5 * time.Second
	defaultConnectTimeout = 10 * time.Second
)

// withDefaults fills in what the comments of the fields promise.
func (c Config) withDefaults() Config {
	if c.Host == "" {
		c.Host = defaultHost
	}
	switch {
	case c.Timeout == 0 && c.isJavaScript():
		c.Timeout = javaScriptTimeout
	case c.Timeout == 0:
		c.Timeout = defaultTimeout
	}
	if c.ConnectTimeout <= 0 {
		c.ConnectTimeout = defaultConnectTimeout
	}
	if c.Log == nil {
		c.Log = func(Line) {}
	}
	return c
}

// name is what the handler is called.
func (c Config) name(argv []string) string {
	if c.Name != "" {
		return c.Name
	}
	if _, known := languages[c.Language]; known && len(c.Command) == 0 || c.isJavaScript() {
		return c.Language
	}
	return filepath.Base(argv[0])
}
