package transaction

import "fmt"

// Severity is how bad an Annotation is.
type Severity string

// The severities. An error stops the run before the first request.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Annotation is something that a parser or the compiler has to say about a description.
type Annotation struct {
	Severity Severity
	// Component is the part that speaks, in Dredd's words: "apiDescriptionParser",
	// "parametersValidation" or "uriTemplateExpansion".
	Component string
	Message   string
	// At is the place it speaks of; File is always set.
	At Position
	// End is the last character of what it speaks of; zero when no more than At is known. It can
	// be in another file than At, where a description is made of several.
	End Position
	// Origin names the transaction it is about, with an empty Filename when it is about none.
	Origin Origin
}

// String writes the annotation as one line: "events.apib:12:3: warning: message".
func (a Annotation) String() string { return fmt.Sprintf("%s: %s: %s", a.At, a.Severity, a.Message) }
