package cli

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

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
			got, err := parseVolatile(c.text)
			require.NoError(t, err)
			c.want.From = "--volatile"
			require.Equal(t, c.want, got)
		})
	}
	for text, want := range map[string]string{
		"":                  `--volatile "": want POINTER=KIND, as in '/data/*/seen-at=date-time' or 'header:ETag=any'`,
		"/a":                `--volatile "/a": want POINTER=KIND, as in '/data/*/seen-at=date-time' or 'header:ETag=any'`,
		"header:=any":       `--volatile "header:=any": name the header, as in 'header:ETag=any'`,
		"header:Vary=set":   `--volatile "header:Vary=set": volatile header "Vary": a header is no list; a set needs a pointer`,
		"/a=":               `--volatile "/a=": unknown kind "": use any, string, number, boolean, date-time, date, uuid, url, email, set or regexp:PATTERN`,
		"/a=regexp:":        `--volatile "/a=regexp:": volatile pointer "/a": the kind regexp needs a pattern`,
		"header:A B=string": `--volatile "header:A B=string": volatile header "A B": a header name cannot have ' ' in it`,
	} {
		_, err := parseVolatile(text)
		require.EqualError(t, err, want)
	}
}

// TestFlagsWinOverTheFile reads a file that says the opposite of each default.
func TestFlagsWinOverTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bailiff.yml")
	require.NoError(t, os.WriteFile(path, []byte(`
match: value
volatile: [{pointer: /file, kind: any}]
volatile-defaults: false
sanitize: {headers: [X-Session]}
diff: side-by-side
explain: true
`), 0o600))
	read := func(args ...string) settings {
		t.Helper()
		var f verdictFlags
		cmd := &cobra.Command{}
		f.register(cmd, transaction.MatchType)
		require.NoError(t, cmd.ParseFlags(args))
		s, err := f.settings(cmd)
		require.NoError(t, err)
		return s
	}
	inFile := transaction.Volatile{Pointer: "/file", Kind: transaction.KindAny, From: path + ":3"}

	require.Equal(t, settings{match: transaction.MatchType, diff: "unified"}, read())
	require.Equal(t, settings{
		match: transaction.MatchValue, volatile: []transaction.Volatile{inFile}, noVolatileDefaults: true,
		explain: true, diff: "side-by-side", sanitize: harness.Sanitize{Headers: []string{"X-Session"}},
	}, read("--config", path))
	require.Equal(t, settings{
		match:    transaction.MatchStructure,
		volatile: []transaction.Volatile{inFile, {Pointer: "/flag", Kind: transaction.KindAny, From: "--volatile"}},
		diff:     "unified", sanitize: harness.Sanitize{NoDefaults: true},
	}, read("--config", path, "--match", "structure", "--volatile", "/flag=any", "--no-volatile-defaults=false",
		"--explain=false", "--diff", "unified", "--no-sanitize"))
}

func TestRerunRepeatsTheFlags(t *testing.T) {
	t.Parallel()
	var f contractFlags
	cmd := &cobra.Command{Use: "run"}
	f.register(cmd, transaction.MatchType)
	require.NoError(t, cmd.ParseFlags([]string{"api.apib", "--explain", "--volatile", "/a=any", "--volatile", "/b c=any", "--only", "A", "--seed", "2"}))
	a := &app{name: "bailiff"}

	got := a.rerun(cmd)(transaction.Outcome{Transaction: &transaction.Transaction{Name: "Group > B"}})

	require.Equal(t, `bailiff run api.apib --explain --seed=2 --volatile=/a=any "--volatile=/b c=any" --only "Group > B"`,
		strings.ReplaceAll(got, `--volatile="/b c=any"`, `"--volatile=/b c=any"`))
}

func TestReadLine(t *testing.T) {
	t.Parallel()
	r := bufio.NewReaderSize(strings.NewReader("a\r\n\n "+strings.Repeat("b", 100)+" \nc"), 16)
	for _, want := range []string{"a", "", strings.Repeat("b", 100)} {
		line, tooLong, err := readLine(r)
		require.NoError(t, err)
		require.False(t, tooLong)
		require.Equal(t, want, string(line))
	}
	line, _, err := readLine(r)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, "c", string(line))
}

// TestTooLongALineIsAnswered feeds one line too long between two that are not.
func TestTooLongALineIsAnswered(t *testing.T) {
	t.Parallel()
	v, err := harness.NewValidator(harness.ValidatorConfig{})
	require.NoError(t, err)
	const pair = `{"expected": {}, "actual": {}}` + "\n"
	in := io.MultiReader(strings.NewReader(pair), io.LimitReader(xs{}, maxLine+1), strings.NewReader("\n"+pair))
	var out strings.Builder

	err = answerLines(v, in, &out)

	require.ErrorIs(t, err, errFailed)
	require.Equal(t, `{"valid":true,"fields":{},"findings":[]}
{"valid":false,"fields":{},"findings":[],"error":"line 2: this is longer than 256 MB, which is the most that is read"}
{"valid":true,"fields":{},"findings":[]}
`, out.String())
}

// xs is an endless text.
type xs struct{}

func (xs) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
