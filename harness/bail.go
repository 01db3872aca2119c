package harness

import (
	"fmt"
	"sync/atomic"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// bail counts what failed, to end a run early.
type bail struct {
	after  int // zero means never
	failed atomic.Int64
}

// count notes what came of a transaction.
func (b *bail) count(status transaction.Status) {
	if status == transaction.Fail || status == transaction.Error {
		b.failed.Add(1)
	}
}

// reached reports that nothing new is to be started.
func (b *bail) reached() bool { return b.after > 0 && b.failed.Load() >= int64(b.after) }

// note says that the run ended early, and how much it left; "" when it did not.
func (b *bail) note(notRun int) string {
	if !b.reached() || notRun == 0 {
		return ""
	}
	return fmt.Sprintf("the run ended early, since %s; %s not run", plural(int(b.failed.Load()), "transaction failed", "transactions failed"),
		plural(notRun, "was", "were"))
}

// plural writes a number and what is counted.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
