package apib

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// value reads any value, as encoding/json has it but for scalars, which are texts, and nulls, which are not
// told from nothing.
func (r *reader) value() any {
	var v any
	list, object := []any{}, map[string]any{}
	c := r.peek()
	r.content(func(s string) { v = s }, func() { list = append(list, r.value()) }, func(key string) { object[key] = r.value() })
	switch c {
	case '[':
		return list
	case '{':
		return object
	}
	return v
}

// jsonValues makes values as reader.value returns them.
func jsonValues(depth int) *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\\\\"/\\n\\t<>:,{}\\[\\] ]{0,6}`))
	scalar := rapid.Custom(func(t *rapid.T) any { return text.Draw(t, "text") })
	if depth == 0 {
		return scalar
	}
	list := rapid.Custom(func(t *rapid.T) any { return rapid.SliceOfN(jsonValues(depth-1), 0, 4).Draw(t, "list") })
	object := rapid.Custom(func(t *rapid.T) any {
		return rapid.MapOfN(text, jsonValues(depth-1), 0, 4).Draw(t, "object")
	})
	return rapid.OneOf(scalar, list, object)
}

// TestReaderReadsJSON reads what encoding/json writes, and skips it.
func TestReaderReadsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := jsonValues(4).Draw(t, "value")
		data, err := json.MarshalIndent([]any{want, "end"}, "", rapid.SampledFrom([]string{"", "  "}).Draw(t, "indent"))
		require.NoError(t, err)
		r := newReader(data)
		got := r.value()
		require.NoError(t, r.err)
		require.Equal(t, []any{want, "end"}, got)

		r, n := newReader(data), 0
		r.content(nil, func() {
			if n++; n == 1 {
				r.skip()
				return
			}
			require.Equal(t, "end", r.value())
		}, nil)
		require.NoError(t, r.err)
		require.Equal(t, 2, n)
	})
}

func TestReaderReadsScalars(t *testing.T) {
	t.Parallel()
	r := newReader([]byte(`["a\u00e9\ud83d\ude00\\", "\\\"", 1.5e3, -0, true, false, null, ""]`))
	assert.Equal(t, []any{"a\u00e9\U0001F600\\", `\"`, "1.5e3", "-0", "true", "false", nil, ""}, r.value())
	assert.NoError(t, r.err)
}

// TestReaderRefuses reads what is no JSON: it ends, and with an error.
func TestReaderRefuses(t *testing.T) {
	t.Parallel()
	ends := []string{``, ` `, `{`, `[`, `"`, `"a`, `"a\"`, `{"a"`, `{"a":`, `{"a":1`, `[1`, `]`, `}`, `[{]`, `[[]`}
	within := []string{`[1}`, `{"a":1]`, `{1:2}`, `{"a":}`, `[x]`, `["\x"]`, `[1a]`} // which skip does not look at
	for _, text := range append(ends, within...) {
		r := newReader([]byte(text))
		r.value()
		assert.Error(t, r.err, text)
	}
	for _, text := range ends {
		r := newReader([]byte(text))
		r.skip()
		assert.Error(t, r.err, text)
	}
}
