package web

import (
	"maps"
	"net/http"
	"sync"
)

// answer is the http.ResponseWriter of a handler. It counts what is written, and lets another goroutine
// answer in the place of a handler that hangs; what the handler writes then is dropped. The header that
// the handler sees is its own until it writes, so that the two do not meet there.
type answer struct {
	header http.Header // the handler's

	mu      sync.Mutex
	to      http.ResponseWriter
	status  int // 0: nothing was written yet
	bytes   int64
	refused bool
	timeout bool
	aborted bool
	done    bool // the handler has returned, and to must not be used any more
}

func newAnswer(to http.ResponseWriter) *answer {
	return &answer{to: to, header: to.Header().Clone()}
}

// Header is what the handler will send.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader sends the head of the answer.
func (a *answer) WriteHeader(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.writeHeader(status)
}

func (a *answer) writeHeader(status int) {
	if a.refused || a.done {
		return
	}
	if a.status != 0 {
		a.to.WriteHeader(status) // net/http says whose mistake it is
		return
	}
	own := a.to.Header()
	clear(own)
	maps.Copy(own, a.header)
	if status < 100 || status > 199 || status == http.StatusSwitchingProtocols { // others are followed by the real one
		a.status = status
	}
	a.to.WriteHeader(status)
}

// Write sends a part of the body.
func (a *answer) Write(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refused || a.done {
		return 0, http.ErrHandlerTimeout
	}
	if a.status == 0 {
		a.writeHeader(http.StatusOK)
	}
	n, err := a.to.Write(b)
	a.bytes += int64(n)
	return n, err
}

// FlushError sends what is written so far, for http.ResponseController.
func (a *answer) FlushError() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refused || a.done {
		return http.ErrHandlerTimeout
	}
	if a.status == 0 {
		a.writeHeader(http.StatusOK)
	}
	return http.NewResponseController(a.to).Flush()
}

// refuse answers in place of the handler, unless it has begun to, and reports whether it did.
func (a *answer) refuse(f refusal) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status != 0 || a.done {
		return false
	}
	a.status, a.refused, a.timeout = f.status, true, f.timeout
	f.header(a.to.Header())
	a.to.WriteHeader(f.status)
	n, err := a.to.Write(f.body)
	a.bytes = int64(n)
	if err == nil {
		_ = http.NewResponseController(a.to).Flush() // a client that has gone misses nothing
	}
	return true
}

// abort says that the connection is closed in the middle of the answer.
func (a *answer) abort() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.aborted = true
}

// finish keeps everybody from writing after the handler has returned.
func (a *answer) finish() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = true
	if a.status == 0 && !a.aborted {
		own := a.to.Header()
		clear(own)
		maps.Copy(own, a.header)
		a.status = http.StatusOK // which net/http sends
	}
}
