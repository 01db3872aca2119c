package instrument

import (
	"errors"
	"fmt"
	"slices"
)

// What hangs at the inputs, in ohms and farads.
const (
	thermistor = 10_000.0
	pullUp     = 5_100.0
	capacitor  = 1.04e-7
)

// conversion is how long one sample takes, in seconds.
const conversion = 2e-6

// GetVoltage reads a channel once, in volts.
func (i *Instrument) GetVoltage(channelName string) (float64, error) {
	return i.GetAverageVoltage(channelName, 1)
}

// GetAverageVoltage is the average of so many readings of a channel, in volts.
func (i *Instrument) GetAverageVoltage(channelName string, samples int) (float64, error) {
	err := errors.Join(channel(channelName), within("the number of samples", float64(samples), 1, MaxSamples, ""))
	if err != nil {
		return 0, err
	}
	sum := 0.0
	err = i.use(func() error {
		for range samples {
			sum += i.read(channelName, i.clock)
			i.clock += conversion
		}
		return nil
	})
	return round(sum / float64(samples)), err
}

// Capture1 takes samples of a channel, an interval in microseconds apart: the times of the samples, in
// microseconds from the first, and their voltages.
func (i *Instrument) Capture1(channelName string, samples int, interval float64) ([][]float64, error) {
	return i.capture([]string{channelName}, samples, interval)
}

// Capture2 takes samples of CH1 and CH2 at the same moments: times, voltages of CH1, voltages of CH2.
func (i *Instrument) Capture2(samples int, interval float64) ([][]float64, error) {
	return i.capture([]string{"CH1", "CH2"}, samples, interval)
}

// Capture4 takes samples of CH1, CH2, CH3 and MIC at the same moments: times, and voltages of each.
func (i *Instrument) Capture4(samples int, interval float64) ([][]float64, error) {
	return i.capture([]string{"CH1", "CH2", "CH3", "MIC"}, samples, interval)
}

func (i *Instrument) capture(names []string, samples int, interval float64) ([][]float64, error) {
	errs := []error{
		within("the number of samples", float64(samples), 1, float64(MaxSamples/len(names)), ""),
		within("the interval", interval, 0.5, 1e6, "µs"),
	}
	for _, name := range names {
		errs = append(errs, channel(name))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	traces := make([][]float64, 1+len(names))
	for n := range traces {
		traces[n] = make([]float64, samples)
	}
	err := i.use(func() error {
		offset := 0.0
		if _, wired := i.gains[names[0]]; wired {
			offset = i.triggered(names[0])
		}
		for n := range samples {
			at := float64(n) * interval * 1e-6
			traces[0][n] = round(float64(n) * interval)
			for c, name := range names {
				traces[c+1][n] = i.read(name, i.clock+offset+at)
			}
		}
		i.clock += offset + float64(samples)*interval*1e-6
		return nil
	})
	return traces, err
}

// triggered is how long it takes until a channel rises through the trigger's level, in seconds; zero
// when it does not within a period.
func (i *Instrument) triggered(name string) float64 {
	w := i.waves[map[string]string{"CH1": "W1", "CH2": "W2"}[name]]
	if w.frequency == 0 {
		return 0
	}
	const steps = 200
	period := 1 / w.frequency
	for n := range steps {
		at := float64(n) * period / steps
		if w.at(i.clock+at) <= i.trigger && w.at(i.clock+at+period/steps) > i.trigger {
			return at
		}
	}
	return 0
}

// ConfigureTrigger sets the level in volts at which a capture begins.
func (i *Instrument) ConfigureTrigger(volts float64) error {
	if err := within("the level", volts, -16, 16, "V"); err != nil {
		return err
	}
	return i.use(func() error {
		i.trigger = volts
		return nil
	})
}

// SetGain sets how much CH1 or CH2 is amplified: 1, 2, 4, 5, 8, 10, 16 or 32 times. The greatest voltage
// that it takes shrinks by as much.
func (i *Instrument) SetGain(channelName string, gain int) error {
	if !slices.Contains([]int{1, 2, 4, 5, 8, 10, 16, 32}, gain) {
		return fmt.Errorf("the gain is %d: use 1, 2, 4, 5, 8, 10, 16 or 32", gain)
	}
	return i.use(func() error {
		if _, ok := i.gains[channelName]; !ok {
			return fmt.Errorf("channel %q has no amplifier: use %s", channelName, oneOf(i.gains))
		}
		i.gains[channelName] = float64(gain)
		return nil
	})
}

// GetFrequency counts a logic input: ID1 is wired to SQR1, in hertz.
func (i *Instrument) GetFrequency(pin string) (hertz float64, err error) {
	if pin != "ID1" {
		return 0, fmt.Errorf("there is no counter at %q: use ID1", pin)
	}
	err = i.use(func() error {
		if w := i.waves["SQR1"]; w.duty > 0 && w.duty < 100 { // else it never rises
			hertz = w.frequency
		}
		return nil
	})
	return hertz, err
}

// GetStates tells which logic outputs are high.
func (i *Instrument) GetStates() (states map[string]bool, err error) {
	err = i.use(func() error {
		states = make(map[string]bool, len(i.pins))
		for name, high := range i.pins {
			states[name] = high
		}
		return nil
	})
	return states, err
}

// GetResistance measures what hangs at SEN, in ohms.
func (i *Instrument) GetResistance() (ohms float64, err error) {
	err = i.use(func() error {
		ohms = round(thermistor * (1 + noise*i.dice.NormFloat64()))
		return nil
	})
	return ohms, err
}

// GetCapacitance measures what hangs at CAP, in farads.
func (i *Instrument) GetCapacitance() (farads float64, err error) {
	err = i.use(func() error {
		farads = capacitor * (1 + noise*i.dice.NormFloat64())
		return nil
	})
	return farads, err
}
