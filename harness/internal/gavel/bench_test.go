package gavel_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// listBody is a JSON:API list of events, about 1.3 KB each.
func listBody(events int, createdAt string) string {
	type object = map[string]any
	var data []object
	for i := range events {
		data = append(data, object{
			"type": "event", "id": fmt.Sprint(i + 1),
			"attributes": object{
				"name": "New Event", "identifier": "a1b2c3d4", "starts-at": "2099-12-13T23:59:59.123456+00:00",
				"ends-at": "2099-12-14T23:59:59.123456+00:00", "created-at": createdAt, "timezone": "UTC",
				"latitude": 12.345678, "longitude": -0.5, "is-event-online": false, "state": "draft",
				"description": strings.Repeat("An event with a description. ", 8), "deleted-at": nil,
				"logo-url": "http://example.com/logo.png", "has-sessions": true, "privacy": "public",
			},
			"relationships": object{
				"tickets":  object{"links": object{"self": "/v1/events/1/relationships/tickets", "related": "/v1/events/1/tickets"}},
				"speakers": object{"links": object{"self": "/v1/events/1/relationships/speakers", "related": "/v1/events/1/speakers"}},
			},
			"links": object{"self": fmt.Sprintf("/v1/events/%d", i+1)},
		})
	}
	text, err := json.MarshalIndent(object{"data": data, "meta": object{"count": events}, "jsonapi": object{"version": "1.0"}}, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// BenchmarkVerdict compares the verdict by value on a body of 6.5 KB, its documentation indented
// and the real one not, with reading that body by encoding/json.
func BenchmarkVerdict(b *testing.B) {
	headers := transaction.Headers{{Name: "Content-Type", Value: "application/vnd.api+json"}}
	expected := transaction.Response{StatusCode: 200, Headers: headers, Body: listBody(5, "2016-01-01T00:00:00Z")}
	var real strings.Builder
	var v any
	if err := json.Unmarshal([]byte(listBody(5, "2026-01-01T00:00:00Z")), &v); err != nil {
		b.Fatal(err)
	}
	if err := json.NewEncoder(&real).Encode(v); err != nil {
		b.Fatal(err)
	}
	got := transaction.Response{StatusCode: 200, Headers: headers, Body: real.String()}
	// Beside the defaults, of which created-at is one.
	options := gavel.Options{Match: transaction.MatchValue, Volatile: []transaction.Volatile{
		{Pointer: "/**/identifier", Kind: transaction.KindString},
		{Pointer: "/**/last-accessed-at", Kind: transaction.KindDateTime},
		{Pointer: "/meta/**/token", Kind: transaction.KindAny},
		{Pointer: "/data/*/id", Kind: transaction.KindRegexp, Pattern: `\d+`},
		{Pointer: "/data/*/attributes/logo-url", Kind: transaction.KindURL},
		{Pointer: "/included/**/id", Kind: transaction.KindUUID},
		{Pointer: "/**/checked-in-at", Kind: transaction.KindDateTime},
		{Pointer: "/data/attributes/password", Kind: transaction.KindAny},
		{Pointer: "/links/*", Kind: transaction.KindAny},
		{Pointer: "/**/pentabarf-url", Kind: transaction.KindURL},
	}}
	checker := gavel.New()
	b.Run("unmarshal", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(expected.Body)))
		for b.Loop() {
			var v any
			if err := json.Unmarshal([]byte(expected.Body), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, match := range []transaction.Match{transaction.MatchStructure, transaction.MatchType, transaction.MatchValue} {
		options.Match = match
		b.Run(string(match), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(expected.Body)))
			for b.Loop() {
				if r := checker.Check(expected, got, options); !r.OK() {
					b.Fatal(r.Findings)
				}
			}
		})
	}
	b.Run("schema", func(b *testing.B) {
		b.ReportAllocs()
		e := expected
		e.Schema = `{"type": "object", "properties": {"data": {"type": "array", "items": {"required": ["type", "id"],
			"properties": {"attributes": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}}}}}}`
		for b.Loop() {
			if r := checker.Check(e, got, gavel.Options{}); !r.OK() {
				b.Fatal(r.Findings)
			}
		}
	})
	b.Run("new schema", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			e := transaction.Response{StatusCode: 200, Schema: fmt.Sprintf(`{"$schema":"http://json-schema.org/draft-04/schema#","type": "object", "maxProperties": %d}`, i+10)}
			if r := checker.Check(e, got, gavel.Options{}); !r.OK() {
				b.Fatal(r.Findings)
			}
		}
	})
}

// BenchmarkSize shows that time and memory grow with the body and not faster.
func BenchmarkSize(b *testing.B) {
	for _, events := range []int{70, 700, 7000} {
		expected := transaction.Response{StatusCode: 200, Body: listBody(events, "2016-01-01T00:00:00Z")}
		real := expected
		real.Body += "\n"
		checker := gavel.New()
		b.Run(fmt.Sprintf("%dKB", len(real.Body)>>10), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(real.Body)))
			for b.Loop() {
				if r := checker.Check(expected, real, gavel.Options{Match: transaction.MatchValue}); !r.OK() {
					b.Fatal(r.Findings)
				}
			}
		})
	}
}

// BenchmarkSet compares a list that is declared a set, and comes in another order, with the same list
// in its own.
func BenchmarkSet(b *testing.B) {
	for _, events := range []int{70, 700, 7000} {
		text := listBody(events, "2016-01-01T00:00:00Z")
		var body struct{ Data []json.RawMessage }
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			b.Fatal(err)
		}
		expected := transaction.Response{StatusCode: 200, Body: marshal(body)}
		slices.Reverse(body.Data)
		real := transaction.Response{StatusCode: 200, Body: marshal(body)}
		options := gavel.Options{Match: transaction.MatchValue, Volatile: []transaction.Volatile{{Pointer: "/Data", Kind: transaction.KindSet}}}
		checker := gavel.New()
		b.Run(fmt.Sprintf("%dKB", len(real.Body)>>10), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(real.Body)))
			for b.Loop() {
				if r := checker.Check(expected, real, options); !r.OK() {
					b.Fatal(r.Findings)
				}
			}
		})
	}
}
