package health

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"sync"
	"time"
)

// How long results count, and how long a check may take, where Config does not say. The first two are what the
// results of Open Event's health check show.
const (
	passedLife = 27 * time.Second
	failedLife = 9 * time.Second
	limit      = 3 * time.Second
)

// Check asks one service how it is.
type Check struct {
	// Name is what reports call it.
	Name string
	// Run reports whether the service is well, and a sentence about it for everybody to read. It should end
	// with its context.
	Run func(ctx context.Context) (passed bool, output string)
	// Late is the output when Run does not end in time.
	Late string
}

// Config configures a Monitor. The zero value works.
type Config struct {
	// Now is the clock of reports. nil: time.Now.
	Now func() time.Time
	// Passed and Failed are for how long a result counts. Zero: 27 and 9 seconds.
	Passed, Failed time.Duration
	// Limit is how long a check may take, by the real clock. Zero: 3 seconds.
	Limit time.Duration
	// Hostname is that of reports.
	Hostname string
	// OneByOne runs the checks one after the other, for those that share a connection.
	OneByOne bool
	// Log takes panics of checks, and what passes no more, or passes again. nil: nothing is logged.
	Log *slog.Logger
}

// Monitor keeps the results of checks. It is safe for use by several goroutines: those that want the result of
// one check wait for one run of it.
type Monitor struct {
	config Config
	probes []*probe
}

// New returns a monitor of checks. Reports have them in this order.
func New(c Config, checks ...Check) *Monitor {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Passed == 0 {
		c.Passed = passedLife
	}
	if c.Failed == 0 {
		c.Failed = failedLife
	}
	if c.Limit == 0 {
		c.Limit = limit
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	m := &Monitor{config: c}
	for _, check := range checks {
		m.probes = append(m.probes, &probe{Check: check, config: &m.config})
	}
	return m
}

// Seconds is a moment as seconds since 1970, with six decimals in JSON.
type Seconds time.Time

// MarshalJSON writes it.
func (s Seconds) MarshalJSON() ([]byte, error) {
	micros := time.Time(s).UnixMicro()
	return fmt.Appendf(nil, "%d.%06d", micros/1e6, micros%1e6), nil
}

// UnmarshalJSON reads it.
func (s *Seconds) UnmarshalJSON(b []byte) error {
	seconds, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("seconds since 1970: %w", err)
	}
	*s = Seconds(time.UnixMicro(int64(seconds*1e6 + 0.5)))
	return nil
}

// Result is what came of a check.
type Result struct {
	Output    string  `json:"output"`
	Checker   string  `json:"checker"`
	Expires   Seconds `json:"expires"`
	Passed    bool    `json:"passed"`
	Timestamp Seconds `json:"timestamp"`
}

// counts reports whether the result counts at a time. A clock that was set back does not make it count longer.
func (r *Result) counts(now time.Time) bool {
	return now.Before(time.Time(r.Expires)) && !now.Before(time.Time(r.Timestamp))
}

// The statuses of a report.
const (
	Success = "success"
	Failure = "failure"
)

// Report is the results of all checks.
type Report struct {
	Status    string   `json:"status"`
	Timestamp Seconds  `json:"timestamp"`
	Hostname  string   `json:"hostname"`
	Results   []Result `json:"results"`
}

// Passed reports whether all checks have passed.
func (r *Report) Passed() bool { return r.Status == Success }

// Add adds a result.
func (r *Report) Add(result Result) {
	r.Results = append(r.Results, result)
	if !result.Passed {
		r.Status = Failure
	}
}

// Report runs the checks whose results have expired, and reports. It takes no longer than Limit, or with OneByOne
// than that for each check. The context counts for its values alone: a result is for others too.
func (m *Monitor) Report(ctx context.Context) *Report { return m.report(ctx, false) }

// Fresh is Report with results that are made for it, whether or not those from before have expired. It shares runs
// of checks that are under way.
func (m *Monitor) Fresh(ctx context.Context) *Report { return m.report(ctx, true) }

func (m *Monitor) report(ctx context.Context, fresh bool) *Report {
	results := make([]Result, len(m.probes))
	var all sync.WaitGroup
	for i, p := range m.probes {
		if m.config.OneByOne {
			results[i] = p.result(ctx, fresh)
			continue
		}
		all.Go(func() { results[i] = p.result(ctx, fresh) })
	}
	all.Wait()
	report := &Report{
		Status: Success, Timestamp: Seconds(m.config.Now()),
		Hostname: m.config.Hostname, Results: make([]Result, 0, len(results)),
	}
	for _, r := range results {
		report.Add(r)
	}
	return report
}

// probe is a check with its last result.
type probe struct {
	Check
	config *Config

	mu   sync.Mutex
	last *Result
	// flight is the run that somebody waits for, nil when nobody does.
	flight *flight
	// stuck is closed by a run that has not ended in time, when it does; nil when there is none.
	stuck chan struct{}
}

// flight is one run of a check.
type flight struct {
	landed chan struct{} // closed when result is there
	result Result
}

// result is the last one, or a new one when that has expired or a fresh one is wanted.
func (p *probe) result(ctx context.Context, fresh bool) Result {
	p.mu.Lock()
	if !fresh && p.last != nil && p.last.counts(p.config.Now()) {
		defer p.mu.Unlock()
		return *p.last
	}
	f := p.flight
	if f != nil {
		p.mu.Unlock()
		<-f.landed
		return f.result
	}
	f = &flight{landed: make(chan struct{})}
	p.flight = f
	stuck := p.stuck
	p.mu.Unlock()

	o, ended := p.ask(ctx, stuck)
	p.land(ctx, f, o, ended)
	return f.result
}

// land writes the result of a run down for all who wait for it.
func (p *probe) land(ctx context.Context, f *flight, o outcome, ended chan struct{}) {
	now, life := p.config.Now(), p.config.Failed
	if o.passed {
		life = p.config.Passed
	}
	f.result = Result{
		Output: o.output, Checker: p.Name, Passed: o.passed,
		Timestamp: Seconds(now), Expires: Seconds(now.Add(life)),
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if was := p.last; was == nil && !o.passed || was != nil && was.Passed != o.passed {
		p.config.Log.WarnContext(ctx, "a health check has changed", "checker", p.Name, "passed", o.passed, "output", o.output)
	}
	p.last, p.flight, p.stuck = &f.result, nil, ended
	close(f.landed)
}

// outcome is what a run of a check says.
type outcome struct {
	passed bool
	output string
}

// ask runs the check within its time. One that does not end then is left behind, and ended is closed when it does
// end: until then the check fails without being run again, so that there is one such run at most.
func (p *probe) ask(ctx context.Context, stuck chan struct{}) (o outcome, ended chan struct{}) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.config.Limit)
	late := outcome{output: p.Late}
	if late.output == "" {
		late.output = fmt.Sprintf("%s took longer than %s", p.Name, p.config.Limit)
	}
	select {
	case <-stuck:
	default:
		if stuck != nil {
			cancel()
			return late, stuck
		}
	}
	ended = make(chan struct{})
	said := make(chan outcome, 1)
	go func() {
		defer cancel()
		defer close(ended)
		said <- p.run(ctx)
	}()
	select {
	case o = <-said:
		return o, nil
	case <-ctx.Done(): // or it has just ended, and has canceled it
	}
	select {
	case o = <-said: // what ends with its context knows better what was amiss
		return o, nil
	case <-time.After(p.config.Limit / grace):
		return late, ended
	}
}

// grace is the part of its time that a check has to end in when its context has.
const grace = 10

// run runs the check. A panic of it is its failure.
func (p *probe) run(ctx context.Context) (o outcome) {
	defer func() {
		if problem := recover(); problem != nil {
			p.config.Log.ErrorContext(ctx, "a health check panicked", "checker", p.Name, "panic", problem, "stack", string(debug.Stack()))
			o = outcome{output: fmt.Sprint(problem)}
		}
	}()
	o.passed, o.output = p.Run(ctx)
	return o
}
