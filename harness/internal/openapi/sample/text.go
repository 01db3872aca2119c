package sample

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// text makes the nth string that the schemas allow.
func (g *generator) text(f flat, n int) (string, bool) {
	least, most := g.least(f, "minLength"), g.most(f, "maxLength")
	if least > maxLength || least > most {
		return "", false
	}
	fits := func(s string) bool {
		length := utf8.RuneCountInString(s)
		return length >= least && length <= most
	}
	var patterns []*pattern
	format := ""
	for _, s := range f.schemas {
		if p := s.Get("pattern"); p.Is(source.String) {
			if re := g.pattern(p.Text()); re != nil && !slices.Contains(patterns, re) {
				patterns = append(patterns, re)
			}
		}
		if p := s.Get("format"); p.Is(source.String) && format == "" {
			format = p.Text()
		}
		if format == "" && s.Get("contentEncoding").Text() == "base64" {
			format = "byte"
		}
	}
	matches := func(s string) bool {
		return !slices.ContainsFunc(patterns, func(p *pattern) bool { return g.steps < 0 || !p.matches(s, &g.steps) })
	}
	for _, s := range formatted(format, n, least) {
		if fits(s) && matches(s) {
			return s, true
		}
	}
	for _, p := range patterns {
		if s, ok := p.make(n, least, most, &g.steps); ok && (matches(s) || g.loose) {
			return s, true
		}
	}
	s := plainText(n, least, most)
	return s, matches(s) || g.loose
}

// plainText makes the nth string of a length.
func plainText(n, least, most int) string {
	const word = "string"
	digits := ""
	if n > 0 {
		digits = strconv.Itoa(n)
	}
	if len(word)+len(digits) > most {
		// Few letters leave no room for a word.
		s := strconv.FormatInt(int64(n)+10, 36)
		return strings.Repeat("0", max(least-len(s), 0)) + s[max(len(s)-most, 0):]
	}
	length := max(least-len(digits), len(word))
	return strings.Repeat(word, length/len(word)+1)[:length] + digits
}
