package content

import (
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/andybalholm/brotli"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// maxEncodings is how many encodings are undone, one on top of the other. Servers apply one, and
// each costs up to the limit of the body.
const maxEncodings = 4

// errTrailing is what stands behind the end of compressed data.
var errTrailing = errors.New("bytes follow the end of the compressed data")

// encodings lists the encodings that were applied, in their order.
func encodings(h transaction.Headers) []string {
	var list []string
	for _, f := range h {
		if !strings.EqualFold(f.Name, "Content-Encoding") {
			continue
		}
		for name := range strings.SplitSeq(f.Value, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
				list = append(list, name)
			}
		}
	}
	return list
}

// decompress undoes the encodings, the last one first.
func decompress(names []string, body string, limit int) (string, *transaction.Problem) {
	if len(names) > maxEncodings {
		return "", encodingInvalid("The response names %d content encodings; bailiff undoes up to %d.", len(names), maxEncodings)
	}
	for i := len(names) - 1; i >= 0; i-- {
		text, over, err := undo(names[i], body, limit)
		switch {
		case over:
			return "", &transaction.Problem{ID: bodyTooLarge, Message: fmt.Sprintf(
				"The body is more than %d bytes long when its Content-Encoding %s is undone.", limit, names[i])}
		case errors.Is(err, errUnknownEncoding):
			return "", encodingInvalid("The Content-Encoding %q is not known: bailiff undoes gzip, deflate and br.", names[i])
		case (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)) && isPlain(body):
			return "", encodingInvalid("The Content-Encoding is %s, but the body is not: it is plain text.", names[i])
		case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
			return "", encodingInvalid("The Content-Encoding is %s, but the compressed data ends in the middle, after %s.",
				names[i], count(len(body)))
		case err != nil:
			return "", encodingInvalid("The Content-Encoding is %s, but the body is not: %s.", names[i], err)
		}
		body = text
	}
	return body, nil
}

func encodingInvalid(format string, args ...any) *transaction.Problem {
	return &transaction.Problem{ID: bodyEncodingInvalid, Message: fmt.Sprintf(format, args...)}
}

var errUnknownEncoding = errors.New("unknown encoding")

// undo undoes one encoding. It reports whether more than limit bytes would come out.
func undo(name, body string, limit int) (text string, over bool, err error) {
	switch name {
	case "gzip", "x-gzip":
		return gunzip(body, limit)
	case "deflate":
		return inflate(body, limit)
	case "br":
		return drain(brotli.NewReader(strings.NewReader(body)), limit)
	}
	return "", false, errUnknownEncoding
}

// gzipMark is what each member begins with (RFC 1952, section 2.3.1).
const gzipMark = "\x1f\x8b"

// gunzip undoes gzip, member by member: what is no member behind the first one is not its end.
func gunzip(body string, limit int) (string, bool, error) {
	if n := min(len(body), len(gzipMark)); body[:n] != gzipMark[:n] {
		return "", false, gzip.ErrHeader
	}
	in := strings.NewReader(body) // which is read no further than need be
	r, err := gzip.NewReader(in)
	if err != nil {
		return "", false, err
	}
	var b strings.Builder
	for {
		r.Multistream(false)
		if _, err := io.Copy(&b, io.LimitReader(r, int64(limit-b.Len())+1)); err != nil {
			return "", false, err
		}
		rest := body[len(body)-in.Len():]
		switch {
		case b.Len() > limit:
			return "", true, nil
		case rest == "":
			return b.String(), false, nil
		case !strings.HasPrefix(rest, gzipMark):
			return "", false, errTrailing
		}
		if err := r.Reset(in); err != nil {
			return "", false, err
		}
	}
}

// isPlain reports whether a body is a text that can be read as it is.
func isPlain(body string) bool {
	return utf8.ValidString(body) && !strings.ContainsFunc(body, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

// inflate undoes deflate, which is in the zlib format (RFC 9110, section 8.4.1.2). Some servers
// leave zlib's frame away, and every browser takes that too.
func inflate(body string, limit int) (string, bool, error) {
	in := strings.NewReader(body)
	if isZlib(body) {
		r, err := zlib.NewReader(in)
		if err == nil {
			var text string
			var over bool
			if text, over, err = drain(r, limit); over || err == nil {
				return text, over, trailing(in, over)
			}
		}
		if text, over, rawErr := inflateRaw(body, limit); rawErr == nil {
			return text, over, nil
		}
		return "", false, err
	}
	return inflateRaw(body, limit)
}

func inflateRaw(body string, limit int) (string, bool, error) {
	in := strings.NewReader(body)
	text, over, err := drain(flate.NewReader(in), limit)
	if err != nil {
		return "", false, err
	}
	return text, over, trailing(in, over)
}

// trailing reports what a reader that reads byte by byte has left over.
func trailing(in *strings.Reader, over bool) error {
	if over || in.Len() == 0 {
		return nil
	}
	return errTrailing
}

// isZlib reports whether the body begins with a header of zlib (RFC 1950, section 2.2).
func isZlib(body string) bool {
	return len(body) >= 2 && body[0]&0x0F == 8 && (int(body[0])<<8|int(body[1]))%31 == 0
}

// drain reads r to its end, or until more than limit bytes came.
func drain(r io.Reader, limit int) (text string, over bool, err error) {
	var b strings.Builder
	n, err := io.Copy(&b, io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return "", false, err
	}
	if n > int64(limit) {
		return "", true, nil
	}
	return b.String(), false, nil
}

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}
