package content

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Encode is the reverse of Decode, for a body that is to be sent: a text is written in the charset that
// the Content-Type, or the XML or HTML itself, names, and then encoded as the Content-Encoding says
// (gzip, deflate and br, also several of them). Documentation can only show the text.
//
// Bytes that are so already stay as they are: those that are no UTF-8 or hold a NUL are in their charset,
// and those that are no plain text and can be decoded are in their encoding.
//
// The error says what cannot be done: a charset or an encoding that is not known, a character that the
// charset does not have. The body is then the one to send all the same, without that step.
func Encode(h transaction.Headers, body string) (string, error) {
	if body == "" {
		return "", nil
	}
	names := encodings(h)
	if len(names) > 0 && !isPlain(body) {
		if _, problem := decompress(names, body, len(body)*maxRatio+minRoom); problem == nil || problem.ID == bodyTooLarge {
			return body, nil
		}
	}
	value, _ := h.Get("Content-Type")
	m, _ := ParseMediaType(value)
	text, charsetErr := write(m, body)
	encoded, err := compress(names, text)
	if err != nil {
		encoded = text
	}
	return encoded, errors.Join(charsetErr, err)
}

// maxRatio and minRoom bound what is decoded to see whether it can be: more than this is decoded bytes
// anyway.
const (
	maxRatio = 4
	minRoom  = 1 << 16
)

// write writes a text in the charset that it is to be in.
func write(m MediaType, text string) (string, error) {
	name, named := m.Parameter("charset")
	switch kind := m.Kind(); {
	case kind == Binary || kind == Multipart || !utf8.ValidString(text) || strings.Contains(text, "\x00"):
		return text, nil
	case !named:
		if name, named = declared(kind, text); !named {
			return text, nil
		}
	}
	switch label := strings.ToLower(strings.TrimSpace(name)); label {
	case "", "utf-8", "utf8", "unicode-1-1-utf-8":
		return text, nil
	case "us-ascii", "ascii":
		for _, r := range text {
			if r >= utf8.RuneSelf {
				return text, fmt.Errorf("the charset %s has no %q", name, r)
			}
		}
		return text, nil
	default:
		e := lookUpStrict(label)
		if e == nil {
			return text, fmt.Errorf("the charset %q is not known", name)
		}
		return writeIn(e, name, text)
	}
}

func writeIn(e encoding.Encoding, name, text string) (string, error) {
	encoded, err := e.NewEncoder().String(strings.TrimPrefix(text, "\uFEFF"))
	if err == nil {
		return encoded, nil
	}
	for _, r := range text {
		if _, err := e.NewEncoder().String(string(r)); err != nil {
			return text, fmt.Errorf("the charset %s has no %q", name, r)
		}
	}
	return text, fmt.Errorf("write in the charset %s: %w", name, err)
}

// lookUpStrict returns the encoding of that name to write in, or nil. What is written is what the name
// says and no more: to WHATWG, latin-1 has a euro sign. UTF-16 and UTF-32 without an order in their
// names get a byte order mark.
func lookUpStrict(label string) encoding.Encoding {
	switch label {
	case "utf-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-32":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-16le", "utf-16be", "utf-32le", "utf-32be":
		return lookUp(label)
	}
	if e, err := ianaindex.IANA.Encoding(label); err == nil && e != nil {
		return e
	}
	return lookUp(label)
}

// compress applies the encodings, the first one first.
func compress(names []string, body string) (string, error) {
	for _, name := range names {
		var b bytes.Buffer
		var w io.WriteCloser
		switch name {
		case "gzip", "x-gzip":
			w = gzip.NewWriter(&b)
		case "deflate": // in zlib's frame (RFC 9110, section 8.4.1.2)
			w = zlib.NewWriter(&b)
		case "br":
			w = brotli.NewWriter(&b)
		default:
			return "", fmt.Errorf("the Content-Encoding %q is not known: bailiff applies gzip, deflate and br", name)
		}
		if _, err := io.WriteString(w, body); err != nil {
			return "", err
		}
		if err := w.Close(); err != nil {
			return "", err
		}
		body = b.String()
	}
	return body, nil
}
