// Package drift makes a server drift away from its documentation: it changes some of its responses
// in the ways in which real servers come to differ from what is written about them. It shows what a
// broken contract looks like, and proves that a harness notices.
//
//	handler = drift.Wrap(handler, 1) // here and there, as a seed has it
//
//	f, _ := drift.Named("name-null") // or this very fault, on one route
//	f.Route = "GET /v1/event-topics/{}"
//	handler = drift.Apply(handler, f)
//
// What Wrap hits, and by which fault, depends on the seed and on nothing else. Requests reach the
// server unchanged. Authentication is left alone: who cannot sign in sees no other fault.
package drift

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// oneIn is how many routes share one fault: with four, a document of forty actions shows about ten
// broken ones, enough to see every kind now and then, and few enough to read.
const oneIn = 4

// Wrap returns a handler that answers as h does, but for the faults that the seed chose.
func Wrap(h http.Handler, seed uint64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := r.Method + " " + routeOf(r.URL.Path)
		dice := diceFor(seed, route)
		if isAuthentication(r.URL.Path) || dice.IntN(oneIn) != 0 {
			h.ServeHTTP(w, r)
			return
		}
		real := &recorder{header: w.Header()}
		h.ServeHTTP(real, r)
		real.drift(dice)
		real.send(w)
	})
}

// drift applies the first fault that changes something, in the order that the dice chose.
func (r *recorder) drift(dice *rand.Rand) {
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	if !strings.HasSuffix(kind, "json") {
		return
	}
	a := answer{header: r.header, status: r.status()}
	d := json.NewDecoder(bytes.NewReader(r.body.Bytes()))
	d.UseNumber()
	if d.Decode(&a.body) != nil {
		return
	}
	order := shuffledFaults(dice)
	if a.status >= http.StatusBadRequest {
		order = order[:1] // most faults cannot befall an error; the few that can would be everywhere
	}
	for _, f := range order {
		if f.apply(&a, dice) {
			r.code = a.status
			r.replace(a.body)
			return
		}
	}
}

func isAuthentication(path string) bool { return strings.Contains(path, "/auth/") }

var identifier = regexp.MustCompile(`^([0-9]+|[0-9a-f]{8})$`)

// routeOf is the path with its identifiers taken out, so that one row drifts as the next.
func routeOf(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if identifier.MatchString(p) {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

func diceFor(seed uint64, route string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(route)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// recorder holds a response back until it is known how it drifts.
type recorder struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
}

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}

// replace sets another body, and what the headers say about it.
func (r *recorder) replace(body any) {
	r.body.Reset()
	e := json.NewEncoder(&r.body)
	e.SetEscapeHTML(false)
	if e.Encode(body) != nil { // what was decoded can be encoded
		return
	}
	r.body.Truncate(r.body.Len() - 1) // the encoder's newline
	if r.header.Get("ETag") != "" {
		sum := sha1.Sum(r.body.Bytes()) // as the server makes its entity tags
		r.header.Set("ETag", `W/"`+hex.EncodeToString(sum[:])+`"`)
	}
	if r.header.Get("Content-Length") != "" {
		r.header.Set("Content-Length", strconv.Itoa(r.body.Len()))
	}
}

func (r *recorder) send(w http.ResponseWriter) {
	w.WriteHeader(r.status())
	_, _ = w.Write(r.body.Bytes()) // a client that left sees nothing
}
