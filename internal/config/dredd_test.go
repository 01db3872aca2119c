package config_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// generated has every key that Dredd writes.
const generated = `
dry-run: null
hookfiles: ./tests/*hooks.*
language: nodejs
require: null
server: npm start
server-wait: 5
init: false
custom:
  apiaryApiKey: 'abc'
names: false
only: []
reporter: xunit
output: [report.xml]
header: []
sorted: false
user: null
inline-errors: false
details: false
method: [get]
color: true
loglevel: warning
path: []
hooks-worker-timeout: 5000
hooks-worker-connect-timeout: 1500
hooks-worker-connect-retry: 500
hooks-worker-after-connect-wait: 100
hooks-worker-term-timeout: 5000
hooks-worker-term-retry: 500
hooks-worker-handler-host: 127.0.0.1
hooks-worker-handler-port: 61321
config: ./dredd.yml
blueprint: api-description.apib
endpoint: 'http://127.0.0.1:3000'
`

func TestDreddFiles(t *testing.T) {
	t.Parallel()
	type settings = config.Settings
	for _, c := range []struct {
		name, text string
		want       func(*settings)
		warnings   []string
	}{
		{name: "generated", text: generated, want: func(s *settings) {
			s.Hooks.Files, s.Hooks.Language = []string{"./tests/*hooks.*"}, "nodejs"
			s.Server, s.ServerWait = "npm start", 5*time.Second
			s.Custom = map[string]any{"apiaryApiKey": "abc"}
			s.Reporter, s.Output, s.Method = []string{"xunit"}, []string{"report.xml"}, []string{"GET"}
			s.Hooks.Worker = config.Worker{Timeout: 5000, ConnectTimeout: 1500, ConnectRetry: 500, AfterConnectWait: 100, TermTimeout: 5000, TermRetry: 500, Host: "127.0.0.1", Port: 61321}
			s.Blueprint, s.Endpoint = "api-description.apib", "http://127.0.0.1:3000"
		}},
		{name: "minimal", text: "blueprint: a.apib\nendpoint: http://x", want: func(s *settings) { s.Blueprint, s.Endpoint = "a.apib", "http://x" }},
		{name: "custom map", text: "custom: {a: 1, b: [x, {c: 2.5}], d: ~, e: true}", want: func(s *settings) {
			s.Custom = map[string]any{"a": int64(1), "b": []any{"x", map[string]any{"c": 2.5}}, "d": nil, "e": true}
		}},
		{name: "custom list", text: "custom: ['a:b:c', d]", want: func(s *settings) { s.Custom = map[string]any{"a": "b:c", "d": nil} }},
		{name: "custom text", text: "custom: a:b", want: func(s *settings) { s.Custom = map[string]any{"a": "b"} }},
		{name: "options", text: "server: a\nonly: X\noptions:\n  server: b\n  unknown: 1\n", want: func(s *settings) {
			s.Server, s.Only, s.Extra = "b", []string{"X"}, map[string]any{"unknown": int64(1)}
		}, warnings: []string{"dredd.yml:3:1: options in an object of their own will not be read for long: move the keys below it to the left"}},
		{name: "unknown keys", text: "mine: {a: [1]}\nYours: 2.50", want: func(s *settings) {
			s.Extra = map[string]any{"mine": map[string]any{"a": []any{int64(1)}}, "Yours": 2.5}
		}},
		{name: "ours", text: "match: value", want: func(s *settings) { s.Extra = map[string]any{"match": "value"} }, warnings: []string{
			"dredd.yml:1:1: match is an option that Dredd does not have, so it is left to the hooks: say --match, or call the file bailiff.yml",
		}},
		{name: "texts for lists", text: "path: a\nonly: b\nmethod: get\nheader: 'A: b'\noutput: c\nreporter: dot\nhookfiles: d", want: func(s *settings) {
			s.Path, s.Only, s.Method, s.HTTP.Header, s.Output, s.Reporter, s.Hooks.Files = []string{"a"}, []string{"b"}, []string{"GET"}, []string{"A: b"}, []string{"c"}, []string{"dot"}, []string{"d"}
		}},
		{name: "texts for truths", text: "names: 'true'\nsorted: \"false\"\ncolor: 'false'", want: func(s *settings) { s.Names, s.Color = true, "never" }, warnings: []string{
			`dredd.yml:2:9: "false" is a text, which Dredd takes for true, but here it is false: write false`,
		}},
		{name: "truths of JavaScript", text: "sorted: yes\nnames: 1\ndry-run: ''\ndetails: 0\ninline-errors: -0.0\ncolor: 0", want: func(s *settings) {
			s.Sorted, s.Names, s.Color = true, true, "never"
		}},
		{name: "texts that say no", text: "sorted: no\nnames: Off\ncolor: yes", want: func(*settings) {}, warnings: []string{
			`dredd.yml:1:9: "no" is a text, which Dredd takes for true, but here it is false: write false`,
			`dredd.yml:2:8: "Off" is a text, which Dredd takes for true, but here it is false: write false`,
		}},
		{name: "numbers of JavaScript", text: "hooks-worker-timeout: '4000'\nhooks-worker-term-timeout: 3e3\nserver-wait: '5'\nhooks-worker-handler-port: 0x50", want: func(s *settings) {
			s.Hooks.Worker.Timeout, s.Hooks.Worker.TermTimeout, s.Hooks.Worker.Port, s.ServerWait = 4000, 3000, 80, 5*time.Second
		}},
		{name: "merge", text: "mine: &mine {server: a, only: [X], custom: {k: v}}\nonly: Y\n<<: *mine", want: func(s *settings) {
			s.Server, s.Only, s.Custom = "a", []string{"Y"}, map[string]any{"k": "v"}
			s.Extra = map[string]any{"mine": map[string]any{"server": "a", "only": []any{"X"}, "custom": map[string]any{"k": "v"}}}
		}},
		{name: "merge of several", text: "A: &a {server: a}\nB: &b {<<: *a, only: b}\nC: &c {only: c, server: c}\n<<: [*b, *c]\n\"<<\": kept", want: func(s *settings) {
			s.Server, s.Only = "a", []string{"b"}
			s.Extra = map[string]any{
				"A": map[string]any{"server": "a"}, "B": map[string]any{"server": "a", "only": "b"},
				"C": map[string]any{"only": "c", "server": "c"}, "<<": "kept",
			}
		}},
		{name: "levels of old", text: "level: silly", want: func(s *settings) { s.Loglevel = config.LogDebug }, warnings: []string{"dredd.yml:1:1: level will not be read for long: use loglevel"}},
		{name: "short level", text: "l: silent", want: func(s *settings) { s.Loglevel = config.LogSilent }, warnings: []string{"dredd.yml:1:1: l will not be read for long: use loglevel"}},
		{name: "c", text: "c: false", want: func(s *settings) { s.Color = "never" }, warnings: []string{"dredd.yml:1:1: c will not be read for long: use color"}},
		{name: "blueprintPath", text: "blueprintPath: a", want: func(*settings) {}, warnings: []string{"dredd.yml:1:1: blueprintPath is not read any more: use path"}},
		{name: "data", text: "data: {a.apib: 'x', b: {filename: c, raw: y}}", want: func(s *settings) { s.Inline = []config.Inline{{"a.apib", "x"}, {"c", "y"}} }, warnings: []string{"dredd.yml:1:1: data will not be read for long: use apiDescriptions"}},
		{name: "apiDescriptions", text: "apiDescriptions: [x, {content: y}]", want: func(s *settings) {
			s.Inline = []config.Inline{{"configuration.apiDescriptions[0]", "x"}, {"configuration.apiDescriptions[1]", "y"}}
		}},
		{name: "apiDescriptions text", text: "apiDescriptions: x", want: func(s *settings) { s.Inline = []config.Inline{{"configuration.apiDescriptions[0]", "x"}} }},
		{name: "http", text: "http:\n  rejectUnauthorized: false\n  followRedirect: true\n  proxy: false\n  timeout: 500\n  forever: true", want: func(s *settings) {
			s.HTTP.TLSInsecure, s.HTTP.Timeout = true, 500*time.Millisecond
		}, warnings: []string{
			"dredd.yml:3:19: http.followRedirect is not used for requests to the server, as in Dredd: say --redirects",
			"dredd.yml:6:3: http.forever has no counterpart here, so it is passed over; what is read is strictSSL, rejectUnauthorized, ca, cert, key, timeout, auth, agentOptions, proxy, followRedirect, maxRedirects",
		}},
		{name: "default waits", text: "hooks-worker-timeout: 0\nhooks-worker-term-retry: ''", want: func(*settings) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read("dredd.yml", c.text)
			require.NoError(t, err)
			want := config.Defaults()
			want.File, want.Warnings = "dredd.yml", c.warnings
			c.want(&want)
			require.Empty(t, cmp.Diff(&want, got), "(-want +got)")
		})
	}
}

func TestEndlessData(t *testing.T) {
	t.Parallel()
	text := "a: &a [1]\n"
	for c := 'b'; c < 'k'; c++ {
		text += string(c) + ": &" + string(c) + " [" // each ten times the one before
		for range 10 {
			text += "*" + string(c-1) + ", "
		}
		text += "]\n"
	}
	_, err := read("dredd.yml", text)
	require.ErrorContains(t, err, "this is more than a configuration can hold")
}

func TestTheCommandLineWins(t *testing.T) {
	t.Parallel()
	both := func(file string, args ...string) *config.Settings {
		t.Helper()
		var a config.Arguments
		flags := newFlags(&a)
		path := writeFile(t, "dredd.yml", file)
		require.NoError(t, flags.Parse(config.Join(append(args, "--config", path))))
		s, err := config.Load(config.Source{Arguments: &a, Defaults: config.Defaults()})
		require.NoError(t, err)
		return s
	}
	s := both("only: [A, B]\nnames: true\nheader: 'A: b'\ncustom: {a: b, c: d}\nserver: x\ncolor: false",
		"-x", "C", "--no-names", "-hX:1", "-hY: 2", "-j", "e:f", "--color", "true")
	require.Equal(t, []string{"C"}, s.Only, "a list replaces that of the file")
	require.False(t, s.Names)
	require.Equal(t, []string{"X:1", "Y: 2"}, s.HTTP.Header)
	require.Equal(t, map[string]any{"e": "f"}, s.Custom)
	require.Equal(t, "x", s.Server, "what is not given stays")
	require.Equal(t, "always", s.Color)
}

func TestDeclarationsOfBothCount(t *testing.T) {
	t.Parallel()
	var a config.Arguments
	path := writeFile(t, "bailiff.yml", "volatile: [{pointer: /file, kind: any}]\nvolatile-defaults: false\ndiff: side-by-side\nexplain: true\nsanitize: {headers: [X-Session]}")
	require.NoError(t, newFlags(&a).Parse(config.Join([]string{"--config", path, "--volatile", "/flag=any", "--no-volatile-defaults=false", "--explain=false", "--diff", "unified", "--no-sanitize"})))
	s, err := config.Load(config.Source{Arguments: &a, Defaults: config.Defaults()})
	require.NoError(t, err)
	require.Equal(t, []transaction.Volatile{
		{Pointer: "/file", Kind: transaction.KindAny, From: path + ":1"},
		{Pointer: "/flag", Kind: transaction.KindAny, From: "--volatile"},
	}, s.Volatile)
	require.True(t, s.VolatileDefaults)
	require.False(t, s.Explain)
	require.Equal(t, "unified", s.Diff)
	require.False(t, s.Masked)
}

func TestKeysThatAreNotPicked(t *testing.T) {
	t.Parallel()
	s := config.Defaults()
	onlyNames := func(o config.Option) bool { return o.Name == "names" }
	require.NoError(t, config.Parse("bailiff.yml", []byte("names: true\nsorted: true\nonly: [A]"), &s, onlyNames))
	require.True(t, s.Names)
	require.False(t, s.Sorted)
	require.Empty(t, s.Only)
	require.ErrorContains(t, config.Parse("bailiff.yml", []byte("sorted: 1"), &s, onlyNames), "1:9: want true or false")
}
