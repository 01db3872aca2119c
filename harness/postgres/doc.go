// Package postgres gives each documented transaction a clean database.
//
// It owns where the server comes from (a given URL, or Postgres binaries that it runs itself), the
// template database that the migrations are applied to once, and the isolation of one case from the
// next. What is in the database, and what a case does there, is not its business; nor are databases
// other than Postgres.
//
//	server, err := postgres.Open(ctx, postgres.Config{Migrator: postgres.Goose(migrations.FS)})
//	worker, err := server.Worker(ctx)  // a database of its own, cloned from the template
//	c, err := worker.Begin(ctx)        // clean, identifiers from 1
//	_, err = c.DB().Exec(ctx, "INSERT INTO ...")
//	err = c.End()                      // as if nothing had happened
//
// # Isolation
//
// A case is one transaction that is rolled back; Begin inside it makes a savepoint. A statement
// outside any Begin behaves as on a pool: when it fails, what went before it stays, and what comes
// after it works. Many goroutines may use the database of a case; they take turns on its one
// connection. Sequences are set back to the template's state when a case begins, since a rollback
// does not do that.
//
// What a transaction cannot show, and what to do about it:
//
//   - now() is the same for all statements of a case; clock_timestamp() is not.
//   - Deferred constraints are checked by COMMIT, and none comes. So they are checked when the
//     outermost transaction inside a case commits, and by Case.Check.
//   - Transactions that overlap (the second begins before the first ends, and outlives it) cannot
//     be savepoints of each other; they are refused with ErrOverlap.
//   - Other connections see nothing of a case. Code that needs that (workers in the background,
//     LISTEN, races for a lock) wants Server.Database, a real database of its own.
//   - COMMIT or ROLLBACK sent as SQL text ends the case: End reports it, and the database is made
//     anew for the next case.
package postgres
