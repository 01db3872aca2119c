package harness_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// lost has an action that cannot be compiled.
const lost = "FORMAT: 1A\n\n# Machines\n\n# GET /machines\n\n+ Response 200\n\n+ Response 404\n\n# Machine [/machines/{id}]\n\n## View [GET]\n\n+ Response 200\n"

func TestCompile(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"a.apib": {Data: []byte(lost)}, "bad.apib": {Data: []byte("FORMAT: 1A\n\n# Caf\xe9\n")}, "tab.apib": {Data: []byte("FORMAT: 1A\n\n# T\n\n+\tx\n")},
	}
	cfg := harness.CompileConfig{FS: files, Dir: "docs", Descriptions: []string{"*.apib"}, NoCache: true}
	compiled, err := harness.Compile(t.Context(), cfg)
	require.NoError(t, err)
	require.Len(t, compiled, 3)

	a := compiled[0]
	assert.Equal(t, "docs/a.apib", a.Filename)
	assert.Equal(t, "text/vnd.apiblueprint", a.MediaType)
	require.Len(t, a.Transactions, 1)
	assert.Equal(t, transaction.Name("Machines > /machines > GET"), a.Name(a.Transactions[0], false))
	assert.Equal(t, transaction.Name("/machines > GET"), a.Name(a.Transactions[0], true))
	assert.Equal(t, 2, a.Actions)
	require.Len(t, a.Omissions, 1)
	assert.Equal(t, "docs/a.apib:13:1", a.Omissions[0].At.String())
	assert.Equal(t, transaction.Name("Machines > Machine > View"), harness.NameOf(a.Omissions[0].Origin))
	sources, err := a.Locate()
	require.NoError(t, err)
	assert.Equal(t, "docs/a.apib:5:1", sources[0].Action.String())

	bad := compiled[1]
	require.Len(t, bad.Annotations, 1, "one that cannot be read has an annotation and nothing else")
	assert.Equal(t, transaction.SeverityError, bad.Annotations[0].Severity)
	assert.Equal(t, "docs/bad.apib:3:6", bad.Annotations[0].At.String())
	assert.Empty(t, bad.MediaType)
	_, err = bad.Locate()
	require.NoError(t, err)

	tab := compiled[2]
	assert.True(t, strings.HasSuffix(tab.Explain(tab.Annotations[0]), "\n    + x\n     ^"), tab.Explain(tab.Annotations[0]))

	cfg.AllExamples = true
	compiled, err = harness.Compile(t.Context(), cfg)
	require.NoError(t, err)
	require.Len(t, compiled[0].Transactions, 2)
	assert.Equal(t, transaction.Name("Machines > /machines > GET > Response 404"), compiled[0].Transactions[1].Name)

	_, err = harness.Compile(t.Context(), harness.CompileConfig{})
	require.ErrorContains(t, err, "no API description is named")
	cfg.Descriptions = []string{"none.apib"}
	_, err = harness.Compile(t.Context(), cfg)
	require.ErrorContains(t, err, "none.apib")
}

// TestExplainLongLines shows the part of a line that matters.
func TestExplainLongLines(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("a", 1000) + "\x1b" + "X" + strings.Repeat("b", 1000)
	c := &harness.Compiled{Line: func(transaction.Position) (string, bool) { return line, true }}
	said := c.Explain(transaction.Annotation{Severity: transaction.SeverityError, Message: "m", At: transaction.Position{File: "f", Line: 1, Column: 1002}})
	rows := strings.Split(said, "\n")
	require.Len(t, rows, 3)
	assert.Less(t, len(rows[1]), 130)
	assert.Equal(t, byte('X'), rows[1][strings.IndexByte(rows[2], '^')])
	assert.NotContains(t, said, "\x1b")
	for _, column := range []int{0, 1, 2002, 2003, 9999} {
		assert.NotPanics(t, func() {
			c.Explain(transaction.Annotation{Severity: transaction.SeverityError, At: transaction.Position{File: "f", Line: 1, Column: column}})
		})
	}
	assert.NotContains(t, c.Explain(transaction.Annotation{Severity: transaction.SeverityWarning, Message: "m"}), "\n")
}

func TestStrictDescriptions(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.FS = document(lost)
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	assert.Equal(t, "2 documented actions: 1 compiled, 1 not", s.Plan().Warnings[0])
	assert.Contains(t, s.Plan().Warnings[1], `docs/machines.apib:13:1: "Machine > View" (GET /machines/{id}) was not compiled`)
	require.NoError(t, s.Close())

	cfg.StrictDescriptions = true
	_, err = harness.Open(t.Context(), cfg)
	var omitted *harness.OmissionError
	require.ErrorAs(t, err, &omitted)
	assert.Equal(t, 2, omitted.Actions)
	require.Len(t, omitted.Omissions, 1)
	assert.ErrorContains(t, err, "docs/machines.apib:13:1")
}

// TestCacheFolder is not parallel: it sets the environment.
func TestCacheFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("BAILIFF_CACHE", dir)
	cfg := config("press")
	open := func() *harness.Session {
		s, err := harness.Open(t.Context(), cfg)
		require.NoError(t, err)
		require.NoError(t, s.Close())
		return s
	}
	kept := func() int {
		names, err := filepath.Glob(filepath.Join(dir, "compile", "*"))
		require.NoError(t, err)
		return len(names)
	}
	cfg.NoCache = true
	compiled := open()
	require.Zero(t, kept())
	cfg.NoCache = false
	first := open()
	require.Equal(t, 1, kept())
	second := open()
	require.Equal(t, 1, kept())
	assert.Equal(t, compiled.Transactions(), first.Transactions())
	assert.Equal(t, compiled.Transactions(), second.Transactions(), "names are stripped of the title once")
	cfg.AllExamples = true
	open()
	require.Equal(t, 2, kept(), "the option is part of the key")

	require.NoError(t, os.Chmod(filepath.Join(dir, "compile"), 0o777))
	open()
	require.Equal(t, 2, kept(), "a folder that anybody may write to is not used")
}
