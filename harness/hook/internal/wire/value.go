package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// truthy reports whether JavaScript takes a value for true.
func truthy(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", "false", `""`:
		return false
	}
	if n, err := strconv.ParseFloat(string(raw), 64); err == nil {
		return n != 0
	}
	return true
}

// asText is what a value looks like as a string: what it is, if it is one, else its JSON; "" for null.
func asText(raw json.RawMessage) string {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return ""
	case raw[0] == '"':
		return asString(raw)
	}
	return string(raw)
}

// asReason is the text of "fail": a string, or true, which is "true"; "" for what does not fail.
func asReason(raw json.RawMessage) string {
	if !truthy(raw) {
		return ""
	}
	return asText(raw)
}

// asStatus reads a status code, a string in expected and a number in real; 0 when there is none.
func asStatus(raw json.RawMessage) (int, error) {
	text := strings.TrimSpace(asText(raw))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 999 {
		return 0, fmt.Errorf("statusCode %s is none: want a number such as 200", excerpt(raw))
	}
	return n, nil
}

// encodedBody is a body as JSON: as it is, or in Base64 where it is no UTF-8.
type encodedBody struct{ body, encoding json.RawMessage }

// encodeBody puts the bytes of a body into JSON.
func encodeBody(body string) encodedBody {
	if utf8.ValidString(body) {
		return encodedBody{quote(body), json.RawMessage(`"utf-8"`)}
	}
	return encodedBody{quote(base64.StdEncoding.EncodeToString([]byte(body))), json.RawMessage(`"base64"`)}
}

// decodeBody returns the bytes of a body. Besides strings it takes what a hook may have put there by
// mistake, or in JavaScript: a Buffer, a number, an object.
func decodeBody(o *Object) (string, error) {
	raw, _ := o.Get("body")
	encoding, _ := o.Get("bodyEncoding")
	text := asText(raw)
	if bytes, ok := asBuffer(raw); ok {
		return bytes, nil
	}
	switch name := strings.ToLower(asText(encoding)); name {
	case "", "utf-8", "utf8":
		return text, nil
	case "base64":
		b, err := decodeBase64(text)
		if err != nil {
			return "", fmt.Errorf("bodyEncoding says base64, which the body is not: %w", err)
		}
		return b, nil
	default:
		return "", fmt.Errorf("unsupported bodyEncoding %q: use utf-8 or base64", excerpt([]byte(name)))
	}
}

// decodeBase64 takes all that Node takes: both alphabets, with or without padding and line breaks.
func decodeBase64(s string) (string, error) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '-':
			return '+'
		case '_':
			return '/'
		case '=', ' ', '\t', '\r', '\n':
			return -1
		}
		return r
	}, s)
	b, err := base64.RawStdEncoding.DecodeString(s)
	return string(b), err
}

// asBuffer reads the JSON of Node's Buffer, {"type": "Buffer", "data": [1, 2]}.
func asBuffer(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '{' || !bytes.Contains(raw, []byte(`"Buffer"`)) {
		return "", false
	}
	var buffer struct {
		Type string
		Data []int
	}
	if json.Unmarshal(raw, &buffer) != nil || buffer.Type != "Buffer" {
		return "", false
	}
	b := make([]byte, len(buffer.Data))
	for i, n := range buffer.Data {
		b[i] = byte(n) //nolint:gosec // a Buffer holds bytes
	}
	return string(b), true
}
