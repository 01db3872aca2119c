// Package redis gives a run a Redis, wherever one comes from, and names of keys that nobody else has.
//
// It owns where the server comes from and the prefixes of keys. What the keys hold is the business of
// whoever gets them; the harness itself needs no Redis.
//
//	server, err := redis.Open(ctx, redis.Config{})
//	if err != nil { ... }
//	defer server.Close()
//	api := server.New(server.Config{Redis: server.Client()})
//	handler := api.With(db, server.KeyPrefix(server.Prefix())) // finds an empty Redis, each time
//
// # Where it comes from
//
//   - url: a server that is there already, with TLS (rediss://), user, password and number of a database.
//   - local: the redis-server or valkey-server of this machine. One serves all processes of a user, and
//     ends when the last of them is gone, however it ended; see internal/local.
//   - docker: a container that all processes share, and that ends itself in the same way.
//   - miniredis: a server inside this process, which needs nothing.
//
// Unless one is named, a URL is taken, or else the server of this machine, or else miniredis. A container
// is made only when it is asked for: it takes seconds where the others take milliseconds, and nobody has
// to do without a Redis, since miniredis needs nothing.
//
// # Keys
//
// All keys of a process begin with "bailiff:" and a random word, which is also the name of its connections
// (CLIENT SETNAME). Close removes them; those of a process that was killed are removed by the next Open.
// Other keys of a server that was given are neither read nor changed.
package redis
