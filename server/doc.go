// Package server is the reference API that bailiff is shown and tested with: an event management API
// after FOSSASIA's Open Event Server, JSON:API on Postgres, as an http.Handler.
//
//	srv := server.New(server.Config{})
//	http.ListenAndServe("localhost:5000", srv.With(pool)) // pool is a *pgxpool.Pool
//	srv.With(tx)                                          // or the database of one test
//
// A resource is a declaration in a file of its own (event_topics.go is a short one), which the engine
// in internal/engine serves; login is in auth.go and the files auth_*.go, and tokens are in token.go and
// token_users.go. The schema of the database is that of server/migrations, and somebody else has applied
// it.
//
// What takes long, such as the export of an event (exports.go), is a task (tasks.go) that a job of a queue
// in Postgres does: in the request itself, or with JobsQueued in a Worker, of which any number may run:
//
//	err := server.NewWorker(pool, server.WorkerConfig{}).Run(ctx)
//
// The package belongs to the reference kit and is outside semantic versioning. It knows nothing of
// the harness: the two share HTTP and nothing else.
package server
