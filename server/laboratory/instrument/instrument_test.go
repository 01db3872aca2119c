package instrument_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/laboratory/instrument"
)

func TestSameSeedSameNoise(t *testing.T) {
	t.Parallel()
	traces := func(seed uint64) [][]float64 {
		i := instrument.New(seed)
		require.NoError(t, i.SetSine1(1000))
		got, err := i.Capture1("CH1", 50, 10)
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, traces(7), traces(7))
	assert.NotEqual(t, traces(7), traces(8))
}

// A capture shows the wave that was set: its amplitude, its period, and its beginning at the trigger.
func TestCaptureShowsTheGenerators(t *testing.T) {
	t.Parallel()
	i := instrument.New(1)
	require.NoError(t, i.SetSine1(500))
	require.NoError(t, i.SetTriangle2(1000))
	require.NoError(t, i.SetVoltage("PV1", 2.5))
	got, err := i.Capture4(2000, 2) // 4 ms
	require.NoError(t, err)
	require.Len(t, got, 5)
	assert.InDelta(t, 3998, got[0][1999], 1e-9)
	for n, period := range map[int]float64{1: 2000, 2: 1000} {
		assert.InDelta(t, 3, slices.Max(got[n]), 0.05, n)
		assert.InDelta(t, -3, slices.Min(got[n]), 0.05, n)
		assert.InDelta(t, period, got[0][second(got[n])]-got[0][first(got[n])], 20, n)
	}
	assert.InDelta(t, 0, got[1][0], 0.2, "the capture begins where CH1 rises through the trigger")
	assert.InDelta(t, 2.5, got[3][0], 0.01)

	require.NoError(t, i.ConfigureTrigger(1.5))
	got, err = i.Capture1("CH1", 10, 1)
	require.NoError(t, err)
	assert.InDelta(t, 1.5, got[1][0], 0.2)
}

// first and second are where a trace rises through a volt for the first and the second time.
func first(trace []float64) int { return rise(trace, 0) }

func second(trace []float64) int { return rise(trace, first(trace)+100) }

func rise(trace []float64, from int) int {
	for n := from + 1; n < len(trace); n++ {
		if trace[n-1] < 1 && trace[n] >= 1 {
			return n
		}
	}
	return 0
}

func TestLimits(t *testing.T) {
	t.Parallel()
	i := instrument.New(1)
	_, unknown := i.GetVoltage("CH9")
	_, none := i.Capture1("CH1", 0, 1)
	_, many := i.Capture4(instrument.MaxSamples/4+1, 1)
	_, short := i.Capture1("CH1", 10, 0)
	_, counter := i.GetFrequency("ID2")
	for want, err := range map[string]error{
		`there is no channel "CH9": use CH1, CH2, CH3, MIC or SEN`: unknown,
		"the number of samples is 0: it must be from 1 to 10000":   none,
		"the number of samples is 2501: it must be from 1 to 2500": many,
		"the interval is 0 µs: it must be from 0.5 to 1000000":     short,
		`there is no counter at "ID2": use ID1`:                    counter,
		"the frequency is NaN Hz: it must be from 0.1 to 5000":     i.SetSine1(math.NaN()),
		"the frequency is +Inf Hz: it must be from 0.1 to 5000":    i.SetTriangle1(math.Inf(1)),
		"the duty cycle is 101 %: it must be from 0 to 100":        i.SetSquare1(10, 101),
		"the voltage of PV3 is -1 V: it must be from 0 to 3.3":     i.SetVoltage("PV3", -1),
		`there is no output "PV4": use PV1, PV2 or PV3`:            i.SetVoltage("PV4", 1),
		"the current is 4 mA: it must be from 0 to 3.3":            i.SetCurrent(4),
		`there is no logic output "X": use CCS, OD1 or SQR1`:       i.SetState("X", true),
		"the gain is 3: use 1, 2, 4, 5, 8, 10, 16 or 32":           i.SetGain("CH1", 3),
		`channel "MIC" has no amplifier: use CH1 or CH2`:           i.SetGain("MIC", 2),
		"the level is 17 V: it must be from -16 to 16":             i.ConfigureTrigger(17),
	} {
		assert.EqualError(t, err, want)
	}
}

func TestAmplifiersClip(t *testing.T) {
	t.Parallel()
	i := instrument.New(1)
	require.NoError(t, i.SetSine1(1000))
	require.NoError(t, i.SetGain("CH1", 8))
	got, err := i.Capture1("CH1", 200, 10)
	require.NoError(t, err)
	assert.InDelta(t, 16.5/8, slices.Max(got[1]), 1e-3)
}

func TestMeter(t *testing.T) {
	t.Parallel()
	i := instrument.New(1)
	ohms, err := i.GetResistance()
	require.NoError(t, err)
	assert.InDelta(t, 10_000, ohms, 100)
	farads, err := i.GetCapacitance()
	require.NoError(t, err)
	assert.InDelta(t, 1.04e-7, farads, 1e-9)
	volts, err := i.GetAverageVoltage("SEN", 100)
	require.NoError(t, err)
	assert.InDelta(t, 2.185, volts, 0.005)
	require.NoError(t, i.SetState("OD1", true))
	states, err := i.GetStates()
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"CCS": false, "OD1": true, "SQR1": false}, states)
}

func TestOff(t *testing.T) {
	t.Parallel()
	i := instrument.New(1)
	require.NoError(t, i.SetSine1(1000))
	i.Disconnect()
	_, err := i.GetVoltage("CH1")
	require.ErrorIs(t, err, instrument.ErrOff)
	require.ErrorIs(t, i.SetSine1(1), instrument.ErrOff)
	i.Connect()
	got, err := i.Capture1("CH1", 10, 100)
	require.NoError(t, err)
	assert.InDelta(t, 0, slices.Max(got[1]), 0.01, "the generators are silent again")
}

// A square wave that is always high, or never, has no edges to count.
func TestCounter(t *testing.T) {
	t.Parallel()
	i := instrument.New(1)
	for duty, want := range map[float64]float64{0: 0, 50: 1000, 100: 0} {
		require.NoError(t, i.SetSquare1(1000, duty))
		hertz, err := i.GetFrequency("ID1")
		require.NoError(t, err)
		assert.InDelta(t, want, hertz, 1e-9, duty)
	}
}
