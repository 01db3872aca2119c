package permission_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/permission"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func place(line, column int) transaction.Position {
	return transaction.Position{File: "a.md", Line: line, Column: column}
}

func nobody(string) bool { return false }

// mustParse reads the only table of a text, which has no faults.
func mustParse(t *testing.T, text string) permission.Table {
	t.Helper()
	tables := permission.Parse(text, place)
	require.Len(t, tables, 1)
	require.Empty(t, tables[0].Faults)
	return tables[0]
}

// written shows a table: a row for each actor, a cell for each action.
func written(t permission.Table) []string {
	var lines []string
	for _, r := range t.Rows {
		line := strings.Join(r.Actors(nobody), "+") + ":"
		for i, c := range r.Cells {
			line += " " + t.Columns[i].Action
			if !c.Granted {
				line += "✗"
			}
			line += strings.Join(c.Notes, ",")
			if c.Status != 0 {
				line += fmt.Sprintf("=%d", c.Status)
			}
			line += c.Link
		}
		lines = append(lines, line)
	}
	for _, n := range t.Notes {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s. %s %s%s", n.Number, n.Condition, status(n.Status), strings.Join(n.Fields, ","))))
	}
	if t.Status != 0 {
		lines = append(lines, "✗ "+status(t.Status))
	}
	return lines
}

func status(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("[%d]", n)
}

func TestTablesAreReadHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want []string
	}{
		"plain": {
			"| | List | View |\n|---|---|---|\n| Admin | ✓ | |\n",
			[]string{"Admin: List View✗"},
		},
		"without outer bars, aligned, in another order": {
			"Who | delete | **List**\n:-- | :-: | --:\nAdmin/ Root , Boss | x | -\n",
			[]string{"Admin+Root+Boss: Delete List✗"},
		},
		"marks": {
			"| | List | View | Create | Update | Delete |\n|-|-|-|-|-|-|\n| A | ✔️ | yes | X | [x] | ✅ |\n| B | no | ✗ | ❌ | – | [ ] |\n" +
				"| C | `y` | **✓** | &check; | :white_check_mark: | + |\n",
			[]string{
				"A: List View Create Update Delete", "B: List✗ View✗ Create✗ Update✗ Delete✗", "C: List View Create Update Delete",
			},
		},
		"footnotes of every kind": {
			"| | List | View | Create | Update |\n|-|-|-|-|-|\n| A | ✓ [1] | ✓[1][2] | ✓ [^1] | ✓ <sup>2</sup> |\n| B | ✓¹ | ✓ [1, 2] | ✓ [[2]](#n) | ✓ [1](#n) |\n\n[1]: Only one.\n[^2]: Only two\n",
			[]string{
				"A: List1 View1,2 Create1 Update2", "B: List1 View1,2 Create2 Update1", "1. Only one", "2. Only two",
			},
		},
		"a list as Markdown numbers it": {
			"| | List | View |\n|-|-|-|\n| A | ✓ [1][2] | ✓ [3] |\n\n1. One\n1. Two that goes\n   on, and\non\n\n1) Three **bold** `code` [link](#x)\n",
			[]string{"A: List1,2 View3", "1. One", "2. Two that goes on, and on", "3. Three bold code link"},
		},
		"only the first list is of footnotes": {
			"| | List | View |\n|-|-|-|\n| A | ✓ [1] | |\n\nWhere:\n\n1. One\n\nSteps:\n\n1. Go\n",
			[]string{"A: List1 View✗", "1. One"},
		},
		"statuses": {
			"| | List | View | Create | Update | Delete |\n|-|-|-|-|-|-|\n| A | ✗ 404 | 401 | ✓ [1] | ✓ [2] (409) | ✗ [3] |\n| B | ✓ [4] | | | | |\n\n✗ = 403\n\n" +
				"1. Only one, else 404\n2. Only two (404)\n3. 404 instead of 403\n4. Only four; 404 otherwise\n",
			[]string{
				"A: List✗=404 View✗=401 Create1 Update2=409 Delete✗3", "B: List4 View✗ Create✗ Update✗ Delete✗",
				"1. Only one [404]", "2. Only two [404]", "3.  [404]", "4. Only four [404]", "✗ [403]",
			},
		},
		"fields": {
			"| | View | Update |\n|-|-|-|\n| A | ✓ [1][3] | ✓ [2] |\n\n1. Only the fields `app-name`, `tagline`, and web_app_url.\n2. Only app_name, tagline fields\n3. Only of fields\n",
			[]string{"A: View1,3 Update2", "1.  app-name,tagline,web_app_url", "2.  app_name,tagline", "3. Only of fields"},
		},
		"links": {
			"| | [List](#list-all) | [View](https://example.com) |\n|-|-|-|\n| A | [✓](#other) | ✓ |\n",
			[]string{"A: List#other View"},
		},
		"escaped bars, and cells that are missing": {
			"| | List | View |\n|-|-|-|\n| A \\| B | ✓ |\n",
			[]string{"A | B: List View✗"},
		},
		"behind a line of text, with the line ends of Windows": {
			"Text.\r\n\r\n| | List | View |\r\n|-|-|-|\r\n| A | ✓ | ✓ [1] |\r\n\r\n1. One\r\n",
			[]string{"A: List View1", "1. One"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, cmp.Diff(tt.want, written(mustParse(t, tt.text))), "(-want +got)")
		})
	}
}

// TestOtherTablesAreNone of permissions, however they look.
func TestOtherTablesAreNone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"other cells":         "| Attribute | Create | Update | Type |\n|-|-|-|-|\n| name | required | optional | string |\n",
		"cells of nothing":    "| Attribute | Create | Update | Type |\n|-|-|-|-|\n| name | | | x |\n",
		"no actors":           "| List | View | Create |\n|-|-|-|\n| ✓ | ✓ | |\n",
		"no delimiter":        "| | List | View |\n| A | ✓ | |\n",
		"a short delimiter":   "| | List | View |\n|-|-|\n| A | ✓ | |\n",
		"in a fence":          "```\n| | List | View |\n|-|-|-|\n| A | ✓ | |\n```\n",
		"in a longer fence":   "~~~~\n~~~\n| | List | View |\n|-|-|-|\n~~~~\n",
		"indented, so code":   "    | | List | View |\n    |-|-|-|\n    | A | ✓ | |\n",
		"a fence left open":   "```\n\n| | List | View |\n|-|-|-|\n",
		"attributes":          "| Attribute | Type | Meaning |\n|-|-|-|\n| list | view | create |\n",
		"nothing":             "",
		"bars and nothing":    "|||\n|||\n",
		"a header at the end": "| | List | View |",
		"no action":           "| | Lst | Vew |\n|-|-|-|\n| A | ✓ | ✓ |\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, permission.Parse(text, place))
		})
	}
}

const columnRule = "a table of permissions has columns List, View, Create, Update and Delete, two of them at least, and no others"

func TestFaultsSayWhereAndWhatToDo(t *testing.T) {
	t.Parallel()
	const head = "| | List | View |\n|-|-|-|\n"
	tests := map[string]struct {
		text string
		want []string
	}{
		"no rows":            {head, []string{"a.md:1:3: the table of permissions has no rows; add a row for each actor"}},
		"no actor":           {head + "| | ✓ | |\n", []string{"a.md:3:3: the row names no actor; write who this is into its first cell"}},
		"an actor twice":     {head + "| A | ✓ | |\n| B/a. | | ✓ |\n", []string{`a.md:4:3: "a." has a row already, at a.md:3:3; put all that it may do into one row`}},
		"a column twice":     {"| | List | View | list |\n|-|-|-|-|\n| A | | | |\n", []string{"a.md:1:19: the table has two columns List; put one of them into a table of its own"}},
		"no mark":            {head + "| A | perhaps | |\n", []string{`a.md:3:7: the cell says "perhaps", which is no mark; write ✓ for what is granted, leave it empty for what is not, and put conditions into footnotes: ✓ [1]`}},
		"no mark but notes":  {head + "| Ä | | [1] |\n\n1. One\n", []string{"a.md:3:9: the cell has footnotes but no mark; write ✓ before them for what is granted, or ✗"}},
		"no footnote":        {head + "| A | ✓ [2] | |\n\n1. One\n", []string{"a.md:3:7: there is no footnote 2 below the table; write it as an item of an ordered list, or as [2]: and its text"}},
		"an empty footnote":  {head + "| A | ✓ [1] | |\n\n1.\n", []string{"a.md:5:1: footnote 1 has no text; say there when the permission is given"}},
		"a footnote twice":   {head + "| A | ✓ [1] | |\n\n[1]: One\n[1]: Two\n", []string{"a.md:6:1: footnote 1 of the table stands twice; give one of them another number"}},
		"a condition denied": {head + "| A | ✗ [1] | |\n\n1. One\n", []string{"a.md:3:7: the cell grants nothing, but footnote 1 is a condition; mark the cell ✓, or take the footnote away"}},
		"too many cells":     {head + "| A | ✓ | | ✓ |\n", []string{"a.md:3:13: the row has more cells than the table has columns; take one away, or escape the bar in it as \\|"}},
		"a status that denies nothing": {
			head + "| A | ✓ [1] | ✗ 200 |\n| B | ✗ [2] | ✓ [3] |\n\n✗ 302\n\n1. One, else 999\n2. 500\n3. Three; 4040 otherwise\n",
			[]string{
				"a.md:3:15: 200 is no status that denies something; write one that does, such as 403 or 404",
				"a.md:6:1: 302 is no status that denies something; write one that does, such as 403 or 404",
				"a.md:8:1: 999 is no status that denies something; write one that does, such as 403 or 404",
				"a.md:9:1: 500 is no status that denies something; write one that does, such as 403 or 404",
				"a.md:10:1: 4040 is no status that denies something; write one that does, such as 403 or 404",
			},
		},
		"an unused footnote": {
			head + "| A | ✓ [1] | |\n\n1. One\n2. Two\n",
			[]string{"a.md:6:1: no cell of the table refers to footnote 2; write [2] behind the marks that hang on it, or take it away"},
		},
		"an unused definition": {
			head + "| A | ✓ | |\n\n[1]: One\n",
			[]string{"a.md:5:1: no cell of the table refers to footnote 1; write [1] behind the marks that hang on it, or take it away"},
		},
		"an unused condition": {
			head + "| A | ✓ | |\n\n1. Only one\n",
			[]string{"a.md:5:1: no cell of the table refers to footnote 1; write [1] behind the marks that hang on it, or take it away"},
		},
		"a list of other things":  {head + "| A | ✓ | |\n\n1. Go\n2. Stop\n", nil},
		"one action twice":        {"| | List | List |\n|-|-|-|\n| A | ✓ | |\n", []string{"a.md:1:12: the table has two columns List; put one of them into a table of its own"}},
		"a column with a mistake": {"| | Vew | Delete |\n|-|-|-|\n| A | ✓ [1] | ✗ 404 |\n", []string{`a.md:1:5: the column "Vew" is no action: ` + columnRule}},
		"one more column":         {"| | List | View | Publish |\n|-|-|-|-|\n| A | ✓ | | |\n", []string{`a.md:1:19: the column "Publish" is no action: ` + columnRule}},
		"one column":              {"| | List |\n|-|-|\n| A | ✓ |\n", []string{"a.md:1:5: List is the only column: " + columnRule}},
		"of the next heading":     {head + "| A | ✓ [1] | |\n\n## Next\n\n1. One\n", []string{"a.md:3:7: there is no footnote 1 below the table; write it as an item of an ordered list, or as [1]: and its text"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tables := permission.Parse(tt.text, place)
			require.Len(t, tables, 1)
			var got []string
			for _, f := range tables[0].Faults {
				got = append(got, f.At.String()+": "+f.Msg)
			}
			assert.Empty(t, cmp.Diff(tt.want, got), "(-want +got)")
		})
	}
}

func TestCellsKnowTheirPlace(t *testing.T) {
	t.Parallel()
	table := mustParse(t, "Ü | | \n\n  | Who | List | View |\n  |---|---|---|\n  | Ärzte | ✓ |   |\n")
	assert.Equal(t, "a.md:3:5", table.At.String())
	assert.Equal(t, "a.md:5:5", table.Rows[0].At.String())
	assert.Equal(t, "a.md:5:13", table.Rows[0].Cells[0].At.String())
	assert.Equal(t, "a.md:5:17", table.Rows[0].Cells[1].At.String())
}

// TestCases holds which cases a table makes, and in which of them what is met.
func TestCases(t *testing.T) {
	t.Parallel()
	table := mustParse(t, `
| | List | View | Create |
|-|-|-|-|
| Root/Admin | ✓ | ✓ | ✓ |
| User | ✓ [1][2] | ✓ [3] | |
| Guest | ✗ | ✗ 404 | ✗ [4] |

1. Own, else 404
2. Public
3. Only name, city fields
4. 401
`)
	var got []string
	for _, c := range table.Cases(func(actor string) bool { return actor == "Root/Admin" }) {
		line := fmt.Sprintf("%s > %s: %t", c.Actor, c.Label, c.Allowed)
		for _, d := range c.Conditions {
			if d.Met {
				line += " +" + d.Text
			}
		}
		if c.Status != 0 {
			line += fmt.Sprintf(" %d", c.Status)
		}
		got = append(got, line+" "+strings.Join(c.Fields, ","))
	}
	assert.Empty(t, cmp.Diff([]string{
		"Root/Admin > List: true ",
		"Root/Admin > View: true ",
		"Root/Admin > Create: true ",
		"User > List [1][2]: true +Own +Public ",
		"User > List [1] not met: false +Public 404 ",
		"User > List [2] not met: false +Own ",
		"User > View [3]: true name,city",
		"User > Create denied: false +Own +Public ",
		"Guest > List denied: false ",
		"Guest > View denied: false 404 ",
		"Guest > Create denied: false 401 ",
	}, got), "(-want +got)")
	assert.Equal(t, 12, table.Cells(nobody))
	for _, c := range table.Cases(nobody) {
		assert.False(t, c.Ungranted, "%s %s", c.Actor, c.Label)
	}
	table = mustParse(t, "| | View | Delete |\n|-|-|-|\n| A | ✓ | ✗ |\n| B | [✓](#x) | |\n| C | [✗](#y) | |\n")
	ungranted := map[string]bool{}
	for _, c := range table.Cases(nobody) {
		ungranted[c.Actor+" "+c.Label] = c.Ungranted
	}
	assert.Equal(t, map[string]bool{
		"A View": false, "A Delete denied": true, "B View": false, "B Delete denied": true,
		"C View denied": true, "C Delete denied": true,
	}, ungranted, "by column and by request")
}

// TestJudge holds what an answer comes to.
func TestJudge(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		c    permission.Case
		a    permission.Answer
		want string
	}{
		"allowed":                      {permission.Case{Action: "View", Allowed: true}, permission.Answer{Status: 204}, ""},
		"allowed, but refused":         {permission.Case{Action: "View", Allowed: true}, permission.Answer{Status: 403}, permission.Denied},
		"allowed, but broken":          {permission.Case{Action: "View", Allowed: true}, permission.Answer{Status: 500}, permission.Denied},
		"allowed, but redirected":      {permission.Case{Action: "View", Allowed: true}, permission.Answer{Status: 302}, permission.Denied},
		"listed":                       {permission.Case{Action: "List", Allowed: true}, permission.Answer{Status: 200, Listed: true}, ""},
		"left out":                     {permission.Case{Action: "List", Allowed: true}, permission.Answer{Status: 200}, permission.Denied},
		"denied 401":                   {permission.Case{Action: "View"}, permission.Answer{Status: 401}, ""},
		"denied 404":                   {permission.Case{Action: "View"}, permission.Answer{Status: 404}, ""},
		"denied 401 to a user":         {permission.Case{Action: "View"}, permission.Answer{Status: 401, LoggedIn: true}, permission.WrongStatus},
		"a 401 that is said":           {permission.Case{Action: "View", Status: 401}, permission.Answer{Status: 401, LoggedIn: true}, ""},
		"denied 404 to all":            {permission.Case{Action: "View", Ungranted: true}, permission.Answer{Status: 404}, permission.WrongStatus},
		"denied 403 to all":            {permission.Case{Action: "View", Ungranted: true}, permission.Answer{Status: 403}, ""},
		"denied 405 to all":            {permission.Case{Action: "View", Ungranted: true}, permission.Answer{Status: 405}, permission.WrongStatus},
		"a 404 to all that is said":    {permission.Case{Action: "View", Ungranted: true, Status: 404}, permission.Answer{Status: 404}, ""},
		"denied, but done":             {permission.Case{Action: "View"}, permission.Answer{Status: 200}, permission.Granted},
		"denied, but broken":           {permission.Case{Action: "View"}, permission.Answer{Status: 500}, permission.WrongStatus},
		"denied, but invalid":          {permission.Case{Action: "Create"}, permission.Answer{Status: 422}, permission.WrongStatus},
		"the status":                   {permission.Case{Action: "View", Status: 422}, permission.Answer{Status: 422}, ""},
		"another status":               {permission.Case{Action: "View", Status: 404}, permission.Answer{Status: 403}, permission.WrongStatus},
		"a list without it":            {permission.Case{Action: "List"}, permission.Answer{Status: 200}, ""},
		"a list with it":               {permission.Case{Action: "List"}, permission.Answer{Status: 200, Listed: true}, permission.Granted},
		"a list that is hidden":        {permission.Case{Action: "List", Status: 404, Hidden: true}, permission.Answer{Status: 200}, ""},
		"a list that has to be denied": {permission.Case{Action: "List", Status: 404}, permission.Answer{Status: 200}, permission.WrongStatus},
		"fields":                       {permission.Case{Action: "View", Allowed: true, Fields: []string{"a_b"}}, permission.Answer{Status: 200, Fields: []string{"a-b"}}, ""},
		"a field too many":             {permission.Case{Action: "View", Allowed: true, Fields: []string{"a"}}, permission.Answer{Status: 200, Fields: []string{"a", "b"}}, permission.Field},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, f := range tt.c.Judge("Speakers", tt.a) {
				got += f.ID
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		want bool
		err  string
	}{
		"array":                     {`[{"id": 2}, {"id": 1}]`, true, ""},
		"identifiers":               {`["1"]`, true, ""},
		"another":                   {`[{"id": 12}]`, false, ""},
		"JSON:API":                  {`{"data": [{"id": "1"}], "included": []}`, true, ""},
		"only along with others":    {`{"data": [], "included": [{"id": "1"}]}`, false, ""},
		"a member":                  {`{"items": [{"id": 1}], "total": 1}`, true, ""},
		"a large number":            {`[{"id": 12345678901234567890}]`, false, ""},
		"no list":                   {`{"data": {"id": 1}}`, false, "there is no list in the body"},
		"no JSON":                   {`<ul/>`, false, "the list is not JSON"},
		"nothing that could be one": {`[null, {}, [1]]`, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := permission.Lists(tt.body, "1")
			assert.Equal(t, tt.want, got)
			if tt.err != "" {
				assert.ErrorContains(t, err, tt.err)
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

// FuzzParse: whatever a description holds, nothing panics, and each cell and fault has a place in it.
func FuzzParse(f *testing.F) {
	f.Add("| | List | View |\n|---|:-:|---|\n| **A/B** | ✓ [1][^2] | ✗ 404 |\n\n1. One, else 404\n[2]: Only the fields a and b\n")
	f.Add("| \\| | [List](#x) | View |\n|-|-|-|\n| A | [✓](#y) | <sup>1</sup> |\n```\n")
	f.Add("a|List|View|Delete\n-|-|-|-\n\\|||x|¹²\n✗ 404\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		for _, table := range permission.Parse(text, place) {
			check := func(at transaction.Position) {
				if at.Line < 1 || at.Line > len(lines) || at.Column < 1 || at.Column > len(lines[at.Line-1])+2 {
					t.Errorf("%v is not in the text", at)
				}
			}
			check(table.At)
			for _, f := range table.Faults {
				check(f.At)
			}
			if len(table.Faults) > 0 {
				continue
			}
			cells := 0
			for _, r := range table.Rows {
				for _, c := range r.Cells {
					check(c.At)
					cells++
				}
			}
			if n := len(table.Cases(nobody)); n < cells {
				t.Errorf("%d cases of %d cells", n, cells)
			}
		}
	})
}
