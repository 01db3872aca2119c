package server

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestLimit is the longest time that a limit looks back. Hits from before are forgotten.
const longestLimit = time.Hour

// limit is how often somebody may do something.
type limit struct {
	action, caller string
	most           int
	per            time.Duration
}

// mailLimits bound the mails that anybody can have sent to an address: one a minute from one place,
// and three an hour to one address, whether or not somebody has it.
func mailLimits(x *exchange, action, email string) []limit {
	place, _, err := net.SplitHostPort(x.http.RemoteAddr)
	if err != nil {
		place = x.http.RemoteAddr
	}
	return []limit{
		{action: action, caller: "from " + place, most: 1, per: time.Minute},
		{action: action, caller: "to " + strings.ToLower(email), most: 3, per: longestLimit},
	}
}

// exceeds counts a request against limits, and answers it when it exceeds one. One that is refused
// does not count. The count is in the database, so that servers share it, and requests that run at
// the same time wait for each other.
func (x *exchange) exceeds(limits []limit) (*reply, error) {
	ctx := x.http.Context()
	for _, l := range limits {
		_, err := x.db.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))", l.action+" "+l.caller)
		var hits int
		var first *time.Time
		if err == nil {
			err = x.db.QueryRow(ctx, `SELECT count(*), min(hit_at) FROM rate_limit_hits
				WHERE action = $1::text AND caller = $2::text AND hit_at > $3::timestamptz`,
				l.action, l.caller, x.now.Add(-l.per)).Scan(&hits, &first)
		}
		if err != nil {
			return nil, fmt.Errorf("count requests: %w", err)
		}
		if hits >= l.most {
			return tooMany(first.Add(l.per).Sub(x.now)), nil
		}
	}
	for _, l := range limits {
		_, err := x.db.Exec(ctx, "INSERT INTO rate_limit_hits (action, caller, hit_at) VALUES ($1::text, $2::text, $3::timestamptz)",
			l.action, l.caller, x.now)
		if err != nil {
			return nil, fmt.Errorf("count request: %w", err)
		}
	}
	if _, err := x.db.Exec(ctx, "DELETE FROM rate_limit_hits WHERE hit_at <= $1::timestamptz", x.now.Add(-longestLimit)); err != nil {
		return nil, fmt.Errorf("forget requests: %w", err)
	}
	return nil, nil //nolint:nilnil // no answer: the request goes on
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
