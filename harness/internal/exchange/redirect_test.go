package exchange_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// arrived writes into the response what came.
func arrived(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Arrived", r.Method+" "+r.URL.RequestURI()+" "+string(body))
	for _, name := range []string{"Authorization", "Cookie", "Content-Type", "X-Kept"} {
		w.Header().Set("X-"+name, r.Header.Get(name))
	}
	w.Header().Set("X-Host", r.Host)
}

// redirecting sends /STATUS to /end, and /away/STATUS to another server.
func redirecting(t *testing.T) *transaction.Transaction {
	t.Helper()
	other := httptest.NewServer(http.HandlerFunc(arrived))
	t.Cleanup(other.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("/end", arrived)
	mux.HandleFunc("/{status}", func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.PathValue("status"))
		w.Header().Set("Location", "end?a=b#part")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "look elsewhere")
	})
	mux.HandleFunc("/away/{status}", func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.PathValue("status"))
		w.Header().Set("Location", other.URL+"/there")
		w.WriteHeader(status)
	})
	mux.HandleFunc("/long/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		w.Header().Set("Location", "/long/"+strconv.Itoa(n+1))
		w.WriteHeader(302)
	})
	for path, location := range map[string]string{"/circle": "/circle#again", "/bad": "http://[", "/ftp": "ftp://example.com/", "/nowhere": ""} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			if location != "" {
				w.Header().Set("Location", location)
			}
			w.WriteHeader(302)
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	return to(t, u.Host)
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	tr := redirecting(t)
	tests := []struct {
		name, method, path string
		arrives            string // method, target, body
		status             int
		typed              bool // Content-Type is still sent
	}{
		{name: "301 keeps GET", method: "GET", path: "/301", arrives: "GET /end?a=b", typed: true},
		{name: "301 turns POST into GET", method: "POST", path: "/301", arrives: "GET /end?a=b"},
		{name: "302 turns POST into GET", method: "POST", path: "/302", arrives: "GET /end?a=b"},
		{name: "302 keeps PUT", method: "PUT", path: "/302", arrives: "PUT /end?a=b body", typed: true},
		{name: "303 turns POST into GET", method: "POST", path: "/303", arrives: "GET /end?a=b"},
		{name: "303 turns DELETE into GET", method: "DELETE", path: "/303", arrives: "GET /end?a=b"},
		{name: "303 keeps HEAD", method: "HEAD", path: "/303", arrives: "HEAD /end?a=b", typed: true},
		{name: "307 keeps all", method: "POST", path: "/307", arrives: "POST /end?a=b body", typed: true},
		{name: "308 keeps all", method: "PATCH", path: "/308", arrives: "PATCH /end?a=b body", typed: true},
		{name: "300 is an answer", method: "GET", path: "/300", status: 300},
		{name: "304 is an answer", method: "GET", path: "/304", status: 304},
		{name: "without a Location", method: "GET", path: "/nowhere", status: 302},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := client(t, exchange.Options{Redirects: 1})
			tr := tr.Clone()
			tr.FullPath = test.path
			tr.Request.Method = test.method
			if test.method != "GET" && test.method != "HEAD" {
				tr.Request.Body = "body"
			}
			tr.Request.Headers = transaction.Headers{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-Kept", Value: "1"}, {Name: "Authorization", Value: "secret"}}

			real, err := c.Do(t.Context(), tr)

			require.NoError(t, err)
			if test.status != 0 {
				assert.Equal(t, test.status, real.StatusCode)
				return
			}
			assert.Equal(t, 200, real.StatusCode)
			arrives, _ := real.Headers.Get("X-Arrived")
			assert.Equal(t, test.arrives, arrives)
			kept, _ := real.Headers.Get("X-X-Kept")
			assert.Equal(t, "1", kept)
			secret, _ := real.Headers.Get("X-Authorization")
			assert.Equal(t, "secret", secret, "it is the same server")
			typed, _ := real.Headers.Get("X-Content-Type")
			assert.Equal(t, test.typed, typed != "")
		})
	}
}

func TestRedirectToAnotherServerKeepsSecrets(t *testing.T) {
	t.Parallel()
	tr := redirecting(t)
	tr.FullPath = "/away/307"
	tr.Request = transaction.Request{Method: "POST", Body: "body", Headers: transaction.Headers{
		{Name: "authorization", Value: "secret"}, {Name: "cookie", Value: "secret"}, {Name: "X-Kept", Value: "1"}, {Name: "Host", Value: "api.example.com"},
	}}
	c := client(t, exchange.Options{Redirects: 3})

	real, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	got := map[string]string{}
	for _, h := range real.Headers {
		got[h.Name] = h.Value
	}
	assert.Equal(t, "POST /there body", got["x-arrived"])
	assert.Empty(t, got["x-authorization"])
	assert.Empty(t, got["x-cookie"])
	assert.Equal(t, "1", got["x-x-kept"])
	assert.NotEqual(t, "api.example.com", got["x-host"])
	assert.NotEqual(t, net.JoinHostPort(tr.Host, tr.Port), got["x-host"])
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	t.Parallel()
	tr := redirecting(t)
	server := "http://" + net.JoinHostPort(tr.Host, tr.Port)
	tests := []struct {
		name, path string
		redirects  int
		documented int
		status     int
		says       string
	}{
		{name: "none by default", path: "/302", status: 302},
		{name: "nor one that cannot be read", path: "/bad", status: 302},
		{name: "a documented one", path: "/302", redirects: 5, documented: 302, status: 302},
		{name: "another one than is documented", path: "/302", redirects: 5, documented: 301, status: 200},
		{name: "too many", path: "/long/1", redirects: 1, says: "more redirects came than the 1 that are followed: " + server + "/long/2 sends to " + server + "/long/3"},
		{name: "many too many", path: "/long/1", redirects: 4, says: "more redirects came than the 4 that are followed: " + server + "/long/5 sends to " + server + "/long/6"},
		{name: "a circle", path: "/circle", redirects: 100, says: "redirects lead in a circle: " + server + "/circle sends to " + server + "/circle, which was asked for already"},
		{name: "no URL", path: "/bad", redirects: 1, says: "the redirect of GET " + server + "/bad cannot be followed, its Location is no URL: "},
		{name: "another scheme", path: "/ftp", redirects: 1, says: `cannot be followed: its Location, "ftp://example.com/", is no http or https URL`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := client(t, exchange.Options{Redirects: test.redirects})
			tr := tr.Clone()
			tr.FullPath, tr.Expected.StatusCode = test.path, test.documented

			real, err := c.Do(t.Context(), tr)

			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.status, real.StatusCode)
		})
	}
}
