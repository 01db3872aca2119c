package gavel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ valid, not []string }{
		"date":                      {[]string{"2020-01-31", "2020-13-01", "2020-19-39"}, []string{"2020-20-01", "2020-1-1", "2020-01-40", "x2020-01-01", "2020-01-01x", ""}},
		"time":                      {[]string{"12:00:00", "12:00:00Z", "23:59:60", "12:00:00.5+01:00", "12:00:00-0100", "12:00:00+01"}, []string{"30:00:00", "12:00", "12:00:60", "12:00:00.", "12:00:00+1", "12:00:00+01:0", "12:00:00 "}},
		"date-time":                 {[]string{"2020-01-01T00:00:00Z", "2020-01-01t00:00:00z", "2020-01-01 00:00:00+02:00", "2016-12-31T23:59:60Z"}, []string{"2020-01-01T00:00:00", "2020-01-01", "2020-01-01x00:00:00Z", "nope"}},
		"uri":                       {[]string{"http://a.example/b?c#d", "mailto:a@b.example", "urn:x", "a+b-c.d:e"}, []string{"//a.example", "/a", "a b:c", "1a:b", ":", "::", "http://a b"}},
		"url":                       {[]string{"http://a.example", "ftp://a.example/x"}, []string{"a.example", "http:///x", "http://", "mailto:x"}},
		"uri-reference":             {[]string{"", "/a", "a/b", "#x", "http://a.example#b", "?q"}, []string{"a b", `\a`, "#a#b"}},
		"uri-template":              {[]string{"/a{?b,c}", "", "{+x}/y", "{a|b}"}, []string{"{", "}", "{{a}}", "a b", "a|b"}},
		"email":                     {[]string{"a@b.example", "a.b+c@d", "A@B.C"}, []string{"a", "@b", "a@", "a b@c", "a@-b", "a@b..c", "a@b@c"}},
		"hostname":                  {[]string{"a", "a.b-c.d", "1.2"}, []string{"", "a_b", "-a", "a-", "a..b", strings.Repeat("a", 64), strings.Repeat("a.", 127) + "aa"}},
		"ipv4":                      {[]string{"127.0.0.1"}, []string{"256.0.0.1", "1.2.3", "::1"}},
		"ipv6":                      {[]string{"::1", "fe80::1"}, []string{"127.0.0.1", "fe80::1%eth0", ":::"}},
		"uuid":                      {[]string{"123e4567-e89b-12d3-a456-426614174000", "URN:UUID:123E4567-E89B-12D3-A456-426614174000"}, []string{"123e4567e89b12d3a456426614174000", "g23e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456_426614174000"}},
		"json-pointer":              {[]string{"", "/a~0b~1c", "/"}, []string{"a", "/a~", "/a~2"}},
		"json-pointer-uri-fragment": {[]string{"#", "#/a"}, []string{"/a", "#a", "#/a b"}},
		"relative-json-pointer":     {[]string{"0", "1/a", "10#"}, []string{"", "/a", "01", "1a", "0##"}},
		"semver":                    {[]string{"x"}, nil},
		"period":                    {[]string{"x"}, nil},
	}
	seen := 0
	for _, f := range formats() {
		tt, ok := tests[f.Name]
		require.True(t, ok, f.Name)
		seen++
		for _, s := range tt.valid {
			assert.NoError(t, f.Validate(s), "%s %q", f.Name, s)
		}
		for _, s := range tt.not {
			assert.Error(t, f.Validate(s), "%s %q", f.Name, s)
		}
		assert.NoError(t, f.Validate(5), "only strings have a format")
	}
	assert.Equal(t, len(tests), seen)
}

func TestKinds(t *testing.T) {
	t.Parallel()
	tests := map[transaction.Kind]struct{ valid, not []string }{
		transaction.KindAny:      {[]string{`null`, `{}`, `[1]`, `"x"`, `1`}, nil},
		transaction.KindString:   {[]string{`""`, `"x"`}, []string{`null`, `1`, `[]`}},
		transaction.KindNumber:   {[]string{`1`, `1.5`, `1e999999999`}, []string{`"1"`, `null`}},
		transaction.KindBoolean:  {[]string{`true`, `false`}, []string{`"true"`, `0`, `null`}},
		transaction.KindDateTime: {[]string{`"2016-12-13T23:59:59.123456+00:00"`, `"2016-12-13t23:59:59z"`, `"2016-12-31T23:59:60Z"`}, []string{`"2016-12-13T23:59:59"`, `"2016-12-13 23:59:59Z"`, `"2016-13-13T23:59:59Z"`, `"2016-12-13T3:59:59Z"`, `"2016-12-13T3:59:59.0Z"`, `"2016-12-13T23:59:59,5Z"`, `""`, `1`, `null`}},
		transaction.KindDate:     {[]string{`"2016-02-29"`}, []string{`"2015-02-29"`, `"2016-2-2"`, `"2016-02-29T00:00:00Z"`, `20160229`}},
		transaction.KindUUID:     {[]string{`"123e4567-e89b-12d3-a456-426614174000"`}, []string{`"123"`, `1`}},
		transaction.KindURL:      {[]string{`"https://a.example/b"`}, []string{`"/b"`, `"a.example"`, `"http://"`, `"http://[x"`}},
		transaction.KindEmail:    {[]string{`"a@b.example"`}, []string{`"A <a@b.example>"`, `"a"`}},
		transaction.KindRegexp:   {[]string{`"ab"`, `"abab"`}, []string{`"abx"`, `"xab"`, `"ab\n"`, `1`}},
	}
	for kind, tt := range tests {
		declared := transaction.Volatile{Pointer: "/a", Kind: kind}
		if kind == transaction.KindRegexp {
			declared.Pattern = "(ab)+|x{5}"
		}
		v := newVolatile(declared)
		require.NoError(t, v.err)
		for want, texts := range map[bool][]string{true: tt.valid, false: tt.not} {
			for _, text := range texts {
				tree, bad := parse(text)
				require.Nil(t, bad)
				assert.Equal(t, want, v.accepts(tree, 0), "%s %s", kind, text)
			}
		}
	}
}

func TestVolatileMatches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		match   []string
		not     []string
	}{
		{"#", []string{""}, []string{"/a"}},
		{"/a", []string{"/a"}, []string{"", "/b", "/a/b", "/0"}},
		{"/*", []string{"/a", "/0", "/"}, []string{"", "/a/b"}},
		{"/a/*/b", []string{"/a/x/b", "/a/0/b"}, []string{"/a/b", "/a/x/y/b"}},
		{"/**", []string{"", "/a", "/a/b/0"}, nil},
		{"/a/**", []string{"/a", "/a/b", "/a/b/c"}, []string{"", "/b"}},
		{"/**/a", []string{"/a", "/x/a", "/a/a", "/0/1/a"}, []string{"", "/a/b", "/b"}},
		{"/a/**/b/**/c", []string{"/a/b/c", "/a/x/b/y/z/c", "/a/b/b/c/c"}, []string{"/a/c", "/a/c/b", "/b/a/b/c"}},
		{"/**/**/a", []string{"/a", "/b/c/a"}, []string{"/b"}},
		{"/0", []string{"/0"}, []string{"/1", "/00"}},
		{"/00", nil, []string{"/0"}},
		{"/a~1b/~0", []string{"/a~1b/~0"}, []string{"/a/b/~0"}},
		{"/a/**/*", []string{"/a/b", "/a/b/c"}, []string{"/a"}},
	}
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			t.Parallel()
			v := newVolatile(transaction.Volatile{Pointer: tt.pattern, Kind: transaction.KindAny})
			require.NoError(t, v.err)
			for _, p := range tt.match {
				assert.True(t, v.matches(pathOf(p)), "%q is covered", p)
			}
			for _, p := range tt.not {
				assert.False(t, v.matches(pathOf(p)), "%q is not covered", p)
			}
		})
	}
}

// pathOf reads a pointer; a step that is a number is an index.
func pathOf(pointer string) []step {
	var steps []step
	for _, s := range splitPointer(pointer) {
		if digits(s) == 1 && len(s) == 1 {
			steps = append(steps, step{index: int(s[0] - '0')})
			continue
		}
		steps = append(steps, step{s, -1})
	}
	return steps
}
