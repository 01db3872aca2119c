package report

import (
	"fmt"
	"strings"
)

const (
	hexLine  = 16 // bytes on a line
	hexShort = 8  // the same where a line must be short
	hexLines = 3  // lines of each side that are shown
)

// hexDiff shows two bodies that are not text, both at the first byte that differs.
func hexDiff(doc, value string, width int) []row {
	per := hexLine
	if len(hexRow(strings.Repeat("x", hexLine), 0, hexLine)) > width {
		per = hexShort
	}
	first := commonBytes(doc, value)
	from := first / per * per
	var rs []row
	if from > 0 {
		at := max(from-per, 0)
		if at > 0 {
			rs = append(rs, row{sign: elision, text: "… " + plural(at, "byte") + " as documented"})
		}
		rs = append(rs, row{sign: same, text: hexRow(value, at, per)})
	}
	for i := range hexLines {
		at := from + i*per
		a, b := hexRow(doc, at, per), hexRow(value, at, per)
		if a == b && a != "" {
			rs = append(rs, row{sign: same, text: a})
			continue
		}
		if a != "" {
			rs = append(rs, row{sign: minus, group: i + 1, text: a})
		}
		if b != "" {
			rs = append(rs, row{sign: plus, group: i + 1, text: b})
		}
	}
	end := from + hexLines*per
	for _, s := range []struct {
		of   side
		what string
		n    int
	}{{documented, "documented", len(doc) - end}, {real, "real", len(value) - end}} {
		if s.n > 0 {
			rs = append(rs, row{sign: elision, side: s.of, group: hexLines + 1, text: "… " + plural(s.n, "more "+s.what+" byte")})
		}
	}
	text := fmt.Sprintf("(%s documented, %s real", plural(len(doc), "byte"), count(len(value)))
	if doc != value {
		text += "; the first difference is at byte " + count(first+1)
	}
	return append(rs, row{sign: elision, text: text + ")"})
}

// hexRow writes the bytes from an offset on, in hexadecimal and as ASCII; "" beyond the end.
func hexRow(s string, at, per int) string {
	if at >= len(s) {
		return ""
	}
	part := s[at:min(at+per, len(s))]
	var hex, text strings.Builder
	for i := range per {
		if i == hexShort {
			hex.WriteByte(' ')
		}
		if i >= len(part) {
			hex.WriteString("   ")
			continue
		}
		fmt.Fprintf(&hex, "%02x ", part[i])
		if c := part[i]; c >= ' ' && c < 0x7f {
			text.WriteByte(c)
		} else {
			text.WriteByte('.')
		}
	}
	return fmt.Sprintf("%08x  %s |%s|", at, hex.String(), text.String())
}

// commonBytes is how many bytes two texts begin with in common.
func commonBytes(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
