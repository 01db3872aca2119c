package description_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// TestURL is not parallel: it looks for goroutines that are left over.
func TestURL(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/api.apib", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "FORMAT: 1A\n# A\n") })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/api.apib", http.StatusFound) })
	mux.HandleFunc("/empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/include", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "FORMAT: 1A\n<!-- include(x) -->\n")
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	defer close(release)
	load := func(path string, o description.Options) ([]*description.Document, error) {
		o.Patterns = []string{srv.URL + path}
		return description.Load(t.Context(), o)
	}
	for _, path := range []string{"/api.apib", "/moved"} {
		docs, err := load(path, description.Options{})
		require.NoError(t, err)
		assert.Equal(t, srv.URL+path, docs[0].Filename)
		assert.Equal(t, srv.URL+path+":2:1", docs[0].At(11).String())
	}
	hasty := &http.Client{Timeout: 20 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
	tests := []struct {
		name, path, want string
		options          description.Options
	}{
		{"not found", "/no", srv.URL + "/no: the server answered with status 404, with a body of type text/plain; charset=utf-8; check the URL", description.Options{}},
		{"empty", "/empty", "status 200, but without a body", description.Options{}},
		{"too large", "/api.apib", "larger than 3 bytes", description.Options{Limits: description.Limits{Size: 3}}},
		{"an include", "/include", ":2:1: include \"x\": files cannot be included into a description that is not a file", description.Options{}},
		{"no answer in time", "/slow", "cannot be fetched", description.Options{Client: hasty}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(tt.path, tt.options)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestWhoFetches(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "FORMAT: 1A\n# "+r.UserAgent()+"\n")
	}))
	t.Cleanup(srv.Close)

	docs, err := description.Load(t.Context(), description.Options{Patterns: []string{srv.URL}, UserAgent: "bailiff/1.2"})

	require.NoError(t, err)
	assert.Equal(t, "FORMAT: 1A\n# bailiff/1.2\n", string(docs[0].Text))
}
