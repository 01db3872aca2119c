package drift

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Fault is one way in which answers differ from what the server meant to send. It is data, so that a
// row in a table makes a new one. Its parts take effect in the order of the fields, and an answer
// that has nothing for one of them to change is sent as it was meant.
type Fault struct {
	// Name is in kebab-case; see Named.
	Name string
	// Does says in a few words what is wrong with an answer.
	Does string
	// Route is the method and the path that it befalls, with {} in place of each identifier, as in
	// "GET /v1/event-topics/{}". Empty means all but authentication.
	Route string

	// Edits change the JSON of the body.
	Edits []Edit
	// Swaps change its text.
	Swaps []Swap
	// Body is what is sent in its place; nil means that it stays.
	Body []Piece
	// Lose is how many bytes at the end of the body are not sent.
	Lose int
	// Announce gives Content-Length as it was before those bytes were lost, so that the connection
	// ends in the middle of the body.
	Announce bool
	// Status is another status code; zero means that it stays.
	Status int
	// Header gives headers other values. An empty one takes the header away.
	Header map[string]string
}

// Swap puts another text in the place of the first one that reads Old.
type Swap struct{ Old, New string }

// Piece is a text that is repeated a number of times.
type Piece struct {
	Text  string
	Times int
}

// Apply returns a handler that answers as h does, but for the fault.
func Apply(h http.Handler, f Fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.befalls(r) {
			h.ServeHTTP(w, r)
			return
		}
		real := &recorder{header: w.Header()}
		h.ServeHTTP(real, r)
		f.change(real)
		real.send(w)
	})
}

func (f Fault) befalls(r *http.Request) bool {
	if f.Route == "" {
		return !isAuthentication(r.URL.Path)
	}
	return f.Route == r.Method+" "+routeOf(r.URL.Path)
}

// change does to a response what the fault says, or nothing.
func (f Fault) change(r *recorder) {
	body, ok := f.bodyOf(r)
	if !ok {
		return
	}
	sent := max(len(body)-f.Lose, 0)
	if r.header.Get("Content-Length") != "" || f.Announce {
		length := sent
		if f.Announce {
			length = len(body)
		}
		r.header.Set("Content-Length", strconv.Itoa(length))
	}
	r.body.Reset()
	r.body.WriteString(body[:sent])
	if f.Status != 0 {
		r.code = f.Status
	}
	for _, name := range slices.Sorted(maps.Keys(f.Header)) {
		r.header[http.CanonicalHeaderKey(name)] = valuesOf(f.Header[name])
	}
}

// bodyOf is the body before anything of it is lost, and false when there is nothing to change.
func (f Fault) bodyOf(r *recorder) (string, bool) {
	body := r.body.String()
	if len(f.Edits) > 0 {
		edited, err := editJSON(body, f.Edits)
		if err != nil {
			return "", false
		}
		body = edited
	}
	for _, s := range f.Swaps {
		if !strings.Contains(body, s.Old) {
			return "", false
		}
		body = strings.Replace(body, s.Old, s.New, 1)
	}
	if f.Body != nil {
		var b strings.Builder
		for _, p := range f.Body {
			b.WriteString(strings.Repeat(p.Text, p.Times))
		}
		body = b.String()
	}
	return body, true
}

// valuesOf are the values of a header. One that must not be sent has none: net/http makes up those
// that are not there at all.
func valuesOf(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
