package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

func TestColorIsForTerminals(t *testing.T) {
	for _, c := range []struct {
		name, flag, noColor string
		terminal, want      bool
	}{
		{name: "terminal", flag: "auto", terminal: true, want: true},
		{name: "file", flag: "auto"},
		{name: "NO_COLOR", flag: "auto", noColor: "1", terminal: true},
		{name: "asked for", flag: "always", noColor: "1", want: true},
		{name: "not wanted", flag: "never", terminal: true},
	} {
		t.Run(c.name, func(t *testing.T) { // not parallel: it sets the environment
			t.Setenv("NO_COLOR", c.noColor)

			got, err := (&screen{terminal: c.terminal}).colored(c.flag)

			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestSettingsReachTheHarness(t *testing.T) {
	t.Parallel()
	own := transaction.Volatile{Pointer: "/own", Kind: transaction.KindAny}
	known := filepath.Join(t.TempDir(), "known.txt")
	require.NoError(t, os.WriteFile(known, []byte("Machines > List\n"), 0o600))
	s := loaded(t, "--all-examples", "--strict-descriptions", "--strict-permissions", "--no-cache", "-x", "A", "-m", "get", "-y", "-n", "-s",
		"--shuffle", "4", "--bail=2", "--workers", "3", "--seed", "7", "--match", "type", "--explain", "--no-volatile-defaults",
		"--volatile", "/said=any", "--no-sanitize", "-u", "a:b", "-h", "X-A: 1", "--timeout", "5", "--retries", "2",
		"--redirects", "9", "--proxy", "http://p", "--tls-ca", "ca.pem", "--tls-cert", "c.pem", "--tls-key", "k.pem", "--tls-insecure",
		"-g", "npm start", "--server-wait", "1.5", "--unmatched-hooks", "ignore", "--hook-timeout", "0", "--known-failing", known)
	cfg := harness.Config{Volatile: []transaction.Volatile{own}, UnmatchedHooks: harness.UnmatchedWarn}

	require.NoError(t, configure(&cfg, s, &tempFolder{}))

	require.Equal(t, harness.Config{
		Match: transaction.MatchType, Explain: true, NoVolatileDefaults: true,
		Volatile:    []transaction.Volatile{own, {Pointer: "/said", Kind: transaction.KindAny, From: "--volatile"}},
		Sanitize:    harness.Sanitize{NoDefaults: true},
		AllExamples: true, StrictDescriptions: true, StrictPermissions: true, NoCache: true,
		Only: []string{"A"}, Methods: []string{"GET"}, DryRun: true, Names: true, Sorted: true, Shuffle: 4, Bail: 2, Workers: 3, Seed: 7,
		Headers: transaction.Headers{{Name: "Authorization", Value: "Basic YTpi"}, {Name: "X-A", Value: "1"}},
		Timeout: 5 * time.Second, Retries: 2,
		HTTP:           harness.HTTP{Redirects: 9, Proxy: "http://p", TLS: harness.TLS{CA: "ca.pem", Certificate: "c.pem", Key: "k.pem", Insecure: true}},
		Server:         &harness.Server{Command: "npm start", Wait: 1500 * time.Millisecond},
		UnmatchedHooks: harness.UnmatchedIgnore, HookTimeout: -1,
		KnownFailing: []harness.KnownFailing{{Name: "Machines > List", At: transaction.Position{File: known, Line: 1}}},
		Version:      version(),
	}, cfg)
}

// loaded are the settings of a command line.
func loaded(t *testing.T, args ...string) *config.Settings {
	t.Helper()
	var a config.Arguments
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	a.Register(flags, func(config.Option) bool { return true })
	require.NoError(t, flags.Parse(config.Join(args)))
	s, err := config.Load(config.Source{Arguments: &a, Defaults: config.Defaults()})
	require.NoError(t, err)
	return s
}

func TestConfigurationThatHoldsFiles(t *testing.T) {
	t.Parallel()
	var files tempFolder
	s := config.Defaults()
	s.Inline = []config.Inline{{Location: "configuration.apiDescriptions[0]", Content: "a"}, {Location: "x/a.apib", Content: "b"}, {Location: "y/a.apib", Content: "c"}}
	s.HTTP.TLSCA = "-----BEGIN CERTIFICATE-----"
	var cfg harness.Config

	require.NoError(t, configure(&cfg, &s, &files))

	require.Equal(t, []harness.Text{{Name: "configuration.apiDescriptions[0]", Content: "a"}, {Name: "x/a.apib", Content: "b"}, {Name: "y/a.apib", Content: "c"}}, cfg.Texts)
	require.FileExists(t, cfg.HTTP.TLS.CA)
	require.NoError(t, files.remove())
	require.NoDirExists(t, filepath.Dir(cfg.HTTP.TLS.CA))
}

func TestPlacesOfArguments(t *testing.T) {
	t.Parallel()
	type target = config.Target
	for _, c := range []struct {
		name    string
		file    string
		before  target
		args    string
		want    target
		warning string
	}{
		{name: "nothing"},
		{name: "one", args: "api.apib", want: target{Path: []string{"api.apib"}}},
		{name: "two", args: "api.apib http://x", want: target{Path: []string{"api.apib"}, Endpoint: "http://x"}},
		{name: "many", args: "a b http://x", want: target{Path: []string{"a", "b"}, Endpoint: "http://x"}},
		{name: "a path and a URL", before: target{Path: []string{"a"}}, args: "http://x", want: target{Path: []string{"a"}, Endpoint: "http://x"}},
		{name: "above our file", file: "bailiff.yml", before: target{Path: []string{"a"}, Blueprint: "b", Endpoint: "http://y"}, args: "c http://x", want: target{Path: []string{"c"}, Endpoint: "http://x"}},
		{name: "URL above our file", file: "bailiff.yml", before: target{Blueprint: "b", Endpoint: "http://y"}, args: "http://x", want: target{Blueprint: "b", Endpoint: "http://x"}},
		{name: "description above our file", file: "bailiff.yml", before: target{Blueprint: "b", Endpoint: "http://y"}, args: "c", want: target{Path: []string{"c"}, Endpoint: "http://y"}},
		{name: "below dredd.yml", file: "dredd.yml", before: target{Blueprint: "b", Endpoint: "http://y"}, args: "c http://x", want: target{Blueprint: "b", Endpoint: "http://y"}, warning: "dredd.yml says what is run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &config.Settings{File: c.file, Target: c.before}

			require.NoError(t, (&app{}).place(s, strings.Fields(c.args)))

			require.Equal(t, c.want, s.Target)
			require.Equal(t, c.warning != "", strings.HasPrefix(strings.Join(s.Warnings, ""), c.warning) && len(s.Warnings) > 0)
		})
	}
}

func TestInterruptedBeforeAnythingRan(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	a := &app{stderr: &out}

	require.Equal(t, exitInterrupted, a.exitCode(ctx, context.Canceled))
	require.Equal(t, exitFailed, a.exitCode(t.Context(), context.Canceled))
	require.Equal(t, exitOK, a.exitCode(ctx, nil))
}

func TestTheLastArgumentIsTheServer(t *testing.T) {
	t.Parallel()
	for args, fits := range map[string]bool{
		"a.apib http://x":              true,
		"a.apib http://x abc":          false,
		"a.apib http://x:1/api/ 3":     false,
		"http://x/a.apib abc":          true,
		"http://x/docs http://y":       true,
		"http://x/docs 127.0.0.1:3000": true,
		"http://x/docs localhost":      true,
		"a.apib example.com":           true,
	} {
		s := config.Defaults()
		err := (&app{}).place(&s, strings.Fields(args))
		require.Equal(t, fits, err == nil, args)
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSuffix(shortHelp(true), "\n"), "\n")
	require.Less(t, len(lines), 24, "the prompt follows")
	for _, line := range lines {
		require.LessOrEqual(t, len(line), 80, line)
	}
}
