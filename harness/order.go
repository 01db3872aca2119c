package harness

import (
	"math/rand/v2"
	"slices"
)

// byMethod is the order in which a resource lives, as Dredd has it.
var byMethod = []string{"CONNECT", "OPTIONS", "POST", "GET", "HEAD", "PUT", "PATCH", "LINK", "UNLINK", "DELETE", "TRACE"}

// arrange puts the transactions into the order in which they run. Shuffling comes first: sorting then
// keeps the order of those of one method.
func (c *contract) arrange(sorted bool, shuffle uint64) {
	if shuffle != 0 {
		// Drawn by hand, so that a seed gives the same order with every version of Go.
		random := rand.NewPCG(shuffle, shuffle)
		for i := len(c.transactions) - 1; i > 0; i-- {
			j := int(random.Uint64() % uint64(i+1)) // which favours none that anybody could see
			c.transactions[i], c.transactions[j] = c.transactions[j], c.transactions[i]
		}
	}
	if sorted {
		slices.SortStableFunc(c.transactions, func(a, b documented) int {
			// What is not in the list is at -1, and so comes first.
			return slices.Index(byMethod, a.Request.Method) - slices.Index(byMethod, b.Request.Method)
		})
	}
}
