package content

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// byteOrderMark reads the mark that a text may begin with. Where there is one it is right, whatever
// the headers say (RFC 7303, section 3; the Encoding Standard of WHATWG, section 6).
func byteOrderMark(body string) (size int, name string) {
	switch {
	case strings.HasPrefix(body, "\xEF\xBB\xBF"):
		return 3, "utf-8"
	case strings.HasPrefix(body, "\xFF\xFE\x00\x00"):
		return 4, "utf-32le"
	case strings.HasPrefix(body, "\x00\x00\xFE\xFF"):
		return 4, "utf-32be"
	case strings.HasPrefix(body, "\xFF\xFE"):
		return 2, "utf-16le"
	case strings.HasPrefix(body, "\xFE\xFF"):
		return 2, "utf-16be"
	}
	return 0, ""
}

// recode turns the body into UTF-8, as far as it is a text that says what its charset is.
func recode(m MediaType, body string, limit int) (string, *transaction.Problem) {
	name, named := m.Parameter("charset")
	kind := m.Kind()
	if kind == Binary || kind == Multipart || kind == Unknown && !named {
		if m.Name == "" { // a text by its mark
			return strings.TrimPrefix(body, "\uFEFF"), nil
		}
		return body, nil
	}
	from := "Content-Type"
	if size, mark := byteOrderMark(body); size > 0 && (kind != JSON || named || mark == "utf-8") {
		body, name, named = body[size:], mark, named || mark != "utf-8"
		from = "byte order mark"
	} else if !named {
		name, named = declared(kind, body)
		from = "body itself"
	}
	if !named {
		return body, nil
	}
	return decodeCharset(name, from, body, limit)
}

// declared returns the charset that an XML or HTML text says it is in.
func declared(kind Kind, body string) (string, bool) {
	switch kind {
	case XML:
		return declaredXML(body)
	case HTML:
		return declaredHTML(body)
	}
	return "", false
}

// prescan is how much of a text is searched for its own charset, as the HTML standard has it.
const prescan = 1024

// declaredXML reads the encoding of an XML declaration (XML 1.0, section 2.8). A text in UTF-16 without
// a byte order mark is known by how its first character looks (appendix F).
func declaredXML(body string) (string, bool) {
	switch {
	case strings.HasPrefix(body, "<\x00?\x00"):
		return "utf-16le", true
	case strings.HasPrefix(body, "\x00<\x00?"):
		return "utf-16be", true
	case !strings.HasPrefix(body, "<?xml"):
		return "", false
	}
	head, _, found := strings.Cut(body[:min(len(body), prescan)], "?>")
	if !found {
		return "", false
	}
	_, rest, found := strings.Cut(head, "encoding")
	if rest = strings.TrimLeft(rest, " \t\r\n"); !found || !strings.HasPrefix(rest, "=") {
		return "", false
	}
	rest = strings.TrimLeft(rest[1:], " \t\r\n")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", false
	}
	name, _, found := strings.Cut(rest[1:], rest[:1])
	return name, found
}

// declaredHTML reads the charset of a meta element, in either of its two forms.
func declaredHTML(body string) (string, bool) {
	z := html.NewTokenizer(strings.NewReader(body[:min(len(body), prescan)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return "", false
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, ok := metaCharset(z.Token()); ok {
				if strings.HasPrefix(strings.ToLower(name), "utf-16") { // it was read as ASCII
					name = "utf-8"
				}
				return name, true
			}
		}
	}
}

func metaCharset(t html.Token) (string, bool) {
	if t.Data != "meta" {
		return "", false
	}
	var httpEquiv, value string
	for _, a := range t.Attr {
		switch a.Key {
		case "charset":
			return a.Val, true
		case "http-equiv":
			httpEquiv = a.Val
		case "content":
			value = a.Val
		}
	}
	if !strings.EqualFold(httpEquiv, "content-type") {
		return "", false
	}
	m, _ := ParseMediaType(value)
	return m.Parameter("charset")
}

// decodeCharset turns a text of the charset of that name into UTF-8; from is who names it.
func decodeCharset(name, from, body string, limit int) (string, *transaction.Problem) {
	label := strings.ToLower(strings.TrimSpace(name))
	switch label {
	case "utf-8", "utf8", "unicode-1-1-utf-8":
		if at := invalidUTF8(body); at >= 0 {
			return "", charsetInvalid(name, from, body, at)
		}
		return body, nil
	case "us-ascii", "ascii": // WHATWG takes it for windows-1252, where every byte is a character
		for i := range len(body) {
			if body[i] >= utf8.RuneSelf {
				return "", charsetInvalid(name, from, body, i)
			}
		}
		return body, nil
	case "utf-16":
		label = "utf-16le"
		if strings.HasPrefix(body, "\x00") {
			label = "utf-16be"
		}
	}
	e := lookUp(label)
	if e == nil {
		return "", &transaction.Problem{ID: bodyCharsetInvalid, Message: fmt.Sprintf("The %s names the charset %q, which is not known.", from, name)}
	}
	text, over, err := drain(transform.NewReader(strings.NewReader(body), e.NewDecoder()), limit)
	if over {
		return "", &transaction.Problem{ID: bodyTooLarge, Message: fmt.Sprintf(
			"The body is more than %d bytes long when it is turned from %s into UTF-8.", limit, name)}
	}
	if err != nil {
		return "", charsetInvalid(name, from, body, len(body))
	}
	if at := invalidAt(e, label, body, text); at >= 0 {
		return "", charsetInvalid(name, from, body, at)
	}
	return text, nil
}

func charsetInvalid(name, from, body string, at int) *transaction.Problem {
	what := "the text ends in the middle of a character"
	if at < len(body) {
		what = fmt.Sprintf("the byte %#02x at offset %d is not of it", body[at], at)
	}
	return &transaction.Problem{ID: bodyCharsetInvalid, Message: fmt.Sprintf("The %s names the charset %q, but %s.", from, name, what)}
}

// lookUp returns the encoding of that name, or nil. The index of WHATWG comes first, since servers
// mean what browsers do.
func lookUp(label string) encoding.Encoding {
	switch label {
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf-32be", "utf-32":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	}
	if e, err := htmlindex.Get(label); err == nil {
		if e == encoding.Replacement { // charsets that browsers refuse
			return nil
		}
		return e
	}
	if e, err := ianaindex.IANA.Encoding(label); err == nil {
		return e // nil for those that it knows by name only
	}
	return nil
}
