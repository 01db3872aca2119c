package hook_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const name = "Speakers > Speaker Details > Update Speaker"

func newCase(t *testing.T) *hook.Case {
	t.Helper()
	return hook.NewCase(t.Context(), nil, &transaction.Transaction{Name: name}, nil, nil)
}

func TestOrderIsDredds(t *testing.T) {
	t.Parallel()
	var got []string
	say := func(s string) hook.Func {
		return func(*hook.Case) error { got = append(got, s); return nil }
	}
	sayAll := func(s string) hook.AllFunc {
		return func(*hook.Run) error { got = append(got, s); return nil }
	}
	r := hook.New()
	r.AfterAll(sayAll("afterAll"))
	r.AfterEach(say("afterEach"))
	r.After(name, say("after"))
	r.BeforeValidation(name, say("beforeValidation"))
	r.BeforeEachValidation(say("beforeEachValidation"))
	r.Before(name, say("before 1"))
	r.Before(name, say("before 2"))
	r.Before("Speakers > Speaker Details > Delete Speaker", say("before another"))
	r.BeforeEach(say("beforeEach"))
	r.BeforeAll(sayAll("beforeAll"))
	c, all := newCase(t), hook.NewRun(t.Context(), nil)

	require.NoError(t, r.RunBeforeAll(all))
	require.NoError(t, r.RunBefore(c))
	require.NoError(t, r.RunBeforeValidation(c))
	require.NoError(t, r.RunAfter(c))
	require.NoError(t, r.RunAfterAll(all))

	require.Equal(t, []string{
		"beforeAll", "beforeEach", "before 1", "before 2", "beforeEachValidation", "beforeValidation",
		"after", "afterEach", "afterAll",
	}, got)
}

func TestRenamingInBeforeEachChoosesOtherHooks(t *testing.T) {
	t.Parallel()
	ran := false
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error { c.Transaction.Name = "another"; return nil })
	r.Before("another", func(*hook.Case) error { ran = true; return nil })

	require.NoError(t, r.RunBefore(newCase(t)))

	require.True(t, ran)
}

func TestErrorEndsTheHooksOfATransaction(t *testing.T) {
	t.Parallel()
	boom, ran := errors.New("boom"), false
	r := hook.New()
	r.BeforeEach(func(*hook.Case) error { return boom })
	r.Before(name, func(*hook.Case) error { ran = true; return nil })

	err := r.RunBefore(newCase(t))

	require.ErrorIs(t, err, boom)
	require.EqualError(t, err, "beforeEach hook: boom")
	require.False(t, ran)
}

func TestPanicIsAnErrorThatNamesItsLine(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.After(name, func(*hook.Case) error { panic("no such row") })

	err := r.RunAfter(newCase(t))

	require.ErrorContains(t, err, "after hook panicked: no such row")
	require.ErrorContains(t, err, "hook_test.go:")
}

func TestUnmatchedNamesTheLineOfRegistration(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before(name, func(*hook.Case) error { return nil })
	r.After("Speakers > Misspelt", func(*hook.Case) error { return nil })

	got := r.Unmatched([]*transaction.Transaction{{Name: name}})

	require.Len(t, got, 1)
	require.Equal(t, transaction.Name("Speakers > Misspelt"), got[0].Name)
	require.Equal(t, "after", got[0].Kind)
	require.Equal(t, "hook_test.go", got[0].At.File)
	require.NotZero(t, got[0].At.Line)
}

func TestNilRegistryHasNoHooks(t *testing.T) {
	t.Parallel()
	var r *hook.Registry
	c := newCase(t)

	require.NoError(t, r.RunBefore(c))
	require.NoError(t, r.RunBeforeValidation(c))
	require.NoError(t, r.RunAfter(c))
	require.NoError(t, r.RunBeforeAll(hook.NewRun(t.Context(), nil)))
	require.Empty(t, r.Unmatched(nil))
}

func TestContextsReachTheHooks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	require.ErrorIs(t, hook.NewCase(ctx, nil, nil, nil, nil).Context().Err(), context.Canceled)
	require.ErrorIs(t, hook.NewRun(ctx, nil).Context().Err(), context.Canceled)
	require.NoError(t, (&hook.Case{}).Context().Err())
	require.NoError(t, (&hook.Run{}).Context().Err())
}

func TestTitleOfTheAPIMayBeLeftOut(t *testing.T) {
	t.Parallel()
	ran := 0
	r := hook.New()
	r.Before(name, func(*hook.Case) error { ran++; return nil })
	r.Before("Open Event > "+name, func(*hook.Case) error { ran++; return nil })
	tr := &transaction.Transaction{Name: "Open Event > " + name, Origin: transaction.Origin{APIName: "Open Event"}}

	require.NoError(t, r.RunBefore(hook.NewCase(t.Context(), nil, tr, nil, nil)))

	require.Equal(t, 2, ran)
	require.Empty(t, r.Unmatched([]*transaction.Transaction{tr}))
}

func TestHookThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before(name, func(*hook.Case) error { runtime.Goexit(); return nil })

	require.ErrorContains(t, r.RunBefore(newCase(t)), "before hook ended its goroutine")
}
