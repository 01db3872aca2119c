// Package handler runs the hooks of other languages: it starts a hook handler that was written for
// Dredd, and speaks Dredd's TCP protocol to it. A Handler is a hook.Runner.
//
//	h, err := handler.Start(ctx, handler.Config{Language: "python", Files: []string{"hooks/*.py"}})
//	if err != nil {
//		return err // no such command or file, or it did not listen
//	}
//	defer h.Close(ctx)
//	err = h.RunBefore(c)
//	if errors.Is(err, handler.ErrGone) {
//		return err // the run is over
//	}
//
// What differs from Dredd 14: readiness is found out by connecting instead of by waiting; the address
// is told to handlers that can be told, so that several may run at once; what a handler prints is
// shown; one that dies, or sends what is no message, ends the run at once, and its last words are in
// the error; nothing of it is left.
//
// JavaScript hook files, for which Dredd needs no handler, have one here that bailiff brings along; it
// needs Node.js. A handler gets one message at a time, from whatever goroutine. The package does not
// know what a run is.
package handler
