// Package embedded runs one Postgres for all bailiff processes of a user, from binaries that need no
// installation or from those of the machine, and stops it when the last of those processes is gone, however it ended.
//
// It owns the binaries, the data folder, the processes and who may use them. Databases inside the
// server are the business of package postgres.
//
//	server, err := embedded.Open(ctx, embedded.Config{})
//	if err != nil { ... }
//	defer server.Close(ctx)
//	pgx.Connect(ctx, server.URL())
//
// # Folders
//
// The cache folder holds one folder (its "home") for each build of Postgres:
//
//	lock          flock: exclusive while a process joins or starts the server
//	users         flock: shared by each process that uses the server
//	state         where the running server is: its run folder and its folder in memory
//	ended         the run folder of that server, once its watchdog has seen its end
//	watchdog.sh   the script that watches over it; it lies beside this file
//	postgres.log  what the server said since its last start
//	data/         the cluster; belongs to the account that Postgres runs under
//	run/          run folders, as below; belongs to that account too
//	native/       a copy of the binaries, only where that account cannot use the originals
//
// A run folder lives as long as one server. It holds the socket, the FIFO "alive" and the answers
// to those who join, and belongs to the server's account alone (mode 0700): nobody else can reach
// the socket, so connections need no password. It is in the home, or, as the path of a socket must
// be shorter than 104 bytes, in a folder for temporary files.
//
// Where there is a file system in memory with room enough, each server has a folder there too, for the
// tablespace of databases that do not outlive their process (MemoryTablespace). The state names both
// folders before they are made, so the next start finds them whatever happened, and removes them.
//
// Homes of builds that were not started for a month are removed.
//
// # Who keeps the server alive
//
// The kernel counts the users: each holds the write end of the FIFO open (close-on-exec, so no
// child inherits it), and the watchdog, a small shell script in a session of its own, reads it. At
// the end of file the last user is gone, by Close, by exit or by SIGKILL. The watchdog is also the
// parent of Postgres, so it learns of its end at once and never signals a recycled pid.
//
//	start  under lock, with users held exclusively to be sure that nobody is left:
//	       make the FIFO; open its read end without blocking, then its write end; hand the read
//	       end to the watchdog as descriptor 3. So it has a writer from its first moment, and the
//	       end of file comes also when the starter dies half way.
//	join   under lock: open the write end without blocking (no reader: ENXIO; no file: ENOENT),
//	       write a token and wait for ack.TOKEN. A token that is acknowledged was read while the
//	       watchdog did not yet see the end of file, and from then on it cannot.
//	end    the watchdog removes the FIFO, so that nobody new can open it, and refuses whoever
//	       opened it in between with nak.TOKEN until they have let go. Then it stops Postgres, by
//	       SIGINT, after a while by SIGQUIT and at last by SIGKILL, and removes the folder in memory
//	       and the run folder: that the run folder is gone tells that all is over.
//
// A watchdog that was killed leaves a server without one: nobody can join it (ENXIO), and the next
// start stops it first. A server that ends under its users, by kill -9 say, ends its watchdog too, which
// notes that in "ended": then the first user that notices may start another one, although the others
// still hold "users" for the old.
package embedded
