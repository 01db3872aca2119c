package content

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// replacement is what decoders put in place of bytes that they cannot read.
const replacement = "\uFFFD"

// invalidUTF8 returns the offset of the first byte that is not UTF-8, -1 when all are.
func invalidUTF8(body string) int {
	if utf8.ValidString(body) {
		return -1
	}
	for i, r := range body {
		if r == utf8.RuneError && !strings.HasPrefix(body[i:], replacement) {
			return i
		}
	}
	return -1
}

// invalidAt returns the offset of the first byte of the body that is not of the encoding, -1 when
// all are. The text is what a decoder made of the body.
func invalidAt(e encoding.Encoding, label, body, text string) int {
	i := strings.Index(text, replacement)
	if i < 0 {
		return -1
	}
	switch label { // these have the character U+FFFD themselves
	case "utf-16le", "utf-16be":
		return invalidUTF16(body, label == "utf-16be")
	case "utf-32le", "utf-32be", "utf-32":
		return invalidUTF32(body, label != "utf-32le")
	case "gb18030":
		if strings.Count(text, replacement) == strings.Count(body, "\x84\x31\xA4\x37") {
			return -1
		}
	}
	return source(e, body, i)
}

// source returns the offset in the body of what a decoder writes at the offset at of the text.
func source(e encoding.Encoding, body string, at int) int {
	d := e.NewDecoder()
	_, offset, _ := d.Transform(make([]byte, at), []byte(body), false) // it stops where the room ends
	// A cautious decoder stops some characters earlier: go on one by one.
	var room [16]byte
	for size := 1; size <= len(room) && offset+size <= len(body); size++ {
		n, used, _ := d.Transform(room[:], []byte(body[offset:offset+size]), false)
		if strings.Contains(string(room[:n]), replacement) {
			break
		}
		if used > 0 {
			offset, size = offset+used, 0
		}
	}
	return offset
}

func invalidUTF16(body string, big bool) int {
	unit := func(i int) int {
		if big {
			return int(body[i])<<8 | int(body[i+1])
		}
		return int(body[i+1])<<8 | int(body[i])
	}
	i := 0
	for ; i+2 <= len(body); i += 2 {
		switch u := unit(i); {
		case u >= 0xDC00 && u < 0xE000:
			return i
		case u >= 0xD800 && u < 0xDC00:
			if i+4 > len(body) || unit(i+2) < 0xDC00 || unit(i+2) >= 0xE000 {
				return i
			}
			i += 2
		}
	}
	if i < len(body) {
		return i
	}
	return -1
}

func invalidUTF32(body string, big bool) int {
	i := 0
	for ; i+4 <= len(body); i += 4 {
		b := body[i : i+4]
		r := uint32(b[3])<<24 | uint32(b[2])<<16 | uint32(b[1])<<8 | uint32(b[0])
		if big {
			r = uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		}
		if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			return i
		}
	}
	if i < len(body) {
		return i
	}
	return -1
}
