package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHooksServeDredd starts a server and hooks for it as people do, speaks as Dredd, and then takes
// the database away.
func TestHooksServeDredd(t *testing.T) {
	t.Parallel()
	server := start(t, "serve", "--address", "127.0.0.1:0")
	said := server.untilReady(t, "Ctrl-C")
	_, serverPort, err := net.SplitHostPort(regexp.MustCompile(`http://(\S+)`).FindStringSubmatch(said)[1])
	require.NoError(t, err)
	database := regexp.MustCompile(`database is (\S+)`).FindStringSubmatch(said)[1]
	port := freePort(t)
	hooks := start(t, "hooks", "--port", port, "--database", database)
	hooks.untilReady(t, "Starting\n")
	assert.Equal(t, 200, statusOf(t, "http://127.0.0.1:"+serverPort+"/readyz"), "the server knows its migrations still")

	t.Run("port in use", func(t *testing.T) {
		out := refused(t, "hooks", "--port", port, "--database", database)
		assert.Contains(t, out, "error: another program listens at 127.0.0.1:"+port)
		assert.Contains(t, out, "--hooks-worker-handler-port")
	})
	t.Run("another database", func(t *testing.T) {
		other := regexp.MustCompile(`/[^/?]+\?`).ReplaceAllString(database, "/postgres?")
		out := refused(t, "hooks", "--port", freePort(t), "--database", other)
		assert.Contains(t, out, "error: the database postgres is not that of a reference server, and is not emptied: it has no table users, events")
	})

	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	answers := bufio.NewScanner(conn)
	send := func(event string) map[string]any {
		name := "Event Topics > Event Topic Details > Event Topic Details"
		_, err := fmt.Fprintf(conn, `{"event":%q,"uuid":"1","data":{"name":%q,"id":"x","protocol":"http:","host":"127.0.0.1","port":%q,`+
			`"request":{"method":"GET","headers":{}},"skip":false}}`+"\n", event, name, serverPort)
		require.NoError(t, err)
		require.True(t, answers.Scan())
		var m struct{ Data map[string]any }
		require.NoError(t, json.Unmarshal(answers.Bytes(), &m))
		return m.Data
	}
	first := send("beforeEach")
	assert.NotContains(t, first, "fail")
	assert.Contains(t, first["request"].(map[string]any)["headers"], "Authorization")
	assert.NotContains(t, send("beforeEach"), "fail", "the database is emptied, so the same rows fit again")

	_, code, _ := server.interrupt(t)
	require.Zero(t, code, server.stderr.String())
	assert.Contains(t, send("beforeEach")["fail"], "prepare the database: ")
	assert.NotContains(t, send("afterEach"), "fail", "hooks have nothing to do there")

	_, code, took := hooks.interrupt(t)
	assert.Zero(t, code, hooks.stderr.String())
	assert.Less(t, took, patience)
	assert.Contains(t, hooks.stderr.String(), "bailiff hooks: beforeEach: prepare the database: ")
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
}

// refused runs bailiff, which has to end with the exit code 1, and returns what it says.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("bailiff")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, 1, cmd.ProcessState.ExitCode(), string(out))
	return string(out)
}

// freePort is one that nobody listens at, for a moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port
}
