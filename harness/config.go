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
	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
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
	// Texts are descriptions that are in no file, behind those.
	Texts []Text
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
	// StrictPermissions makes it an error that nothing is registered for a table of permissions in the
	// descriptions (see hook.Registry.Permissions), or that a table nearly is one of permissions, where it
	// is a warning otherwise.
	StrictPermissions bool
	// AllowEmpty makes it a warning that there are no transactions, as in Dredd, where it is
	// ErrNoTransactions otherwise. The run then has its beginning and its end, and nothing between.
	AllowEmpty bool
	// NoCache compiles the descriptions anew, and keeps nothing.
	NoCache bool

	// Handler makes the server under test, in this process, for the database of one
	// transaction (nil without Database). It is called once per transaction and so should be
	// cheap; DryRun and Names do not call it. Each worker serves it on a loopback port of its own.
	Handler func(db postgres.DB) http.Handler
	// Endpoint is the URL of a server under test that already runs. It is used when Handler is
	// nil. DryRun and Names need neither.
	Endpoint string
	// Server is started before the hooks and stopped after them, with all its children; nil means that
	// the server under test runs already. DryRun and Names do not start it.
	Server *Server
	// Timeout is how long a request may take, and its response; zero means 30 seconds, and a negative one for
	// ever. Each retry, and each request that a redirect asks for, has as much.
	Timeout time.Duration
	// Retries is how often a request is sent again that met no server: a connection that was refused,
	// reset before a byte of the answer came, or not made in time. No answer is ever asked for again. A
	// connection that is reset once the request was written may have been reset by what the request
	// did: then only GET, HEAD, OPTIONS, TRACE, PUT and DELETE are sent again, which may be repeated
	// (RFC 9110, section 9.2.2). The pauses between grow from 100 milliseconds to 2 seconds.
	Retries int
	// HTTP says how the server under test is reached.
	HTTP HTTP
	// Headers are sent with every documented request, behind the documented ones and in place of those
	// of the same name; where a name stands twice, the last one counts. Hooks see them, and may change
	// them.
	Headers transaction.Headers

	// Database gives each transaction a clean database, rolled back when it is over, or clean in another
	// way: see postgres.Isolation. With its field Database that is the one that the server at Endpoint stands
	// on, one transaction after the other. Nil means none.
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
	// matches none is an error. As in Dredd, the others are skipped, and their hooks run but for those of
	// validation. Only with a Database and no Handlers they do not: what they seed would be thrown away.
	Only []string
	// Rerun holds the names of transactions to run again, since they failed; nil means all. It narrows
	// Only, but a name that matches no transaction is only a warning.
	Rerun []string
	// Methods holds the HTTP methods that run; empty means all of them. As with Only, the others are
	// skipped, and a method that a before hook set counts.
	Methods []string
	// DryRun compiles and runs all hooks but those of validation, and sends nothing: every transaction
	// is skipped, unless a hook fails it.
	DryRun bool
	// Names is a DryRun whose point is to show the names of the transactions; see Plan.Names. With a
	// Database and no Handlers, hooks do not run, and the database is not started.
	Names bool
	// Sorted runs the transactions in the order that a resource lives in: CONNECT, OPTIONS, POST, GET,
	// HEAD, PUT, PATCH, LINK, UNLINK, DELETE, TRACE, as Dredd does. Those of one method keep their order.
	Sorted bool
	// Shuffle runs the transactions in an order that this seed makes; zero keeps that of the
	// documentation. With Sorted it is the order of those of one method. Results are told in the order
	// in which they run.
	Shuffle uint64
	// Bail ends the run after so many transactions that failed or could not be carried out; zero never
	// does. What is under way then is finished. Those that did not run are Summary.NotRun (Test skips
	// them), and afterAll hooks run.
	Bail int
	// KnownFailing lists transactions that are known to fail: one that does is skipped, and one that
	// passes fails, so that the list stays true. One that could not be carried out is an error all the
	// same. A name that several transactions share fails only when all of them pass, and one that matches
	// none is an error.
	KnownFailing []KnownFailing

	// Workers is how many transactions run at a time; zero means one per processor, or one when
	// the server is an Endpoint, whose state the transactions share, and when there are Handlers,
	// which expect one transaction after the other. With Handlers and more than one, their hooks take
	// turns, and a warning says so. Results are told in the order of the run, however many there are.
	Workers int
	// Seed makes the fake data of hooks; zero means 1. The same seed gives the same data.
	Seed uint64

	// Version is that of the program, sent in User-Agent; empty means "dev".
	Version string
	// Reporter is told what happens; nil means nobody. Test does not use it.
	Reporter Reporter
}

// Server is a command that starts the server under test, which then listens at Config.Endpoint.
type Server struct {
	// Command is split into words as a shell does; no shell runs.
	Command string
	// Wait is how long the server may take until its port answers; zero means 3 seconds, and with a negative
	// one nothing is awaited. It is a limit: the run begins as soon as something listens.
	Wait time.Duration
	// Dir is the working folder; empty means the one of this process.
	Dir string
	// Output gets what the server prints, both streams, line by line; nil keeps the last lines, to be
	// shown when it dies.
	Output func(line string)
}

// HTTP says how the server under test is reached. Its zero value is as Dredd does it: redirects are
// answers, proxies are not used, certificates are verified.
type HTTP struct {
	// Redirects is how many redirects of a response are followed; zero follows none, so that the
	// redirect is what is held against the documentation. One with the documented status never is. 303
	// turns every method but HEAD into GET, 301 and 302 turn POST into it, and 307 and 308 change
	// nothing; another scheme, host or port gets no Authorization and no Cookie. A circle, or one more
	// than so many, is an error of the transaction.
	Redirects int
	// Proxy is the URL of a proxy (http, https, socks5 or socks5h), or ProxyFromEnvironment; empty means
	// none.
	Proxy string
	// TLS says whom to trust, and what to present.
	TLS TLS
}

// ProxyFromEnvironment makes requests use HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
const ProxyFromEnvironment = exchange.ProxyFromEnvironment

// TLS says whom to trust, and what to present. Files are in PEM.
type TLS struct {
	// CA is a file of certificates to trust beside those of the system.
	CA string
	// Certificate and Key are files that the client shows itself with.
	Certificate, Key string
	// Insecure verifies nothing.
	Insecure bool
}

// KnownFailing is a transaction that is known to fail, and where that is listed.
type KnownFailing struct {
	Name transaction.Name
	At   transaction.Position
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
	if c.Timeout < 0 {
		c.Timeout = 0 // as exchange.Options has it
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
		if c.Handler != nil && len(c.Handlers) == 0 && !c.standing() {
			c.Workers = runtime.GOMAXPROCS(0)
		}
	}
	return c
}

// standing reports whether a server of another process stands on the database, which transactions then share.
func (c Config) standing() bool { return c.Database != nil && c.Database.Database != "" }
