package sanitize

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// Mask sanitises texts that belong together, such as those of one outcome. It remembers the secrets it
// met. It must not be used by two goroutines at a time.
type Mask struct {
	s      *Sanitizer
	labels map[string]string // what stands in place of each secret
	// documented says that some of them are documented, and real that what is read now came from the
	// server.
	documented, real bool
	names            map[string]bool // whether a key is secret, since keys repeat
	// literals are secrets that are replaced wherever they stand, each followed by its label.
	literals []string
	replacer *strings.Replacer
}

const (
	// mostSecrets bounds what is remembered. Those beyond it are masked all the same.
	mostSecrets = 4096
	// mostLiterals bounds the secrets that are looked for in free text.
	mostLiterals = 256
	// longestLiteral is the longest of them; a message does not repeat longer ones in full.
	longestLiteral = 4096
	mostNames      = 4096
)

const (
	maskOpen    = "[masked"
	maskClose   = "]"
	otherKind   = " other"
	numberKind  = " number"
	longestMask = len(maskOpen + otherKind + numberKind + maskClose)
)

// hide returns what stands in place of a secret.
func (m *Mask) hide(secret string) string { return m.label(secret, "") }

// label is hide for secrets of a kind: numbers say that they are some.
func (m *Mask) label(secret, kind string) string {
	if secret == "" || isMask(secret) {
		return secret
	}
	key := kind + "\x00" + secret
	if out := m.labels[key]; out != "" {
		return out
	}
	out := maskOpen + kind + maskClose
	if m.real && m.documented {
		out = maskOpen + otherKind + kind + maskClose
	}
	if len(m.labels) >= mostSecrets {
		return out
	}
	if m.labels == nil {
		m.labels = map[string]string{}
	}
	m.labels[key] = out
	if telling(secret) && len(m.literals) < 2*mostLiterals {
		for _, form := range spellings(secret) {
			m.literals = append(m.literals, form, out)
		}
		m.replacer = nil
	}
	return out
}

// isMask reports that a text stands in place of a secret already.
func isMask(s string) bool {
	rest, ok := strings.CutPrefix(s, maskOpen)
	if !ok {
		return false
	}
	return strings.TrimPrefix(strings.TrimPrefix(rest, otherKind), numberKind) == maskClose
}

// has reports whether a text as a whole is a secret that was met.
func (m *Mask) has(text string) (shown string, ok bool) {
	for _, kind := range []string{"", numberKind} {
		if shown = m.labels[kind+"\x00"+text]; shown != "" {
			return shown, true
		}
	}
	return "", false
}

// telling reports whether a secret is worth looking for in free text. A short word, or a name of
// secrets such as "password", is not: it would be found in sentences that are about something else.
func telling(secret string) bool {
	switch {
	case len(secret) > longestLiteral || secretName(secret) || strings.HasPrefix(secret, maskOpen):
		return false
	case len(secret) >= 16:
		return true
	}
	return len(secret) >= 6 && strings.ContainsFunc(secret, func(r rune) bool {
		return r < 'A' || r > 'Z' && r < 'a' || r > 'z'
	})
}

// spellings are the ways in which texts may write a secret.
func spellings(secret string) []string {
	all := []string{secret}
	if quoted, err := json.Marshal(secret); err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	quoted := strconv.Quote(secret)
	all = append(all, quoted[1:len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret))
	out := all[:1]
	for _, s := range all[1:] {
		if s != secret {
			out = append(out, s)
		}
	}
	return out
}

// known replaces the secrets that were met before.
func (m *Mask) known(s string) string {
	if len(m.literals) == 0 {
		return s
	}
	if m.replacer == nil {
		m.replacer = strings.NewReplacer(m.literals...)
	}
	return m.replacer.Replace(s)
}

// secretKey reports whether the value below a key is a secret.
func (m *Mask) secretKey(key string) bool {
	if len(key) > longestName {
		return false
	}
	secret, known := m.names[key]
	if !known {
		secret = m.s.defaults() && (secretName(key) || secretNames(key))
		if m.names == nil {
			m.names = map[string]bool{}
		}
		if len(m.names) < mostNames {
			m.names[strings.Clone(key)] = secret
		}
	}
	return secret
}

// textKey is secretKey in a text of which no tree is known: the last steps of configured pointers are
// taken for secret wherever they stand.
func (m *Mask) textKey(key string) bool {
	return m.secretKey(key) || m.s != nil && len(m.s.keys) > 0 && len(key) <= longestName && m.s.keys[strings.ToLower(key)]
}

// Header returns the value of a header field as it may be shown.
func (m *Mask) Header(name, value string) string {
	if !m.s.secretHeader(name) {
		return m.Text(value)
	}
	return m.credential(name, value)
}

// credential hides the value of a secret header, and keeps its scheme.
func (m *Mask) credential(name, value string) string {
	if withScheme(name) {
		if scheme, rest, ok := strings.Cut(value, " "); ok && isToken(scheme) && strings.TrimSpace(rest) != "" {
			return scheme + " " + m.hide(strings.TrimSpace(rest))
		}
	}
	return m.hide(value)
}

// isToken reports whether a text can be the name of a scheme: a short word.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if !letter(c) && c != '-' && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 20
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
