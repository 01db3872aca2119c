package report

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The bodies of the three calls have the keys, and the types of values, that Dredd 14 sends.

type apiaryRun struct {
	Blueprints       []apiaryBlueprint `json:"blueprints"`
	Agent            string            `json:"agent,omitempty"`
	AgentRunUUID     string            `json:"agentRunUuid"`
	Hostname         string            `json:"hostname,omitempty"`
	StartedAt        int64             `json:"startedAt"` // in seconds
	Public           bool              `json:"public"`
	Status           string            `json:"status"`
	AgentEnvironment map[string]string `json:"agentEnvironment"`
}

type apiaryBlueprint struct {
	Filename    string             `json:"filename"`
	Raw         string             `json:"raw"`
	Annotations []apiaryAnnotation `json:"annotations"`
}

type apiaryAnnotation struct {
	Type      string        `json:"type"`
	Component string        `json:"component"`
	Message   string        `json:"message"`
	Location  [][2]int      `json:"location"` // line and column of beginning and end; null
	Origin    *apiaryOrigin `json:"origin,omitempty"`
}

type apiaryOrigin struct {
	Filename          string `json:"filename"`
	APIName           string `json:"apiName"`
	ResourceGroupName string `json:"resourceGroupName"`
	ResourceName      string `json:"resourceName"`
	ActionName        string `json:"actionName"`
	ExampleName       string `json:"exampleName"`
}

// runBody is what is told of a run that begins.
func (a *apiary) runBody(plan Plan, public bool) apiaryRun {
	run := apiaryRun{
		Blueprints:   make([]apiaryBlueprint, len(plan.Descriptions)),
		Agent:        a.o.Sanitize.Text(a.get("dreddAgent", "DREDD_AGENT")),
		AgentRunUUID: randomUUID(),
		Hostname:     a.o.Sanitize.Text(a.get("dreddHostname", "DREDD_HOSTNAME")),
		StartedAt:    a.start.Unix(),
		Public:       public, Status: "running",
		AgentEnvironment: a.environment(),
	}
	if run.Agent == "" {
		run.Agent = a.o.Sanitize.Text(a.get("user", "USER"))
	}
	if run.Hostname == "" {
		run.Hostname = a.o.Sanitize.Text(a.o.Hostname)
	}
	at := map[string]int{}
	for i, name := range plan.Descriptions {
		at[name] = i
		run.Blueprints[i] = apiaryBlueprint{Filename: a.o.Sanitize.Text(name), Raw: a.raw(name), Annotations: []apiaryAnnotation{}}
	}
	for _, n := range plan.Annotations {
		i, ok := at[n.Origin.Filename]
		if !ok {
			i = at[n.At.File] // or the first one
		}
		if i < len(run.Blueprints) {
			run.Blueprints[i].Annotations = append(run.Blueprints[i].Annotations, a.annotation(n))
		}
	}
	return run
}

// raw is the text of a description, without its secrets; "" where it cannot be had.
func (a *apiary) raw(name string) string {
	if a.o.Excerpt == nil {
		return ""
	}
	lines, ok := a.o.Excerpt(transaction.Position{File: name, Line: 1})
	if !ok {
		return ""
	}
	return strings.Join(a.o.Sanitize.Mask().Lines(lines, 0, len(lines)), "\n") + "\n"
}

func (a *apiary) annotation(n transaction.Annotation) apiaryAnnotation {
	out := apiaryAnnotation{Type: string(n.Severity), Component: n.Component, Message: a.o.Sanitize.Text(n.Message)}
	if n.At.Line > 0 {
		end := n.End
		if end.Line == 0 {
			end = n.At
		}
		out.Location = [][2]int{{n.At.Line, n.At.Column}, {end.Line, end.Column}}
	}
	if n.Origin.Filename != "" {
		out.Origin = a.origin(n.Origin)
	}
	return out
}

func (a *apiary) origin(o transaction.Origin) *apiaryOrigin {
	text := a.o.Sanitize.Text
	return &apiaryOrigin{
		Filename: text(o.Filename), APIName: text(o.APIName), ResourceGroupName: text(o.ResourceGroupName),
		ResourceName: text(o.ResourceName), ActionName: text(o.ActionName), ExampleName: text(o.ExampleName),
	}
}

type apiaryStep struct {
	TestRunID string        `json:"testRunId"`
	Origin    *apiaryOrigin `json:"origin"`
	Duration  *int64        `json:"duration,omitempty"` // in milliseconds; none of a skipped one
	Result    string        `json:"result"`
	StartedAt int64         `json:"startedAt,omitempty"` // in milliseconds
	Results   apiaryResults `json:"results"`
}

type apiaryResults struct {
	Request          *apiaryMessage `json:"request,omitempty"`
	RealResponse     *apiaryMessage `json:"realResponse,omitempty"`
	ExpectedResponse *apiaryMessage `json:"expectedResponse,omitempty"`
	ValidationResult apiaryVerdict  `json:"validationResult"`
	Errors           []apiaryError  `json:"errors"`
}

type apiaryMessage struct {
	Method       string            `json:"method,omitempty"`
	URI          string            `json:"uri,omitempty"`
	StatusCode   any               `json:"statusCode,omitempty"` // text where it is documented, a number where it came
	Headers      map[string]string `json:"headers"`
	BodyEncoding string            `json:"bodyEncoding,omitempty"`
	Body         string            `json:"body"`
	BodySchema   string            `json:"bodySchema,omitempty"`
}

// encode sets the body. What is no text is sent in base64, and told to be.
func (m *apiaryMessage) encode(body string, always bool) *apiaryMessage {
	switch {
	case !utf8.ValidString(body):
		m.BodyEncoding, m.Body = "base64", base64.StdEncoding.EncodeToString([]byte(body))
	case always:
		m.BodyEncoding, m.Body = "utf-8", body
	default:
		m.Body = body
	}
	return m
}

type apiaryVerdict struct {
	Valid  *bool                  `json:"valid,omitempty"`
	Fields map[string]apiaryField `json:"fields,omitempty"`
}

type apiaryField struct {
	Valid  bool           `json:"valid"`
	Kind   string         `json:"kind"`
	Values map[string]any `json:"values"`
	Errors []apiaryError  `json:"errors"`
}

type apiaryError struct {
	Severity string          `json:"severity,omitempty"`
	Message  string          `json:"message"`
	Location *apiaryLocation `json:"location,omitempty"`
}

type apiaryLocation struct {
	Pointer  string   `json:"pointer"`
	Property []string `json:"property"`
}

// stepBody is what is told of an outcome.
func (a *apiary) stepBody(o *seen) apiaryStep {
	step := apiaryStep{TestRunID: a.runID, Result: string(o.Status), Results: apiaryResults{Errors: []apiaryError{}}}
	if o.Status != transaction.Skip {
		took := o.Duration.Milliseconds()
		step.Duration = &took
	}
	if !o.Started.IsZero() {
		step.StartedAt = o.Started.UnixMilli()
	}
	if o.Reason != "" && o.Status != transaction.Pass && o.Status != transaction.Skip {
		step.Results.Errors = append(step.Results.Errors, apiaryError{Severity: "error", Message: o.Reason})
	}
	t := o.Transaction
	if t == nil {
		return step
	}
	step.Origin = a.origin(t.Origin)
	request := &apiaryMessage{Method: t.Request.Method, URI: t.Request.URI, Headers: headerMap(t.Request.Headers)}
	step.Results.Request = request.encode(t.Request.Body, false)
	expected := &apiaryMessage{StatusCode: strconv.Itoa(t.Expected.StatusCode), Headers: headerMap(t.Expected.Headers), BodySchema: t.Expected.Schema}
	step.Results.ExpectedResponse = expected.encode(t.Expected.Body, false)
	if t.Real != nil {
		real := &apiaryMessage{StatusCode: t.Real.StatusCode, Headers: headerMap(t.Real.Headers)}
		step.Results.RealResponse = real.encode(t.Real.Body, true)
		step.Results.ValidationResult = verdictOf(o.Outcome)
	}
	return step
}

// headerMap writes headers as an object. Fields of one name are joined, as RFC 9110 has it.
func headerMap(hs transaction.Headers) map[string]string {
	out := make(map[string]string, len(hs))
	for _, h := range hs {
		if v, ok := out[h.Name]; ok {
			out[h.Name] = v + ", " + h.Value
		} else {
			out[h.Name] = h.Value
		}
	}
	return out
}

// verdictOf writes the findings in Gavel's form.
func verdictOf(o transaction.Outcome) apiaryVerdict {
	t := o.Transaction
	valid := o.Status == transaction.Pass
	v := apiaryVerdict{Valid: &valid, Fields: map[string]apiaryField{
		"statusCode": {Valid: true, Kind: "text", Errors: []apiaryError{}, Values: map[string]any{
			"expected": strconv.Itoa(t.Expected.StatusCode), "actual": strconv.Itoa(t.Real.StatusCode),
		}},
		"headers": {Valid: true, Kind: "json", Errors: []apiaryError{}, Values: map[string]any{
			"expected": headerMap(t.Expected.Headers), "actual": headerMap(t.Real.Headers),
		}},
	}}
	if t.Expected.Body != "" || t.Expected.Schema != "" {
		v.Fields["body"] = apiaryField{Valid: true, Kind: bodyKind(t.Real.Body), Errors: []apiaryError{}, Values: map[string]any{
			"expected": t.Expected.Body, "actual": t.Real.Body,
		}}
	}
	for _, f := range o.Findings {
		field, ok := v.Fields[f.Field]
		if !ok || f.Severity == transaction.SeverityWarning {
			continue
		}
		e := apiaryError{Message: f.Message}
		if f.Pointer != "" {
			e.Location = &apiaryLocation{Pointer: f.Pointer, Property: steps(f.Pointer)}
		}
		field.Valid, field.Errors = false, append(field.Errors, e)
		v.Fields[f.Field] = field
	}
	return v
}

// bodyKind is how a body was compared, in Gavel's words.
func bodyKind(body string) string {
	if json.Valid([]byte(body)) {
		return "json"
	}
	return "text"
}

type apiaryEnd struct {
	EndedAt int64       `json:"endedAt"` // in seconds
	Result  apiaryStats `json:"result"`
	Status  string      `json:"status"`
}

type apiaryStats struct {
	Tests    int    `json:"tests"`
	Failures int    `json:"failures"`
	Errors   int    `json:"errors"`
	Passes   int    `json:"passes"`
	Skipped  int    `json:"skipped"`
	Start    string `json:"start"`
	End      string `json:"end"`
	Duration int64  `json:"duration"` // in milliseconds
}

// endBody is what is told of a run that ended.
func (a *apiary) endBody(s Summary) apiaryEnd {
	now := a.o.now()
	const layout = "2006-01-02T15:04:05.000Z"
	status := "passed"
	if !s.OK() {
		status = "failed"
	}
	return apiaryEnd{EndedAt: now.Unix(), Status: status, Result: apiaryStats{
		Tests: s.Stats.Total(), Failures: s.Stats.Failures, Errors: s.Stats.Errors, Passes: s.Stats.Passes, Skipped: s.Stats.Skipped,
		Start: a.start.UTC().Format(layout), End: now.UTC().Format(layout), Duration: s.Duration.Round(time.Millisecond).Milliseconds(),
	}}
}

// randomUUID is a UUID of version 4 (RFC 9562).
func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// idText is the id of a run, which may be a number.
func idText(id any) string {
	switch id := id.(type) {
	case string:
		return id
	case float64:
		return strconv.FormatFloat(id, 'f', -1, 64)
	}
	return ""
}
