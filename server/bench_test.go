package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkRequests is the cost of a request in the transaction of a test, with its savepoint, its
// token and its statements.
func BenchmarkRequests(b *testing.B) {
	f := setup(b)
	token := f.admin()
	music := f.topic("Music")
	for i := range 20 {
		f.event(fmt.Sprintf("Concert %d", i), music)
	}
	for _, path := range []string{
		"/v1/event-topics/1",
		"/v1/events",
		"/v1/events?include=event-topic,owner",
		"/v1/event-topics/1/events?sort=-event-topic.name,name&fields[event]=name",
	} {
		for _, caller := range []struct{ name, header string }{{"anonymous", ""}, {"super admin", "JWT " + token}} {
			b.Run(path+"/"+caller.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
					r.Header.Set("Authorization", caller.header)
					w := httptest.NewRecorder()
					f.handler.ServeHTTP(w, r)
					require.Equal(b, http.StatusOK, w.Code)
				}
			})
		}
	}
	b.Run("three statements by hand", func(b *testing.B) {
		for b.Loop() {
			for range 3 {
				rows, err := f.db.Query(context.Background(), "SELECT id, name, slug FROM event_topics WHERE id = $1", 1)
				require.NoError(b, err)
				for rows.Next() {
					_, err := rows.Values()
					require.NoError(b, err)
				}
				rows.Close()
			}
		}
	})
}
