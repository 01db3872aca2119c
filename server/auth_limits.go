package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// longestLimit is the longest time that a limit looks back. Hits from before are forgotten.
const longestLimit = time.Hour

// How many logins a minute there may be unless LoginLimits say something else.
const (
	loginsPerPlace   = 30
	failuresPerEmail = 5
)

// LoginLimits say how often somebody may try to log in. A login that exceeds a limit is answered 429, with
// the seconds to wait in Retry-After, and its password is not looked at. The minute of a limit is the one
// before the request, whenever that comes: a window that slides.
type LoginLimits struct {
	// PerPlace is how many logins a minute may come from one address, whether or not they succeed; of
	// IPv6, from one network of 64 bits, since that is what one customer has. Those of this machine are
	// not counted: they are tests, or come through a proxy that would be one place for everybody. Behind a
	// proxy on another machine, something before the server has to set RemoteAddr. Zero: 30.
	// Negative: any number.
	PerPlace int
	// FailuresPerEmail is how many logins a minute may fail that name the same e-mail address, wherever
	// they come from and whether or not somebody has it. A caller who shows a wrong password, to have it
	// verified or changed, counts with them. Zero: 5. Negative: any number.
	FailuresPerEmail int
}

// withDefaults are the limits with their zeros replaced.
func (l LoginLimits) withDefaults() LoginLimits {
	if l.PerPlace == 0 {
		l.PerPlace = loginsPerPlace
	}
	if l.FailuresPerEmail == 0 {
		l.FailuresPerEmail = failuresPerEmail
	}
	return l
}

// limit is how often somebody may do something.
type limit struct {
	action, caller string
	most           int
	per            time.Duration
}

// mailLimits bound the mails that anybody can have sent to an address: one a minute from one place,
// and three an hour to one address, whether or not somebody has it.
func mailLimits(x *exchange, action, email string) []limit {
	return []limit{
		{action: action, caller: "from " + place(x.http), most: 1, per: time.Minute},
		{action: action, caller: "to " + addressee(email), most: 3, per: longestLimit},
	}
}

// attempts bounds all logins from a place; failures bounds those of an e-mail address that fail.
func (l LoginLimits) attempts(x *exchange) []limit {
	if l.PerPlace < 0 || isLocal(x.http) {
		return nil
	}
	return []limit{{action: "login", caller: "from " + place(x.http), most: l.PerPlace, per: time.Minute}}
}

func (l LoginLimits) failures(email string) []limit {
	if l.FailuresPerEmail < 0 {
		return nil
	}
	return []limit{{action: "failed-login", caller: "as " + addressee(email), most: l.FailuresPerEmail, per: time.Minute}}
}

// isLocal reports whether a request comes from this machine, also through a socket.
func isLocal(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return r.RemoteAddr == "" || r.RemoteAddr == "@" || err == nil && from.Addr().Unmap().IsLoopback()
}

// place is where a request comes from: an address, or the network of one where each customer has many.
func place(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	address = address.Unmap().WithZone("")
	if network, err := address.Prefix(64); err == nil && address.Is6() {
		return network.String()
	}
	return address.String()
}

// longestAddress is how many bytes an e-mail address has at most (RFC 5321, section 4.5.3.1.3).
const longestAddress = 254

// addressee is an e-mail address as limits count it: however it is written, and shortened when it is none,
// for what counts is also the key of an index.
func addressee(email string) string {
	email = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(email, "\x00", "")))
	if len(email) > longestAddress {
		return digest(email)
	}
	return email
}

// digest is a short name of a long text, and of one that is nobody's business.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// exceeds counts a request against limits, and answers it when it exceeds one. One that is refused
// does not count.
func (x *exchange) exceeds(s *Server, limits []limit) (*reply, error) {
	wait, err := s.memory.count(x, limits)
	if err != nil || wait <= 0 {
		return nil, err // no answer: the request goes on
	}
	return tooMany(wait), nil
}

// tooMany is the answer to a request that exceeds a limit, in the form of Open Event.
func tooMany(wait time.Duration) *reply {
	answer := plain(http.StatusTooManyRequests, struct {
		Status int    `json:"status"`
		Title  string `json:"title"`
	}{http.StatusTooManyRequests, "Request Limit Exceeded"})
	answer.header.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return answer
}
