package description

import "github.com/bailiff-dev/bailiff/harness/transaction"

// Error is something wrong with a description, and the place that a person would edit.
type Error struct {
	// At is the place; its line is 0 when the whole file is meant.
	At transaction.Position
	// Msg says what is wrong and what to do.
	Msg string
	// Err is the cause; nil when there is none but the text itself.
	Err error
}

// Error writes the place and the message, as "api.apib:12:3: message".
func (e *Error) Error() string { return e.At.String() + ": " + e.Msg }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
