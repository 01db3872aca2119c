package web_test

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/web"
)

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, tc := range []struct {
		name  string
		given []string
		taken bool
	}{
		{"none", nil, false},
		{"none again", nil, false},
		{"a sane one", []string{"f81d4fae-7dec:11d0_a765.X"}, true},
		{"empty", []string{""}, false},
		{"two", []string{"a", "b"}, false},
		{"longest", []string{strings.Repeat("a", 128)}, true},
		{"too long", []string{strings.Repeat("a", 129)}, false},
		{"a blank", []string{"a b"}, false},
		{"a quote", []string{`a"b`}, false},
		{"not ASCII", []string{"é"}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, id := range tc.given {
			r.Header.Add(web.RequestIDHeader, id)
		}
		inside := ""
		w := httptest.NewRecorder()

		web.New(web.Config{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			inside = web.RequestID(r.Context())
		})}).ServeHTTP(w, r)

		id := w.Header().Get(web.RequestIDHeader)
		require.Equal(t, inside, id, tc.name)
		require.False(t, seen[id], tc.name)
		seen[id] = true
		if tc.taken {
			require.Equal(t, tc.given[0], id, tc.name)
		} else {
			require.Regexp(t, "^[0-9a-f]{32}$", id, tc.name)
		}
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	}
}

// record answers one request with a log in a format.
func record(c web.Config, r *http.Request) string {
	var log bytes.Buffer
	c.Log = slog.New(web.NewLogHandler(slog.NewTextHandler(&log, nil)))
	web.New(c).ServeHTTP(httptest.NewRecorder(), r)
	return log.String()
}

func TestLinesOfRequests(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Pattern = "GET /v1/things/{id}"
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("tea"))
	})
	for _, tc := range []struct{ name, target, want string }{
		{"plain", "/v1/things/1", `path=/v1/things/1 route=/v1/things/{id} status=418 bytes=3 `},
		{"query", "/x?page%5Bsize%5D=2&sort=-a", `path=/x query="page%5Bsize%5D=2&sort=-a" route`},
		{"secrets", "/x?a=1&token=abc&%74oken=abc&newPassword=abc&access_token=abc&b=", `query="a=1&token=[masked]&%74oken=[masked]&newPassword=[masked]&access_token=[masked]&b="`},
		{"unreadable name", "/x?%zz=abc", `query="%zz=[masked]"`},
		{"a line break", "/x%0Alevel=ERROR?y=%0Amsg=no", `path="/x%0Alevel=ERROR" query="y=%0Amsg=no" `},
		{"long", "/" + strings.Repeat("x", 5000), "path=/" + strings.Repeat("x", 2047) + "... route"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, tc.target, strings.NewReader("the body is not logged"))
			r.Header.Set("Authorization", "JWT abc")
			r.Header.Set(web.RequestIDHeader, "id-1")

			line := record(web.Config{Handler: handler}, r)

			assert.Contains(t, line, tc.want)
			assert.Equal(t, 1, strings.Count(line, "\n"))
			assert.NotContains(t, line, "abc")
			assert.NotContains(t, line, "body is")
			assert.Regexp(t, `^time=\S+ level=INFO msg=request method=GET path=.* duration=\S+ remote=192.0.2.1 request_id=id-1\n$`, line)
		})
	}
}

func TestProbesAreQuiet(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	assert.Empty(t, record(web.Config{Handler: handler, Probes: []string{"/readyz"}}, httptest.NewRequest(http.MethodGet, "/readyz", nil)))
	assert.NotEmpty(t, record(web.Config{Handler: handler}, httptest.NewRequest(http.MethodGet, "/readyz", nil)))
}

func TestURIsOfOthersLoseTheirSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	l := slog.New(web.NewLogHandler(slog.NewTextHandler(&log, nil))).With("a", 1).WithGroup("g")
	l.Info("failed", "uri", "/x?token=abc&y=1", "other", "token=abc")
	assert.Contains(t, log.String(), `a=1 g.uri="/x?token=[masked]&y=1" g.other="token=abc"`)
}

func TestWhoSends(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tc := range []struct {
		name    string
		peer    string
		said    []string
		proxies []netip.Prefix
		remote  string
		passed  string // of X-Forwarded-For
	}{
		{"direct", "192.0.2.1:9", nil, proxies, "192.0.2.1", ""},
		{"nobody is trusted", "10.0.0.1:9", []string{"192.0.2.7"}, nil, "10.0.0.1", ""},
		{"a stranger says so", "192.0.2.1:9", []string{"192.0.2.7"}, proxies, "192.0.2.1", ""},
		{"a proxy says so", "10.0.0.1:9", []string{"192.0.2.7"}, proxies, "192.0.2.7", "192.0.2.7"},
		{"the client lies to a proxy", "10.0.0.1:9", []string{"127.0.0.1, 192.0.2.7"}, proxies, "192.0.2.7", "192.0.2.7"},
		{"two proxies, two headers", "10.0.0.1:9", []string{"192.0.2.7", "10.9.9.9"}, proxies, "192.0.2.7", "192.0.2.7"},
		{"with a port", "10.0.0.1:9", []string{"192.0.2.7:1234"}, proxies, "192.0.2.7", "192.0.2.7"},
		{"IPv6", "[fd00::1]:9", []string{"[2001:db8::7]:1"}, proxies, "2001:db8::7", "2001:db8::7"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:9", []string{"::ffff:192.0.2.7"}, proxies, "192.0.2.7", "192.0.2.7"},
		{"nonsense", "10.0.0.1:9", []string{"<script>"}, proxies, "10.0.0.1", ""},
		{"nonsense before", "10.0.0.1:9", []string{"unknown, 10.0.0.3"}, proxies, "10.0.0.3", "10.0.0.3"},
		{"a socket", "@", []string{"192.0.2.7"}, proxies, "192.0.2.7", "192.0.2.7"},
		{"a socket, nobody trusted", "@", []string{"192.0.2.7"}, nil, "@", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tc.peer
			r.Header["X-Forwarded-For"] = tc.said
			var inside *http.Request

			line := record(web.Config{Proxies: tc.proxies, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inside = r })}, r)

			assert.Regexp(t, "remote="+regexp.QuoteMeta(tc.remote)+" ", line)
			host, _, err := net.SplitHostPort(inside.RemoteAddr)
			if err != nil {
				host = inside.RemoteAddr
			}
			assert.Equal(t, tc.remote, host)
			assert.Equal(t, tc.passed, inside.Header.Get("X-Forwarded-For"))
		})
	}
}

func TestTraceSeesTheRoute(t *testing.T) {
	t.Parallel()
	seen := ""
	trace := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r = r.WithContext(r.Context())
			h.ServeHTTP(w, r)
			seen = r.Pattern
		})
	}
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { r.Pattern = "GET /a/{b}" })
	record(web.Config{Handler: handler, Trace: trace}, httptest.NewRequest(http.MethodGet, "/a/1", nil))
	assert.Equal(t, "GET /a/{b}", seen)
}
