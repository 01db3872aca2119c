package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var update = flag.Bool("update", false, "rewrite the wanted output of testdata/*.txtar")

// goldenRun is run.json of a golden file. A body that begins with "@" is the file of that name in
// the archive; excerpts of the documentation come from there too.
type goldenRun struct {
	Reporter string
	Options  struct {
		Color, Terminal, Details, Rerun, Explain, InlineErrors bool
		// Err marks the lines that go to Options.Err.
		Err      bool
		Width    int
		Diff     string
		Sanitize *sanitize.Config
	}
	Plan     report.Plan
	Outcomes []transaction.Outcome
	Summary  struct {
		Milliseconds int
		Interrupted  bool
		NotRun       int
		Notes        []string
		HookErrors   []string
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			got := visible(play(t, archive))
			if *update {
				setWant(archive, got)
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			want, _ := find(archive, "want")
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

// play reports what run.json tells.
func play(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	text, err := find(archive, "run.json")
	require.NoError(t, err)
	var run goldenRun
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&run))

	var out bytes.Buffer
	o := report.Options{
		Out: &out, Color: run.Options.Color, Width: run.Options.Width,
		Terminal: run.Options.Terminal, Details: run.Options.Details,
		Explain: run.Options.Explain, Diff: run.Options.Diff, InlineErrors: run.Options.InlineErrors,
		Version: "1.2.3", Now: func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
		Excerpt: report.Excerpts(func(name string) ([]byte, error) { return find(archive, name) }),
	}
	if run.Options.Err {
		o.Err = marked{&out}
	}
	if run.Options.Sanitize != nil {
		o.Sanitize, err = sanitize.New(*run.Options.Sanitize)
		require.NoError(t, err)
	}
	if run.Options.Rerun {
		o.Rerun = func(o transaction.Outcome) string {
			return `bailiff demo --only "` + string(o.Transaction.Name) + `"`
		}
	}
	name := run.Reporter
	if name == "" {
		name = "cli"
	}
	r := reporter(t, name, o)
	r.Begin(run.Plan)
	sum := report.Summary{
		Duration:    time.Duration(run.Summary.Milliseconds) * time.Millisecond,
		Interrupted: run.Summary.Interrupted, NotRun: run.Summary.NotRun, Notes: run.Summary.Notes,
		HookErrors: run.Summary.HookErrors,
	}
	for _, outcome := range run.Outcomes {
		outcome.Transaction.Expected.Body = body(t, archive, outcome.Transaction.Expected.Body)
		if real := outcome.Transaction.Real; real != nil {
			real.Body = body(t, archive, real.Body)
		}
		sum.Stats.Add(outcome.Status)
		r.Report(outcome)
	}
	require.NoError(t, r.End(sum))
	return out.String()
}

// marked is a stream beside another, whose lines are told apart.
type marked struct{ out *bytes.Buffer }

func (m marked) Write(b []byte) (int, error) {
	m.out.WriteString("[err] ")
	return m.out.Write(b)
}

// reporter makes a reporter by its name.
func reporter(t require.TestingT, name string, o report.Options) report.Reporter {
	if name == "html" {
		return report.NewHTML(o)
	}
	r, err := report.New(name, o)
	require.NoError(t, err)
	return r
}

func body(t *testing.T, archive *txtar.Archive, s string) string {
	t.Helper()
	name, ok := strings.CutPrefix(s, "@")
	if !ok {
		return s
	}
	text, err := find(archive, name)
	require.NoError(t, err, name)
	return string(text)
}

func find(archive *txtar.Archive, name string) ([]byte, error) {
	for _, f := range archive.Files {
		if f.Name == name {
			return f.Data, nil
		}
	}
	return nil, errors.Join(errors.New(name), fs.ErrNotExist)
}

func setWant(archive *txtar.Archive, got string) {
	for i := range archive.Files {
		if archive.Files[i].Name == "want" {
			archive.Files[i].Data = []byte(got)
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
}

// visible writes the control characters that reporters may use so that a golden file shows them.
func visible(s string) string {
	return strings.NewReplacer("\x1b", "␛", "\r", "␍").Replace(s)
}
