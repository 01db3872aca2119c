package report_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// marker is in every secret of the test, and must be in nothing that is printed. It is a word, so that
// nothing finds it by its shape.
const marker = "ZQXSECRETW"

// hiding places secrets in an outcome and in what surrounds it.
type hiding struct {
	t *rapid.T
	o transaction.Outcome
	// run is what else reporters are told.
	run    report.Plan
	notes  []string
	source []string
	rerun  string
	// shared is a secret that the request holds, and the documentation beside the request.
	shared string
	// alone are the findings that tell a secret without what surrounds them.
	alone []transaction.Finding
}

func (h *hiding) draw(name string, of ...string) string {
	return rapid.SampledFrom(of).Draw(h.t, name)
}

// secret is any text with the marker in it, and word one without separators.
func (h *hiding) secret() string {
	around := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", `"`, `\`, " ", "&", "<>", "日本", "\n", "a,b;c", "%41", "'", "]", "}"}))
	return around.Draw(h.t, "before") + marker + around.Draw(h.t, "after")
}

func (h *hiding) word() string {
	return marker + rapid.StringMatching(`[a-zA-Z0-9]{0,20}`).Draw(h.t, "word")
}

func (h *hiding) key() string {
	return h.draw("key", "password", "Password", "token", "access_token", "refreshToken", "client_secret", "new-password",
		"passwd", "apiKey", "api_key", "X-Auth-Token", "password_confirmation", "configured",
		"tokens", "pin", "card_otp", "sessionId", "accessKey", "credentials", "csrf", "private_key", "userPass")
}

func (h *hiding) header() transaction.Header {
	name := h.draw("header", "Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-API-Key", "X-Auth-Token", "X-Configured")
	value := strings.Join(strings.Fields(h.secret()), "")
	if strings.HasSuffix(strings.ToLower(name), "authorization") {
		value = h.draw("scheme", "JWT ", "Bearer ", "Basic ") + value
	}
	return transaction.Header{Name: name, Value: value}
}

// value is a JSON value that is a secret, or has one in it.
func (h *hiding) value() any {
	s := h.secret()
	return rapid.SampledFrom([]any{s, []any{s}, map[string]any{"a": s}, map[string]any{"a": []any{json.Number("1"), s}}}).Draw(h.t, "value")
}

// tree is a JSON value with a secret somewhere below, and where it is.
func (h *hiding) tree() (root any, pointer string, value any) {
	key := h.key()
	value = h.value()
	root = map[string]any{key: value, "other": anyJSON(1).Draw(h.t, "beside")}
	pointer = "/" + key
	for range rapid.IntRange(0, 3).Draw(h.t, "depth") {
		if rapid.Bool().Draw(h.t, "in a list") {
			root, pointer = []any{anyJSON(1).Draw(h.t, "item"), root}, "/1"+pointer
		} else {
			root, pointer = map[string]any{"a": root, "b": anyJSON(1).Draw(h.t, "member")}, "/a"+pointer
		}
	}
	return root, pointer, value
}

// body is a body of some kind with a secret in it.
func (h *hiding) body() (contentType, body string) {
	switch h.draw("kind", "json", "cut", "form", "xml", "attribute", "multipart", "text", "embedded", "pairs", "input", "headers", "list", "yaml") {
	case "pairs":
		return "application/json", h.pair(h.secret())
	case "input":
		return "text/html", `<form><input name="` + h.key() + `" value="` + h.word() + `"></form>`
	case "headers":
		return "application/json", encode(h.t, map[string]any{"headers": map[string]any{
			h.draw("name", "set-cookie", "authorization", "Cookie"): rapid.SampledFrom([]any{[]any{h.secret()}, map[string]any{"a": h.secret()}}).Draw(h.t, "values"),
		}}, "")
	case "list":
		return "application/json", `{"` + h.key() + `":["` + h.word() + `","` + h.word() + `"]}`
	case "yaml":
		return "application/yaml", strings.Join(h.block(), "\n")
	case "json":
		root, _, _ := h.tree()
		return "application/json", encode(h.t, root, h.draw("indent", "", "  "))
	case "cut":
		root, _, _ := h.tree()
		text := encode(h.t, root, "")
		return "application/json", text[:rapid.IntRange(0, len(text)).Draw(h.t, "cut")]
	case "form":
		return "application/x-www-form-urlencoded", url.Values{h.key(): {h.secret()}, "a": {"b"}}.Encode()
	case "xml":
		return "application/xml", "<a><" + h.key() + ` b="c">` + h.word() + "</" + "x></a>"
	case "attribute":
		return "text/html", `<a ` + h.key() + `="` + h.word() + `">x</a>`
	case "multipart":
		return "multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"" + h.key() + "\"\r\n\r\n" + h.word() + "\r\n--XX--\r\n"
	case "embedded":
		return "application/json", encode(h.t, map[string]string{"log": h.key() + "=" + h.word() + " " + encode(h.t, map[string]string{h.key(): h.secret()}, "")}, "")
	}
	return "text/plain", h.text()
}

// pair is a name beside its value.
func (h *hiding) pair(secret string) string {
	name, value := `"`+h.draw("of name", "name", "key", "@name")+`":"`+h.key()+`"`, `"`+h.draw("of value", "value", "@value", "content")+`":`+encode(h.t, secret, "")
	if rapid.Bool().Draw(h.t, "value first") {
		name, value = value, name
	}
	return `[{` + name + `,"a":1,` + value + `}]`
}

// pairs makes a finding about a value that only the name beside it tells to be a secret.
func (h *hiding) pairs(t *transaction.Transaction) {
	a, b := h.secret(), h.secret()
	t.Expected.Body, t.Real.Body = h.pair(a), h.pair(b)
	h.o.Findings = append(h.o.Findings, transaction.Finding{
		ID: "body-value-mismatch", Field: "body", Pointer: "/0/value", Expected: a, Real: b, HasExpected: true, HasReal: true,
		Message: "Expected " + encode(h.t, a, "") + ", but got " + encode(h.t, b, ""), At: transaction.Position{File: "a", Line: 1},
	})
}

// block is a few lines of which no single one tells that there is a secret.
func (h *hiding) block() []string {
	k, w := h.key(), h.word()
	return rapid.SampledFrom([][]string{
		{"a: b", "  " + k + ":", "    " + w, "  c: d"},
		{"  " + k + ": >-", "    " + w + " x", "", "    y: " + w, "  c: d"},
		{"  " + k + ": |", "    " + w, "c: d"},
		{k + ":", "- " + w, "- " + w},
		{"- " + k + ":", "    - x: " + w},
		{k + ":", "  enum:", "  - " + w, "  default: " + w},
	}).Draw(h.t, "block")
}

// file is the source around the place of a failure, and the line in it.
func (h *hiding) file() ([]string, int) {
	k, w := h.key(), h.word()
	var lines []string
	switch h.draw("source", "text", "block", "apart", "below", "schema", "schema on a line", "values") {
	case "text":
		lines = []string{h.text(), h.text(), h.text()}
	case "block":
		lines = h.block()
	case "apart":
		lines = []string{"{", `  "` + k + `":`, `  "` + w + `",`, `  "a": 1`}
	case "below":
		lines = []string{"{", `"` + k + `": {`, `"a": [`, `"` + w + `"`, "]", "}"}
	case "schema":
		lines = []string{`  "` + k + `": {`, `    "type": "string",`, `    "enum": [`, `      "` + w + `"`, "    ],", `    "pattern": "^` + w + `$"`, "  }"}
	case "schema on a line":
		lines = []string{`{"properties": {"` + k + `": {"type": "string", "enum": ["` + w + `"], "pattern": "^` + w + `$"}}}`}
	case "values": // of the outcome, where nothing tells what they are
		lines = []string{"    " + encode(h.t, h.shared, "") + ",", "x: " + h.shared, "- " + h.shared, "{a: " + h.shared + ", b: [" + h.shared + "]}"}
	}
	return lines, rapid.IntRange(1, len(lines)).Draw(h.t, "line")
}

// text is free text with a secret of a telling shape.
func (h *hiding) text() string {
	w := h.word()
	return h.draw("text",
		"/a?x=1&"+h.key()+"="+url.QueryEscape(h.secret()), "sent "+h.key()+"="+w+", and", "Authorization: JWT "+w, "\n  Set-Cookie: a="+w,
		encode(h.t, map[string]string{h.key(): h.secret()}, ""), "postgres://bob:"+w+"@db/x", "sent Bearer "+w+"0123456789",
		"  "+h.key()+": "+w, `{\"`+h.key()+`\":\"`+w+`\"}`)
}

func (h *hiding) response(r *transaction.Response) {
	r.Headers = transaction.Headers{h.header()}
	contentType, body := h.body()
	r.Body = body
	if rapid.Bool().Draw(h.t, "says its type") {
		r.Headers = append(r.Headers, transaction.Header{Name: "Content-Type", Value: contentType})
	}
}

// finding is about a secret: its values are, and its message repeats them.
func (h *hiding) finding() transaction.Finding {
	root, pointer, value := h.tree()
	f := transaction.Finding{ID: h.draw("id", "body-value-mismatch", "body-type-mismatch", "documented-duplicate-key", "body-text-mismatch"), Field: "body", Pointer: pointer}
	f.Severity = rapid.SampledFrom([]transaction.Severity{transaction.SeverityError, transaction.SeverityWarning}).Draw(h.t, "severity")
	f.Expected, f.Real, f.HasExpected, f.HasReal = value, value, true, true
	if s, ok := value.(string); ok {
		f.Message = h.draw("message", "Expected "+encode(h.t, s, "")+", but got nothing.", "Expected '"+s+"'", "is "+s)
	}
	switch h.draw("where", "leaf", "root", "header") {
	case "root":
		f.Pointer, f.Expected, f.Real, f.Message = "", root, root, "At '' something else"
	case "header":
		header := h.header()
		f = transaction.Finding{ID: "header-value-mismatch", Field: "headers", Pointer: strings.ToLower(header.Name), Expected: header.Value, Real: header.Value + "x", HasExpected: true, HasReal: true}
		f.Message = "Expected '" + header.Value + "'"
	}
	if rapid.Bool().Draw(h.t, "elsewhere") {
		f.At = transaction.Position{File: "a?" + h.key() + "=" + h.word(), Line: 1}
	}
	return f
}

func (h *hiding) fill() {
	t := &transaction.Transaction{
		Name: "A > B", Request: transaction.Request{Method: "POST", URI: "/a?b=c&" + h.key() + "=" + url.QueryEscape(h.secret()), Headers: transaction.Headers{h.header()}},
		Expected: transaction.Response{StatusCode: 200}, Real: &transaction.Response{StatusCode: rapid.SampledFrom([]int{200, 500}).Draw(h.t, "code")},
	}
	t.FullPath = "/v1" + t.Request.URI
	contentType, body := h.body()
	if h.shared = h.word(); rapid.Bool().Draw(h.t, "shares") {
		contentType, body = "application/json", `{"configured":["`+h.shared+`"]}`
	} else {
		t.Request.Headers = append(t.Request.Headers, transaction.Header{Name: "Cookie", Value: h.shared})
	}
	t.Request.Body = body
	t.Request.Headers = append(t.Request.Headers, transaction.Header{Name: "Content-Type", Value: contentType})
	h.response(&t.Expected)
	h.response(t.Real)
	t.Expected.Schema = encode(h.t, map[string]any{"properties": map[string]any{"password": map[string]any{"type": "string", "default": h.secret()}}}, "")
	t.Fail = h.text()
	if rapid.Bool().Draw(h.t, "problem") {
		t.Real.Problem = &transaction.Problem{ID: "body-cut-off", Message: h.text()}
	}
	h.o = transaction.Outcome{Transaction: t, Reason: h.draw("reason", "", h.text())}
	h.o.Status = rapid.SampledFrom([]transaction.Status{"pass", "fail", "skip", "error"}).Draw(h.t, "status")
	if t.Real.StatusCode != 200 {
		h.o.Findings = append(h.o.Findings, transaction.Finding{ID: "status-code-mismatch", Field: "statusCode"})
	}
	for range rapid.IntRange(0, 3).Draw(h.t, "findings") {
		h.o.Findings = append(h.o.Findings, h.finding())
	}
	h.alone = h.o.Findings
	if rapid.Bool().Draw(h.t, "pairs") {
		h.pairs(t)
	}
	h.o.Excused = []transaction.Excused{{Field: "body", Pointer: "/a", By: transaction.Volatile{Pointer: "/a", From: h.text()}}}
	h.run = report.Plan{
		Transactions: 1, Server: "http://u:" + h.word() + "@host", Database: "postgres://u:" + h.word() + "@db/x", Warnings: []string{h.text()},
		Descriptions: []string{"http://x/?token=" + h.word()}, Volatile: []transaction.Volatile{{Pointer: "/a", From: h.text()}},
		Annotations: []transaction.Annotation{{Message: h.text(), At: transaction.Position{File: "http://x/?token=" + h.word()}}},
	}
	h.notes, h.rerun = []string{h.text()}, h.text()
	lines, line := h.file()
	h.source, h.o.Source.Response, h.o.Source.Action = lines, transaction.Position{File: "a", Line: line, Column: line}, transaction.Position{File: "a", Line: line}
}

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{Headers: []string{"x-configured"}, Pointers: []string{"/**/configured"}})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		h := &hiding{t: t}
		h.fill()
		for _, e := range report.Table() {
			var out bytes.Buffer
			r, err := report.New(e.Name, report.Options{
				Out: &out, Sanitize: s, Width: rapid.SampledFrom([]int{0, 60, 100, 200, 10_000}).Draw(t, "width"),
				Color: rapid.Bool().Draw(t, "colour"), Terminal: rapid.Bool().Draw(t, "terminal"),
				Details: rapid.Bool().Draw(t, "details"), Explain: rapid.Bool().Draw(t, "explain"),
				InlineErrors: rapid.Bool().Draw(t, "inline"),
				Diff:         h.draw("diff", report.DiffUnified, report.DiffSideBySide),
				Rerun:        func(transaction.Outcome) string { return h.rerun },
				Excerpt:      func(transaction.Position) ([]string, bool) { return h.source, true },
			})
			require.NoError(t, err)
			r.Begin(h.run)
			r.Report(h.o)
			require.NoError(t, r.End(report.Summary{Notes: h.notes, HookErrors: h.notes}))
			require.NotContains(t, out.String(), marker)
		}
		data, err := json.Marshal(s.Outcome(h.o))
		require.NoError(t, err)
		require.NotContains(t, string(data), marker)
		for _, f := range h.alone {
			data, err := json.Marshal(s.Finding(f))
			require.NoError(t, err)
			require.NotContains(t, string(data), marker)
		}
	})
}
