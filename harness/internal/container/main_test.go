package container_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// envHold makes the test binary a user of a container whose cache folder it names.
const envHold = "BAILIFF_TEST_HOLD"

const image = "bailiff-redis"

func TestMain(m *testing.M) {
	if cache := os.Getenv(envHold); cache != "" {
		os.Exit(hold(cache))
	}
	goleak.VerifyTestMain(m)
}

// mustImage makes the image that the tests run. Without Docker, or a Redis to make it from, the test is skipped,
// unless CI or BAILIFF_REQUIRE_DB=1 says that all must be there.
func mustImage(t testing.TB) {
	t.Helper()
	if err := builtImage(); err != nil {
		if os.Getenv("CI") != "" || os.Getenv("BAILIFF_REQUIRE_DB") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

var builtImage = sync.OnceValue(func() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := container.Probe(ctx); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, filepath.Join("..", "..", "..", "tools", "images", "build.sh"), "redis").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
})

// config is for a container of this test alone, which ends a second after its last user.
func config(cache string) container.Config {
	return container.Config{
		Service: "redis", Image: image, Port: 6379, Cache: cache, Linger: time.Second,
		Ready: func(ctx context.Context, address string) error {
			conn, err := dial(ctx, address)
			if err != nil {
				return err
			}
			return conn.Close()
		},
	}
}

// dial connects, and gets an answer.
func dial(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if until, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(until)
	}
	var answer string
	if err == nil {
		_, err = io.WriteString(conn, "PING\r\n")
	}
	if err == nil {
		answer, err = bufio.NewReader(conn).ReadString('\n')
	}
	if err == nil && !strings.HasPrefix(answer, "+PONG") {
		err = fmt.Errorf("Redis says %q", answer)
	}
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// hold opens the container, tells its identifier, and uses it until it is killed.
func hold(cache string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := config(cache)
	var conn net.Conn
	c.Ready = func(ctx context.Context, address string) (err error) {
		conn, err = dial(ctx, address)
		return err
	}
	opened, err := container.Open(ctx, c)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer func() { _ = conn.Close() }()
	fmt.Println(opened.ID(), opened.Started())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// user is another process that uses a container.
type user struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func newUser(t testing.TB, cache string) *user {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envHold+"="+cache)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	u := &user{cmd: cmd, out: bufio.NewReader(stdout)}
	t.Cleanup(func() {
		_ = stdin.Close()
		u.kill()
	})
	return u
}

// opened returns what the process has opened.
func (u *user) opened(t testing.TB) (id string, started bool) {
	t.Helper()
	line, err := u.out.ReadString('\n')
	require.NoError(t, err, line)
	_, err = fmt.Sscan(line, &id, &started)
	require.NoError(t, err, line)
	return id, started
}

func (u *user) kill() {
	_ = u.cmd.Process.Kill()
	_ = u.cmd.Wait()
}

// docker runs a command of Docker.
func docker(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

// mustOpen opens a container that is removed with the test.
func mustOpen(t testing.TB, c container.Config) *container.Container {
	t.Helper()
	opened, err := container.Open(t.Context(), c)
	require.NoError(t, err)
	removeAtEnd(t, opened.Name())
	return opened
}

func removeAtEnd(t testing.TB, name string) {
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "--force", "--volumes", name).Run() })
}

// exists tells whether a container is there in any state.
func exists(t testing.TB, id string) bool {
	return docker(t, "ps", "--all", "--quiet", "--no-trunc", "--filter", "id="+id) != ""
}

func mustGo(t testing.TB, id string, within time.Duration) {
	t.Helper()
	require.Eventually(t, func() bool { return !exists(t, id) }, within, 100*time.Millisecond, "the container is still there")
}
