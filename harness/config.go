package harness

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Config says what is held against what. Its zero value lacks two things: Descriptions, and one of
// Handler and Endpoint.
type Config struct {
	// Descriptions are paths, globs, folders and URLs of API descriptions.
	Descriptions []string
	// FS holds the descriptions; nil means the files of the machine.
	FS fs.FS
	// Dir is the folder that names in FS are shown under, such as "blueprints", so that a place
	// in the documentation can be opened; empty means that they are shown as they are.
	Dir string
	// Stdin is what the description "-" is read from; nil means that "-" is a file.
	Stdin io.Reader
	// AllExamples also runs the pairs of request and response of an API Blueprint that Dredd
	// ignores; see Compiled.Transactions for their names.
	AllExamples bool
	// StrictDescriptions makes it an error that a documented action was not compiled, where it is
	// a warning otherwise.
	StrictDescriptions bool
	// NoCache compiles the descriptions anew, and keeps nothing.
	NoCache bool

	// Handler makes the server under test, in this process, for the database of one
	// transaction (nil without Database). It is called once per transaction and so should be
	// cheap. Each worker serves it on a loopback port of its own.
	Handler func(db postgres.DB) http.Handler
	// Endpoint is the URL of a server under test that already runs. It is used when Handler is
	// nil.
	Endpoint string
	// Timeout is how long a request may take; zero means 30 seconds.
	Timeout time.Duration

	// Database gives each transaction a clean database, rolled back when it is over; nil means
	// none.
	Database *postgres.Config
	// Hooks run around the transactions; nil means none.
	Hooks *hook.Registry
	// Handlers run around the transactions too, after Hooks: hooks in other languages, as package
	// handler starts them. The caller closes them after the run.
	Handlers []hook.Runner
	// UnmatchedHooks says what a hook is whose name matches no transaction; empty means
	// UnmatchedError.
	UnmatchedHooks UnmatchedHooks
	// HookTimeout is how long one hook may take; zero means a minute, and a negative one for ever.
	HookTimeout time.Duration

	// Match is how strictly bodies are held against the documentation; empty means
	// transaction.MatchValue.
	Match transaction.Match
	// Volatile declares what may vary in the responses of all transactions; hooks declare more for
	// theirs.
	Volatile []transaction.Volatile
	// NoVolatileDefaults leaves out the declarations that bailiff makes by itself, such as that of
	// the header Date. Explain shows them.
	NoVolatileDefaults bool
	// Explain fills Outcome.Excused: which parts were held against a declaration, and which one.
	Explain bool
	// Sanitize says what is masked in what Test prints; its zero value masks what commonly is a
	// secret. A Reporter has its own, in ReportOptions.
	Sanitize Sanitize
	// Only holds the names of the transactions that run; empty means all of them. A name that
	// matches none is an error.
	Only []string

	// Workers is how many transactions run at a time; zero means one per processor, or one when
	// the server is an Endpoint, whose state the transactions share, and when there are Handlers,
	// which expect one transaction after the other.
	Workers int
	// Seed makes the fake data of hooks; zero means 1. The same seed gives the same data.
	Seed uint64

	// Version is sent in User-Agent; empty means "dev".
	Version string
	// Reporter is told what happens; nil means nobody. Test does not use it.
	Reporter Reporter
}

// Sanitize says what is a secret, and so is masked in all that is printed or written.
type Sanitize = sanitize.Config

// Sanitizer masks secrets, for a Reporter.
type Sanitizer = sanitize.Sanitizer

// NewSanitizer makes a Sanitizer. The error tells which entry of the configuration cannot work.
func NewSanitizer(s Sanitize) (*Sanitizer, error) { return sanitize.New(s) }

// Reporter is told about a run: once what will be done, then each outcome in the order of the
// documentation, then the sum. Its methods are never called at the same time.
type Reporter = report.Reporter

// Plan is what a run is going to do.
type Plan = report.Plan

// Summary is what came of a run.
type Summary = report.Summary

// UnmatchedHooks says what a hook is whose name matches no transaction.
type UnmatchedHooks string

// What such a hook can be: hooks may have been written for more descriptions than these.
const (
	UnmatchedError  UnmatchedHooks = "error"
	UnmatchedWarn   UnmatchedHooks = "warn"
	UnmatchedIgnore UnmatchedHooks = "ignore"
)

// ParseUnmatchedHooks reads one of them, as the command line takes it.
func ParseUnmatchedHooks(s string) (UnmatchedHooks, error) {
	switch u := UnmatchedHooks(strings.ToLower(s)); u {
	case UnmatchedError, UnmatchedWarn, UnmatchedIgnore:
		return u, nil
	}
	return "", fmt.Errorf("unknown way %q to treat hooks without a transaction: use error, warn or ignore", s)
}

const (
	defaultTimeout     = 30 * time.Second
	defaultHookTimeout = time.Minute
)

// withDefaults fills in what the comments of the fields promise.
func (c Config) withDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	switch {
	case c.HookTimeout == 0:
		c.HookTimeout = defaultHookTimeout
	case c.HookTimeout < 0:
		c.HookTimeout = 0 // as hook.Run has it
	}
	if c.UnmatchedHooks == "" {
		c.UnmatchedHooks = UnmatchedError
	}
	if c.Match == "" {
		c.Match = transaction.MatchValue
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	if c.Workers <= 0 {
		c.Workers = 1
		if c.Handler != nil && len(c.Handlers) == 0 {
			c.Workers = runtime.GOMAXPROCS(0)
		}
	}
	return c
}
