package sanitize

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// quotedPart finds the values that a message repeats, whole or cut.
var quotedPart = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?|'[^'/][^']*'`)

// longestMessage is how much of a message about a secret is searched for quoted parts.
const longestMessage = 1 << 14

// sentences masks the message of a finding. The texts of a verdict repeat the values they are about,
// so those about a secret are masked by value, however short it is.
func (m *Mask) sentences(f *transaction.Finding, raw transaction.Finding) {
	text := raw.Message
	if m.about(raw) || m.masks(raw.Expected, f.Expected) || m.masks(raw.Real, f.Real) {
		if len(text) > longestMessage {
			text = text[:longestMessage]
		}
		text = replaceValues(text, f, raw)
		expected, real := scalarText(f.Expected), scalarText(f.Real)
		rawExpected, rawReal := scalarText(raw.Expected), scalarText(raw.Real)
		text = quotedPart.ReplaceAllStringFunc(text, func(part string) string {
			inner := strings.Trim(part, part[:1])
			switch {
			case inner != "" && inner == rawExpected:
				return part[:1] + expected + part[:1]
			case inner != "" && inner == rawReal:
				return part[:1] + real + part[:1]
			case isMask(inner) || inner == expected || inner == real || strings.EqualFold(inner, strings.TrimPrefix(raw.Pointer, "/")):
				return part
			}
			return part[:1] + maskOpen + maskClose + part[:1]
		})
	}
	if i := strings.IndexAny(text, "{["); i >= 0 && f.Field == "body" {
		at := m.s.root()
		for _, step := range steps(raw.Pointer) {
			at = m.item(at, step)
		}
		text = text[:i] + m.fragment(text[i:], at)
	}
	f.Message = m.Text(text)
}

// fragment masks the JSON in a text, all of which is of a place in a body.
func (m *Mask) fragment(text string, at place) string {
	j := &jsonScan{textScan: textScan{m: m, s: text}}
	if m.s != nil {
		j.states = make([]uint64, len(m.s.patterns))
		copy(j.states, at.at)
	}
	for i := 0; i < len(text); {
		i = j.token(i)
	}
	return j.result()
}

// replaceValues replaces the values of a finding in its message, longer ones before those that they
// hold.
func replaceValues(text string, f *transaction.Finding, raw transaction.Finding) string {
	type form struct{ text, shown string }
	var forms []form
	for _, v := range []struct{ raw, shown any }{{raw.Expected, f.Expected}, {raw.Real, f.Real}} {
		switch v.raw.(type) {
		case string, json.Number:
			// A short word is masked in quotes only: a sentence may have the same.
			s := fmt.Sprint(v.raw)
			if s == "" || len(s) > longestMessage || len(s) < 6 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" {
				continue
			}
			for _, spelt := range spellings(s) {
				forms = append(forms, form{spelt, fmt.Sprint(v.shown)})
			}
		}
	}
	slices.SortStableFunc(forms, func(a, b form) int { return cmp.Compare(len(b.text), len(a.text)) })
	for _, v := range forms {
		text = replaceWord(text, v.text, v.shown)
	}
	return text
}

// scalarText is a value as messages write it; "" for one of JSON's containers.
func scalarText(v any) string {
	if v == nil || container(v) {
		return ""
	}
	return fmt.Sprint(v)
}

// replaceWord replaces a text wherever it is no part of a longer word; a short secret may be a part of
// many.
func replaceWord(text, old, with string) string {
	var b strings.Builder
	for from := 0; ; {
		i := strings.Index(text[from:], old)
		if i < 0 {
			b.WriteString(text[from:])
			return b.String()
		}
		i += from
		end := i + len(old)
		if len(old) < 6 && (i > 0 && wordByte(text[i-1]) || end < len(text) && wordByte(text[end])) {
			b.WriteString(text[from : i+1])
			from = i + 1
			continue
		}
		b.WriteString(text[from:i] + with)
		from = end
	}
}

func wordByte(c byte) bool { return letter(c) || c >= '0' && c <= '9' }

// about reports whether a finding is about a secret.
func (m *Mask) about(f transaction.Finding) bool {
	if f.Field == "headers" {
		return m.s.secretHeader(strings.TrimPrefix(f.Pointer, "/"))
	}
	at := m.s.root()
	for _, step := range steps(f.Pointer) {
		if headerLike(step) && m.s.defaults() {
			return true
		}
		at = m.below(at, step)
	}
	return at.secret
}

// masks reports whether a value of a finding is masked as a whole.
func (m *Mask) masks(raw, shown any) bool {
	text, ok := shown.(string)
	return ok && isMask(text) && raw != shown
}

// plain reports whether the expected value of a finding is what a keyword of a schema says that tells
// nothing of the values it describes.
func (m *Mask) plain(f *transaction.Finding) bool {
	if !strings.HasPrefix(f.ID, "body-schema-") {
		return false
	}
	word := strings.TrimPrefix(f.ID, "body-schema-")
	for head, tail, ok := strings.Cut(word, "-"); ok && tail != ""; head, tail, ok = strings.Cut(word, "-") {
		word = head + strings.ToUpper(tail[:1]) + tail[1:]
	}
	return plainKeyword(word)
}
