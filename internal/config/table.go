package config

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Table lists all options, in the order of help texts. Each is here once: the command line and the files
// are both read by it. Nobody may change it: it is made once, since each command asks for it.
func Table() []Option { return table() }

var table = sync.OnceValue(func() []Option {
	return slices.Concat(
		targetOptions(), selectOptions(), requestOptions(), verdictOptions(),
		hookOptions(), databaseOptions(), reportOptions(), otherOptions(), workerOptions(), goneOptions(),
	)
})

// inGroup sets the group of options.
func inGroup(g Group, options []Option) []Option {
	for i := range options {
		options[i].Group = g
	}
	return options
}

func targetOptions() []Option {
	return inGroup(GroupTarget, []Option{
		{Name: "path", Alias: "p", Word: "FILE", Usage: "an API description, beside those that are arguments; a path, a pattern or a URL", value: texts(func(s *Settings) *[]string { return &s.Path })},
		{Name: "blueprint", Word: "FILE", Usage: "the API description, as the argument DESCRIPTION", value: text(func(s *Settings) *string { return &s.Blueprint })},
		{Name: "apiDescriptions", Where: Files, Usage: "API descriptions themselves, in place of their paths", value: value{kind: "a text, or a list of texts"}.readBy("", readInline)},
		{Name: "endpoint", Word: "URL", Usage: "where the server under test is, as the argument URL", value: text(func(s *Settings) *string { return &s.Endpoint })},
		{Name: "server", Alias: "g", Word: "COMMAND", Brief: "start the server by this command, and stop it", Usage: "start the server under test by this command, and stop it afterwards with all its children", value: text(func(s *Settings) *string { return &s.Server })},
		{Name: "server-wait", Word: "SECONDS", Default: "3", Usage: "how long the server may take until it listens", value: duration(func(s *Settings) *time.Duration { return &s.ServerWait }, time.Second, true)},
		{Name: "config", Word: "FILE", Where: CommandLine, Brief: "read options from here (bailiff.yml, dredd.yml)", Usage: "read the options from this file, by the rules of dredd.yml unless its name begins with bailiff", Default: "bailiff.yml, else dredd.yml", value: text(func(s *Settings) *string { return &s.File })},
		{Name: "all-examples", Ours: true, Usage: "also run the examples that Dredd passes over", value: truth(func(s *Settings) *bool { return &s.AllExamples })},
		{Name: "strict-descriptions", Ours: true, Usage: "fail when a documented action cannot be made a transaction, or when there are none", value: truth(func(s *Settings) *bool { return &s.Strict })},
		{Name: "strict-permissions", Ours: true, Usage: "fail when a table of permissions has no hook, or nearly is one", value: truth(func(s *Settings) *bool { return &s.StrictPermissions })},
		{Name: "cache", Ours: true, Default: "true", Usage: "keep compiled descriptions for the next time", value: truth(func(s *Settings) *bool { return &s.Cache })},
		{Name: "init", Alias: "i", Where: CommandLine, Usage: "ask a few questions and write a configuration, as bailiff init does", value: truth(func(s *Settings) *bool { return &s.Init })},
	})
}

func selectOptions() []Option {
	return inGroup(GroupSelect, []Option{
		{Name: "names", Alias: "n", Brief: "print the names of the transactions alone", Usage: "print the names of the transactions, and send nothing", value: truth(func(s *Settings) *bool { return &s.Names })},
		{Name: "only", Alias: "x", Word: "NAME", Brief: "run only this transaction (repeatable)", Usage: "run only the transaction of this name", value: texts(func(s *Settings) *[]string { return &s.Only })},
		{Name: "method", Alias: "m", Word: "METHOD", Usage: "run only requests of this method", value: texts(func(s *Settings) *[]string { return &s.Method }, methodName)},
		{Name: "dry-run", Alias: "y", Usage: "compile and run hooks, but send nothing", value: truth(func(s *Settings) *bool { return &s.DryRun })},
		{Name: "sorted", Alias: "s", Usage: "run in the order in which a resource lives: POST before GET before DELETE", value: truth(func(s *Settings) *bool { return &s.Sorted })},
		{Name: "shuffle", Ours: true, Word: "SEED", Usage: "run in an order that this number makes", value: seed(func(s *Settings) *uint64 { return &s.Shuffle })},
		{Name: "bail", Ours: true, Word: "N", Brief: "stop after N failures", Usage: "end the run after N failures, or after the first", value: whole(func(s *Settings) *int { return &s.Bail }, 0, math.MaxInt).without("1")},
		{Name: "parallel", Also: "workers", Ours: true, Word: "N", Default: "one per processor with a server in this process, else 1", Usage: "run N transactions at a time; results keep their order", value: whole(func(s *Settings) *int { return &s.Parallel }, 0, math.MaxInt)},
		{Name: "rerun-failed", Ours: true, Brief: "run only what failed the last time", Usage: "run only what failed the last time", value: truth(func(s *Settings) *bool { return &s.RerunFailed })},
		{Name: "known-failing", Ours: true, Word: "FILE", Usage: "skip the transactions that this file lists, a name a line, as long as they fail; one that passes is a failure", value: text(func(s *Settings) *string { return &s.KnownFailing })},
	})
}

func requestOptions() []Option {
	return inGroup(GroupRequest, []Option{
		{Name: "header", Alias: "h", Word: "NAME:VALUE", Brief: "send this with every request (repeatable)", Usage: "send this header with every request", value: texts(func(s *Settings) *[]string { return &s.HTTP.Header }, headerLine)},
		{Name: "user", Alias: "u", Word: "USER:PASSWORD", Usage: "send these credentials with every request (Basic)", value: text(func(s *Settings) *string { return &s.HTTP.User })},
		{Name: "timeout", Ours: true, Word: "TIME", Default: "30s", Usage: "how long a request may take, and its response; 0 is no limit", value: duration(func(s *Settings) *time.Duration { return &s.HTTP.Timeout }, time.Second, true)},
		{Name: "retries", Ours: true, Word: "N", Default: "0", Usage: "send a request again, up to N times, that met no server", value: whole(func(s *Settings) *int { return &s.HTTP.Retries }, 0, math.MaxInt)},
		{Name: "redirects", Ours: true, Word: "N", Default: "0", Usage: "follow up to N redirects of a response, in place of comparing the redirect", value: whole(func(s *Settings) *int { return &s.HTTP.Redirects }, 0, math.MaxInt)},
		{Name: "proxy", Ours: true, Word: "URL", Usage: "send requests through this proxy; \"environment\" takes the one of HTTP_PROXY, HTTPS_PROXY and NO_PROXY", value: text(func(s *Settings) *string { return &s.HTTP.Proxy })},
		{Name: "tls-ca", Ours: true, Word: "FILE", Usage: "trust these certificates too (PEM)", value: text(func(s *Settings) *string { return &s.HTTP.TLSCA })},
		{Name: "tls-cert", Ours: true, Word: "FILE", Usage: "show the server this certificate (PEM)", value: text(func(s *Settings) *string { return &s.HTTP.TLSCert })},
		{Name: "tls-key", Ours: true, Word: "FILE", Usage: "the key of --tls-cert (PEM)", value: text(func(s *Settings) *string { return &s.HTTP.TLSKey })},
		{Name: "tls-insecure", Ours: true, Usage: "do not verify the certificate of the server", value: truth(func(s *Settings) *bool { return &s.HTTP.TLSInsecure })},
		{Name: "http", Where: Files, Usage: "how the server is reached, in Dredd's words", value: value{kind: "an object, see below"}.readBy("", readHTTP)},
	})
}

func verdictOptions() []Option {
	levels := []transaction.Match{transaction.MatchStructure, transaction.MatchType, transaction.MatchValue}
	return inGroup(GroupVerdict, []Option{
		{Name: "match", Ours: true, Word: "LEVEL", Brief: "compare by structure (as Dredd), type or value", Default: "structure; demo: value", Usage: "how strictly responses are compared: structure (as Dredd), type or value", value: word(func(s *Settings) *transaction.Match { return &s.Match }, levels...)},
		{Name: "volatile", Ours: true, Word: "PLACE=KIND", Usage: "what may vary, as in '/data/*/seen-at=date-time', '/code=regexp:[A-Z]+' or 'header:ETag=any'", value: volatiles()},
		{Name: "volatile-defaults", Ours: true, Default: "true", Usage: "let vary what does by its nature, such as the header Date; --explain shows what", value: truth(func(s *Settings) *bool { return &s.VolatileDefaults })},
		{Name: "diff", Ours: true, Word: "LAYOUT", Default: "unified", Usage: "how differences are laid out: unified or side-by-side", value: word(func(s *Settings) *string { return &s.Diff }, "unified", "side-by-side")},
		{Name: "explain", Ours: true, Usage: "say which parts were not compared, and by which declaration", value: truth(func(s *Settings) *bool { return &s.Explain })},
		{Name: "sanitize", Ours: true, Default: "true", Usage: "mask secrets, such as tokens and passwords, in all that is printed", value: truth(func(s *Settings) *bool { return &s.Masked }).readBy("true or false, or an object, see below", readSanitize)},
	})
}

func hookOptions() []Option {
	return inGroup(GroupHooks, []Option{
		{Name: "hookfiles", Alias: "f", Word: "FILE", Brief: "use these hooks, in any language (repeatable)", Usage: "a file with hooks; a path or a pattern", value: texts(func(s *Settings) *[]string { return &s.Hooks.Files })},
		{Name: "language", Alias: "a", Word: "LANGUAGE", Default: "what the name of each file tells, else nodejs", Usage: "language of the hook files: nodejs, go, perl, php, python, ruby, rust, or the command line of a hook handler", value: text(func(s *Settings) *string { return &s.Hooks.Language })},
		{Name: "require", Word: "MODULE", Usage: "a module that JavaScript hook files need loaded before them, a compiler say", value: text(func(s *Settings) *string { return &s.Hooks.Require })},
		{Name: "hook-timeout", Ours: true, Word: "TIME", Default: "1m", Usage: "how long a hook in Go or JavaScript may take; 0 is no limit", value: duration(func(s *Settings) *time.Duration { return &s.Hooks.Timeout }, time.Second, true)},
		{Name: "unmatched-hooks", Ours: true, Word: "WORD", Default: "warn; of demo's own blueprints: error", Usage: "what a hook is whose name matches no transaction: error, warn or ignore", value: word(func(s *Settings) *harness.UnmatchedHooks { return &s.Hooks.Unmatched }, harness.UnmatchedError, harness.UnmatchedWarn, harness.UnmatchedIgnore)},
		{Name: "custom", Alias: "j", Word: "KEY:VALUE", Usage: "data for hooks and reporters", value: customs()},
		{Name: "seed", Ours: true, Word: "N", Default: "1", Usage: "what the fake data of hooks in Go is made of", value: seed(func(s *Settings) *uint64 { return &s.Seed })},
	})
}

// databaseOptions are about the databases that transactions have for themselves.
func databaseOptions() []Option {
	providers := []postgres.Provider{postgres.ProviderAuto, postgres.ProviderURL, postgres.ProviderDocker, postgres.ProviderEmbedded, postgres.ProviderLocal}
	isolations := []postgres.Isolation{postgres.IsolationAuto, postgres.IsolationRollback, postgres.IsolationDelete, postgres.IsolationClone}
	return inGroup(GroupData, []Option{
		{Name: "postgres", Ours: true, Word: "PROVIDER", Default: "what BAILIFF_POSTGRES says, else auto", Usage: "where Postgres comes from: auto, url (BAILIFF_POSTGRES_URL), docker, embedded (the npm package) or local (installed on this machine)", value: word(func(s *Settings) *postgres.Provider { return &s.Data.Postgres }, providers...)},
		{Name: "database", Ours: true, Word: "URL", Default: "what BAILIFF_DATABASE says", Usage: "the Postgres database that the server under test stands on, which is set back before each transaction to what it was at the beginning", value: text(func(s *Settings) *string { return &s.Data.Database })},
		{Name: "isolation", Ours: true, Word: "WAY", Default: "auto", Usage: "how transactions are kept apart: rollback, delete (with real commits), clone (a new database for each), or auto: delete for --database, else rollback", value: word(func(s *Settings) *postgres.Isolation { return &s.Data.Isolation }, isolations...)},
		{Name: "keep-failed", Ours: true, Usage: "keep the database of each transaction that fails, and say how to look into it", value: truth(func(s *Settings) *bool { return &s.Data.KeepFailed })},
		{Name: "detect-leaks", Ours: true, Usage: "fail a transaction when something was written past its clean database", value: truth(func(s *Settings) *bool { return &s.Data.DetectLeaks })},
	})
}

func reportOptions() []Option {
	return inGroup(GroupReport, []Option{
		{Name: "reporter", Alias: "r", Word: "NAME", Brief: "tell results as dot, junit, html, github, ...", Default: "cli", Usage: "how results are told, see bailiff help reporters", value: texts(func(s *Settings) *[]string { return &s.Reporter })},
		{Name: "output", Alias: "o", Word: "FILE", Brief: "write the report of the reporter there", Usage: "where the reports go: of the first reporter that writes a file, of the second, and so on; or NAME=FILE", value: texts(func(s *Settings) *[]string { return &s.Output }, filled)},
		{Name: "details", Alias: "d", Brief: "show what passes too", Usage: "print requests and responses of what passes too", value: truth(func(s *Settings) *bool { return &s.Details })},
		{Name: "inline-errors", Alias: "e", Usage: "print the details of a failure at once, in place of at the end", value: truth(func(s *Settings) *bool { return &s.InlineErrors })},
		{Name: "loglevel", Alias: "l", Word: "LEVEL", Default: "warning", Usage: "what is logged beside the results: debug, warning, error or silent", value: loglevels(func(s *Settings) *Loglevel { return &s.Loglevel })},
		{Name: "color", Word: "WHEN", Default: "auto", Usage: "colours: auto (on a terminal), always or never; --no-color is never", value: colors()},
	})
}

func otherOptions() []Option {
	return inGroup(GroupOther, []Option{
		{Name: "help", Where: CommandLine, Usage: "show help, and end", value: truth(func(*Settings) *bool { return new(bool) })},
		{Name: "version", Where: CommandLine, Usage: "show the version, and end", value: truth(func(*Settings) *bool { return new(bool) })},
	})
}

func workerOptions() []Option {
	ms := func(name, standard, usage string, at func(*Worker) *int) Option {
		return Option{Name: "hooks-worker-" + name, Word: "MS", Default: standard, Usage: usage, value: milliseconds(func(s *Settings) *int { return at(&s.Hooks.Worker) })}
	}
	return inGroup(GroupWorker, []Option{
		ms("timeout", "5000", "how long a handler may take to answer", func(w *Worker) *int { return &w.Timeout }),
		ms("connect-timeout", "10000", "how long a handler may take until it listens", func(w *Worker) *int { return &w.ConnectTimeout }),
		ms("connect-retry", "a few", "pause between attempts to connect", func(w *Worker) *int { return &w.ConnectRetry }),
		ms("after-connect-wait", "0", "pause after connecting", func(w *Worker) *int { return &w.AfterConnectWait }),
		ms("term-timeout", "5000", "how long a handler is asked to end before it is killed", func(w *Worker) *int { return &w.TermTimeout }),
		ms("term-retry", "500", "pause until a handler is asked again to end", func(w *Worker) *int { return &w.TermRetry }),
		{Name: "hooks-worker-handler-host", Word: "HOST", Default: "127.0.0.1", Usage: "where a handler listens", value: text(func(s *Settings) *string { return &s.Hooks.Worker.Host })},
		{Name: "hooks-worker-handler-port", Word: "PORT", Default: "a free one where it can be told, else 61321", Usage: "where a handler listens", value: whole(func(s *Settings) *int { return &s.Hooks.Worker.Port }, 0, math.MaxUint16)},
	})
}

// goneOptions are what Dredd once had.
func goneOptions() []Option {
	gone := func(instead string, names ...string) []Option {
		var list []Option
		for _, name := range names {
			o := Option{Name: name, Instead: instead, Removed: true, value: anything()}
			if len(name) == 1 {
				o.Alias = name
			}
			list = append(list, o)
		}
		return list
	}
	return inGroup("", slices.Concat(
		[]Option{
			{Name: "c", Alias: "c", Instead: "use color", value: colors()},
			{Name: "level", Word: "LEVEL", Instead: "use loglevel", value: oldLevels()},
			{Name: "l", Where: Files, Instead: "use loglevel", value: oldLevels()},
			{Name: "blueprintPath", Word: "FILE", Instead: "use path", Ignored: true, value: texts(func(*Settings) *[]string { return new([]string) })},
			{Name: "data", Word: "FILE", Instead: "use apiDescriptions", value: value{kind: "an object of texts"}.readBy("", readData)},
		},
		gone("lines of --loglevel debug have their time", "timestamp", "t"),
		gone("use --loglevel silent", "silent", "q"),
		gone("hooks have no sandbox any more: leave it out", "sandbox", "b"),
		gone("use hookfiles", "hooksData"),
	))
}
