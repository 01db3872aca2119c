// Package multipart takes bodies of the multipart types (RFC 2046, section 5.1; RFC 7578 for those of
// forms) apart. Unlike mime/multipart it knows where each part stands, takes bodies as people write
// them in documentation, with line feeds alone, and refuses a body without its last delimiter.
//
//	parts, bad := multipart.Parse(body, "frontier")
//	parts[0].Name()  // "file", of Content-Disposition: form-data; name="file"
//	parts[0].Content // bytes, with no transfer encoding
package multipart

import (
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	// maxParts is how many parts a body may have. Web servers take about a thousand.
	maxParts = 10_000
	// maxHeaders is how many bytes the headers of one part may have.
	maxHeaders = 64 << 10
)

// Part is one part of a body.
type Part struct {
	Headers transaction.Headers
	// HeaderOffsets holds where each of Headers begins.
	HeaderOffsets []int
	// Content is the body of the part, without its transfer encoding, which is base64 or
	// quoted-printable where there is one.
	Content string
	// Offset is where the first line of the part begins, and ContentOffset where its body does.
	Offset, ContentOffset int
}

// Refusal is the reason and place of a body that cannot be taken apart.
type Refusal struct {
	What     string
	Offset   int
	TooLarge bool
}

// Boundary returns the boundary of a multipart media type.
func Boundary(m content.MediaType) (string, bool) {
	boundary, ok := m.Parameter("boundary")
	return boundary, ok && boundary != ""
}

// GuessBoundary returns the boundary that a body itself begins with.
func GuessBoundary(body string) (string, bool) {
	line, _, _ := strings.Cut(body, "\n")
	boundary, ok := strings.CutPrefix(strings.TrimRight(line, " \t\r"), "--")
	return boundary, ok && boundary != ""
}

// Parse takes a body apart. What stands before the first delimiter and after the last is passed over.
func Parse(body, boundary string) ([]Part, *Refusal) {
	d, ok := next(body, boundary, 0)
	if !ok {
		return nil, &Refusal{What: fmt.Sprintf("there is no line that begins with %q", "--"+boundary)}
	}
	var parts []Part
	for !d.last {
		end, ok := next(body, boundary, d.end)
		switch {
		case !ok:
			return nil, &Refusal{What: fmt.Sprintf("the body ends without %q", "--"+boundary+"--"), Offset: len(body)}
		case len(parts) == maxParts:
			return nil, &Refusal{fmt.Sprintf("more than %d parts", maxParts), d.end, true}
		}
		p, bad := part(body, d.end, end.begin)
		if bad != nil {
			return nil, bad
		}
		parts = append(parts, p)
		d = end
	}
	return parts, nil
}

// delimiter is a line that begins or ends a part. It begins at the line break before it.
type delimiter struct {
	begin, end int
	last       bool
}

// next returns the first delimiter at or after the offset, which is where a line begins.
func next(body, boundary string, from int) (delimiter, bool) {
	mark := "--" + boundary
	for at := from; ; at += len(mark) {
		i := strings.Index(body[at:], mark)
		if i < 0 {
			return delimiter{}, false
		}
		if at += i; at > from && body[at-1] != '\n' {
			continue
		}
		line, _, _ := strings.Cut(body[at+len(mark):], "\n")
		rest, last := strings.CutPrefix(line, "--")
		if strings.Trim(rest, " \t\r") != "" {
			continue
		}
		d := delimiter{begin: at, end: min(at+len(mark)+len(line)+1, len(body)), last: last}
		if at > from {
			d.begin = from + len(strings.TrimSuffix(body[from:at-1], "\r"))
		}
		return d, true
	}
}

// part reads the part at body[begin:end].
func part(body string, begin, end int) (Part, *Refusal) {
	p := Part{Offset: begin}
	for at := begin; ; {
		if at >= end { // a part may be nothing but headers
			p.ContentOffset = end
			return p, nil
		}
		line, _, broken := strings.Cut(body[at:end], "\n")
		size := len(line)
		if broken {
			size++
		}
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			p.ContentOffset = min(at+size, end)
			p.Content = decode(p.Headers, body[p.ContentOffset:end])
			return p, nil
		}
		if at+size > begin+maxHeaders {
			return p, &Refusal{fmt.Sprintf("headers of more than %d bytes", maxHeaders), at, true}
		}
		if bad := p.header(line, at); bad != nil {
			return p, bad
		}
		at += size
	}
}

// header reads a line of the headers, which may go on with the one before it.
func (p *Part) header(line string, at int) *Refusal {
	if n := len(p.Headers); n > 0 && (line[0] == ' ' || line[0] == '\t') {
		p.Headers[n-1].Value += " " + strings.TrimSpace(line)
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return &Refusal{What: fmt.Sprintf("%.40q is not a header", line), Offset: at}
	}
	p.Headers = append(p.Headers, transaction.Header{Name: name, Value: strings.TrimSpace(value)})
	p.HeaderOffsets = append(p.HeaderOffsets, at)
	return nil
}

// decode undoes the transfer encoding of a part. What is not in it is left as it is.
func decode(h transaction.Headers, text string) string {
	encoding, _ := h.Get("Content-Transfer-Encoding")
	switch strings.ToLower(encoding) {
	case "base64":
		packed := strings.NewReplacer("\r", "", "\n", "", " ", "", "\t", "").Replace(text)
		if b, err := base64.StdEncoding.DecodeString(packed); err == nil {
			return string(b)
		}
	case "quoted-printable":
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text))); err == nil {
			return string(b)
		}
	}
	return text
}

// Name is the name of a part of a form, and false when it has none.
func (p Part) Name() (string, bool) {
	value, _ := p.Headers.Get("Content-Disposition")
	_, parameters, _ := strings.Cut(value, ";")
	m, _ := content.ParseMediaType("a/a;" + parameters)
	return m.Parameter("name")
}
