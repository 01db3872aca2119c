package engine

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	at := time.Date(2099, 12, 13, 18, 29, 59, 123456000, time.UTC)
	n := func(s string) json.Number { return json.Number(s) }
	for _, c := range []struct {
		name    string
		kind    Kind
		in      any
		want    any
		problem string
	}{
		{"string", String, "a", "a", ""},
		{"string of a number", String, n("1"), nil, "Not a valid string."},
		{"string with NUL", String, "a\x00", nil, "Not a valid string."},
		{"int", Int, n("12"), int64(12), ""},
		{"int as text", Int, " 12 ", int64(12), ""},
		{"int as float", Int, n("1e2"), int64(100), ""},
		{"fraction as int", Int, n("1.5"), nil, "Not a valid integer."},
		{"huge int", Int, n("1e30"), nil, "Not a valid integer."},
		{"bool as int", Int, true, nil, "Not a valid integer."},
		{"float", Float, n("1.5"), 1.5, ""},
		{"float as text", Float, "1.23456789", 1.23456789, ""},
		{"NaN", Float, "NaN", nil, "Not a valid number."},
		{"infinity", Float, "1e999", nil, "Not a valid number."},
		{"list as float", Float, []any{}, nil, "Not a valid number."},
		{"bool", Bool, true, true, ""},
		{"bool as text", Bool, "false", false, ""},
		{"bool as number", Bool, n("1"), true, ""},
		{"other text as bool", Bool, "yes", nil, "Not a valid boolean."},
		{"object as bool", Bool, map[string]any{}, nil, "Not a valid boolean."},
		{"time", Time, "2099-12-13T23:59:59.123456+05:30", at, ""},
		{"time without offset", Time, "2099-12-13T18:29:59.123456", at, ""},
		{"nanoseconds", Time, "2099-12-13T18:29:59.123456789Z", at, ""},
		{"date", Time, "2099-12-13", time.Date(2099, 12, 13, 0, 0, 0, 0, time.UTC), ""},
		{"no time", Time, "tomorrow", nil, "Not a valid datetime."},
		{"year 0", Time, "0000-01-01T00:00:00Z", nil, "Not a valid datetime."},
		{"number as time", Time, n("1"), nil, "Not a valid datetime."},
		{"URL", URL, "https://example.com/a?b#c", "https://example.com/a?b#c", ""},
		{"URL without host", URL, "https://", "https://", "Not a valid URL."},
		{"other scheme", URL, "javascript:alert(1)", "javascript:alert(1)", "Not a valid URL."},
		{"relative URL", URL, "/a", "/a", "Not a valid URL."},
		{"broken URL", URL, "http://a b", "http://a b", "Not a valid URL."},
		{"email", Email, " a@example.com ", "a@example.com", ""},
		{"email with a name", Email, "A <a@example.com>", "A <a@example.com>", "Not a valid email address."},
		{"email without dot", Email, "a@example", "a@example", "Not a valid email address."},
		{"long email", Email, strings.Repeat("a", 250) + "@example.com", strings.Repeat("a", 250) + "@example.com", "Not a valid email address."},
		{"JSON", JSON, []any{n("1"), map[string]any{"b": nil}}, `[1,{"b":null}]`, ""},
		{"text in HTML", HTML, "Q & A", "Q & A", ""},
		{"markup in HTML", HTML, "<b>a</b><script>x()</script>", "<b>a</b>", ""},
		{"handler in HTML", HTML, `<a href="javascript:x()" onclick="y()">z</a>`, "z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problem := c.kind.decode(c.in)
			assert.Equal(t, c.problem, problem)
			if problem == "" {
				assert.Equal(t, c.want, got)
			}
		})
	}
}

func TestBind(t *testing.T) {
	t.Parallel()
	b := &statement{}
	one, two, three := b.arg("a"), b.arg("b"), b.arg("c")
	sql, args := b.bind("x = " + three + "::text AND y = " + one + " AND z = " + three)
	assert.Equal(t, "x = $1::text AND y = $2 AND z = $1", sql)
	assert.Equal(t, []any{"c", "a"}, args)
	sql, args = b.bind("SELECT " + two)
	assert.Equal(t, "SELECT $1", sql)
	assert.Equal(t, []any{"b"}, args)
	sql, args = b.bind("SELECT 1")
	assert.Equal(t, "SELECT 1", sql)
	assert.Empty(t, args)
}
