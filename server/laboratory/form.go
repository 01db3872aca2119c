package laboratory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxForm is how many bytes a form may have.
const maxForm = 16 << 10

// answer is the JSON of every form.
type answer struct {
	Status bool `json:"status"`
	// Message is for people.
	Message string `json:"message,omitempty"`
	// Field is the one that a message is about.
	Field string `json:"field,omitempty"`
}

// refusal is an error that is answered.
type refusal struct {
	code   int
	answer any
	wait   time.Duration // until it may be tried again
	reason string        // for the log
}

func (r *refusal) Error() string { return r.reason }

// refuse is a refusal with a message.
func refuse(code int, message string) *refusal {
	return &refusal{code: code, answer: answer{Message: message}, reason: message}
}

// bad is about one field of a form.
func bad(field, message string) *refusal {
	return &refusal{code: http.StatusBadRequest, answer: answer{Message: message, Field: field}, reason: message}
}

// formFunc is what a form is for. It returns the answer.
type formFunc func(w http.ResponseWriter, r *http.Request) (any, error)

// form serves a form: it reads it, and answers in JSON what f returns.
func (h *handler) form(f formFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var value any
		err := h.read(w, r)
		if err == nil {
			value, err = f(w, r)
		}
		if err != nil {
			h.failed(w, r, err)
			return
		}
		reply(w, http.StatusOK, value)
	}
}

// read reads the form of a request.
func (h *handler) read(w http.ResponseWriter, r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength != 0 || err == nil && kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data" {
		return refuse(http.StatusUnsupportedMediaType, "send a form: application/x-www-form-urlencoded or multipart/form-data")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(maxForm)
	} else {
		err = parse(r)
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the form has more than %d bytes", maxForm))
	}
	if err != nil {
		// The error quotes the form, which may be a password.
		return refuse(http.StatusBadRequest, "the form cannot be read: are its fields encoded as its content type says?")
	}
	return nil
}

// parse parses a form of the usual kind. A line break at its end is of the editor that it was written with: those
// of fields are encoded.
func parse(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(bytes.TrimRight(body, "\r\n")))
	return r.ParseForm()
}

// field returns a field of the form, which must be there and have some text of valid characters, at most so many.
func field(r *http.Request, name string, most int) (string, error) {
	values, ok := r.PostForm[name]
	switch {
	case !ok:
		return "", bad(name, name+" is missing")
	case len(values) > 1:
		return "", bad(name, name+" is there twice")
	case values[0] == "":
		return "", bad(name, name+" is empty")
	case !utf8.ValidString(values[0]):
		return "", bad(name, name+" is not UTF-8")
	case utf8.RuneCountInString(values[0]) > most:
		return "", bad(name, fmt.Sprintf("%s has more than %d characters", name, most))
	}
	for _, c := range values[0] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return "", bad(name, name+" has a control character")
		}
	}
	return values[0], nil
}

// limited refuses what exceeds a limit.
func (h *handler) limited(wait time.Duration, what string) error {
	if wait <= 0 {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	return &refusal{
		code: http.StatusTooManyRequests, wait: wait, reason: "too many " + what,
		answer: answer{Message: fmt.Sprintf("too many %s: try again in %d s", what, seconds)},
	}
}

// place is where a request comes from: an address, or of IPv6 the /64 that one customer has whole.
func place(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := at.Addr().Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}

// failed answers and logs what could not be done.
func (h *handler) failed(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	if !errors.As(err, &refused) {
		if r.Context().Err() == nil {
			h.config.Log.ErrorContext(r.Context(), "laboratory: request failed", "path", r.URL.Path, "error", err)
		}
		reply(w, http.StatusInternalServerError, answer{Message: "something went wrong in the laboratory; try again"})
		return
	}
	h.config.Log.WarnContext(r.Context(), "laboratory: refused", "path", r.URL.Path, "from", place(r), "reason", refused.reason)
	if refused.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((refused.wait+time.Second-1)/time.Second)))
	}
	reply(w, refused.code, refused.answer)
}

// wrongMethod answers a request of another method than that of the path.
func (h *handler) wrongMethod(allow string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		h.failed(w, r, refuse(http.StatusMethodNotAllowed, fmt.Sprintf("%s takes %s", r.URL.Path, allow)))
	}
}

// crossOrigin answers a request that a page of another site made a browser send.
func (h *handler) crossOrigin(w http.ResponseWriter, r *http.Request) {
	h.failed(w, r, refuse(http.StatusForbidden, "this request comes from another site, and is refused"))
}

// reply writes an answer. It is not for caches.
func reply(w http.ResponseWriter, code int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // what comes here was looked at
		code, body = http.StatusInternalServerError, []byte(`{"status":false}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	w.Write(body) //nolint:errcheck // the client has gone; there is nobody to tell
}
