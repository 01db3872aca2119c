package export

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// plain is the text of HTML, without its markup. What stands on lines of its own there does here.
func plain(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return clean(strings.TrimSpace(markup))
	}
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch tokens.Next() {
		case html.ErrorToken: // its end; there are no other errors of a string
			return clean(strings.TrimSpace(blankLines(b.String())))
		case html.TextToken:
			b.Write(tokens.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := tokens.TagName(); ownLine(string(name)) {
				b.WriteByte('\n')
			}
		}
	}
}

func ownLine(tag string) bool {
	switch tag {
	case "p", "div", "br", "ul", "ol", "li", "table", "tr", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	}
	return false
}

// blankLines leaves one of several line ends, and takes HTML's character references for what they are.
func blankLines(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, html.UnescapeString(line))
		}
	}
	return strings.Join(lines, "\n")
}

// clean leaves out the control characters that neither calendars nor XML can have.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
