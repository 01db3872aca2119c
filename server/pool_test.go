package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBodiesOfManyRequests serves many requests at once from a pool of connections: each gets the whole of its own answer,
// and a request that is refused leaves nothing.
func TestBodiesOfManyRequests(t *testing.T) {
	t.Parallel()
	f := setup(t) // opens databases
	pool, drop, err := databases.server.Database(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	for i := range 40 {
		_, err := pool.Exec(t.Context(), "INSERT INTO event_topics (name, slug) VALUES ($1, $2)", strings.Repeat(fmt.Sprint(i%10), 50*i), fmt.Sprint(i))
		require.NoError(t, err)
	}
	handler := f.server.With(pool)
	do := func(method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	want := map[string]string{}
	for i := range 40 {
		path := fmt.Sprintf("/v1/event-topics?page[size]=1&page[number]=%d", i+1)
		want[path] = do(http.MethodGet, path, "").Body.String()
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for path, body := range want {
				a := do(http.MethodGet, path, "")
				assert.Equal(t, http.StatusOK, a.Code)
				assert.Equal(t, body, a.Body.String())
				assert.Equal(t, fmt.Sprint(len(body)), a.Header().Get("Content-Length"))
			}
		})
	}
	all.Wait()
	const user = `{"data": {"type": "user", "attributes": {"email": "a@example.com", "password": "long enough", "is-admin": %t}}}`
	assert.Equal(t, http.StatusForbidden, do(http.MethodPost, "/v1/users", fmt.Sprintf(user, true)).Code)
	assert.Equal(t, http.StatusCreated, do(http.MethodPost, "/v1/users", fmt.Sprintf(user, false)).Code, "nothing was left")
	assert.Equal(t, http.StatusConflict, do(http.MethodPost, "/v1/users", fmt.Sprintf(user, false)).Code)
}
