package hook

import "errors"

// ErrAbort is wrapped by the error of a Runner that cannot go on, such as a handler whose process
// died: no further transaction is run, and what has run until then is reported.
var ErrAbort = errors.New("the run was aborted")

// Skip returns an error that makes a hook skip its transaction, with the reason in a sentence. Before
// the request, nothing is sent and no further before hook runs; after it, the transaction is reported as
// skipped whatever came of it. after and afterEach hooks run in either case.
func Skip(reason string) error { return &skipped{reason} }

type skipped struct{ reason string }

// Error says that the transaction was skipped, and why.
func (s *skipped) Error() string { return "skipped: " + s.reason }
