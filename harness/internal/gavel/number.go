package gavel

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// extremeDigits is how many digits, and how large an exponent, a number may have before it is cut
// down for the schema library, which computes with exact fractions. The numbers of JavaScript end
// at 10 to the 308th.
const extremeDigits = 400

// maxExponentDigits is the length up to which exponents are computed with.
const maxExponentDigits = 1000

// decimal is a number in the one form that all its spellings share: 0.DIGITS times ten to the
// power of exponent, digits without zeros at either end. Zero has no digits.
type decimal struct {
	negative bool
	digits   string
	// exponent is nil when it is too long to compute with; longExponent and shift then hold its
	// text and what is to be added to it.
	exponent     *big.Int
	small        int64 // the exponent, when isSmall
	isSmall      bool
	longExponent string
	shift        int
}

// toDecimal reads a JSON number. It never expands the exponent: 1e999999999 costs a few bytes.
func toDecimal(text string) decimal {
	d := decimal{}
	if strings.HasPrefix(text, "-") {
		d.negative, text = true, text[1:]
	}
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.digits = whole + fraction
	d.shift = len(whole)
	trimmed := strings.TrimLeft(d.digits, "0")
	d.shift -= len(d.digits) - len(trimmed)
	d.digits = strings.TrimRight(trimmed, "0")
	if d.digits == "" {
		return decimal{isSmall: true}
	}
	d.setExponent(exponent)
	return d
}

func (d *decimal) setExponent(text string) {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign = "-"
	}
	text = strings.TrimLeft(strings.TrimLeft(text, "+-"), "0")
	if len(text) <= 17 {
		n, _ := strconv.ParseInt(sign+"0"+text, 10, 64)
		d.small, d.isSmall = n+int64(d.shift), true
		return
	}
	if len(text) <= maxExponentDigits {
		n, _ := new(big.Int).SetString(sign+text, 10)
		n.Add(n, big.NewInt(int64(d.shift)))
		if d.isSmall = n.IsInt64(); d.isSmall {
			d.small = n.Int64()
			return
		}
		d.exponent = n
		return
	}
	d.longExponent = sign + text
}

// sameNumber reports whether two JSON numbers have the same value: 1.0 is 1.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, y := toDecimal(a), toDecimal(b)
	if x.negative != y.negative || x.digits != y.digits || x.isSmall != y.isSmall {
		return false
	}
	switch {
	case x.isSmall:
		return x.small == y.small
	case x.exponent != nil && y.exponent != nil:
		return x.exponent.Cmp(y.exponent) == 0
	}
	return x.exponent == nil && y.exponent == nil && x.longExponent == y.longExponent && x.shift == y.shift
}

// isWhole reports whether a JSON number is an integer, as JSON Schema has it: 1.0 is one.
func isWhole(text string) bool {
	if !strings.ContainsAny(text, ".eE") {
		return true
	}
	d := toDecimal(text)
	switch {
	case d.digits == "":
		return true
	case d.isSmall:
		return d.small >= int64(len(d.digits))
	case d.exponent != nil:
		return d.exponent.Sign() > 0 && d.exponent.Cmp(big.NewInt(int64(len(d.digits)))) >= 0
	}
	return !strings.HasPrefix(d.longExponent, "-")
}

// isExtreme reports whether computing with the number could cost more than its length.
func isExtreme(text string) bool {
	i := strings.IndexAny(text, "eE")
	return len(text) > extremeDigits || i >= 0 && len(text)-i > 4
}

// isLong reports whether a double, the only number that JavaScript has, may not hold the number.
func isLong(text string) bool { return len(text) > 15 || isExtreme(text) }

// tame cuts an extreme number down to one of the same sign, the same first digits and an exponent
// within bounds: still larger, or smaller, than any limit that a schema is likely to set.
func tame(text string) string {
	if !isExtreme(text) {
		return text
	}
	d := toDecimal(text)
	if d.digits == "" {
		return "0"
	}
	exponent := int64(extremeDigits)
	switch {
	case d.isSmall:
		exponent = max(min(d.small, extremeDigits), -extremeDigits)
	case !isWhole(text):
		exponent = -extremeDigits
	}
	digits := d.digits[:min(len(d.digits), extremeDigits)]
	sign := ""
	if d.negative {
		sign = "-"
	}
	// Written with all its digits in front of the exponent, a whole number stays one.
	return sign + digits + "e" + strconv.FormatInt(exponent-int64(len(digits)), 10)
}

// round turns a number into what JavaScript makes of it.
func round(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil { // infinite
		return tame(text)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// mapNumbers changes every number within v, in place where it can.
func mapNumbers(v any, change func(string) string) any {
	switch v := v.(type) {
	case json.Number:
		return json.Number(change(string(v)))
	case []any:
		for i := range v {
			v[i] = mapNumbers(v[i], change)
		}
	case map[string]any:
		for k := range v {
			v[k] = mapNumbers(v[k], change)
		}
	}
	return v
}
