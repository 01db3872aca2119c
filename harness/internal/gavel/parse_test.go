package gavel

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decode reads JSON with encoding/json.
func decode(text string) (any, bool) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if !json.Valid([]byte(text)) || d.Decode(&v) != nil {
		return nil, false
	}
	return v, true
}

// FuzzParse holds the parser against encoding/json. Only text that is not UTF-8 is read there and
// refused here.
func FuzzParse(f *testing.F) {
	for _, text := range parseTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, valid := decode(text)
		tree, bad := parse(text)
		if (bad == nil) != (valid && utf8.ValidString(text)) {
			t.Fatalf("%q: %v", text, bad)
		}
		if bad != nil {
			if bad.line < 1 || bad.line > strings.Count(text, "\n")+1 || bad.column < 1 {
				t.Fatalf("%q: %s", text, bad)
			}
			return
		}
		if got := tree.value(0); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %#v, want %#v", text, got, want)
		}
	})
}

var parseTexts = []string{
	``, ` `, `null`, `true`, `false`, `nul`, `nulll`, `0`, `-0`, `-`, `01`, `1.`, `.5`, `1.5`, `1e5`, `1E+05`, `1e`, `1e+`, `-1.0e-10`,
	`""`, `"`, `"\`, `"a\"b\\\/\b\f\n\r\t"`, `"\x"`, `"\u12"`, `"\u00e9"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83d\ud83d\ude00x"`, `"\ude00\ud800"`,
	`"\ud83dxxxxxx"`, `"\ud83d\u0041"`, "\"\n\"", "\"\x7f\"", `[]`, `[ ]`, `[1]`, `[1,]`, `[,1]`, `[1 2]`, `[`, `[1`, `[1,`, `]`, `{}`, `{ }`, `{"a":1}`, `{"a":1,}`,
	`{"a" 1}`, `{"a":}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":1,"a":{"b":2,"b":3},"a":4}`, `{"\u0061":1,"a":2}`, `{"a":[{"b":[[],{}]},null]}`, `{`, `{"`, `{"a`, `{"a"`, `{"a":`,
	"\uFEFF{}", "[1]\x00", "{} {}", "\t\n\r [1 , 2 ]\n", "[1]\u00a0", "\"\xff\"", "\"\uFFFD\"", "NaN", "Infinity", "[1e999999999]",
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, text := range parseTexts {
		want, valid := decode(text)
		tree, bad := parse(text)
		require.Equal(t, valid && utf8.ValidString(text), bad == nil, "%q: %v", text, bad)
		if bad == nil {
			assert.Equal(t, want, tree.value(0), text)
		}
	}
}

func TestParseManyKeys(t *testing.T) {
	t.Parallel()
	// More keys than are compared one by one, some of them twice.
	var b strings.Builder
	b.WriteString("{")
	for i := range 300 {
		b.WriteString(string(marshalKey(i % 200)))
		b.WriteString(":1,")
	}
	b.WriteString(`"last":2}`)
	want, _ := decode(b.String())
	tree, bad := parse(b.String())
	require.Nil(t, bad)
	assert.Equal(t, want, tree.value(0))
	assert.EqualValues(t, 201, tree.nodes[0].count)
	assert.Equal(t, 100, tree.repeated)
	in := tree.finder(0)
	for _, i := range []int{5, 4, 199, 0, 120} {
		var key string
		require.NoError(t, json.Unmarshal(marshalKey(i), &key))
		v := in.find(key)
		require.Positive(t, v, key)
		assert.False(t, tree.dead(v-1), "the last one counts")
	}
	assert.EqualValues(t, -1, in.find("none"))
}

func marshalKey(i int) []byte {
	key, _ := json.Marshal(strings.Repeat("k", i%7) + "é" + string(rune('a'+i%26)) + string(rune(0x100+i)))
	return key
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"", "the text ends too early at line 1, column 1"},
		{"{\n  \"é\": x}", "unexpected 'x' where a JSON value should stand at line 2, column 8"},
		{"[1 2]", "unexpected '2' where a comma or ']' should stand at line 1, column 4"},
		{"{\"a\" 1}", "unexpected '1' where a colon should stand at line 1, column 6"},
		{"{1", "unexpected '1' where a key should stand at line 1, column 2"},
		{"[-x]", "unexpected 'x' in a number at line 1, column 3"},
		{"[1.x]", "unexpected 'x' in a number at line 1, column 4"},
		{"[1e+x]", "unexpected 'x' in a number at line 1, column 5"},
		{"[1e", "the text ends too early at line 1, column 4"},
		{"1 1", "unexpected '1' after the end of the JSON value at line 1, column 3"},
		{"\"\t\"", "unescaped control character '\\t' in a string at line 1, column 2"},
		{`"a\q"`, "unknown escape in a string at line 1, column 3"},
		{"[\"a\",\n\"\xff\"]", "the text is not UTF-8 at line 2, column 2"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			_, bad := parse(tt.text)
			require.NotNil(t, bad)
			assert.Equal(t, tt.want, bad.String())
		})
	}
}
