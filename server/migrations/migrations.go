// Package migrations holds the schema of the reference server's database: goose SQL files, applied
// in the order of their numbers, each with the way back, and after them the tables of the queue of jobs,
// which River makes itself.
//
//	db, err := migrations.Open(ctx, migrations.Config{URL: url})
//	steps, err := db.Up(ctx)
//	problems, err := migrations.Check(ctx, pool, tables)
//
// A migration that was released is never changed; a new one follows it. Each runs in a transaction: one
// that fails leaves the database as the one before it has made it. The package holds no rows: tests count
// identifiers from 1.
package migrations

import "embed"

// FS holds the migrations at its root, as goose wants them.
//
//go:embed *.sql
var FS embed.FS
