package recording

import (
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// maxBody is the largest body that decoding may make, in bytes: the one that a run reads.
const maxBody = 256 << 20

// decode undoes the content encodings of a body, and turns its charset into UTF-8. What curl prints
// may be decoded already, as with --compressed, and the headers do not tell; but compressed bytes are
// no text.
func (p *parser) decode(r *Recording, m message) error {
	headers := r.Response.Headers
	switch {
	case r.Response.Body == "":
		return nil
	case m.lossy && encoded(headers):
		coding, _ := headers.Get("Content-Encoding")
		return p.fail(m.head[0].line, "the body is in the encoding %s, of which --trace-ascii keeps too little; record it with --trace", coding)
	case m.lossy: // only ASCII is left
		return nil
	case !m.wire && encoded(headers) && utf8.ValidString(r.Response.Body):
		headers = without(headers, "Content-Encoding")
	}
	text, problem := content.Decode(headers, r.Response.Body, maxBody)
	if problem != nil {
		r.Response.Problem = problem
		return nil
	}
	if text != r.Response.Body && encoded(headers) {
		r.Source.Body = nil // its lines are not those of the recording
	}
	r.Response.Body = text
	return nil
}

func without(h transaction.Headers, name string) transaction.Headers {
	var kept transaction.Headers
	for _, f := range h {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	return kept
}
