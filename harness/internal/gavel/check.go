package gavel

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Options says how closely to look. The zero value is Gavel's verdict.
type Options struct {
	// Match is the level; empty means structure.
	Match transaction.Match
	// Refer returns the text of the file that a $ref of the documented schema names, which is
	// relative to the description, and the name to show for it; nil means that a schema refers to
	// itself only.
	Refer func(ref string) (text, name string, err error)
	// Explain fills Result.Excused.
	Explain bool
	// NoDefaults leaves out what Defaults declares, which otherwise comes before Volatile.
	NoDefaults bool
	// Volatile declares the parts of a body, and the headers, that may vary. At the levels type and
	// value such a part must be there and be of its kind, and nothing else. Where several
	// declarations cover a part, the last one counts. See CheckVolatile for what makes sense.
	Volatile []transaction.Volatile
}

const (
	// keptSchemas is how many compiled schemas a Checker keeps; a large description has a few
	// hundred.
	keptSchemas = 512
	// keptPatterns is how many declarations of volatile parts it keeps.
	keptPatterns = 1024
)

// Checker gives verdicts. It keeps compiled schemas and patterns, and is safe for parallel use.
type Checker struct {
	schemas   *schemas
	volatiles *cache[transaction.Volatile, *volatile]
	defaults  *declarations
}

// New returns a Checker.
func New() *Checker {
	return &Checker{
		schemas:   newSchemas(),
		volatiles: newCache[transaction.Volatile, *volatile](keptPatterns),
		defaults:  newDefaults(),
	}
}

// Check holds a documented response against the real one. A documented status code of 0 and an
// empty documented body promise nothing.
func (c *Checker) Check(expected, real transaction.Response, o Options) Result {
	return c.CheckMessages(expectedMessage(expected), realMessage(real), o)
}

// CheckMessages is Check for messages that may leave parts out, as Gavel takes them.
func (c *Checker) CheckMessages(expected, real Message, o Options) Result {
	k := check{checker: c, level: levelOf(o.Match), options: o, expected: expected, real: real}
	k.declare()
	k.status()
	k.invalid(fieldHeaders)
	k.headers()
	k.invalid(fieldBody)
	k.body()
	k.example()
	return Result{Findings: k.out.list, Excused: k.excused.list, expected: expected, real: real, bodyKind: k.bodyKind}
}

// Result is the verdict on one response.
type Result struct {
	// Findings holds the differences: first the status code, then the headers in the order of the
	// documentation, then the body in the order of the documented body. It is nil when there are
	// none. Their place in the documentation, At, is not filled.
	Findings []transaction.Finding
	// Excused holds the places that were held against a declaration, or a list against a set, in
	// the order of Findings and at most 1000 of them. It is filled when Options.Explain asks for it.
	Excused []transaction.Excused

	expected, real Message
	bodyKind       Kind
}

// OK reports that the response is as documented; findings that only warn do not count.
func (r Result) OK() bool { return !transaction.Fails(r.Findings) }

// level orders the levels, so that they can be compared.
type level uint8

const (
	structure level = iota
	types
	values
)

func levelOf(m transaction.Match) level {
	switch m {
	case transaction.MatchType:
		return types
	case transaction.MatchValue:
		return values
	}
	return structure
}

// check is one verdict in the making.
type check struct {
	checker        *Checker
	level          level
	options        Options
	expected, real Message
	declared       declarations // by Options.Volatile
	wrong          []*volatile  // those of them that make no sense
	out            findings
	excused        excuses
	bodyKind       Kind
}

// The fields of a finding, in Gavel's words.
const (
	fieldStatus  = "statusCode"
	fieldHeaders = "headers"
	fieldBody    = "body"
)

func (k *check) status() {
	if k.expected.StatusCode == "" || k.expected.StatusCode == k.real.StatusCode {
		return
	}
	k.out.add(transaction.Finding{
		ID:    StatusCodeMismatch,
		Field: fieldStatus,
		Message: fmt.Sprintf("Expected status code '%s', but got '%s'.",
			k.expected.StatusCode, k.real.StatusCode),
		Expected: k.expected.StatusCode, HasExpected: true,
		Real: k.real.StatusCode, HasReal: true,
	})
}

// maxFindings bounds the list of findings of one response. Nobody reads that many.
const maxFindings = 1000

// findings collects findings up to maxFindings.
type findings struct {
	list []transaction.Finding
	cut  bool
}

// add appends a finding, or, in place of the first one too many, a finding that says so.
func (f *findings) add(finding transaction.Finding) {
	if finding.Severity == "" {
		finding.Severity = transaction.SeverityError
	}
	switch {
	case f.cut:
	case len(f.list) < maxFindings:
		f.list = append(f.list, finding)
	default:
		f.cut = true
		f.list = append(f.list, transaction.Finding{
			ID:       FindingsCut,
			Severity: transaction.SeverityError,
			Field:    finding.Field,
			Message:  fmt.Sprintf("More than %d differences; the rest is not listed.", maxFindings),
		})
	}
}
