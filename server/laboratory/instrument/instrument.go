package instrument

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// MaxSamples is how many samples one capture may take, of one channel.
const MaxSamples = 10_000

// noise is the standard deviation of what a channel reads beside its signal, in volts.
const noise = 0.0015

// ErrOff is the error of every measurement while the instrument is off.
var ErrOff = errors.New("the instrument is off")

// Instrument is one simulated instrument. It is safe for use by several goroutines, which take turns.
type Instrument struct {
	mu    sync.Mutex
	dice  *rand.Rand
	on    bool
	clock float64 // seconds since the instrument was connected

	waves    map[string]wave    // by generator
	voltages map[string]float64 // of the programmable outputs
	current  float64            // of the current source, in milliamperes
	gains    map[string]float64 // by channel
	trigger  float64            // volts
	pins     map[string]bool
}

// New returns an instrument that is on, with its generators silent.
func New(seed uint64) *Instrument {
	i := &Instrument{dice: rand.New(rand.NewPCG(seed, 0x1ab))}
	i.Connect()
	return i
}

// Connect turns the instrument on and sets everything back. It is a start-up method: users of the
// laboratory cannot call it.
func (i *Instrument) Connect() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.on, i.clock = true, 0
	i.waves = map[string]wave{"W1": {}, "W2": {}, "SQR1": {shape: square, duty: 50}}
	i.voltages = map[string]float64{"PV1": 0, "PV2": 0, "PV3": 0}
	i.current, i.trigger = 0, 0
	i.gains = map[string]float64{"CH1": 1, "CH2": 1}
	i.pins = map[string]bool{"SQR1": false, "OD1": false, "CCS": false}
}

// Disconnect turns the instrument off. It is a shut-down method: users of the laboratory cannot call it.
func (i *Instrument) Disconnect() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.on = false
}

// Private are the methods that start the instrument up and shut it down, which are not for its users.
func Private() []string { return []string{"Connect", "Disconnect"} }

// use runs f while nobody else uses the instrument.
func (i *Instrument) use(f func() error) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.on {
		return ErrOff
	}
	return f()
}

// channels are the analogue inputs, each with the greatest voltage it takes, to either side.
var channels = map[string]float64{"CH1": 16.5, "CH2": 16.5, "CH3": 3.3, "MIC": 3.3, "SEN": 3.3}

// channel finds an input, and says which ones there are when it is none.
func channel(name string) error {
	if _, ok := channels[name]; ok {
		return nil
	}
	return fmt.Errorf("there is no channel %q: use %s", name, oneOf(channels))
}

func oneOf[V any](set map[string]V) string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// within holds a number against its limits.
func within(what string, value, least, most float64, unit string) error {
	if math.IsNaN(value) || value < least || value > most {
		value := strings.TrimSpace(decimal(value) + " " + unit)
		return fmt.Errorf("%s is %s: it must be from %s to %s", what, value, decimal(least), decimal(most))
	}
	return nil
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// signal is what an input carries at a moment, without noise.
func (i *Instrument) signal(name string, at float64) float64 {
	switch name {
	case "CH1":
		return i.waves["W1"].at(at)
	case "CH2":
		return i.waves["W2"].at(at)
	case "CH3":
		return i.voltages["PV1"]
	case "SEN":
		return 3.3 * thermistor / (thermistor + pullUp)
	}
	return 0
}

// read measures an input once, with noise, the limits of the input, and the steps of its converter.
func (i *Instrument) read(name string, at float64) float64 {
	most := channels[name]
	if gain, ok := i.gains[name]; ok {
		most /= gain
	}
	step := 2 * most / 65536 // 16 bits
	v := i.signal(name, at) + noise*i.dice.NormFloat64()*most/16.5
	v = math.Round(v/step) * step
	return round(min(max(v, -most), most))
}

// round leaves a tenth of a millivolt, so that text and JSON are short.
func round(v float64) float64 { return math.Round(v*1e4)/1e4 + 0 } // + 0 makes -0 a 0
