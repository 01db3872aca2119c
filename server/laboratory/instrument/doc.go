// Package instrument simulates the instrument of the remote laboratory: a pocket laboratory with an
// oscilloscope, signal generators, programmable voltages, a multimeter and logic pins, whose outputs are
// wired to its inputs.
//
//	i := instrument.New(1)
//	err := i.SetSine1(1000)               // W1 makes a sine of 1000 Hz
//	trace, err := i.Capture1("CH1", 20, 10) // CH1 is wired to W1: 20 samples, 10 µs apart
//
// The wires: W1 to CH1, W2 to CH2, PV1 to CH3, SQR1 to ID1, and a thermistor at SEN. Nothing waits: the time
// of the instrument is its own, and goes on by what a measurement takes. The noise comes of a seed, so the
// same calls on a new instrument of the same seed give the same results.
//
// Units are those of the methods' parameters: volts, hertz, microseconds, milliamperes, ohms and farads.
//
// The package knows nothing of users, requests or function strings.
package instrument
