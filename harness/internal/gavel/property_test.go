package gavel_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var levels = []transaction.Match{transaction.MatchStructure, transaction.MatchType, transaction.MatchValue}

// anyJSON draws a JSON value of at most some depth.
func anyJSON(depth int) *rapid.Generator[any] {
	scalars := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int(), func(n int) any { return json.Number(fmt.Sprint(n)) }),
		rapid.Map(rapid.Float64(), func(f float64) any { return json.Number(fmt.Sprint(f)) }),
		rapid.Map(rapid.String(), func(s string) any { return s }),
	}
	if depth == 0 {
		return rapid.OneOf(scalars...)
	}
	below := rapid.Deferred(func() *rapid.Generator[any] { return anyJSON(depth - 1) })
	return rapid.OneOf(append(scalars,
		rapid.Map(rapid.SliceOfN(below, 0, 4), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.StringN(0, 3, -1), below, 0, 40), func(m map[string]any) any { return m }),
	)...)
}

// spell writes a value in a way of its own: keys in another order, blanks, escapes, numbers with
// an exponent.
func spell(t *rapid.T, v any) string {
	blank := rapid.SampledFrom([]string{"", " ", "\n", "\t\r\n"})
	pad := func(s string) string { return blank.Draw(t, "blank") + s + blank.Draw(t, "blank") }
	switch v := v.(type) {
	case json.Number:
		if strings.ContainsAny(string(v), "eE") || !rapid.Bool().Draw(t, "exponent") {
			return pad(string(v))
		}
		if !strings.Contains(string(v), ".") {
			v += ".00"
		}
		return pad(string(v) + "E+0")
	case string:
		if text := marshal(v); !rapid.Bool().Draw(t, "escape") || text == `""` {
			return pad(text)
		}
		var b strings.Builder
		for _, r := range v {
			switch {
			case r < 0x10000:
				fmt.Fprintf(&b, `\u%04X`, r)
			default:
				b.WriteRune(r)
			}
		}
		return pad(`"` + b.String() + `"`)
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, spell(t, item))
		}
		return pad("[" + strings.Join(items, ",") + blank.Draw(t, "blank") + "]")
	case map[string]any:
		var members []string
		for _, k := range rapid.Permutation(sortedKeys(v)).Draw(t, "order") {
			members = append(members, spell(t, k)+":"+spell(t, v[k]))
		}
		return pad("{" + strings.Join(members, ",") + blank.Draw(t, "blank") + "}")
	}
	return pad(marshal(v))
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func marshal(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func checkBodies(expected, real string, match transaction.Match) []transaction.Finding {
	o := gavel.Options{Match: match}
	return gavel.New().CheckMessages(
		gavel.Message{Body: expected, HasBody: true}, gavel.Message{Body: real}, o).Findings
}

func TestBodyIsLikeItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "body")
		expected, real := spell(t, v), spell(t, v)
		for _, level := range levels {
			require.Empty(t, checkBodies(expected, real, level), "%s: %s against %s", level, expected, real)
		}
	})
}

// mutate returns a value that differs from v in one place, and false when v has no place for the
// change that was drawn.
func mutate(t *rapid.T, v any) (any, bool) {
	switch v := v.(type) {
	case []any:
		return mutateList(t, v)
	case map[string]any:
		return mutateObject(t, v)
	}
	other := anyJSON(1).Draw(t, "other")
	return other, !equalJSON(v, other)
}

func mutateList(t *rapid.T, v []any) (any, bool) {
	changed := slices.Clone(v)
	kind := rapid.SampledFrom([]string{"append", "drop", "swap", "item", "replace"}).Draw(t, "change")
	if kind == "append" {
		return append(changed, anyJSON(1).Draw(t, "item")), true
	}
	if kind == "replace" {
		return map[string]any{}, true
	}
	if len(v) == 0 {
		return nil, true
	}
	i := rapid.IntRange(0, len(v)-1).Draw(t, "index")
	switch kind {
	case "drop":
		return slices.Delete(changed, i, i+1), true
	case "swap":
		j := rapid.IntRange(0, len(v)-1).Draw(t, "index")
		changed[i], changed[j] = v[j], v[i]
		return changed, !equalJSON(v[i], v[j])
	}
	var ok bool
	changed[i], ok = mutate(t, v[i])
	return changed, ok
}

func mutateObject(t *rapid.T, v map[string]any) (any, bool) {
	changed := map[string]any{}
	for k := range v {
		changed[k] = v[k]
	}
	kind := rapid.SampledFrom([]string{"add", "drop", "member", "replace"}).Draw(t, "change")
	if kind == "add" {
		k := rapid.String().Draw(t, "key")
		_, there := v[k]
		changed[k] = anyJSON(1).Draw(t, "value")
		return changed, !there
	}
	if kind == "replace" {
		return []any{}, true
	}
	if len(v) == 0 {
		return nil, true
	}
	k := rapid.SampledFrom(sortedKeys(v)).Draw(t, "key")
	if kind == "drop" {
		delete(changed, k)
		return changed, true
	}
	var ok bool
	changed[k], ok = mutate(t, v[k])
	return changed, ok
}

// equalJSON compares values by reading them as encoding/json does. Numbers that are alike in a
// double count as equal, which leaves out a few mutations.
func equalJSON(a, b any) bool {
	var x, y any
	if json.Unmarshal([]byte(marshal(a)), &x) != nil || json.Unmarshal([]byte(marshal(b)), &y) != nil {
		return true
	}
	return reflect.DeepEqual(x, y) // 0 and -0, too
}

func TestValueCatchesEachMutation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "body")
		mutant, ok := mutate(t, v)
		if !ok {
			t.Skip("the mutant is the same")
		}
		expected, real := spell(t, v), spell(t, mutant)
		require.NotEmpty(t, checkBodies(expected, real, transaction.MatchValue), "%s against %s", expected, real)
	})
}

// TestLevelsAreOrdered shows that each level is at least as strict as the one before it: type says
// whatever structure says, and value fails whatever the two fail. Lists whose documented items are
// not alike are the exception: type takes an item that is like any of them, and structure holds it
// against that of its own place.
func TestLevelsAreOrdered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "body")
		other, _ := mutate(t, v)
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			other, _ = mutate(t, other)
		}
		expected, real := spell(t, v), spell(t, other)
		found := map[string]bool{}
		typed := checkBodies(expected, real, transaction.MatchType)
		for _, f := range typed {
			found[f.ID+" "+f.Pointer] = true
		}
		structural := checkBodies(expected, real, transaction.MatchStructure)
		for _, f := range structural {
			require.True(t, found[f.ID+" "+f.Pointer] || mixed(v), "%s %s: %s against %s", f.ID, f.Pointer, expected, real)
		}
		if len(typed)+len(structural) > 0 {
			require.NotEmpty(t, checkBodies(expected, real, transaction.MatchValue), "%s against %s", expected, real)
		}
	})
}

// mixed reports whether a list within v has items that are not of one shape.
func mixed(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if shape(item) != shape(v[0]) || mixed(item) {
				return true
			}
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			if mixed(v[k]) {
				return true
			}
		}
	}
	return false
}

// shape writes the keys and types of a value.
func shape(v any) string {
	switch v := v.(type) {
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, shape(item))
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		var members []string
		for _, k := range sortedKeys(v) {
			members = append(members, marshal(k)+":"+shape(v[k]))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return fmt.Sprintf("%T", v)
}

// TestVolatileEverywhere shows that a body whose root is volatile is like any other.
func TestVolatileEverywhere(t *testing.T) {
	t.Parallel()
	o := gavel.Options{Match: transaction.MatchValue, Volatile: []transaction.Volatile{{Pointer: "/**", Kind: transaction.KindAny}}}
	rapid.Check(t, func(t *rapid.T) {
		expected := spell(t, anyJSON(2).Draw(t, "expected"))
		real := spell(t, anyJSON(2).Draw(t, "real"))
		r := gavel.New().CheckMessages(gavel.Message{Body: expected, HasBody: true}, gavel.Message{Body: real}, o)
		require.Empty(t, r.Findings, "%s against %s", expected, real)
	})
}

// TestLineOfEachKey looks for each key of an indented body on the line that Line names.
func TestLineOfEachKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "body")
		text, err := json.MarshalIndent(v, "", "  ")
		require.NoError(t, err)
		lines := strings.Split(string(text), "\n")
		index := gavel.NewLines(string(text))
		last := 0
		visit(v, "", func(pointer, key string) {
			line := index.Line(pointer)
			require.Greater(t, line, last, "%s in %s", pointer, text)
			require.Contains(t, lines[line-1], key, "%s in %s", pointer, text)
			last = line
		})
		require.LessOrEqual(t, index.Line("/no/such/key"), 1)
	})
}

// visit calls f for each key and item in the order in which encoding/json writes them.
func visit(v any, pointer string, f func(pointer, key string)) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			at := fmt.Sprintf("%s/%d", pointer, i)
			f(at, "")
			visit(item, at, f)
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(k)
			f(at, marshal(k)+":")
			visit(v[k], at, f)
		}
	}
}
