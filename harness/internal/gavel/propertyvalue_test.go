package gavel_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func checkDeclared(expected, real string, o gavel.Options) gavel.Result {
	return gavel.New().CheckMessages(gavel.Message{Body: expected, HasBody: true}, gavel.Message{Body: real}, o)
}

// shuffled returns v with the items of each list in another order.
func shuffled(t *rapid.T, v any) any {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, i := range rapid.Permutation(indexes(len(v))).Draw(t, "items") {
			list = append(list, shuffled(t, v[i]))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for _, k := range sortedKeys(v) {
			object[k] = shuffled(t, v[k])
		}
		return object
	}
	return v
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestShuffledSetsPass(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "body")
		expected, real := spell(t, v), spell(t, shuffled(t, v))
		o := gavel.Options{Match: transaction.MatchValue, Volatile: []transaction.Volatile{{Pointer: "/**", Kind: transaction.KindSet}}}
		o.Explain = rapid.Bool().Draw(t, "explain")
		if rapid.Bool().Draw(t, "a pattern with an index") {
			o.Volatile = append(o.Volatile, transaction.Volatile{Pointer: "/**/1/none", Kind: transaction.KindAny})
		}
		require.Empty(t, checkDeclared(expected, real, o).Findings, "%s against %s", expected, real)
		require.Empty(t, checkBodies(expected, real, transaction.MatchType), "%s against %s", expected, real)
	})
}

// TestSetsAreMultisets holds small sets against each other, of which it is known what is missing and
// what is too many.
func TestSetsAreMultisets(t *testing.T) {
	t.Parallel()
	items := rapid.SliceOfN(rapid.SampledFrom([]string{`1`, `"1"`, `null`, `{"a":[1]}`, `{"a":[1,{}]}`, `[]`, `[1]`, `{"id":1,"b":2}`, `{"id":1,"b":3}`}), 0, 9)
	rapid.Check(t, func(t *rapid.T) {
		docs, reals := items.Draw(t, "documented"), items.Draw(t, "real")
		o := gavel.Options{Match: transaction.MatchValue, Volatile: []transaction.Volatile{{Pointer: "#", Kind: transaction.KindSet}}}
		if rapid.Bool().Draw(t, "a pattern with an index") {
			o.Volatile = append(o.Volatile, transaction.Volatile{Pointer: "/7/none", Kind: transaction.KindAny})
		}
		r := checkDeclared("["+strings.Join(docs, ",")+"]", "["+strings.Join(reals, ",")+"]", o)
		slices.Sort(docs)
		slices.Sort(reals)
		missing, tooMany := less(docs, reals), less(reals, docs)
		if len(docs) > 0 && len(reals) == 0 {
			require.Len(t, r.Findings, 1)
			require.Equal(t, gavel.ListExampleNeverChecked, r.Findings[0].ID)
			return
		}
		require.Equal(t, missing+tooMany == 0, r.OK(), "%v", r.Findings)
		pairs, onlyDocumented, onlyReal := map[string]bool{}, 0, 0
		for _, f := range r.Findings {
			switch f.ID {
			case gavel.BodyMissingItem:
				onlyDocumented++
			case gavel.BodyUndocumentedItem:
				onlyReal++
			default:
				pairs[strings.SplitN(f.Pointer, "/", 3)[1]] = true
			}
		}
		require.Equal(t, missing, onlyDocumented+len(pairs), "%v", r.Findings)
		require.Equal(t, tooMany, onlyReal+len(pairs), "%v", r.Findings)
	})
}

// less counts what a sorted list has on top of another one.
func less(a, b []string) int {
	b = slices.Clone(b)
	n := 0
	for _, s := range a {
		if i := slices.Index(b, s); i >= 0 {
			b = slices.Delete(b, i, i+1)
		} else {
			n++
		}
	}
	return n
}

// scalarAt is a scalar and where it is.
type scalarAt struct {
	pointer string
	path    []any
}

func scalars(v any, at scalarAt) []scalarAt {
	below := func(step any, v any) []scalarAt {
		text := strings.NewReplacer("~", "~0", "/", "~1").Replace(fmt.Sprint(step))
		return scalars(v, scalarAt{at.pointer + "/" + text, append(slices.Clone(at.path), step)})
	}
	var list []scalarAt
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			list = append(list, below(i, item)...)
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			list = append(list, below(k, v[k])...)
		}
	default:
		return []scalarAt{at}
	}
	return list
}

// with returns v with another value at a path.
func with(v any, path []any, other any) any {
	if len(path) == 0 {
		return other
	}
	switch v := v.(type) {
	case []any:
		list := slices.Clone(v)
		i := path[0].(int)
		list[i] = with(v[i], path[1:], other)
		return list
	case map[string]any:
		object := maps.Clone(v)
		k := path[0].(string)
		object[k] = with(v[k], path[1:], other)
		return object
	}
	return v
}

// TestChangedScalarIsFound changes one scalar: value finds it at its very place, unless a declaration
// covers that, and then the excuse is known.
func TestChangedScalarIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "body")
		all := scalars(v, scalarAt{})
		if len(all) == 0 {
			t.Skip("no scalar")
		}
		at := rapid.SampledFrom(all).Draw(t, "place")
		old := get(v, at.path)
		other := anyJSON(0).Draw(t, "other")
		if equalJSON(old, other) || strings.TrimPrefix(marshal(old), "-") == "0" && marshal(other) == "-0" {
			t.Skip("the same")
		}
		expected, real := spell(t, v), spell(t, with(v, at.path, other))
		found := checkBodies(expected, real, transaction.MatchValue)
		require.Len(t, found, 1, "%s against %s", expected, real)
		require.Equal(t, at.pointer, found[0].Pointer)

		covering := transaction.Volatile{Pointer: pattern(t, at), Kind: transaction.KindAny}
		o := gavel.Options{Match: transaction.MatchValue, Explain: true, Volatile: []transaction.Volatile{covering}}
		r := checkDeclared(expected, real, o)
		require.Empty(t, r.Findings, "%s: %s against %s", covering.Pointer, expected, real)
		require.True(t, slices.ContainsFunc(r.Excused, func(e transaction.Excused) bool {
			return e.By == covering && (e.Pointer == at.pointer || strings.HasPrefix(at.pointer, e.Pointer+"/"))
		}), "%v", r.Excused)

		o.Volatile = append(o.Volatile, transaction.Volatile{Pointer: "/**", Kind: transaction.KindSet})
		o.Volatile[0].Pointer = "/no/such/place"
		require.False(t, checkDeclared(expected, real, o).OK(), "as sets: %s against %s", expected, real)
	})
}

func get(v any, path []any) any {
	for _, s := range path {
		switch in := v.(type) {
		case []any:
			v = in[s.(int)]
		case map[string]any:
			v = in[s.(string)]
		}
	}
	return v
}

// pattern makes a pattern that covers a place.
func pattern(t *rapid.T, at scalarAt) string {
	if at.pointer == "" {
		return "#"
	}
	var out []string
	for _, step := range strings.Split(at.pointer, "/")[1:] {
		switch rapid.IntRange(0, 3).Draw(t, "step") {
		case 0:
			step = "*"
		case 1:
			step = "**"
		}
		out = append(out, step)
	}
	return "/" + strings.Join(out, "/")
}

// typed says plainly what the level type demands, where no null is documented.
func typed(doc, real any) bool {
	switch doc := doc.(type) {
	case []any:
		list, ok := real.([]any)
		if !ok || len(doc) > 0 && len(list) == 0 {
			return false
		}
		for _, item := range list {
			if len(doc) > 0 && !slices.ContainsFunc(doc, func(d any) bool { return typed(d, item) }) {
				return false
			}
		}
		return true
	case map[string]any:
		object, ok := real.(map[string]any)
		if !ok {
			return false
		}
		for k := range doc {
			if v, ok := object[k]; !ok || !typed(doc[k], v) {
				return false
			}
		}
		return true
	case json.Number:
		n, ok := real.(json.Number)
		return ok && (whole(n) || !whole(doc))
	}
	return fmt.Sprintf("%T", doc) == fmt.Sprintf("%T", real)
}

func whole(n json.Number) bool {
	f, err := strconv.ParseFloat(string(n), 64)
	return err == nil && f == math.Trunc(f)
}

func withoutNull(v any) any {
	switch v := v.(type) {
	case nil:
		return "null"
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, withoutNull(item))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for k := range v {
			object[k] = withoutNull(v[k])
		}
		return object
	}
	return v
}

func TestTypeIsWhatItSays(t *testing.T) {
	t.Parallel()
	fits := 0
	rapid.Check(t, func(t *rapid.T) {
		doc := withoutNull(anyJSON(3).Draw(t, "body"))
		real := shuffled(t, doc)
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			real, _ = mutate(t, real)
		}
		want := typed(doc, real)
		if want {
			fits++
		}
		require.Equal(t, want, len(checkBodies(marshal(doc), marshal(real), transaction.MatchType)) == 0, "%s against %s", marshal(doc), marshal(real))
	})
	require.NotZero(t, fits)
}

// TestOneItemTooMany inserts one item into a list of different ones, and takes it out again: whatever is
// beside it, that item alone is found, where it is.
func TestOneItemTooMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var less []any
		for i := range rapid.IntRange(1, 8).Draw(t, "items") {
			less = append(less, map[string]any{"id": json.Number(strconv.Itoa(i)), "of": anyJSON(2).Draw(t, "of")})
		}
		at := rapid.IntRange(0, len(less)).Draw(t, "at")
		extra := map[string]any{"id": "another", "of": anyJSON(2).Draw(t, "extra")}
		more := slices.Insert(slices.Clone(less), at, any(extra))
		in := func(list []any) string { return `{"data": ` + spell(t, list) + `, "n": 1}` }
		for _, test := range []struct{ expected, real, id string }{
			{in(less), in(more), gavel.BodyUndocumentedItem},
			{in(more), in(less), gavel.BodyMissingItem},
		} {
			found := checkBodies(test.expected, test.real, transaction.MatchValue)
			require.Len(t, found, 2, "%s against %s", test.expected, test.real)
			require.Equal(t, gavel.BodyListLength, found[0].ID)
			require.Equal(t, test.id, found[1].ID)
			require.Equal(t, "/data/"+strconv.Itoa(at), found[1].Pointer)
			require.Equal(t, test.id == gavel.BodyUndocumentedItem, found[1].HasReal)
			require.Equal(t, test.id == gavel.BodyMissingItem, found[1].HasExpected)
		}
	})
}
