package instrument

import (
	"errors"
	"fmt"
)

// The limits of the generators, in hertz.
const (
	slowest       = 0.1
	fastest       = 5_000
	fastestSquare = 1_000_000
)

// SetSine1 makes W1 a sine wave of a frequency in hertz.
func (i *Instrument) SetSine1(frequency float64) error { return i.setWave("W1", sine, frequency) }

// SetSine2 makes W2 a sine wave of a frequency in hertz.
func (i *Instrument) SetSine2(frequency float64) error { return i.setWave("W2", sine, frequency) }

// SetTriangle1 makes W1 a triangular wave of a frequency in hertz.
func (i *Instrument) SetTriangle1(frequency float64) error {
	return i.setWave("W1", triangle, frequency)
}

// SetTriangle2 makes W2 a triangular wave of a frequency in hertz.
func (i *Instrument) SetTriangle2(frequency float64) error {
	return i.setWave("W2", triangle, frequency)
}

func (i *Instrument) setWave(generator string, s shape, frequency float64) error {
	if err := within("the frequency", frequency, slowest, fastest, "Hz"); err != nil {
		return err
	}
	return i.use(func() error {
		i.waves[generator] = wave{shape: s, frequency: frequency}
		return nil
	})
}

// SetSquare1 makes SQR1 a square wave of a frequency in hertz and a duty cycle in percent.
func (i *Instrument) SetSquare1(frequency, duty float64) error {
	err := errors.Join(
		within("the frequency", frequency, slowest, fastestSquare, "Hz"),
		within("the duty cycle", duty, 0, 100, "%"),
	)
	if err != nil {
		return err
	}
	return i.use(func() error {
		i.waves["SQR1"] = wave{shape: square, frequency: frequency, duty: duty}
		return nil
	})
}

// SetVoltage sets a programmable output, PV1, PV2 or PV3, in volts.
func (i *Instrument) SetVoltage(output string, volts float64) error {
	ranges := map[string][2]float64{"PV1": {-5, 5}, "PV2": {-3.3, 3.3}, "PV3": {0, 3.3}}
	r, ok := ranges[output]
	if !ok {
		return fmt.Errorf("there is no output %q: use %s", output, oneOf(ranges))
	}
	if err := within("the voltage of "+output, volts, r[0], r[1], "V"); err != nil {
		return err
	}
	return i.use(func() error {
		i.voltages[output] = volts
		return nil
	})
}

// SetCurrent sets the current source, in milliamperes.
func (i *Instrument) SetCurrent(milliamperes float64) error {
	if err := within("the current", milliamperes, 0, 3.3, "mA"); err != nil {
		return err
	}
	return i.use(func() error {
		i.current = milliamperes
		return nil
	})
}

// SetState sets a logic output, SQR1, OD1 or CCS.
func (i *Instrument) SetState(pin string, high bool) error {
	return i.use(func() error {
		if _, ok := i.pins[pin]; !ok {
			return fmt.Errorf("there is no logic output %q: use %s", pin, oneOf(i.pins))
		}
		i.pins[pin] = high
		return nil
	})
}
