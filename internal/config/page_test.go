package config_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
)

var update = flag.Bool("update", false, "rewrite the table of docs/configuration.md")

const page = "../../docs/configuration.md"

const (
	beginning = "<!-- options: made by go test ./internal/config -update -->\n"
	ending    = "<!-- end of options -->\n"
)

func TestThePageHasTheTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), beginning)
	require.True(t, found)
	table, after, found := strings.Cut(rest, ending)
	require.True(t, found)
	want := "\n" + markdown()
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(before+beginning+want+ending+after), 0o600))
		return
	}
	require.Empty(t, cmp.Diff(want, table), "run go test ./internal/config -update (-want +got)")
}

// markdown writes the table of options.
func markdown() string {
	var b strings.Builder
	for _, g := range config.Groups() {
		fmt.Fprintf(&b, "### %s\n\n| key and option | value | without it | what it does | `dredd.yml` |\n|---|---|---|---|---|\n", g)
		for _, o := range config.Table() {
			if o.Group != g {
				continue
			}
			names := "`" + o.Name + "`"
			switch o.Where {
			case config.CommandLine:
				names = "`--" + o.Name + "`, no key"
			case config.Files:
				names += ", no option"
			case config.Everywhere:
			}
			if o.Alias != "" {
				names += ", `-" + o.Alias + "`"
			}
			if o.Also != "" {
				names += ", `--" + o.Also + "`"
			}
			dredd := "yes"
			switch {
			case o.Ours:
				dredd = "no"
			case o.Where == config.CommandLine:
				dredd = ""
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", names, o.Kind(), strings.ReplaceAll(o.Default, "|", "\\|"), o.Usage, dredd)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestNestedKeysAreDocumented reads them from the message about an unknown one.
func TestNestedKeysAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	seen := 0
	for _, wrong := range []string{"volatile: [{zzzzzz: 1}]", "sanitize: {zzzzzz: 1}", "http: 1"} {
		_, err = read("bailiff.yml", wrong)
		require.Error(t, err)
		message, _, _ := strings.Cut(err.Error(), "\n")
		_, keys, found := strings.Cut(message, "the keys ")
		require.True(t, found, err)
		keys, _, _ = strings.Cut(strings.TrimPrefix(keys, "are "), ", not ")
		for key := range strings.SplitSeq(keys, ", ") {
			seen++
			assert.Contains(t, string(text), "`"+key+"`")
		}
	}
	require.Equal(t, 18, seen)
	for _, k := range harness.Kinds() {
		assert.Contains(t, string(text), "`"+string(k)+"`")
	}
}
