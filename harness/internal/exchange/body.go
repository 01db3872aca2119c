package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	// keptOfTooLarge is how much is kept of a body that is larger than MaxBody: enough to see what it is.
	keptOfTooLarge = 64 << 10
	// roomAtOnce is how much room is made for a body because its Content-Length says so. Beyond it, only
	// bytes that came are believed.
	roomAtOnce = 1 << 20
)

// body reads a body of up to most bytes. The error is one of time: the context was cancelled, or the
// client gave up waiting. Every other end is told by the problem, and what came until then is the body.
//
// Responses that have no body, such as those to HEAD and those of 204 and 304 (RFC 9112, section 6.3), are
// known to net/http: they end at once, whatever their headers announce.
func body(res *http.Response, most int64) (string, *transaction.Problem, error) {
	var b strings.Builder
	b.Grow(int(min(max(res.ContentLength, 0), roomAtOnce)))
	limit := most
	if res.ContentLength > most {
		limit = min(most, keptOfTooLarge) // its beginning is enough
	}
	n, err := io.Copy(&b, io.LimitReader(res.Body, limit+1))
	switch {
	case n > limit:
		return strings.Clone(b.String()[:min(limit, keptOfTooLarge)]), tooLarge(res, most), nil
	case err == nil:
		return b.String(), nil, nil
	case isTimeout(err) || errors.Is(err, context.Canceled):
		return b.String(), nil, err
	}
	return b.String(), cutOff(res, n, err), nil
}

func tooLarge(res *http.Response, most int64) *transaction.Problem {
	size := "more than " + bytes(most)
	if res.ContentLength > 0 {
		size = bytes(res.ContentLength)
	}
	return &transaction.Problem{ID: "body-too-large", Message: fmt.Sprintf(
		"The body is %s long, and bailiff reads up to %s.", size, bytes(most))}
}

func cutOff(res *http.Response, n int64, err error) *transaction.Problem {
	p := &transaction.Problem{ID: "body-cut-off"}
	switch {
	case res.ContentLength >= 0:
		p.Message = fmt.Sprintf("The body ended after %d of %s.", n, bytes(res.ContentLength))
	case errors.Is(err, io.ErrUnexpectedEOF):
		p.Message = fmt.Sprintf("The body ended after %s, before its last chunk was whole.", bytes(n))
	default:
		p.Message = fmt.Sprintf("The body ended after %s: %s.", bytes(n), err)
	}
	return p
}

func bytes(n int64) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
