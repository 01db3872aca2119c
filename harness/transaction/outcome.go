package transaction

import "time"

// Status is what came of a transaction. The set is closed.
type Status string

// The statuses. A mismatch is Fail; Error means that the transaction could not be carried out
// (no connection, a hook that returned an error).
const (
	Pass  Status = "pass"
	Fail  Status = "fail"
	Skip  Status = "skip"
	Error Status = "error"
)

// Outcome is the result of one transaction.
type Outcome struct {
	Transaction *Transaction
	Status      Status
	// Reason says in a sentence why it was skipped, failed by a hook, or could not be carried out; ""
	// when Findings say it all.
	Reason string
	// Unselected says that it was skipped since the run is not about it: a dry run, or a selection by
	// names or methods. Reason says which.
	Unselected bool
	// Findings holds each difference between what is documented and what came, in the order
	// status code, headers, body. Those of SeverityWarning fail nothing.
	Findings []Finding
	// Excused holds the places that were not held against what is documented, since they are
	// declared volatile. It is filled when the run is asked to explain itself.
	Excused []Excused
	// Source is where the transaction is documented. It is filled for failures and errors only:
	// finding it costs a second look at the description.
	Source Source
	// Database is the name of the database that was kept for a look as the transaction left it; "" when none
	// was.
	Database string
	Started  time.Time
	Duration time.Duration
}

// Finding is one difference between documentation and reality.
type Finding struct {
	// ID is stable and in kebab-case, such as "body-missing-key"; texts may change, ids do not.
	ID string
	// Severity is SeverityError for what fails a transaction, and SeverityWarning for what is only
	// worth mending.
	Severity Severity
	// Field is the part of the response in Gavel's words: "statusCode", "headers" or "body". What a cell
	// of a table of permissions is contradicted by is called "permission".
	Field string
	// Pointer is the JSON Pointer (RFC 6901) within the field; "" is the whole of it. A header is
	// pointed at by a slash and its lower-case name.
	Pointer string
	// SchemaPointer is the JSON Pointer of the keyword, within Response.Schema, that a finding about
	// a schema comes from; "" for every other finding, and for the schema as a whole.
	SchemaPointer string
	// Message is a sentence for people, in Gavel's words where Gavel has some.
	Message string
	// Expected and Real are the two values: nil, bool, json.Number, string, []any or
	// map[string]any for JSON, string for everything else. HasExpected and HasReal tell an
	// absent value from a null.
	Expected, Real       any
	HasExpected, HasReal bool
	// At is the line of the documentation that is not true.
	At Position
}

// Fails reports whether any of the findings is of SeverityError.
func Fails(findings []Finding) bool {
	for _, f := range findings {
		if f.Severity != SeverityWarning {
			return true
		}
	}
	return false
}

// Excused is a place that was held against a declaration instead of what is documented.
type Excused struct {
	// Field is "headers" or "body", and Pointer the place in it, as in Finding.
	Field, Pointer string
	// By is the declaration.
	By Volatile
}

// Stats counts outcomes.
type Stats struct{ Passes, Failures, Errors, Skipped int }

// Add counts one more.
func (s *Stats) Add(status Status) {
	switch status {
	case Pass:
		s.Passes++
	case Fail:
		s.Failures++
	case Error:
		s.Errors++
	case Skip:
		s.Skipped++
	}
}

// Total is the number of transactions counted.
func (s Stats) Total() int { return s.Passes + s.Failures + s.Errors + s.Skipped }

// OK reports that nothing failed and nothing was left undone by an error.
func (s Stats) OK() bool { return s.Failures == 0 && s.Errors == 0 }
