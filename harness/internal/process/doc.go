// Package process runs a program beside ours, such as a hook handler or a server under test: it shows
// what the program writes line by line, says how it ended, and leaves nothing of it behind.
//
//	p, err := process.Start(ctx, process.Config{Command: "npm start", Stdout: show, Stderr: show})
//	defer p.Stop(ctx, process.Grace{})
//	select {
//	case <-p.Done():
//		return fmt.Errorf("%s %s", p, p.Exit())
//	case <-ready:
//	}
//
// The program leads a process group of its own (a job, on Windows), and signals go to the whole group:
// that is what ends a server behind npm, go run or a shell. When this process dies in whatever way, a
// kill -9 included, the group is killed. On Linux the kernel sees to that for the program itself; for
// the rest of the group, and on other Unix systems, a shell waits at a pipe that breaks when we are
// gone; on Windows it is the job that is closed. What has left the group, as daemons do on purpose,
// stays, unless Config.Strays says otherwise.
//
// The package knows nothing of what the program is for, and waits for no port or line of output.
package process
