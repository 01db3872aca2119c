package evaluation_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/laboratory/evaluation"
	"github.com/bailiff-dev/bailiff/server/laboratory/instrument"
)

func dictionary(t testing.TB) *evaluation.Dictionary {
	t.Helper()
	docs, err := evaluation.ReadDocs(instrument.Source)
	require.NoError(t, err)
	d, err := evaluation.NewDictionary(instrument.New(1), instrument.Private(), docs)
	require.NoError(t, err)
	return d
}

func TestDictionaryIsTheInstrument(t *testing.T) {
	t.Parallel()
	var signatures []string
	for _, f := range dictionary(t).Functions() {
		signatures = append(signatures, f.Signature())
		assert.NotEmpty(t, f.Doc, f.Name)
		assert.NotContains(t, f.Doc, "Get", f.Name)
	}
	assert.Contains(t, signatures, "get_voltage(channel)")
	assert.Contains(t, signatures, "capture1(channel, samples, interval)")
	assert.NotContains(t, strings.Join(signatures, " "), "connect")
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	d := dictionary(t)
	value, err := d.Evaluate(t.Context(), "get_voltage('CH1')")
	require.NoError(t, err)
	assert.InDelta(t, 0, value, 0.02)

	value, err = d.Evaluate(t.Context(), "set_sine1(1000)")
	require.NoError(t, err)
	assert.Nil(t, value)

	value, err = d.Evaluate(t.Context(), "capture1('CH1', 20, 1)")
	require.NoError(t, err)
	assert.Len(t, value, 2)

	value, err = d.Evaluate(t.Context(), `[get_frequency("ID1"), 2 * (1 + 3) - 1.5]`)
	require.NoError(t, err)
	assert.Equal(t, []any{0.0, 6.5}, value)
}

// Other ways of writing a call, a number or a text reach nothing more.
func TestSameInOtherWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"'ID1' | get_frequency()":                                  0.0,
		"get_frequency(/* a comment */ 'ID1') // another":          0.0,
		`get_frequency('\u0049D1');`:                               0.0,
		"[0x14, 2_0, 0b11, .5, get_frequency('ID1')]":              []any{20.0, 20.0, 3.0, 0.5, 0.0},
		"[get_frequency('ID1'), 9223372036854775807 + 1, 1.5 * 2]": []any{0.0, float64(1 << 63), 3.0},
	} {
		value, err := dictionary(t).Evaluate(t.Context(), text)
		require.NoError(t, err, text)
		assert.Equal(t, want, value, text)
	}
}

func TestTimeRunsOut(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := dictionary(t).Evaluate(ctx, "get_voltage('CH1')")
	require.ErrorIs(t, err, context.Canceled)
}
