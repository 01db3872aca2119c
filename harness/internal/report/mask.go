package report

import (
	"regexp"
	"strings"
)

// masked stands for a secret in everything that is printed.
const masked = "[masked]"

// secretKey reports whether the value below a key of JSON, a query or a form is a secret.
// access_token, access-token and accessToken are the same.
func secretKey(key string) bool {
	if len(key) < len("token") || len(key) > len("refresh_token") {
		return false
	}
	key = strings.ReplaceAll(strings.ReplaceAll(key, "_", ""), "-", "")
	switch strings.ToLower(key) {
	case "password", "token", "secret", "accesstoken", "refreshtoken":
		return true
	}
	return false
}

// secretHeader reports whether the value of a header is a secret.
func secretHeader(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "cookie", "set-cookie":
		return true
	}
	return false
}

// maskHeader masks the value of a header when its name asks for that. The scheme of a credential
// ("JWT", "Bearer") is kept.
func maskHeader(name, value string) string {
	if !secretHeader(name) || value == "" {
		return maskText(value)
	}
	if strings.EqualFold(name, "authorization") {
		if scheme, rest, ok := strings.Cut(value, " "); ok && rest != "" {
			return scheme + " " + masked
		}
	}
	return masked
}

// The shapes in which secrets stand in free text. The last group is the secret itself.
var secretShapes = []*regexp.Regexp{
	// A member of JSON.
	regexp.MustCompile(`(?i)"(?:password|token|secret|access[_-]?token|refresh[_-]?token)"\s*:\s*"((?:[^"\\]|\\.)*)`),
	// A query or a form.
	regexp.MustCompile(`(?i)(?:^|[^a-z0-9_-])(?:password|token|secret|access[_-]?token|refresh[_-]?token)=([^\s&;,"'<>]+)`),
	// A header line with a scheme, and one without.
	regexp.MustCompile(`(?i)(?:^|[^a-z0-9_-])authorization"?\s*:\s*"?[a-z]+ ([^\s"',]+(?: [^\s"',]+)*)`),
	regexp.MustCompile(`(?i)(?:^|[^a-z0-9_-])authorization"?\s*:\s*"?([^\s"',{\[]+)(?:["',]|\s*$)`),
	regexp.MustCompile(`(?i)(?:^|[^a-z0-9_-])(?:set-)?cookie"?\s*:\s*"?([^"]+)`),
	// The password of a URL.
	regexp.MustCompile(`://[^\s/:@]*:([^\s/@]+)@`),
	// A scheme and a credential, wherever they stand.
	regexp.MustCompile(`\b(?:JWT|Bearer) ([A-Za-z0-9._~+/-]{16,}=*)`),
	// A JSON Web Token (RFC 7519), which always begins with an encoded "{".
	regexp.MustCompile(`\b(eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4})`),
}

// longestMasked bounds the text that is searched for secrets, since a regular expression costs some
// 50 ns a byte. Longer texts are cut before they are masked.
const longestMasked = 1 << 16

// maskText masks what looks like a secret in free text.
func maskText(s string) string {
	if !mayHoldSecret(s) {
		return s
	}
	for _, shape := range secretShapes {
		s = maskShape(s, shape)
	}
	return s
}

// mayHoldSecret is a cheap look that spares most texts the regular expressions: each shape has
// one of these characters.
func mayHoldSecret(s string) bool {
	return strings.ContainsAny(s, ":=") || strings.Contains(s, "eyJ") ||
		strings.Contains(s, "JWT ") || strings.Contains(s, "Bearer ")
}

func maskShape(s string, shape *regexp.Regexp) string {
	found := shape.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return s
	}
	var b strings.Builder
	end := 0
	for _, m := range found {
		from, to := m[len(m)-2], m[len(m)-1]
		if from == to || strings.HasPrefix(s[from:], masked) {
			continue
		}
		b.WriteString(s[end:from])
		b.WriteString(masked)
		end = to
	}
	b.WriteString(s[end:])
	return b.String()
}
