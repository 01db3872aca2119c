package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/server/drift"
)

// accompanied lists the findings that never come alone, and why.
var accompanied = map[string]string{
	"body-schema-any-of":         "what failed in each branch is reported too",
	"body-schema-if":             "what failed in the branch is reported too",
	"body-schema-property-names": "what is wrong with the name is reported too",
	"findings-cut":               "it ends a long list",
}

// documentary are the findings that only documentation can cause.
var documentary = regexp.MustCompile(`^(documented-.*|schema-.*|volatile-invalid)$`)

// TestFaults holds the reference server against small descriptions, one for each finding of the
// catalogue. As it is, the server is as described; with one fault, in the server or in the
// description, that finding is made and no other.
//
// A fixture is a txtar file. Its comment says what is done, api.* is a description that is true,
// and findings lists what each level says with the fault:
//
//	fault name-null              a fault of package drift,
//	at GET /v1/event-topics/{}   and the route that it is aimed at
//	match type                   the level at which only this finding is made
//	as xml                       give the answers another form, with the fault and without
//	send Accept: text/html       give them another header, with the fault and without
//	volatile /data/id any        declare a part of the body volatile, or a header: volatile ETag any
//	hook /data/id any            let a hook declare that, with the fault only
//
// Where the fault is in the description, broken.* is the one that is not true.
func TestFaults(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/faults/*.txtar")
	require.NoError(t, err)
	ids := make([]string, len(files))
	for i, file := range files {
		ids[i] = strings.TrimSuffix(filepath.Base(file), ".txtar")
	}
	assert.Empty(t, cmp.Diff(catalogue(t), slices.Sorted(slices.Values(ids))), "give each finding of the catalogue one fixture (-catalogue +fixtures)")

	keepDatabaseServer(t)
	used := map[string]bool{}
	for i, file := range files {
		f := readFixture(t, file)
		used[f.fault.Name] = true
		assert.True(t, f.fault.Name != "" || documentary.MatchString(ids[i]), "%s: a server can cause it, so let one do it", ids[i])
		t.Run(ids[i], func(t *testing.T) {
			t.Parallel()
			f.check(t, ids[i])
		})
	}
	for _, f := range drift.Faults() {
		assert.True(t, used[f.Name], "no fixture needs the fault %s", f.Name)
	}
}

// catalogue returns the ids of all findings, in alphabetical order. A test of gavel holds the page
// against the code.
func catalogue(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/findings.md")
	require.NoError(t, err)
	var ids []string
	for _, m := range regexp.MustCompile(`(?m)^### ([a-z0-9-]+)$`).FindAllStringSubmatch(string(page), -1) {
		if !strings.HasPrefix(m[1], "permission-") { // they need actors: package harness tests them
			ids = append(ids, m[1])
		}
	}
	require.NotEmpty(t, ids)
	slices.Sort(ids)
	return ids
}

// keepDatabaseServer runs the database server for as long as the test, so that not every run starts
// it. Where there is none to run, the test is skipped, unless it is required.
func keepDatabaseServer(t testing.TB) {
	t.Helper()
	db, err := postgres.Open(t.Context(), *quiet().database())
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("BAILIFF_REQUIRE_DB") == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) }) // after the last subtest
}

// rewrite reports whether golden files are to be rewritten. The other package of tests in this folder
// has declared the flag.
func rewrite() bool { return flag.Lookup("update").Value.String() == "true" }

func quiet() *app { return &app{stdout: newScreen(io.Discard)} }

var levels = []transaction.Match{transaction.MatchStructure, transaction.MatchType, transaction.MatchValue}

// fixture is a read file of testdata/faults.
type fixture struct {
	file    string
	archive *txtar.Archive

	fault    drift.Fault
	level    transaction.Match
	as       *drift.Representation
	send     map[string]string
	volatile []transaction.Volatile
	hooked   []transaction.Volatile
	// api and broken are names of files.
	api, broken string
}

func readFixture(t *testing.T, file string) *fixture {
	t.Helper()
	a, err := txtar.ParseFile(file)
	require.NoError(t, err)
	f := &fixture{file: file, archive: a, send: map[string]string{}}
	for line := range strings.Lines(string(a.Comment)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word != "" && word != "#" {
			f.option(t, word, rest)
		}
	}
	for _, part := range a.Files {
		switch {
		case strings.HasPrefix(part.Name, "api."):
			f.api = part.Name
		case strings.HasPrefix(part.Name, "broken."):
			f.broken = part.Name
		}
	}
	require.NotEmpty(t, f.api, file)
	require.NotEmpty(t, f.level, file)
	require.Equal(t, f.broken == "" && f.hooked == nil, f.fault.Name != "", "%s: one fault, in the server or in the description", file)
	require.Equal(t, f.fault.Name != "", f.fault.Route != "", "%s: aim the fault at a route", file)
	return f
}

func (f *fixture) option(t *testing.T, word, rest string) {
	t.Helper()
	switch word {
	case "fault":
		var ok bool
		f.fault, ok = drift.Named(rest)
		require.True(t, ok, "%s: there is no fault %s", f.file, rest)
	case "at":
		f.fault.Route = rest
	case "match":
		var err error
		f.level, err = transaction.ParseMatch(rest)
		require.NoError(t, err)
	case "as":
		for _, r := range drift.Representations() {
			if r.Name == rest {
				f.as = &r
			}
		}
		require.NotNil(t, f.as, "%s: there is no representation %s", f.file, rest)
	case "send":
		name, value, _ := strings.Cut(rest, ": ")
		f.send[name] = value
	case "volatile":
		f.volatile = append(f.volatile, declaration(rest))
	case "hook":
		f.hooked = append(f.hooked, declaration(rest))
	default:
		t.Fatalf("%s: unknown option %q", f.file, word)
	}
}

func declaration(text string) transaction.Volatile {
	words := append(strings.SplitN(text, " ", 3), "", "")
	v := transaction.Volatile{Kind: transaction.Kind(words[1]), Pattern: words[2]}
	if strings.HasPrefix(words[0], "/") {
		v.Pointer = words[0]
	} else {
		v.Header = words[0]
	}
	return v
}

func (f *fixture) check(t *testing.T, id string) {
	require.Empty(t, f.run(t, f.api, false).ids, "the server is not as the description says, without the fault")

	api := f.api
	if f.broken != "" {
		api = f.broken
	}
	found := f.run(t, api, true)
	if reason, ok := accompanied[id]; ok {
		assert.Contains(t, found.ids, id)
		assert.Greater(t, len(found.ids), 1, "it comes alone although %s", reason)
	} else {
		assert.Equal(t, []string{id}, found.ids, "only %s is to be found", id)
	}
	var all strings.Builder
	for _, level := range levels {
		ids := found.by(level)
		if level == f.level {
			assert.Equal(t, found.ids, ids, "what the run found, and what is found outside of it")
		}
		fmt.Fprintln(&all, strings.TrimSpace(string(level)+" "+strings.Join(ids, " ")))
	}
	f.golden(t, all.String())
}

// golden holds what each level found against what the fixture says.
func (f *fixture) golden(t *testing.T, got string) {
	t.Helper()
	last := len(f.archive.Files) - 1
	if rewrite() {
		if f.archive.Files[last].Name == "findings" {
			f.archive.Files = f.archive.Files[:last]
		}
		f.archive.Files = append(f.archive.Files, txtar.File{Name: "findings", Data: []byte(got)})
		require.NoError(t, os.WriteFile(f.file, txtar.Format(f.archive), 0o644))
		return
	}
	require.Equal(t, "findings", f.archive.Files[last].Name, "go test -update writes it")
	assert.Empty(t, cmp.Diff(string(f.archive.Files[last].Data), got), "(-want +got)")
}

// found is what came of a run.
type found struct {
	// ids are those of all findings, errors and warnings, in alphabetical order.
	ids      []string
	outcomes []transaction.Outcome
	volatile []transaction.Volatile
}

// run does what bailiff demo DESCRIPTION does, by the level of the fixture.
func (f *fixture) run(t *testing.T, api string, faulty bool) found {
	t.Helper()
	cfg := reference(quiet())
	faithful := cfg.Handler
	cfg.Descriptions, cfg.FS, cfg.Dir, cfg.UnmatchedHooks = []string{api}, f.files(), "", harness.UnmatchedIgnore
	cfg.NoCache, cfg.Workers, cfg.Match = true, 1, f.level
	cfg.Volatile = append(cfg.Volatile, f.volatile...)
	cfg.Handler = func(db postgres.DB) http.Handler {
		h := drift.Apply(faithful(db), drift.Fault{Header: f.send})
		if f.as != nil {
			h = drift.Represent(h, *f.as)
		}
		if faulty {
			h = drift.Apply(h, f.fault)
		}
		return h
	}
	if faulty {
		cfg.Hooks.BeforeEach(func(c *hook.Case) error {
			c.Transaction.Volatile = append(c.Transaction.Volatile, f.hooked...)
			return nil
		})
	}
	result, err := harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	var findings []transaction.Finding
	for _, o := range result.Outcomes {
		require.NotEqual(t, transaction.Error, o.Status, o.Reason)
		require.Equal(t, transaction.Fails(o.Findings), o.Status == transaction.Fail)
		findings = append(findings, o.Findings...)
	}
	return found{idsOf(findings), result.Outcomes, cfg.Volatile}
}

// by returns the ids of what another level finds about the same responses.
func (f found) by(level transaction.Match) []string {
	var findings []transaction.Finding
	for _, o := range f.outcomes {
		findings = append(findings, harness.Check(o.Transaction.Expected, *o.Transaction.Real, harness.CheckOptions{
			Match:    level,
			Volatile: slices.Concat(f.volatile, o.Transaction.Volatile),
		})...)
	}
	return idsOf(findings)
}

func idsOf(findings []transaction.Finding) []string {
	ids := map[string]bool{}
	for _, f := range findings {
		ids[f.ID] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

var repeated = regexp.MustCompile(`<<(\d+) (.+?)>>`)

// files are the descriptions. "<<3 [>>" in one stands for "[[[".
func (f *fixture) files() fstest.MapFS {
	files := fstest.MapFS{}
	for _, part := range f.archive.Files {
		text := repeated.ReplaceAllStringFunc(string(part.Data), func(s string) string {
			m := repeated.FindStringSubmatch(s)
			n, _ := strconv.Atoi(m[1]) // digits only
			return strings.Repeat(m[2], n)
		})
		files[part.Name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}
