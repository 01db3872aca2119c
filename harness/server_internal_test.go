//go:build linux

package harness

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// envServerRole makes TestServerProgram the server that the other tests start.
const envServerRole = "BAILIFF_TEST_SERVER"

// asServer is the command line of this binary as a server.
func asServer(role string, args ...string) string {
	return "env " + envServerRole + "=" + role + " '" + os.Args[0] + "' -test.run='^TestServerProgram$' -- " + strings.Join(args, " ")
}

// TestServerProgram is no test, but what they start.
func TestServerProgram(*testing.T) { //nolint:paralleltest // it is a program
	role := os.Getenv(envServerRole)
	if role == "" {
		return
	}
	args := os.Args[len(os.Args)-1-strings.Count(role, "+"):]
	switch role {
	case "listen":
		listenAt(args[0], 0)
	case "late+":
		d, _ := time.ParseDuration(args[1])
		listenAt(args[0], d)
	case "hang-up+": // as what publishes the ports of a container
		d, _ := time.ParseDuration(args[1])
		hangUp(args[0], d)
	case "die":
		for i := range 60 {
			fmt.Printf("line %d\n", i)
		}
		fmt.Fprintln(os.Stderr, "\x1b[31mno module\x1b[0m \x07 \xff password=hunter2")
		os.Exit(3)
	case "launch": // a server that goes into the background
		child := exec.Command(os.Args[0], os.Args[1:]...) //nolint:gosec // it is us
		child.Env = append(os.Environ(), envServerRole+"=listen")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		syscall.Exit(0) // package testing makes a panic of os.Exit
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
		child := exec.Command("sh", "-c", "trap '' TERM; echo $$ >&2; sleep 1000 & sleep 1000")
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		listenAt(args[0], 0)
	case "crash": // with the first request
		s := http.Server{ReadHeaderTimeout: time.Minute, Addr: args[0], Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			fmt.Println("out of memory")
			os.Exit(9)
		})}
		panic(s.ListenAndServe())
	case "flood":
		b := bytes.Repeat([]byte{0xff, 0, 'x'}, 1<<20)
		for range 30 {
			_, _ = os.Stdout.Write(b)
		}
		fmt.Println("\nlast")
		_, _ = os.Stdout.Close(), os.Stderr.Close()
		listenAt(args[0], 0)
	}
	syscall.Exit(0)
}

func listenAt(address string, after time.Duration) {
	time.Sleep(after)
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("listening")
	panic(http.Serve(l, http.NotFoundHandler())) //nolint:gosec // the tests end it
}

func hangUp(address string, busy time.Duration) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	for begun := time.Now(); ; {
		c, err := l.Accept()
		if err != nil {
			panic(err)
		}
		if time.Since(begun) < busy {
			_ = c.Close()
		} else {
			fmt.Println("listening")
		}
	}
}

// free is a URL that nothing listens at.
func free(t *testing.T, host string) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skip("there is no " + host)
	}
	require.NoError(t, l.Close())
	return &url.URL{Scheme: "http", Host: l.Addr().String()}
}

// prints collects what a server prints.
type prints struct {
	mu    sync.Mutex
	lines []string
}

func (p *prints) add(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, line)
}

func (p *prints) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines...)
}

// requireNobody makes sure that no process of a server is left, by its URL, and nothing listens there.
func requireNobody(t *testing.T, base *url.URL) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, f := range lines {
		b, _ := os.ReadFile(f)
		require.NotContains(t, string(b), base.Host+"\x00", f)
	}
	_, err = net.Dial("tcp", base.Host)
	require.Error(t, err)
}

func TestServerIsAwaited(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, host string
		command    func(address string) string
		left       bool
	}{
		{"at once", "127.0.0.1", func(a string) string { return asServer("listen", a) }, false},
		{"IPv6", "::1", func(a string) string { return asServer("listen", "'"+a+"'") }, false},
		{"after a while", "127.0.0.1", func(a string) string { return asServer("late+", a, "300ms") }, false},
		{"once it does not hang up", "127.0.0.1", func(a string) string { return asServer("hang-up+", a, "300ms") }, false},
		{"behind a shell", "127.0.0.1", func(a string) string { return "sh -c " + strconv.Quote(asServer("listen", a)+"; true") }, false},
		{"in the background", "127.0.0.1", func(a string) string { return asServer("launch", a) }, true},
		{"a flood", "127.0.0.1", func(a string) string { return asServer("flood", a) }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			base := free(t, tc.host)

			s, err := startServer(t.Context(), &Server{Command: tc.command(base.Host), Wait: time.Minute}, base)
			require.NoError(t, err)

			conn, err := net.Dial("tcp", base.Host)
			require.NoError(t, err)
			require.NoError(t, conn.Close())
			require.Empty(t, s.notes())
			require.NoError(t, s.died())
			require.NoError(t, s.stop())
			require.NoError(t, s.stop(), "again")
			require.NoError(t, s.died())
			requireNobody(t, base)
		})
	}
}

func TestServerIsAwaitedWithTLS(t *testing.T) {
	t.Parallel()
	base := free(t, "127.0.0.1")
	base.Scheme = "https"
	s, err := startServer(t.Context(), &Server{Command: asServer("listen", base.Host), Wait: time.Minute}, base)
	require.NoError(t, err)
	require.NoError(t, s.stop())
	require.Equal(t, "example.org:443", dialAddress(&url.URL{Scheme: "https", Host: "example.org"}))
	require.Equal(t, "[::1]:80", dialAddress(&url.URL{Scheme: "http", Host: "[::1]"}))
}

func TestServerThatDoesNotStart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, command string
		wait          time.Duration
		want          []string
		wantNot       string
	}{
		{
			"no command", "no-such-server --port 1", time.Hour,
			[]string{`start the server under test: command not found: no-such-server: install it, or mend --server, which is "no-such-server --port 1"`},
			"",
		},
		{"nothing", " ", time.Hour, []string{"start the server under test: the command line is empty"}, ""},
		{"an open quote", "node 'x", time.Hour, []string{"has a quote at character 6 that is not closed"}, ""},
		{
			"dies", asServer("die"), time.Hour,
			[]string{"exited with status: 3 before it listened on ", "it printed last:\n  ", "\n  no module \\a \\xff password=", "\n  line 59", "\n  line 11\n"},
			"hunter2",
		},
		{"is killed", "sh -c 'kill -9 $$'", time.Hour, []string{"(sh -c 'kill -9 $$') was killed by SIGKILL before it listened on", ", and printed nothing"}, ""},
		{
			"never listens", "sh -c 'echo hello; sleep 1000 & sleep 1000'", 300 * time.Millisecond,
			[]string{"does not listen on 127.0.0.1:", " after 300ms: give it more time with --server-wait SECONDS", "it printed last:\n  hello"},
			"",
		},
		{"starts nothing", "true", 300 * time.Millisecond, []string{"(true) exited with status: 0, and nothing listens on", "--server-wait"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			base := free(t, "127.0.0.1")
			begun := time.Now()

			s, err := startServer(t.Context(), &Server{Command: tc.command, Wait: tc.wait}, base)

			require.Nil(t, s)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want)
			}
			if tc.wantNot != "" {
				require.NotContains(t, err.Error(), tc.wantNot)
			}
			require.NotContains(t, err.Error(), "\x1b")
			require.Less(t, time.Since(begun), 20*time.Second)
		})
	}
}

func TestServerThatIsNotAwaited(t *testing.T) {
	t.Parallel()
	base := free(t, "127.0.0.1")
	s, err := startServer(t.Context(), &Server{Command: "sleep 1000", Wait: -1}, base)
	require.NoError(t, err)
	require.NoError(t, s.stop())
}

func TestPortThatIsTaken(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	base, err := url.Parse(other.URL)
	require.NoError(t, err)
	begun := time.Now()

	s, err := startServer(t.Context(), &Server{Command: "sleep 1000", Wait: 200 * time.Millisecond}, base)

	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(begun), 200*time.Millisecond)
	require.NoError(t, s.stop())
	require.Equal(t, []string{"something listened on " + base.Host + " before the server under test was started (sleep 1000): " +
		"it may be what is tested; stop it, or run without --server"}, s.notes())

	_, err = startServer(t.Context(), &Server{Command: asServer("listen", base.Host), Wait: time.Hour}, base)

	require.ErrorContains(t, err, "exited with status: 1; something else listens on "+base.Host)
	require.ErrorContains(t, err, "address already in use")
}

func TestServerThatDiesDuringTheRun(t *testing.T) {
	t.Parallel()
	base := free(t, "127.0.0.1")
	s, err := startServer(t.Context(), &Server{Command: asServer("crash", base.Host), Wait: time.Minute}, base)
	require.NoError(t, err)
	require.NoError(t, s.died())

	_, err = (&http.Client{}).Get(base.String()) //nolint:noctx,bodyclose // it fails
	require.Error(t, err)

	require.Eventually(t, func() bool { return s.died() != nil }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.stop())
	require.ErrorContains(t, s.died(), "exited with status: 9 while it was tested; it printed last:\n  out of memory")
}

func TestServerIsStoppedWithItsChildren(t *testing.T) {
	t.Parallel()
	base, said := free(t, "127.0.0.1"), &prints{}
	s, err := startServer(t.Context(), &Server{Command: asServer("deaf", base.Host), Wait: time.Minute, Output: said.add}, base)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(said.all()) == 2 }, 10*time.Second, time.Millisecond)
	begun := time.Now()

	require.NoError(t, s.stop())

	require.GreaterOrEqual(t, time.Since(begun), serverGrace)
	require.Less(t, time.Since(begun), 10*time.Second)
	requireNobody(t, base)
	for _, line := range said.all() {
		if _, err := strconv.Atoi(line); err == nil {
			line, _ := os.ReadFile("/proc/" + line + "/cmdline") // the dead that nobody reaps have none
			require.Empty(t, line)
		}
	}
	require.NoError(t, s.died())
}

func TestWaitForServerIsInterrupted(t *testing.T) {
	t.Parallel()
	base := free(t, "127.0.0.1")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)

	_, err := startServer(ctx, &Server{Command: "sleep 1000", Wait: time.Hour}, base)

	require.ErrorIs(t, err, context.Canceled)
}

func TestServerOutputIsBounded(t *testing.T) {
	t.Parallel()
	n := 0
	o := &serverOutput{show: func(string) { n++ }}
	for i := range 1000 {
		o.stdout(strconv.Itoa(i) + strings.Repeat("é", 5000))
	}
	require.Equal(t, 1000, n)
	last := o.last()
	require.Len(t, last, serverLines)
	require.Equal(t, "950é", last[0][:5])
	require.Equal(t, "999é", last[49][:5])
	require.LessOrEqual(t, len(last[0]), serverWidth+3)

	for i := range 1000 {
		o.stderr(strconv.Itoa(i))
		if i < 30 {
			o.stdout("more")
		}
	}
	last = o.last()
	require.Len(t, last, serverLines)
	require.Equal(t, "999", last[49])
	require.Equal(t, "975", last[25])
	require.Equal(t, "more", last[24])
}
