package report

import (
	"strconv"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// mostBody bounds the lines of a body that Options.Details prints.
const mostBody = 200

// exchange writes the request, the documented response and the real one, in the blocks and the
// order that Dredd 14 prints with --details.
func exchange(p *printer, t *transaction.Transaction) {
	p.line("request:")
	p.line("method: " + clean(t.Request.Method))
	p.line("uri: " + clean(cut(t.Request.URI, longestText)))
	headersAndBody(p, t.Request.Headers, t.Request.Body)
	p.line("")
	p.line("expected:")
	headersAndBody(p, t.Expected.Headers, t.Expected.Body)
	p.line("statusCode: " + strconv.Itoa(t.Expected.StatusCode))
	if t.Expected.Schema != "" {
		p.line("bodySchema:")
		plainText(p, t.Expected.Schema)
	}
	if t.Real == nil {
		return
	}
	p.line("")
	p.line("actual:")
	p.line("statusCode: " + strconv.Itoa(t.Real.StatusCode))
	headersAndBody(p, t.Real.Headers, t.Real.Body)
}

func headersAndBody(p *printer, hs transaction.Headers, body string) {
	p.line("headers:")
	for _, h := range hs {
		p.line("    " + clean(h.Name) + ": " + clean(cut(h.Value, p.textWidth())))
	}
	if body != "" {
		p.line("")
		p.line("body:")
		bodyText(p, body)
	}
}

func bodyText(p *printer, body string) {
	if n, ok := parse(body); ok {
		lines := n.pretty(p.textWidth(), mostBody)
		if lines == nil {
			lines = n.outline(p.textWidth(), mostBody)
		}
		for _, l := range lines {
			p.line(l)
		}
		return
	}
	if binary(body) {
		p.line(inBytes(body))
		return
	}
	plainText(p, body)
}

func plainText(p *printer, text string) {
	lines := splitLines(text)
	for _, l := range lines[:min(len(lines), mostBody)] {
		p.line(plainLine(l, p.textWidth()))
	}
	if n := len(lines) - mostBody; n > 0 {
		p.line("… " + plural(n, "more line"))
	}
}
