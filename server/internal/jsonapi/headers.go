package jsonapi

import (
	"crypto/sha1" //nolint:gosec // a name for a body, not a secret
	"encoding/hex"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// CheckContentType refuses a body that does not say exactly MediaType: parameters are not allowed
// (JSON:API 1.0, Server Responsibilities).
func CheckContentType(h http.Header) error {
	if h.Get("Content-Type") == MediaType {
		return nil
	}
	return &Error{
		Status: http.StatusUnsupportedMediaType, Title: "InvalidRequestHeader",
		Detail: "Content-Type header must be " + MediaType,
	}
}

// CheckAccept refuses a request that cannot take MediaType without parameters. No Accept header
// takes anything.
func CheckAccept(h http.Header) error {
	accept := strings.Join(h.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return nil
	}
	for one := range strings.SplitSeq(accept, ",") {
		if admits(one) {
			return nil
		}
	}
	return &Error{
		Status: http.StatusNotAcceptable, Title: "InvalidRequestHeader",
		Detail: "Accept header must admit " + MediaType + " without media type parameters",
	}
}

// admits reports whether one range of an Accept header takes MediaType.
func admits(one string) bool {
	mediaRange, params, err := mime.ParseMediaType(strings.TrimSpace(one))
	if err != nil {
		return false
	}
	for name, value := range params {
		if name != "q" {
			return false
		}
		if q, err := strconv.ParseFloat(value, 64); err != nil || q <= 0 {
			return false
		}
	}
	return mediaRange == MediaType || mediaRange == "application/*" || mediaRange == "*/*"
}

// ETag is the weak entity tag of a body: its SHA-1, as flask-rest-jsonapi makes it.
func ETag(body []byte) string {
	sum := sha1.Sum(body) //nolint:gosec // as above
	return `W/"` + hex.EncodeToString(sum[:]) + `"`
}

// Matches reports whether a list of entity tags, the value of If-Match or If-None-Match, has this
// one or is "*". It compares weakly in both cases: RFC 9110 wants a strong comparison for If-Match,
// which no weak tag passes, and then a client could never use the only tags this API gives.
func Matches(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// PreconditionFailed is the answer to an If-Match that names another state of the object.
func PreconditionFailed() *Error {
	return &Error{
		Status: http.StatusPreconditionFailed, Title: "Precondition failed",
		Detail: "The object has changed: none of the entity tags of If-Match is its current one.",
	}
}
