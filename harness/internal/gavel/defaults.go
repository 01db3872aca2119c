package gavel

import "github.com/bailiff-dev/bailiff/harness/transaction"

// fromDefault is what Volatile.From says of a declaration that nobody made.
const fromDefault = "default"

// Defaults returns what is taken for volatile without being declared: tokens, the times at which a
// thing was made or changed, and the headers that tell of one exchange rather than of the API. They
// come before all other declarations, so that each of those can overrule them; Options.NoDefaults
// leaves them out.
//
// They excuse, and demand nothing: those about a body count at the level value only, and there only
// where the documented value is itself of the kind. A documented null, or a time written as a
// number, is compared like everything else.
func Defaults() []transaction.Volatile {
	var list []transaction.Volatile
	body := func(kind transaction.Kind, keys ...string) {
		for _, key := range keys {
			list = append(list, transaction.Volatile{Pointer: "/**/" + key, Kind: kind, From: fromDefault})
		}
	}
	body(transaction.KindString, "access-token", "access_token", "accessToken")
	body(transaction.KindString, "refresh-token", "refresh_token", "refreshToken")
	body(transaction.KindDateTime, "created-at", "created_at", "createdAt")
	body(transaction.KindDateTime, "updated-at", "updated_at", "updatedAt")
	body(transaction.KindDateTime, "modified-at", "modified_at", "modifiedAt")
	for _, name := range []string{
		// Of the message and the connection (RFC 9110, RFC 9111, RFC 9112, RFC 6265).
		"Age", "Connection", "Content-Length", "Date", "ETag", "Expires", "Keep-Alive", "Last-Modified", "Server",
		"Set-Cookie", "Transfer-Encoding", "Via",
		// Of what watches over the server (W3C Trace Context and Server Timing, and customs).
		"Request-Id", "Server-Timing", "Traceparent", "Tracestate", "X-Correlation-Id", "X-Request-Id",
		"X-Response-Time", "X-Runtime",
	} {
		list = append(list, transaction.Volatile{Header: name, Kind: transaction.KindAny, From: fromDefault})
	}
	return list
}

// newDefaults compiles the defaults.
func newDefaults() *declarations {
	d := &declarations{}
	for _, v := range Defaults() {
		d.add(newVolatile(v))
	}
	d.index()
	return d
}
