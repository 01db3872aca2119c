package container

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// probeTimeout is for how long a daemon may take to say that it is there. One that is busy takes milliseconds;
// a socket that nobody serves takes for ever.
const probeTimeout = 3 * time.Second

// Probe tells whether a Docker daemon answers, within three seconds. The error names the address that was
// tried.
func Probe(ctx context.Context) error {
	d, err := connect(ctx)
	if err != nil {
		return err
	}
	d.close()
	return nil
}

// HasImage tells whether the daemon has an image, so that nothing has to be pulled.
func HasImage(ctx context.Context, image string) (bool, error) {
	d, err := connect(ctx)
	if err != nil {
		return false, err
	}
	defer d.close()
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	_, err = d.client.ImageInspect(ctx, image)
	switch {
	case err == nil:
		return true, nil
	case errdefs.IsNotFound(err):
		return false, nil
	}
	return false, fmt.Errorf("look for the image %s: %w", image, d.explain(err))
}

// daemon is a Docker daemon that answers.
type daemon struct {
	client *client.Client
	// host is where the ports that it publishes are dialed.
	host string
}

// connect finds the daemon and has it answer.
func connect(ctx context.Context) (*daemon, error) {
	at := daemonAddress()
	options := []client.Opt{client.FromEnv}
	if at != "" {
		options = append(options, client.WithHost(at))
	}
	c, err := client.New(options...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w: correct DOCKER_HOST", ErrNoDaemon, err)
	}
	d := &daemon{client: c}
	if d.host, err = dialHost(c.DaemonHost()); err != nil {
		d.close()
		return nil, fmt.Errorf("%w: %w", ErrNoDaemon, err)
	}
	ping, cancel := context.WithTimeoutCause(ctx, probeTimeout, fmt.Errorf("%s says nothing for %s", c.DaemonHost(), probeTimeout))
	defer cancel()
	if _, err := c.Ping(ping, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		d.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, d.unreachable(ping, err)
	}
	return d, nil
}

func (d *daemon) close() { _ = d.client.Close() } // it closes idle connections

// unreachable is the error of a daemon that did not answer; the client's own is about a command line that
// nobody typed.
func (d *daemon) unreachable(ping context.Context, err error) error {
	at := d.client.DaemonHost()
	switch {
	case ping.Err() != nil:
		return fmt.Errorf("%w: %w: is it stuck? restart it, or set DOCKER_HOST", ErrNoDaemon, context.Cause(ping))
	case errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied"):
		return fmt.Errorf("%w: this user may not use %s: join the group docker, or set DOCKER_HOST", ErrNoDaemon, at)
	case client.IsErrConnectionFailed(err):
		return fmt.Errorf("%w at %s", ErrNoDaemon, at)
	}
	return fmt.Errorf("%w at %s: %w", ErrNoDaemon, at, err)
}

// explain adds to an error of a call that the daemon is gone.
func (d *daemon) explain(err error) error {
	if client.IsErrConnectionFailed(err) {
		return fmt.Errorf("%w at %s any more", ErrNoDaemon, d.client.DaemonHost())
	}
	return err
}

// daemonAddress is the address of the daemon, or "" for the client's own choice. The order is that of
// testcontainers: its file of properties, DOCKER_HOST, the usual socket, the sockets of daemons without root.
func daemonAddress() string {
	properties := readProperties()
	if at := properties["tc.host"]; at != "" {
		return at
	}
	if os.Getenv("DOCKER_HOST") != "" || isSocket(strings.TrimPrefix(client.DefaultDockerHost, "unix://")) {
		return ""
	}
	if at := properties["docker.host"]; at != "" {
		return at
	}
	for _, path := range rootlessSockets() {
		if isSocket(path) {
			return "unix://" + path
		}
	}
	return ""
}

func rootlessSockets() []string {
	var paths []string
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		paths = append(paths, filepath.Join(dir, "docker.sock"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		paths = append(paths, filepath.Join(home, ".docker", "run", "docker.sock"), filepath.Join(home, ".docker", "desktop", "docker.sock"))
	}
	return append(paths, fmt.Sprintf("/run/user/%d/docker.sock", os.Getuid()))
}

func isSocket(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&os.ModeSocket != 0
}

// readProperties reads what users and tools of testcontainers say about the daemon. The library's own reader
// would remember the environment of this moment for the whole process.
func readProperties() map[string]string {
	found := map[string]string{}
	home, err := os.UserHomeDir()
	if err != nil {
		return found
	}
	f, err := os.Open(filepath.Join(home, ".testcontainers.properties"))
	if err != nil {
		return found
	}
	defer func() { _ = f.Close() }() // only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if ok && !strings.HasPrefix(strings.TrimSpace(name), "#") {
			found[strings.TrimSpace(name)] = strings.ReplaceAll(strings.TrimSpace(value), `\:`, ":")
		}
	}
	return found
}

// dialHost returns the host to dial for ports that the daemon publishes. It hangs on the daemon's address
// alone. Guesses such as "we are in a container, so the host must be the gateway" are wrong where the daemon
// runs beside us in that container, so TESTCONTAINERS_HOST_OVERRIDE is there for the rest.
func dialHost(daemon string) (string, error) {
	if host := os.Getenv("TESTCONTAINERS_HOST_OVERRIDE"); host != "" {
		return host, nil
	}
	u, err := url.Parse(daemon)
	if err != nil {
		return "", err
	}
	switch u.Scheme {
	case "unix", "npipe":
		return "127.0.0.1", nil
	case "tcp", "http", "https":
		return u.Hostname(), nil
	}
	return "", fmt.Errorf("%s: its scheme must be unix, npipe, tcp, http or https", daemon)
}

// isLoopback says that a host is this machine, by its name alone.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
