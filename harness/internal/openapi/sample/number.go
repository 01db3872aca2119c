package sample

import (
	"math/big"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// span is where a number may be.
type span struct {
	low, high         *big.Rat
	lowOpen, highOpen bool
	step              *big.Rat
}

// makeNumber makes the nth number that the schemas allow: 1 when they do, else one near a limit.
func makeNumber(f flat, integer bool, n int) (string, bool) {
	var s span
	if integer {
		s.step = big.NewRat(1, 1)
	}
	for _, schema := range f.schemas {
		s.read(schema)
	}
	r, ok := s.pick(int64(n))
	if !ok {
		return "", false
	}
	digits, exact := r.FloatPrec()
	if !exact {
		digits = 15
	}
	return r.FloatString(digits), true
}

func (s *span) read(schema *source.Node) {
	if r, ok := rational(schema.Get("minimum")); ok {
		s.atLeast(r, schema.Get("exclusiveMinimum").Bool())
	}
	if r, ok := rational(schema.Get("maximum")); ok {
		s.atMost(r, schema.Get("exclusiveMaximum").Bool())
	}
	if r, ok := rational(schema.Get("exclusiveMinimum")); ok {
		s.atLeast(r, true)
	}
	if r, ok := rational(schema.Get("exclusiveMaximum")); ok {
		s.atMost(r, true)
	}
	if r, ok := rational(schema.Get("multipleOf")); ok && r.Sign() > 0 {
		if s.step == nil {
			s.step = r
		} else {
			s.step = commonMultiple(s.step, r)
		}
	}
}

func (s *span) atLeast(r *big.Rat, open bool) {
	if s.low == nil || r.Cmp(s.low) > 0 {
		s.low, s.lowOpen = r, open
	} else if r.Cmp(s.low) == 0 {
		s.lowOpen = s.lowOpen || open
	}
}

func (s *span) atMost(r *big.Rat, open bool) {
	if s.high == nil || r.Cmp(s.high) < 0 {
		s.high, s.highOpen = r, open
	} else if r.Cmp(s.high) == 0 {
		s.highOpen = s.highOpen || open
	}
}

// commonMultiple returns the least number that both divide.
func commonMultiple(a, b *big.Rat) *big.Rat {
	// With a common denominator, it is that of the numerators.
	x := new(big.Int).Mul(a.Num(), b.Denom())
	y := new(big.Int).Mul(b.Num(), a.Denom())
	lcm := new(big.Int).Div(x, new(big.Int).GCD(nil, nil, x, y))
	return new(big.Rat).SetFrac(lcm.Mul(lcm, y), new(big.Int).Mul(a.Denom(), b.Denom()))
}

func (s *span) has(r *big.Rat) bool {
	if s.low != nil {
		if c := r.Cmp(s.low); c < 0 || c == 0 && s.lowOpen {
			return false
		}
	}
	if s.high != nil {
		if c := r.Cmp(s.high); c > 0 || c == 0 && s.highOpen {
			return false
		}
	}
	return s.step == nil || new(big.Rat).Quo(r, s.step).IsInt()
}

// pick returns the nth number, counted from 1 or, when that is not allowed, from a limit.
func (s *span) pick(n int64) (*big.Rat, bool) {
	if one := big.NewRat(1, 1); s.has(one) {
		if r := one.Add(one, s.times(n)); s.has(r) {
			return r, true
		}
	}
	var r *big.Rat
	switch {
	case s.low != nil && s.step == nil && s.high != nil:
		return s.between(n)
	case s.low != nil:
		r = s.snap(s.low, 1)
		if !s.has(r) {
			r.Add(r, s.times(1))
		}
		r.Add(r, s.times(n))
	case s.high != nil:
		r = s.snap(s.high, -1)
		if !s.has(r) {
			r.Sub(r, s.times(1))
		}
		r.Sub(r, s.times(n))
	default:
		r = s.times(n + 1)
	}
	return r, s.has(r)
}

// times returns n steps.
func (s *span) times(n int64) *big.Rat {
	r := new(big.Rat).SetInt64(n)
	if s.step != nil {
		r.Mul(r, s.step)
	}
	return r
}

// snap returns the nearest multiple of the step from r on, upwards or downwards.
func (s *span) snap(r *big.Rat, direction int) *big.Rat {
	if s.step == nil {
		return new(big.Rat).Set(r)
	}
	q := new(big.Rat).Quo(r, s.step)
	whole := new(big.Int).Div(q.Num(), q.Denom()) // rounded down
	if direction > 0 && !q.IsInt() {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), s.step)
}

// between returns the nth number of those that halve what is left up to the low limit.
func (s *span) between(n int64) (*big.Rat, bool) {
	if n == 0 && s.has(s.low) {
		return s.low, true
	}
	r := new(big.Rat).Set(s.high)
	if n == 1 && s.has(r) {
		return r, true
	}
	half := big.NewRat(1, 2)
	for range min(n+1, maxItems) {
		r.Add(r, s.low).Mul(r, half)
	}
	return r, s.has(r)
}
