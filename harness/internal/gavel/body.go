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

// body compares the two bodies. Above structure that is as what they are said to be, unless there is a
// schema: those speak of JSON, so that the bodies are taken for it at each level. A real body that did
// not arrive as it was meant is compared with nothing.
func (k *check) body() {
	switch p := k.real.Problem; {
	case p != nil:
		k.aboutBody(p.ID, p.Message)
	case !k.expected.HasBody && !k.expected.HasSchema:
	case k.level > structure && k.expected.Schema == "" && k.expected.HasBody && k.asDeclared():
	default:
		k.asFound()
	}
}

// asFound decides what the two bodies are by what is in them, and compares them as that. As in Gavel,
// what parses as JSON is JSON whatever its Content-Type says; the Content-Type matters where JSON
// was announced and did not come.
func (k *check) asFound() {
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

// text compares bodies that are not JSON, character by character.
func (k *check) text() {
	k.bodyKind = KindText
	switch {
	case k.level > structure:
		k.opaque(pair{want: newEntity(nil, k.expected.Body), got: newEntity(nil, k.real.Body)})
	case !k.expected.HasBody || k.expected.Body != k.real.Body:
		k.aboutBody(BodyTextMismatch, "Actual and expected data do not match.")
	}
}
