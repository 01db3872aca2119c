package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The kinds of mutants, in the order of the table.
const (
	otherStatus   = "another status code"
	droppedHeader = "a documented header is missing"
	changedHeader = "a documented header is changed"
	droppedKey    = "a key is missing"
	addedKey      = "a key is added"
	changedType   = "a value has another type"
	nulled        = "a value is null"
	changedValue  = "a string, number or boolean is changed"
	emptiedList   = "a list is empty"
	droppedItem   = "an item is missing"
	repeatedItem  = "an item is repeated"
	swappedItems  = "two items are exchanged"
	truncated     = "the body ends early"
)

func mutantKinds() []string {
	return []string{
		otherStatus, droppedHeader, changedHeader, droppedKey, addedKey, changedType, nulled, changedValue,
		emptiedList, droppedItem, repeatedItem, swappedItems, truncated,
	}
}

// mutant is a response that differs in one place from one that is as documented. Each differs in what
// it says: 1.0 in place of 1, or the exchange of two items that are alike, is no mutant.
type mutant struct {
	kind string
	// field and place say what is changed, as in a finding: of a missing key, that is its object.
	field, place string
	real         transaction.Response
}

// mutantsOf makes all mutants of a response, as far as the documentation speaks of what they change.
func mutantsOf(t testing.TB, expected, real transaction.Response) []mutant {
	t.Helper()
	m := &mutation{t: t, real: real}
	status := 500
	if real.StatusCode == status {
		status = 200
	}
	m.add(otherStatus, "statusCode", "", func(r *transaction.Response) { r.StatusCode = status })
	for _, h := range expected.Headers {
		place := "/" + strings.ToLower(h.Name)
		m.add(droppedHeader, "headers", place, func(r *transaction.Response) { r.Headers.Del(h.Name) })
		m.add(changedHeader, "headers", place, func(r *transaction.Response) { r.Headers.Set(h.Name, otherHeader(h.Name)) })
	}
	if expected.Body == "" && expected.Schema == "" {
		return m.list
	}
	if text := strings.TrimRight(real.Body, " \t\r\n"); text != "" {
		for _, end := range slices.Compact([]int{0, len(text) / 2, len(text) - 1}) {
			m.body(truncated, "", text[:end])
		}
	}
	if root, ok := decodeJSON(real.Body); ok {
		m.node(root, "", func(v any) any { return v })
	}
	return m.list
}

// otherHeader is a value that no response has.
func otherHeader(name string) string {
	if strings.EqualFold(name, "Content-Type") {
		return "application/x-mutant"
	}
	return "mutant"
}

// mutation makes the mutants of one response.
type mutation struct {
	t    testing.TB
	real transaction.Response
	list []mutant
}

func (m *mutation) add(kind, field, place string, change func(*transaction.Response)) {
	r := m.real
	r.Headers = r.Headers.Clone()
	change(&r)
	m.list = append(m.list, mutant{kind, field, place, r})
}

func (m *mutation) body(kind, place, body string) {
	m.add(kind, "body", place, func(r *transaction.Response) { r.Body = body })
}

// node makes the mutants of a value and of what is in it. in returns the root with another value in
// the place of this one.
func (m *mutation) node(v any, place string, in func(any) any) {
	put := func(kind string, other any) {
		require.False(m.t, sameJSON(v, other), "%s at %s is no difference", kind, place)
		m.body(kind, place, encodeJSON(m.t, in(other)))
	}
	if v != nil {
		put(nulled, nil)
	}
	put(changedType, otherType(v))
	switch v := v.(type) {
	case map[string]any:
		m.object(v, place, in, put)
	case []any:
		m.items(v, place, in, put)
	case string:
		put(changedValue, v+"x")
	case bool:
		put(changedValue, !v)
	case json.Number:
		put(changedValue, next(m.t, v))
	}
}

func (m *mutation) object(v map[string]any, place string, in func(any) any, put func(string, any)) {
	added := maps.Clone(v)
	added["mutant"] = true
	put(addedKey, added)
	for _, k := range slices.Sorted(maps.Keys(v)) {
		less := maps.Clone(v)
		delete(less, k)
		put(droppedKey, less)
		m.node(v[k], place+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(k), func(other any) any {
			changed := maps.Clone(v)
			changed[k] = other
			return in(changed)
		})
	}
}

func (m *mutation) items(v []any, place string, in func(any) any, put func(string, any)) {
	if len(v) > 0 {
		put(emptiedList, []any{})
		put(repeatedItem, append(slices.Clip(v), v[len(v)-1]))
	}
	for i := range v {
		if len(v) > 1 {
			put(droppedItem, slices.Delete(slices.Clone(v), i, i+1))
		}
		for j := i + 1; j < len(v); j++ {
			if !sameJSON(v[i], v[j]) {
				swapped := slices.Clone(v)
				swapped[i], swapped[j] = v[j], v[i]
				put(swappedItems, swapped)
			}
		}
		m.node(v[i], place+"/"+strconv.Itoa(i), func(other any) any {
			changed := slices.Clone(v)
			changed[i] = other
			return in(changed)
		})
	}
}

func otherType(v any) any {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return json.Number("7")
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return map[string]any{}
	}
	return []any{v}
}

// next is the number that is greater by one.
func next(t testing.TB, n json.Number) json.Number {
	t.Helper()
	r, ok := new(big.Rat).SetString(n.String())
	require.True(t, ok, n)
	return json.Number(r.Add(r, big.NewRat(1, 1)).FloatString(20))
}

func decodeJSON(text string) (any, bool) {
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v) == nil
}

func encodeJSON(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(v))
	return b.String()
}

// sameJSON compares numbers by their value, and keys in any order.
func sameJSON(a, b any) bool {
	if x, ok := a.(json.Number); ok {
		y, ok := b.(json.Number)
		if !ok {
			return false
		}
		p, _ := new(big.Rat).SetString(x.String())
		q, _ := new(big.Rat).SetString(y.String())
		return p != nil && q != nil && p.Cmp(q) == 0
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, sameJSON)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameJSON)
	}
	return reflect.DeepEqual(a, b)
}

func TestMutants(t *testing.T) {
	t.Parallel()
	expected := transaction.Response{StatusCode: 200, Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}}, Body: "{}"}
	real := transaction.Response{StatusCode: 200, Headers: transaction.Headers{{Name: "content-type", Value: "application/json"}, {Name: "date", Value: "today"}}}
	list := func(body string) []string {
		real.Body = body
		var lines []string
		for _, m := range mutantsOf(t, expected, real) {
			kind, _ := m.real.Headers.Get("Content-Type")
			lines = append(lines, fmt.Sprintf("%s, %s %s: %d %s %s", m.kind, m.field, m.place, m.real.StatusCode, kind, strings.TrimSpace(m.real.Body)))
		}
		return lines
	}
	require.Empty(t, cmp.Diff([]string{
		`another status code, statusCode : 500 application/json {"a/b":[1.5,1.50,true,null],"c":"d"}`,
		`a documented header is missing, headers /content-type: 200  {"a/b":[1.5,1.50,true,null],"c":"d"}`,
		`a documented header is changed, headers /content-type: 200 application/x-mutant {"a/b":[1.5,1.50,true,null],"c":"d"}`,
		`the body ends early, body : 200 application/json `,
		`the body ends early, body : 200 application/json {"a/b":[1.5,1.50,t`,
		`the body ends early, body : 200 application/json {"a/b":[1.5,1.50,true,null],"c":"d"`,
		`a value is null, body : 200 application/json null`,
		`a value has another type, body : 200 application/json [{"a/b":[1.5,1.50,true,null],"c":"d"}]`,
		`a key is added, body : 200 application/json {"a/b":[1.5,1.50,true,null],"c":"d","mutant":true}`,
		`a key is missing, body : 200 application/json {"c":"d"}`,
		`a value is null, body /a~1b: 200 application/json {"a/b":null,"c":"d"}`,
		`a value has another type, body /a~1b: 200 application/json {"a/b":{},"c":"d"}`,
		`a list is empty, body /a~1b: 200 application/json {"a/b":[],"c":"d"}`,
		`an item is repeated, body /a~1b: 200 application/json {"a/b":[1.5,1.50,true,null,null],"c":"d"}`,
		`an item is missing, body /a~1b: 200 application/json {"a/b":[1.50,true,null],"c":"d"}`,
		`two items are exchanged, body /a~1b: 200 application/json {"a/b":[true,1.50,1.5,null],"c":"d"}`,
		`two items are exchanged, body /a~1b: 200 application/json {"a/b":[null,1.50,true,1.5],"c":"d"}`,
		`a value is null, body /a~1b/0: 200 application/json {"a/b":[null,1.50,true,null],"c":"d"}`,
		`a value has another type, body /a~1b/0: 200 application/json {"a/b":["1.5",1.50,true,null],"c":"d"}`,
		`a string, number or boolean is changed, body /a~1b/0: 200 application/json {"a/b":[2.50000000000000000000,1.50,true,null],"c":"d"}`,
		`an item is missing, body /a~1b: 200 application/json {"a/b":[1.5,true,null],"c":"d"}`,
		`two items are exchanged, body /a~1b: 200 application/json {"a/b":[1.5,true,1.50,null],"c":"d"}`,
		`two items are exchanged, body /a~1b: 200 application/json {"a/b":[1.5,null,true,1.50],"c":"d"}`,
		`a value is null, body /a~1b/1: 200 application/json {"a/b":[1.5,null,true,null],"c":"d"}`,
		`a value has another type, body /a~1b/1: 200 application/json {"a/b":[1.5,"1.50",true,null],"c":"d"}`,
		`a string, number or boolean is changed, body /a~1b/1: 200 application/json {"a/b":[1.5,2.50000000000000000000,true,null],"c":"d"}`,
		`an item is missing, body /a~1b: 200 application/json {"a/b":[1.5,1.50,null],"c":"d"}`,
		`two items are exchanged, body /a~1b: 200 application/json {"a/b":[1.5,1.50,null,true],"c":"d"}`,
		`a value is null, body /a~1b/2: 200 application/json {"a/b":[1.5,1.50,null,null],"c":"d"}`,
		`a value has another type, body /a~1b/2: 200 application/json {"a/b":[1.5,1.50,"true",null],"c":"d"}`,
		`a string, number or boolean is changed, body /a~1b/2: 200 application/json {"a/b":[1.5,1.50,false,null],"c":"d"}`,
		`an item is missing, body /a~1b: 200 application/json {"a/b":[1.5,1.50,true],"c":"d"}`,
		`a value has another type, body /a~1b/3: 200 application/json {"a/b":[1.5,1.50,true,"null"],"c":"d"}`,
		`a key is missing, body : 200 application/json {"a/b":[1.5,1.50,true,null]}`,
		`a value is null, body /c: 200 application/json {"a/b":[1.5,1.50,true,null],"c":null}`,
		`a value has another type, body /c: 200 application/json {"a/b":[1.5,1.50,true,null],"c":7}`,
		`a string, number or boolean is changed, body /c: 200 application/json {"a/b":[1.5,1.50,true,null],"c":"dx"}`,
	}, list(`{"a/b":[1.5,1.50,true,null],"c":"d"}`)))

	expected.Body = ""
	require.Len(t, list(`{"a":1}`), 3, "nothing is documented about the body")
}

func TestExcusedBy(t *testing.T) {
	t.Parallel()
	any := func(field, pointer string) []transaction.Excused {
		return []transaction.Excused{{Field: field, Pointer: pointer, By: transaction.Volatile{Kind: transaction.KindAny}}}
	}
	set := []transaction.Excused{{Field: "body", Pointer: "/a", By: transaction.Volatile{Kind: transaction.KindSet}}}
	for _, tt := range []struct {
		kind, field, place string
		by                 []transaction.Excused
		want               bool
	}{
		{changedValue, "body", "/a", any("body", "/a"), true},
		{changedValue, "body", "/a/b", any("body", "/a"), true},
		{changedValue, "body", "/ab", any("body", "/a"), false},
		{changedValue, "body", "", any("body", "/a"), false},
		{changedValue, "body", "/a", any("headers", "/a"), false},
		{changedValue, "body", "/a", nil, false},
		{droppedKey, "body", "/a", any("body", "/a/b"), false},
		{truncated, "body", "", any("body", ""), false},
		{changedHeader, "headers", "/etag", any("headers", "/etag"), true},
		{droppedHeader, "headers", "/etag", any("headers", "/etag"), false},
		{swappedItems, "body", "/a", set, true},
		{swappedItems, "body", "/a/0/b", set, false},
		{changedValue, "body", "/a/0", set, false},
		{droppedItem, "body", "/a", set, false},
	} {
		m := mutant{kind: tt.kind, field: tt.field, place: tt.place}
		require.Equal(t, tt.want, m.excusedBy(tt.by), "%s at %s %q by %v", tt.kind, tt.field, tt.place, tt.by)
	}
}
