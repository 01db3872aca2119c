package report

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// longestLaidOut bounds the bodies that are laid out by what they are. Larger ones are compared line by
// line as they came.
const longestLaidOut = 1 << 20

// laidOut lays both bodies out by what their headers say they are: XML and HTML as trees, forms field
// by field, multipart bodies part by part. It is false where one of them is not that.
func laidOut(t *transaction.Transaction) (a, b []line, ok bool) {
	if len(t.Expected.Body) > longestLaidOut || len(t.Real.Body) > longestLaidOut {
		return nil, nil, false
	}
	documentedType, has := t.Expected.Headers.Get("Content-Type")
	realType, hasReal := t.Real.Headers.Get("Content-Type")
	if !has {
		documentedType = realType
	}
	if !hasReal {
		realType = documentedType
	}
	if a, ok = bodyLines(documentedType, t.Expected.Body); !ok {
		return nil, nil, false
	}
	b, ok = bodyLines(realType, t.Real.Body)
	return a, b, ok
}

// bodyLines lays a body out by its media type; false where that has no layout of its own.
func bodyLines(contentType, body string) ([]line, bool) {
	media, _ := content.ParseMediaType(contentType)
	switch media.Kind() {
	case content.XML:
		return markupLines(body, false)
	case content.HTML:
		return markupLines(body, true)
	case content.Form:
		return formLines(body)
	case content.Multipart:
		return multipartLines(media, body)
	}
	return nil, false
}

// formLines lays out an application/x-www-form-urlencoded body. A field that comes several times has
// the places /name/0, /name/1 and so on.
func formLines(body string) ([]line, bool) {
	if strings.ContainsAny(strings.TrimSpace(body), "\n{<") {
		return nil, false
	}
	seen := map[string]int{}
	var out []line
	for pair := range strings.SplitSeq(strings.TrimSpace(body), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = decoded(name), decoded(value)
		out = append(out, line{text: name + "=" + value, at: pointerTo("", name) + "/" + strconv.Itoa(seen[name])})
		seen[name]++
	}
	return out, len(out) > 0
}

// decoded undoes the encoding of a form, as far as it is one.
func decoded(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// pointerTo appends a step to a JSON Pointer.
func pointerTo(pointer, step string) string {
	return pointer + "/" + strings.ReplaceAll(strings.ReplaceAll(step, "~", "~0"), "/", "~1")
}

// multipartLines lays out a multipart body (RFC 2046): each part begins with a line that names it, then
// come its headers and its content. The place of a part of a form is its name, with a number from the
// second of that name on, as in /file#2; that of any other part is its number.
func multipartLines(media content.MediaType, body string) ([]line, bool) {
	boundary, _ := media.Parameter("boundary")
	parts, ok := cutParts(boundary, body)
	if !ok {
		return nil, false
	}
	seen := map[string]int{}
	var out []line
	for i, p := range parts {
		name := strconv.Itoa(i)
		title := "part " + name
		if p.name != "" && media.Name == "multipart/form-data" {
			name, title = p.name, "part "+quote(p.name)
			if seen[name]++; seen[name] > 1 {
				name += "#" + strconv.Itoa(seen[name])
			}
		}
		at := pointerTo("", name)
		out = append(out, line{text: title, at: at})
		for _, h := range p.headers {
			out = append(out, line{text: "  " + h.Name + ": " + h.Value, at: pointerTo(at+"/headers", strings.ToLower(h.Name))})
		}
		for _, l := range partLines(p) {
			out = append(out, line{text: "    " + l.text, at: at + "/body" + l.at})
		}
	}
	return out, true
}

// partLines lays out the content of a part.
func partLines(p part) []line {
	contentType, _ := p.headers.Get("Content-Type")
	if ls, ok := bodyLines(contentType, p.body); ok {
		return ls
	}
	switch {
	case binary(p.body):
		return []line{{text: inBytes(p.body)}, {text: strings.TrimRight(hexRow(p.body, 0, hexShort), " ")}}
	case startsAsJSON(p.body):
		return jsonLines(p.body)
	}
	ls := textLines(p.body)
	for i := range ls {
		ls[i].text = strings.TrimRight(ls[i].text, "\r\n")
	}
	return ls
}

// part is one part of a multipart body.
type part struct {
	name    string
	headers transaction.Headers
	body    string
}

// mostParts bounds the parts of a body.
const mostParts = 10_000

// cutParts takes a multipart body apart. Without a boundary, the one that the body begins with is taken.
func cutParts(boundary, body string) ([]part, bool) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	if boundary == "" {
		first, _, _ := strings.Cut(strings.TrimLeft(body, "\n"), "\n")
		if !strings.HasPrefix(first, "--") || len(first) < 3 {
			return nil, false
		}
		boundary = strings.TrimRight(first[2:], " \t")
	}
	delimiter := "\n--" + boundary
	_, rest, ok := strings.Cut("\n"+body, delimiter)
	if !ok {
		return nil, false
	}
	var parts []part
	for !strings.HasPrefix(rest, "--") && len(parts) < mostParts {
		text, after, more := strings.Cut(rest, delimiter)
		_, text, _ = strings.Cut(text, "\n")
		parts = append(parts, readPart(text))
		if !more {
			break
		}
		rest = after
	}
	return parts, len(parts) > 0
}

func readPart(text string) part {
	var p part
	head, inner, ok := strings.Cut("\n"+text, "\n\n")
	if !ok {
		return part{body: text}
	}
	p.body = inner
	for l := range strings.SplitSeq(strings.TrimPrefix(head, "\n"), "\n") {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			continue
		}
		h := transaction.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
		p.headers = append(p.headers, h)
		if strings.EqualFold(h.Name, "Content-Disposition") {
			disposition, _ := content.ParseMediaType(h.Value)
			p.name, _ = disposition.Parameter("name")
		}
	}
	return p
}
