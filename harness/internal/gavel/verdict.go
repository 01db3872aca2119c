package gavel

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Kind is how a field was compared, in Gavel's words.
type Kind string

// The kinds. A body that could not be compared has none, which is null in JSON.
const (
	KindText Kind = "text"
	KindJSON Kind = "json"
)

// MarshalJSON writes the empty kind as null.
func (k Kind) MarshalJSON() ([]byte, error) {
	if k == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(k))
}

// Verdict is a result in Gavel's own form, ready to be written as JSON.
type Verdict struct {
	Valid  bool   `json:"valid"`
	Fields Fields `json:"fields"`
}

// Fields holds the fields that were looked at; the others are nil.
type Fields struct {
	StatusCode *Field `json:"statusCode,omitempty"`
	Headers    *Field `json:"headers,omitempty"`
	Body       *Field `json:"body,omitempty"`
}

// Field is the verdict on one part of the response.
type Field struct {
	Valid  bool    `json:"valid"`
	Kind   Kind    `json:"kind"`
	Values Values  `json:"values"`
	Errors []Error `json:"errors"`
}

// Values holds what was compared. Expected is nil when only a schema is documented.
type Values struct {
	Expected any `json:"expected,omitempty"`
	Actual   any `json:"actual"`
}

// Error is one difference.
type Error struct {
	Message  string    `json:"message"`
	Location *Location `json:"location,omitempty"`
}

// Location is where in a field a difference is.
type Location struct {
	Pointer  string   `json:"pointer"`
	Property []string `json:"property"`
}

// headerValues are the headers of one side as Gavel shows them: names and values in lower case.
type headerValues transaction.Headers

func lowered(h transaction.Headers) headerValues {
	list := headerValues{}
	for i, f := range h {
		if _, again := headerValue(h[:i], f.Name); again {
			continue
		}
		value, _ := headerValue(h, f.Name)
		list = append(list, transaction.Header{Name: strings.ToLower(f.Name), Value: strings.ToLower(value)})
	}
	return list
}

// MarshalJSON writes an object with the headers in their order.
func (h headerValues) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range h {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, s := range []string{f.Name, f.Value} {
			text, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b.WriteByte(':')
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Verdict writes the result in Gavel's form. At the level structure it is what Gavel 9.1.5 says;
// the stricter levels say more in the same form.
func (r Result) Verdict() Verdict {
	v := Verdict{Valid: r.OK()}
	if r.expected.StatusCode != "" {
		v.Fields.StatusCode = r.field(fieldStatus, KindText, Values{r.expected.StatusCode, r.real.StatusCode})
	}
	if r.expected.HasHeaders {
		values := Values{lowered(r.expected.Headers), lowered(r.real.Headers)}
		v.Fields.Headers = r.field(fieldHeaders, KindJSON, values)
	}
	if r.expected.HasBody || r.expected.HasSchema || r.real.Problem != nil {
		values := Values{Actual: r.real.Body}
		if r.expected.HasBody {
			values.Expected = r.expected.Body
		}
		v.Fields.Body = r.field(fieldBody, r.bodyKind, values)
	}
	return v
}

// Messages returns what was compared.
func (r Result) Messages() (expected, real Message) { return r.expected, r.real }

// Shown returns the result as one of other messages and findings, such as ones without their
// secrets, for Verdict to show.
func (r Result) Shown(expected, real Message, findings []transaction.Finding) Result {
	r.expected, r.real, r.Findings = expected, real, findings
	return r
}

func (r Result) field(name string, kind Kind, values Values) *Field {
	f := &Field{Kind: kind, Values: values, Errors: []Error{}}
	for _, finding := range r.Findings {
		if finding.Field == name && finding.Severity != transaction.SeverityWarning {
			f.Errors = append(f.Errors, gavelError(finding))
		}
	}
	f.Valid = len(f.Errors) == 0
	return f
}

func gavelError(f transaction.Finding) Error {
	e := Error{Message: f.Message}
	if hasLocation(f.ID) {
		at := gavelPointer(f.ID, f.Pointer)
		e.Location = &Location{at, strings.FieldsFunc(at, func(r rune) bool { return r == '/' })}
	}
	return e
}
