package harness

import (
	"sync/atomic"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// working is a transaction of this run: the documented one, which stays as it is, and the one that hooks
// get and change, those of other transactions included.
type working struct {
	documented
	own *transaction.Transaction
	ran atomic.Bool
}

// newWorking takes over a documented transaction, with the headers that all requests get.
func newWorking(d documented, headers transaction.Headers) *working {
	d.Transaction = d.Clone()
	for _, h := range headers {
		d.Request.Headers.Del(h.Name)
		d.Request.Headers = append(d.Request.Headers, h)
	}
	return &working{documented: d, own: d.Clone()}
}

// take returns the transaction to carry out. From the second time on it is a new one, so that
// nothing is left of the time before.
func (w *working) take() *transaction.Transaction {
	if w.ran.Swap(true) {
		return w.Clone()
	}
	return w.own
}

// pointers are the transactions that hooks get.
func pointers(all []*working) []*transaction.Transaction {
	ts := make([]*transaction.Transaction, len(all))
	for i, w := range all {
		ts[i] = w.own
	}
	return ts
}

// rearranged follows what beforeAll hooks made of the list: they may reorder it, take from it, and add
// transactions that are documented unwritten.
func rearranged(all []*working, now []*transaction.Transaction) []*working {
	known := make(map[*transaction.Transaction]*working, len(all))
	for _, w := range all {
		known[w.own] = w
	}
	list, seen := make([]*working, 0, len(now)), map[*transaction.Transaction]bool{}
	for _, t := range now {
		w := known[t]
		switch {
		case t == nil:
			continue
		case seen[t]: // the second time is another transaction: it may run at the same moment
			t = t.Clone()
			w = &working{documented: madeUp(t), own: t}
		case w == nil: // one of their own
			w = &working{documented: madeUp(t), own: t}
		}
		seen[t] = true
		list = append(list, w)
	}
	return list
}

// madeUp is a transaction that hooks made, as it is now.
func madeUp(t *transaction.Transaction) documented {
	return documented{
		Transaction: t.Clone(),
		locate:      unwritten,
		line:        func(transaction.Position) (string, bool) { return "", false },
	}
}

// unwritten is where a transaction is documented that a hook made up.
func unwritten() (transaction.Source, error) { return transaction.Source{}, nil }
