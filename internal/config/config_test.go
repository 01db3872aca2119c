package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
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

func TestTheDocumentedExample(t *testing.T) {
	t.Parallel()
	f, err := config.Parse("bailiff.yml", example(t))
	require.NoError(t, err)
	require.Equal(t, &config.File{
		Name:  "bailiff.yml",
		Match: transaction.MatchValue,
		Volatile: []transaction.Volatile{
			{Pointer: "/data/**/last-seen-at", Kind: transaction.KindDateTime, From: "bailiff.yml:6"},
			{Header: "ETag", Kind: transaction.KindAny, From: "bailiff.yml:8"},
			{Pointer: "/data/*/attributes/code", Kind: transaction.KindRegexp, Pattern: `[A-Z]{3}-\d+`, From: "bailiff.yml:10"},
			{Pointer: "/data/attributes/tags", Kind: transaction.KindSet, From: "bailiff.yml:13"},
		},
		NoVolatileDefaults: false,
		Sanitize:           harness.Sanitize{Headers: []string{"X-Session"}, Pointers: []string{"/data/**/iban"}},
		Diff:               "side-by-side",
		Explain:            true,
	}, f)
}

// TestEveryKeyIsDocumented reads the keys from the message about an unknown one.
func TestEveryKeyIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/configuration.md")
	require.NoError(t, err)
	seen := 0
	for _, text := range []string{"zzzzzz: 1", "volatile: [{zzzzzz: 1}]", "sanitize: {zzzzzz: 1}"} {
		_, err = config.Parse("f", []byte(text))
		require.Error(t, err)
		_, keys, found := strings.Cut(err.Error(), "the keys are ")
		require.True(t, found, err)
		for key := range strings.SplitSeq(keys, ", ") {
			seen++
			assert.Contains(t, string(page), "`"+key+"`")
		}
	}
	require.Equal(t, 13, seen)
	for _, k := range harness.Kinds() {
		assert.Contains(t, string(page), "`"+string(k)+"`")
	}
}

func TestWhatIsWrongIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", "match: value\n\nvolatil: []\n", []string{`f:3:1: unknown key "volatil", did you mean "volatile"?`}},
		{"unknown key, none near", "zzzzzz: 1", []string{`f:1:1: unknown key "zzzzzz"; the keys are match, volatile, volatile-defaults, sanitize, diff, explain`}},
		{"key twice", "match: type\nmatch: value", []string{`f:2:1: the key "match" stands here a second time; drop one of the two`}},
		{"match", "match: values", []string{`f:1:8: want one of structure, type, value, not "values"; did you mean "value"?`}},
		{"match no text", "match: [value]", []string{"f:1:8: want one of structure, type, value, not a list"}},
		{"no object", "- match", []string{"f:1:1: want an object here, with some of the keys match, volatile, volatile-defaults, sanitize, diff, explain, not a list"}},
		{"no boolean", "explain: maybe", []string{`f:1:10: want true or false, not "maybe"`}},
		{"boolean of old", "explain: yes", []string{`f:1:10: want true or false, not "yes"`}},
		{"quoted boolean", `explain: "true"`, []string{`f:1:10: want true or false, not "true"`}},
		{"no list", "volatile: {pointer: /a}", []string{"f:1:11: want a list, not an object"}},
		{"diff", "diff: side by side", []string{`f:1:7: want one of unified, side-by-side, not "side by side"; did you mean "side-by-side"?`}},
		{"item no object", "volatile:\n  - /a", []string{`f:2:5: want an object here, with some of the keys pointer, header, kind, pattern, not "/a"`}},
		{"no place", "volatile:\n  - kind: any", []string{"f:2:5: this says what varies by neither pointer nor header; add one, as in pointer: /data/*/created-at"}},
		{"two places", "volatile:\n  - {pointer: /a, header: B, kind: any}", []string{"f:2:5: a declaration is about a part of the body or about a header; make two of it"}},
		{"no kind", "volatile:\n  - pointer: /a", []string{"f:2:5: this does not say what the value must be; add one, as in kind: any"}},
		{"unknown kind", "volatile:\n  - pointer: /a\n    kind: datetime", []string{`f:3:11: want one of any, string, number, boolean, date-time, date, uuid, url, email, regexp, set, not "datetime"; did you mean "date-time"?`}},
		{"pointer", "volatile:\n  - pointer: a/b\n    kind: any", []string{`f:2:14: a pointer begins with a slash, as in "/a/b"`}},
		{"empty pointer", "volatile:\n  - pointer: \"\"\n    kind: any", []string{`f:2:5: volatile pointer "": give it a pointer, "#" for the whole body, or a header`}},
		{"header", "volatile:\n  - header: 'ETag:'\n    kind: any", []string{`f:2:13: "ETag:" is no name of a header; leave out its colon and value`}},
		{"set of headers", "volatile:\n  - {header: Vary, kind: set}", []string{`f:2:5: volatile header "Vary": a header is no list; a set needs a pointer`}},
		{"regexp", "volatile:\n  - pointer: /a\n    kind: regexp\n    pattern: '('", []string{"f:4:14: error parsing regexp: missing closing ): `(`"}},
		{"pattern without regexp", "volatile:\n  - pointer: /a\n    kind: any\n    pattern: a", []string{"f:4:14: only the kind regexp has a pattern; drop it, or write kind: regexp"}},
		{"regexp without pattern", "volatile:\n  - pointer: /a\n    kind: regexp", []string{"f:3:11: the kind regexp needs a pattern, as in pattern: '[A-Z]{3}'"}},
		{"sanitize header", "sanitize:\n  headers:\n    - 'X: 1'", []string{`f:3:7: "X: 1" is no name of a header; leave out its colon and value`}},
		{"sanitize pointer", "sanitize:\n  pointers: [iban]", []string{`f:2:14: a pointer begins with a slash, as in "/iban"`}},
		{"sanitize escape", "sanitize:\n  pointers: [/a~b]", []string{`f:2:14: sanitize pointer "/a~b": "~" must be written ~0, and "/" in a name ~1`}},
		{"sanitize nothing", "sanitize:\n  headers:\n", []string{"f:2:11: want a list, not nothing"}},
		{"several", "match: x\nexplain: 1\n", []string{`f:1:8: want one of structure, type, value, not "x"`, `f:2:10: want true or false, not "1"`}},
		{"no YAML", "match: value\n  explain: true", []string{"f:2:10: this is no YAML: mapping values are not allowed in this context"}},
		{"backslash", "volatile:\n  - pattern: \"\\d\"", []string{"f:2:15: a backslash means something else in double quotes; put the text in single quotes"}},
		{"two documents", "match: value\n---\nmatch: type", []string{"f:2:1: a second document begins here; keep all in one"}},
		{"large", strings.Repeat("#", 1<<20+1), []string{"f: this is larger than 1024 KiB, so it is hardly a configuration file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("f", []byte(c.text))
			require.EqualError(t, err, strings.Join(c.want, "\n"))
			var where *config.Error
			require.ErrorAs(t, err, &where)
		})
	}
}

func TestWhatIsRight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       config.File
	}{
		{"nothing", "", config.File{}},
		{"comments", "# none yet\n", config.File{}},
		{"null", "~\n", config.File{}},
		{"off", "volatile-defaults: false\nsanitize:\n  defaults: false\n", config.File{NoVolatileDefaults: true, Sanitize: harness.Sanitize{NoDefaults: true}}},
		{"on", "volatile-defaults: true\nsanitize: {defaults: true}\nexplain: false", config.File{}},
		{"whole body", "volatile:\n- {pointer: '#', kind: any}", config.File{Volatile: []transaction.Volatile{{Pointer: "#", Kind: transaction.KindAny, From: "f:2"}}}},
		{"anchor of a value", "volatile-defaults: &off false\nexplain: *off\n", config.File{NoVolatileDefaults: true}},
		{"anchors", "volatile:\n- &a {pointer: /a, kind: any}\n- *a\n", config.File{Volatile: []transaction.Volatile{
			{Pointer: "/a", Kind: transaction.KindAny, From: "f:2"},
			{Pointer: "/a", Kind: transaction.KindAny, From: "f:2"},
		}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := config.Parse("f", []byte(c.text))
			require.NoError(t, err)
			c.want.Name = "f"
			require.Equal(t, c.want, *got)
		})
	}
}

// TestRead is not parallel: it changes the working folder.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	f, err := config.Read("")
	require.NoError(t, err, "the default need not be there")
	require.Equal(t, &config.File{}, f)
	_, err = config.Read("other.yml")
	require.EqualError(t, err, "the configuration file other.yml does not exist: mend --config, or leave it out")

	require.NoError(t, os.WriteFile(filepath.Join(dir, config.DefaultName), []byte("match: type"), 0o600))
	f, err = config.Read("")
	require.NoError(t, err)
	require.Equal(t, &config.File{Name: config.DefaultName, Match: transaction.MatchType}, f)
	_, err = config.Read(dir)
	require.ErrorContains(t, err, "read the configuration: ")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("match: value\nvolatile:\n  - {pointer: /a, kind: regexp, pattern: a+}\nsanitize: {headers: [A], pointers: [/b]}\n"))
	f.Add([]byte("a: &a [*a]\nb: *a\n<<: *a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := config.Parse("f", data)
		if err != nil {
			return
		}
		for _, v := range file.Volatile {
			require.NoError(t, harness.CheckVolatile(v))
		}
	})
}
