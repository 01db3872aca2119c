package gavel

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/fields"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/jsontext"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/markup"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/multipart"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// entity is one side of a comparison: a body, or a part of one, and what it is said to be.
type entity struct {
	media content.MediaType
	kind  content.Kind
	body  string
	said  bool // that there is a Content-Type
}

// newEntity reads the Content-Type.
func newEntity(h transaction.Headers, body string) entity {
	value, _ := headerValue(h, contentType)
	m, _ := content.ParseMediaType(value)
	return entity{media: m, kind: m.Kind(), body: body, said: m.Name != ""}
}

// pair is a documented entity and the real one, and where in the body they are.
type pair struct {
	path      []step
	want, got entity
	depth     int // of multipart in multipart
}

// asDeclared compares the bodies as what their Content-Types say they are. It reports false when
// they are to be taken for JSON or text as Gavel does: where both are JSON, or nothing is said.
func (k *check) asDeclared() bool {
	p := pair{
		want: newEntity(k.expected.Headers, k.expected.Body),
		got:  newEntity(k.real.Headers, k.real.Body),
	}
	settle(&p.want, &p.got)
	settle(&p.got, &p.want)
	switch {
	case isJSONOrUnsaid(p.want.kind) && isJSONOrUnsaid(p.got.kind):
		return false
	case k.real.Body == "" && k.expected.Body != "":
		k.aboutBody(BodyMissing, fmt.Sprintf(
			`Expected "body" of "%s" media type, but actual "body" is missing.`, p.want.media.Name))
	default:
		k.bodyKind = KindText
		k.compare(p)
	}
	return true
}

func isJSONOrUnsaid(kind content.Kind) bool { return kind == content.JSON || kind == content.Unknown }

// settle makes an entity without a Content-Type what the other one is, if it can be that, and else
// text. One that is an object or a list of JSON is JSON, unless the other is text, which can look
// like that too.
func settle(e, other *entity) {
	if e.said || isJSONOrUnsaid(other.kind) {
		return
	}
	if other.kind != content.Text && isContainer(e.body) {
		e.kind, e.media.Name = content.JSON, typeJSON
		return
	}
	if !canBe(other.kind, e.body) {
		e.kind, e.media.Name = content.Text, typeText
		return
	}
	e.kind, e.media.Name = other.kind, other.media.Name
}

// isContainer reports whether a text is an object or a list of JSON.
func isContainer(body string) bool {
	t, _ := parse(body)
	return t != nil && (t.nodes[0].kind == kindObject || t.nodes[0].kind == kindArray)
}

// canBe reports whether a text can be read as a kind of body.
func canBe(kind content.Kind, body string) bool {
	switch kind {
	case content.XML:
		_, bad := markup.XML(body)
		return bad == nil
	case content.Form:
		_, bad := fields.Parse(body)
		return bad == nil
	case content.Multipart:
		_, ok := multipart.GuessBoundary(body)
		return ok
	}
	return true
}

// compare compares two entities, at least one of which is neither JSON nor unsaid.
func (k *check) compare(p pair) {
	switch {
	case isOpaque(p.want) && isOpaque(p.got):
		k.opaque(p)
	case p.want.kind != p.got.kind:
		k.about(p, BodyMediaType, fmt.Sprintf("Can't validate actual media type '%s' against the expected media type '%s'.",
			p.got.media.Name, p.want.media.Name))
	case p.want.kind == content.JSON:
		k.partJSON(p)
	case p.want.kind == content.XML:
		k.markup(p, BodyNotXML, markup.XML)
	case p.want.kind == content.HTML:
		k.markup(p, "", markup.HTML)
	case p.want.kind == content.Form:
		k.form(p)
	case p.want.kind == content.Multipart:
		k.multipart(p)
	default:
		k.opaque(p)
	}
}

// isOpaque reports whether an entity is of a type that says nothing of what is in it.
func isOpaque(e entity) bool { return e.kind == content.Unknown }

// about reports that two entities cannot be compared.
func (k *check) about(p pair, id, message string) {
	if len(p.path) == 0 {
		k.aboutBody(id, message)
		return
	}
	k.out.add(transaction.Finding{
		ID:       id,
		Field:    fieldBody,
		Pointer:  pointer(p.path),
		Message:  fmt.Sprintf("At '%s' %s", pointer(p.path), message),
		Expected: p.want.body, HasExpected: true,
		Real: p.got.body, HasReal: true,
	})
}

// opaque compares texts character by character, and what is no text byte by byte. A newline at the end
// counts, as in Gavel, although API Blueprint ends each documented body with one: whether it was meant
// cannot be told.
func (k *check) opaque(p pair) {
	want, got := p.want.body, p.got.body
	if k.covers(p.path) {
		k.hold(p.path, text(want), text(got), nil)
		return
	}
	if want == got {
		return
	}
	if p.want.kind != content.Binary && utf8.ValidString(want) && utf8.ValidString(got) {
		k.about(p, BodyTextMismatch, "Actual and expected data do not match.")
		return
	}
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	k.about(p, BodyBinaryMismatch, fmt.Sprintf("Expected %s, but got %d; the first that differs is at offset %d.",
		byteCount(len(want)), len(got), at))
}

func byteCount(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// covers reports whether a declaration covers a place; which of them counts is the walk's business.
func (k *check) covers(path []step) bool {
	for _, v := range k.declared.body {
		if v.matches(path) {
			return true
		}
	}
	return false
}

// text is a text as a tree: a string of JSON. What is not UTF-8 is replaced.
func text(s string) *tree {
	t, _ := parse(jsontext.Quote(strings.ToValidUTF8(s, "\uFFFD")))
	t.texts = true
	return t
}

// reads is a tree of the JSON text that a body was mapped to. Its scalars are texts.
func (k *check) reads(p pair, json string, documented bool) *tree {
	t, bad := parse(json)
	if bad != nil {
		k.about(p, limitID(bad.why, documented), fmt.Sprintf("Can't validate: %s body is too large: %s", sideOf(documented), bad.what))
		return nil
	}
	t.texts = true
	return t
}

func sideOf(documented bool) string {
	if documented {
		return "expected"
	}
	return "actual"
}
