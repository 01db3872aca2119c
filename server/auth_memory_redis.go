package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisTimeout is how long Redis may take to answer. It takes less than a millisecond unless something is
// wrong.
const redisTimeout = time.Second

// memoryKeys remembers in Redis. What it is told stands at once, also when the request fails later: a login
// that was to be ended is ended, and an attempt was an attempt. Both err on the safe side, and nothing is
// lost between a commit and a write that would have to follow it.
//
// The keys of a handler, after its prefix:
//
//	revoked:ID                a login that was ended, as long as a token of it could be good
//	{limits}:ACTION:CALLER    a sorted set of requests by their time in microseconds, as long as one counts;
//	                          the braces keep those of one request on one node of a cluster
//
// Times are those of Config.Now, so that a window slides with the clock of the server. Times to live are
// Redis's own.
type memoryKeys struct {
	client redis.UniversalClient
	log    *slog.Logger
	// down is until when Redis is not asked, in nanoseconds since 1970: where it does not answer, only one
	// request in a while waits for it.
	down *atomic.Int64
}

func newMemoryKeys(client redis.UniversalClient, log *slog.Logger) memoryKeys {
	return memoryKeys{client: client, log: log, down: &atomic.Int64{}}
}

// counting is one round trip, and nothing comes between its steps. KEYS are sets, ARGV the time, a name for
// the request, and for each set how many it may have and for how long they count, in microseconds.
var counting = redis.NewScript(`
	local now = tonumber(ARGV[1])
	for i, key in ipairs(KEYS) do
		local most, per = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
		redis.call('ZREMRANGEBYSCORE', key, '-inf', now - per)
		if redis.call('ZCARD', key) >= most then
			local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
			if #first == 0 then return per end
			return tonumber(first[2]) + per - now
		end
	end
	for i, key in ipairs(KEYS) do
		redis.call('ZADD', key, now, ARGV[2])
		redis.call('PEXPIRE', key, math.ceil(tonumber(ARGV[2 * i + 2]) / 1000))
	end
	return 0`)

func (m memoryKeys) revoked(x *exchange, ids []string) (bool, []string, error) {
	if len(ids) == 0 {
		return false, nil, nil // not one that could be revoked
	}
	// revoke names the first; that there is one key keeps it to one node of a cluster.
	n, err := ask(x.http.Context(), m, func(ctx context.Context) (int64, error) {
		return m.client.Exists(ctx, x.prefix+"revoked:"+ids[0]).Result()
	})
	return n > 0, nil, err
}

func (m memoryKeys) revoke(x *exchange, id string) error {
	_, err := ask(x.http.Context(), m, func(ctx context.Context) (string, error) {
		return m.client.Set(ctx, x.prefix+"revoked:"+id, 1, revokedLife).Result()
	})
	return err
}

func (m memoryKeys) count(x *exchange, limits []limit) (time.Duration, error) {
	if len(limits) == 0 {
		return 0, nil
	}
	if x.hit == "" {
		x.hit = randomHex(8)
	}
	keys := make([]string, len(limits))
	args := []any{x.now.UnixMicro(), x.hit}
	for i, l := range limits {
		keys[i] = x.limitKey(l)
		args = append(args, l.most, l.per.Microseconds())
	}
	micros, err := ask(x.http.Context(), m, func(ctx context.Context) (int64, error) {
		return counting.Run(ctx, m.client, keys, args...).Int64()
	})
	return time.Duration(micros) * time.Microsecond, err
}

func (m memoryKeys) uncount(x *exchange, limits []limit) error {
	for _, l := range limits {
		_, err := ask(x.http.Context(), m, func(ctx context.Context) (int64, error) {
			return m.client.ZRem(ctx, x.limitKey(l), x.hit).Result()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// limitKey names the set of a limit. An e-mail address is not told to whoever watches Redis.
func (x *exchange) limitKey(l limit) string {
	return x.prefix + "{limits}:" + l.action + ":" + digest(l.caller)
}

// answered is what Redis said.
type answered[T any] struct {
	value T
	err   error
}

// ask asks Redis, and waits for no longer than redisTimeout, whatever the client that was configured does
// about contexts.
func ask[T any](ctx context.Context, m memoryKeys, question func(context.Context) (T, error)) (T, error) {
	var none T
	if time.Now().UnixNano() < m.down.Load() {
		return none, &unavailable{fmt.Errorf("redis did not answer within the last %v", retryAfter)}
	}
	bounded, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	said := make(chan answered[T], 1)
	go func() {
		value, err := question(bounded)
		said <- answered[T]{value, err}
	}()
	var a answered[T]
	select {
	case a = <-said:
	case <-bounded.Done():
		a.err = bounded.Err()
	}
	switch {
	case a.err == nil:
		return a.value, nil
	case ctx.Err() != nil:
		return none, ctx.Err() // the client has gone, which says nothing of Redis
	}
	m.down.Store(time.Now().Add(retryAfter).UnixNano())
	m.log.ErrorContext(ctx, "redis does not answer; tokens and logins are refused", "error", a.err)
	return none, &unavailable{a.err}
}
