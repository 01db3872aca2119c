package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// encodeResults writes the findings in the form of Gavel 9's result: for each field that was held
// against the documentation whether it is valid, the two values, and the errors.
func encodeResults(now *view) json.RawMessage {
	expected, real := now.t.Expected, now.t.Real
	var f Object
	put := func(name, kind string, values Object, demanded bool) {
		errs := encodeFindings(now.v.findings, name)
		if !demanded && len(errs) == 0 {
			return
		}
		var field Object
		field.Set("valid", strconv.AppendBool(nil, len(errs) == 0))
		field.Set("kind", quote(kind))
		field.Set("values", values.raw())
		field.Set("errors", encodeArray(errs))
		f.Set(name, field.raw())
	}
	var status Object
	if expected.StatusCode != 0 {
		status.Set("expected", quote(strconv.Itoa(expected.StatusCode)))
	}
	status.Set("actual", quote(strconv.Itoa(real.StatusCode)))
	put("statusCode", "text", status, expected.StatusCode != 0)

	var headers Object
	wanted, got := lowerHeaders(expected.Headers, false), lowerHeaders(real.Headers, true)
	headers.Set("expected", wanted.raw())
	headers.Set("actual", got.raw())
	put("headers", "json", headers, true)

	var body Object
	actual := encodeBody(real.Body).body
	body.Set("actual", actual)
	if expected.Body != "" {
		body.Set("expected", encodeBody(expected.Body).body)
	}
	put("body", bodyKind(expected, *real), body, expected.Body != "" || expected.Schema != "")

	var o Object
	o.Set("valid", strconv.AppendBool(nil, now.v.valid))
	o.Set("fields", f.raw())
	return o.raw()
}

// lowerHeaders writes headers as Gavel compares them: names and values in lower case.
func lowerHeaders(headers transaction.Headers, isReal bool) Object {
	low := make(transaction.Headers, len(headers))
	for i, h := range headers {
		low[i] = transaction.Header{Name: strings.ToLower(h.Name), Value: strings.ToLower(h.Value)}
	}
	return encodeHeaders(low, isReal)
}

// bodyKind is how Gavel compares bodies: as JSON when both are, else as text.
func bodyKind(expected, real transaction.Response) string {
	if utf8.ValidString(real.Body) && json.Valid([]byte(real.Body)) && (expected.Body == "" || json.Valid([]byte(expected.Body))) {
		return "json"
	}
	return "text"
}

func encodeFindings(findings []transaction.Finding, field string) []json.RawMessage {
	var all []json.RawMessage
	for _, f := range findings {
		if f.Field != field || f.Severity == transaction.SeverityWarning {
			continue
		}
		var e Object
		e.Set("message", quote(f.Message))
		if f.Pointer != "" {
			var location Object
			location.Set("pointer", quote(f.Pointer))
			location.Set("property", encodeArray(pointerSteps(f.Pointer)))
			e.Set("location", location.raw())
		}
		all = append(all, e.raw())
	}
	return all
}

// pointerSteps splits a JSON Pointer (RFC 6901).
func pointerSteps(pointer string) []json.RawMessage {
	var steps []json.RawMessage
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		steps = append(steps, quote(strings.NewReplacer("~1", "/", "~0", "~").Replace(step)))
	}
	return steps
}

// decodeResults reads Gavel's result. What it cannot tell, such as our kind of a finding, is made up:
// the id is that of the field.
func decodeResults(raw json.RawMessage) []transaction.Finding {
	var results struct {
		Fields map[string]struct {
			Errors []struct {
				Message  string
				Location struct{ Pointer string }
			}
		}
	}
	if json.Unmarshal(raw, &results) != nil {
		return nil
	}
	var all []transaction.Finding
	for _, field := range []struct{ name, id string }{
		{"statusCode", "status-code-mismatch"},
		{"headers", "header-mismatch"},
		{"body", "body-mismatch"},
	} {
		for _, e := range results.Fields[field.name].Errors {
			all = append(all, transaction.Finding{
				ID: field.id, Severity: transaction.SeverityError,
				Field: field.name, Pointer: e.Location.Pointer, Message: e.Message,
			})
		}
	}
	return all
}
