package wire

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// verdict is what the member test says in short.
type verdict struct {
	has       bool // there is a verdict: only an error before the response leaves none
	validated bool // the response was held against the documentation
	valid     bool
	status    string // "pass", "fail" or "skip"
	message   string
	findings  []transaction.Finding
}

// judge draws the verdict as Dredd does, from a transaction and what came of it so far.
func judge(t *transaction.Transaction, o *transaction.Outcome) verdict {
	if o == nil {
		return verdict{}
	}
	v := verdict{has: t.Real != nil || o.Status != transaction.Error, findings: slices.Clone(o.Findings)}
	v.validated = t.Real != nil && o.Status != transaction.Error
	v.valid = v.validated && o.Status != transaction.Fail && !transaction.Fails(o.Findings)
	switch {
	case t.Skip || o.Status == transaction.Skip:
		v.status = "skip"
	case v.valid:
		v.status = "pass"
	default:
		v.status = "fail"
	}
	v.message = message(t, o, v.validated)
	return v
}

// message is Dredd's text about a transaction: what its hooks decided, or the findings.
func message(t *transaction.Transaction, o *transaction.Outcome, validated bool) string {
	switch {
	case !validated && t.Skip:
		return "Skipped in before hook"
	case !validated && t.Fail != "":
		return "Failed in before hook: " + t.Fail
	case o.Reason != "":
		return o.Reason
	case validated:
		return findingsText(o.Findings)
	}
	return string(t.Name)
}

// findingsText has a line per finding, in Dredd's order of the fields, which is not Gavel's.
func findingsText(findings []transaction.Finding) string {
	var b strings.Builder
	for _, field := range []string{"headers", "body", "statusCode"} {
		for _, f := range findings {
			if f.Field == field && f.Severity != transaction.SeverityWarning {
				b.WriteString(field + ": " + f.Message + "\n")
			}
		}
	}
	return b.String()
}

func sameVerdict(a, b verdict) bool {
	return a.validated == b.validated && a.valid == b.valid && slices.EqualFunc(a.findings, b.findings, sameFinding)
}

func sameFinding(a, b transaction.Finding) bool {
	return a.Field == b.Field && a.Pointer == b.Pointer && a.Message == b.Message && a.Severity == b.Severity
}

// encodeCame writes the members about the response and the verdict on it.
func (r *Record) encodeCame(now, was *view, o *transaction.Outcome, e Event) {
	if o != nil && !o.Started.IsZero() {
		r.put("startedAt", false, func() json.RawMessage {
			return strconv.AppendInt(nil, o.Started.UnixMilli(), 10)
		})
	}
	judged := e == AfterEach || e == AfterAll
	if fresh := !r.members.has("test") || !sameVerdict(now.v, was.v); judged && now.v.validated && fresh {
		r.members.Set("results", encodeResults(now))
	}
	r.put("results", false, func() json.RawMessage { return json.RawMessage("{}") })
	r.put("errors", false, func() json.RawMessage { return json.RawMessage("[]") })
	if judged && o != nil && !r.noted {
		r.noteErrors(now.t, o)
	}
	encodeReal(&r.members, "real", now.t.Real, was.t.Real)
	if judged && o != nil && now.v.has {
		r.encodeTest(now, was, o)
	}
}

// noteErrors adds to the member errors what Dredd notes there: what kept the transaction from running.
func (r *Record) noteErrors(t *transaction.Transaction, o *transaction.Outcome) {
	severity, text := "error", ""
	r.noted = true
	switch {
	case o.Status == transaction.Error:
		text = o.Reason
	case t.Real == nil && t.Skip:
		severity, text = "warning", "Skipped in before hook"
	case t.Real == nil && t.Fail != "":
		text = "Failed in before hook: " + t.Fail
	}
	raw, _ := r.members.Get("errors")
	list, err := ParseArray(raw)
	if text == "" || err != nil {
		return
	}
	var entry Object
	entry.Set("severity", quote(severity))
	entry.Set("message", quote(text))
	r.members.Set("errors", encodeArray(append(list, entry.raw())))
}

func encodeArray(elements []json.RawMessage) json.RawMessage {
	b := []byte{'['}
	for i, e := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, e...)
	}
	return append(b, ']')
}

// encodeTest writes the member test. Only what is in there reaches Dredd's reporters.
func (r *Record) encodeTest(now, was *view, o *transaction.Outcome) {
	had := r.members.has("test")
	test := inner(&r.members, "test")
	put := func(key string, changed bool, value json.RawMessage) {
		if (changed || !test.has(key)) && value != nil {
			test.Set(key, value)
		}
	}
	put("status", now.v.status != was.v.status, quote(now.v.status))
	put("title", false, r.member("id"))
	put("message", now.v.message != was.v.message, quote(now.v.message))
	put("origin", now.t.Origin != was.t.Origin, r.member("origin"))
	put("startedAt", false, r.member("startedAt"))
	put("errors", false, r.member("errors"))
	put("start", false, timestamp(o.Started))
	if now.v.validated && !had { // without a verdict, Dredd has the request first
		put("actual", false, r.member("real"))
		put("expected", false, r.member("expected"))
		put("request", false, r.member("request"))
	}
	encodeRequest(&test, now.t.Request, was.t.Request)
	encodeExpected(&test, now.t.Expected, was.t.Expected)
	encodeReal(&test, "actual", now.t.Real, was.t.Real)
	if now.v.validated {
		put("valid", now.v.valid != was.v.valid, strconv.AppendBool(nil, now.v.valid))
	}
	put("results", !sameVerdict(now.v, was.v), r.member("results"))
	if o.Duration > 0 { // nothing more comes of it
		put("end", false, timestamp(o.Started.Add(o.Duration)))
		put("duration", false, strconv.AppendInt(nil, o.Duration.Milliseconds(), 10))
	}
	r.members.Set("test", test.raw())
}

// member is the text of a member, nil when there is none.
func (r *Record) member(key string) json.RawMessage {
	raw, _ := r.members.Get(key)
	return raw
}

// timestamp writes a time as JavaScript's Date does; nil when it is not known.
func timestamp(t time.Time) json.RawMessage {
	if t.IsZero() {
		return nil
	}
	return quote(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}
