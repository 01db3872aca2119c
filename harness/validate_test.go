package harness_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func ExampleCheck() {
	expected := transaction.Response{StatusCode: 200, Body: `{"id": 1, "name": "lathe", "seen": "2026-10-05T10:00:00Z"}`}
	real := transaction.Response{StatusCode: 200, Body: `{"id": 1, "name": "press", "seen": "2026-10-06T11:30:00Z"}`}

	for _, f := range harness.Check(expected, real, harness.CheckOptions{
		Volatile: []transaction.Volatile{{Pointer: "/seen", Kind: transaction.KindDateTime}},
	}) {
		fmt.Printf("%s at %s: %v, not %v\n", f.ID, f.Pointer, f.Real, f.Expected)
	}
	// Output:
	// body-value-mismatch at /name: press, not lathe
}

func validator(t *testing.T, cfg harness.ValidatorConfig) *harness.Validator {
	t.Helper()
	v, err := harness.NewValidator(cfg)
	require.NoError(t, err)
	return v
}

func TestCheckTakesTheLevelThatItIsGiven(t *testing.T) {
	t.Parallel()
	expected := transaction.Response{Headers: transaction.Headers{{Name: "Date", Value: "1"}}, Body: `{"a": 1}`}
	real := transaction.Response{Headers: transaction.Headers{{Name: "Date", Value: "2"}}, Body: `{"a": 2}`}
	for _, c := range []struct {
		name    string
		options harness.CheckOptions
		want    []string
	}{
		{"the strictest is the default", harness.CheckOptions{}, []string{"body-value-mismatch"}},
		{"structure", harness.CheckOptions{Match: transaction.MatchStructure}, nil},
		{"type", harness.CheckOptions{Match: transaction.MatchType}, nil},
		{"no defaults", harness.CheckOptions{NoVolatileDefaults: true}, []string{"header-value-mismatch", "body-value-mismatch"}},
		{"volatile", harness.CheckOptions{Volatile: []transaction.Volatile{{Pointer: "/a", Kind: transaction.KindNumber}}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range harness.Check(expected, real, c.options) {
				got = append(got, f.ID)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestSchemasReferToFilesOfTheFolderThatIsGiven(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"schemas/id.json": {Data: []byte(`{"type": "integer"}`)}}
	for _, c := range []struct{ name, ref, want, says string }{
		{"a file", "schemas/id.json", "body-schema-type", "Invalid type"},
		{"no file", "schemas/no.json", "schema-reference-unresolved", "does not exist in the folder"},
		{"a folder", "schemas", "schema-reference-unresolved", "not a regular file"},
		{"outside", "../schemas/id.json", "schema-reference-unresolved", "outside of the folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			findings := harness.Check(
				transaction.Response{Schema: fmt.Sprintf(`{"$ref": %q}`, c.ref)},
				transaction.Response{Body: `"1"`},
				harness.CheckOptions{FS: files})
			require.Len(t, findings, 1)
			require.Equal(t, c.want, findings[0].ID)
			require.Contains(t, findings[0].Message, c.says)
		})
	}
	findings := harness.Check(
		transaction.Response{Schema: `{"$ref": "schemas/id.json"}`}, transaction.Response{Body: `"1"`}, harness.CheckOptions{})
	require.Len(t, findings, 1)
	require.Equal(t, "schema-reference-unresolved", findings[0].ID)
}

func TestEveryKindCanBeDeclared(t *testing.T) {
	t.Parallel()
	for _, k := range harness.Kinds() {
		v := transaction.Volatile{Pointer: "/a", Kind: k}
		if k == transaction.KindRegexp {
			v.Pattern = "a+"
		}
		assert.NoError(t, harness.CheckVolatile(v))
	}
	_, err := harness.NewValidator(harness.ValidatorConfig{CheckOptions: harness.CheckOptions{
		Volatile: []transaction.Volatile{{Pointer: "/a", Kind: "odd", From: "bailiff.yml:3"}},
	}})
	require.ErrorContains(t, err, `bailiff.yml:3: volatile pointer "/a": unknown kind "odd"`)
	_, err = harness.NewValidator(harness.ValidatorConfig{Sanitize: harness.Sanitize{Pointers: []string{"a"}}})
	require.ErrorContains(t, err, `sanitize pointer "a"`)
}

func TestALineThatIsNoPairIsAnError(t *testing.T) {
	t.Parallel()
	v := validator(t, harness.ValidatorConfig{})
	for _, c := range []struct{ name, line, want string }{
		{"no JSON", `{"expected": }`, "column 14: this is no JSON: invalid character '}' looking for beginning of value"},
		{"cut off", `{"expected": {`, "column 14: this is no JSON: unexpected end of JSON input"},
		{"nothing", ``, "column 1: this is no JSON: unexpected end of JSON input"},
		{"list", `[1]`, `this is JSON, but no object: array; want {"expected": {...}, "actual": {...}}`},
		{"null", `null`, `the member "expected" is missing; want {"expected": {...}, "actual": {...}}`},
		{"no expected", `{"actual": {}}`, `the member "expected" is missing; want {"expected": {...}, "actual": {...}}`},
		{"null expected", `{"expected": null, "actual": {}}`, `the member "expected" is missing; want {"expected": {...}, "actual": {...}}`},
		{"no actual", `{"expected": {}}`, `the member "actual" is missing; want {"expected": {...}, "actual": {...}}`},
		{"both", `{"expected": {}, "actual": {}, "real": {}}`, `both "actual" and "real" are given; drop one of them`},
		{"headers", `{"expected": {"headers": 1}, "actual": {}}`, "read a message: headers must be an object, not integer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := v.CheckLine([]byte(c.line))
			require.EqualError(t, err, c.want)
		})
	}
	var b bytes.Buffer
	require.NoError(t, harness.WriteInvalid(&b, errors.New("<why>")))
	require.Equal(t, `{"valid":false,"fields":{},"findings":[],"error":"<why>"}`+"\n", b.String())
}

// TestNoSecretIsWritten looks for the secrets in all that is written, messages included, and finds
// them told apart.
func TestNoSecretIsWritten(t *testing.T) {
	t.Parallel()
	const line = `{"expected": {"headers": {"Set-Cookie": "sid=open-sesame-1"}, "body": "{\"password\": \"open-sesame-2\", \"iban\": \"DE-1\"}"},` +
		`"actual": {"headers": {"Set-Cookie": "sid=open-sesame-3"}, "body": "{\"password\": \"open-sesame-4\", \"iban\": \"DE-2\"}"}}`
	write := func(s harness.Sanitize) string {
		v := validator(t, harness.ValidatorConfig{CheckOptions: harness.CheckOptions{NoVolatileDefaults: true}, Sanitize: s})
		verdict, err := v.CheckLine([]byte(line))
		require.NoError(t, err)
		require.False(t, verdict.OK())
		var b bytes.Buffer
		require.NoError(t, verdict.WriteJSON(&b))
		require.Equal(t, 1, strings.Count(b.String(), "\n"))
		require.Len(t, verdict.Findings, 3)
		assert.Contains(t, fmt.Sprint(verdict.Findings), "open-sesame-4", "the findings themselves are not changed")
		return b.String()
	}
	masked := write(harness.Sanitize{Pointers: []string{"/iban"}})
	assert.NotContains(t, masked, "sesame")
	assert.NotContains(t, masked, "DE-")
	assert.Contains(t, masked, "[masked")
	assert.Contains(t, write(harness.Sanitize{}), "DE-2")
	bare := write(harness.Sanitize{NoDefaults: true})
	for _, secret := range []string{"open-sesame-1", "open-sesame-2", "open-sesame-3", "open-sesame-4"} {
		assert.Contains(t, bare, secret)
	}
}

func TestAValidatorServesSeveralAtATime(t *testing.T) {
	t.Parallel()
	v := validator(t, harness.ValidatorConfig{Explain: true})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			verdict := v.Check(
				transaction.Response{Body: fmt.Sprintf(`{"a": %d}`, i), Schema: `{"type": "object"}`},
				transaction.Response{Body: `{"a": 0}`})
			assert.Equal(t, i == 0, verdict.OK())
			assert.NoError(t, verdict.WriteJSON(&bytes.Buffer{}))
		})
	}
	all.Wait()
}

func recorded(t *testing.T, name, text string) *harness.Recording {
	t.Helper()
	r, err := harness.ReadRecording(name, []byte(text), 0)
	require.NoError(t, err)
	return r
}

func TestCompareNamesTheLineOfTheExpectedRecording(t *testing.T) {
	t.Parallel()
	v := validator(t, harness.ValidatorConfig{})
	expected := recorded(t, "expected.http", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{\r\n  \"id\": 1,\r\n  \"b\": true\r\n}\r\n")
	real := recorded(t, "real.http", "HTTP/2 201\ncontent-type: application/json\n\n{\"id\": 2}")

	verdict, err := v.Compare(expected, real)

	require.NoError(t, err)
	var got []string
	for _, f := range verdict.Findings {
		got = append(got, f.ID+" "+fmt.Sprintf("%s:%d", f.At.File, f.At.Line))
	}
	require.Equal(t, []string{
		"status-code-mismatch expected.http:1", "body-value-mismatch expected.http:6", "body-missing-key expected.http:7",
	}, got, "Content-Length is not asked for")
	require.Contains(t, verdict.Detail(expected, real, harness.ReportOptions{}), "documented at expected.http:6")

	same, err := v.Compare(expected, expected)
	require.NoError(t, err)
	require.True(t, same.OK())
	require.Empty(t, same.Detail(expected, expected, harness.ReportOptions{}))
}

// TestCompareAsksForNoEncoding holds a plain response against one that was compressed, as browsers record it.
func TestCompareAsksForNoEncoding(t *testing.T) {
	t.Parallel()
	v := validator(t, harness.ValidatorConfig{})
	expected := recorded(t, "expected.har", `{"log": {"entries": [{"response": {"status": 200, "httpVersion": "HTTP/1.1", "headers": [
		{"name": "Content-Type", "value": "application/json"}, {"name": "content-encoding", "value": "gzip"}
	], "content": {"mimeType": "application/json", "text": "{\"a\": 1}"}}}]}}`)
	real := recorded(t, "real.http", "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"a\": 1}")
	verdict, err := v.Compare(expected, real)
	require.NoError(t, err)
	require.Empty(t, verdict.Findings)
}

// TestWhatAMessageAsksFor: unlike a recording, a message names only what is wanted.
func TestWhatAMessageAsksFor(t *testing.T) {
	t.Parallel()
	v := validator(t, harness.ValidatorConfig{})
	verdict, err := v.Compare(recorded(t, "m", `{"headers": {"Connection": "close"}}`), recorded(t, "r", "HTTP/1.1 200 OK\n\n"))
	require.NoError(t, err)
	require.Len(t, verdict.Findings, 1)
	require.Equal(t, "header-missing", verdict.Findings[0].ID)
}

func TestNothingIsHeldAgainstABrokenRecording(t *testing.T) {
	t.Parallel()
	v := validator(t, harness.ValidatorConfig{})
	cut := recorded(t, "cut.http", "HTTP/1.1 200 OK\nContent-Length: 9\n\n{")
	whole := recorded(t, "whole.http", "HTTP/1.1 200 OK\n\n{}")

	_, err := v.Compare(cut, whole)
	require.EqualError(t, err, "cut.http: nothing can be held against this response. The body was cut off: its Content-Length is 9 bytes, but it has 1.")
	verdict, err := v.Compare(whole, cut)
	require.NoError(t, err)
	require.Len(t, verdict.Findings, 1)
	require.Equal(t, "body-cut-off", verdict.Findings[0].ID)
	_, err = harness.ReadRecording("f", []byte("?"), 0)
	require.ErrorContains(t, err, "f:1: this is no recorded response")
}

// TestVerdictOfFieldsOfAForm holds that the findings about a field of markup tell no more than the values
// of its verdict do, and that what a schema says of a secret is told but for what it may be.
func TestVerdictOfFieldsOfAForm(t *testing.T) {
	t.Parallel()
	v, err := harness.NewValidator(harness.ValidatorConfig{})
	require.NoError(t, err)
	write := func(expected, real transaction.Response) string {
		var out strings.Builder
		require.NoError(t, v.Check(expected, real).WriteJSON(&out))
		return out.String()
	}
	html := transaction.Headers{{Name: "Content-Type", Value: "text/html"}}
	out := write(
		transaction.Response{StatusCode: 200, Headers: html, Body: `<form><input name="csrf-token" value="docHIDDEN"></form>`},
		transaction.Response{StatusCode: 200, Headers: html, Body: `<form><input name="csrf-token" value="realHIDDEN"><input name="token" value="moreHIDDEN"></form>`},
	)
	assert.NotContains(t, out, "HIDDEN")
	assert.Contains(t, out, "@value")

	out = write(
		transaction.Response{StatusCode: 200, Schema: `{"properties":{"password":{"minLength":18,"type":"string","pattern":"^HIDDEN$"}}}`},
		transaction.Response{StatusCode: 200, Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}}, Body: `{"password":"myHIDDENword"}`},
	)
	assert.NotContains(t, out, "HIDDEN")
	assert.Contains(t, out, "should NOT be shorter than 18 characters")
}
