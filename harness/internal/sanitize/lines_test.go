package sanitize_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestLines(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   []string
		want []string // the last lines
	}{
		"value on the next line":      {[]string{`{`, `"password":`, `"docSECRETpw",`, `"a": "b"`}, []string{`"[masked]",`, `"a": "b"`}},
		"object below":                {[]string{`    {`, `      "client_secret": {`, `        "id": "x",`, `        "n": 5`, `      },`, `      "a": 5`}, []string{`        "id": "[masked]",`, `        "n": [masked]`, `      },`, `      "a": 5`}},
		"object below, no indents":    {[]string{`{`, `"client_secret": {`, `"id": "x",`, `"n": 5},`, `"a": "b"`}, []string{`"id": "[masked]",`, `"n": [masked]},`, `"a": "b"`}},
		"list of JSON":                {[]string{`{"tokens": [`, `  "x",`, `  "y"],`, `  "a": "z"}`}, []string{`  "[masked]",`, `  "[masked]"],`, `  "a": "z"}`}},
		"enum and pattern":            {[]string{`"password": {`, `  "type": "string", "minLength": 8,`, `  "enum": [`, `    "x"`, `  ],`, `  "pattern": "^x$"`, `}`}, []string{`  "type": "string", "minLength": 8,`, `  "enum": [`, `    "[masked]"`, `  ],`, `  "pattern": "[masked]"`, `}`}},
		"schema on a line":            {[]string{`{"properties": {"password": {"type": "string", "enum": ["x"], "pattern": "^p"}, "a": {"enum": ["b"]}}}`}, []string{`{"properties": {"password": {"type": "string", "enum": ["[masked]"], "pattern": "[masked]"}, "a": {"enum": ["b"]}}}`}},
		"flow of YAML":                {[]string{`password: {type: string, enum: [x, y z], default: q}`, `a: b`}, []string{`password: {type: string, enum: [[masked], [masked]], default: [masked]}`, `a: b`}},
		"YAML on the next line":       {[]string{`a:`, `  password:`, `    hunter two`, `  b: c`}, []string{`    [masked]`, `  b: c`}},
		"folded block":                {[]string{`  password: >-`, `    x: y`, ``, `    z`, `  b: c`}, []string{`    [masked]`, ``, `    [masked]`, `  b: c`}},
		"plain text goes on":          {[]string{`password: x`, `  y: z`, `a: b`}, []string{`  [masked]`, `a: b`}},
		"key and value apart":         {[]string{`? password`, `: x`, `a: b`}, []string{`: [masked]`, `a: b`}},
		"schema of YAML":              {[]string{`password:`, `  type: string`, `  minLength: 8`, `  enum:`, `  - x`, `  - y`, `a: b`}, []string{`  type: string`, `  minLength: 8`, `  enum:`, `  - [masked]`, `  - [masked]`, `a: b`}},
		"no schema after all":         {[]string{`password:`, `  type: hunter`, `  minLength: 8b`}, []string{`  type: [masked]`, `  minLength: [masked]`}},
		"list at the indent":          {[]string{`tokens:`, `- x`, `- y`, `a: b`}, []string{`- [masked]`, `- [masked]`, `a: b`}},
		"next item":                   {[]string{`- password: x`, `  a: b`}, []string{`- password: [masked]`, `  a: b`}},
		"parameter":                   {[]string{`- name: api_key`, `  in: query`, `  example: x`, `- name: a`, `  example: b`}, []string{`- name: api_key`, `  in: query`, `  example: [masked]`, `- name: a`, `  example: b`}},
		"name and value":              {[]string{`{`, `  "name": "password",`, `  "value": "x"`, `},`}, []string{`  "name": "password",`, `  "value": "[masked]"`, `},`}},
		"MSON":                        {[]string{`+ Attributes`, `    + password (string)`, `        + Sample: x`, `    + a: b`}, []string{`        + Sample: [masked]`, `    + a: b`}},
		"element over lines":          {[]string{`<a>`, `  <password>`, `    x`, `  </password>`, `  <b>c</b>`}, []string{`    [masked]`, `  </password>`, `  <b>c</b>`}},
		"paths and names are none":    {[]string{`  /oauth/token:`, `    post:`, `      summary: a b`, `    required: [password, token]`}, []string{`      summary: a b`, `    required: [password, token]`}},
		"prose":                       {[]string{`It has no token: the server says "no", isn't it? {`, `a: b`}, []string{`It has no token: the server says "no", isn't it? {`, `a: b`}},
		"quotes in prose":             {[]string{`say "password`, `a: b`}, []string{`a: b`}},
		"cut off, and something else": {[]string{`    {"password": {`, `+ Response 200`, `    a: b`}, []string{`    a: b`}},
		"credential":                  {[]string{`    Authorization: Bearer x`, `"set-cookie": ["a=b"]`}, []string{`    Authorization: Bearer [masked]`, `"set-cookie": ["[masked]"]`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *sanitize.Sanitizer
			from := len(test.in) - len(test.want)
			got := s.Mask().Lines(test.in, from, len(test.in))
			assert.Equal(t, test.want, got)
			assert.Equal(t, got, s.Mask().Lines(append(append([]string(nil), test.in[:from]...), got...), from, len(test.in)), "again changes nothing")
		})
	}
}

// TestLinesOfAnOutcome looks for the secrets of an outcome, where nothing but their values tells what
// they are.
func TestLinesOfAnOutcome(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{Pointers: []string{"/codes/*", "/n"}})
	require.NoError(t, err)
	m := s.Mask()
	m.Outcome(transaction.Outcome{Transaction: &transaction.Transaction{
		Request:  transaction.Request{Body: `{"password":"ask"}`},
		Expected: transaction.Response{Body: `{"codes":["CODEONE","b"],"n":7}`, Schema: `{"properties":{"codes":{"items":{"enum":["CODETWO"]}}}}`},
		Real:     &transaction.Response{Body: `[{"value":"r\"q","name":"password"}]`},
	}})
	in := []string{
		`    "CODEONE",`, `  - CODETWO`, `"b": "b"`, `x: 7`, `y: 77`, `"r\"q"`, `+ c: CODEONE (string)`, `the askew ask`, `CODEONES`,
	}
	want := []string{
		`    "[masked]",`, `  - [masked]`, `"b": "[masked]"`, `x: [masked number]`, `y: 77`, `"[masked other]"`, `+ c: [masked] (string)`, `the askew [masked]`, `CODEONES`,
	}
	assert.Equal(t, want, m.Lines(in, 0, len(in)))
}

func TestSecretNames(t *testing.T) {
	t.Parallel()
	var s *sanitize.Sanitizer
	for _, name := range []string{
		"pass", "user_pass", "passcode", "otp", "otpCode", "pin", "userPin", "card-pin", "PIN", "session_id", "sessionId", "PHPSESSIONID",
		"access key", "accessKey", "aws_access_key", "credentials", "csrf", "_csrf", "xsrf", "private_key", "privateKey", "PRIVATE-KEY-PEM", "passwords", "apiKeys",
	} {
		assert.Equal(t, `{"`+name+`":["[masked]"]}`, s.Body("", `{"`+name+`":["x"]}`), name)
	}
	for _, name := range []string{"pinned", "passport", "compass", "spin", "bypass", "opinion", "session", "primary_key", "access-control-allow-credentials", "footpin"} {
		assert.Equal(t, `{"`+name+`":"x"}`, s.Body("", `{"`+name+`":"x"}`), name)
	}
	assert.Equal(t, `{"total_tokens":12,"tokens":["[masked number]"]}`, s.Body("", `{"total_tokens":12,"tokens":[12]}`))
}

func TestPairs(t *testing.T) {
	t.Parallel()
	var s *sanitize.Sanitizer
	tests := map[string]struct{ contentType, in, want string }{
		"name first":        {"", `[{"name":"password","value":"a"},{"name":"b","value":"c"}]`, `[{"name":"password","value":"[masked]"},{"name":"b","value":"c"}]`},
		"value first":       {"", `[{"value":"a","x":[1,"]"],"name":"Authorization"},{"value":"c","name":"b"}]`, `[{"value":"[masked]","x":[1,"]"],"name":"Authorization"},{"value":"c","name":"b"}]`},
		"below it":          {"", `{"key":"token","value":{"a":["b",1]}}`, `{"key":"token","value":{"a":["[masked]","[masked number]"]}}`},
		"markup":            {"", `{"@name":"csrf","@value":"a"}`, `{"@name":"csrf","@value":"[masked]"}`},
		"name of an object": {"", `{"name":"token","value":{"name":"b"},"x":{"value":"c"}}`, `{"name":"token","value":{"name":"[masked]"},"x":{"value":"c"}}`},
		"headers":           {"", `{"headers":{"set-cookie":["s=c"],"authorization":["Bearer e"],"a":["b"]}}`, `{"headers":{"set-cookie":["[masked]"],"authorization":["[masked]"],"a":["b"]}}`},
		"YAML":              {"application/yaml", "a: b\npassword: >\n  x\n  y\ntokens:\n- z\n", "a: b\npassword: >\n  [masked]\ntokens:\n- [masked]\n"},
		"YAML in a text":    {"text/plain", "a: b\npassword: >\n  x\n  y\nc: d\n", "a: b\npassword: >\n  [masked]\nc: d\n"},
		"list in a text":    {"text/plain", `got "tokens": ["a", 'b', 1], "c": ["d"]`, `got "tokens": ["[masked]", '[masked]', [masked]], "c": ["d"]`},
		"value below":       {"text/plain", "got \"token\":\n  \"a\"\nc: d", "got \"token\":\n  \"[masked]\"\nc: d"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, s.Body(test.contentType, test.in))
			assert.Equal(t, test.want, s.Body(test.contentType, test.want), "again changes nothing")
		})
	}
}

func TestFindingsOfPairs(t *testing.T) {
	t.Parallel()
	var s *sanitize.Sanitizer
	html := transaction.Headers{{Name: "Content-Type", Value: "text/html"}}
	got := s.Outcome(transaction.Outcome{
		Transaction: &transaction.Transaction{
			Expected: transaction.Response{Headers: html, Body: `<input name="csrf-token" value="doc">`},
			Real:     &transaction.Response{Headers: html, Body: `<input name="csrf-token" value="real">`},
		},
		Findings: []transaction.Finding{
			{ID: "body-value-mismatch", Field: "body", Pointer: "/html/body/0/input/0/@value", Expected: "doc", Real: "real", HasExpected: true, HasReal: true, Message: `Expected "doc", but got "real"`},
			{ID: "body-missing-key", Field: "body", Pointer: "/html/body/0/input", Expected: map[string]any{"@name": "token", "@value": "x"}, HasExpected: true},
			{ID: "body-value-mismatch", Field: "headers", Pointer: "authorization", Expected: "Bearer a", Real: "Bearer b", Message: `Expected 'Bearer a', but got 'Bearer b'`},
		},
	}).Findings
	assert.Equal(t, []any{"[masked]", "[masked other]", `Expected "[masked]", but got "[masked other]"`}, []any{got[0].Expected, got[0].Real, got[0].Message})
	assert.Equal(t, map[string]any{"@name": "token", "@value": "[masked]"}, got[1].Expected)
	assert.Equal(t, `Expected 'Bearer [masked]', but got 'Bearer [masked other]'`, got[2].Message)
}

func TestFindingsOfSchemas(t *testing.T) {
	t.Parallel()
	var s *sanitize.Sanitizer
	tests := []struct {
		id             string
		expected       any
		message, shown string
	}{
		{"body-schema-min-length", 8, "data/password should NOT be shorter than 8 characters", "data/password should NOT be shorter than 8 characters"},
		{"body-schema-type", "string", "At '/password' Invalid type: number (expected string)", "At '/password' Invalid type: number (expected string)"},
		{"body-schema-format", "email", `data/password should match format "email"`, `data/password should match format "email"`},
		{"body-schema-pattern", "^PAT$", `data/password should match pattern "^PAT$"`, `data/password should match pattern "[masked]"`},
		{"body-schema-const", "SEC", `data/password should be equal to constant`, `data/password should be equal to constant`},
	}
	for _, test := range tests {
		got := s.Finding(transaction.Finding{ID: test.id, Field: "body", Pointer: "/password", Expected: test.expected, HasExpected: true, Real: "it", HasReal: true, Message: test.message})
		assert.Equal(t, test.shown, got.Message, test.id)
		assert.Contains(t, got.Real, "[masked")
		if test.id == "body-schema-pattern" || test.id == "body-schema-const" {
			assert.Equal(t, "[masked]", got.Expected)
		} else {
			assert.Equal(t, test.expected, got.Expected)
		}
	}
	got := s.Finding(transaction.Finding{Field: "body", Message: `the schema refers to "/etc/passwd": it lies outside of the folder`})
	assert.Equal(t, `the schema refers to "/etc/passwd": it lies outside of the folder`, got.Message)
}

func TestSchemaOfAConfiguredPlace(t *testing.T) {
	t.Parallel()
	s, err := sanitize.New(sanitize.Config{Pointers: []string{"/codes/*", "/a/b"}})
	require.NoError(t, err)
	got := s.Outcome(transaction.Outcome{Transaction: &transaction.Transaction{Expected: transaction.Response{
		Schema: `{"properties":{"codes":{"items":{"type":"string","enum":["x"],"pattern":"p"}},"a":{"properties":{"b":{"default":"y","type":"string"},"pattern":{"default":"z"}},"example":{"b":"v","c":"w"}}}}`,
	}}})
	assert.Equal(t, `{"properties":{"codes":{"items":{"type":"string","enum":["[masked]"],"pattern":"[masked]"}},"a":{"properties":{"b":{"default":"[masked]","type":"string"},"pattern":{"default":"z"}},"example":{"b":"[masked]","c":"w"}}}}`, got.Transaction.Expected.Schema)
}

// TestLongFields holds that nobody pays for a form, or a body of parts, that no output shows whole.
func TestLongFields(t *testing.T) {
	t.Parallel()
	var s *sanitize.Sanitizer
	for contentType, part := range map[string]string{
		"application/x-www-form-urlencoded": "a=%41&", "multipart/form-data; boundary=X": "--X\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n",
	} {
		text := strings.Repeat(part, (40<<20)/len(part))
		start := time.Now()
		got := s.Body(contentType, text)
		assert.Less(t, len(got), 2<<20)
		assert.Contains(t, got[len(got)-100:], fmt.Sprintf("…[%d bytes", len(text)))
		assert.Less(t, time.Since(start), 10*time.Second)
	}
}

// TestHugeLines bounds the time of what a file may hold on one line, or on many.
func TestHugeLines(t *testing.T) {
	t.Parallel()
	const size = 900 << 10
	var s *sanitize.Sanitizer
	for _, part := range []string{"[", `{"a":`, `{"token":`, "a: ", "a:", "'", " '", `"`, `"a" `, "- ", "token: ", "[masked", "x ", `{"name":"token",`, "? ", "(", `\"`} {
		start := time.Now()
		m := s.Mask()
		m.Outcome(transaction.Outcome{Transaction: &transaction.Transaction{Request: transaction.Request{Body: `{"token":"a"}`}}})
		m.Lines([]string{"a:", strings.Repeat(part, size/len(part)), "b"}, 0, 3)
		many := make([]string, 3000)
		for i := range many {
			many[i] = strings.Repeat(" ", i/10) + part + "a:"
		}
		m.Lines(many, 2990, 3000)
		assert.Less(t, time.Since(start), 10*time.Second, part)
	}
	assert.Equal(t, strings.Repeat("x", 2<<20), s.Body("text/plain", strings.Repeat("x", 2<<20)))
}
