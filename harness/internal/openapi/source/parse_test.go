package source_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want, reason string }{
		{"scalar", "hello", `"hello"`, ""},
		{"order", "b: 1\na: 2\n", `{"b":1,"a":2}`, ""},
		{"numbers as keys", "404: a\n200: b\n1.0: c\n0x10: d", `{"404":"a","200":"b","1.0":"c","0x10":"d"}`, "keys are spelt as they are"},
		{"words as keys", "on: 1\nnull: 2\ntrue: 3\n~: 4\n'': 5", `{"on":1,"null":2,"true":3,"~":4,"":5}`, ""},
		{"core schema", "[~, Null, TRUE, False, yes, on, y, NaN]", `[null,null,true,false,"yes","on","y","NaN"]`, "YAML 1.2 knows no other words"},
		{"integers", "[007, +12, -0, 0o17, 0x1F, 1_000, 12e03, 0b11, 190:20:30]", `[7,12,-0,15,31,"1_000",12e03,"0b11","190:20:30"]`, ""},
		{"fractions", "[1., .5, -.5, 01.50, 1e+3, 1.e3, ., .inf, -.INF, .nan]", `[1,0.5,-0.5,1.50,1e+3,1e3,".",".inf","-.INF",".nan"]`, ""},
		{"a long number", strings.Repeat("9", 401), `"` + strings.Repeat("9", 401) + `"`, "nobody reckons with it"},
		{"dates", "[2020-01-01, 2001-12-14t21:59:43.10-05:00, 12:30]", `["2020-01-01","2001-12-14t21:59:43.10-05:00","12:30"]`, ""},
		{"tags", "[!!str 12, !!int '3', !!float 1, !!null '', !mine x, !!binary aGk=, ! 12, !!bool maybe]", `["12",3,1,null,"x","aGk=","12","maybe"]`, "a tag that does not fit leaves the text"},
		{"quotes", `["a\x41\u00e1\n\/", 'it''s', "1", '']`, `["aAá\n/","it's","1",""]`, ""},
		{"block scalars", "a: |\n  x\n   y\n\nb: >-\n  x\n  y\nc: |+\n  x\n\n", `{"a":"x\n y\n","b":"x y","c":"x\n\n"}`, ""},
		{"plain over lines", "a: x\n  y\n\n  z\nb: 1", `{"a":"x y\nz","b":1}`, ""},
		{"another version", "%YAML 1.1\n---\na: yes\n", `{"a":"yes"}`, ""},
		{"no version", "a: |\n  %YAML 1.2\n", `{"a":"%YAML 1.2\n"}`, "it is a text"},
		{"breaks of YAML 1.1", "a: x\u2028y\u0085z\ue000\n\"b\u2029\": \"\u2028\"\n", "{\"a\":\"x\u2028y\u0085z\ue000\",\"b\u2029\":\"\u2028\"}", "YAML 1.2 has no others than CR and LF"},
		{"carriage returns", "a: 1\rb: 2\r\nc: 3\r", `{"a":1,"b":2,"c":3}`, ""},
		{"empty values", "a:\nb: {}\nc: []\nd: ''", `{"a":null,"b":{},"c":[],"d":""}`, ""},
		{"comments", "# x\na: 1 # y\n#z\n", `{"a":1}`, ""},
		{"document marks", "# x\n%YAML 1.2\n---\na: 1\n...\n", `{"a":1}`, ""},
		{"anchors", "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n", `{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}`, ""},
		{"an anchor on a key", "&k a: 1\nb: *k\n*k : 2", "", "as the key is there already"},
		{"an anchor twice", "a: &x 1\nb: *x\nc: &x 2\nd: *x", `{"a":1,"b":1,"c":2,"d":2}`, "the last one before counts"},
		{"merge", "a: &a {x: 1, y: 2}\nb: {z: 0, <<: *a, y: 3}", `{"a":{"x":1,"y":2},"b":{"z":0,"x":1,"y":3}}`, "the object's own keys win"},
		{"merge before", "a: &a {x: 1}\nb: {x: 0, <<: *a}", `{"a":{"x":1},"b":{"x":0}}`, ""},
		{"merge of several", "b:\n  <<: [{x: 1}, {x: 2, y: 3}]\n", `{"b":{"x":1,"y":3}}`, "the first one wins"},
		{"merge twice", "b:\n  <<: {x: 1}\n  <<: {y: 2}\n", `{"b":{"x":1,"y":2}}`, ""},
		{"no merge", "{'<<': {x: 1}}", `{"<<":{"x":1}}`, "in quotes it is a key"},
		{"flow over lines", "{a: 1,\n\tb: [2,\n3]}", `{"a":1,"b":[2,3]}`, "tabs may separate"},
		{"JSON", `{"b": [1, -2.5e+3, true, false, null, "\ud83d\udca5\u00e1\/\b"], "a": {}}`, `{"b":[1,-2.5e+3,true,false,null,"💥á/\b"],"a":{}}`, ""},
		{"JSON with tabs", "{\n\t\"a\":\t1\n}", `{"a":1}`, ""},
		{"JSON with half a pair", `["\ud83d", "\udca5x", "\ud83d\u0041"]`, `["�","�x","�A"]`, ""},
		{"JSON with a long key", `{"` + strings.Repeat("k", 2000) + `": 1}`, `{"` + strings.Repeat("k", 2000) + `":1}`, "YAML has no such keys"},
		{"controls are escaped", `["\u0001\u001f\u007f\r\t\f"]`, "[\"\\u0001\\u001f\u007f\\r\\t\\f\"]", ""},
		{"many keys", manyKeys(20), strings.ReplaceAll(strings.ReplaceAll(`{`+strings.TrimSuffix(manyKeys(20), "\n")+`}`, "\n", ","), " ", ""), "large objects have an index"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, err := source.Parse("x.yaml", []byte(tt.text), source.Limits{})
			if tt.want == "" {
				require.Error(t, err, tt.reason)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, n.JSON(""), tt.reason)
		})
	}
}

func manyKeys(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "\"k%d\": %d\n", n-i, i)
	}
	return out.String()
}

func TestSyntaxError(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, text, want string }{
		{"colon", "a.yaml", "info:\n  title: a: b\n", "a.yaml:2:11: a key and its colon cannot stand here; indent the line like those beside it, or put quotes around a text with a colon in it\n" +
			"    2 |   title: a: b\n      |           ^"},
		{"tab", "a.yaml", "info:\n\ttitle: a\n", "a.yaml:2:1: a tab cannot indent YAML; use spaces\n    2 |  title: a\n      | ^"},
		{"indentation", "a.yaml", "a:\n    b: 1\n  c: 2\n", "a.yaml:3:3: there should be a key here; indent the line like those beside it\n    3 |   c: 2\n      |   ^"},
		{"quote", "a.yaml", "a: 'x\nb: 1\n", "a.yaml:1:4: the string that begins here has no end; close its quotes\n    1 | a: 'x\n      |    ^"},
		{"at sign", "a.yaml", "a: @x\n", "a.yaml:1:4: a value cannot begin with this character; put quotes around the text\n    1 | a: @x\n      |    ^"},
		{"duplicate", "a.yaml", "a: 1\nb: 2\na: 3\n", "a.yaml:3:1: the key \"a\" is already in line 1; take one of them out\n    3 | a: 3\n      | ^"},
		{"duplicate among many", "a.yaml", manyKeys(30) + "k7: 1", "a.yaml:31:1: the key \"k7\" is already in line 24; take one of them out\n   31 | k7: 1\n      | ^"},
		{"duplicate in JSON", "a.json", `{"č": 1, "č": 3}`, "a.json:1:10: the key \"č\" is already in line 1; take one of them out\n    1 | {\"č\": 1, \"č\": 3}\n      |          ^"},
		{"key that is a list", "a.yaml", "? [a]\n: b\n", "a.yaml:1:3: a key has to be a string; put quotes around it if it is meant as one\n    1 | ? [a]\n      |   ^"},
		{"template", "a.yaml", "a: {{ x }}\n", "a.yaml:1:5: a key has to be a string; put quotes around it if it is meant as one\n    1 | a: {{ x }}\n      |     ^"},
		{"merge of a string", "a.yaml", "a:\n  <<: x\n", "a.yaml:2:3: << takes an object, or a list of objects, to put in here, not string\n    2 |   <<: x\n      |   ^"},
		{"unknown alias", "a.yaml", "a: *x\n", "a.yaml:1:4: unknown anchor 'x' referenced\n    1 | a: *x\n      |    ^"},
		{"alias of its own", "a.yaml", "a: &x [*x]\n", "a.yaml:1:8: *x stands for something that it is a part of\n    1 | a: &x [*x]\n      |        ^"},
		{"merge of its own", "a.yaml", "a: &x\n  <<: *x\n", "a.yaml:2:7: *x stands for something that it is a part of\n    2 |   <<: *x\n      |       ^"},
		{"two documents", "a.yaml", "a: 1\n---\nb: 1\n", "a.yaml:2:1: a second document begins here; keep each in a file of its own\n    2 | ---\n      | ^"},
		{"nothing", "a.yaml", "# only this\n", "a.yaml:1:1: the document is empty\n    1 | # only this\n      | ^"},
		{"JSON comma", "a.json", "{\"a\": 1\n \"b\": 2}", "a.json:2:2: there should be a comma or the end of the object here, not '\"'\n    2 |  \"b\": 2}\n      |  ^"},
		{"JSON end", "a.json", "{\"a\": [1, 2", "a.json:1:12: the text ends here, but there should be a comma or the end of the list\n    1 | {\"a\": [1, 2\n      |            ^"},
		{"JSON escape", "a.json", `["\x41", %]`, "a.json:1:3: there is no such escape; write a backslash as \"\\\\\\\\\"\n    1 | [\"\\x41\", %]\n      |   ^"},
		{"JSON number", "a.json", `{"a": 01, "b": @}`, "a.json:1:9: this is not a number as JSON has it\n    1 | {\"a\": 01, \"b\": @}\n      |         ^"},
		{"JSON line end", "a.json", "{\"a\": \"x\n@\n", "a.json:1:9: the string is not closed in its line, or '\\n' in it is not written as an escape\n    1 | {\"a\": \"x\n      |         ^"},
		{"flow YAML", "a.yaml", "{a: 1, b: @}", "a.yaml:1:11: a value cannot begin with this character; put quotes around the text\n    1 | {a: 1, b: @}\n      |           ^"},
		{"a long line", "a.json", `{"a": "` + strings.Repeat("x", 500) + `" "` + strings.Repeat("y", 500), "a.json:1:510: there should be a comma or the end of the object here, not '\"'\n" +
			"    1 | " + strings.Repeat("x", 58) + `" "` + strings.Repeat("y", 59) + "\n      | " + strings.Repeat(" ", 60) + "^"},
		{"control characters", "a.json", "[\"\x1b[31m\"", "a.json:1:3: the string is not closed in its line, or '\\x1b' in it is not written as an escape\n    1 | [\"�[31m\"\n      |   ^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, err := source.Parse(tt.file, []byte(tt.text), source.Limits{})
			assert.Nil(t, n)
			var located *source.Error
			require.ErrorAs(t, err, &located)
			assert.Equal(t, tt.want, err.Error())
		})
	}
}

// TestHostile reads texts that are made to take long or much memory, or to be too deep.
func TestHostile(t *testing.T) {
	t.Parallel()
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	merges := "a0: &a0 {k: 1}\n"
	for i := range 30 {
		laughs += fmt.Sprintf("a%d: &a%[1]d [*a%d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d]\n", i+1, i)
		merges += fmt.Sprintf("a%d: &a%[1]d {<<: [*a%d, *a%[2]d], x: *a%[2]d, y: *a%[2]d}\n", i+1, i)
	}
	wide := "a: &a {" + strings.ReplaceAll(strings.ReplaceAll(manyKeys(3000), "\n", ","), "\"", "") + "}\nb:\n" + strings.Repeat("- <<: *a\n", 3000)
	tests := []struct{ name, text, want string }{
		{"a billion laughs", laughs, "when its aliases are put in"},
		{"merged laughs", merges, "when its aliases are put in"},
		{"merges of many keys", wide, "values in this text"},
		{"deep flow", strings.Repeat("[", 100_000), "nested deeper than 500"},
		{"deep flow objects", strings.Repeat("{a: ", 20_000), "nested deeper than 500"},
		{"deep JSON", strings.Repeat(`{"a":`, 100_000), "nested deeper than 500"},
		{"deep block", deepBlock(2000), "nested deeper than 500"},
		{"deep aliases", deepAliases(550), "nested deeper than 500"},
		{"many dashes", strings.Repeat("- ", 100_000), "nested deeper than 500"},
		{"question marks", strings.Repeat("? ", 100_000), ""},
		{"many values", "[" + strings.Repeat("1,", 220_000) + "1]", "more than 200000 values"},
		{"many values in a block", strings.Repeat("-\n", 220_000), "more than 200000 values"},
		{"many keys in flow", "a: {" + strings.Repeat("a: 1, ", 120_000) + "}", "more than 200000 values"},
		{"very many values in a block", strings.Repeat("-\n", 16<<20), "more than 200000 values"},
		{"a long scalar", "a: " + strings.Repeat("x ", 1<<20), ""},
		{"a long quoted scalar", "a: \"" + strings.Repeat("x\\n", 1<<19), "the string that begins here has no end"},
		{"many comments", strings.Repeat("# x\n", 1<<18) + "a: 1", ""},
		{"anchors without end", strings.Repeat("&a ", 50_000), ""},
		{"colons", strings.Repeat("a:", 50_000), ""},
		{"brackets that do not match", strings.Repeat("[}", 50_000), ""},
		{"percents", strings.Repeat("%TAG ! x\n", 20_000), ""},
		{"too large", strings.Repeat(" ", 33<<20), "too large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := source.Parse("x.yaml", []byte(tt.text), source.Limits{Nodes: 200_000})
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
			}
			if err != nil {
				assert.Less(t, len(err.Error()), 2000)
			}
			assert.Less(t, time.Since(start), 30*time.Second) // far less when nothing else runs
		})
	}
}

func deepBlock(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return out.String()
}

// deepAliases nests little in each line, but each line in the one before.
func deepAliases(n int) string {
	out := "a0: &a0 [1]\n"
	for i := range n {
		out += fmt.Sprintf("a%d: &a%[1]d [*a%d]\n", i+1, i)
	}
	return out
}

func TestNode(t *testing.T) {
	t.Parallel()
	n, err := source.Parse("x.yaml", []byte("a:\n- 1\n- {b: true}\nc: text\n"), source.Limits{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "c"}, n.Keys())
	assert.Equal(t, 2, n.Get("a").Len())
	assert.True(t, n.Get("a").Items()[1].Get("b").Bool())
	assert.Equal(t, "x.yaml:3:4", n.Get("a").Items()[1].Key("b").At().String())
	assert.Equal(t, "x.yaml:4:1", n.Key("c").At().String())
	assert.Equal(t, "x.yaml:4:4", n.Get("c").At().String())
	assert.True(t, n.Has("c"))
	assert.False(t, n.Has("d"))

	missing := n.Get("d").Get("e")
	assert.False(t, missing.Exists())
	assert.Equal(t, source.Null, missing.Kind())
	assert.Empty(t, missing.Text())
	assert.Empty(t, missing.Keys())
	assert.Empty(t, missing.Items())
	assert.Zero(t, missing.Len())
	assert.True(t, missing.At().IsZero())
	assert.Nil(t, missing.Value())
	assert.Equal(t, "null", missing.JSON(""))
	for range missing.All() {
		t.Error("nothing is there")
	}

	at := source.Make{At: n.Get("c")}
	made := at.Object(source.Entry{Key: at.String("x"), Value: at.List(at.Null(), at.Bool(true), at.Number("1.50"))})
	assert.Equal(t, "{\n  \"x\": [\n    null,\n    true,\n    1.50\n  ]\n}", made.JSON("  "))
	assert.Equal(t, "x.yaml:4:4", made.Get("x").At().String())
	assert.True(t, source.Make{}.Null().At().IsZero())
	assert.Equal(t, "[]", source.Make{}.List().JSON("  "))
}
