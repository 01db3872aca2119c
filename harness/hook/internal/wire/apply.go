package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Decode reads a transaction that Dredd sent. The outcome is nil when there is no member test, so
// before the transaction was judged; its findings have the messages of Gavel and no values.
func Decode(data []byte) (*transaction.Transaction, *transaction.Outcome, *Record, error) {
	t, r := &transaction.Transaction{}, &Record{}
	o := &transaction.Outcome{Transaction: t}
	a := &answer{r: r, t: t, o: o, decoding: true}
	if err := a.apply(data, true); err != nil {
		return nil, nil, nil, err
	}
	if !truthy(r.member("test")) {
		o = nil
	}
	r.seen, r.noted = look(t, o), true
	return t, o, r, nil
}

// Apply takes over what a handler answered to the event: each member that it returned overwrites that
// of the record, and the transaction and its outcome where hooks may change them; what it left out
// stays as it was. nil and null change nothing.
//
// As in Dredd, request, expected and real count until the transaction is judged. After that, only what
// is in test is shown: test.request, test.expected, test.actual, test.message, and test.valid, which
// makes it fail or pass. After AfterAll nothing counts any more. o may be nil.
//
// An error says which member makes no sense; then nothing has changed.
func (r *Record) Apply(data []byte, t *transaction.Transaction, o *transaction.Outcome, e Event) error {
	a := &answer{r: r, t: t, o: o, e: e}
	return a.apply(data, false)
}

// Replace is Apply for an element of the list that beforeAll and afterAll have: it takes the place of
// the whole record, so members of hooks that it left out are gone.
func (r *Record) Replace(data []byte, t *transaction.Transaction, o *transaction.Outcome, e Event) error {
	a := &answer{r: r, t: t, o: o, e: e}
	return a.apply(data, true)
}

// Identity tells which transaction a JSON object is: it stays the same when hooks rename, change or
// move it. It is "" for what is no transaction.
func Identity(data []byte) string {
	o, err := ParseObject(data)
	if err != nil {
		return ""
	}
	id, _ := o.Get("id")
	raw, _ := o.Get("origin")
	origin, err := decodeOrigin(raw)
	if err != nil {
		return ""
	}
	return asText(id) + "\n" + string(encodeOrigin(origin))
}

// answer is an object on its way into a transaction.
type answer struct {
	r        *Record
	t        *transaction.Transaction
	o        *transaction.Outcome
	e        Event
	decoding bool     // nothing was known before
	set      []func() // what to do when all of it was understood
}

func (a *answer) apply(data []byte, replace bool) error {
	if len(data) == 0 || string(data) == "null" {
		return nil
	}
	got, err := ParseObject(data)
	if err != nil {
		return fmt.Errorf("read a transaction: %w", err)
	}
	for _, m := range got.members {
		if old := a.r.member(m.key); !bytes.Equal(old, m.value) {
			if err := a.member(m.key, old, m.value); err != nil {
				return fmt.Errorf("read %s of a transaction: %w", m.key, err)
			}
		}
	}
	if raw, ok := got.Get("test"); ok { // last, since it speaks of the others
		if err := a.test(a.r.member("test"), raw); err != nil {
			return fmt.Errorf("read test of a transaction: %w", err)
		}
	}
	for _, set := range a.set {
		set()
	}
	if replace {
		a.r.members = got
	} else {
		for _, m := range got.members {
			a.r.members.Set(m.key, m.value)
		}
	}
	a.r.seen = look(a.t, a.o)
	return nil
}

func (a *answer) do(set func()) { a.set = append(a.set, set) }

// member plans what one member changes.
func (a *answer) member(key string, old, raw json.RawMessage) error {
	switch key {
	case "name":
		setText(a, &a.t.Name, old, raw)
	case "host":
		setText(a, &a.t.Host, old, raw)
	case "port":
		setText(a, &a.t.Port, old, raw)
	case "protocol":
		setText(a, &a.t.Protocol, old, raw)
	case "fullPath":
		setText(a, &a.t.FullPath, old, raw)
	case "skip":
		if v := truthy(raw); v != truthy(old) {
			a.do(func() { a.t.Skip = v })
		}
	case "fail":
		if v := asReason(raw); v != asReason(old) {
			a.do(func() { a.t.Fail = v })
		}
	case "origin":
		origin, err := decodeOrigin(raw)
		a.do(func() { a.t.Origin = origin })
		return err
	case "startedAt":
		a.started(raw)
	case "request", "expected", "real":
		if a.judged() {
			return nil // too late: see Apply
		}
		return a.exchange(key, old, raw)
	}
	return nil
}

// judged reports that the verdict is spoken, so that only test counts.
func (a *answer) judged() bool { return !a.decoding && (a.e == AfterEach || a.e == AfterAll) }

func setText[S ~string](a *answer, into *S, old, raw json.RawMessage) {
	if s := asText(raw); s != asText(old) {
		a.do(func() { *into = S(s) })
	}
}

func (a *answer) started(raw json.RawMessage) {
	ms, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || !a.decoding {
		return
	}
	a.do(func() { a.o.Started = time.UnixMilli(int64(ms)).UTC() })
}

// exchange plans the change of a request or a response.
func (a *answer) exchange(key string, old, raw json.RawMessage) error {
	switch key {
	case "request":
		request, err := decodeRequest(old, raw, a.t.Request)
		a.do(func() { a.t.Request = request })
		return err
	case "expected":
		response, err := decodeResponse(old, raw, a.t.Expected, false)
		a.do(func() { a.t.Expected = response })
		return err
	default:
		if !truthy(raw) || (a.t.Real == nil && !a.decoding) {
			return nil // there is no response yet
		}
		was := transaction.Response{}
		if a.t.Real != nil {
			was = *a.t.Real
		}
		response, err := decodeResponse(old, raw, was, true)
		a.do(func() { a.t.Real = &response })
		return err
	}
}

// test plans the change of the verdict.
func (a *answer) test(old, raw json.RawMessage) error {
	if a.o == nil || a.e == AfterAll || !truthy(raw) {
		return nil
	}
	got, err := ParseObject(raw)
	if err != nil {
		return err
	}
	if a.decoding {
		a.do(func() { a.decodeTest(got) })
		return nil
	}
	was, _ := ParseObject(old)
	for _, m := range got.members {
		before, _ := was.Get(m.key)
		key := m.key
		switch key {
		case "actual":
			key = "real"
		case "request", "expected":
		default:
			continue
		}
		if bytes.Equal(before, m.value) {
			continue
		}
		if err := a.exchange(key, before, m.value); err != nil {
			return fmt.Errorf("%s: %w", m.key, err)
		}
	}
	a.verdict(was, got)
	return nil
}

// verdict plans what test.valid and test.message change.
func (a *answer) verdict(was, got Object) {
	before, _ := was.Get("message")
	after, has := got.Get("message")
	reworded := has && asText(before) != asText(after)
	if reworded {
		a.do(func() { a.o.Reason = asText(after) })
	}
	valid, has := got.Get("valid")
	old, had := was.Get("valid")
	if !has || (had && truthy(valid) == truthy(old)) {
		return
	}
	a.do(func() {
		if truthy(valid) {
			a.pass()
			if !reworded {
				a.o.Reason = ""
			}
			return
		}
		if a.o.Status != transaction.Error {
			a.o.Status = transaction.Fail
		}
		if !reworded {
			a.o.Reason = "a hook set test.valid to false"
		}
	})
}

// pass takes away what makes the transaction fail.
func (a *answer) pass() {
	var warnings []transaction.Finding
	for _, f := range a.o.Findings {
		if f.Severity == transaction.SeverityWarning {
			warnings = append(warnings, f)
		}
	}
	a.o.Findings = warnings
	if a.o.Status == transaction.Fail {
		a.o.Status = ""
	}
}

// decodeTest reads the whole verdict, into an outcome as hooks find it in a run of ours: the findings
// decide, and the status says only what they do not.
func (a *answer) decodeTest(test Object) {
	results, _ := test.Get("results")
	a.o.Findings = decodeResults(results)
	status, _ := test.Get("status")
	valid, validated := test.Get("valid")
	switch {
	case asText(status) == "skip":
		a.o.Status = transaction.Skip
	case validated && !truthy(valid) && len(a.o.Findings) == 0, !validated && asText(status) == "fail":
		a.o.Status = transaction.Fail
	}
	if raw, ok := test.Get("duration"); ok {
		if ms, err := strconv.ParseFloat(string(raw), 64); err == nil {
			a.o.Duration = time.Duration(ms * float64(time.Millisecond))
		}
	}
	text, _ := test.Get("message")
	if s := asText(text); s != judge(a.t, a.o).message {
		a.o.Reason = s
	}
}

func decodeOrigin(raw json.RawMessage) (transaction.Origin, error) {
	var origin transaction.Origin
	if !truthy(raw) {
		return origin, nil
	}
	o, err := ParseObject(raw)
	if err != nil {
		return origin, err
	}
	for _, m := range originMembers(&origin) {
		value, _ := o.Get(m.key)
		*m.value = asText(value)
	}
	return origin, nil
}
