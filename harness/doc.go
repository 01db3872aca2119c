// Package harness holds an API against its documentation: it reads descriptions, turns each
// documented example into an HTTP transaction, lets hooks seed a database for it, sends the
// request, and compares what comes back with what is documented.
//
// In a Go test, each transaction is a subtest:
//
//	func TestDocumentation(t *testing.T) {
//		harness.Test(t, harness.Config{
//			Descriptions: []string{"blueprints/api.apib"},
//			Handler:      func(db postgres.DB) http.Handler { return api.With(db) },
//			Database:     &postgres.Config{Migrator: postgres.Goose(migrations.FS)},
//			Hooks:        hooks.New(),
//		})
//	}
//
// Run does the same for a program, and reports to a Reporter. Config says more than those: which
// transactions are sent (Only, Methods, DryRun), in what order and how many at a time (Sorted, Shuffle,
// Workers), when to stop (Bail), what is known to fail (KnownFailing), how the server under test is started
// and reached (Server, Timeout, Retries, HTTP, Headers). The others are skipped, with their hooks, as Dredd
// does it. The package wires the stages; each
// stage is a package of its own and knows nothing of the others: description, apib, openapi, compile,
// cache, hook, postgres, exchange, content, gavel, sanitize, report. Compile stops after the
// transactions are made.
//
// Check and Validator hold responses against each other that are already there, and ReadRecording reads
// those that somebody recorded.
package harness
