package gavel

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/jsontext"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/multipart"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	formData = "multipart/form-data" // RFC 7578
	// partHeads and partBody are the steps of a pointer from a part to what it consists of.
	partHeads = "headers"
	partBody  = "body"
)

// maxNesting is how deeply multipart may be nested in multipart. Mail has two levels.
const maxNesting = 8

// multipart compares bodies part by part: those of a form by their names, others by their places. The
// headers of a part are at /file/headers, or /0/headers, and its body is at /file/body and below.
// Where a form has several parts of one name, the second is at /file#2.
func (k *check) multipart(p pair) {
	got, want := k.parts(p, p.got, false), k.parts(p, p.want, true)
	switch {
	case got == nil || want == nil:
	case p.depth >= maxNesting:
		k.about(p, limitID(refusedDepth, false), fmt.Sprintf("Can't validate: multipart is nested more than %d levels deep", maxNesting))
	case p.want.media.Name == formData:
		k.namedParts(p, want, got)
	default:
		k.listedParts(p, want, got)
	}
}

// parts takes a body apart; the list is nil when it cannot be.
func (k *check) parts(p pair, e entity, documented bool) []multipart.Part {
	boundary, ok := multipart.Boundary(e.media)
	if !ok && (documented || !e.said) { // documentation leaves it out
		boundary, ok = multipart.GuessBoundary(e.body)
	}
	if !ok {
		k.malformed(p, BodyNotMultipart, malformed{not: "multipart", what: "the Content-Type names no boundary"}, documented)
		return nil
	}
	parts, bad := multipart.Parse(e.body, boundary)
	if bad != nil {
		k.malformed(p, BodyNotMultipart, malformed{"multipart", bad.What, bad.Offset, bad.TooLarge}, documented)
		return nil
	}
	return parts
}

// namesOf returns the key of each part of a form.
func namesOf(parts []multipart.Part) []string {
	names, seen := make([]string, len(parts)), map[string]int{}
	for i, p := range parts {
		name, ok := p.Name()
		if !ok {
			name = strconv.Itoa(i)
		}
		name = strings.ToValidUTF8(name, "\uFFFD")
		names[i] = name
		if seen[name]++; seen[name] > 1 {
			names[i] = fmt.Sprintf("%s#%d", name, seen[name])
		}
	}
	return names
}

func (k *check) namedParts(p pair, want, got []multipart.Part) {
	wanted, real := namesOf(want), namesOf(got)
	places := map[string]int{}
	for i, name := range real {
		places[name] = i
	}
	documented := map[string]bool{}
	for i, name := range wanted {
		documented[name] = true
		path := append(p.path[:len(p.path):len(p.path)], step{name, -1})
		if at, ok := places[name]; ok {
			k.part(pair{path: path, depth: p.depth}, want[i], got[at])
			continue
		}
		at := pointer(path)
		k.out.add(transaction.Finding{
			ID: BodyMissingKey, Field: fieldBody, Pointer: at, Message: missingMessage(at, name),
			Expected: want[i].Content, HasExpected: true,
		})
	}
	for i, name := range real {
		if k.level < values || documented[name] {
			continue
		}
		at := pointer(append(p.path[:len(p.path):len(p.path)], step{name, -1}))
		k.out.add(transaction.Finding{
			ID: BodyUndocumentedKey, Field: fieldBody, Pointer: at, Message: fmt.Sprintf("At '%s' Undocumented property: %s", at, name),
			Real: got[i].Content, HasReal: true,
		})
	}
}

// listedParts compares parts by their places. Under type, parts beyond the documented ones are held
// against the last of them, as items of a list are.
func (k *check) listedParts(p pair, want, got []multipart.Part) {
	if k.level == values && len(want) != len(got) {
		k.out.add(transaction.Finding{
			ID: BodyListLength, Field: fieldBody, Pointer: pointer(p.path),
			Message:  fmt.Sprintf("At '%s' Expected %s, but got %d.", pointer(p.path), items(int32(len(want))), len(got)),
			Expected: count(int32(len(want))), HasExpected: true,
			Real: count(int32(len(got))), HasReal: true,
		})
	}
	for i := range got {
		if len(want) == 0 || k.level == values && i >= len(want) {
			return
		}
		path := append(p.path[:len(p.path):len(p.path)], step{index: i})
		k.part(pair{path: path, depth: p.depth}, want[min(i, len(want)-1)], got[i])
	}
}

// part compares two parts: their headers, then their bodies as what those say they are.
func (k *check) part(p pair, want, got multipart.Part) {
	below := func(key string) []step { return append(p.path[:len(p.path):len(p.path)], step{key, -1}) }
	if len(want.Headers) > 0 || len(got.Headers) > 0 {
		k.hold(below(partHeads), partHeaders(want.Headers), partHeaders(got.Headers), nil)
	}
	p.path = below(partBody)
	p.depth++
	p.want, p.got = newEntity(want.Headers, want.Content), newEntity(got.Headers, readable(got))
	switch {
	case k.covers(p.path):
		k.opaque(p)
	case !p.want.said && !p.got.said: // a field of a form
		k.field(p)
	default:
		for _, e := range []*entity{&p.want, &p.got} {
			if !e.said {
				e.kind, e.media.Name = content.Text, typeText // RFC 2046, section 5.1
			}
		}
		k.compare(p)
	}
}

// field compares the values of fields, of which under type nothing is wanted.
func (k *check) field(p pair) {
	if !utf8.ValidString(p.want.body) || !utf8.ValidString(p.got.body) {
		k.opaque(p)
		return
	}
	k.hold(p.path, text(p.want.body), text(p.got.body), nil)
}

// readable is the body of a part in UTF-8 where it names another charset. A body that is UTF-8
// already was read before, as those of recorded exchanges are.
func readable(p multipart.Part) string {
	if utf8.ValidString(p.Content) && !strings.Contains(p.Content, "\x00") {
		return p.Content
	}
	body, _ := content.Decode(p.Headers, p.Content, maxPart)
	return body
}

// maxPart bounds the size of the decoded body of a part.
const maxPart = 256 << 20

// partHeaders writes the headers of a part as a tree. Those that hold a media type, or have parameters
// like one, are written in one way, and without the boundary.
func partHeaders(h transaction.Headers) *tree {
	seen := map[string]bool{}
	var b strings.Builder
	b.WriteByte('{')
	for _, f := range h {
		name := strings.ToLower(f.Name)
		if seen[name] {
			continue
		}
		if len(seen) > 0 {
			b.WriteByte(',')
		}
		seen[name] = true
		value, _ := headerValue(h, name)
		switch name {
		case contentType, "content-disposition":
			value = plainMediaType(value)
		case "content-transfer-encoding":
			value = strings.ToLower(value)
		}
		b.WriteString(jsontext.Quote(strings.ToValidUTF8(name, "\uFFFD")) + ":" + jsontext.Quote(strings.ToValidUTF8(value, "\uFFFD")))
	}
	b.WriteByte('}')
	t, _ := parse(b.String())
	t.texts = true
	return t
}

// partJSON compares two parts that are JSON.
func (k *check) partJSON(p pair) {
	want, badWant := parse(p.want.body)
	got, badGot := parse(p.got.body)
	read := func(bad *parseError, documented bool) {
		id := BodyNotJSON
		switch {
		case bad.why == refusedDepth || bad.why == refusedSize:
			id = limitID(bad.why, documented)
		case documented:
			id = DocumentedBodyNotJSON
		case bad.why == refusedUTF8:
			id = BodyNotUTF8
		}
		k.about(p, id, fmt.Sprintf("Can't validate: %s body is not a parseable JSON: %s", sideOf(documented), bad))
	}
	if badGot != nil {
		read(badGot, false)
	}
	if badWant != nil {
		read(badWant, true)
	}
	if want != nil && got != nil {
		k.hold(p.path, want, got, nil)
	}
}
