// Package web runs an http.Handler as a server that strangers reach: with bounds on all that a client can
// make it wait for or hold, an identifier and a log line for each request, and an end that cuts nobody off
// who can be waited for.
//
//	s := web.New(web.Config{Handler: api, Log: log, Drain: 5 * time.Second})
//	l, err := net.Listen("tcp", ":8080")
//	err = s.Serve(ctx, l) // until ctx ends, and then until requests under way have ended
//
// It knows nothing of the API behind it: not its paths but those that it is told, and not its database. It
// routes nothing, and terminates TLS only with a configuration that it is given.
//
// A log whose handler is that of NewLogHandler has the request's identifier on each line that is written
// with the request's context, by whomever.
package web
