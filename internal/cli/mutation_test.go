package cli

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestMutation changes responses of the reference API's documentation in every place: what is not
// declared volatile, value catches. It takes every fourth response; the benchmark takes all.
func TestMutation(t *testing.T) {
	t.Parallel()
	var some []recorded
	for i, c := range recordBlueprints(t) {
		if i%4 == 0 {
			some = append(some, c)
		}
	}
	s := mutate(t, some)
	t.Log("\n" + s.table())
	for _, kind := range mutantKinds() {
		assert.NotZero(t, s.rows[kind].of, "no response could be changed so that %s", kind)
	}
	assert.Empty(t, s.survivors, "value did not notice these")
	assert.Empty(t, s.lost, "value did not notice these, and a weaker level did")
}

// BenchmarkMutation prints how many mutants each level catches, and takes the time of a verdict on one.
func BenchmarkMutation(b *testing.B) {
	cases := recordBlueprints(b)
	fmt.Fprintln(os.Stdout, mutate(b, cases).table())
	type job struct {
		expected, real transaction.Response
		by             *harness.Validator
	}
	var jobs []job
	for _, c := range cases {
		by := c.validator(b, transaction.MatchValue)
		for _, m := range mutantsOf(b, c.expected, c.real) {
			jobs = append(jobs, job{c.expected, m.real, by})
		}
	}
	i := 0
	for b.Loop() {
		j := jobs[i%len(jobs)]
		j.by.Check(j.expected, j.real)
		i++
	}
}

// recorded is a documented response, and one that came for it and is as documented.
type recorded struct {
	name           transaction.Name
	expected, real transaction.Response
	volatile       []transaction.Volatile
}

// recordBlueprints runs the blueprints once.
func recordBlueprints(t testing.TB) []recorded {
	t.Helper()
	keepDatabaseServer(t)
	cfg := reference(quiet())
	cell := func(tr *transaction.Transaction) bool { // of a table of permissions: its response is not documented
		return strings.Contains(string(tr.Name), " > Permissions > ")
	}
	cfg.Hooks.BeforeAll(func(r *hook.Run) error {
		for _, tr := range r.Transactions {
			tr.Skip = tr.Skip || cell(tr)
		}
		return nil
	})
	result, err := harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	var list []recorded
	for _, o := range result.Outcomes {
		if cell(o.Transaction) {
			continue
		}
		require.Equal(t, transaction.Pass, o.Status, "%s: %s %v", o.Transaction.Name, o.Reason, o.Findings)
		list = append(list, recorded{
			name:     o.Transaction.Name,
			expected: o.Transaction.Expected,
			real:     *o.Transaction.Real,
			volatile: append(append([]transaction.Volatile(nil), cfg.Volatile...), o.Transaction.Volatile...),
		})
	}
	return list
}

func (c recorded) validator(t testing.TB, level transaction.Match) *harness.Validator {
	t.Helper()
	v, err := harness.NewValidator(harness.ValidatorConfig{
		CheckOptions: harness.CheckOptions{Match: level, Volatile: c.volatile},
		Explain:      true,
	})
	require.NoError(t, err)
	return v
}

// score counts mutants.
type score struct {
	mu        sync.Mutex
	rows      map[string]*row
	responses int
	// survivors are mutants that value should have caught, and lost those that it did not catch though a
	// weaker level did.
	survivors, lost []string
}

// row is the count of one kind of mutant.
type row struct {
	of     int
	caught map[transaction.Match]int
	// firm are those that nothing excuses, and caughtFirm how many of them value caught.
	firm, caughtFirm int
}

// mutate holds the mutants of all responses against the documentation, at each level.
func mutate(t testing.TB, cases []recorded) *score {
	t.Helper()
	s := &score{rows: map[string]*row{}, responses: len(cases)}
	for _, kind := range mutantKinds() {
		s.rows[kind] = &row{caught: map[transaction.Match]int{}}
	}
	todo := make(chan recorded, len(cases))
	for _, c := range cases {
		todo <- c
	}
	close(todo)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for c := range todo {
				s.hold(t, c)
			}
		})
	}
	workers.Wait()
	return s
}

// hold counts the mutants of one response.
func (s *score) hold(t testing.TB, c recorded) {
	by := map[transaction.Match]*harness.Validator{}
	var excused []transaction.Excused
	for _, level := range levels {
		by[level] = c.validator(t, level)
		v := by[level].Check(c.expected, c.real)
		if !assert.Empty(t, v.Findings, "%s is not as documented by %s", c.name, level) {
			return
		}
		excused = v.Excused // in the end those of value
	}
	for _, m := range mutantsOf(t, c.expected, c.real) {
		caught := map[transaction.Match]bool{}
		for _, level := range levels {
			caught[level] = !by[level].Check(c.expected, m.real).OK()
		}
		s.count(c, m, caught, m.excusedBy(excused))
	}
}

func (s *score) count(c recorded, m mutant, caught map[transaction.Match]bool, excused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rows[m.kind]
	r.of++
	for _, level := range levels {
		if caught[level] {
			r.caught[level]++
		}
	}
	// Between structure and type that can be so: type takes an item of a list for any documented one.
	if !caught[transaction.MatchValue] && (caught[transaction.MatchStructure] || caught[transaction.MatchType]) {
		s.lost = append(s.lost, m.in(c.name))
	}
	if excused {
		return
	}
	r.firm++
	if caught[transaction.MatchValue] {
		r.caughtFirm++
		return
	}
	s.survivors = append(s.survivors, m.in(c.name))
}

// excusedBy reports whether a place that is held against a declaration is, or holds, what was changed.
// A set excuses the order of its items only, and that a header varies does not excuse that it is
// missing.
func (m mutant) excusedBy(list []transaction.Excused) bool {
	for _, e := range list {
		switch {
		case e.Field != m.field:
		case e.By.Kind == transaction.KindSet:
			if m.kind == swappedItems && m.place == e.Pointer {
				return true
			}
		case m.kind == droppedHeader || m.kind == truncated:
		case m.place == e.Pointer || strings.HasPrefix(m.place, e.Pointer+"/"):
			return true
		}
	}
	return false
}

// in tells one mutant from another.
func (m mutant) in(name transaction.Name) string {
	return fmt.Sprintf("%s: %s, %s %s", name, m.kind, m.field, m.place)
}

// table is the score for people.
func (s *score) table() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d responses, each changed in every place\tmutants\tstructure\ttype\tvalue\tnot volatile\tvalue of these\t\n", s.responses)
	sum := &row{caught: map[transaction.Match]int{}}
	for _, kind := range mutantKinds() {
		r := s.rows[kind]
		sum.of, sum.firm, sum.caughtFirm = sum.of+r.of, sum.firm+r.firm, sum.caughtFirm+r.caughtFirm
		for level, n := range r.caught {
			sum.caught[level] += n
		}
		r.write(w, kind)
	}
	sum.write(w, "all")
	if err := w.Flush(); err != nil { // a strings.Builder takes everything
		return err.Error()
	}
	return b.String()
}

func (r *row) write(w *tabwriter.Writer, kind string) {
	fmt.Fprintf(w, "%s\t%d", kind, r.of)
	for _, level := range levels {
		fmt.Fprintf(w, "\t%s", share(r.caught[level], r.of))
	}
	fmt.Fprintf(w, "\t%s\t%s\t\n", share(r.firm, r.of), share(r.caughtFirm, r.firm))
}

// share is a percentage. All is 100 %, and nothing else is.
func share(part, of int) string {
	switch {
	case of == 0:
		return "-"
	case part == of:
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", min(float64(part)/float64(of)*100, 99.9))
}
