package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/laboratory"
)

// plainType is the media type of answers that are no JSON:API documents.
const plainType = "application/json"

// exchange is a request on its way to an endpoint.
type exchange struct {
	http *http.Request
	body []byte
	vars map[string]string
	db   DB
	now  time.Time
	// prefix begins the keys in Redis, and hit is what the request is called in the counts there.
	prefix, hit string
	// monitors are the health checks of the handler.
	monitors func() *monitors
}

// reply is an answer on its way out.
type reply struct {
	status int
	header http.Header
	// mediaType is empty when there is no body.
	mediaType string
	body      []byte
	// lent says that body is one of Server.bodies, and goes back when it is written.
	lent bool
	// stream writes a body of size bytes that is too large to be in memory. nil: body is all of it.
	stream func(context.Context, DB, io.Writer) error
	size   int64
}

// handler is the API on one database.
type handler struct {
	*Server
	db     DB
	prefix string // of its keys in Redis
	// remote is the remote laboratory, made by its first request.
	remote func() http.Handler
	// monitors are made by the first request that wants one.
	monitors func() *monitors
}

// ServeHTTP answers one request. What it writes is in a transaction of its own.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if laboratory.Serves(r.URL.Path) {
		h.remote().ServeHTTP(w, r)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	answer := h.answer(w, r)
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	if answer.mediaType != "" {
		w.Header().Set("Content-Type", answer.mediaType)
		w.Header().Set("Content-Length", strconv.FormatInt(answer.size+int64(len(answer.body)), 10))
	}
	w.WriteHeader(answer.status)
	switch {
	case r.Method == http.MethodHead:
	case answer.stream != nil:
		h.send(w, r, answer)
	default:
		w.Write(answer.body) //nolint:errcheck // the client has gone; there is nobody to tell
	}
	if answer.lent {
		h.bodies.Put(&answer.body)
	}
}

// send writes a body that comes in parts. What cannot be finished is broken off, so that the client does
// not take it for the whole.
func (h *handler) send(w http.ResponseWriter, r *http.Request, answer *reply) {
	err := answer.stream(r.Context(), h.db, w)
	if err == nil {
		return
	}
	if r.Context().Err() == nil {
		h.config.Log.ErrorContext(r.Context(), "a body was broken off", "method", r.Method, "uri", r.URL.RequestURI(), "error", err)
	}
	panic(http.ErrAbortHandler)
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request) (answer *reply) {
	found, vars, allow := h.router.find(r.Method, r.URL.EscapedPath())
	if found.serve == nil {
		return unserved(r, allow)
	}
	r.Pattern = found.route // it tells those around the API, whatever becomes of the request
	defer func() {
		if problem := recover(); problem != nil {
			if problem == http.ErrAbortHandler { //nolint:errorlint // what net/http compares too
				panic(problem)
			}
			h.config.Log.ErrorContext(r.Context(), "a handler panicked",
				"method", r.Method, "uri", r.URL.RequestURI(), "panic", problem, "stack", string(debug.Stack()))
			answer = failure(http.StatusInternalServerError, "Unknown error", "Unknown error")
		}
	}()
	body, err := h.read(w, r)
	if err != nil {
		return unread(err)
	}
	answer, err = found.serve(&exchange{http: r, body: body, vars: vars, db: h.db, now: h.config.Now(), prefix: h.prefix, monitors: h.monitors})
	if err != nil {
		return h.failed(r, err)
	}
	h.config.Log.DebugContext(r.Context(), "answered", "method", r.Method, "uri", r.URL.RequestURI(), "status", answer.status)
	return answer
}

// transacted runs an endpoint in a transaction, which is a savepoint inside another one. It ends even
// when the client has gone or the endpoint panics, for a test goes on with the same connection. What
// only reads needs none on a pool: its statements see what is committed in either case, and two round
// trips are about half of what a short list costs.
func transacted(serve endpoint) endpoint {
	return func(x *exchange) (*reply, error) {
		if _, pool := x.db.(*pgxpool.Pool); pool && (x.http.Method == http.MethodGet || x.http.Method == http.MethodHead) {
			return serve(x)
		}
		return x.transact(serve)
	}
}

func (x *exchange) transact(serve endpoint) (*reply, error) {
	ctx := x.http.Context()
	tx, err := x.db.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	lasting := context.WithoutCancel(ctx)
	defer tx.Rollback(lasting) //nolint:errcheck // after a commit it does nothing, and else the error is the endpoint's
	x.db = tx
	answer, err := serve(x)
	if err != nil {
		return nil, err
	}
	if err := tx.Commit(lasting); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return answer, nil
}

// document serves a route of the engine.
func (s *Server) document(handle func(*engine.Request) (*engine.Response, error)) endpoint {
	return func(x *exchange) (*reply, error) {
		response, err := handle(&engine.Request{
			HTTP: x.http, Body: x.body, DB: x.db, Now: x.now, Vars: x.vars,
			Authenticate: x.authenticator(s),
		})
		if err != nil {
			return nil, err
		}
		answer := &reply{status: response.Status, header: http.Header{}}
		if response.Location != "" {
			answer.header.Set("Location", response.Location)
		}
		if response.Document == nil {
			return answer, nil
		}
		answer.mediaType, answer.body, answer.lent = jsonapi.MediaType, response.Document.Append(s.buffer()), true
		return conditional(x.http, answer)
	}
}

// buffer is room for a body, empty. It takes what an answer before this one has left, for a list of
// events has 100 KB.
func (s *Server) buffer() []byte {
	left, ok := s.bodies.Get().(*[]byte)
	if !ok || cap(*left) > maxBuffer {
		return nil
	}
	return (*left)[:0]
}

// maxBuffer bounds what is kept for answers to come.
const maxBuffer = 1 << 20

// conditional gives a document its entity tag, and answers what is known already with nothing.
func conditional(r *http.Request, answer *reply) (*reply, error) {
	tag := jsonapi.ETag(answer.body)
	answer.header.Set("ETag", tag)
	answer.header.Set("Vary", "Accept, Authorization")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return answer, nil // what changes an object has looked at If-Match before it did
	}
	if list := r.Header.Get("If-Match"); list != "" && !jsonapi.Matches(list, tag) {
		return nil, jsonapi.PreconditionFailed()
	}
	if list := r.Header.Get("If-None-Match"); list != "" && jsonapi.Matches(list, tag) {
		// RFC 9110 lets a 304 have no body; flask-rest-jsonapi sends an error document.
		return &reply{status: http.StatusNotModified, header: answer.header}, nil
	}
	return answer, nil
}

// failed is the answer to a request that ended in an error.
func (h *handler) failed(r *http.Request, err error) *reply {
	if gone, ok := errors.AsType[*unavailable](err); ok {
		return gone.inPlain() // and whoever asked Redis has logged it
	}
	if r, ok := errors.AsType[*undone](err); ok {
		return r.answer
	}
	answer, unexpected := h.engine.Failure(r.Method, err)
	if unexpected && r.Context().Err() == nil {
		h.config.Log.ErrorContext(r.Context(), "request failed", "method", r.Method, "uri", r.URL.RequestURI(), "error", err)
	}
	if plain, ok := errors.AsType[*jsonapi.Plain](answer); ok {
		return plainFailure(plain)
	}
	list, _ := jsonapi.AsErrors(answer)
	if unexpected && unreachable(err) {
		list = jsonapi.Errors{noDatabase()}
	}
	return refusal(list)
}

// refusal is the answer with an error document.
func refusal(list jsonapi.Errors) *reply {
	return &reply{
		status: list[0].Status, header: list[0].Header.Clone(),
		mediaType: jsonapi.MediaType, body: list.Append(nil),
	}
}

// undone is an answer that undoes what its request wrote.
type undone struct{ answer *reply }

func (u *undone) Error() string { return "refused with status " + strconv.Itoa(u.answer.status) }

func plainFailure(e *jsonapi.Plain) *reply {
	answer := plain(e.Status, struct {
		Error string `json:"error"`
	}{e.Message})
	if e.Status == http.StatusUnauthorized {
		answer.header.Set("WWW-Authenticate", "JWT")
	}
	return answer
}

// plain is an answer in JSON that is no JSON:API document.
func plain(status int, value any) *reply {
	body, err := json.Marshal(value)
	if err != nil { // structs of strings and booleans are all that comes here
		return failure(http.StatusInternalServerError, "Unknown error", "Unknown error")
	}
	return &reply{status: status, header: http.Header{}, mediaType: plainType, body: body}
}

// failure is an error document about no part of the request.
func failure(status int, title, detail string) *reply {
	errs := jsonapi.Errors{{Status: status, Title: title, Detail: detail}}
	return &reply{status: status, header: http.Header{}, mediaType: jsonapi.MediaType, body: errs.Append(nil)}
}

// read is the body of a request. One that was made by hand may have none at all.
func (h *handler) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, h.config.MaxBody))
}

// unread is the answer to a request whose body could not be read.
func unread(err error) *reply {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return failure(http.StatusRequestEntityTooLarge, "Request body too large",
			fmt.Sprintf("The body of a request may have %d bytes", tooLarge.Limit))
	}
	return failure(http.StatusBadRequest, "Bad request", "The request body ended early")
}

// unserved is the answer where nothing is: to a browser that asks what it may do, to a method that
// the path is not served with, and to a path that is not served.
func unserved(r *http.Request, allow []string) *reply {
	switch {
	case len(allow) == 0:
		return failure(http.StatusNotFound, "Not Found", "There is nothing at this URL")
	case r.Method == http.MethodOptions:
		return &reply{status: http.StatusNoContent, header: http.Header{
			"Allow":                        {strings.Join(allow, ", ")},
			"Access-Control-Allow-Methods": {strings.Join(allow, ", ")},
			"Access-Control-Allow-Headers": {"Accept, Authorization, Content-Type, If-Match, If-None-Match, X-CSRF-Token"},
			"Access-Control-Max-Age":       {"600"},
		}}
	}
	answer := failure(http.StatusMethodNotAllowed, "Method Not Allowed", "This URL is not served with "+r.Method)
	answer.header.Set("Allow", strings.Join(allow, ", "))
	return answer
}
