package drift_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/drift"
)

const document = `{"data":[{"type":"speaker","id":"1","attributes":{"name":"Ada","email":"ada@example.org"},` +
	`"links":{"self":"/v1/speakers/1"}}],"meta":{"count":1}}`

func kind(k string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", k)
		w.Header().Set("ETag", `W/"made-from-the-body"`)
		w.Header().Set("Content-Length", strconv.Itoa(len(document)))
		fmt.Fprint(w, document)
	})
}

func ask(h http.Handler, method, path string) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Result()
}

// whole is the response as one text.
func whole(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return fmt.Sprint(r.StatusCode, r.Header, string(b))
}

func TestWrapIsSeeded(t *testing.T) {
	t.Parallel()
	plain := kind("application/vnd.api+json")
	original := whole(t, ask(plain, "GET", "/"))
	hit, texts := map[uint64]int{}, map[string]bool{}
	for seed := range uint64(20) {
		h := drift.Wrap(plain, seed)
		for i := range 40 {
			path := fmt.Sprintf("/v1/things-%d/1", i)
			first := whole(t, ask(h, "GET", path))
			assert.Equal(t, first, whole(t, ask(h, "GET", path)), "the same request, another answer")
			assert.Equal(t, first, whole(t, ask(h, "GET", strings.TrimSuffix(path, "1")+"b8324ae2")),
				"the same route, another answer")
			if first != original {
				hit[seed]++
				texts[first] = true
			}
		}
		assert.Positive(t, hit[seed], "seed %d breaks nothing", seed)
		assert.Less(t, hit[seed], 25, "seed %d breaks too much", seed)
	}
	assert.Greater(t, len(texts), 8, "kinds of drift")
}

func TestHeadersFitTheBody(t *testing.T) {
	t.Parallel()
	for i := range 40 {
		r := ask(drift.Wrap(kind("application/vnd.api+json"), 1), "GET", fmt.Sprintf("/v1/things-%d", i))
		b, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		assert.Equal(t, strconv.Itoa(len(b)), r.Header.Get("Content-Length"))
		if string(b) != document {
			assert.Regexp(t, `^W/"[0-9a-f]{40}"$`, r.Header.Get("ETag"))
		}
	}
}

func TestLeftAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kind, path string }{
		{"authentication", "application/json", "/v1/auth/login"},
		{"no JSON", "text/html", "/v1/speakers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := whole(t, ask(kind(tt.kind), "POST", tt.path))
			for seed := range uint64(50) {
				assert.Equal(t, want, whole(t, ask(drift.Wrap(kind(tt.kind), seed), "POST", tt.path)))
			}
		})
	}
	t.Run("broken JSON", func(t *testing.T) {
		t.Parallel()
		broken := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, `{"data":`)
		})
		for seed := range uint64(20) {
			assert.Contains(t, whole(t, ask(drift.Wrap(broken, seed), "GET", "/")), `{"data":`)
			assert.Equal(t, http.StatusTeapot, ask(drift.Wrap(broken, seed), "GET", "/").StatusCode)
		}
	})
}
