package sanitize

import (
	"fmt"
	"strings"
)

// defaultHeaders returns the headers that carry credentials. Those whose names secretName knows, such
// as X-Auth-Token, need no entry.
func defaultHeaders() []string {
	return []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key"}
}

// headerLike are the names that are secret as headers, and as keys of what holds headers.
func headerLike(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	}
	return false
}

// withScheme reports whether the value of a header begins with the name of a scheme (RFC 9110, 11.4).
func withScheme(name string) bool {
	return strings.EqualFold(name, "authorization") || strings.EqualFold(name, "proxy-authorization")
}

func (s *Sanitizer) secretHeader(name string) bool {
	if len(name) > longestName {
		return false
	}
	if s != nil && s.headers[strings.ToLower(name)] {
		return true
	}
	return s.defaults() && (headerLike(name) || secretName(name))
}

// longestName bounds the names that are looked at: nobody calls a secret longer.
const longestName = 64

// secretEnds are the ends that tell of a secret, in lower case and without separators.
var secretEnds = [...]string{
	"password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "apikey", "secretkey", "accesskey",
	"privatekey", "signingkey", "encryptionkey", "jwt", "csrf", "xsrf", "sessionid", "credential", "credentials",
	"otpcode",
}

// secretWords tell of a secret as a last word alone: a passport, a compass and what is pinned are none.
var secretWords = [...]string{"pass", "pin", "otp"}

// additions are words after such an end that leave it a secret: password_confirmation, token-hash.
var additions = [...]string{"confirmation", "confirm", "again", "repeat", "hash", "digest", "value", "old", "new", "encrypted", "pem"}

// harmless are names that end as secrets do: those in token only say where the next page begins.
var harmless = [...]string{"pagetoken", "nexttoken", "continuationtoken", "allowcredentials"}

// secretName reports whether a name tells that its value is a secret. access_token, access-token,
// "access token" and accessToken are the same.
func secretName(name string) bool {
	if len(name) < len("pin") || len(name) > longestName {
		return false
	}
	plain := make([]byte, 0, longestName)
	last := 0 // where the last word begins in plain
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z':
			if i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
				last = len(plain)
			}
			plain = append(plain, c+'a'-'A')
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= 0x80:
			plain = append(plain, c)
		default:
			last = len(plain)
		}
	}
	word := strings.TrimRight(string(plain), "0123456789")
	for _, w := range secretWords {
		if last <= len(word) && word[last:] == w {
			return true
		}
	}
	for _, a := range additions {
		if rest, ok := strings.CutSuffix(word, a); ok {
			word = rest
			break
		}
	}
	return secretEnd(word)
}

func secretEnd(word string) bool {
	for _, h := range harmless {
		if strings.HasSuffix(word, h) {
			return false
		}
	}
	for _, e := range secretEnds {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

// secretNames reports whether a name tells of several secrets, such as tokens or api_keys. A number
// below it may as well be how many there are.
func secretNames(name string) bool {
	one, ok := strings.CutSuffix(strings.TrimRight(name, "0123456789"), "s")
	if !ok {
		one, ok = strings.CutSuffix(name, "S")
	}
	return ok && secretName(one) && !secretName(name) && !strings.HasSuffix(strings.ToLower(name), "credentials")
}

// checkHeader refuses what no header field can be called (RFC 9110, 5.1).
func checkHeader(name string) error {
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return fmt.Errorf("sanitize header %q: no header has such a name; give the name alone, such as X-Session", name)
		}
	}
	if name == "" {
		return fmt.Errorf("sanitize header %q: the name is empty", name)
	}
	return nil
}
