package config_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// example is the file that docs/configuration.md shows.
func example(t *testing.T) []byte {
	t.Helper()
	page, err := os.ReadFile("../../docs/configuration.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```yaml\n")
	require.True(t, found)
	text, _, found := strings.Cut(rest, "```\n")
	require.True(t, found)
	return []byte(text)
}

// read reads a file above the defaults.
func read(name, text string) (*config.Settings, error) {
	s := config.Defaults()
	err := config.Parse(name, []byte(text), &s, nil)
	return &s, err
}

func TestTheDocumentedExample(t *testing.T) {
	t.Parallel()
	got, err := read("bailiff.yml", string(example(t)))
	require.NoError(t, err)
	want := config.Defaults()
	want.File = "bailiff.yml"
	want.Blueprint, want.Endpoint, want.Server = "docs/api.apib", "http://127.0.0.1:3000", "npm start"
	want.Hooks.Files = []string{"hooks/*.js"}
	want.HTTP.Header = []string{"Accept-Language: en"}
	want.Match, want.Diff, want.Explain = transaction.MatchValue, "side-by-side", true
	want.Volatile = []transaction.Volatile{
		{Pointer: "/data/**/last-seen-at", Kind: transaction.KindDateTime, From: "bailiff.yml:12"},
		{Header: "ETag", Kind: transaction.KindAny, From: "bailiff.yml:14"},
		{Pointer: "/data/*/attributes/code", Kind: transaction.KindRegexp, Pattern: `[A-Z]{3}-\d+`, From: "bailiff.yml:16"},
		{Pointer: "/data/attributes/tags", Kind: transaction.KindSet, From: "bailiff.yml:19"},
	}
	want.Sanitize = harness.Sanitize{Headers: []string{"X-Session"}, Pointers: []string{"/data/**/iban"}}
	require.Empty(t, cmp.Diff(&want, got), "(-want +got)")
}

// places are the lines of an error without those that show the file.
func places(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.HasPrefix(line, "  ") })
}

func TestTheLineIsShown(t *testing.T) {
	t.Parallel()
	_, err := read("dredd.yml", "names: true\nloglevel:\tperhaps \x7f"+strings.Repeat("x", 200)+"\n")
	require.ErrorContains(t, err, "dredd.yml:2:11: want one of debug, ")
	require.ErrorContains(t, err, "\n  2 | loglevel: perhaps ?xxx")
	require.Less(t, len(err.Error()), 450)
	_, err = read("dredd.yml", "# nothing\n")
	require.EqualError(t, err, "dredd.yml: the file is empty, so nothing is run: write blueprint and endpoint into it, or remove it")
	_, err = read("bailiff.yml", "zzzzzz: 1")
	require.ErrorContains(t, err, `unknown key "zzzzzz"; bailiff help options lists all`)
	_, err = read("bailiff.yml", "- match")
	require.ErrorContains(t, err, "bailiff.yml:1:1: want an object here, with keys such as blueprint and endpoint, not a list; bailiff help options lists all")
}

func TestWhatIsWrongIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", "match: value\n\nvolatil: []\n", []string{`bailiff.yml:3:1: unknown key "volatil", did you mean "volatile"?`}},
		{"key twice", "match: type\nmatch: value", []string{`bailiff.yml:2:1: the key "match" stands here a second time; drop one of the two`}},
		{"match", "match: values", []string{`bailiff.yml:1:8: want one of structure, type, value, not "values"; did you mean "value"?`}},
		{"match no text", "match: [value]", []string{"bailiff.yml:1:8: want one of structure, type, value, not a list"}},
		{"no boolean", "explain: maybe", []string{`bailiff.yml:1:10: want true or false, not "maybe"`}},
		{"boolean of old", "explain: yes", []string{`bailiff.yml:1:10: want true or false, not "yes"`}},
		{"quoted boolean", `explain: "true"`, []string{`bailiff.yml:1:10: want true or false, not "true"; leave out the quotes`}},
		{"no list", "volatile: {pointer: /a}", []string{"bailiff.yml:1:11: want a list, not an object"}},
		{"diff", "diff: side by side", []string{`bailiff.yml:1:7: want one of unified, side-by-side, not "side by side"; did you mean "side-by-side"?`}},
		{"item no object", "volatile:\n  - /a", []string{`bailiff.yml:2:5: want an object here, with some of the keys pointer, header, kind, pattern, not "/a"`}},
		{"no place", "volatile:\n  - kind: any", []string{"bailiff.yml:2:5: this says what varies by neither pointer nor header; add one, as in pointer: /data/*/created-at"}},
		{"two places", "volatile:\n  - {pointer: /a, header: B, kind: any}", []string{"bailiff.yml:2:5: a declaration is about a part of the body or about a header; make two of it"}},
		{"no kind", "volatile:\n  - pointer: /a", []string{"bailiff.yml:2:5: this does not say what the value must be; add one, as in kind: any"}},
		{"unknown kind", "volatile:\n  - pointer: /a\n    kind: datetime", []string{`bailiff.yml:3:11: want one of any, string, number, boolean, date-time, date, uuid, url, email, regexp, set, not "datetime"; did you mean "date-time"?`}},
		{"pointer", "volatile:\n  - pointer: a/b\n    kind: any", []string{`bailiff.yml:2:14: a pointer begins with a slash, as in "/a/b"`}},
		{"empty pointer", "volatile:\n  - pointer: \"\"\n    kind: any", []string{`bailiff.yml:2:5: volatile pointer "": give it a pointer, "#" for the whole body, or a header`}},
		{"header", "volatile:\n  - header: 'ETag:'\n    kind: any", []string{`bailiff.yml:2:13: "ETag:" is no name of a header; leave out its colon and value`}},
		{"set of headers", "volatile:\n  - {header: Vary, kind: set}", []string{`bailiff.yml:2:5: volatile header "Vary": a header is no list; a set needs a pointer`}},
		{"regexp", "volatile:\n  - pointer: /a\n    kind: regexp\n    pattern: '('", []string{"bailiff.yml:4:14: error parsing regexp: missing closing ): `(`"}},
		{"pattern without regexp", "volatile:\n  - pointer: /a\n    kind: any\n    pattern: a", []string{"bailiff.yml:4:14: only the kind regexp has a pattern; drop it, or write kind: regexp"}},
		{"regexp without pattern", "volatile:\n  - pointer: /a\n    kind: regexp", []string{"bailiff.yml:3:11: the kind regexp needs a pattern, as in pattern: '[A-Z]{3}'"}},
		{"sanitize header", "sanitize:\n  headers:\n    - 'X: 1'", []string{`bailiff.yml:3:7: "X: 1" is no name of a header; leave out its colon and value`}},
		{"sanitize pointer", "sanitize:\n  pointers: [iban]", []string{`bailiff.yml:2:14: a pointer begins with a slash, as in "/iban"`}},
		{"sanitize escape", "sanitize:\n  pointers: [/a~b]", []string{`bailiff.yml:2:14: sanitize pointer "/a~b": "~" must be written ~0, and "/" in a name ~1`}},
		{"sanitize no list", "sanitize:\n  headers:\n", []string{"bailiff.yml:2:11: want a list, not nothing"}},
		{"several", "match: x\nexplain: 1\n", []string{`bailiff.yml:1:8: want one of structure, type, value, not "x"`, `bailiff.yml:2:10: want true or false, not "1"`}},
		{"no YAML", "match: value\n  explain: true", []string{"bailiff.yml:2:10: this is no YAML: mapping values are not allowed in this context"}},
		{"backslash", "volatile:\n  - pattern: \"\\d\"", []string{"bailiff.yml:2:15: a backslash means something else in double quotes; put the text in single quotes"}},
		{"two documents", "match: value\n---\nmatch: type", []string{"bailiff.yml:2:1: a second document begins here; keep all in one"}},
		{"no number", "retries: many", []string{`bailiff.yml:1:10: want a whole number, not "many"`}},
		{"negative", "retries: -1", []string{"bailiff.yml:1:10: want a whole number from 0 on, not -1"}},
		{"port", "hooks-worker-handler-port: 70000", []string{"bailiff.yml:1:28: want a whole number from 0 to 65535, not 70000"}},
		{"no seed", "seed: 0", []string{`bailiff.yml:1:7: want a whole number from 1 on, not "0"`}},
		{"no time", "timeout: soon", []string{`bailiff.yml:1:10: want a time such as 30s, not "soon"`}},
		{"negative time", "timeout: -1", []string{"bailiff.yml:1:10: want a time such as 30s, not -1"}},
		{"empty output", "output: ['']", []string{"bailiff.yml:1:10: this is empty: give it a value, or leave it out"}},
		{"truth of JavaScript", "names: 1\ndry-run: ''", []string{`bailiff.yml:1:8: want true or false, not "1"`, `bailiff.yml:2:10: want true or false, not ""`}},
		{"place in what is merged", "custom:\n  a: &a {kind: odd, pointer: /x}\nvolatile:\n- <<: *a\n", []string{
			`bailiff.yml:2:16: want one of any, string, number, boolean, date-time, date, uuid, url, email, regexp, set, not "odd"`,
		}},
		{"merge of a text", "custom:\n  <<: a", []string{`bailiff.yml:2:7: only an object, or a list of objects, can be merged by <<, not "a"`}},
		{"merge of itself", "custom: &a\n  b: {<<: *a}", []string{"bailiff.yml:2:11: this object would be merged into itself; name another one"}},
		{"own key twice beside a merge", "custom: {a: &a {pointer: /x}}\nvolatile:\n- {<<: *a, kind: any, kind: set}", []string{`bailiff.yml:3:23: the key "kind" stands here a second time; drop one of the two`}},
		{"a list for a text", "endpoint: [a]", []string{"bailiff.yml:1:11: want a text, not a list"}},
		{"an object in a list", "only:\n  - A: b", []string{"bailiff.yml:2:5: want a text, not an object; put it in quotes"}},
		{"no header", "header: Accept", []string{`bailiff.yml:1:9: want NAME:VALUE, as in "Accept: text/html", not "Accept"`}},
		{"header without a name", "header: [\": a\"]", []string{`bailiff.yml:1:10: "" cannot be the name of a header`}},
		{"loglevel", "loglevel: verbose", []string{`bailiff.yml:1:11: want one of debug, warning, error, silent, not "verbose"`}},
		{"milliseconds", "hooks-worker-timeout: 5s", []string{`bailiff.yml:1:23: want a whole number, not "5s"`}},
		{"removed", "sandbox: true\nq: ~", []string{"bailiff.yml:1:1: sandbox is there no more: hooks have no sandbox any more: leave it out", "bailiff.yml:2:1: q is there no more: use --loglevel silent"}},
		{"custom", "custom: [':a']", []string{"bailiff.yml:1:10: want KEY:VALUE, and there is no key"}},
		{"http", "http: true", []string{"bailiff.yml:1:7: want an object here, with some of the keys strictSSL, rejectUnauthorized, ca, cert, key, timeout, auth, agentOptions, proxy, followRedirect, maxRedirects, not \"true\""}},
		{"large", strings.Repeat("#", 1<<20+1), []string{"bailiff.yml: this is larger than 1024 KiB, so it is hardly a configuration file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read("bailiff.yml", c.text)
			require.Error(t, err)
			require.Equal(t, c.want, places(err.Error()))
			var where *config.Error
			require.ErrorAs(t, err, &where)
		})
	}
}

// given reads a command line above the defaults.
func given(args ...string) (*config.Settings, error) {
	var a config.Arguments
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	a.Register(flags, func(config.Option) bool { return true })
	if err := flags.Parse(config.Join(args)); err != nil {
		return nil, err
	}
	return config.Load(config.Source{Arguments: &a, Defaults: config.Defaults()})
}

func TestVolatileFlag(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want transaction.Volatile
	}{
		{"/a/*/b=date-time", transaction.Volatile{Pointer: "/a/*/b", Kind: transaction.KindDateTime}},
		{"/a=regexp:^x=y$", transaction.Volatile{Pointer: "/a", Kind: transaction.KindRegexp, Pattern: "^x=y$"}},
		{"/a=b=any", transaction.Volatile{Pointer: "/a=b", Kind: transaction.KindAny}},
		{"/a=any=regexp:any", transaction.Volatile{Pointer: "/a=any", Kind: transaction.KindRegexp, Pattern: "any"}},
		{"#=any", transaction.Volatile{Pointer: "#", Kind: transaction.KindAny}},
		{"/tags=set", transaction.Volatile{Pointer: "/tags", Kind: transaction.KindSet}},
		{"header:ETag=any", transaction.Volatile{Header: "ETag", Kind: transaction.KindAny}},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			s, err := given("--volatile", c.text)
			require.NoError(t, err)
			c.want.From = "--volatile"
			require.Equal(t, []transaction.Volatile{c.want}, s.Volatile)
		})
	}
	for text, want := range map[string]string{
		"":                  `--volatile: "": want POINTER=KIND, as in '/data/*/seen-at=date-time' or 'header:ETag=any'`,
		"/a":                `--volatile: "/a": want POINTER=KIND, as in '/data/*/seen-at=date-time' or 'header:ETag=any'`,
		"header:=any":       `--volatile: "header:=any": name the header, as in 'header:ETag=any'`,
		"header:Vary=set":   `--volatile: "header:Vary=set": volatile header "Vary": a header is no list; a set needs a pointer`,
		"/a=":               `--volatile: "/a=": unknown kind "": use any, string, number, boolean, date-time, date, uuid, url, email, set or regexp:PATTERN`,
		"/a=regexp:":        `--volatile: "/a=regexp:": volatile pointer "/a": the kind regexp needs a pattern`,
		"header:A B=string": `--volatile: "header:A B=string": volatile header "A B": a header name cannot have ' ' in it`,
	} {
		_, err := given("--volatile", text)
		require.EqualError(t, err, want)
	}
}

func TestWhatIsRight(t *testing.T) {
	t.Parallel()
	type settings = config.Settings
	for _, c := range []struct {
		name, text string
		want       func(*settings)
	}{
		{"nothing", "", func(*settings) {}},
		{"comments", "# none yet\n", func(*settings) {}},
		{"null", "~\n", func(*settings) {}},
		{"nulls", "only:\nnames: null\nvolatile: ~\nsanitize:\nhttp:\ncustom:\n", func(*settings) {}},
		{"off", "volatile-defaults: false\nsanitize:\n  defaults: false\ncache: False\n", func(s *settings) {
			s.VolatileDefaults, s.Cache, s.Sanitize.NoDefaults = false, false, true
		}},
		{"nothing masked", "sanitize: false", func(s *settings) { s.Masked = false }},
		{"on", "volatile-defaults: true\nsanitize: {defaults: true}\nexplain: false", func(*settings) {}},
		{"whole body", "volatile:\n- {pointer: '#', kind: any}", func(s *settings) {
			s.Volatile = []transaction.Volatile{{Pointer: "#", Kind: transaction.KindAny, From: "bailiff.yml:2"}}
		}},
		{"anchor of a value", "volatile-defaults: &off false\nexplain: *off\n", func(s *settings) { s.VolatileDefaults = false }},
		{"anchors", "volatile:\n- &a {pointer: /a, kind: any}\n- *a\n", func(s *settings) {
			v := transaction.Volatile{Pointer: "/a", Kind: transaction.KindAny, From: "bailiff.yml:2"}
			s.Volatile = []transaction.Volatile{v, v}
		}},
		{"no limit", "timeout: 0", func(s *settings) { s.HTTP.Timeout = 0 }},
		{"merged object", "<<: {names: true}\nsorted: true", func(s *settings) { s.Names, s.Sorted = true, true }},
		{"merged list", "volatile:\n- &a {pointer: /a, kind: any}\n- {<<: [*a, {kind: set, pointer: /c}], pointer: /b}\n", func(s *settings) {
			s.Volatile = []transaction.Volatile{{Pointer: "/a", Kind: transaction.KindAny, From: "bailiff.yml:2"}, {Pointer: "/b", Kind: transaction.KindAny, From: "bailiff.yml:3"}}
		}},
		{"times", "timeout: 1.5\nserver-wait: 2\nhook-timeout: 100ms", func(s *settings) {
			s.HTTP.Timeout, s.ServerWait, s.Hooks.Timeout = 1500*time.Millisecond, 2*time.Second, 100*time.Millisecond
		}},
		{"what Dredd writes and does not read", "config: ./dredd.yml\ninit: true", func(*settings) {}},
		{"http", "http:\n  strictSSL: false\n  ca: [a, b]\n  proxy: http://p\n  followRedirect: true\n  auth: {user: a, pass: b}\n  agentOptions: {key: k}\n", func(s *settings) {
			s.HTTP.TLSInsecure, s.HTTP.TLSCA, s.HTTP.TLSKey, s.HTTP.Proxy, s.HTTP.Redirects, s.HTTP.User = true, "a\nb", "k", "http://p", 10, "a:b"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read("bailiff.yml", c.text)
			require.NoError(t, err)
			want := config.Defaults()
			want.File = "bailiff.yml"
			c.want(&want)
			require.Empty(t, cmp.Diff(&want, got), "(-want +got)")
		})
	}
}

// TestRead is not parallel: it changes the working folder.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	load := func(dredd bool, args ...string) (*config.Settings, error) {
		var a config.Arguments
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		a.Register(flags, func(config.Option) bool { return true })
		require.NoError(t, flags.Parse(args))
		return config.Load(config.Source{Arguments: &a, Dredd: dredd})
	}
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	s, err := load(true)
	require.NoError(t, err, "no file need be there")
	require.Equal(t, &config.Settings{}, s)
	_, err = load(true, "--config", "other.yml")
	require.EqualError(t, err, "the configuration file other.yml does not exist: mend --config, or leave it out")

	write(config.DreddName, "names: true")
	s, err = load(true)
	require.NoError(t, err)
	require.True(t, s.Names)
	require.Equal(t, config.DreddName, s.File)
	s, err = load(false)
	require.NoError(t, err)
	require.False(t, s.Names, "it is not for commands that Dredd does not have")
	write(config.DefaultName, "match: type")
	s, err = load(true)
	require.NoError(t, err)
	require.Equal(t, transaction.MatchType, s.Match)
	require.False(t, s.Names)
	require.Equal(t, []string{"bailiff.yml is read, and dredd.yml beside it is not"}, s.Warnings)
	s, err = load(true, "--config", config.DreddName)
	require.NoError(t, err)
	require.True(t, s.Names)
	_, err = load(true, "--config", dir)
	require.ErrorContains(t, err, "read the configuration: ")
}

func FuzzParse(f *testing.F) {
	f.Add("bailiff.yml", []byte("match: value\nvolatile:\n  - {pointer: /a, kind: regexp, pattern: a+}\nsanitize: {headers: [A], pointers: [/b]}\n"))
	f.Add("dredd.yml", []byte("a: &a [*a]\nb: *a\n<<: *a\noptions: {custom: {a: [1, {b: ~}]}}\nhttp: {agentOptions: {ca: x}}"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		s, err := read(name, string(data))
		if err != nil {
			return
		}
		for _, v := range s.Volatile {
			require.NoError(t, harness.CheckVolatile(v))
		}
		_, err = json.Marshal([]any{s.Custom, s.Extra})
		require.NoError(t, err)
	})
}
