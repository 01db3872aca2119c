// Package transaction is the vocabulary of bailiff: what a documented HTTP exchange is, what
// came of running it, and where in the documentation it is written.
//
// Every stage of the harness speaks in these types and imports them; the package itself imports
// the standard library only. It does no work: compiling, running, judging and reporting live in
// packages of their own.
//
// The names are Dredd's and Gavel's, so that somebody who knows a Dredd hook file knows them:
//
//	t.Name               // "Event Topics > Event Topic Details > Update Event Topic"
//	t.Request.URI        // "/v1/event-topics/1"
//	t.Expected.StatusCode // 200
//	t.Skip = true        // do not send it
package transaction
