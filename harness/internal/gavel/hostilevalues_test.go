package gavel_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// repeat writes a list of items.
func repeat(n int, item func(i int) string) string {
	var b strings.Builder
	b.WriteString("[")
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(item(i))
	}
	b.WriteString("]")
	return b.String()
}

// TestLargeLists holds lists against each other whose items could each be like any other. The time
// must not grow with the product of their lengths.
func TestLargeLists(t *testing.T) {
	t.Parallel()
	const many = 100_000
	set := transaction.Volatile{Pointer: "#", Kind: transaction.KindSet}
	sets := transaction.Volatile{Pointer: "/**", Kind: transaction.KindSet}
	object := func(i int) string { return fmt.Sprintf(`{"id": %d, "a": %d, "b": "x"}`, i, i) }
	backwards := func(item func(int) string) func(int) string {
		return func(i int) string { return item(many - 1 - i) }
	}
	number := func(i int) string { return fmt.Sprint(i) }
	tests := []struct {
		name           string
		match          transaction.Match
		volatile       []transaction.Volatile
		schema         string
		expected, real string
		want           []string // the ids that are found, nil for none
	}{
		{name: "numbers backwards", volatile: []transaction.Volatile{set}, expected: repeat(many, number), real: repeat(many, backwards(number))},
		{name: "objects backwards", volatile: []transaction.Volatile{set}, expected: repeat(many, object), real: repeat(many, backwards(object))},
		{
			name: "one item again and again", volatile: []transaction.Volatile{set},
			expected: repeat(many, func(int) string { return "1" }), real: repeat(many-1, func(int) string { return "1" }), want: []string{gavel.BodyMissingItem},
		},
		{
			name: "all different", volatile: []transaction.Volatile{set}, expected: repeat(many, number),
			real: repeat(many, func(i int) string { return fmt.Sprint(i + many) }), want: []string{gavel.BodyValueMismatch, gavel.FindingsCut},
		},
		{
			name: "all different objects", volatile: []transaction.Volatile{set}, expected: repeat(many, object),
			real: repeat(many, func(i int) string { return object(i + many) }),
			want: []string{gavel.BodyMissingItem, gavel.FindingsCut},
		},
		{
			name: "patterns with indexes", volatile: []transaction.Volatile{set, {Pointer: "/0/a", Kind: transaction.KindAny}, {Pointer: "/**/7/a", Kind: transaction.KindAny}},
			expected: repeat(many, object), real: repeat(many, backwards(object)),
		},
		{
			name: "volatile parts of all", volatile: []transaction.Volatile{set, {Pointer: "/*/id", Kind: transaction.KindNumber}},
			expected: repeat(many, func(i int) string { return fmt.Sprintf(`{"id": %d, "a": %d}`, i, i%10) }),
			real:     repeat(many, func(i int) string { return fmt.Sprintf(`{"id": %d, "a": %d}`, i+5, (i+5)%10) }),
		},
		{
			name: "sets in sets", volatile: []transaction.Volatile{sets},
			expected: strings.Repeat("[", 3000) + repeat(many, number) + strings.Repeat("]", 3000),
			real:     strings.Repeat("[", 3000) + repeat(many, backwards(number)) + strings.Repeat("]", 3000),
		},
		{
			name: "sets in sets that differ", volatile: []transaction.Volatile{sets},
			expected: strings.Repeat("[1,", 5000) + "[1]" + strings.Repeat("]", 5000),
			real:     strings.Repeat("[1,", 5000) + "[2]" + strings.Repeat("]", 5000), want: []string{gavel.BodyValueMismatch},
		},
		{
			name: "sets in sets and an index", volatile: []transaction.Volatile{sets, {Pointer: "/**/3/x", Kind: transaction.KindAny}},
			expected: strings.Repeat("[1,", 5000) + "[1]" + strings.Repeat("]", 5000),
			real:     strings.Repeat("[1,", 5000) + "[2]" + strings.Repeat("]", 5000), want: []string{gavel.BodyValueMismatch},
		},
		{
			name: "sets of sixty large items", volatile: []transaction.Volatile{sets},
			expected: repeat(60, func(i int) string { return repeat(2000, func(j int) string { return fmt.Sprint(i * j % 997) }) }),
			real:     repeat(60, func(i int) string { return repeat(2000, func(j int) string { return fmt.Sprint(i * j % 991) }) }),
			want:     []string{gavel.BodyValueMismatch},
		},
		{
			name: "one item more", expected: repeat(many, object), real: "[7," + repeat(many, object)[1:],
			want: []string{gavel.BodyListLength, gavel.BodyUndocumentedItem},
		},
		{
			name: "many items more", expected: repeat(10, number), real: repeat(many, number),
			want: []string{gavel.BodyListLength, gavel.BodyUndocumentedItem}, // and not the end of the findings
		},
		{
			name:     "lists in lists, each with an item less behind a large one",
			expected: strings.Repeat("["+repeat(20, number)+",2,", 3000) + "1" + strings.Repeat("]", 3000),
			real:     strings.Repeat("["+repeat(20, number)+",", 3000) + "1" + strings.Repeat("]", 3000),
			want:     []string{gavel.BodyListLength, gavel.BodyTypeMismatch, gavel.BodyMissingItem},
		},
		{
			name:     "lists in lists, each with an item more before it",
			expected: strings.Repeat(`[{"a": `+repeat(20, number)+`, "b": `, 2000) + "1" + strings.Repeat("}]", 2000),
			real:     strings.Repeat(`[{"a": `+repeat(20, number)+`, "b": `, 2000) + "1" + strings.Repeat("}, 1]", 2000),
			want:     []string{gavel.BodyListLength, gavel.FindingsCut},
		},
		{
			name: "many shapes", match: transaction.MatchType,
			expected: repeat(500, func(i int) string { return fmt.Sprintf(`{"k%d": 1}`, i) }),
			real:     repeat(many, func(i int) string { return fmt.Sprintf(`{"k%d": 1}`, i%30) }),
		},
		{
			name: "one shape that does not fit", match: transaction.MatchType,
			expected: repeat(500, object), real: repeat(many, func(int) string { return `{"id": "x"}` }),
			want: []string{gavel.BodyTypeMismatch, gavel.BodyMissingKey, gavel.FindingsCut},
		},
		{
			name: "two shapes by turns", match: transaction.MatchType,
			expected: `[{"large": ` + repeat(3000, number) + `}, {"b": 1}]`,
			real:     repeat(many, func(i int) string { return `{"b": 1}` }),
		},
		{
			name: "lists of lists of two shapes", match: transaction.MatchType,
			expected: strings.Repeat(`[1,`, 3000) + "1" + strings.Repeat("]", 3000),
			real:     strings.Repeat(`[`, 3000) + `"x"` + strings.Repeat(",1]", 3000), want: []string{gavel.BodyTypeMismatch},
		},
		{
			name: "nulls that a schema allows", match: transaction.MatchType,
			schema:   `{"items": {"additionalProperties": {"type": ["integer", "null"]}}}`,
			expected: repeat(2, object)[:1] + `{"a": 1, "b": 1}]`, real: repeat(many/10, func(int) string { return `{"a": null, "b": null}` }),
		},
		{
			name: "nulls in many places that a schema allows", match: transaction.MatchType,
			schema:   `{"additionalProperties": {"type": ["integer", "null"]}}`,
			expected: "{" + strings.Trim(repeat(3000, func(i int) string { return fmt.Sprintf(`"k%d": 1`, i) }), "[]") + "}",
			real:     "{" + strings.Trim(repeat(3000, func(i int) string { return fmt.Sprintf(`"k%d": null`, i) }), "[]") + "}",
			// What is not asked any more is a difference.
			want: []string{gavel.BodyUnexpectedNull, gavel.FindingsCut},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.match == "" {
				tt.match = transaction.MatchValue
			}
			start := time.Now()
			for _, explain := range []bool{false, true} {
				if explain && len(tt.real) > 1<<20 {
					continue // once is enough
				}
				r := gavel.New().Check(transaction.Response{Body: tt.expected, Schema: tt.schema}, transaction.Response{Body: tt.real},
					gavel.Options{Match: tt.match, Volatile: tt.volatile, Explain: explain})
				var ids []string
				seen := map[string]bool{gavel.StatusCodeMismatch: true}
				for _, f := range r.Findings {
					if !seen[f.ID] {
						seen[f.ID] = true
						ids = append(ids, f.ID)
					}
				}
				require.Equal(t, tt.want, ids)
				assert.LessOrEqual(t, len(r.Findings), 1001)
				assert.LessOrEqual(t, len(r.Excused), 1000)
			}
			took := time.Since(start)
			t.Logf("%v for %d and %d bytes", took.Round(time.Millisecond), len(tt.expected), len(tt.real))
			assert.Less(t, took, time.Minute)
		})
	}
}
