package cli

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// came is the result of a run: names with their status, and "-" for what was not selected.
func came(outcomes ...string) *harness.Result {
	r := &harness.Result{}
	for i := 0; i < len(outcomes); i += 2 {
		o := transaction.Outcome{Transaction: &transaction.Transaction{Name: transaction.Name(outcomes[i])}, Status: transaction.Status(outcomes[i+1])}
		if o.Status == "-" {
			o.Status, o.Unselected = transaction.Skip, true
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	return r
}

func interrupted(r *harness.Result) *harness.Result {
	r.NotRun = 1
	return r
}

func TestFailuresAreKept(t *testing.T) { // the environment is the process's, so it runs alone
	for name, test := range map[string]struct {
		runs []*harness.Result
		want []string
	}{
		"all held":              {[]*harness.Result{came("a", "pass", "b", "skip")}, []string{}},
		"failures and errors":   {[]*harness.Result{came("a", "fail", "b", "pass", "c", "error", "d", "skip")}, []string{"a", "c"}},
		"a name twice":          {[]*harness.Result{came("a", "fail", "a", "fail", "a", "pass")}, []string{"a"}},
		"mended":                {[]*harness.Result{came("a", "fail", "b", "fail"), came("a", "pass", "b", "fail")}, []string{"b"}},
		"all mended":            {[]*harness.Result{came("a", "fail"), came("a", "pass")}, []string{}},
		"interrupted":           {[]*harness.Result{came("a", "fail", "b", "fail", "c", "fail"), interrupted(came("a", "pass", "b", "fail"))}, []string{"b", "c"}},
		"not documented now":    {[]*harness.Result{came("a", "fail", "b", "fail"), came("a", "-")}, []string{"a"}},
		"not selected":          {[]*harness.Result{came("a", "fail", "b", "fail"), came("a", "-", "b", "pass")}, []string{"a"}},
		"skipped by a hook":     {[]*harness.Result{came("a", "fail"), came("a", "skip")}, []string{}},
		"a dry run is none":     {[]*harness.Result{came("a", "fail"), came("a", "-", "b", "-")}, []string{"a"}},
		"nor is what never ran": {[]*harness.Result{came("a", "fail"), interrupted(came()), nil}, []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("BAILIFF_CACHE", t.TempDir())
			for _, r := range test.runs {
				f, err := failuresOf([]string{"b.apib", "a.apib"})
				require.NoError(t, err)
				require.NoError(t, f.keep(r))
			}
			f, err := failuresOf([]string{"a.apib", "b.apib", "a.apib"})
			require.NoError(t, err)
			got, err := f.last()
			require.NoError(t, err)
			assert.Equal(t, test.want, got)

			left, err := os.ReadDir(filepath.Dir(f.file))
			require.NoError(t, err)
			assert.Len(t, left, 1, "nothing is left of writing it")
		})
	}
}

func TestFailuresAreThoseOfTheDescriptionsAndTheFolder(t *testing.T) { // the folder is the process's, so it runs alone
	t.Setenv("BAILIFF_CACHE", t.TempDir())
	f, err := failuresOf([]string{"a.apib"})
	require.NoError(t, err)
	_, err = f.last()
	require.ErrorIs(t, err, errNeverRun)
	require.NoError(t, f.keep(came("a", "-")))
	_, err = f.last()
	require.ErrorIs(t, err, errNeverRun, "a dry run is no run")
	require.NoError(t, f.keep(came("a", "fail")))

	other, err := failuresOf([]string{"b.apib"})
	require.NoError(t, err)
	_, err = other.last()
	require.ErrorIs(t, err, errNeverRun)

	t.Chdir(t.TempDir())
	elsewhere, err := failuresOf([]string{"a.apib"})
	require.NoError(t, err)
	_, err = elsewhere.last()
	require.ErrorIs(t, err, errNeverRun)
}

func TestFailuresThatCannotBeRead(t *testing.T) { // the environment is the process's, so it runs alone
	t.Setenv("BAILIFF_CACHE", t.TempDir())
	f, err := failuresOf([]string{"a.apib"})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(f.file), 0o700))
	for _, text := range []string{"", "{", `{"version": 2, "failed": ["a"]}`, "[]"} {
		require.NoError(t, os.WriteFile(f.file, []byte(text), 0o600))
		_, err = f.last()
		require.EqualError(t, err, f.file+" is not what this version of bailiff keeps there: remove it, and run once without --rerun-failed")
	}
	require.NoError(t, f.keep(came("a", "fail")), "the next run writes it anew")
	got, err := f.last()
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, got)

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("BAILIFF_CACHE", file)
	f, err = failuresOf([]string{"a.apib"})
	require.NoError(t, err)
	require.ErrorContains(t, f.keep(came("a", "fail")), "keep what failed for --rerun-failed: ")
}

// What a run keeps is what the next one selects.
func TestFailuresAreRunAgain(t *testing.T) { // the environment is the process's, so it runs alone
	t.Setenv("BAILIFF_CACHE", t.TempDir())
	f, err := failuresOf([]string{"a.apib"})
	require.NoError(t, err)
	cfg := harness.Config{Descriptions: []string{filepath.Join(t.TempDir(), "a.apib")}, Endpoint: "http://127.0.0.1:1"}
	require.NoError(t, os.WriteFile(cfg.Descriptions[0], []byte("FORMAT: 1A\n\n# M\n\n## A [/a]\n\n### Do [GET]\n\n+ Response 204\n\n## B [/b]\n\n### Do [GET]\n\n+ Response 204\n"), 0o600))
	cfg.Only = []string{"B > Do"}
	result, err := harness.Run(context.Background(), cfg)
	require.NoError(t, err)
	require.NoError(t, f.keep(result))

	cfg.Only = nil
	cfg.Rerun, err = f.last()
	require.NoError(t, err)
	result, err = harness.Run(context.Background(), cfg)

	require.NoError(t, err)
	require.True(t, result.Outcomes[0].Unselected)
	require.Equal(t, transaction.Error, result.Outcomes[1].Status)
}
