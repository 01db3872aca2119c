package content

import "github.com/bailiff-dev/bailiff/harness/transaction"

// The ids of the problems, which are those of gavel's findings.
const (
	bodyTooLarge        = "body-too-large"
	bodyEncodingInvalid = "body-encoding-invalid"
	bodyCharsetInvalid  = "body-charset-invalid"
)

// Decode returns the text of a body: its Content-Encoding undone (gzip, deflate and br, also
// several of them) and its charset turned into UTF-8, without a byte order mark.
//
// The charset is that of a byte order mark, of the Content-Type, or of the XML or HTML itself. A text
// that names none is left as it is; of JSON, that is UTF-8 (RFC 8259, section 8.1), which is for
// the reader of the JSON to check. Types whose bodies are bytes are left as they are too, and so is
// multipart, whose parts have charsets of their own.
//
// The text has at most limit bytes, and no more than that is held at any step but for what Go's
// growing buffers take. Where the bytes are not what the headers say, the problem says why, and the
// text is the body as it came.
func Decode(h transaction.Headers, body string, limit int) (string, *transaction.Problem) {
	if body == "" { // nothing is in no encoding
		return "", nil
	}
	text, problem := decompress(encodings(h), body, limit)
	if problem != nil {
		return body, problem
	}
	value, _ := h.Get("Content-Type")
	m, _ := ParseMediaType(value)
	text, problem = recode(m, text, limit)
	if problem != nil {
		return body, problem
	}
	return text, nil
}
