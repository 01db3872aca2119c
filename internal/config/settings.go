package config

import (
	"time"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Settings is all that bailiff can be told, by files and by the command line. Make one with Load, or
// with Defaults.
type Settings struct {
	// File is the file that was read; "" when there is none.
	File string
	// Warnings are sentences about the file and the options, for people.
	Warnings []string

	Target
	Selection
	Verdict
	Order
	Reports

	Hooks Hooks
	HTTP  HTTP
	Data  Data

	// Loglevel is what is logged beside the results.
	Loglevel Loglevel
	// Color is "auto", "always" or "never".
	Color string
	// Init asks for a configuration, in place of a run.
	Init bool
	// Custom is data for hooks and reporters, under its names. Values are what YAML makes of them.
	Custom map[string]any
	// Extra holds what else a dredd.yml has, which hooks may look at.
	Extra map[string]any
	// Seed makes the fake data of hooks.
	Seed uint64
}

// Target is what is held against what.
type Target struct {
	// Path and Blueprint name API descriptions: paths, globs and URLs.
	Path      []string
	Blueprint string
	// Inline holds API descriptions themselves.
	Inline []Inline
	// Endpoint is the URL of the server under test.
	Endpoint string
	// Server is the command that starts it; "" when it runs already. ServerWait is how long that may
	// take.
	Server     string
	ServerWait time.Duration
	// AllExamples, Strict and Cache say how descriptions are compiled, StrictPermissions whether all their
	// tables of permissions have to be tested.
	AllExamples, Strict, StrictPermissions, Cache bool
}

// Inline is an API description that is part of a configuration file.
type Inline struct{ Location, Content string }

// Selection says which transactions run.
type Selection struct {
	Only, Method  []string
	Names, DryRun bool
	RerunFailed   bool
	KnownFailing  string // a file; "" for none
}

// Verdict says how responses are compared, and how that is shown.
type Verdict struct {
	Match            transaction.Match
	Volatile         []transaction.Volatile
	VolatileDefaults bool
	// Masked is false when secrets are shown as they are; Sanitize says more of what is masked.
	Masked   bool
	Sanitize harness.Sanitize
	Diff     string // "unified" or "side-by-side"
	Explain  bool
}

// Order says in which order transactions run, and when the run ends.
type Order struct {
	Sorted   bool
	Shuffle  uint64 // a seed; 0 keeps the order
	Bail     int    // failures until the run ends; 0 never does
	Parallel int    // 0 is one per processor, or one
}

// Hooks says which hooks run, and how.
type Hooks struct {
	Files     []string
	Language  string // "" tells it by the name of each file
	Require   string
	Unmatched harness.UnmatchedHooks
	Timeout   time.Duration // 0 is no limit
	Worker    Worker
}

// Data says where the databases of transactions come from.
type Data struct {
	// Postgres is where the server comes from; "" leaves that to the environment.
	Postgres postgres.Provider
	// Database is the URL of the one that the server under test stands on; "" when there is none to set back.
	Database string
	// Isolation is how transactions are kept apart; "" leaves that to what there is.
	Isolation postgres.Isolation
	// KeepFailed keeps the databases of transactions that fail, and DetectLeaks looks for what was written past
	// a transaction.
	KeepFailed, DetectLeaks bool
}

// Worker holds Dredd's options for hook handlers in milliseconds; 0 is the default of each.
type Worker struct {
	Timeout, ConnectTimeout, ConnectRetry, AfterConnectWait, TermTimeout, TermRetry int

	Host string
	Port int
}

// Reports says what is written about the run.
type Reports struct {
	Reporter, Output      []string
	InlineErrors, Details bool
}

// HTTP says what is sent beside the documented requests, and how the server is reached.
type HTTP struct {
	Header  []string
	User    string
	Timeout time.Duration
	Retries int

	Redirects              int
	Proxy                  string
	TLSCA, TLSCert, TLSKey string
	TLSInsecure            bool
}

// Loglevel is what is logged beside the results.
type Loglevel string

// The levels, each with what the ones behind it have.
const (
	LogDebug   Loglevel = "debug"
	LogWarning Loglevel = "warning"
	LogError   Loglevel = "error"
	LogSilent  Loglevel = "silent"
)

// Shows reports whether lines of a level are logged.
func (l Loglevel) Shows(line Loglevel) bool {
	rank := map[Loglevel]int{LogDebug: 0, LogWarning: 1, LogError: 2, LogSilent: 3}
	return rank[line] >= rank[l]
}

// Defaults returns what holds when nothing is said.
func Defaults() Settings {
	return Settings{
		Target:   Target{ServerWait: 3 * time.Second, Cache: true},
		Verdict:  Verdict{Match: transaction.MatchStructure, VolatileDefaults: true, Masked: true, Diff: "unified"},
		Hooks:    Hooks{Timeout: time.Minute, Worker: Worker{Host: "127.0.0.1"}},
		HTTP:     HTTP{Timeout: 30 * time.Second},
		Loglevel: LogWarning,
		Color:    "auto",
		Seed:     1,
	}
}

// Named reports whether settings name an API description.
func (t *Target) Named() bool { return len(t.Path) > 0 || t.Blueprint != "" || len(t.Inline) > 0 }

// Descriptions lists the API descriptions in the order of Dredd: those of path, then the others.
func (t *Target) Descriptions() []string {
	list := append([]string(nil), t.Path...)
	if t.Blueprint != "" {
		list = append(list, t.Blueprint)
	}
	return list
}
