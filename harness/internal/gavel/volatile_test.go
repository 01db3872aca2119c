package gavel

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestDeclarationsMakeSense(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		v    transaction.Volatile
		want string // "" for nothing to say
	}{
		{"pointer", transaction.Volatile{Pointer: "/a/*/**", Kind: "any"}, ""},
		{"empty key", transaction.Volatile{Pointer: "/", Kind: "string"}, ""},
		{"whole body", transaction.Volatile{Pointer: "#", Kind: "set"}, ""},
		{"header", transaction.Volatile{Header: "X-Request-Id", Kind: "uuid"}, ""},
		{"pattern", transaction.Volatile{Header: "Location", Kind: "regexp", Pattern: `/things/\d+`}, ""},
		{"both", transaction.Volatile{Pointer: "/a", Header: "B", Kind: "any"}, `volatile header "B": it also has the pointer "/a"; declare them one by one`},
		{"neither", transaction.Volatile{Kind: "any"}, `volatile pointer "": give it a pointer, "#" for the whole body, or a header`},
		{"no slash", transaction.Volatile{Pointer: "data.id", Kind: "any"}, `volatile pointer "data.id": begin it with a slash, as in "/data.id"`},
		{"place", transaction.Volatile{Pointer: "a", Kind: "any", From: "bailiff.yml:12"}, `bailiff.yml:12: volatile pointer "a": begin it with a slash, as in "/a"`},
		{"header set", transaction.Volatile{Header: "Vary", Kind: "set"}, `volatile header "Vary": a header is no list; a set needs a pointer`},
		{"header name", transaction.Volatile{Header: "X Y:", Kind: "any"}, `volatile header "X Y:": a header name cannot have ' ' in it`},
		{"header colon", transaction.Volatile{Header: "Date:", Kind: "any"}, `volatile header "Date:": a header name cannot have ':' in it`},
		{"header accent", transaction.Volatile{Header: "Daté", Kind: "any"}, `volatile header "Daté": a header name cannot have 'é' in it`},
		{"misspelt", transaction.Volatile{Pointer: "/a", Kind: "datetime"}, `volatile pointer "/a": unknown kind "datetime", did you mean "date-time"?`},
		{"case", transaction.Volatile{Pointer: "/a", Kind: "UUID"}, `volatile pointer "/a": unknown kind "UUID", did you mean "uuid"?`},
		{"other name", transaction.Volatile{Pointer: "/a", Kind: "int"}, `volatile pointer "/a": unknown kind "int", did you mean "number"?`},
		{"two letters", transaction.Volatile{Pointer: "/a", Kind: "stirng"}, `volatile pointer "/a": unknown kind "stirng", did you mean "string"?`},
		{"far off", transaction.Volatile{Pointer: "/a", Kind: "colour"}, `volatile pointer "/a": unknown kind "colour"; use one of any, string, number, boolean, date-time, date, uuid, url, email, regexp, set`},
		{"no kind", transaction.Volatile{Pointer: "/a"}, `volatile pointer "/a": unknown kind ""; use one of any, string, number, boolean, date-time, date, uuid, url, email, regexp, set`},
		{"long kind", transaction.Volatile{Pointer: "/a", Kind: transaction.Kind(fmt.Sprintf("%0200d", 0))}, `volatile pointer "/a": unknown kind "` + fmt.Sprintf("%0200d", 0) + `"; use one of any, string, number, boolean, date-time, date, uuid, url, email, regexp, set`},
		{"no pattern", transaction.Volatile{Pointer: "/a", Kind: "regexp"}, `volatile pointer "/a": the kind regexp needs a pattern`},
		{"pattern of another kind", transaction.Volatile{Pointer: "/a", Kind: "string", Pattern: "x"}, `volatile pointer "/a": only the kind regexp has a pattern, but this is of the kind "string"`},
		{"parenthesis", transaction.Volatile{Pointer: "/a", Kind: "regexp", Pattern: "a)|(b"}, `volatile pointer "/a": compile its pattern: error parsing regexp: unexpected ): ` + "`a)|(b`"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := CheckVolatile(tt.v)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestDefaultsAreFewAndClear(t *testing.T) {
	t.Parallel()
	var pointers []string
	seen := map[string]bool{}
	for _, v := range Defaults() {
		require.NoError(t, CheckVolatile(v))
		assert.Equal(t, "default", v.From)
		assert.False(t, seen[v.Pointer+v.Header], "%v covers what another one covers", v)
		seen[v.Pointer+v.Header] = true
		if v.Header != "" {
			assert.Equal(t, transaction.KindAny, v.Kind)
			continue
		}
		pointers = append(pointers, v.Pointer)
	}
	assert.Equal(t, []string{
		"/**/access-token", "/**/access_token", "/**/accessToken", "/**/refresh-token", "/**/refresh_token", "/**/refreshToken",
		"/**/created-at", "/**/created_at", "/**/createdAt", "/**/updated-at", "/**/updated_at", "/**/updatedAt",
		"/**/modified-at", "/**/modified_at", "/**/modifiedAt",
	}, pointers)
	for _, name := range []string{
		"Age", "Connection", "Content-Length", "Date", "ETag", "Expires", "Keep-Alive", "Last-Modified", "Server", "Set-Cookie",
		"Transfer-Encoding", "Via", "X-Request-Id", "X-Runtime",
	} {
		assert.True(t, seen[name], name)
	}
	for _, name := range []string{"Content-Type", "Location", "Cache-Control", "Vary", "Allow", "Retry-After"} {
		assert.False(t, seen[name], "%s is a promise", name)
	}
}

// TestVolatileHeader looks declarations up as the comparison of headers does.
func TestVolatileHeader(t *testing.T) {
	t.Parallel()
	ours := transaction.Volatile{Header: "x-request-id", Kind: transaction.KindUUID}
	tests := []struct {
		name    string
		match   transaction.Match
		options Options
		header  string
		want    string
	}{
		{name: "default", match: transaction.MatchValue, header: "DATE", want: "any default"},
		{name: "overruled", match: transaction.MatchValue, header: "X-Request-ID", options: Options{Volatile: []transaction.Volatile{ours}}, want: "uuid "},
		{name: "last counts", match: transaction.MatchType, header: "X-Request-ID", options: Options{Volatile: []transaction.Volatile{
			{Header: "X-Request-Id", Kind: transaction.KindDate}, ours, {Header: "X-Other", Kind: transaction.KindAny}, {Pointer: "/x-request-id", Kind: transaction.KindAny},
		}}, want: "uuid "},
		{name: "no defaults", match: transaction.MatchValue, header: "Date", options: Options{NoDefaults: true}},
		{name: "none under type", match: transaction.MatchType, header: "Date"},
		{name: "nothing under structure", match: transaction.MatchStructure, header: "X-Request-ID", options: Options{Volatile: []transaction.Volatile{ours}}},
		{name: "not a key", match: transaction.MatchValue, header: "a", options: Options{Volatile: []transaction.Volatile{{Pointer: "/a", Kind: transaction.KindAny}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.options.Explain = true
			k := check{checker: New(), level: levelOf(tt.match), options: tt.options}
			k.declare()
			v := k.volatileHeader(tt.header)
			if tt.want == "" {
				require.Nil(t, v)
				require.Empty(t, k.excused.list)
				return
			}
			require.NotNil(t, v)
			require.Equal(t, tt.want, string(v.Kind)+" "+v.From)
			require.Len(t, k.excused.list, 1)
			require.Equal(t, fieldHeaders, k.excused.list[0].Field)
		})
	}
}

// TestManyDeclarations shows that looking names up changes nothing about which declaration counts.
func TestManyDeclarations(t *testing.T) {
	t.Parallel()
	body, bad := parse(`{"a": []}`)
	require.Nil(t, bad)
	steps := rapid.SampledFrom([]string{"a", "b", "0", "1", "*", "**", "~1"})
	rapid.Check(t, func(t *rapid.T) {
		var few, many declarations
		for range rapid.IntRange(manyDeclarations, 40).Draw(t, "declarations") {
			pattern := "#"
			if s := rapid.SliceOfN(steps, 0, 4).Draw(t, "steps"); len(s) > 0 {
				pattern = ""
				for _, step := range s {
					pattern += "/" + step
				}
			}
			kind := rapid.SampledFrom([]transaction.Kind{transaction.KindAny, transaction.KindSet}).Draw(t, "kind")
			v := newVolatile(transaction.Volatile{Pointer: pattern, Kind: kind})
			few.add(v)
			many.add(v)
		}
		many.index()
		require.NotNil(t, many.named)
		steps := []step{{"a", -1}, {"b", -1}, {"", 0}, {"", 1}, {"/", -1}, {"0", -1}, {"", anyItem}}
		path := rapid.SliceOfN(rapid.SampledFrom(steps), 0, 4).Draw(t, "path")
		node := rapid.SampledFrom([]int32{0, 2}).Draw(t, "node")
		require.Same(t, few.covering(path, countsFor, body, node), many.covering(path, countsFor, body, node))
	})
}

func TestIndexedPatterns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		depth   int
		some    bool
		named   []int
	}{
		{"/a/*/b", 1, false, nil},
		{"/a/3/b", 1, true, []int{3}},
		{"/a/3/b", 2, false, nil},
		{"/a/*/3", 1, true, nil},
		{"/**/3", 5, true, []int{3}},
		{"/3/**", 1, false, nil},
		{"/**/a/2/1", 0, true, []int{1, 2}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s at %d", tt.pattern, tt.depth), func(t *testing.T) {
			t.Parallel()
			d := declarations{}
			d.add(newVolatile(transaction.Volatile{Pointer: tt.pattern, Kind: transaction.KindAny}))
			some, named := d.indexed(tt.depth)
			require.Equal(t, tt.some, some)
			var got []int
			for i := range named {
				got = append(got, i)
			}
			slices.Sort(got)
			require.Equal(t, tt.named, got)
		})
	}
}

// TestMatchesPlainly holds matching against the plain way of doing it.
func TestMatchesPlainly(t *testing.T) {
	t.Parallel()
	matched := 0
	rapid.Check(t, func(t *rapid.T) {
		pattern := ""
		for _, s := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "0", "*", "**", "**"}), 1, 6).Draw(t, "pattern") {
			pattern += "/" + s
		}
		path := rapid.SliceOfN(rapid.SampledFrom([]step{{"a", -1}, {"b", -1}, {"", 0}, {"0", -1}, {"c", -1}}), 0, 7).Draw(t, "path")
		v := newVolatile(transaction.Volatile{Pointer: pattern, Kind: transaction.KindAny})
		want := plainly(v.steps, path)
		if want {
			matched++
		}
		require.Equal(t, want, v.matches(path), "%s %v", pattern, path)
	})
	require.NotZero(t, matched)
}

func plainly(steps []patternStep, path []step) bool {
	switch {
	case len(steps) == 0:
		return len(path) == 0
	case steps[0].many && plainly(steps[1:], path):
		return true
	case len(path) == 0:
		return false
	case steps[0].many:
		return plainly(steps, path[1:])
	}
	return steps[0].takes(path[0]) && plainly(steps[1:], path[1:])
}
