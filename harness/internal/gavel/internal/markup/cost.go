package markup

import (
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// maxCost bounds the work and the memory of the parser of HTML; see tooCostly.
const maxCost = 4 << 20

// tooCostly refuses what would make the parser take far more than the size of the text. It goes through
// the tags alone, and guesses from above what the parser would do for each of them.
func tooCostly(source string) *Refusal {
	g := guess{tokens: html.NewTokenizer(strings.NewReader(source)), open: map[string]int{}}
	for g.cost <= maxCost && g.parts <= maxParts {
		kind := g.tokens.Next()
		if kind == html.ErrorToken && errors.Is(g.tokens.Err(), io.EOF) {
			return nil
		}
		if kind == html.ErrorToken {
			return &Refusal{TooLarge, g.tokens.Err().Error(), -1}
		}
		g.token(kind)
	}
	return &Refusal{TooLarge, "it holds too many elements, or too many that are never closed", -1}
}

// guess is what reading a text costs.
type guess struct {
	tokens *html.Tokenizer
	cost   int
	parts  int
	// open counts the elements that are open, by name, and depth all of them.
	open  map[string]int
	depth int
	// formatting counts the formatting elements among them. The parser makes them again in each
	// paragraph, as the standard has it, until they are closed.
	formatting int
	// run is the length of text that no start tag interrupts. The parser puts it together bit by bit.
	run int
}

func (g *guess) token(kind html.TokenType) {
	switch kind {
	case html.TextToken:
		g.parts++
		g.run += len(g.tokens.Raw())
		g.cost += g.formatting + g.run/1024
	case html.StartTagToken, html.SelfClosingTagToken:
		g.parts++
		g.run = 0
		tag, _ := g.tokens.TagName()
		g.start(string(tag))
	case html.EndTagToken:
		tag, _ := g.tokens.TagName()
		g.end(string(tag))
	}
	// For some tags the parser looks through all elements that are open, of which there are up to 512.
	g.cost += min(g.depth, 512) / 16
}

func (g *guess) start(tag string) {
	g.cost += g.formatting
	if !mayStayOpen(tag) {
		return
	}
	g.open[tag]++
	g.depth++
	if isFormatting(tag) {
		g.formatting++
	}
}

func (g *guess) end(tag string) {
	if g.open[tag] == 0 {
		return
	}
	g.open[tag]--
	g.depth--
	if isFormatting(tag) {
		g.formatting--
	}
}

// mayStayOpen reports whether an element needs an end tag. Others have no content, or end where the
// next one begins.
func mayStayOpen(tag string) bool {
	switch tag {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
		"body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rb", "rp", "rt",
		"rtc", "tbody", "td", "tfoot", "th", "thead", "tr":
		return false
	}
	return true
}

// isFormatting reports whether an element is one of those that the HTML standard makes again in each
// paragraph until they are closed (section 13.2.4.3).
func isFormatting(tag string) bool {
	switch tag {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}
