package report_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// copies is a file that keeps what was in it after each write.
type copies struct {
	data []byte
	kept []string
}

func (c *copies) WriteAt(b []byte, at int64) (int, error) {
	if need := int(at) + len(b); need > len(c.data) {
		c.data = append(c.data, make([]byte, need-len(c.data))...)
	}
	copy(c.data[at:], b)
	c.kept = append(c.kept, string(c.data))
	return len(b), nil
}

func (c *copies) Truncate(size int64) error {
	c.data = c.data[:size]
	return nil
}

// checks are by the name of the reporter: they hold that a text is a document of its kind, with one entry
// for each of n outcomes, and nothing that comes from a body.
var checks = map[string]func(t require.TestingT, text string, n int){"markdown": checkMarkdown, "html": checkHTML}

// outside are the lines that a document in Markdown may have outside its fences.
var outside = regexp.MustCompile(`^(|# Contract tests|This run (did not begin|did not get to its end|was interrupted|failed|passed)\. *` +
	`|\| passing \| failing \| errors \| skipped \| total \|` + `|[|: -]+|\|( +\d+ \|){5}` +
	`|## (Pass|Fail|Skip|Error): .*|### (Message|Request|Expected|Actual|Hook error)|(Name|Duration|Reason): .*` +
	`|- (warning|error|Note):.*|\d+ transactions?( .*)?|\d+ transactions? did not run\.|## Summary|\*\*Tests (completed|took):\*\* .*)$`)

var (
	ownWords = regexp.MustCompile(`^(#+ |\*\*Tests \w+:\*\*)`)
	escaped  = regexp.MustCompile(`\\.`)
	// word is a sign within a word, which begins nothing.
	word = regexp.MustCompile(`([a-zA-Z0-9])_([a-zA-Z0-9])`)
)

func checkMarkdown(t require.TestingT, text string, n int) {
	fence, entries := 0, 0
	for line := range strings.SplitSeq(strings.TrimRight(text, " \n"), "\n") {
		ticks := len(line) - len(strings.TrimLeft(line, "`"))
		switch {
		case fence > 0:
			if ticks >= fence && strings.Trim(line, "` ") == "" {
				fence = 0
			}
			continue
		case ticks >= 3:
			require.Contains(t, []string{"", "diff"}, line[ticks:])
			fence = ticks
			continue
		}
		require.Regexp(t, outside, line)
		if regexp.MustCompile(`^## \w+: `).MatchString(line) {
			entries++
		}
		rest := escaped.ReplaceAllString(ownWords.ReplaceAllString(line, ""), "")
		require.NotRegexp(t, "[`*<#~$\\[\\]]", rest)
		require.NotContains(t, word.ReplaceAllString(word.ReplaceAllString(rest, "$1$2"), "$1$2"), "_", "%q", line)
		require.NotRegexp(t, `&[a-zA-Z0-9#]+;`, rest)
	}
	require.Zero(t, fence, "the last fence is closed")
	require.Equal(t, n, entries)
}

var (
	voidElements = []string{"meta"}
	elements     = strings.Fields("html head meta title style body header main section h1 h2 p a table tr th td ul ol li span code pre details summary tbody")
	attributes   = strings.Fields("lang charset name content class id href scope")
)

func checkHTML(t require.TestingT, text string, n int) {
	require.True(t, strings.HasPrefix(text, "<!DOCTYPE html>\n<html lang=\"en\">"))
	var open, ids, links []string
	items := 0
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.StartTagToken:
			require.Contains(t, elements, token.Data)
			if token.Data == "li" && slices.Equal(open, []string{"html", "body", "main", "ol"}) {
				items++
			}
			if !slices.Contains(voidElements, token.Data) {
				open = append(open, token.Data)
			}
			for _, a := range token.Attr {
				require.Contains(t, attributes, a.Key)
				switch a.Key {
				case "id":
					require.NotContains(t, ids, a.Val)
					ids = append(ids, a.Val)
				case "href":
					links = append(links, strings.TrimPrefix(a.Val, "#"))
				}
			}
		case html.EndTagToken:
			require.NotEmpty(t, open)
			require.Equal(t, open[len(open)-1], token.Data)
			open = open[:len(open)-1]
		case html.CommentToken, html.SelfClosingTagToken:
			require.Fail(t, "neither is ours", "%s", token)
		case html.TextToken, html.DoctypeToken, html.ErrorToken:
			require.NotContains(t, token.Data, "\x00")
		}
	}
	require.Empty(t, open)
	require.Equal(t, n, items)
	require.Subset(t, ids, links, "every link leads somewhere")
	tree, err := html.Parse(strings.NewReader(text))
	require.NoError(t, err)
	var again bytes.Buffer
	require.NoError(t, html.Render(&again, tree))
	require.Equal(t, strings.Count(text, "<li"), strings.Count(again.String(), "<li"), "a parser mends nothing")
}

// TestNoTextLeavesItsPlace draws names, bodies and messages that want to end what they stand in.
func TestNoTextLeavesItsPlace(t *testing.T) {
	t.Parallel()
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				var out bytes.Buffer
				outcomes := breakingRun(t, name, report.Options{Out: &out})
				check(t, out.String(), len(outcomes))
			})
		})
	}
}

// TestPagesAreCompleteAtEveryMoment looks at the file after each write of a run.
func TestPagesAreCompleteAtEveryMoment(t *testing.T) {
	t.Parallel()
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := &copies{}
			r := reporter(t, name, report.Options{File: file})
			seen := []int{len(file.kept)}
			r.Begin(report.Plan{Transactions: 4, Descriptions: []string{"a.apib"}})
			seen = append(seen, len(file.kept))
			for i := range 3 {
				o := failure("{}", "[]")
				if i == 1 {
					o.Status = transaction.Skip
				}
				r.Report(o)
				seen = append(seen, len(file.kept))
			}
			at := 0
			for i, kept := range file.kept {
				for at < len(seen) && seen[at] <= i {
					at++
				}
				check(t, kept, max(at-1, 0))
				require.Contains(t, kept, map[bool]string{true: "This run did not begin.", false: "This run did not"}[at == 0])
			}
			require.NoError(t, r.End(report.Summary{Stats: transaction.Stats{Failures: 2, Skipped: 1}, NotRun: 1}))
			check(t, string(file.data), 3)
			require.NotContains(t, string(file.data), "did not get to its end")
			require.Contains(t, string(file.data), "This run failed.")
			require.Contains(t, string(file.data), "1 transaction did not run.")

			var out bytes.Buffer
			r = reporter(t, name, report.Options{Out: &out})
			require.NoError(t, r.End(report.Summary{}))
			check(t, out.String(), 0)
		})
	}
}
