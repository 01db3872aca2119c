package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// reportTo reports a run of one transaction as reporters and outputs say. It returns what went to the
// screen, and the warnings.
func reportTo(t *testing.T, r reporting) (stdout, stderr string, warnings []string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{name: "bailiff", stdout: newScreen(&out), stderr: &errs, color: "auto"}
	r.warn = func(text string) { warnings = append(warnings, text) }
	reporter, end, err := a.reporters(r)
	require.NoError(t, err)
	reporter.Begin(harness.Plan{Transactions: 1})
	reporter.Report(transaction.Outcome{
		Status:      transaction.Pass,
		Transaction: &transaction.Transaction{Name: "A", Request: transaction.Request{Method: "GET", URI: "/a"}, Expected: transaction.Response{StatusCode: 200}},
	})
	require.NoError(t, reporter.End(harness.Summary{Stats: transaction.Stats{Passes: 1}}))
	require.NoError(t, end())
	return out.String(), errs.String(), warnings
}

func TestReportersGoWhereOutputsSay(t *testing.T) { // it changes the working folder, so not in parallel
	t.Chdir(t.TempDir())
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	require.NoError(t, os.WriteFile("report.xml", []byte("what was there before, and is longer than nothing"), 0o600))

	stdout, stderr, warnings := reportTo(t, reporting{
		names:   []string{"xunit", "dot", "json", "sarif"},
		outputs: []string{"", "json=" + filepath.Join("a", "b", "report.json"), "~/here.sarif"},
	})

	assert.Contains(t, stdout, "complete: 1 passing")
	assert.Empty(t, stderr)
	abs, err := filepath.Abs("report.xml")
	require.NoError(t, err)
	assert.Equal(t, []string{"File exists at " + abs + ", will be overwritten..."}, warnings)
	assert.Regexp(t, `^<\?xml [^@]*</testsuites>\n$`, read(t, "report.xml"))
	assert.True(t, json.Valid([]byte(read(t, filepath.Join("a", "b", "report.json")))))
	assert.True(t, json.Valid([]byte(read(t, filepath.Join(home, "here.sarif")))))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

func TestReportOnStandardOutputIsAlone(t *testing.T) {
	t.Parallel()
	stdout, stderr, warnings := reportTo(t, reporting{names: []string{"json"}, outputs: []string{"-"}})
	assert.True(t, json.Valid([]byte(stdout)), stdout)
	assert.Contains(t, stderr, "pass: GET (200) /a")
	assert.Empty(t, warnings)
}

func TestReportToWhatIsNoFile(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/null"); err != nil {
		t.Skip("this system has no /dev/null")
	}
	_, _, warnings := reportTo(t, reporting{names: []string{"junit", "json"}, outputs: []string{"/dev/null", "/dev/null"}})
	assert.Empty(t, warnings)
}

func TestGitHubAddsToTheSummary(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "summary")
	require.NoError(t, os.WriteFile(name, []byte("before\n"), 0o600))
	stdout, _, warnings := reportTo(t, reporting{
		names:   []string{"github"},
		options: harness.ReportOptions{Getenv: func(key string) string { return map[string]string{"GITHUB_STEP_SUMMARY": name}[key] }},
	})
	assert.Empty(t, warnings)
	assert.Contains(t, stdout, "::notice title=bailiff::1 passing")
	assert.Contains(t, stdout, "pass: GET (200) /a")
	assert.Regexp(t, `^before\n\n### [^@]*\*\*1 passing, 0 failing, 0 errors, 0 skipped, 1 total\*\*\n$`, read(t, name))
}

func TestReportersRefuse(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, []byte("kept"), 0o600))
	tests := map[string]struct {
		names, outputs []string
		want           string // a part
	}{
		"misspelt reporter":     {[]string{"juint"}, nil, `no reporter is called "juint": did you mean junit?`},
		"unknown reporter":      {[]string{"teamcity"}, nil, `no reporter is called "teamcity": use cli, dot,`},
		"folder":                {[]string{"json"}, []string{folder}, folder + " is a folder: name a file in it"},
		"below a file":          {[]string{"json"}, []string{filepath.Join(file, "x")}, "report of json: "},
		"one file for two":      {[]string{"json", "sarif"}, []string{file, file}, "json and sarif both write to " + file},
		"standard output twice": {[]string{"json", "junit"}, []string{"-", "-"}, "json and junit both write to standard output"},
		"two files for one":     {nil, []string{"json=a", "json=b"}, "--output names two files for json: a and b"},
		"no file":               {nil, []string{"json="}, `--output "json=" names no file`},
		"misspelt pair":         {nil, []string{"jsno=a"}, `no reporter is called "jsno": did you mean json?`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &app{name: "bailiff", stdout: newScreen(&bytes.Buffer{}), stderr: &bytes.Buffer{}, color: "auto"}
			_, _, err := a.reporters(reporting{names: test.names, outputs: test.outputs})
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAssignOutputs(t *testing.T) {
	t.Parallel()
	fewer, more := "there are fewer outputs than reporters that write files: ", "there are more outputs than reporters that write files: nothing goes to "
	tests := map[string]struct {
		names, outputs []string
		want           string // reporter:path for each
		warning        string
	}{
		"none":                          {},
		"default":                       {names: []string{"xunit"}, want: "xunit:report.xml ", warning: fewer + "xunit writes to report.xml"},
		"by position":                   {names: []string{"html", "nyan", "xunit"}, outputs: []string{"a", "b"}, want: "html:a xunit:b "},
		"fewer":                         {names: []string{"markdown", "xunit"}, outputs: []string{"a"}, want: "markdown:a xunit:report.xml ", warning: fewer + "xunit writes to report.xml"},
		"more":                          {names: []string{"json"}, outputs: []string{"a", "b", "c"}, want: "json:a ", warning: more + "b, c"},
		"pair":                          {names: []string{"html", "xunit"}, outputs: []string{"xunit=x", "a"}, want: "html:a xunit:x "},
		"pair of one that is not named": {outputs: []string{"sarif=-"}, want: "sarif:- "},
		"path with an equals sign":      {names: []string{"json"}, outputs: []string{"out/run=7.json"}, want: "json:out/run=7.json "},
		"apiary and a path":             {names: []string{"apiary", "xunit"}, outputs: []string{"x.xml"}, want: "apiary: xunit:x.xml "},
		"apiary as in Dredd":            {names: []string{"apiary", "xunit"}, outputs: []string{"unused", "x.xml"}, want: "apiary: xunit:x.xml "},
		"apiary last":                   {names: []string{"xunit", "apiary"}, outputs: []string{"x.xml", "unused"}, want: "xunit:x.xml apiary: "},
		"github takes none":             {names: []string{"github", "xunit"}, outputs: []string{"x.xml"}, want: "github: xunit:x.xml "},
		"twice is once":                 {names: []string{"xunit", "xunit"}, outputs: []string{"x.xml"}, want: "xunit:x.xml "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, others, err := chooseReporters(test.names)
			require.NoError(t, err)
			targets, warnings, err := assignOutputs(others, test.outputs)
			require.NoError(t, err)
			got := ""
			for _, target := range targets {
				got += target.reporter.Name + ":" + target.path + " "
			}
			assert.Equal(t, test.want, got)
			if test.warning == "" {
				assert.Empty(t, warnings)
			} else {
				assert.Equal(t, []string{test.warning}, warnings)
			}
		})
	}
}

func TestChooseReportersTakesOneConsole(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{"cli": {"xunit"}, "nyan": {"xunit", "nyan", "dot"}, "dot": {"dot", "cli"}} {
		console, _, err := chooseReporters(names)
		require.NoError(t, err)
		assert.Equal(t, want, console)
	}
}
