package description

import (
	"bytes"
	"regexp"
	"sync"
)

// Format is the language of a description, as the media type that Dredd knows it by.
type Format string

// The formats.
const (
	APIBlueprint Format = "text/vnd.apiblueprint"
	OpenAPI2     Format = "application/swagger+json"
	OpenAPI3     Format = "application/vnd.oai.openapi"
)

// String returns the name that people use: "API Blueprint", "OpenAPI 2" or "OpenAPI 3".
func (f Format) String() string {
	switch f {
	case APIBlueprint:
		return "API Blueprint"
	case OpenAPI2:
		return "OpenAPI 2"
	case OpenAPI3:
		return "OpenAPI 3"
	}
	return string(f)
}

var (
	blueprintHeader = regexp.MustCompile(`(?i)^\s*(?:VERSION:[ \t]*2|FORMAT:[ \t]*(?:X-)?1A)[ \t]*(?:[\r\n]|$)`)
	legacyTitle     = expression(`^--- [^\r\n]+ ---\s*$`)
	openAPI2        = expression(`(?:^|[\n{,])\s*["']?swagger["']?\s*:\s*["']2\.0["']|(?:^|\n)["']?swagger["']?[ \t]*:[ \t]+2\.0[ \t]*(?:[\r\n#]|$)`)
	openAPI3        = expression(`(?:^|[\n{,])\s*["']?openapi["']?\s*:\s*["']?3\.\d+\.\d+`)
	apiElements     = expression(`"element"\s*:\s*"(?:category|parseResult)"`)
)

// detect tells the format of a text, with the marks that Dredd looks for, and the version of OpenAPI 2
// without its quotes, which is a common slip; false when there are none.
// The words are searched for first, because the expressions are slow on a large text.
func detect(text []byte) (Format, bool) {
	if blueprintHeader.Match(text) {
		return APIBlueprint, true
	}
	two := bytes.Contains(text, []byte("swagger")) && openAPI2().Match(text)
	three := bytes.Contains(text, []byte("openapi")) && openAPI3().Match(text)
	elements := bytes.Contains(text, []byte(`"element"`)) && apiElements().Match(text)
	switch {
	case !two && !three && !elements && looksLikeBlueprint(text):
		return APIBlueprint, true
	case two:
		return OpenAPI2, true
	case three:
		return OpenAPI3, true
	}
	return "", false
}

// looksLikeBlueprint reports whether some line can only be API Blueprint: a list item of a request,
// a response or attributes, the heading of data structures, or the title of the oldest format.
func looksLikeBlueprint(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimLeft(line, " \t")
		if len(line) == 0 {
			continue
		}
		switch line[0] {
		case '+', '-', '*':
			item := bytes.TrimLeft(line[1:], " \t")
			if len(item) < len(line)-1 && (hasWord(item, "request") || hasWord(item, "response") || hasWord(item, "attribute")) {
				return true
			}
			if legacyTitle().Match(line) {
				return true
			}
		case '#':
			if hasWord(bytes.TrimLeft(line, "# \t"), "data structure") {
				return true
			}
		}
	}
	return false
}

// hasWord reports whether the text begins with the word, in any case of letters.
func hasWord(text []byte, word string) bool {
	return len(text) >= len(word) && bytes.EqualFold(text[:len(word)], []byte(word))
}

// expression is a regular expression that is compiled when it is first used, so that the start of a
// program does not pay for all of them.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
