package hook

import (
	"regexp"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// pattern is what a hook is registered under: the name of transactions, a glob for names, or a method
// and a glob for paths.
type pattern struct {
	text string
	// names is nil unless the text has a "*".
	names *regexp.Regexp
	// request is nil unless the text is a method and a path. It is held against the method and the
	// path; with query against the query too.
	request *regexp.Regexp
	query   bool
}

// aRequest is the text of a pattern for paths: a method, or "*" for any, a blank, and a path.
var aRequest = regexp.MustCompile(`^(?:[A-Z]+|\*) /`)

func newPattern(text string) *pattern {
	p := &pattern{text: text}
	if aRequest.MatchString(text) {
		p.query = strings.Contains(text, "?")
		p.request = compileRequest(text)
	}
	if strings.Contains(text, "*") {
		parts := strings.Split(text, "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		p.names = regexp.MustCompile(`\A(?s:` + strings.Join(parts, `.*`) + `)\z`)
	}
	return p
}

// aWildcard is a part of a path pattern that is not taken as it stands.
var aWildcard = regexp.MustCompile(`\*\*|\*|\{[^{}/]*\}`)

// compileRequest makes the expression for "METHOD /path": "*" and "{name}" stand for a part of one
// segment, "**" for any number of segments.
func compileRequest(text string) *regexp.Regexp {
	method, path, _ := strings.Cut(text, " ")
	if method == "*" {
		method = "[A-Z]+"
	}
	var b strings.Builder
	b.WriteString(`\A` + method + ` `)
	end := 0
	for _, m := range aWildcard.FindAllStringIndex(path, -1) {
		b.WriteString(regexp.QuoteMeta(path[end:m[0]]))
		if path[m[0]:m[1]] == "**" {
			b.WriteString(`.*`)
		} else {
			b.WriteString(`[^/?]*`)
		}
		end = m[1]
	}
	b.WriteString(regexp.QuoteMeta(path[end:]) + `\z`)
	return regexp.MustCompile(b.String())
}

// exact reports whether only the very name matches.
func (p *pattern) exact() bool { return p.names == nil && p.request == nil }

// matches reports whether the hook belongs to a transaction, whose name may begin with the title of
// the API or leave it out.
func (p *pattern) matches(t *transaction.Transaction) bool {
	if p.matchesName(string(t.Name)) {
		return true
	}
	if short, ok := untitled(t.Name, t.Origin); ok && p.matchesName(string(short)) {
		return true
	}
	if p.request == nil {
		return false
	}
	uri := t.Request.URI
	if !p.query {
		uri, _, _ = strings.Cut(uri, "?")
	}
	return p.request.MatchString(t.Request.Method + " " + uri)
}

func (p *pattern) matchesName(name string) bool {
	return name == p.text || p.names != nil && p.names.MatchString(name)
}
