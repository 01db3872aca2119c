package health_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/server/internal/health"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a clock that stands still.
type clock struct {
	sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.now = c.now.Add(d)
}

// service is something to check, and counts how often it was.
type service struct {
	down atomic.Bool
	runs atomic.Int64
}

func (s *service) check(name string) health.Check {
	return health.Check{Name: name, Run: func(context.Context) (bool, string) {
		s.runs.Add(1)
		if s.down.Load() {
			return false, name + " is down"
		}
		return true, name + " ok"
	}}
}

func TestReportAsOpenEventHasIt(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.UnixMicro(1500915121524729)}
	s, other := &service{}, &service{}
	other.down.Store(true)
	m := health.New(health.Config{Now: c.Now, Hostname: "harbour"}, s.check("database"), other.check("queue"))
	report := m.Report(t.Context())
	got, err := json.Marshal(report)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"status": "failure", "timestamp": 1500915121.524729, "hostname": "harbour", "results": [
			{"output": "database ok", "checker": "database", "expires": 1500915148.524729, "passed": true, "timestamp": 1500915121.524729},
			{"output": "queue is down", "checker": "queue", "expires": 1500915130.524729, "passed": false, "timestamp": 1500915121.524729}
		]}`, string(got))
	assert.Contains(t, string(got), `"expires":1500915148.524729`, "as a number with all its decimals")
	assert.False(t, report.Passed())

	var read health.Report
	require.NoError(t, json.Unmarshal(got, &read))
	assert.Equal(t, got, must(json.Marshal(read)))
	assert.Error(t, json.Unmarshal([]byte(`{"timestamp": "noon"}`), &read))

	empty := health.New(health.Config{Now: c.Now}).Report(t.Context())
	assert.JSONEq(t, `{"status": "success", "timestamp": 1500915121.524729, "hostname": "", "results": []}`, string(must(json.Marshal(empty))))
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestResultsCountForTheirTime(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		down   bool
		config health.Config
		life   time.Duration
	}{
		{name: "passed", life: 27 * time.Second},
		{name: "failed", down: true, life: 9 * time.Second},
		{name: "passed, as configured", config: health.Config{Passed: time.Second}, life: time.Second},
		{name: "failed, as configured", down: true, config: health.Config{Failed: time.Minute}, life: time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := &clock{now: time.Unix(1500915121, 0)}
			test.config.Now = c.Now
			s := &service{}
			s.down.Store(test.down)
			m := health.New(test.config, s.check("database"))
			first := m.Report(t.Context())
			c.forward(test.life - 1)
			s.down.Store(!test.down)
			again := m.Report(t.Context())
			assert.Equal(t, first.Results, again.Results, "the result that was kept")
			assert.NotEqual(t, first.Timestamp, again.Timestamp, "of another report")
			assert.EqualValues(t, 1, s.runs.Load())
			c.forward(1)
			assert.Equal(t, test.down, m.Report(t.Context()).Passed())
			assert.EqualValues(t, 2, s.runs.Load(), "it has expired")
		})
	}
}

func TestClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1500915121, 0)}
	s := &service{}
	m := health.New(health.Config{Now: c.Now}, s.check("database"))
	m.Report(t.Context())
	c.forward(-time.Hour)
	s.down.Store(true)
	assert.False(t, m.Report(t.Context()).Passed(), "a result of the future counts no hour longer")
}

func TestFresh(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1500915121, 0)}
	s := &service{}
	m := health.New(health.Config{Now: c.Now}, s.check("database"))
	assert.True(t, m.Report(t.Context()).Passed())
	s.down.Store(true)
	assert.True(t, m.Report(t.Context()).Passed())
	assert.False(t, m.Fresh(t.Context()).Passed())
	assert.False(t, m.Report(t.Context()).Passed(), "what a fresh report has found out is kept")
	assert.EqualValues(t, 2, s.runs.Load())
}

func TestPanicIsFailure(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]any{"no such column": errors.New("no such column"), "oh": "oh", "7": 7} {
		m := health.New(health.Config{}, health.Check{Name: "broken", Run: func(context.Context) (bool, string) { panic(problem) }})
		report := m.Report(t.Context())
		assert.False(t, report.Passed())
		assert.Equal(t, text, report.Results[0].Output)
		assert.Equal(t, "broken", report.Results[0].Checker)
	}
}

// TestHangingCheck has a check that ends with its context, and one that does not end at all.
func TestHangingCheck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var runs atomic.Int64
		good := &service{}
		m := health.New(
			health.Config{},
			health.Check{Name: "obedient", Late: "late", Run: func(ctx context.Context) (bool, string) {
				<-ctx.Done()
				return false, "gave up: " + ctx.Err().Error()
			}},
			health.Check{Name: "stubborn", Late: "not there", Run: func(context.Context) (bool, string) {
				runs.Add(1)
				<-release
				return true, "at last"
			}},
			health.Check{Name: "unnamed", Run: func(context.Context) (bool, string) {
				<-release
				return true, "at last"
			}},
			good.check("good"),
		)
		outputs := func() (list []string) {
			for _, r := range m.Report(t.Context()).Results {
				list = append(list, fmt.Sprint(r.Passed, " ", r.Output))
			}
			return list
		}
		start := time.Now()
		want := []string{
			"false gave up: context deadline exceeded", "false not there", "false unnamed took longer than 3s", "true good ok",
		}
		assert.Equal(t, want, outputs())
		assert.Equal(t, 3300*time.Millisecond, time.Since(start), "all wait at the same time")

		time.Sleep(10 * time.Second) // the clock of the bubble: nobody waits
		start = time.Now()
		assert.Equal(t, want, outputs())
		assert.Equal(t, 3*time.Second, time.Since(start), "what is stuck is not waited for again")
		assert.EqualValues(t, 1, runs.Load(), "nor run again")

		close(release)
		synctest.Wait()
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{want[0], "true at last", "true at last", "true good ok"}, outputs())
		assert.EqualValues(t, 2, runs.Load())
	})
}

func TestManyWhoAskShareOneRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int64
		m := health.New(health.Config{}, health.Check{Name: "slow", Run: func(context.Context) (bool, string) {
			runs.Add(1)
			time.Sleep(time.Second)
			return true, "ok"
		}})
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				if i%2 == 0 {
					cancel() // who has gone spoils nothing for the others
				}
				defer cancel()
				assert.True(t, m.Report(ctx).Passed())
			})
		}
		all.Wait()
		assert.EqualValues(t, 1, runs.Load())
	})
}

func TestOneByOne(t *testing.T) {
	t.Parallel()
	var at, most atomic.Int64
	busy := func(context.Context) (bool, string) {
		if n := at.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer at.Add(-1)
		return true, ""
	}
	m := health.New(health.Config{OneByOne: true}, health.Check{Name: "a", Run: busy}, health.Check{Name: "b", Run: busy}, health.Check{Name: "c", Run: busy})
	assert.True(t, m.Report(t.Context()).Passed())
	assert.EqualValues(t, 1, most.Load())
}
