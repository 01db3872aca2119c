package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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

func TestNumbersOfTheDesign(t *testing.T) {
	t.Parallel()
	claims := []claim{
		{of: "bailiff", than: "Dredd", most: 1. / 20, text: "a twentieth"},
		{of: "bailiff", than: "Dredd", memory: true, most: 1. / 4, text: "a quarter of the memory"},
		{of: "more", than: "bailiff", most: 11, text: "eleven times"},
		{of: "bailiff", most: 0.025, text: "25 ms"},
		{of: "nobody", most: 1, text: "not measured"},
	}
	got := verdicts([]result{
		{document: "d", command: "Dredd", samples: []sample{{wall: time.Second, memory: 300e6}}, claims: claims},
		{document: "d", command: "bailiff", samples: []sample{{wall: 20 * time.Millisecond, memory: 100e6}}, claims: claims},
		{document: "d", command: "more", samples: []sample{{wall: 230 * time.Millisecond}}, claims: claims},
	})
	want := `
the numbers of the design, by medians
met     a twentieth: 1/50.0
missed  a quarter of the memory: 1/3.0
missed  eleven times: 11.5 times
met     25 ms: 20.0 ms
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnswersAreAsDocumented(t *testing.T) {
	t.Parallel()
	a, err := readAnswers(strings.NewReader(`{"transactions": [
		{"request": {"method": "GET", "uri": "/a?b=%5b"}, "response": {"status": "201", "headers": [{"name": "X", "value": "y"}], "body": "one"}},
		{"request": {"method": "GET", "uri": "/a?b=%5b"}, "response": {"status": "200", "body": "two"}}]}
		{"transactions": [{"request": {"method": "PUT", "uri": "c"}, "response": {"status": "204"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	ask := func(method, uri, want string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+uri, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if got := fmt.Sprintf("%d %s %s", response.StatusCode, response.Header.Get("X"), body); err != nil || got != want {
			t.Errorf("%s %s: got %q %v, want %q", method, uri, got, err, want)
		}
	}
	ask("GET", "/a?b=%5b", "201 y one")
	ask("GET", "/a?b=%5b", "200  two")
	ask("GET", "/a?b=%5b", "201 y one")
	if err := again(t.Context(), s.URL); err != nil {
		t.Fatal(err)
	}
	ask("GET", "/a?b=%5b", "201 y one")
	ask("PUT", "/c", "204  ")
	ask("PUT", "/d", "404  not documented: PUT /d\n")
}

func TestTenTimesTheDocument(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	text := "FORMAT: 1A\n\n# API\n\n# Group One\n\n## Thing [/v1/things/{id}]\n\n### Get [GET]\n\n+ Response 200\n\n        ## not [/me]\n\n### Put it [PUT /put{?a,b}]\n"
	if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := multiply(from, to); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	for part, n := range map[string]int{
		"# API\n": 1, "# Group One 9\n": 1, "## Thing [/copy3/v1/things/{id}]\n": 1, "### Get [GET]\n": times, "        ## not [/me]\n": times,
		"### Put it [PUT /copy3/put{?a,b}]\n": 1, "FORMAT": 1,
	} {
		if got := strings.Count(string(b), part); got != n {
			t.Errorf("%q stands %d times, want %d", part, got, n)
		}
	}
	if err := os.WriteFile(from, []byte("# API\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := multiply(from, to); err == nil {
		t.Error("a document without groups is multiplied")
	}
}
