package gavel

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The media types that Gavel tells bodies apart by.
const (
	typeJSON   = "application/json"
	typeSchema = "application/schema+json"
	typeText   = "text/plain"
)

// body decides what the two bodies are and compares them as that. As in Gavel, what parses as JSON
// is JSON whatever its Content-Type says; the Content-Type matters where JSON was announced and did
// not come.
func (k *check) body() {
	if !k.expected.HasBody && !k.expected.HasSchema {
		return
	}
	bySchema := k.expected.Schema != ""
	realTree, bad := parse(k.real.Body)
	realType, ok := k.mediaTypeOf(k.real, realTree, bad, false)
	var expectedTree *tree
	expectedType := typeSchema
	if k.expected.HasBody || !bySchema {
		if k.expected.HasBody && k.expected.Body == k.real.Body {
			expectedTree = realTree
		} else {
			expectedTree, bad = k.parseExpected()
		}
	}
	if !bySchema {
		var fine bool
		expectedType, fine = k.mediaTypeOf(k.expected, expectedTree, bad, true)
		ok = ok && fine
	}
	if !ok {
		return
	}
	switch {
	case realTree == nil && expectedType == typeText:
		k.text()
	case realTree != nil && bySchema:
		k.bodyKind = KindJSON
		k.schema(realTree)
		if k.level > structure && expectedTree != nil {
			k.json(expectedTree, realTree)
		}
	case realTree != nil && expectedTree != nil:
		k.bodyKind = KindJSON
		k.json(expectedTree, realTree)
	case k.real.Body == "" && (!k.expected.HasBody || k.expected.Body != ""):
		k.aboutBody(BodyMissing, fmt.Sprintf(
			`Expected "body" of "%s" media type, but actual "body" is missing.`, expectedType))
	default:
		k.aboutBody(BodyMediaType, fmt.Sprintf(
			"Can't validate actual media type '%s' against the expected media type '%s'.", realType, expectedType))
	}
}

// parseExpected reads the documented body. One that is not there, which Gavel takes for undefined
// when the schema is false, is not JSON.
func (k *check) parseExpected() (*tree, *parseError) {
	if !k.expected.HasBody {
		return nil, &parseError{refusedSyntax, "the text ends too early", 1, 1}
	}
	return parse(k.expected.Body)
}

// mediaTypeOf returns what Gavel takes the body of a message for, and false when it can be compared
// with nothing, which is then reported.
func (k *check) mediaTypeOf(m Message, t *tree, bad *parseError, documented bool) (string, bool) {
	value, _ := headerValue(m.Headers, contentType)
	value = strings.ToLower(value)
	base := mediaType(value)
	if t != nil {
		if isJSONType(base) {
			return base, true
		}
		return typeJSON, true
	}
	side := "actual"
	if documented {
		side = "expected"
	}
	switch {
	case bad.why == refusedDepth || bad.why == refusedSize:
		k.aboutBody(limitID(bad.why, documented), fmt.Sprintf("Can't validate: %s body is %s", side, bad))
		return "", false
	case isJSONType(base):
		k.aboutBody(k.notJSONID(m, bad.why, documented), fmt.Sprintf(
			"Can't validate: %s body 'Content-Type' header is '%s' but body is not a parseable JSON:\n%s",
			side, value, bad))
		return "", false
	}
	return typeText, true
}

func limitID(why refusal, documented bool) string {
	switch {
	case documented:
		return DocumentedBodyUnreadable
	case why == refusedDepth:
		return BodyTooDeep
	}
	return BodyTooLarge
}

func (k *check) notJSONID(m Message, why refusal, documented bool) string {
	switch {
	case documented:
		return DocumentedBodyNotJSON
	case m.Body == "" && (!k.expected.HasBody || k.expected.Body != ""):
		return BodyMissing
	case why == refusedUTF8:
		return BodyNotUTF8
	}
	return BodyNotJSON
}

// aboutBody reports that the bodies cannot be compared.
func (k *check) aboutBody(id, message string) {
	f := transaction.Finding{
		ID:      id,
		Field:   fieldBody,
		Message: message,
		Real:    k.real.Body, HasReal: true,
	}
	if k.expected.HasBody {
		f.Expected, f.HasExpected = k.expected.Body, true
	}
	k.out.add(f)
}

// text compares bodies that are not JSON, character by character. API Blueprint ends each body with
// a newline that nobody wrote; above structure its absence is no difference.
func (k *check) text() {
	k.bodyKind = KindText
	want, got := k.expected.Body, k.real.Body
	if k.expected.HasBody && want == got {
		return
	}
	if k.level > structure && strings.TrimSuffix(want, "\n") == got {
		return
	}
	k.aboutBody(BodyTextMismatch, "Actual and expected data do not match.")
}

// json compares two bodies that are JSON.
func (k *check) json(expected, real *tree) {
	w := walk{expected: expected, real: real, level: k.level, out: &k.out}
	if k.level > structure {
		w.volatile = k.volatiles()
		k.repeated(DocumentedDuplicateKey, expected)
		k.repeated(BodyDuplicateKey, real)
	}
	if expected == real && len(w.volatile) == 0 {
		return // a body is like itself
	}
	w.path = make([]step, 0, 16)
	w.node(0, 0)
}

// volatiles returns the declarations that apply, and reports those that make no sense.
func (k *check) volatiles() []*volatile {
	if len(k.options.Volatile) == 0 {
		return nil
	}
	list := make([]*volatile, 0, len(k.options.Volatile))
	for _, v := range k.options.Volatile {
		p := k.checker.volatiles.get(v, newVolatile)
		if p.err == nil {
			list = append(list, p)
			continue
		}
		k.out.add(transaction.Finding{
			ID:       VolatileInvalid,
			Field:    fieldBody,
			Message:  p.err.Error(),
			Expected: v.Pointer, HasExpected: true,
		})
	}
	return list
}

// repeated reports each key that an object has more than once.
func (k *check) repeated(id string, t *tree) {
	if t.repeated == 0 {
		return
	}
	s := repeats{id: id, t: t, out: &k.out}
	s.node(0)
}

// repeats looks for keys that stand more than once in their object.
type repeats struct {
	id   string
	t    *tree
	path []step
	out  *findings
}

func (s *repeats) node(i int32) {
	n := s.t.nodes[i]
	switch n.kind {
	case kindArray:
		for at, c := 0, i+1; c < n.next && !s.out.cut; at, c = at+1, s.t.nodes[c].next {
			s.below(step{index: at}, c)
		}
	case kindObject:
		for key := i + 1; key < n.next && !s.out.cut; key = s.t.afterMember(key) {
			if s.t.dead(key) {
				continue
			}
			name := s.t.str(key)
			if s.t.nodes[key].flags&flagRepeated != 0 {
				s.report(key, name)
			}
			s.below(step{name, -1}, key+1)
		}
	}
}

func (s *repeats) below(to step, i int32) {
	s.path = append(s.path, to)
	s.node(i)
	s.path = s.path[:len(s.path)-1]
}

func (s *repeats) report(key int32, name string) {
	at := pointer(append(s.path, step{name, -1}))
	f := transaction.Finding{
		ID:      s.id,
		Field:   fieldBody,
		Pointer: at,
		Message: fmt.Sprintf("At '%s' The key %q stands more than once in its object; the last one counts.", at, name),
	}
	if s.id == DocumentedDuplicateKey {
		f.Expected, f.HasExpected = s.t.value(key+1), true
	} else {
		f.Real, f.HasReal = s.t.value(key+1), true
	}
	s.out.add(f)
}
