package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	suiteFolder = "../../testdata/parity"
	pageFile    = "../../docs/parity.md"
)

// TestScenarios holds the scenarios, and the page that is made of them, as they are in the repository.
func TestScenarios(t *testing.T) {
	t.Parallel()
	all, err := readScenarios(suiteFolder)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 80 {
		t.Errorf("there are only %d scenarios", len(all))
	}
	if err := checkPage(pageFile, all, false); err != nil {
		t.Error(err)
	}
	for _, s := range all {
		for aspect := range s.reasons {
			a, okA := s.held[dredd][aspect]
			b, okB := s.held[bailiff][aspect]
			if !okA || !okB || a == b {
				t.Errorf("%s does not say what each gives for %s", s.name, aspect)
			}
		}
	}
}

const plain = `shows: a fake
args: --names $URL
contents: log
limit: 20s
-- POST /a --
200 OK

-- GET /b --
200 OK

`

// write puts a suite of one scenario into a folder.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "kind"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kind", "one.txtar"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// compareFakes runs a scenario with two fakes.
func compareFakes(t *testing.T, text, asDredd, asBailiff string) *result {
	t.Helper()
	all, err := readScenarios(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	o := options{bailiff: os.Args[0], dredd: "/lost", commands: map[string][]string{
		dredd: {os.Args[0], "fake", asDredd}, bailiff: {os.Args[0], "fake", asBailiff},
	}}
	results, err := runAll(t.Context(), o, all, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func TestTheSame(t *testing.T) {
	t.Parallel()
	r := compareFakes(t, plain, "good", "good")
	if p := r.problems(); len(p) > 0 {
		t.Errorf("two that are the same differ: %+v", p)
	}
	for _, a := range r.s.aspects() {
		if r.facts[dredd][a] == "" && a != "left" {
			t.Errorf("the fake gives nothing for %s, so nothing is compared", a)
		}
	}
}

// needProc skips a test where nothing tells which processes there are.
func needProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("there is no /proc here, in which processes are looked for")
	}
}

// TestFaults has a bailiff with one fault at a time, each of which has to show in its aspect and in no other.
func TestFaults(t *testing.T) {
	t.Parallel()
	for kind, aspects := range faults {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if kind == "left" {
				needProc(t)
			}
			r := compareFakes(t, plain, "good", kind)
			if got := r.differences(); strings.Join(got, " ") != aspects {
				t.Fatalf("the aspects %q differ, want %s", got, aspects)
			}
			var out bytes.Buffer
			if err := printResults(&out, []*result{r}, false); err == nil {
				t.Error("a bailiff with a fault is no error")
			}
			aspect, _, _ := strings.Cut(aspects, " ")
			if !strings.Contains(out.String(), "WRONG kind/one: "+aspect) || !strings.Contains(out.String(), "make parity RUN=kind/one") {
				t.Errorf("the fault is not told of:\n%s", out.String())
			}
		})
	}
}

func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	needProc(t)
	r := compareFakes(t, plain, "left", "left")
	if got := r.facts[bailiff]["left"]; !strings.HasSuffix(got, " fake") {
		t.Errorf("left behind is %q", got)
	}
	if found, err := marked(filepath.Base(r.s.path)); err != nil || len(found) > 0 {
		t.Errorf("still there: %v, %v", found, err)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	began := time.Now()
	r := compareFakes(t, strings.Replace(plain, "20s", "300ms", 1), "good", "hang")
	if got := r.facts[bailiff]["exit"]; got != "never" {
		t.Errorf("exit is %q", got)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s to give up", took)
	}
}

func TestMeantToDiffer(t *testing.T) {
	t.Parallel()
	meant := strings.Replace(plain, "limit", "differs: exit: because\nlimit", 1)
	held := meant + "-- dredd exit --\n0\n-- bailiff exit --\n1\n"
	for name, c := range map[string]struct {
		text, kind string
		want       string // begins the problem
	}{
		"as the scenario says":     {held, "exit", ""},
		"not written down":         {meant, "exit", "is not written down"},
		"not there any more":       {held, "good", "does not differ any more"},
		"in another way":           {strings.Replace(held, "bailiff exit --\n1", "bailiff exit --\n2", 1), "exit", "bailiff gives something else"},
		"Dredd in another way":     {strings.Replace(held, "dredd exit --\n0", "dredd exit --\n7", 1), "exit", "dredd gives something else"},
		"in something else beside": {held, "counts", "differs, and the scenario does not say so"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := compareFakes(t, c.text, "good", c.kind).problems()
			if c.want == "" {
				if len(problems) > 0 {
					t.Errorf("there are problems: %+v", problems)
				}
				return
			}
			if !slices.ContainsFunc(problems, func(p problem) bool { return strings.HasPrefix(p.what, c.want) }) {
				t.Errorf("the problems are %+v, want one that %s", problems, c.want)
			}
		})
	}
}

// TestWriteBack writes what each gives into a scenario, which then holds.
func TestWriteBack(t *testing.T) {
	t.Parallel()
	r := compareFakes(t, strings.Replace(plain, "limit", "differs: exit left: because\nlimit", 1), "good", "exit")
	if err := writeBack([]*result{r}); err != nil {
		t.Fatal(err)
	}
	s, err := readScenario(filepath.Dir(filepath.Dir(r.s.path)), r.s.path)
	if err != nil {
		t.Fatal(err)
	}
	if s.held[dredd]["exit"] != "0" || s.held[bailiff]["exit"] != "1" || len(s.answers) != 2 {
		t.Errorf("the scenario holds %v, with %d answers", s.held, len(s.answers))
	}
}

func TestHeads(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no subject":          "args: x\n",
		"no key and value":    "shows: x\nargs\n",
		"an unknown key":      "shows: x\nsays: y\n",
		"an open quote":       "shows: x\nargs: \"y\n",
		"an unknown signal":   "shows: x\nsignal: WINCH after 1\n",
		"a signal without":    "shows: x\nsignal: INT\n",
		"a limit that is not": "shows: x\nlimit: soon\n",
		"a base that is not":  "shows: x\nuse: lost\n",
		"no reason":           "shows: x\ndiffers: exit\n",
		"an unknown aspect":   "shows: x\ndiffers: smell: because\n",
		"an aspect twice":     "shows: x\ndiffers: exit: because\ndiffers: exit: so\n",
		"held without reason": "shows: x\n-- bailiff exit --\n0\n",
		"an unknown answer":   "shows: x\n-- GET /a --\nyes\n",
		"an unknown way":      "shows: x\n-- GET /a --\n200 OK\n@shout\n",
	} {
		if _, err := readScenarios(write(t, text)); err == nil {
			t.Errorf("%s: there is no error", name)
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	all, err := readScenarios(write(t, "shows: a | b\ndiffers: exit left: why not\ndiffers: counts: so\n"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "page.md")
	if checkPage(path, all, false) == nil {
		t.Error("a page that is not there passes")
	}
	if err := checkPage(path, all, true); err != nil {
		t.Fatal(err)
	}
	if err := checkPage(path, all, false); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "| `one` | a \\| b | differ in exit, left: why not; differ in counts: so |\n"; !strings.Contains(string(text), want) {
		t.Errorf("the page lacks %q:\n%s", want, text)
	}
	all[0].shows = "something else"
	if checkPage(path, all, false) == nil {
		t.Error("a stale page passes")
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all := []*scenario{{name: "a/b"}, {name: "a/c"}}
	if got := choose(all, regexp.MustCompile("b$")); len(got) != 1 || got[0].name != "a/b" {
		t.Errorf("chosen are %v", got)
	}
}
