package start

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestWait is not parallel: how often the collector runs is of the whole process.
func TestWait(t *testing.T) { //nolint:paralleltest // see above
	percent := func() int {
		sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(sample)
		return int(sample[0].Value.Uint64())
	}
	before := debug.SetGCPercent(usual)
	defer debug.SetGCPercent(before)

	wait()
	assert.Equal(t, first, percent())
	assert.Eventually(t, func() bool { runtime.GC(); return percent() == usual }, 10*time.Second, 10*time.Millisecond)

	debug.SetGCPercent(50) // as GOGC says
	wait()
	assert.Equal(t, 50, percent())
}
