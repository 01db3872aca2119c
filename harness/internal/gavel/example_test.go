package gavel_test

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func ExampleChecker_Check() {
	documented := transaction.Response{StatusCode: 200, Body: `{
  "data": {
    "id": "1",
    "name": "Travel & Outdoor",
    "created-at": "2016-01-01T00:00:00Z"
  }
}`}
	real := transaction.Response{StatusCode: 200, Body: `{"data": {"id": 1, "created-at": "2026-01-01T09:30:00Z", "slug": "travel"}}`}
	result := gavel.New().Check(documented, real, gavel.Options{
		Match:    transaction.MatchValue,
		Volatile: []transaction.Volatile{{Pointer: "/**/created-at", Kind: transaction.KindDateTime}},
	})
	for _, f := range result.Findings {
		fmt.Printf("line %d: %s: %s\n", gavel.Line(documented.Body, f.Pointer), f.ID, f.Message)
	}
	// Output:
	// line 3: body-type-mismatch: At '/data/id' Invalid type: integer (expected string)
	// line 4: body-missing-key: At '/data/name' Missing required property: name
	// line 2: body-undocumented-key: At '/data/slug' Undocumented property: slug
}
