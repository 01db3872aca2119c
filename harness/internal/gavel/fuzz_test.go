package gavel_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func FuzzCheck(f *testing.F) {
	f.Add(`{"a": [1, {"b": "x"}]}`, `{"a": [1.0, {"b": "\u0078"}]}`, "", "/a/*/b", `x+`, "application/json")
	f.Add(`[1e999999999]`, `[10e999999998]`, `{"items": {"multipleOf": 1e-99999}}`, "/**", "", "application/vnd.api+json; charset=utf-8")
	f.Add("hello\n", "hello", `{"$ref": "#"}`, "", "(", "text/plain")
	f.Add(`{"a": 1, "a": 2}`, "\xff", `{"properties": {"a": {"$ref": "#"}}, "if": {}, "then": false}`, "/a", "", "")
	f.Add(`"\ud800"`, `[[[[`, `{"pattern": "[^\\s\\u0041-\\cZ]{2,}?(?:a|b)$"}`, "~1/~0", "", ";=")
	f.Fuzz(func(t *testing.T, expected, real, schema, pointer, pattern, contentType string) {
		headers := transaction.Headers{{Name: "Content-Type", Value: contentType}}
		checker := gavel.New()
		for _, match := range levels {
			o := gavel.Options{Match: match, Explain: true, Volatile: []transaction.Volatile{
				{Pointer: "/**", Kind: transaction.KindSet},
				{Pointer: pointer, Kind: transaction.KindRegexp, Pattern: pattern},
			}}
			r := checker.Check(
				transaction.Response{StatusCode: 200, Headers: headers, Body: expected, Schema: schema},
				transaction.Response{StatusCode: 200, Headers: headers, Body: real}, o)
			if _, err := json.Marshal(r.Verdict()); err != nil {
				t.Fatal(err)
			}
			for _, finding := range r.Findings {
				if finding.ID == "" || finding.Field == "" || finding.Message == "" {
					t.Fatalf("unfinished: %+v", finding)
				}
				gavel.Line(expected, finding.Pointer)
			}
			same := checker.Check(transaction.Response{Body: expected}, transaction.Response{Body: expected + " "}, gavel.Options{Match: match})
			if json.Valid([]byte(expected)) && !same.OK() && same.Findings[0].ID != gavel.DocumentedDuplicateKey &&
				!strings.ContainsRune(strings.ToValidUTF8(expected, "\uFFFD"), '\uFFFD') {
				t.Fatalf("%q is not like itself: %+v", expected, same.Findings)
			}
		}
	})
}

func FuzzLine(f *testing.F) {
	f.Add("{\n\"a\": [1,\n2]}", "/a/1")
	f.Add("[[[", "/0/0")
	f.Add(`{"a~/b": {"": 1}}`, "/a~0~1b/")
	f.Fuzz(func(t *testing.T, body, pointer string) {
		line := gavel.Line(body, pointer)
		if line < 0 || line > strings.Count(body, "\n")+1 {
			t.Fatalf("line %d of %q", line, body)
		}
		if (line == 0) != (gavel.Line(body, "") == 0) {
			t.Fatalf("%q is JSON for one pointer and not for another", body)
		}
	})
}
