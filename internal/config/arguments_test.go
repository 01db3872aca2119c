package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/internal/config"
)

// newFlags are all flags of the table.
func newFlags(a *config.Arguments) *pflag.FlagSet {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	a.Register(flags, func(config.Option) bool { return true })
	return flags
}

// writeFile writes a file of that name, in a folder of its own.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"a http://x", "a http://x"},
		{"--names a http://x", "--names a http://x"},
		{"--names true a", "--names=true a"},
		{"--color false a", "--color=false a"},
		{"--color never a", "--color=never a"},
		{"--color a", "--color a"},
		{"--bail 3 a", "--bail=3 a"},
		{"--bail a", "--bail a"},
		{"--bail", "--bail"},
		{"-d false", "-d=false"},
		{"-c a", "-c a"},
		{"-t true", "-t true"},
		{"--only --color false", "--only --color false"},
		{"-x --names true", "-x --names true"},
		{"--server=x --color false", "--server=x --color=false"},
		{"-- --color false", "-- --color false"},
		{"--unknown false", "--unknown false"},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, strings.Join(config.Join(strings.Fields(c.args)), " "))
		})
	}
}

func TestWhatIsWrongOnTheCommandLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"-h Accept", `--header: want NAME:VALUE, as in "Accept: text/html", not "Accept"`},
		{"--header A\nb:c", `--header: "A\nb" cannot be the name of a header`},
		{"-l loud", `--loglevel: want one of debug, warning, error, silent, not "loud"`},
		{"-l debog", `--loglevel: want one of debug, warning, error, silent, not "debog"; did you mean "debug"?`},
		{"--match loosely", `--match: want one of structure, type, value, not "loosely"`},
		{"--parallel two", `--parallel: want a whole number, not "two"`},
		{"--workers two", `--parallel: want a whole number, not "two"`},
		{"--timeout=-1", "--timeout: want a time such as 30s, not -1"},
		{"--output=", "--output: this is empty: give it a value, or leave it out"},
		{"--names=perhaps", `--names: want true or false, not "perhaps"`},
		{"-q --timestamp", "-q is there no more: use --loglevel silent\n--timestamp is there no more: lines of --loglevel debug have their time"},
		{"--hooksData x", "--hooksData is there no more: use --hookfiles"},
		{"--color=sometimes", `--color: want one of auto, always, never, not "sometimes"`},
		{"--retries=x --match y", "--retries: want a whole number, not \"x\"\n--match: want one of structure, type, value, not \"y\""},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			_, err := given(strings.Split(c.args, " ")...)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestDeprecatedOptionsWork(t *testing.T) {
	t.Parallel()
	s, err := given("-c", "--level", "verbose", "--blueprintPath", "a", "--blueprintPath=b", "--data", "x", "-u", "ab")
	require.NoError(t, err)
	require.Equal(t, "always", s.Color)
	require.Equal(t, config.LogDebug, s.Loglevel)
	require.Empty(t, s.Path)
	require.Equal(t, []string{
		"-c will not be there for long: use --color",
		"--level will not be there for long: use --loglevel",
		"--blueprintPath does nothing any more: use --path",
		"--data does nothing any more: use apiDescriptions in a configuration file, or --path",
		"the credentials of --user have no colon, so they are sent as they are, without a password: write USER:PASSWORD",
	}, s.Warnings)
}

// TestTheTable holds for every option.
func TestTheTable(t *testing.T) {
	t.Parallel()
	names, letters := map[string]bool{}, map[string]bool{}
	for _, o := range config.Table() {
		require.Falsef(t, names[o.Name], "%s is there twice", o.Name)
		require.Falsef(t, o.Alias != "" && letters[o.Alias], "-%s is there twice", o.Alias)
		names[o.Name], letters[o.Alias] = true, true
		require.NotEmpty(t, o.Kind(), o.Name)
		if o.Instead != "" {
			continue
		}
		require.NotEmpty(t, o.Usage, o.Name)
		require.NotRegexp(t, `^[A-Z][a-z]|\.$`, o.Usage, o.Name)
		if o.Where != config.Files {
			require.Equal(t, o.Switch(), o.Word == "", o.Name)
		}
	}
}

// dredds are the options of Dredd 14.1.0, with their letters.
const dredds = `y dry-run, f hookfiles, a language, require, g server, server-wait, i init, j custom, n names, x only, r reporter,
	o output, h header, s sorted, u user, e inline-errors, d details, m method, color, l loglevel, p path, help, version,
	hooks-worker-timeout, hooks-worker-connect-timeout, hooks-worker-connect-retry, hooks-worker-after-connect-wait,
	hooks-worker-term-timeout, hooks-worker-term-retry, hooks-worker-handler-host, hooks-worker-handler-port, config`

func TestDreddsOptionsAreThere(t *testing.T) {
	t.Parallel()
	letters := map[string]string{}
	for option := range strings.SplitSeq(dredds, ",") {
		words := strings.Fields(option)
		letter := ""
		if len(words) == 2 {
			letter = words[0]
		}
		letters[words[len(words)-1]] = letter
	}
	for _, o := range config.Table() {
		letter, ok := letters[o.Name]
		if !ok {
			require.Truef(t, o.Ours || o.Where == config.Files || o.Instead != "" || o.Name == "blueprint" || o.Name == "endpoint", "%s is said to be Dredd's", o.Name)
			continue
		}
		require.Equal(t, letter, o.Alias, o.Name)
		require.False(t, o.Ours, o.Name)
		delete(letters, o.Name)
	}
	require.Empty(t, letters)
}
