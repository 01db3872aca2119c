package gavel

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		match   []string
		not     []string
	}{
		{`^\d{3}$`, []string{"123"}, []string{"1234", "12", "123\n", "١٢٣"}},
		{`^\s$`, []string{" ", "\t", "\v", "\u00a0", "\u2028", "\ufeff", "\u3000"}, []string{"a", ""}},
		{`^\S$`, []string{"a"}, []string{" ", "\u00a0"}},
		{`^[\s_]+$`, []string{" _\u00a0"}, []string{"a"}},
		{`^[^\s]+$`, []string{"ab"}, []string{"a b"}},
		{`^\u0041\u{42}\x43$`, nil, []string{"AB"}},
		{`^\u0041$`, []string{"A"}, []string{"B"}},
		{`^[\u0041-\u0043]$`, []string{"B"}, []string{"D"}},
		{`^\ud83d\ude00$`, []string{"😀"}, []string{"x"}},
		{`^\cJ$`, []string{"\n"}, []string{"J"}},
		{`^a\/b\-c\.$`, []string{"a/b-c."}, []string{"a/b-cx"}},
		{`^\e\a\_$`, []string{"ea_"}, []string{"x"}},
		{`^[[]$`, []string{"["}, []string{"a"}},
		{`^[[:alpha:]]$`, []string{"a]", ":]"}, []string{"z", "z]"}},
		{`^[^]$`, []string{"a", "\n"}, []string{""}},
		{`[]`, nil, []string{"", "a"}},
		{`^.$`, []string{"a", "é"}, []string{"\n", "\r", "\u2028"}},
		{`^[.]$`, []string{"."}, []string{"a"}},
		{`^[\b]$`, []string{"\b"}, []string{"b"}},
		{`\bword\b`, []string{"a word"}, []string{"swords"}},
		{`^(?<year>\d+)$`, []string{"1"}, []string{"a"}},
		{`^\0$`, []string{"\x00"}, []string{"0"}},
		{`^(?:a|b)*?$`, []string{"abab"}, []string{"c"}},
		{`^\p{Letter}\P{Lu}\p{Script=Greek}[\p{gc=Nd}]\p{sc=Cyrillic}$`, []string{"Aaα5я"}, []string{"AAα5я", "Aaa5я"}},
		{`^[^\P{L}]{1000}$`, nil, []string{"a"}},
		{`^\é$`, []string{"é"}, []string{"e"}},
		{`^[\]]$`, []string{"]"}, []string{"["}},
		{`^(a+)+$`, []string{"aaaa"}, []string{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}},
	}
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			t.Parallel()
			re, err := compilePattern(tt.pattern)
			require.NoError(t, err)
			for _, s := range tt.match {
				assert.True(t, re.MatchString(s), "%q matches", s)
			}
			for _, s := range tt.not {
				assert.False(t, re.MatchString(s), "%q does not match", s)
			}
		})
	}
}

func TestPatternIsRefused(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{`(?=a)`, `(?!a)`, `(?<=a)`, `(?<!a)`, `(a)\1`, `(?<n>a)\k<n>`} {
		_, err := compilePattern(pattern)
		assert.ErrorIs(t, err, errLookaround, pattern)
	}
	for pattern, want := range map[string]string{
		`^(?=.*\d)`: "(?= looks ahead", `(?<!a)b`: "(?<! looks behind", `(a)\1`: `\1 refers back to a group`,
		`^.{2,1500}$`: "{2,1500} repeats more than 1000 times", `((a{100}){100}){100}`: "{100} repeats more than 1000 times",
	} {
		_, err := compilePattern(pattern)
		assert.ErrorIs(t, err, errLookaround, pattern)
		assert.ErrorContains(t, err, want)
	}
	for _, pattern := range []string{`(`, `[`, `a**`, `\`, `a{2,1}`, `[b-a]`} {
		_, err := compilePattern(pattern)
		assert.Error(t, err, pattern)
		assert.NotErrorIs(t, err, errLookaround, pattern)
	}
}
