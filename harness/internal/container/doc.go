// Package container runs one service, such as Postgres or Redis, in a Docker container that all bailiff
// processes of a user share and that ends by itself when the last of them is gone, however it ended.
//
//	secret, err := container.Secret(cache, "redis")
//	c, err := container.Open(ctx, container.Config{
//		Service: "redis", Image: "redis:8-alpine", Port: 6379, Cache: cache,
//		Ready: func(ctx context.Context, address string) error { return ping(ctx, address, secret) },
//	})
//	conn := dial(c.Address()) // keep it for as long as the service is used: it is what keeps it alive
//
// It owns the daemon's address, images, the container's life, and who may start it when. What is asked of the
// service, and what is in it, is the business of its callers. It keeps no connection to the service.
//
// # Who keeps a container alive
//
// The first process of the container is the script watch.sh; the image's own entrypoint is its child. Each
// second it looks into the tables of connections of the kernel. When nobody is connected to the service's port
// for Config.Linger, and nobody came and went either, or nobody came at all for a minute, it ends, and the kernel ends all other processes of
// the container with it. The container is made to be removed by the daemon at that moment, with its volumes;
// its data is in memory. So nothing is needed on the client's side, neither a process nor a goodbye: a client
// that is killed loses its connections, also those to a daemon on another machine.
//
// Before it ends, the script stops the service by SIGSTOP and looks once more. So a client that was answered
// and is still connected is never cut off, and one that comes too late gets no answer at all, which tells Open
// to begin anew.
//
// A file KeepFile in the container says that somebody wants to look into it: then it stays for a day after its
// last user left.
//
// # One for all
//
// The name of a container holds a hash of all that matters: the image's identifier, the command, the
// environment, and a key that lies in the cache folder. The start is done under an flock in that folder. So
// processes with the same cache folder share a container, a new image gets a new one while the old one is
// still in use, and a secret that is derived from the key is known to those processes and nobody else.
//
// A container that was made and never started, because its maker was killed in between, is no process and holds
// no port, so that nothing ends it; the next Open of the same name removes it at once, and any other Open that
// starts a container once it is older than five minutes.
//
// # Testcontainers
//
// Containers are handled through testcontainers-go, on a client of our own. Its way to make a container is not
// used: that starts a second container (Ryuk) from an image of its own unless the environment of the whole
// process says otherwise, and Ryuk would end our container with the process that made it. Its ways to look for
// the daemon remember a failure for ever, print, and wait without a bound. So making the container and
// looking for the daemon are done here, and nothing is read from, or changed in, the environment of
// testcontainers: programs that use it themselves, with Ryuk, may use this package too.
//
// Importing it has a price: when a program starts, testcontainers reads about all processes of the machine, which
// takes some 5 ms where a hundred run.
package container
