package source

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// breaks are characters that end a line for the library, as in YAML 1.1, but are characters like any
// other in YAML 1.2: see https://yaml.org/spec/1.2.2/#54-line-break-characters
var breaks = []string{"\u0085", "\u2028", "\u2029"}

// normalised returns a text with line feeds for carriage returns that stand alone.
func normalised(text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	out := bytes.Clone(text)
	for i, c := range out {
		if c == '\r' && (i+1 == len(out) || out[i+1] != '\n') {
			out[i] = '\n'
		}
	}
	return out
}

// mask hides the breaks in a text behind characters that do not occur in it, and returns how to show
// them again.
func mask(text []byte) (masked []byte, unmask func(string) string) {
	var hide, show []string
	private := '\uE000'
	for _, b := range breaks {
		if !bytes.Contains(text, []byte(b)) {
			continue
		}
		for bytes.Contains(text, utf8.AppendRune(nil, private)) && private < '\uF8FF' {
			private++
		}
		hide, show = append(hide, b, string(private)), append(show, string(private), b)
		private++
	}
	if hide == nil {
		return text, func(s string) string { return s }
	}
	return []byte(strings.NewReplacer(hide...).Replace(string(text))), strings.NewReplacer(show...).Replace
}
