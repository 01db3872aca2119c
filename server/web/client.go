package web

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// RequestIDHeader names a request, in both directions.
const RequestIDHeader = "X-Request-Id"

// maxID is how many characters an identifier may have that a client chose.
const maxID = 128

type identifier struct{}

// RequestID is the identifier of the request that a context is that of, "" when it is none's.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(identifier{}).(string)
	return id
}

// identify takes the identifier that the client gave, if it is one that harms no log, or makes one.
func identify(h http.Header) string {
	if given := h.Values(RequestIDHeader); len(given) == 1 && sane(given[0]) {
		return given[0]
	}
	return newID()
}

func sane(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == ':':
		default:
			return false
		}
	}
	return true
}

// newID is 48 bits of the time in milliseconds, so that identifiers sort by it, and 80 random ones, in
// hexadecimal digits.
func newID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(time.Now().UnixMilli())<<16)
	rand.Read(b[6:]) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b[:])
}

// forwardedFor is where proxies say who asked them.
const forwardedFor = "X-Forwarded-For"

// believe makes RemoteAddr and X-Forwarded-For of a request say who sends it, as far as those say so who
// are trusted. What others say about it is taken away, so that nobody behind believes it.
func (s *Server) believe(r *http.Request) {
	said := r.Header.Values(forwardedFor)
	if len(said) == 0 {
		return
	}
	client := s.client(r.RemoteAddr, strings.Split(strings.Join(said, ","), ","))
	if client == "" {
		r.Header.Del(forwardedFor)
		return
	}
	r.RemoteAddr = net.JoinHostPort(client, "0")
	r.Header.Set(forwardedFor, client)
}

// client goes back from the peer as long as proxies are trusted. It is "" when the peer is not.
func (s *Server) client(peer string, hops []string) string {
	if len(s.config.Proxies) == 0 {
		return ""
	}
	// Who comes by a socket of the file system has no address, and is of this machine.
	if at, err := netip.ParseAddrPort(peer); err == nil && !s.trusted(at.Addr()) {
		return ""
	}
	client := ""
	for _, hop := range slices.Backward(hops) {
		at, ok := address(hop)
		if !ok {
			break
		}
		client = at.String()
		if !s.trusted(at) {
			break
		}
	}
	return client
}

func (s *Server) trusted(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(s.config.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// address reads an address of X-Forwarded-For, which some write with a port.
func address(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap(), true
	}
	at, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return at.Unmap(), err == nil
}
