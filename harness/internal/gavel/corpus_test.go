package gavel_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
)

// corpusShare is the share of recorded verdicts that must be met exactly. Those missed are schemas
// with a format that Gavel does not know: it gives up, and the format is ignored here.
const corpusShare = 0.998

// TestCorpus holds the level structure against verdicts that Gavel 9.1.5 gave. BAILIFF_SHARED names
// the folder that has them under corpus/gavel.
func TestCorpus(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("BAILIFF_SHARED")
	if shared == "" {
		if os.Getenv("BAILIFF_REQUIRE_SHARED") == "1" {
			t.Fatal("BAILIFF_SHARED is not set, and BAILIFF_REQUIRE_SHARED=1 demands it")
		}
		t.Skip("set BAILIFF_SHARED to the folder with corpus/gavel/cases.jsonl to hold Gavel's verdicts against ours")
	}
	cases, err := os.ReadFile(filepath.Join(shared, "corpus", "gavel", "cases.jsonl"))
	require.NoError(t, err)
	checker := gavel.New()
	exact, total := 0, 0
	for line := range bytes.Lines(cases) {
		var c corpusCase
		require.NoError(t, json.Unmarshal(line, &c))
		total++
		got := checker.CheckMessages(c.Expected, c.Actual, gavel.Options{}).Verdict()
		if why := c.difference(got); why != "" {
			t.Logf("line %d (%s): %s", total, c.Label, why)
			continue
		}
		exact++
	}
	require.NotZero(t, total)
	t.Logf("%d of %d exact", exact, total)
	assert.GreaterOrEqual(t, float64(exact)/float64(total), corpusShare)
}

type corpusCase struct {
	Label            string
	Expected, Actual gavel.Message
	Result           struct {
		Threw  string
		Valid  bool
		Fields map[string]struct {
			Valid  bool
			Kind   *string
			Errors []gavel.Error
		}
	}
}

// difference says in what a verdict is not the recorded one: valid or not, in all and for each field,
// the kind of each field, and the pointers of its errors.
func (c corpusCase) difference(got gavel.Verdict) string {
	if c.Result.Threw != "" {
		if got.Valid && c.knownDraft() {
			return "valid, but Gavel refuses it: " + c.Result.Threw
		}
		return ""
	}
	if got.Valid != c.Result.Valid {
		return fmt.Sprintf("valid is %t", got.Valid)
	}
	fields := map[string]*gavel.Field{}
	for name, f := range map[string]*gavel.Field{
		"statusCode": got.Fields.StatusCode, "headers": got.Fields.Headers, "body": got.Fields.Body,
	} {
		if f != nil {
			fields[name] = f
		}
	}
	if len(fields) != len(c.Result.Fields) {
		return fmt.Sprintf("%d fields, want %d", len(fields), len(c.Result.Fields))
	}
	for name, want := range c.Result.Fields {
		f := fields[name]
		if f == nil {
			return "no field " + name
		}
		kind := ""
		if want.Kind != nil {
			kind = *want.Kind
		}
		if f.Valid != want.Valid || string(f.Kind) != kind {
			return fmt.Sprintf("%s is %t %q, want %t %q", name, f.Valid, f.Kind, want.Valid, kind)
		}
		if a, b := errorSet(f.Errors), errorSet(want.Errors); !slices.Equal(a, b) {
			return fmt.Sprintf("%s has %q, want %q", name, a, b)
		}
	}
	return ""
}

func errorSet(errs []gavel.Error) []string {
	var set []string
	for _, e := range errs {
		at := ""
		if e.Location != nil {
			at = e.Location.Pointer
		}
		set = append(set, at)
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// knownDraft reports whether Gavel knows the draft that the schema names. Where it does not, a
// verdict of valid may well be right.
func (c corpusCase) knownDraft() bool {
	var schema struct {
		Draft string `json:"$schema"`
	}
	if json.Unmarshal([]byte(c.Expected.Schema), &schema) != nil {
		return false
	}
	return schema.Draft != "" && !strings.Contains(schema.Draft, "draft/20")
}
