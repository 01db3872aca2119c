package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bailiff-dev/bailiff/server"
)

// A server is made once. With puts it on a database: a pool, or the transaction of one test.
func ExampleNew() {
	srv := server.New(server.Config{})
	for _, r := range srv.Routes() {
		if r.Pattern == "/v1/event-topics" {
			fmt.Println(r.Method, r.Pattern)
		}
	}
	var db server.DB // a *pgxpool.Pool or a pgx.Tx
	w := httptest.NewRecorder()
	srv.With(db).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/nothing", http.NoBody))
	fmt.Println(w.Body)
	// Output:
	// GET /v1/event-topics
	// POST /v1/event-topics
	// {"errors":[{"status":"404","source":{"pointer":""},"title":"Not Found","detail":"There is nothing at this URL"}],"jsonapi":{"version":"1.0"}}
}
