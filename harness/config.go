package harness

import (
	"io"
	"io/fs"
	"net/http"
	"runtime"
	"time"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/report"
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
	// LenientHooks makes a hook whose name matches no transaction a warning, where it is an
	// error otherwise: the hooks may have been written for more documents than these.
	LenientHooks bool

	// Match is how strictly bodies are held against the documentation; empty means
	// transaction.MatchValue.
	Match transaction.Match
	// Volatile declares what may vary in the bodies of all transactions; hooks declare more for
	// theirs.
	Volatile []transaction.Volatile
	// Only holds the names of the transactions that run; empty means all of them. A name that
	// matches none is an error.
	Only []string

	// Workers is how many transactions run at a time; zero means one per processor, or one when
	// the server is an Endpoint, whose state the transactions share.
	Workers int
	// Seed makes the fake data of hooks; zero means 1. The same seed gives the same data.
	Seed uint64

	// Version is sent in User-Agent; empty means "dev".
	Version string
	// Reporter is told what happens; nil means nobody. Test does not use it.
	Reporter Reporter
}

// Reporter is told about a run: once what will be done, then each outcome in the order of the
// documentation, then the sum. Its methods are never called at the same time.
type Reporter = report.Reporter

// Plan is what a run is going to do.
type Plan = report.Plan

// Summary is what came of a run.
type Summary = report.Summary

const defaultTimeout = 30 * time.Second

// withDefaults fills in what the comments of the fields promise.
func (c Config) withDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
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
		if c.Handler != nil {
			c.Workers = runtime.GOMAXPROCS(0)
		}
	}
	return c
}
