package fields_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/fields"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, want string }{
		{"nothing", "", `{}`},
		{"a field", "a=1", `{"a":["1"]}`},
		{"a line break at the end", "a=1\r\n", `{"a":["1"]}`},
		{"several values", "a=1&b=2&a=3", `{"a":["1","3"],"b":["2"]}`},
		{"no value", "a&b=", `{"a":[""],"b":[""]}`},
		{"no name", "=1", `{"":["1"]}`},
		{"nothing between", "&a=1&&b=2&", `{"a":["1"],"b":["2"]}`},
		{"escapes", "a%20b=%C3%A9+x%2bx", `{"a b":["é x+x"]}`},
		{"an equals sign", "a=b=c", `{"a":["b=c"]}`},
		{"brackets", "filter[name]=x", `{"filter[name]":["x"]}`},
		{"what should be escaped", "a b=é", `{"a b":["é"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list, bad := fields.Parse(tt.body)
			require.Nil(t, bad)
			assert.Equal(t, tt.want, fields.JSON(list))
		})
	}
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	list, bad := fields.Parse("a=1&&bc=2&a=3")
	require.Nil(t, bad)
	assert.Equal(t, []fields.Field{{"a", "1", 0}, {"bc", "2", 5}, {"a", "3", 10}}, list)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, what string
		offset           int
	}{
		{"JSON", `{"a":1}`, `unexpected '{', which a form escapes`, 0},
		{"lines", "a=1\nb=2", `unexpected '\n', which a form escapes`, 3},
		{"half an escape", "a=1&b=x%4", `unexpected "%4", which is no escape`, 7},
		{"no escape", "a=%zz", `unexpected "%zz", which is no escape`, 2},
		{"no escape in a name", "a=1&%=1", `unexpected "%", which is no escape`, 4},
		{"a byte", "a=1&b=\xff", "a byte that is not UTF-8", 6},
		{"an escaped byte", "a=1&b=%ff", "escapes that do not make UTF-8", 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, bad := fields.Parse(tt.body)
			require.Equal(t, &fields.Refusal{What: tt.what, Offset: tt.offset}, bad)
		})
	}
	_, bad := fields.Parse(strings.Repeat("a&", 100_000))
	require.Nil(t, bad)
	_, bad = fields.Parse(strings.Repeat("a&", 100_001))
	require.Equal(t, &fields.Refusal{What: "more than 100000 fields", Offset: 200_000, TooLarge: true}, bad)
}

func FuzzParse(f *testing.F) {
	f.Add("a=1&b=%C3%A9+x&a=")
	f.Add("=&&%")
	f.Fuzz(func(t *testing.T, body string) {
		list, bad := fields.Parse(body)
		if bad != nil {
			if bad.What == "" || bad.Offset > len(body) {
				t.Fatalf("%+v of %q", bad, body)
			}
			return
		}
		if text := fields.JSON(list); !json.Valid([]byte(text)) {
			t.Fatalf("%s of %q", text, body)
		}
	})
}
