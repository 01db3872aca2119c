package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// jsonVersion is that of the schema, docs/report.schema.json. It grows when something that was there
// goes away or changes; new members do not count.
const jsonVersion = 1

// NewJSON returns the reporter of one JSON document about the whole run, as docs/report.schema.json
// describes it.
func NewJSON(o Options) Reporter {
	j := &jsonDocument{o: o, started: o.now(), summary: jsonSummary{HookErrors: []string{}, Notes: []string{}}}
	j.doc = newDocument(o, nil, j.tail)
	return j
}

type jsonDocument struct {
	o       Options
	doc     *document
	started time.Time
	begun   bool
	more    bool // a transaction was written
	summary jsonSummary
}

// tail is the closing part: that of the list, and the summary as it is by now. Before the beginning it is
// a document of a run of nothing.
func (j *jsonDocument) tail() string {
	before := ""
	if !j.begun {
		before = j.opening(nil)
	}
	return before + "\n],\n\"summary\": " + toJSON(j.summary) + "}\n"
}

// opening is everything before the first transaction.
func (j *jsonDocument) opening(plan *jsonPlan) string {
	head := toJSON(newJSONHead(j.o, j.started, plan))
	return head[:len(head)-1] + ",\n\"transactions\": ["
}

func (j *jsonDocument) Begin(p Plan) {
	j.begun = true
	plan := newJSONPlan(p, j.o)
	j.summary.NotRun = p.Transactions
	j.doc.add(j.opening(&plan))
}

func (j *jsonDocument) Report(outcome transaction.Outcome) {
	s := view(outcome, j.o.Sanitize)
	j.summary.count(s.Status)
	text := "\n" + toJSON(newJSONTransaction(s, j.o))
	if j.more {
		text = "," + text
	}
	j.more = true
	j.doc.add(text)
}

func (j *jsonDocument) End(s Summary) error {
	j.summary = newJSONSummary(s, j.o)
	return j.doc.end()
}

// NewJSONLines returns the reporter of one line of JSON for each event, which is written at once: the
// beginning, each transaction, the end. A run that ends before it begins has a beginning without a plan.
// docs/report.schema.json describes a line under $defs/event.
func NewJSONLines(o Options) Reporter {
	return &jsonStream{o: o, started: o.now(), out: newAppender(o)}
}

type jsonStream struct {
	o       Options
	started time.Time
	begun   bool
	out     *appender
}

// jsonEvent is a line. Of the members after Event, one is there.
type jsonEvent struct {
	Event string `json:"event"`
	*jsonHead
	Transaction *jsonTransaction `json:"transaction,omitempty"`
	Summary     *jsonSummary     `json:"summary,omitempty"`
}

func (j *jsonStream) Begin(p Plan) {
	plan := newJSONPlan(p, j.o)
	j.begin(&plan)
}

func (j *jsonStream) begin(plan *jsonPlan) {
	j.begun = true
	head := newJSONHead(j.o, j.started, plan)
	j.out.line(toJSON(jsonEvent{Event: "begin", jsonHead: &head}))
}

func (j *jsonStream) Report(outcome transaction.Outcome) {
	t := newJSONTransaction(view(outcome, j.o.Sanitize), j.o)
	j.out.line(toJSON(jsonEvent{Event: "outcome", Transaction: &t}))
}

func (j *jsonStream) End(s Summary) error {
	if !j.begun {
		j.begin(nil)
	}
	sum := newJSONSummary(s, j.o)
	j.out.line(toJSON(jsonEvent{Event: "end", Summary: &sum}))
	return j.out.err
}

// toJSON writes a value on one line. Bytes that are not UTF-8 become U+FFFD.
func toJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // a number that is none, in a value of a finding
		return toJSON(fmt.Sprint(v))
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
