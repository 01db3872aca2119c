package laboratory

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/password"
)

// Passwords that are hashed fill memory, so that not everybody can have one hashed at the same time.
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	lab, err := New(Config{Password: password.Cheapest(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	for range maxHashing {
		lab.hashing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // so that nobody waits
	body := "inputName=Ada&inputEmail=ada%40example.org&inputPassword=a+long+password"
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/signUp", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	lab.With(nil).ServeHTTP(w, r)
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Equal(t, "5", w.Header().Get("Retry-After"))
	assert.Contains(t, log.String(), "too many people")
	<-lab.hashing
	require.NoError(t, (&handler{Laboratory: lab}).costly(t.Context(), func() error { return nil }))
	assert.Len(t, lab.hashing, maxHashing-1)
}

// A user whose instrument is at work waits, until time runs out.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	lab, err := New(Config{Password: password.Cheapest()})
	require.NoError(t, err)
	s := lab.newBench().instruments.get(1, time.Time{})
	s.turn <- struct{}{}
	_, err = s.evaluate(t.Context(), "get_voltage('CH1')", time.Millisecond)
	require.EqualError(t, err, "the function string was not done after 1ms: is another one running?")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.evaluate(gone, "get_voltage('CH1')", time.Hour)
	require.ErrorIs(t, err, context.Canceled)
	<-s.turn
	_, err = s.evaluate(t.Context(), "get_voltage('CH1')", time.Hour)
	require.NoError(t, err)
	assert.Empty(t, s.turn)
}

// A shelf never holds more than it may, whatever the clock says; what was not used for long goes first.
func TestShelf(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]time.Time{"now": time.Now(), "zero": {}, "far": time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := 0
			s := shelf[string, int]{make: func() int { made++; return made }}
			at := begin
			for i := range maxKept + 10 {
				at = at.Add(time.Millisecond)
				assert.Equal(t, i+1, s.get(fmt.Sprint(i), at))
				s.get("0", at)
			}
			assert.Len(t, s.kept, maxKept)
			assert.Equal(t, 1, s.get("0", at), "it is in use")
			assert.Equal(t, maxKept+11, s.get("1", at), "it was the one that was not used for the longest")
			s.get("later", at.Add(idle+time.Second))
			assert.Len(t, s.kept, 1)
		})
	}
}
