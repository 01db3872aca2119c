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
	// Findings holds each difference between what is documented and what came, in the order
	// status code, headers, body.
	Findings []Finding
	// Source is where the transaction is documented. It is filled for failures and errors only:
	// finding it costs a second look at the description.
	Source   Source
	Started  time.Time
	Duration time.Duration
}

// Finding is one difference between documentation and reality.
type Finding struct {
	// ID is stable and in kebab-case, such as "body-missing-key"; texts may change, ids do not.
	ID string
	// Field is the part of the response in Gavel's words: "statusCode", "headers" or "body".
	Field string
	// Pointer is the JSON Pointer (RFC 6901) within the field; "" is the whole of it. Headers
	// are pointed at by their lower-case name.
	Pointer string
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
