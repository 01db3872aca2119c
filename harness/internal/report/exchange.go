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
	requestText(p, t)
	p.line("")
	p.line("expected:")
	expectedText(p, t)
	if t.Real == nil {
		return
	}
	p.line("")
	p.line("actual:")
	actualText(p, t)
}

func requestText(p *printer, t *transaction.Transaction) {
	p.line("method: " + clean(t.Request.Method))
	p.line("uri: " + clean(cut(t.Request.URI, longestText)))
	headersAndBody(p, t.Request.Headers, t.Request.Body)
}

func expectedText(p *printer, t *transaction.Transaction) {
	headersAndBody(p, t.Expected.Headers, t.Expected.Body)
	p.line("statusCode: " + strconv.Itoa(t.Expected.StatusCode))
	if t.Expected.Schema != "" {
		p.line("bodySchema:")
		plainText(p, t.Expected.Schema)
	}
}

func actualText(p *printer, t *transaction.Transaction) {
	p.line("statusCode: " + strconv.Itoa(t.Real.StatusCode))
	headersAndBody(p, t.Real.Headers, t.Real.Body)
}

// messageText is a request or a response, as a document shows it.
type messageText struct{ Title, Text string }

// messages returns what was sent, what is documented and what came, as texts of several lines.
func messages(o Options, t *transaction.Transaction) []messageText {
	if t == nil {
		return nil
	}
	o.Out, o.Err, o.Color, o.Terminal = nil, nil, false, false
	text := func(write func(*printer, *transaction.Transaction)) string {
		p := newPrinter(o)
		write(p, t)
		return p.buf.String()
	}
	out := []messageText{{"Request", text(requestText)}, {"Expected", text(expectedText)}}
	if t.Real != nil {
		out = append(out, messageText{"Actual", text(actualText)})
	}
	return out
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
