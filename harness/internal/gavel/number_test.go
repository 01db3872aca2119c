package gavel

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSameNumber(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 2000)
	tests := []struct {
		a, b string
		want bool
	}{
		{"1", "1.0", true},
		{"1", "1.00000000000000000000000000001", false},
		{"100", "1e2", true},
		{"100", "1E+002", true},
		{"0.001", "1e-3", true},
		{"-0", "0", true},
		{"-0.0e5", "0", true},
		{"0e999999999", "0", true},
		{"-1", "1", false},
		{"9007199254740993", "9007199254740992", false},
		{"1e999999999", "1e999999999", true},
		{"1e999999999", "10e999999998", true},
		{"1e999999999", "1e999999998", false},
		{"1e99999999999999999999", "10e99999999999999999998", true},
		{"1e99999999999999999999", "1e99999999999999999998", false},
		{"1e100000000000000000", "10e99999999999999999", true}, // one exponent just too long for an int64
		{"1e-99999999999999999999", "0.1e-99999999999999999998", true},
		{"1e" + long, "1.0e" + long, true},
		{"1e" + long, "1e-" + long, false},
		{"1e" + long, "1e5", false},
		{"12", "1200e-2", true},
		{"0.5", "5e-1", true},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, sameNumber(tt.a, tt.b), "%.50s and %.50s", tt.a, tt.b)
		assert.Equal(t, tt.want, sameNumber(tt.b, tt.a), "%.50s and %.50s", tt.b, tt.a)
	}
}

func TestIsWhole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1": true, "-1": true, "0": true, "0.0": true, "1.0": true, "1.5": false, "15e-1": false, "150e-1": true, "1.5e1": true,
		"1e999999999": true, "1e-999999999": false, "0e-999999999": true, "1e99999999999999999999999": true, "1e-99999999999999999999999": false,
		"1e" + strings.Repeat("9", 2000): true, "1e-" + strings.Repeat("9", 2000): false,
	} {
		assert.Equal(t, want, isWhole(text), "%.50s", text)
	}
}

// number draws the text of a JSON number that math/big can hold.
func number() *rapid.Generator[string] {
	return rapid.StringMatching(`-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?([eE][+-]?[0-3]{1,2})?`)
}

func TestNumbersAgreeWithFractions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := number().Draw(t, "a"), number().Draw(t, "b")
		x, ok1 := new(big.Rat).SetString(a)
		y, ok2 := new(big.Rat).SetString(b)
		require.True(t, ok1 && ok2)
		assert.Equal(t, x.Cmp(y) == 0, sameNumber(a, b))
		assert.Equal(t, x.IsInt(), isWhole(a))
		other := x.FloatString(60)
		assert.True(t, sameNumber(a, other), "%s and %s", a, other)
	})
}

func TestTame(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1e999999999", "-1.5e-999999999", "0e999999999", strings.Repeat("7", 5000), "0." + strings.Repeat("7", 5000),
		"1e" + strings.Repeat("9", 2000), "1.5e-" + strings.Repeat("9", 2000), "-12" + strings.Repeat("0", 1000) + "e-1000",
	} {
		got := tame(text)
		assert.LessOrEqual(t, len(got), 2*extremeDigits)
		r, ok := new(big.Rat).SetString(got)
		require.True(t, ok, got)
		assert.Equal(t, isWhole(text), r.IsInt(), "%.40s", text)
		assert.Equal(t, strings.HasPrefix(text, "-"), r.Sign() < 0, "%.40s", text)
	}
	assert.True(t, sameNumber("-12", tame("-12"+strings.Repeat("0", 1000)+"e-1000")))
	assert.Equal(t, "12.5", tame("12.5"))
}

func TestRound(t *testing.T) {
	t.Parallel()
	assert.Equal(t, round("9007199254740992"), round("9007199254740993"))
	assert.True(t, sameNumber("100", round("1.00e2")))
	assert.NotPanics(t, func() { round("1e999999999") })
}
