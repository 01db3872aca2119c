package server_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/golang-jwt/jwt/v5"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// memories are the Redis servers of all tests of this package, by the provider that they come from.
var memories struct {
	sync.Mutex
	opened map[redis.Provider]*redis.Server
}

func closeMemories() {
	for _, m := range memories.opened {
		if err := m.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// memoryOf is the Redis of a test below TestMemories, nil for one that leaves all to Postgres.
func memoryOf(tb testing.TB) *redis.Server {
	tb.Helper()
	rest, below := strings.CutPrefix(tb.Name(), "TestMemories/")
	if !below {
		return nil
	}
	name, _, _ := strings.Cut(rest, "/")
	if name == "postgres" {
		return nil
	}
	return openMemory(tb, redis.Provider(name))
}

func openMemory(tb testing.TB, p redis.Provider) *redis.Server {
	tb.Helper()
	memories.Lock()
	defer memories.Unlock()
	if m := memories.opened[p]; m != nil {
		return m
	}
	m, err := redis.Open(context.Background(), redis.Config{Provider: p})
	if errors.Is(err, redis.ErrUnavailable) && os.Getenv("CI") == "" && os.Getenv("BAILIFF_REQUIRE_DB") != "1" {
		tb.Skip(err)
	}
	require.NoError(tb, err)
	if memories.opened == nil {
		memories.opened = map[redis.Provider]*redis.Server{}
	}
	memories.opened[p] = m
	return m
}

// overMemory is a handler with the memory of a test.
func overMemory(tb testing.TB, c server.Config, db server.DB) http.Handler {
	tb.Helper()
	m := memoryOf(tb)
	if m == nil {
		return server.New(c).With(db)
	}
	c.Redis = m.Client()
	return server.New(c).With(db, server.KeyPrefix(m.Prefix()))
}

// TestMemories runs the tests of what is remembered on each memory: logins that were ended, and counts of what is
// limited. All else about logins and tokens is the same on each, and is tested with Postgres.
func TestMemories(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		test func(*testing.T)
	}{
		{"logout", TestLogoutEndsALogin},
		{"revocations expire", TestRevocationsExpire},
		{"limits of mails", TestMailLimits},
		{"limits of mails at once", TestMailLimitsAtOnce},
		{"limits of logins", testLoginLimits},
		{"limits of logins at once", testLoginLimitsAtOnce},
		{"limits of passwords", testPasswordLimits},
		{"no limits of logins", testNoLoginLimits},
		{"limits of logins by place", testPlaces},
		{"handlers do not share", testHandlersDoNotShare},
	}
	for _, memory := range []string{"postgres", string(redis.ProviderMiniredis), string(redis.ProviderLocal)} {
		t.Run(memory, func(t *testing.T) {
			t.Parallel()
			for _, tt := range tests {
				if memory == "postgres" && (strings.HasPrefix(tt.name, "limits of mails") || tt.name == "logout" ||
					tt.name == "revocations expire" || tt.name == "handlers do not share") {
					continue // it runs there by itself, or has no prefix there
				}
				t.Run(tt.name, tt.test)
			}
		})
	}
}

// revocations is how many logins are remembered that were ended.
func revocations(f *fixture) int64 {
	m := memoryOf(f)
	if m == nil {
		return f.id("SELECT count(*) FROM revoked_tokens")
	}
	// A key ends by itself after a year; that it would is all that can be seen. Each test has a prefix of its own.
	keys, err := m.Client().Keys(context.Background(), f.prefix+"revoked:*").Result()
	require.NoError(f, err)
	for _, key := range keys {
		assert.InDelta(f, 365*24*time.Hour, m.Client().TTL(context.Background(), key).Val(), float64(time.Minute))
	}
	return int64(len(keys))
}

// logsIn tries to log in from a place.
func (f *fixture) logsIn(place, email, word string) *answer {
	f.Helper()
	r := httptest.NewRequest("POST", "/v1/auth/login", strings.NewReader(fmt.Sprintf(`{"email": %q, "password": %q}`, email, word)))
	r.RemoteAddr = place
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return &answer{ResponseRecorder: w, tb: f.TB}
}

func (a *answer) tooMany(after string) {
	a.tb.Helper()
	a.wants(429)
	assert.JSONEq(a.tb, `{"status": 429, "title": "Request Limit Exceeded"}`, a.Body.String())
	assert.Equal(a.tb, after, a.Header().Get("Retry-After"))
}

// testLoginLimits fails five times for an address, whoever has it, and is let in again when the first of
// them is a minute ago.
func testLoginLimits(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"john@example.com", "nobody@example.com"} {
		t.Run(email, func(t *testing.T) {
			t.Parallel()
			var c clock
			f := setupWith(t, c.config())
			f.user("john@example.com")
			for i := range 5 {
				f.logsIn(fmt.Sprintf("10.0.0.%d:1", i), " "+strings.ToUpper(email), "wrong").wants(401)
				c.now = c.now.Add(time.Second)
			}
			f.logsIn("10.0.0.9:1", email, "wrong").tooMany("55")
			f.logsIn("10.0.0.9:1", email, known).tooMany("55")
			f.logsIn("10.0.0.9:1", "other"+email, "wrong").wants(401)
			c.now = c.now.Add(54*time.Second + 500*time.Millisecond)
			f.logsIn("10.0.0.9:1", email, "wrong").tooMany("1")
			c.now = c.now.Add(500 * time.Millisecond)
			f.logsIn("10.0.0.9:1", email, "wrong").wants(401)
			f.logsIn("10.0.0.9:1", email, "wrong").tooMany("1")
			c.now = c.now.Add(time.Minute)
			f.user("jane@example.com")
			for range 20 { // success is not counted
				f.logsIn("10.0.0.9:1", "jane@example.com", known).wants(200)
			}
			token := f.login("jane@example.com")
			for range 5 {
				f.send("/v1/auth/fresh-login", token, `{"email": "jane@example.com", "password": "wrong"}`).wants(401)
			}
			f.send("/v1/auth/fresh-login", token, `{"email": "jane@example.com", "password": "wrong"}`).wants(429)
			f.logsIn("10.0.0.9:1", "jane@example.com", known).tooMany("60")
		})
	}
}

func testLoginLimitsAtOnce(t *testing.T) {
	t.Parallel()
	databases.idle <- worker(t) // opens the server, or skips
	pool, drop, err := databases.server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, drop()) })
	handler := overMemory(t, server.Config{Password: password.Cheapest()}, pool)
	const requests = 20
	codes := make(chan int, requests)
	for i := range requests {
		go func() {
			r := httptest.NewRequest("POST", "/v1/auth/login", strings.NewReader(`{"email": "john@example.com", "password": "wrong"}`))
			r.RemoteAddr = fmt.Sprintf("10.0.0.%d:1", i)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			codes <- w.Code
		}()
	}
	count := map[int]int{}
	for range requests {
		count[<-codes]++
	}
	assert.Equal(t, map[int]int{401: 5, 429: requests - 5}, count)
}

// testPasswordLimits tries passwords with a token, which count with logins that fail.
func testPasswordLimits(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com")
	token := f.login("john@example.com")
	verify := func(word string) *answer {
		return f.send("/v1/auth/verify-password", token, fmt.Sprintf(`{"password": %q}`, word))
	}
	change := func(word string) *answer {
		return f.send("/v1/auth/change-password", token, fmt.Sprintf(`{"data": {"old-password": %q, "new-password": "battery staple"}}`, word))
	}
	for range 2 {
		verify("wrong").plainly(200, map[string]any{"result": false})
		change("wrong").wants(400)
	}
	for range 6 { // what is right is not counted
		verify(known).plainly(200, map[string]any{"result": true})
	}
	f.logsIn("10.0.0.9:1", "john@example.com", "wrong").wants(401)
	verify(known).tooMany("60")
	change(known).tooMany("60")
	f.logsIn("10.0.0.9:1", "john@example.com", known).tooMany("60")
	c.now = c.now.Add(time.Minute)
	verify(known).plainly(200, map[string]any{"result": true})
	change(known).wants(200)
}

func testNoLoginLimits(t *testing.T) {
	t.Parallel()
	f := setupWith(t, server.Config{Logins: server.LoginLimits{PerPlace: -1, FailuresPerEmail: -1}})
	for range 40 {
		f.logsIn("10.0.0.1:1", "john@example.com", "wrong").wants(401)
	}
}

func testPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		places []string // taken in turn
		other  string
	}{
		{"one address", []string{"10.0.0.1:1", "10.0.0.1:2", "[::ffff:10.0.0.1]:3"}, "10.0.0.2:1"},
		{"one network", []string{"[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::ffff:0:0:1]:1"}, "[2001:db8:0:1::1]:1"},
		{"one name", []string{"somewhere"}, "elsewhere"},
		{"this machine", []string{"127.0.0.1:1", "[::1]:1", "127.9.9.9:1", "@", "", "[::ffff:127.0.0.1]:3"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			f.user("john@example.com")
			for i := range 30 {
				f.logsIn(tt.places[i%len(tt.places)], "john@example.com", known).wants(200)
			}
			for _, place := range tt.places {
				a := f.logsIn(place, "john@example.com", known)
				if tt.other == "" {
					a.wants(200)
					continue
				}
				a.tooMany("60")
			}
			f.logsIn(tt.other, "john@example.com", known).wants(200)
		})
	}
}

// testHandlersDoNotShare holds that what one handler has in Redis is nothing to one with another prefix.
func testHandlersDoNotShare(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	token := f.login("john@example.com")
	f.send("/v1/auth/logout", token, "").wants(200)
	f.get("/v1/users/1", token).wants(401)
	f.handler = f.server.With(f.db, server.KeyPrefix(memoryOf(t).Prefix()))
	f.get("/v1/users/1", token).wants(200)
}

// TestRedisIsGone holds what the server does while Redis does not answer, refuses, or is slow.
func TestRedisIsGone(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, silent.Close()) })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	for name, address := range map[string]string{"silent": silent.Addr().String(), "closed": closed.Addr().String()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := goredis.NewClient(&goredis.Options{Addr: address}) // which does not heed contexts
			t.Cleanup(func() { assert.NoError(t, client.Close()) })
			var log strings.Builder
			f := setupWith(t, server.Config{Redis: client, Log: slog.New(slog.NewTextHandler(&log, nil))})
			f.user("john@example.com")
			token := good(t, func(jwt.MapClaims) {})
			began := time.Now()
			const detail = "The server cannot tell at the moment whether a token is good. Try again soon."
			for range 3 { // only the first waits
				a := f.get("/v1/users/1", token)
				a.fails(503, "Service Unavailable", "", detail)
				assert.Equal(t, "1", a.Header().Get("Retry-After"))
				a = f.get("/v1/users/user-details/get-user-id", token)
				a.plainly(503, map[string]any{"error": detail})
				assert.Equal(t, "1", a.Header().Get("Retry-After"))
				f.send("/v1/auth/logout", token, "").plainly(503, map[string]any{"error": detail})
				f.send("/v1/auth/login", "", fmt.Sprintf(`{"email": "john@example.com", "password": %q}`, known)).plainly(503, map[string]any{"error": detail})
			}
			assert.Less(t, time.Since(began), 5*time.Second)
			assert.Contains(t, log.String(), "redis does not answer")
			f.get("/v1/event-topics").wants(200) // who shows no token needs no memory
			f.do(call{method: "POST", path: "/v1/auth/logout"}).wants(200)
		})
	}
}

// TestRedisComesBack stops Redis under a running server, and starts it again with nothing in it.
func TestRedisComesBack(t *testing.T) {
	t.Parallel()
	m := miniredis.RunT(t)
	client := goredis.NewClient(&goredis.Options{Addr: m.Addr(), MaxRetries: -1})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	f := setupWith(t, server.Config{Redis: client})
	f.user("john@example.com")
	token := f.login("john@example.com")
	f.get("/v1/users/1", token).wants(200)
	m.Close()
	assert.Equal(t, "1", f.get("/v1/users/1", token).wants(503).Header().Get("Retry-After"))
	m.FlushAll()
	require.NoError(t, m.Restart())
	require.Eventually(t, func() bool { return f.get("/v1/users/1", token).Code == 200 }, 5*time.Second, 20*time.Millisecond)
	f.send("/v1/auth/logout", token, "").wants(200) // and scripts are loaded anew:
	f.logsIn("10.0.0.9:1", "john@example.com", known).wants(200)
}

// TestOneRoundTrip holds what a request costs in Redis.
func TestOneRoundTrip(t *testing.T) {
	t.Parallel()
	m := newSwitch(t)
	f := setupWith(t, server.Config{Redis: m.client})
	f.user("john@example.com")
	token := f.login("john@example.com")
	for _, tt := range []struct {
		name    string
		request func() *answer
	}{
		{"list", func() *answer { return f.get("/v1/event-topics", token) }},
		{"object", func() *answer { return f.get("/v1/users/1", token) }},
		{"logout", func() *answer { return f.send("/v1/auth/logout", token, "") }},
	} {
		before := m.commands.Load()
		tt.request().wants(200)
		assert.EqualValues(t, 1, m.commands.Load()-before, tt.name)
	}
	before := m.commands.Load()
	f.get("/v1/event-topics").wants(200)
	assert.Zero(t, m.commands.Load()-before, "who shows no token")
}
