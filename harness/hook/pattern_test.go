package hook_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestNamesOfHooks(t *testing.T) {
	t.Parallel()
	update := transaction.Transaction{
		Name:    "Open Event > Speakers > Speaker Details > Update Speaker",
		Origin:  transaction.Origin{APIName: "Open Event"},
		Request: transaction.Request{Method: "PATCH", URI: "/v1/speakers/1?include=event"},
	}
	tests := []struct {
		registered string
		want       bool
	}{
		{"Open Event > Speakers > Speaker Details > Update Speaker", true},
		{"Speakers > Speaker Details > Update Speaker", true},
		{"Speaker Details > Update Speaker", false},
		{"speakers > Speaker Details > Update Speaker", false},
		{"Speakers > *", true},
		{"*Update*", true},
		{"Speakers > * > Delete*", false},
		{"*", true},
		{"PATCH /v1/speakers/1", true},
		{"PATCH /v1/speakers/*", true},
		{"PATCH /v1/speakers/{id}", true},
		{"PATCH /v1/*", false},
		{"PATCH /v1/**", true},
		{"PATCH /**", true},
		{"GET /v1/speakers/*", false},
		{"* /v1/speakers/*", true},
		{"PATCH /v1/speakers/1?include=*", true},
		{"PATCH /v1/speakers/1?filter=*", false},
		{"PATCH /v1/speakers/.", false},
	}
	for _, tt := range tests {
		t.Run(tt.registered, func(t *testing.T) {
			t.Parallel()
			r, ran := hook.New(), false
			r.Before(tt.registered, func(*hook.Case) error { ran = true; return nil })
			tr := update

			require.NoError(t, r.RunBefore(hook.NewCase(t.Context(), nil, &tr, nil, nil)))

			assert.Equal(t, tt.want, ran)
			assert.Equal(t, tt.want, len(r.Unmatched([]*transaction.Transaction{&tr})) == 0)
		})
	}
}

func TestNameThatHoldsAnAsteriskIsItself(t *testing.T) {
	t.Parallel()
	r, ran := hook.New(), 0
	r.Before("Rating > 5* hotels", func(*hook.Case) error { ran++; return nil })
	tr := &transaction.Transaction{Name: "Rating > 5* hotels"}

	require.NoError(t, r.RunBefore(hook.NewCase(t.Context(), nil, tr, nil, nil)))

	assert.Equal(t, 1, ran)
}

func TestHooksOfANameAndOfPatternsRunInTheOrderOfRegistration(t *testing.T) {
	t.Parallel()
	var got []string
	r := hook.New()
	for _, registered := range []string{"Speakers*", name, "DELETE /x", "* /**", name, "*"} {
		r.Before(registered, func(*hook.Case) error { got = append(got, registered); return nil })
	}
	tr := &transaction.Transaction{Name: name, Request: transaction.Request{Method: "PATCH", URI: "/x"}}

	require.NoError(t, r.RunBefore(hook.NewCase(t.Context(), nil, tr, nil, nil)))

	assert.Equal(t, []string{"Speakers*", name, "* /**", name, "*"}, got)
}
