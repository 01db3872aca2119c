package sanitize_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// login is an outcome with secrets wherever one has a name.
func login() transaction.Outcome {
	return transaction.Outcome{
		Transaction: &transaction.Transaction{
			Name:    "Auth > Login of Ann",
			Request: transaction.Request{Method: "POST", URI: "/login?token=url-1&a=b", Body: `{"password":"pass-1"}`},
			Expected: transaction.Response{
				StatusCode: 200, Body: `{"access_token":"doc-1","n":1}`, Headers: transaction.Headers{{Name: "Set-Cookie", Value: "doc-1"}},
				Schema: `{"properties":{"access_token":{"type":"string","example":"sample-1"}}}`,
			},
			Real: &transaction.Response{
				StatusCode: 200, Body: `{"access_token":"real-1","n":1,"echo":"you sent pass-1"}`,
				Headers: transaction.Headers{{Name: "Authorization", Value: "JWT real-1"}},
				Problem: &transaction.Problem{ID: "body-cut-off", Message: "it ends in pass-1"},
			},
			FullPath: "/v1/login?token=url-1&a=b",
			Fail:     "because of real-1",
		},
		Status: transaction.Fail, Reason: "got real-1 and not doc-1",
		Findings: []transaction.Finding{
			{
				ID: "body-value-mismatch", Field: "body", Pointer: "/access_token", Message: `Expected "doc-1", but got "real…`,
				Expected: "doc-1", Real: "real-1", HasExpected: true, HasReal: true, At: transaction.Position{File: "a.apib?token=file-1", Line: 3},
			},
			{ID: "header-missing", Field: "headers", Pointer: "set-cookie", Message: "'doc-1' is missing", Expected: "doc-1", HasExpected: true},
			{ID: "body-type-mismatch", Field: "body", Pointer: "/a", Expected: map[string]any{"secret": json.Number("5"), "b": []any{"x"}}, Real: nil},
			{ID: "body-text-mismatch", Field: "body", Expected: "token=doc-1", Real: `{"token": 7}`},
		},
		Excused: []transaction.Excused{{Field: "body", Pointer: "/n", By: transaction.Volatile{Pointer: "/n", From: "x?token=from-1"}}},
		Source: transaction.Source{
			Headers: map[string]transaction.Position{"etag": {File: "a?token=file-1"}},
			Body:    transaction.Lines{{From: 1, At: transaction.Position{File: "a?token=file-1"}}},
		},
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	in := login()
	var s *sanitize.Sanitizer
	got := s.Outcome(in)

	want := login()
	tr := want.Transaction
	tr.Expected.Headers[0].Value, tr.Expected.Body = "[masked]", `{"access_token":"[masked]","n":1}`
	tr.Expected.Schema = `{"properties":{"access_token":{"type":"string","example":"[masked]"}}}`
	tr.Real.Headers[0].Value = "JWT [masked other]"
	tr.Real.Body = `{"access_token":"[masked other]","n":1,"echo":"you sent [masked]"}`
	tr.Real.Problem.Message = "it ends in [masked]"
	tr.Request.Body = `{"password":"[masked]"}`
	tr.Request.URI, tr.FullPath = "/login?token=[masked]&a=b", "/v1/login?token=[masked]&a=b"
	tr.Fail = "because of [masked other]"
	want.Reason = "got [masked other] and not doc-1" // five characters are too few to look for
	want.Findings[0].Expected, want.Findings[0].Real = "[masked]", "[masked other]"
	want.Findings[0].Message = `Expected "[masked]", but got "[masked]"`
	want.Findings[0].At.File = "a.apib?token=[masked]"
	want.Findings[1].Expected, want.Findings[1].Message = "[masked]", "'[masked]' is missing"
	want.Findings[2].Expected = map[string]any{"secret": "[masked number]", "b": []any{"x"}}
	want.Findings[3].Expected, want.Findings[3].Real = "token=[masked]", `{"token": "[masked other number]"}`
	want.Excused[0].By.From = "x?token=[masked]"
	want.Source.Headers["etag"] = transaction.Position{File: "a?token=[masked]"}
	want.Source.Body[0].At.File = "a?token=[masked]"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(login(), in); diff != "" {
		t.Errorf("the outcome itself was changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, s.Outcome(got)); diff != "" {
		t.Errorf("a second time (-want +got):\n%s", diff)
	}
}

func TestOutcomeWithoutATransaction(t *testing.T) {
	t.Parallel()
	var s *sanitize.Sanitizer
	got := s.Outcome(transaction.Outcome{Status: transaction.Error, Reason: "password=x"})
	assert.Equal(t, transaction.Outcome{Status: transaction.Error, Reason: "password=[masked]"}, got)
}

func TestConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config sanitize.Config
		want   string
	}{
		"no slash":         {sanitize.Config{Pointers: []string{"data"}}, `sanitize pointer "data": a pointer begins with "/", such as /data/**/token`},
		"empty pointer":    {sanitize.Config{Pointers: []string{""}}, `sanitize pointer "": a pointer begins with "/", such as /data/**/token`},
		"escape":           {sanitize.Config{Pointers: []string{"/a~b"}}, `sanitize pointer "/a~b": "~" must be written ~0, and "/" in a name ~1`},
		"too many steps":   {sanitize.Config{Pointers: []string{strings.Repeat("/a", 63)}}, fmt.Sprintf("sanitize pointer %q: it has more than 62 steps", strings.Repeat("/a", 63))},
		"header and value": {sanitize.Config{Headers: []string{"X-A: b"}}, `sanitize header "X-A: b": no header has such a name; give the name alone, such as X-Session`},
		"empty header":     {sanitize.Config{Headers: []string{""}}, `sanitize header "": the name is empty`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sanitize.New(test.config)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestNoDefaults(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{NoDefaults: true, Headers: []string{"X-A"}, Pointers: []string{"/b"}})
	require.NoError(t, err)
	assert.Equal(t, "Bearer abc", s.Header("Authorization", "Bearer abc"))
	assert.Equal(t, "[masked]", s.Header("x-a", "1"))
	assert.Equal(t, `{"token":"a","b":"[masked]"}`, s.Body("", `{"token":"a","b":"c"}`))
	assert.Equal(t, `token=a Bearer 0123456789abcdefghij b=[masked]`, s.Text(`token=a Bearer 0123456789abcdefghij b=c`))
	assert.Equal(t, []string{"header x-a, as configured", "/b, as configured"}, s.Describe())

	none, err := sanitize.New(sanitize.Config{NoDefaults: true})
	require.NoError(t, err)
	assert.Equal(t, `{"token":"a"}`, none.Body("", `{"token":"a"}`))
	assert.Empty(t, none.Describe())
}

// TestHugeTexts bounds the time of what a hostile server may send, by far more than it takes and far
// less than the square of its size would.
func TestHugeTexts(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{Pointers: []string{"/**/a/**/b/**/c", "/x"}})
	require.NoError(t, err)
	const size = 2 << 20
	fill := func(part string) string { return strings.Repeat(part, size/len(part)) }
	tests := map[string]string{
		"open lists":      fill("["),
		"open objects":    fill(`{"a":`),
		"secret objects":  fill(`{"token":`),
		"closed lists":    fill("]"),
		"quotes":          fill(`"`),
		"backslashes":     `"` + fill(`\`),
		"escaped quotes":  `{"token":"` + fill(`\"`),
		"keys":            `{` + fill(`"token":"a",`),
		"other keys":      `{` + fill(`"a":"b",`) + `"b":1}`,
		"bare keys":       fill("token:a "),
		"assignments":     fill("token="),
		"quoted values":   fill(`token="`),
		"elements":        fill("<token>"),
		"open elements":   fill("<token a='"),
		"attributes":      "<a " + fill("name=") + ">",
		"CDATA":           "<token>" + fill("<![CDATA[") + "</token>",
		"names":           fill("a"),
		"schemes":         fill("Bearer "),
		"web tokens":      fill("eyJ."),
		"dots":            "eyJ" + fill("."),
		"URLs":            fill("://a:"),
		"blanks":          "token:" + fill(" "),
		"colons":          fill(`":`),
		"distinct tokens": `[` + fill(`{"token":"0123456789abcdef"},`) + `]`,
		"percent":         fill("%5B"),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			for _, contentType := range []string{"", "application/x-www-form-urlencoded", "multipart/mixed; boundary=a"} {
				s.Body(contentType, text)
			}
			s.Text(text)
			assert.Less(t, time.Since(start), 20*time.Second)
		})
	}
}

func BenchmarkBody(b *testing.B) {
	var text strings.Builder
	text.WriteString(`{"data":[`)
	for i := range 100_000 {
		fmt.Fprintf(&text, `{"id":"%07d","attributes":{"name":"name %07d","self":"https://example.com/v1/%d","token":"t%d"}},`, i, i, i, i)
	}
	text.WriteString(`{}]}`)
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		var s *sanitize.Sanitizer
		s.Body("application/json", text.String())
	}
}
