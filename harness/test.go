package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Test holds a server against its documentation, a parallel subtest per transaction, named as the
// transaction is, in the order of the run. Those that the run is not about are skipped subtests, and so are
// those that Config.Bail leaves. go test -run runs fewer of them, without the hooks of the others.
//
// What the machine lacks (Postgres, Drafter) skips the test and says what to do. Where the
// environment has CI or BAILIFF_REQUIRE_DB set, it fails it instead, so that a build cannot turn
// green by running nothing.
func Test(t *testing.T, cfg Config) {
	t.Helper()
	cfg.Database = toldBy(t, cfg.Database)
	// The context of a test is done before it cleans up, which is no reason to hurry.
	s, err := Open(context.WithoutCancel(t.Context()), cfg)
	if missing(err) && !required() {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the last parallel subtest
		ctx := context.WithoutCancel(t.Context())
		if err := errors.Join(s.AfterAll(ctx), s.Close()); err != nil {
			t.Error(err)
		}
	})
	plan := s.Plan()
	for _, a := range plan.Annotations {
		t.Log(a)
	}
	for _, w := range plan.Warnings {
		t.Log("warning: " + w)
	}
	if err := s.BeforeAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, tr := range s.Transactions() {
		t.Run(string(tr.Name), func(t *testing.T) {
			t.Parallel()
			s.test(t, i)
		})
	}
}

// toldBy has a database tell the log of a test which server it is on, unless it tells somebody else.
func toldBy(t *testing.T, c *postgres.Config) *postgres.Config {
	if c == nil || c.Log != nil {
		return c
	}
	told := *c
	told.Log = func(line string) { t.Log(line) }
	return &told
}

func (s *Session) test(t *testing.T, i int) {
	if s.bail.reached() {
		t.Skip("not run: enough transactions failed to end the run")
	}
	o, err := s.Run(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	switch o.Status {
	case transaction.Skip:
		t.Skip(o.Reason)
	case transaction.Fail, transaction.Error:
		t.Error("\n" + report.Detail(o, report.Options{Sanitize: s.sanitize, Rerun: func(transaction.Outcome) string {
			return fmt.Sprintf("go test -run '^%s$'", strings.ReplaceAll(testPattern(t.Name()), "/", "$/^"))
		}}))
	}
}

// testPattern makes the name of a test into the pattern that go test -run finds it by.
func testPattern(name string) string {
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune(`\.+*?()|[]{}^$'`, r) {
			b.WriteByte('.')
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// missing reports that err is about something that can be installed.
func missing(err error) bool {
	return errors.Is(err, postgres.ErrUnavailable) || errors.Is(err, drafter.ErrUnavailable)
}

// required reports whether the environment wants tests to fail that cannot run.
func required() bool { return isSet("CI") || isSet("BAILIFF_REQUIRE_DB") }

func isSet(variable string) bool {
	switch os.Getenv(variable) {
	case "", "0", "false":
		return false
	}
	return true
}
