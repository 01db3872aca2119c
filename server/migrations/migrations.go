// Package migrations holds the schema of the reference server's database: goose SQL files, applied
// in the order of their numbers, each with the way back.
//
//	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS)
//
// A migration that was released is never changed; a new one follows it. The package applies nothing
// itself, and it holds no rows: tests count identifiers from 1.
package migrations

import "embed"

// FS holds the migrations at its root, as goose wants them.
//
//go:embed *.sql
var FS embed.FS
