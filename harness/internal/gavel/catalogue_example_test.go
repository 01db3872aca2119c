package gavel_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// told lists the rules whose examples tell of what a line or two cannot show.
var told = map[string]string{
	gavel.BodyCutOff:               "the end of a connection",
	gavel.BodyEncodingInvalid:      "a body as it was before it was decoded",
	gavel.BodyCharsetInvalid:       "a body as it was before it was decoded",
	gavel.BodyNotMultipart:         "a body of several lines",
	gavel.BodyBinaryMismatch:       "bytes that are no text",
	gavel.BodyTooDeep:              "a large body",
	gavel.BodyTooLarge:             "a large body",
	gavel.FindingsCut:              "a large body",
	gavel.DocumentedBodyUnreadable: "a large body",
	gavel.SchemaTooCostly:          "a schema, and a body that is nested sixty times",
}

// TestCatalogueExamples holds the two sides of each example against one another, at each level. Each
// finds what the catalogue says that the level looks for, as severe as it says.
func TestCatalogueExamples(t *testing.T) {
	t.Parallel()
	for _, r := range gavel.Rules() {
		if _, ok := told[r.ID]; ok {
			continue
		}
		c := readExample(t, r)
		own := c.options.Match
		for _, level := range levels {
			c.options.Match = level
			found := map[string]transaction.Severity{}
			for _, f := range c.check().Findings {
				found[f.ID] = f.Severity
			}
			want := r.Severity(level)
			if level == transaction.MatchStructure && r.Structure != "" {
				want = ""
			}
			assert.Equal(t, want, found[r.ID], "%s under %s, where %v is found, in the example\n%s", r.ID, level, found, r.Example)
			if _, ok := accompanied[r.ID]; !ok && level == own {
				assert.LessOrEqual(t, len(found), 1, "%s: other findings, too, in the example\n%s", r.ID, r.Example)
			}
		}
	}
}

func readExample(t *testing.T, r gavel.Rule) testCase {
	t.Helper()
	c := testCase{
		options:  gavel.Options{Match: transaction.MatchValue},
		expected: transaction.Response{StatusCode: 200},
		real:     transaction.Response{StatusCode: 200},
	}
	for line := range strings.Lines(r.Example) {
		side, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		text = strings.TrimLeft(text, " ")
		switch side {
		case "documented":
			readSide(&c.expected, c.volatile(text))
		case "real":
			readSide(&c.real, text)
		case "schema":
			c.expected.Schema = wholeSchema(text)
		case "declared":
			words := strings.Fields(text)
			c.options.Volatile = append(c.options.Volatile, transaction.Volatile{Pointer: words[0], Kind: transaction.Kind(words[1])})
		}
	}
	switch {
	case r.ID == gavel.BodyMediaType: // what names no media type is what it looks like
		c.expected.Headers, c.real.Headers = nil, nil
	case r.ID == gavel.DocumentedBodyMalformed:
		c.real.Headers, c.real.Body = c.expected.Headers, c.expected.Body+"</event>"
	case r.Group == gavel.AboutDocumentation && c.expected.Body != "":
		c.real = transaction.Response{StatusCode: 200, Headers: c.expected.Headers, Body: `{"id": "1"}`}
		if c.expected.Schema != "" {
			c.real.Body, c.options.Match = `{"id": 1}`, transaction.MatchStructure
		}
	case r.Group == gavel.AboutDocumentation:
		c.expected.Body, c.real.Body = "{}", "{}"
	case r.Group == gavel.AboutBody && len(c.real.Headers) == 0:
		c.real.Headers = c.expected.Headers
	}
	return c
}

// volatile takes "  (volatile, kind pattern)" off a text, and declares what stands before it.
func (c *testCase) volatile(text string) string {
	m := regexp.MustCompile(`^(.*?)  \(volatile, ([a-z-]+) ?(.*)\)$`).FindStringSubmatch(text)
	if m == nil {
		return text
	}
	v := transaction.Volatile{Kind: transaction.Kind(m[2]), Pattern: m[3]}
	switch name, _, header := strings.Cut(m[1], ": "); {
	case strings.HasPrefix(m[1], "{"):
		v.Pointer = "/*"
	case header:
		v.Header = name
	}
	c.options.Volatile = append(c.options.Volatile, v)
	return m[1]
}

var (
	status    = regexp.MustCompile(`^[0-9]{3}$`)
	field     = regexp.MustCompile(`^([A-Z][A-Za-z-]*): (.*)$`)
	nothing   = regexp.MustCompile(`^\([^)]*\)$`)
	byteInHex = regexp.MustCompile(`\\x([0-9a-f]{2})`)
)

// readSide reads what an example shows of a response: a status code, a header, or a body, whose media
// type is told by its beginning.
func readSide(r *transaction.Response, text string) {
	head, body, _ := strings.Cut(text, ", then ")
	switch m := field.FindStringSubmatch(head); {
	case status.MatchString(text):
		r.StatusCode, _ = strconv.Atoi(text) // three digits
		return
	case m != nil:
		r.Headers = transaction.Headers{{Name: m[1], Value: m[2]}}
		r.Body = body
		return
	case nothing.MatchString(text):
		return
	}
	r.Body = byteInHex.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.ParseUint(s[2:], 16, 8) // two digits
		return string([]byte{byte(n)})
	})
	kind := "text/plain"
	switch {
	case strings.ContainsAny(text[:1], "{["):
		kind = "application/json"
	case text[0] == '<':
		kind = "application/xml"
	case strings.Contains(text, "="):
		kind = "application/x-www-form-urlencoded"
	}
	r.Headers = transaction.Headers{{Name: "Content-Type", Value: kind}}
}

// wholeSchema is the schema that an example shows the inside of: of a property, or of the whole.
func wholeSchema(text string) string {
	if strings.HasPrefix(text, "{") {
		return text
	}
	const draft = `"$schema": "http://json-schema.org/draft-07/schema#", `
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte("{"+text+"}"), &members) != nil {
		return text
	}
	for _, keyword := range []string{"properties", "required", "minProperties", "maxProperties", "dependencies", "propertyNames", "oneOf", "if"} {
		if _, ok := members[keyword]; ok {
			return "{" + draft + text + "}"
		}
	}
	return "{" + draft + `"properties": {` + text + "}}"
}

func TestToldExamplesAreRules(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, r := range gavel.Rules() {
		known[r.ID] = true
	}
	for id := range told {
		require.True(t, known[id], id)
	}
}
