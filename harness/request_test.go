package harness_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// remembered is a server that remembers what is asked for, and answers status.
func remembered(t *testing.T, status int) (url string, requests *recorder) {
	t.Helper()
	r := &recorder{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.note(req.Method, req.RequestURI, string(body))
		w.WriteHeader(status)
	}))
	s.Config.DisableGeneralOptionsHandler = true // it would answer OPTIONS * itself
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, r
}

func TestRequestTargetsThatAreNoPaths(t *testing.T) {
	t.Parallel()
	text := "FORMAT: 1A\n\n# M\n\n## Group\n\n### Tunnel [CONNECT /example.com:443]\n\n+ Response 204\n\n" +
		"### Self [CONNECT /]\n\n+ Response 204\n\n### Server [OPTIONS /*]\n\n+ Response 204\n\n### Path [OPTIONS /a]\n\n+ Response 204\n\n" +
		"### Link [LINK /a]\n\n+ Response 204\n\n### Unlink [UNLINK /a]\n\n+ Response 204\n\n### Head [HEAD /a]\n\n+ Response 204\n\n        body\n"
	server, r := remembered(t, 204)

	result, err := harness.Run(t.Context(), harness.Config{
		Descriptions: []string{"machines.apib"}, FS: document(text), Endpoint: server + "/base",
	})

	require.NoError(t, err)
	host := server[len("http://"):]
	assert.Equal(t, []string{
		"CONNECT example.com:443 ", "CONNECT " + host + " ", "OPTIONS * ", "OPTIONS /base/a ", "LINK /base/a ", "UNLINK /base/a ", "HEAD /base/a ",
	}, r.lines)
	assert.Equal(t, transaction.Stats{Passes: 7}, result.Stats)
}

func TestWarningsOfRequests(t *testing.T) {
	t.Parallel()
	text := "FORMAT: 1A\n\n# M\n\n## Thing [/a]\n\n### Length [POST]\n\n+ Request (text/plain; charset=utf-8)\n\n    + Headers\n\n            Content-Length: 99\n\n" +
		"    + Body\n\n            café\n\n+ Response 205 (text/plain)\n\n        something\n\n" +
		"### Charset [PUT]\n\n+ Request (text/plain; charset=iso-8859-1)\n\n    + Headers\n\n            Content-Encoding: zstd\n\n    + Body\n\n            3 €\n\n+ Response 204\n\n" +
		"### Fine [PATCH]\n\n+ Request (text/plain; charset=iso-8859-1)\n\n    + Headers\n\n            Content-Length: 5\n\n    + Body\n\n            café\n\n+ Response 204\n"
	server, r := remembered(t, 204)
	h := &heard{}
	cfg := harness.Config{Descriptions: []string{"machines.apib"}, FS: document(text), Endpoint: server, Reporter: h}

	_, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, []string{
		"Thing > Length: the documented Content-Length of the request is 99, and its body is 6 bytes long: that is what is sent",
		"Thing > Length: a body is documented for the response, but one with the status 205 has none: take it out, or document another status",
		`Thing > Charset: the request body is sent as it is written: the charset iso-8859-1 has no '€'; the Content-Encoding "zstd" is not known: bailiff applies gzip, deflate and br`,
	}, h.plan.Warnings)
	assert.Equal(t, []string{"POST /a café\n", "PUT /a 3 €\n", "PATCH /a caf\xE9\n"}, r.lines)
}

// Proxies that the environment names are left alone, and that is said.
func TestWarningOfProxies(t *testing.T) { // the environment is the process's, so it runs alone
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	t.Setenv("HTTP_PROXY", "http://me:secret@proxy.invalid")
	t.Setenv("no_proxy", "localhost")
	server, _ := remembered(t, 204)
	const warning = "the environment has HTTP_PROXY, no_proxy, but requests go to the server under test without a proxy, unless one is asked for"
	for name, test := range map[string]struct {
		change func(*harness.Config)
		want   []string
	}{
		"without a proxy": {func(*harness.Config) {}, []string{warning}},
		"with one":        {func(c *harness.Config) { c.HTTP.Proxy = "127.0.0.1:1" }, nil},
		"with that one":   {func(c *harness.Config) { c.HTTP.Proxy = harness.ProxyFromEnvironment }, nil},
		"dry run":         {func(c *harness.Config) { c.DryRun = true }, nil},
		"in this process": {func(c *harness.Config) { c.Endpoint, c.Handler = "", config("press").Handler }, nil},
	} {
		cfg := config("press")
		cfg.Handler, cfg.Endpoint = nil, server
		test.change(&cfg)
		s, err := harness.Open(t.Context(), cfg)
		require.NoError(t, err, name)
		assert.Equal(t, test.want, s.Plan().Warnings, name)
		require.NoError(t, s.Close())
	}
}

// quiet is a hook handler that does nothing.
type quiet struct{ *hook.Registry }

func TestWorkersWithHandlers(t *testing.T) {
	t.Parallel()
	for workers, want := range map[int][]string{
		0: nil,
		1: nil,
		3: {"3 transactions run at a time, so hooks of different transactions alternate in a hook handler: " +
			"those that carry something from one hook to the next need one at a time"},
	} {
		h, cfg := &heard{}, config("press")
		cfg.Workers, cfg.Handlers, cfg.Reporter = workers, []hook.Runner{quiet{hook.New()}}, h

		result, err := harness.Run(t.Context(), cfg)

		require.NoError(t, err)
		assert.Equal(t, want, h.plan.Warnings)
		assert.Equal(t, transaction.Stats{Passes: 2}, result.Stats)
	}
}

// Redirects and retries of the configuration reach what sends.
func TestRedirectsAndRetriesAreThoseOfTheConfiguration(t *testing.T) {
	t.Parallel()
	requests := 0
	mux := http.NewServeMux()
	mux.Handle("GET /machines/1", http.RedirectHandler("/v2/machines/1", http.StatusMovedPermanently))
	mux.HandleFunc("GET /v2/machines/1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id": 1, "name": "press", "built-at": "2024-02-29T12:00:00Z"}`)
	})
	mux.HandleFunc("DELETE /machines/1", func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests == 1 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	cfg := config("press")
	cfg.Handler, cfg.Endpoint = nil, server.URL
	cfg.HTTP.Redirects, cfg.Retries = 1, 1

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, transaction.Stats{Passes: 2}, result.Stats)

	cfg.HTTP.Redirects = 0
	result, err = harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	require.Equal(t, transaction.Stats{Passes: 1, Failures: 1}, result.Stats)
}
