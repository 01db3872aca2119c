package hook_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// impatient is the case of a run that gives each hook a moment.
func impatient(t *testing.T) *hook.Case {
	t.Helper()
	run := hook.NewRun(t.Context(), nil)
	run.Timeout = 20 * time.Millisecond
	return hook.NewCase(t.Context(), run, &transaction.Transaction{Name: name}, nil, nil)
}

func TestHookThatHeedsItsTime(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before(name, func(c *hook.Case) error { <-c.Context().Done(); return c.Context().Err() })
	c := impatient(t)

	err := r.RunBefore(c)

	var late *hook.TimeoutError
	require.ErrorAs(t, err, &late)
	assert.False(t, late.Running)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "before hook took more than")
	assert.NoError(t, c.Context().Err(), "the hooks that follow have time of their own")
}

func TestHookThatHangsIsNamedWithItsStack(t *testing.T) {
	t.Parallel()
	r, release := hook.New(), make(chan struct{})
	ended := make(chan struct{})
	r.Before(name, func(*hook.Case) error { defer close(ended); hang(release); return nil })

	err := r.RunBefore(impatient(t))

	close(release)
	<-ended
	var late *hook.TimeoutError
	require.ErrorAs(t, err, &late)
	assert.True(t, late.Running)
	assert.ErrorContains(t, err, "hook_test.hang")
	assert.ErrorContains(t, err, "guard_test.go:")
}

func hang(release chan struct{}) { <-release }

func TestInterruptionEndsTheWaitForAHook(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := hook.New()
	r.Before(name, func(c *hook.Case) error { cancel(); <-c.Context().Done(); return errors.New("stopped") })

	err := r.RunBefore(hook.NewCase(ctx, nil, &transaction.Transaction{Name: name}, nil, nil))

	require.ErrorIs(t, err, context.Canceled)
}

func TestPanicTellsWhatLedThere(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.Before(name, func(*hook.Case) error { outer(); return nil })

	err := r.RunBefore(newCase(t))

	var panicked *hook.PanicError
	require.ErrorAs(t, err, &panicked)
	assert.Equal(t, "no such row", panicked.Value)
	assert.Regexp(t, `(?s)before hook panicked: no such row \(.*guard_test.go:\d+\)\n.*hook_test\.inner.*hook_test\.outer`, err.Error())
	assert.NotContains(t, err.Error(), "hook.guard")
}

//go:noinline
func outer() { inner() }

//go:noinline
func inner() { panic("no such row") }

func TestSkip(t *testing.T) {
	t.Parallel()
	r, ran := hook.New(), false
	r.BeforeEach(func(*hook.Case) error { return hook.Skip("needs a payment provider") })
	r.BeforeEach(func(*hook.Case) error { ran = true; return nil })
	c := newCase(t)

	require.NoError(t, r.RunBefore(c))

	assert.True(t, c.Transaction.Skip)
	assert.Equal(t, "needs a payment provider", c.SkipReason())
	assert.False(t, ran, "what follows is for a request that is sent")
}

func TestValuesAreCarriedFromHookToHook(t *testing.T) {
	t.Parallel()
	r := hook.New()
	r.BeforeEach(func(c *hook.Case) error {
		c.Values.Set("user", 7)
		c.Run().Values.Set("token", "abc")
		return nil
	})
	var user, token, other any
	var known bool
	r.After(name, func(c *hook.Case) error {
		user, _ = c.Values.Get("user")
		token, _ = c.Run().Values.Get("token")
		other, known = c.Values.Get("token")
		return nil
	})
	c := newCase(t)

	require.NoError(t, r.RunBefore(c))
	require.NoError(t, r.RunAfter(c))

	assert.Equal(t, 7, user)
	assert.Equal(t, "abc", token)
	assert.Nil(t, other)
	assert.False(t, known)
}

func TestMultiRunsAllInOrder(t *testing.T) {
	t.Parallel()
	var got []string
	registry := func(name string) *hook.Registry {
		r := hook.New()
		r.BeforeAll(func(*hook.Run) error { got = append(got, name+" beforeAll"); return nil })
		r.BeforeEach(func(*hook.Case) error { got = append(got, name+" beforeEach"); return nil })
		r.BeforeEachValidation(func(*hook.Case) error { got = append(got, name+" validation"); return nil })
		r.AfterEach(func(*hook.Case) error { got = append(got, name+" afterEach"); return nil })
		r.AfterAll(func(*hook.Run) error { got = append(got, name+" afterAll"); return nil })
		return r
	}
	m, c := hook.Multi(registry("a"), registry("b")), newCase(t)

	require.NoError(t, m.RunBeforeAll(c.Run()))
	require.NoError(t, m.RunBefore(c))
	require.NoError(t, m.RunBeforeValidation(c))
	require.NoError(t, m.RunAfter(c))
	require.NoError(t, m.RunAfterAll(c.Run()))

	assert.Equal(t, []string{
		"a beforeAll", "b beforeAll", "a beforeEach", "b beforeEach", "a validation", "b validation",
		"a afterEach", "b afterEach", "a afterAll", "b afterAll",
	}, got)
}

func TestMultiEndsWithTheFirstError(t *testing.T) {
	t.Parallel()
	broken, ran := errors.New("broken"), false
	first, second := hook.New(), hook.New()
	first.BeforeEach(func(*hook.Case) error { return broken })
	second.BeforeEach(func(*hook.Case) error { ran = true; return nil })

	require.ErrorIs(t, hook.Multi(first, second).RunBefore(newCase(t)), broken)
	assert.False(t, ran)
}

func TestHookCannotTakeTheTransactionAway(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]*transaction.Transaction{"none": nil, "another": {Name: "another"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := hook.New()
			r.BeforeEach(func(c *hook.Case) error { c.Transaction = other; return nil })
			c := newCase(t)
			own := c.Transaction

			require.ErrorContains(t, r.RunBefore(c), "beforeEach hook: set Case.Transaction to another one, or to none")
			require.Same(t, own, c.Transaction)
		})
	}
}
