// Package local runs one Redis for all bailiff processes of a user, from the redis-server or valkey-server
// of the machine, and stops it when the last of those processes is gone, however it ended.
//
// It owns the folders, the processes and who uses them; keys are the business of package redis.
//
//	server, err := local.Open(ctx, local.Config{})
//	if err != nil { ... }
//	defer server.Close(ctx)
//	server.URL() // unix:///.../redis.sock
//
// # Folders
//
// The cache folder holds one folder, "redis":
//
//	lock         flock: held while a process joins or starts the server
//	state        the run folders of servers, that of the last first
//	watchdog.sh  the script that watches over it; it lies beside this file
//	redis.log    what the server said since its last start
//
// A run folder lives as long as one server. It belongs to its user alone (mode 0700), and holds the socket
// and the FIFO "alive". The server listens at no port, so there is none that could be taken, and nobody
// else who could connect. It writes nothing to disk.
//
// # Who keeps the server alive
//
// The kernel counts the users: each holds the write end of the FIFO open (close-on-exec, so no child
// inherits it), and the watchdog, a small shell script in a session of its own, reads it. At the end of
// file the last user is gone, by Close, by exit or by SIGKILL.
//
//	join  under lock: open the write end without blocking (no reader: ENXIO; no file: ENOENT), and
//	      then see that the FIFO is still at its path.
//	end   the watchdog moves the FIFO away, so that nobody new can join, and then reads it again, to
//	      the end of file: whoever opened it before the move is waited for. Whoever opens it after
//	      the move does not see it at its path, and starts a server of its own.
//
// A run folder whose FIFO nobody reads was left by a watchdog that was killed; the next start stops what
// still answers there, and removes it. The state names run folders until they are gone, wherever they are.
package local
