package gavel

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestAssign compares with trying every way there is.
func TestAssign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
		costs := make([][]int, rows)
		for i := range costs {
			costs[i] = rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 2, 5, unequal, unequal + 1, unequal + 7}), columns, columns).Draw(t, "costs")
		}
		total, used, pairs := 0, map[int]bool{}, 0
		for i, j := range assign(costs) {
			if j == none {
				continue
			}
			require.False(t, used[j], "a column is given twice")
			used[j] = true
			pairs++
			total += costs[i][j]
		}
		require.Equal(t, min(rows, columns), pairs)
		require.Equal(t, cheapest(costs, 0, map[int]bool{}, pairs), total)
	})
}

// cheapest is the least that so many pairs cost, from a row on.
func cheapest(costs [][]int, row int, used map[int]bool, pairs int) int {
	if pairs == 0 {
		return 0
	}
	if len(costs)-row < pairs {
		return 1 << 60
	}
	best := cheapest(costs, row+1, used, pairs)
	for j, c := range costs[row] {
		if !used[j] {
			used[j] = true
			best = min(best, c+cheapest(costs, row+1, used, pairs-1))
			used[j] = false
		}
	}
	return best
}

// TestDigests holds the sums of values against what they stand for.
func TestDigests(t *testing.T) {
	t.Parallel()
	groups := [][]string{
		{`1`, `1.0`, `10e-1`, `0.1E1`},
		{`-1`},
		{`0`, `-0`, `0.0`, `0e5`},
		{`10`, `1e1`},
		{`1.5`},
		{`"1"`},
		{`true`},
		{`false`},
		{`null`},
		{`""`},
		{`"null"`},
		{`1e99999999999999999999`, `10e99999999999999999998`},
		{`1e-99999999999999999999`},
		{`"a"`, `"\u0061"`},
		{`"\ud800"`},
		{`"\ud801"`},
		{`[]`},
		{`{}`},
		{`[[]]`},
		{`[{}]`},
		{`[null]`},
		{`[1,2]`, `[1.0, 2]`},
		{`[2,1]`},
		{`[1,[2]]`},
		{`[[1],2]`},
		{`[[1,2]]`},
		{`[1,1]`},
		{`[1]`},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, `{"a":0,"b":2,"a":1}`},
		{`{"a":2,"b":1}`},
		{`{"a":1}`},
		{`{"a":{"b":2}}`},
		{`{"a":{},"b":2}`},
		{`{"a":[]}`},
		{`["a"]`},
	}
	key := newDigestKey()
	seen := map[uint64]int{}
	for group, texts := range groups {
		for _, text := range texts {
			tree, bad := parse(text)
			require.Nil(t, bad)
			d := digest{t: tree, key: key, walk: &walk{declared: &declarations{}}}
			h := d.value(0)
			if in, ok := seen[h]; ok {
				require.Equal(t, in, group, text)
			}
			require.True(t, text == texts[0] || seen[h] == group, "%s is not like %s", text, texts[0])
			seen[h] = group
		}
	}
	require.Len(t, seen, len(groups))
}

// TestDigestsHeedDeclarations shows what the sums leave out.
func TestDigestsHeedDeclarations(t *testing.T) {
	t.Parallel()
	declared := declarations{}
	for _, v := range []transaction.Volatile{
		{Pointer: "/**/set", Kind: transaction.KindSet}, {Pointer: "/**/id", Kind: transaction.KindNumber}, {Pointer: "/**/any", Kind: transaction.KindAny},
	} {
		declared.add(newVolatile(v))
	}
	w := &walk{declared: &declared, defaults: newDefaults(), key: new(digestKey)}
	*w.key = newDigestKey()
	sum := func(text string, documented bool) uint64 {
		tree, bad := parse(text)
		require.Nil(t, bad)
		d := digest{t: tree, key: *w.key, walk: w, documented: documented}
		return d.value(0)
	}
	tests := []struct {
		name, documented, real string
		want                   bool
	}{
		{"set", `{"set": [1, 2, [3, 4]]}`, `{"set": [[3, 4], 2, 1]}`, true},
		{"list in a set", `{"set": [1, 2, [3, 4]]}`, `{"set": [[4, 3], 2, 1]}`, false},
		{"set in a set", `{"set": [{"set": [1, 2]}, 3]}`, `{"set": [3, {"set": [2, 1]}]}`, true},
		{"list", `{"list": [1, 2]}`, `{"list": [2, 1]}`, false},
		{"kind", `{"id": "as documented"}`, `{"id": 7}`, true},
		{"wrong kind", `{"id": 7}`, `{"id": "7"}`, false},
		{"any", `{"any": {"a": [1]}}`, `{"any": null}`, true},
		{"any is there", `{"any": 1}`, `{}`, false},
		{"default", `{"created-at": "2016-01-01T00:00:00Z"}`, `{"created-at": "2020-01-01T00:00:00Z"}`, true},
		{"default of another kind", `{"created-at": "2016-01-01T00:00:00Z"}`, `{"created-at": null}`, false},
		{"default that does not count", `{"created-at": null}`, `{"created-at": "2016-01-01T00:00:00Z"}`, false},
		{"neither is of the kind", `{"created-at": 5}`, `{"created-at": 5.0}`, true},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, sum(tt.documented, true) == sum(tt.real, false), tt.name)
	}
}
