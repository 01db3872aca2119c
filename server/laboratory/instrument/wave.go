package instrument

import "math"

// shape is the form of a wave.
type shape int

const (
	silent shape = iota
	sine
	triangle
	square
)

// amplitude is that of the generators, in volts.
const amplitude = 3.0

// wave is what a generator makes.
type wave struct {
	shape     shape
	frequency float64 // hertz
	duty      float64 // of a square wave, in percent
}

// at is the voltage of the wave after so many seconds.
func (w wave) at(seconds float64) float64 {
	if w.frequency == 0 {
		return 0
	}
	phase := seconds * w.frequency
	phase -= math.Floor(phase)
	switch w.shape {
	case sine:
		return amplitude * math.Sin(2*math.Pi*phase)
	case triangle:
		return amplitude * (4*math.Abs(phase-math.Floor(phase+0.5)) - 1)
	case square:
		if 100*phase < w.duty {
			return amplitude
		}
	}
	return 0
}
