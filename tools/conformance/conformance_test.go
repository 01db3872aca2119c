package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// hooksIn is a folder with a hook file.
func hooksIn(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "one.go"), []byte("package main\n\n\tx\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const feature = `Feature: x
  Scenario:
    Given a file named "api.apib" with:
      """
      # API
      """
    And a file named "one.{{my-extension}}" with:
      """
      ## say what to do
      #say()
      """
    When I run ` + "`dredd --language=\"{{my-executable-path}}\" --hookfiles=one.{{my-extension}}`" + `
`

func TestFill(t *testing.T) {
	t.Parallel()
	dir := hooksIn(t)
	got, err := fill(feature, dir, "handler dir")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"      ## say what to do\n      #say()\n", "      package main\n      \n      \tx\n",
		"{{my-extension}}", "go", "{{my-executable-path}}", "handler dir",
	).Replace(feature)
	if got.text != want {
		t.Errorf("got\n%s\nwant\n%s", got.text, want)
	}
	if want := []string{filepath.Join(dir, "one.go")}; !slices.Equal(got.files, want) {
		t.Errorf("files %q", got.files)
	}
}

func TestFillRefuses(t *testing.T) {
	t.Parallel()
	dir := hooksIn(t)
	for name, c := range map[string]struct{ feature, want string }{
		"another file":  {strings.ReplaceAll(feature, "one.", "two."), "there are no hooks for this step"},
		"another blank": {feature + "{{my-port}}", `a blank of an unknown kind: "{{my-port}}"`},
		"no end":        {feature[:strings.Index(feature, "      #say")], "nothing is quoted after this step"},
		"no quotation":  {"a file named \"one.{{my-extension}}\" with:\nx\n", "line 1: nothing is quoted after this step"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := fill(c.feature, dir, "h"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestQuotedHooksHaveTheNameOfTheirFile: a quotation has no line feed at its end.
func TestQuotedHooksHaveTheNameOfTheirFile(t *testing.T) {
	t.Parallel()
	var names []string
	for _, text := range []string{"package main\n", "package main", "package other\n"} {
		file := filepath.Join(t.TempDir(), "hookfile.go")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		name, err := nameOf([]string{file})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if names[0] != names[1] || names[0] == names[2] {
		t.Errorf("names %q", names)
	}
}

func TestProgram(t *testing.T) {
	t.Parallel()
	got, err := mainOf([]string{"x/hookfile1.go", "x/hookfile2.go"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "\thookfile1(server, hooks)\n\thookfile2(server, hooks)\n"; !strings.Contains(string(got), want) {
		t.Errorf("got\n%s", got)
	}
}

func TestReadResults(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "results.json")
	text := `[{"name":"F","elements":[
		{"name":"good","steps":[{"name":"a","keyword":"Given ","result":{"status":"passed"}}]},
		{"name":"","steps":[{"name":"a","keyword":"Given ","result":{"status":"passed"}},
			{"name":"b","keyword":"Then ","result":{"status":"undefined"}},{"name":"c","result":{"status":"skipped"}}]},
		{"name":"empty"}]}]`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readResults(file)
	if want := []result{{"F: good", ""}, {"F", "Then b: undefined"}, {"F: empty", "it has no steps"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	ours := bailiffOutcomes(`info: 4 transactions
pass: GET (200) /a?b=%20                                   3.7ms  A > B
fail: POST (422) /c   1s  C > (x)
error: PUT (200) /d   12µs  D
fail: POST (422) /c duration: 5ms
complete: 1 passing, 1 failing, 1 errors, 0 skipped, 3 total
`)
	if want := []outcome{{"A > B", "GET (200) /a?b=%20", "pass"}, {"C > (x)", "POST (422) /c", "fail"}, {"D", "PUT (200) /d", "error"}}; !slices.Equal(ours, want) {
		t.Errorf("bailiff: %q", ours)
	}
	theirs, err := dreddOutcomes([]byte(`<testsuite><testcase name="GET (200) /a?b=1&amp;c=2"/><testcase name="b"><failure><![CDATA[x]]></failure></testcase>` +
		`<testcase name="c"><skipped/></testcase><testcase name="d"><error/></testcase></testsuite>`))
	if want := []outcome{{"", "GET (200) /a?b=1&c=2", "pass"}, {"", "b", "fail"}, {"", "c", "skip"}, {"", "d", "error"}}; err != nil || !slices.Equal(theirs, want) {
		t.Errorf("Dredd: %q, %v", theirs, err)
	}
	if _, err := dreddOutcomes([]byte(`<testsuite><testcase name="a"/>`)); err == nil {
		t.Error("half a report is read")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	same := []outcome{{"A", "GET (200) /", "pass"}, {"A", "GET (200) /", "fail"}}
	left := outcome{"L", "GET (200) /l?x%5by%5d=1", "pass"}
	for name, c := range map[string]struct {
		bailiff, dredd []outcome
		drift          bool
		table, err     string
	}{
		"alike":         {append(slices.Clone(same), left), same, true, "  pass    1 under both\n  fail    1 under both\n  left out 1: Dredd drops", ""},
		"another order": {append([]outcome{same[1], same[0]}, left), same, true, "fail      pass    A", "2 differences"},
		"failures":      {append(slices.Clone(same), left), same, false, "no differences", "1 of the transactions did not pass"},
		"no failures":   {[]outcome{same[0], left}, same[:1], true, "no differences", "nothing failed"},
		"nothing":       {[]outcome{left}, nil, false, "no differences", "nothing passed"},
		"only bailiff":  {append(slices.Clone(same), left), same[:1], true, "  fail      not run   A", "1 differences"},
		"only Dredd":    {append(slices.Clone(same[:1]), left), same, true, "  not run   fail    A", "1 differences"},
		"another id":    {[]outcome{{"A", "GET (200) /2", "pass"}, left}, same[:1], true, "  GET (200) /2   GET (200) /   A", "1 differences"},
		"stale":         {same, same, true, "no differences", "an exception is of no use any more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name != "stale" {
				c.bailiff = append(slices.Clone(c.bailiff), outcome{"L > Permissions > Everyone else > List denied", "GET (200) /l", "pass"})
			}
			got := compare(c.bailiff, c.dredd)
			var table bytes.Buffer
			got.print(&table)
			if !strings.Contains(table.String(), c.table) {
				t.Errorf("table\n%s\nwants %q", table.String(), c.table)
			}
			err := got.check(c.drift)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}
