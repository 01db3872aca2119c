package jsonapi

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendValue writes a scalar, or what encoding/json makes of anything else.
func AppendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return appendString(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int32:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return AppendFloat(b, v)
	case time.Time:
		return AppendTime(b, v)
	case json.RawMessage:
		if len(v) == 0 {
			return append(b, "null"...)
		}
		return append(b, v...)
	}
	text, err := json.Marshal(value)
	if err != nil { // a type that JSON has no form for: nothing that a column can hold
		return append(b, "null"...)
	}
	return append(b, text...)
}

// AppendFloat writes the shortest form that reads back as the same number. JSON has no infinity
// and no NaN.
func AppendFloat(b []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(b, "null"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// AppendTime writes RFC 3339 in UTC with an offset in digits, and microseconds when there are any,
// as the API always has.
func AppendTime(b []byte, t time.Time) []byte {
	t = t.UTC().Truncate(time.Microsecond)
	layout := `"2006-01-02T15:04:05-07:00"`
	if t.Nanosecond() != 0 {
		layout = `"2006-01-02T15:04:05.000000-07:00"`
	}
	return t.AppendFormat(b, layout)
}

const hexDigits = "0123456789abcdef"

// AppendString writes a JSON string. Unlike encoding/json it leaves "&", "<" and ">" as they are:
// the documents are no HTML.
func AppendString[T string | []byte](b []byte, s T) []byte {
	return append(appendText(append(b, '"'), s), '"')
}

func appendString(b []byte, s string) []byte { return AppendString(b, s) }

// appendText is AppendString without the quotes.
func appendText[T string | []byte](b []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			size := runeSize(s[i:])
			if size == 0 {
				b = append(append(b, s[start:i]...), `\ufffd`...)
				i++
				start = i
			}
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(b, s[start:]...)
}

// runeSize is how many bytes the first character of the text has, 0 when it is none in UTF-8.
func runeSize[T string | []byte](s T) int {
	var first [utf8.UTFMax]byte
	n := copy(first[:], s)
	r, size := utf8.DecodeRune(first[:n])
	if r == utf8.RuneError && size <= 1 {
		return 0
	}
	return size
}
