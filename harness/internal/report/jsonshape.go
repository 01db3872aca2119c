package report

import (
	"encoding/base64"
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The shapes below are what docs/report.schema.json describes. A member that may be left out is
// "omitempty"; lists that are there are never null.

type jsonHead struct {
	Version int       `json:"version"`
	Tool    jsonTool  `json:"tool"`
	Started string    `json:"started"`
	Plan    *jsonPlan `json:"plan"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonPlan struct {
	Transactions int              `json:"transactions"`
	DryRun       bool             `json:"dryRun"`
	Descriptions []string         `json:"descriptions"`
	Server       string           `json:"server,omitempty"`
	Database     string           `json:"database,omitempty"`
	Match        string           `json:"match,omitempty"`
	Annotations  []jsonAnnotation `json:"annotations"`
	Warnings     []string         `json:"warnings"`
}

type jsonAnnotation struct {
	Severity  string     `json:"severity"`
	Component string     `json:"component,omitempty"`
	Message   string     `json:"message"`
	At        *jsonPlace `json:"at,omitempty"`
	End       *jsonPlace `json:"end,omitempty"`
}

type jsonPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

type jsonTransaction struct {
	Name       string        `json:"name"`
	Title      string        `json:"title"`
	Origin     jsonOrigin    `json:"origin"`
	Status     string        `json:"status"`
	Reason     string        `json:"reason,omitempty"`
	Unselected bool          `json:"unselected,omitempty"`
	Started    string        `json:"started,omitempty"`
	Duration   float64       `json:"durationMs"`
	At         *jsonPlace    `json:"at,omitempty"`
	Findings   []jsonFinding `json:"findings"`
	Excused    []jsonExcused `json:"excused,omitempty"`
	Request    jsonRequest   `json:"request"`
	Expected   jsonResponse  `json:"expected"`
	Real       *jsonResponse `json:"real,omitempty"`
	Rerun      string        `json:"rerun,omitempty"`
	Database   string        `json:"database,omitempty"`
}

type jsonOrigin struct {
	File     string `json:"file"`
	API      string `json:"api,omitempty"`
	Group    string `json:"group,omitempty"`
	Resource string `json:"resource,omitempty"`
	Action   string `json:"action,omitempty"`
	Example  string `json:"example,omitempty"`
}

type jsonFinding struct {
	ID            string          `json:"id"`
	Severity      string          `json:"severity"`
	Field         string          `json:"field,omitempty"`
	Pointer       string          `json:"pointer"`
	SchemaPointer string          `json:"schemaPointer,omitempty"`
	Message       string          `json:"message"`
	Expected      json.RawMessage `json:"expected,omitempty"` // "null" is not left out
	Real          json.RawMessage `json:"real,omitempty"`
	At            *jsonPlace      `json:"at,omitempty"`
}

type jsonExcused struct {
	Field   string `json:"field"`
	Pointer string `json:"pointer"`
	Kind    string `json:"kind"`
	From    string `json:"from,omitempty"`
}

type jsonRequest struct {
	Method   string       `json:"method"`
	URI      string       `json:"uri"`
	FullPath string       `json:"fullPath,omitempty"`
	Headers  []jsonHeader `json:"headers"`
	jsonBody
}

type jsonResponse struct {
	StatusCode int          `json:"statusCode"`
	Headers    []jsonHeader `json:"headers"`
	jsonBody
	Schema string `json:"schema,omitempty"`
}

type jsonHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type jsonBody struct {
	Body     string `json:"body"`
	Encoding string `json:"bodyEncoding,omitempty"`
}

type jsonSummary struct {
	Complete    bool     `json:"complete"`
	OK          bool     `json:"ok"`
	Interrupted bool     `json:"interrupted"`
	Error       string   `json:"error,omitempty"`
	Passed      int      `json:"passed"`
	Failed      int      `json:"failed"`
	Errors      int      `json:"errors"`
	Skipped     int      `json:"skipped"`
	Total       int      `json:"total"`
	NotRun      int      `json:"notRun"`
	Duration    float64  `json:"durationMs"`
	HookErrors  []string `json:"hookErrors"`
	Notes       []string `json:"notes"`

	Annotations []jsonAnnotation `json:"annotations,omitempty"`
}

func newJSONHead(o Options, started time.Time, plan *jsonPlan) jsonHead {
	return jsonHead{jsonVersion, jsonTool{"bailiff", o.version()}, started.UTC().Format(time.RFC3339Nano), plan}
}

func newJSONPlan(p Plan, o Options) jsonPlan {
	text := o.Sanitize.Text
	out := jsonPlan{
		Transactions: p.Transactions, DryRun: p.DryRun, Match: string(p.Match),
		Descriptions: maskAll(p.Descriptions, text), Warnings: maskAll(p.Warnings, text),
		Server: text(p.Server), Database: text(p.Database),
		Annotations: newJSONAnnotations(p.Annotations, text),
	}
	return out
}

func newJSONAnnotations(list []transaction.Annotation, text func(string) string) []jsonAnnotation {
	out := []jsonAnnotation{}
	for _, a := range list {
		out = append(out, jsonAnnotation{
			Severity: string(a.Severity), Component: a.Component, Message: text(a.Message),
			At: newJSONPlace(a.At, text), End: newJSONPlace(a.End, text),
		})
	}
	return out
}

// maskAll returns a list that is never null.
func maskAll(list []string, mask func(string) string) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, mask(s))
	}
	return out
}

func newJSONPlace(p transaction.Position, mask func(string) string) *jsonPlace {
	if p.IsZero() {
		return nil
	}
	return &jsonPlace{mask(p.File), max(p.Line, 0), max(p.Column, 0)}
}

func newJSONTransaction(s *seen, o Options) jsonTransaction {
	out := jsonTransaction{
		Status: string(s.Status), Reason: s.Reason, Unselected: s.Unselected,
		Duration: milliseconds(s.Duration), Findings: []jsonFinding{},
		At: newJSONPlace(home(s.Outcome), s.mask.Text),
	}
	if !s.Started.IsZero() {
		out.Started = s.Started.UTC().Format(time.RFC3339Nano)
	}
	for _, f := range s.Findings {
		out.Findings = append(out.Findings, newJSONFinding(f, s.mask.Text))
	}
	for _, e := range s.Excused {
		out.Excused = append(out.Excused, jsonExcused{e.Field, e.Pointer, string(e.By.Kind), e.By.From})
	}
	if o.Rerun != nil && (s.Status == transaction.Fail || s.Status == transaction.Error) {
		out.Rerun = s.mask.Text(o.Rerun(s.raw))
	}
	out.Database = s.Database
	t := s.Transaction
	if t == nil {
		t = &transaction.Transaction{}
	}
	out.Name, out.Title = string(t.Name), t.ID()
	from := t.Origin
	out.Origin = jsonOrigin{from.Filename, from.APIName, from.ResourceGroupName, from.ResourceName, from.ActionName, from.ExampleName}
	out.Request = jsonRequest{t.Request.Method, t.Request.URI, t.FullPath, newJSONHeaders(t.Request.Headers), newJSONBody(t.Request.Body)}
	out.Expected = newJSONResponse(t.Expected)
	if t.Real != nil {
		real := newJSONResponse(*t.Real)
		out.Real = &real
	}
	return out
}

func newJSONFinding(f transaction.Finding, mask func(string) string) jsonFinding {
	severity := f.Severity
	if severity == "" {
		severity = transaction.SeverityError
	}
	out := jsonFinding{
		ID: f.ID, Severity: string(severity), Field: f.Field, Pointer: f.Pointer,
		SchemaPointer: f.SchemaPointer, Message: f.Message, At: newJSONPlace(f.At, mask),
	}
	if f.HasExpected {
		out.Expected = json.RawMessage(toJSON(f.Expected))
	}
	if f.HasReal {
		out.Real = json.RawMessage(toJSON(f.Real))
	}
	return out
}

func newJSONResponse(r transaction.Response) jsonResponse {
	return jsonResponse{r.StatusCode, newJSONHeaders(r.Headers), newJSONBody(r.Body), r.Schema}
}

func newJSONHeaders(hs transaction.Headers) []jsonHeader {
	out := []jsonHeader{}
	for _, h := range hs {
		out = append(out, jsonHeader(h))
	}
	return out
}

// newJSONBody writes bytes that are not UTF-8 in Base64, since JSON knows characters only.
func newJSONBody(body string) jsonBody {
	if utf8.ValidString(body) {
		return jsonBody{Body: body}
	}
	return jsonBody{base64.StdEncoding.EncodeToString([]byte(body)), "base64"}
}

// count adds one outcome, while the run goes on.
func (s *jsonSummary) count(status transaction.Status) {
	stats := transaction.Stats{Passes: s.Passed, Failures: s.Failed, Errors: s.Errors, Skipped: s.Skipped}
	stats.Add(status)
	s.set(stats)
	s.NotRun = max(s.NotRun-1, 0)
}

func (s *jsonSummary) set(stats transaction.Stats) {
	s.Passed, s.Failed, s.Errors, s.Skipped = stats.Passes, stats.Failures, stats.Errors, stats.Skipped
	s.Total = stats.Total()
}

func newJSONSummary(s Summary, o Options) jsonSummary {
	out := jsonSummary{
		Complete: true, OK: s.OK(), Interrupted: s.Interrupted, Error: s.why(o.Sanitize),
		NotRun: s.NotRun, Duration: milliseconds(s.Duration),
		Annotations: newJSONAnnotations(s.Annotations, o.Sanitize.Text),
		HookErrors:  maskAll(s.HookErrors, o.Sanitize.Text), Notes: maskAll(s.Notes, o.Sanitize.Text),
	}
	out.set(s.Stats)
	return out
}

func milliseconds(d time.Duration) float64 { return float64(max(d, 0).Microseconds()) / 1000 }
