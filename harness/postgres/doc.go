// Package postgres gives each documented transaction a clean database.
//
// It owns where the server comes from (a given URL, a container, or Postgres binaries that it runs
// itself), the template database that the migrations are applied to once, and the isolation of one case from the
// next. What is in the database, and what a case does there, is not its business; nor are databases
// other than Postgres.
//
//	server, err := postgres.Open(ctx, postgres.Config{Migrator: postgres.Goose(migrations.FS)})
//	worker, err := server.Worker(ctx)  // a database of its own, cloned from the template
//	c, err := worker.Begin(ctx)        // clean, identifiers from 1
//	_, err = c.DB().Exec(ctx, "INSERT INTO ...")
//	err = c.End()                      // as if nothing had happened
//
// # Where the server comes from
//
// Config.Provider, or BAILIFF_POSTGRES, says it in a word:
//
//	url       the server that Config.URL or BAILIFF_POSTGRES_URL names; its user must be allowed to make databases
//	docker    a container that all processes share, and which ends by itself after the last one; its image is
//	          Config.Image, BAILIFF_POSTGRES_IMAGE, bailiff-postgres (made by make postgres-image) where that
//	          is there, or else postgres:17-alpine, which is fetched by the digest of the multi-platform image
//	embedded  the binaries of the npm package, below tools/native or node_modules
//	local     the binaries in BAILIFF_POSTGRES_BINARIES, or those of the machine: what pg_config and PATH
//	          tell, or where packages put them (Postgres 13 or newer)
//	auto      the first that is there of: a URL, binaries that are named, a container whose image is there,
//	          embedded, local, and a container whose image has to be fetched
//
// A provider that is named wins over a URL of the environment; what is not used is told. Each Open tells one
// line to Config.Log about what was chosen, how long it took, and what was passed over and why. A server
// that was started here was asked for the settings that make it fast; that it does not have them is told,
// and so is that a given one could be faster.
//
// # A server that is lost
//
// When the server ends in the middle of a case, the case cannot be believed: its End says so. The next Begin
// waits until a server that others run is back, starts ours again, makes the template where it went too,
// and gives a new clone. That is bounded; when it was in vain the error says why, and later cases ask again,
// though not each of them.
//
// # Isolation
//
// Config.Isolation says how one case is kept from the next:
//
//	rollback  a case is one transaction that is rolled back: the fastest, for a server in this process
//	delete    a case commits, on a pool; what was written is deleted before the next one: for code that needs
//	          more than one connection (workers in the background, LISTEN, races for a lock)
//	clone     each case has a database that is made for it, on a pool: for code that alters tables, at the
//	          price of tens of milliseconds
//	auto      rollback, or delete with Config.Database
//
// Under delete, one query finds the tables that are not as in the template; they are emptied with foreign keys
// and triggers off where the user may turn them off, rows of the migrations are put back, sequences are set
// to the template's state, materialised views are filled again, large objects go. A case that made, altered or
// dropped something has the database made anew. What a template row's table may hold to be put back is bounded:
// beyond 100,000 rows in all, a changed table has the database made anew too. A case ends also when its code
// leaves transactions open or connections busy: they have a second to come to an end, and are ended then. Pools
// have at most six connections, and fewer where the server has few to spare. The pool is the same for all cases
// of a worker, so code that goes on after its case goes on in the next one's database.
//
// Config.Database is the database of a server in another process. It is set back, as under delete, to what it
// held before the first case, before each case and at the end. Its rows are kept in memory: one with more than
// 100,000 is refused, and so is a user that may not write to all tables. Tables that appear later are emptied,
// and stay. Two runs on one database wait for each other. Other writers lose what they write meanwhile.
//
// Case.Keep, which the harness uses with Config.KeepFailed, keeps a database for a look; Databases lists, opens
// and drops those. Worker.Leaks, used with Config.DetectLeaks, tells what was written past a case; without
// the option the end of a worker looks once, and warns.
//
// Under rollback a case is one transaction; Begin inside it makes a savepoint. A statement
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
//     LISTEN, races for a lock) wants delete, or Server.Database, a real database of its own.
//   - COMMIT or ROLLBACK sent as SQL text ends the case: End reports it, and the database is made
//     anew for the next case.
package postgres
