package cli

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readSettings reads settings from arguments and an environment in one list.
func readSettings(t *testing.T, words ...string) (*serveSettings, error) {
	t.Helper()
	env := map[string]string{}
	var args []string
	for _, w := range words {
		if name, value, ok := strings.Cut(w, "="); ok && !strings.HasPrefix(w, "-") {
			env[name] = value
			continue
		}
		args = append(args, w)
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	registerServeOptions(flags)
	require.NoError(t, flags.Parse(args))
	return readServeSettings(flags, func(name string) string { return env[name] })
}

func TestServeSettings(t *testing.T) {
	t.Parallel()
	s, err := readSettings(t)
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:8080", s.address)
	assert.Equal(t, 10*time.Second, s.web.ShutdownTime)
	assert.Zero(t, s.web.Drain)

	s, err = readSettings(t, "BAILIFF_SERVE_ADDRESS=:1", "BAILIFF_SERVE_DRAIN=5s", "BAILIFF_SERVE_MIGRATE=true", "BAILIFF_SERVE_MAX_BODY=",
		"BAILIFF_DATABASE_URL=postgres://me:hush@db/site", "BAILIFF_SECRET="+strings.Repeat("x", 32),
		"--address=:2", "--migrate=false", "--trust-proxy", "10.1.2.3/8, 127.0.0.1")
	require.NoError(t, err)
	assert.Equal(t, ":2", s.address, "an option wins")
	assert.False(t, s.migrate)
	assert.Equal(t, 5*time.Second, s.web.Drain)
	assert.EqualValues(t, 1<<20, s.maxBody, "an empty variable is none")
	assert.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}, s.web.Proxies)

	s, err = readSettings(t, "--worker", "BAILIFF_DATABASE_URL=host=db dbname=site")
	require.NoError(t, err)
	assert.Empty(t, s.address, "a worker listens nowhere unasked")
}

func TestBadServeSettings(t *testing.T) {
	t.Parallel()
	const database = "BAILIFF_DATABASE_URL=postgres://me:hush@db/site"
	for _, tc := range []struct{ words, want string }{
		{"BAILIFF_SERVE_DRAIN=5", `BAILIFF_SERVE_DRAIN is "5": use a number with its unit, as 500ms, 10s or 2m`},
		{"--read-timeout=0s", `--read-timeout is "0s": use a time of more than 0s`},
		{"--drain=-1s", `--drain is "-1s": use a time of more than 0s`},
		{"BAILIFF_SERVE_MAX_REQUESTS=many", `BAILIFF_SERVE_MAX_REQUESTS is "many": use a whole number, 1 or more`},
		{"--max-body=0", `--max-body is "0": use a whole number of bytes, 1 or more`},
		{"BAILIFF_SERVE_WORKER=maybe", `BAILIFF_SERVE_WORKER is "maybe": use true or false`},
		{"BAILIFF_SERVE_LOG_LEVEL=loud", `BAILIFF_SERVE_LOG_LEVEL is "loud": use debug, info, warn or error`},
		{"--log-format=xml", `--log-format is "xml": use text or json`},
		{"--trust-proxy=10.0.0.0/8,nginx", `--trust-proxy is "10.0.0.0/8,nginx": "nginx" is no address and no range of addresses: write 10.0.0.7 or 10.0.0.0/8`},
		{"BAILIFF_DATABASE_URL=postgres://me:hush@db:port/site", `BAILIFF_DATABASE_URL: this is no address of a database: write postgres://user:password@host:5432/name, with special characters percent-encoded`},
		{"--redis=hush", `--redis: this is no URL of a Redis: write redis://user:password@host:6379/0, rediss:// for TLS`},
		{"--worker --api", `--api and --worker exclude each other: leave out both for a process that does both`},
		{"--worker", `--worker needs the database that the servers stand on: name it with --database or BAILIFF_DATABASE_URL`},
		{"--migrate", `--migrate needs a database: name it with --database or BAILIFF_DATABASE_URL`},
		{"--admin=me@example.com", `--admin needs a database: name it with --database or BAILIFF_DATABASE_URL; without one there is an administrator already`},
		{"--tls-cert=cert.pem", `--tls-cert and --tls-key belong together: name both files`},
		{"--tls-cert=cert.pem --tls-key=key.pem", `read --tls-cert and --tls-key: open cert.pem: no such file or directory`},
		{"--handler-timeout=2m", `--write-timeout is 1m0s and --handler-timeout 2m0s: the first must be more, or else nobody gets the answer that says so`},
		{database, `BAILIFF_SECRET is not set: with a database that stays it is the key that tokens are signed with, at least 32 bytes, the same for all servers; openssl rand -base64 48 makes one`},
		{database + " BAILIFF_SECRET=hush", `BAILIFF_SECRET has 4 bytes: it needs at least 32; openssl rand -base64 48 makes one`},
	} {
		t.Run(tc.words, func(t *testing.T) {
			t.Parallel()
			_, err := readSettings(t, strings.Fields(tc.words)...)
			require.EqualError(t, err, tc.want)
			assert.NotContains(t, err.Error(), "hush")
		})
	}
}

func TestBadTelemetrySettings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ words, want string }{
		{"OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318", `OTEL_EXPORTER_OTLP_ENDPOINT is no URL of a collector: write http://host:4318`},
		{"--otel OTEL_EXPORTER_OTLP_PROTOCOL=grpc", `OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": bailiff speaks http/protobuf only`},
	} {
		s, err := readSettings(t, strings.Fields(tc.words)...)
		require.NoError(t, err)
		_, err = openTelemetry(t.Context(), s, nil)
		require.EqualError(t, err, tc.want)
	}
	s, err := readSettings(t)
	require.NoError(t, err)
	off, err := openTelemetry(t.Context(), s, nil)
	require.NoError(t, err)
	require.Nil(t, off)
}

func TestRedacted(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://me:hush@db:5433/site":                    "postgres://me@db:5433/site",
		"host=db user=me password=hush dbname=site":          "postgres://me@db:5432/site",
		"postgres://me:hush@[::1]/site?sslmode=disable":      "postgres://me@[::1]:5432/site",
		"postgres://me@/site?host=/run/pg&password=hush":     "postgres://me@/site?host=%2Frun%2Fpg&port=5432",
		"postgres://me:hush@db:port/it is none, and is told": "a database",
	} {
		assert.Equal(t, want, redacted(address))
	}
}

const (
	servePage      = "../../docs/serve.md"
	serveBeginning = "<!-- options: made by go test ./internal/cli -run ServePage -update -->\n"
	serveEnding    = "<!-- end of options -->\n"
)

func TestServePageHasTheTable(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(servePage)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), serveBeginning)
	require.True(t, found)
	table, after, found := strings.Cut(rest, serveEnding)
	require.True(t, found)
	want := "\n" + serveTable() + "\n"
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(servePage, []byte(before+serveBeginning+want+serveEnding+after), 0o600))
		return
	}
	require.Empty(t, cmp.Diff(want, table), "run go test ./internal/cli -run ServePage -update (-want +got)")
}

// serveTable is the table of options.
func serveTable() string {
	var b strings.Builder
	b.WriteString("| option | variable | without it | what it says |\n|---|---|---|---|\n")
	for _, o := range serveOptions() {
		name, fallback := "`--"+o.name+"`", o.fallback
		if o.word != "" {
			name = "`--" + o.name + " " + o.word + "`"
		}
		if fallback != "" {
			fallback = "`" + fallback + "`"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", name, o.env, fallback, o.usage)
	}
	return b.String()
}

func TestServeVariablesAreUnique(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, o := range serveOptions() {
		assert.NotContains(t, seen, o.env)
		seen = append(seen, o.env)
	}
	assert.True(t, slices.Contains(seen, "BAILIFF_DATABASE_URL"))
}
