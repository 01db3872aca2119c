// Package isolation_test holds that no documented transaction sees anything of another one: whatever runs
// before it, beside it or in its stead, and wherever the database comes from, its verdict is the same.
//
// The transactions are those of the reference API, whose server drifts from its documentation here, so that
// there are findings to compare, and not only passes. A cell of the matrix is a provider of Postgres and a
// way of isolation. Its transactions run in the order of the documentation, in an order that a seed makes
// and each twice in a row, four at a time, and each alone on a database of its own.
//
// go test runs a part of the matrix, in which each provider and each way is once at least; make isolation
// runs all of it. A provider that is not there skips its cells, or fails them where CI is set.
package isolation_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// Names of environment variables that say how much is run.
const (
	envAll  = "BAILIFF_ISOLATION_ALL"  // set: all of the matrix, and all transactions
	envSeed = "BAILIFF_ISOLATION_SEED" // of the orders, and of which transactions a part has
)

// cell is a provider and a way of isolation.
type cell struct {
	provider postgres.Provider
	way      postgres.Isolation
	// some is how many transactions run in each order, and alone how many have a database of their own.
	some, alone int
}

func (c cell) String() string { return fmt.Sprintf("%s-%s", c.provider, c.way) }

// every is some or alone of a cell that leaves none out.
const every = 1 << 20

// part is the matrix of go test. A rollback costs a millisecond, and a clone fifty.
var part = []cell{
	{postgres.ProviderEmbedded, postgres.IsolationRollback, 600, 4},
	{postgres.ProviderDocker, postgres.IsolationRollback, 40, 2},
	{postgres.ProviderDocker, postgres.IsolationDelete, 40, 2},
	{postgres.ProviderLocal, postgres.IsolationClone, 12, 2},
	{postgres.ProviderURL, postgres.IsolationDelete, 40, 2},
}

// matrix is what is to run. The first cell that has a transaction says what is to come of it.
func matrix() []cell {
	if os.Getenv(envAll) == "" {
		return part
	}
	var all []cell
	for _, p := range []postgres.Provider{postgres.ProviderEmbedded, postgres.ProviderDocker, postgres.ProviderLocal, postgres.ProviderURL} {
		for _, way := range []postgres.Isolation{postgres.IsolationRollback, postgres.IsolationDelete, postgres.IsolationClone} {
			all = append(all, cell{p, way, every, every})
		}
	}
	return all
}

func TestVerdictsDoNotDependOnOthers(t *testing.T) {
	t.Parallel()
	seed := seed(t)
	t.Logf("all random orders come of %s=%d", envSeed, seed)
	want := map[string]verdict{}
	for i, c := range matrix() {
		t.Run(c.String(), func(t *testing.T) { // one after the other: they measure nothing, but processors are few
			c.run(t, want, rand.New(rand.NewPCG(seed, uint64(i))))
		})
	}
	failing := 0
	for _, v := range want {
		if v.failed {
			failing++
		}
	}
	if len(want) > 0 {
		assert.Greater(t, failing, len(want)/50, "the server drifts too little to compare much")
	}
}

// seed is 1 unless another is wanted, so that a test that fails does so again.
func seed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv(envSeed)
	if text == "" {
		return 1
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, envSeed)
	return n
}

// run carries out what belongs to a cell, and holds each verdict against the one that there was first.
func (c cell) run(t *testing.T, want map[string]verdict, dice *rand.Rand) {
	database := c.database(t)
	one := open(t, database, 1)
	ordered := pick(dice, one.size(), c.some)
	pass := func(how string, s *session, order []int) {
		t.Helper()
		for n, got := range s.run(t, order) {
			name := s.name(order[n])
			if _, ok := want[name]; !ok {
				want[name] = got
			}
			assert.Equal(t, want[name].text, got.text, "%s, %s", name, how)
		}
	}
	pass("in the order of the documentation", one, ordered)

	shuffled := slices.Clone(ordered)
	dice.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	twice := make([]int, 0, 2*len(ordered))
	for _, i := range shuffled {
		twice = append(twice, i, i)
	}
	pass("in random order, each twice in a row", one, twice)
	one.close(t)

	many := open(t, database, 4)
	pass("four at a time", many, shuffled)
	many.close(t)

	for _, i := range shuffled[:min(c.alone, len(shuffled))] {
		s := open(t, database, 1)
		pass("alone", s, []int{i})
		s.close(t)
	}
}

// pick takes some of n indexes, in their order.
func pick(dice *rand.Rand, n, some int) []int {
	picked := dice.Perm(n)[:min(some, n)]
	slices.Sort(picked)
	return picked
}
