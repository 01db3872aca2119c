package main

import (
	"bytes"
	"os/exec"
	"slices"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	t.Parallel()
	results := []result{
		{document: "small", command: "Dredd", names: 1, samples: []sample{{9e9, 4e9, 300e6}, {8e9, 2e9, 100e6}, {12e9, 3e9, 200e6}}},
		{document: "small", command: "bailiff", names: 12, samples: []sample{{20e6, 5e6, 50e6}, {10e6, 15e6, 50e6}}},
		{document: "large", command: "Dredd", names: 1, samples: []sample{{1e9, 1e9, 1e6}}},
	}
	var got bytes.Buffer
	if err := print(&got, results); err != nil {
		t.Fatal(err)
	}
	want := `           names   time min  ratio     median  ratio  CPU median  ratio  peak memory  ratio

small
  Dredd        1  8000.0 ms    1.0  9000.0 ms    1.0   3000.0 ms    1.0     200.0 MB    1.0
  bailiff     12    10.0 ms  800.0    15.0 ms  600.0     10.0 ms  300.0      50.0 MB    4.0

large
  Dredd        1  1000.0 ms    1.0  1000.0 ms    1.0   1000.0 ms    1.0       1.0 MB    1.0
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestNamesAreFoundAmongOtherLines(t *testing.T) {
	t.Parallel()
	got := linesAfter("warn: odd\ninfo: A > B\nskip: GET (200) /\ninfo: C\n", "info: ")
	if want := []string{"A > B", "C"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWhatAProcessUses runs one that is known to wait, and to fill memory in a child of its own.
func TestWhatAProcessUses(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	c := command{title: "shell", names: func(stdout string) []string { return linesAfter(stdout, "") }, argv: func(document string) []string {
		return []string{shell, "-c", `echo aside >&2; echo "$0"; dd if=/dev/zero of=/dev/null bs=20000000 count=1 2>/dev/null; sleep 0.1`, document}
	}}
	names, s, err := measure(t.Context(), c, document{path: "one"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(names, []string{"one"}) {
		t.Errorf("names %q", names)
	}
	if s.wall < 100*time.Millisecond || s.cpu <= 0 || s.cpu > time.Minute || s.memory < 20e6 || s.memory > 1e9 {
		t.Errorf("sample %+v", s)
	}
}

func TestAFailureShowsWhatTheCommandSaid(t *testing.T) {
	t.Parallel()
	c := command{title: "shell", argv: func(string) []string { return []string{"sh", "-c", "echo broken >&2; exit 3"} }}
	_, _, err := measure(t.Context(), c, document{title: "some"}, t.TempDir())
	if want := "some: shell: exit status 3\nbroken\n"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
