package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const suite = "../../testdata/hooks-js"

// TestCasesAreDocumented holds the cases against the page that tells people what differs.
func TestCasesAreDocumented(t *testing.T) {
	t.Parallel()
	cases, err := readCases(suite, regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/dredd.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if len(c.differs) > 0 && !strings.Contains(string(page), "`"+c.name+"`") {
			t.Errorf("docs/dredd.md does not name the case %s, which differs: %s", c.name, c.reason)
		}
	}
}

func TestProblemsOfAResult(t *testing.T) {
	t.Parallel()
	same := outcome{counts: "5 0 0 0", exit: "0"}
	other := outcome{counts: "4 1 0 0", exit: "1"}
	told := testCase{differs: []string{"counts", "exit"}, want: map[string]string{"counts": "4 1 0 0", "exit": "1"}}
	wrong := testCase{differs: []string{"counts", "exit"}, want: map[string]string{"counts": "3 2 0 0", "exit": "1"}}
	for name, c := range map[string]struct {
		result result
		want   int
	}{
		"the same":                     {result{dredd: same, bailiff: same}, 0},
		"differ, and nobody says so":   {result{dredd: same, bailiff: other}, 2},
		"differ as the case says":      {result{c: told, dredd: same, bailiff: other}, 0},
		"differ in another way":        {result{c: wrong, dredd: same, bailiff: other}, 1},
		"do not differ, as it is told": {result{c: told, dredd: other, bailiff: other}, 2},
	} {
		if got := c.result.problems(); len(got) != c.want {
			t.Errorf("%s: %d problems, want %d: %q", name, len(got), c.want, got)
		}
	}
}

func TestHeadOfACase(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"no subject":       {"args: --x"},
		"no reason":        {"shows: x", "differs: counts", "bailiff counts: 1"},
		"no value":         {"shows: x", "differs: counts: why"},
		"a value too many": {"shows: x", "bailiff counts: 1"},
		"unknown aspect":   {"shows: x", "differs: colour: why"},
		"unknown key":      {"shows: x", "show: y"},
	} {
		c := testCase{want: map[string]string{}}
		var err error
		for _, l := range lines {
			key, value, _ := strings.Cut(l, ":")
			if err == nil {
				err = c.set(key, strings.TrimSpace(value))
			}
		}
		if err == nil {
			err = c.check()
		}
		if err == nil {
			t.Errorf("%s: there is no error", name)
		}
	}
}
