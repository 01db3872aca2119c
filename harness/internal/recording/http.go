package recording

import (
	"bytes"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// http reads a response as HTTP/1.1 sends it, or what curl -i prints; a request may stand before it.
func (p *parser) http() (*Recording, error) {
	rest, err := p.skipRequest(bytes.TrimLeft(p.data, " \t\r\n"))
	if err != nil {
		return nil, err
	}
	m := message{format: HTTP}
	for {
		m.head, rest = p.cutHead(rest)
		// Behind the heads of an interim response, of a redirect, and of a proxy comes another one.
		if !statusLine().Match(firstLine(rest)) {
			break
		}
	}
	m.body = rest
	if len(rest) > 0 {
		m.lines = transaction.Lines{{From: 1, At: p.at(p.lineOf(rest))}}
	}
	return p.finish(m)
}

// skipRequest goes on to the status line behind a request.
func (p *parser) skipRequest(rest []byte) ([]byte, error) {
	if statusLine().Match(firstLine(rest)) {
		return rest, nil
	}
	for b := rest; len(b) > 0; {
		if _, b, _ = bytes.Cut(b, []byte("\n")); statusLine().Match(firstLine(b)) {
			return b, nil
		}
	}
	return nil, p.fail(p.lineOf(rest), "this is a request, and no response is behind it")
}

// cutHead takes the lines up to the first empty one.
func (p *parser) cutHead(b []byte) (head []headLine, rest []byte) {
	for n := p.lineOf(b); ; n++ {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		text := strings.TrimRight(string(line), "\r")
		if text == "" && len(head) > 0 || len(b) == 0 {
			return head, rest
		}
		head = append(head, headLine{n, text})
		b = rest
	}
}
