package harness_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func listed(line int, name transaction.Name) harness.KnownFailing {
	return harness.KnownFailing{Name: name, At: transaction.Position{File: "known.txt", Line: line}}
}

func TestKnownFailing(t *testing.T) {
	t.Parallel()
	const view, remove = "Machine > View", "Machine > Remove"
	tests := []struct {
		name, server string
		change       func(*harness.Config)
		want         []string // status and reason of View, then of Remove
	}{
		{name: "fails", server: "lathe", want: []string{"skip known to fail (known.txt:3): body /name", "pass "}},
		{name: "passes", server: "press", want: []string{"fail passes, and is listed as failing at known.txt:3: take it off the list", "pass "}},
		{
			name: "passes, and nobody knows where it is listed", server: "press",
			change: func(c *harness.Config) { c.KnownFailing[0].At = transaction.Position{} },
			want:   []string{"fail passes, and is listed as failing: take it off the list", "pass "},
		},
		{
			name: "is not selected", server: "press", change: func(c *harness.Config) { c.Only = []string{remove} },
			want: []string{"skip the name is not selected", "pass "},
		},
		{
			name: "alone", server: "lathe", change: func(c *harness.Config) { c.Only = []string{view} },
			want: []string{"skip known to fail (known.txt:3): body /name", "skip the name is not selected"},
		},
		{
			name: "alone and passes", server: "press", change: func(c *harness.Config) { c.Only = []string{view} },
			want: []string{"fail passes, and is listed as failing at known.txt:3: take it off the list", "skip the name is not selected"},
		},
		{
			name: "skipped by a hook", server: "press",
			change: func(c *harness.Config) {
				c.Hooks.Before(view, func(*hook.Case) error { return hook.Skip("not today") })
			},
			want: []string{"skip not today", "pass "},
		},
		{
			name: "failed by a hook", server: "press",
			change: func(c *harness.Config) {
				c.Hooks.Before(view, func(c *hook.Case) error { c.Transaction.Fail = "no\nmore"; return nil })
			},
			want: []string{"skip known to fail (known.txt:3): Failed in before hook: no", "pass "},
		},
		{
			name: "an error is an error", server: "lathe",
			change: func(c *harness.Config) {
				c.Hooks.Before(view, func(*hook.Case) error { return assert.AnError })
			},
			want: []string{"error before hook: " + assert.AnError.Error(), "pass "},
		},
		{
			name: "a name that a hook changes", server: "lathe",
			change: func(c *harness.Config) {
				c.Hooks.Before(view, func(c *hook.Case) error { c.Transaction.Name = "another"; return nil })
			},
			want: []string{"skip known to fail (known.txt:3): body /name", "pass "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := config(test.server)
			cfg.Hooks = hook.New()
			cfg.KnownFailing = []harness.KnownFailing{listed(3, view)}
			if test.change != nil {
				test.change(&cfg)
			}

			result, err := harness.Run(t.Context(), cfg)

			require.NoError(t, err)
			var got []string
			for _, o := range result.Outcomes {
				got = append(got, string(o.Status)+" "+o.Reason)
				assert.Empty(t, o.Findings)
				if o.Status == transaction.Fail {
					assert.NotZero(t, o.Source.Action.Line, "it is told where it is documented")
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestWhatIsKnownToFailDoesNotEndTheRun(t *testing.T) {
	t.Parallel()
	cfg := many(500, "GET", "GET", "GET")
	cfg.Bail = 1
	cfg.KnownFailing = []harness.KnownFailing{listed(1, "R0 > Do"), listed(2, "R1 > Do"), listed(9, "R1 > Do")}

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, transaction.Stats{Skipped: 2, Failures: 1}, result.Stats)
	require.Equal(t, "known to fail (known.txt:2): statusCode", result.Outcomes[1].Reason)
}

// Two transactions may have one name: the entry is true as long as one of them fails.
func TestKnownFailingOfANameThatIsShared(t *testing.T) {
	t.Parallel()
	const text = "FORMAT: 1A\n\n# M\n\n## Thing [/a]\n\n### Do [GET]\n\n+ Response 204\n\n## Thing [/b]\n\n### Do [GET]\n\n+ Response 204\n"
	for name, test := range map[string]struct{ fails, want []string }{
		"the first fails":  {[]string{"/a"}, []string{"skip", "pass"}},
		"the second fails": {[]string{"/b"}, []string{"pass", "skip"}},
		"both fail":        {[]string{"/a", "/b"}, []string{"skip", "skip"}},
		"none fails":       {nil, []string{"pass", "fail"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := harness.Config{
				Descriptions: []string{"machines.apib"}, FS: document(text), Workers: 1,
				KnownFailing: []harness.KnownFailing{listed(1, "Thing > Do")},
			}
			cfg.Handler = func(postgres.DB) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for _, path := range test.fails {
						if r.URL.Path == path {
							w.WriteHeader(500)
							return
						}
					}
					w.WriteHeader(204)
				})
			}

			result, err := harness.Run(t.Context(), cfg)

			require.NoError(t, err)
			var got []string
			for _, o := range result.Outcomes {
				got = append(got, string(o.Status))
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestKnownFailingOfNothing(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.KnownFailing = []harness.KnownFailing{listed(1, "Machine > Vieuw"), listed(2, "Machine > View"), listed(7, "something else")}

	_, err := harness.Run(t.Context(), cfg)

	require.EqualError(t, err, "transactions are listed as failing that do not exist; mend their names, or take them off the list:\n"+
		"  known.txt:1: \"Machine > Vieuw\" matches no transaction, did you mean \"Machine > View\"?\n"+
		"  known.txt:7: \"something else\" matches no transaction")
}

func TestReadKnownFailing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "known.txt")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }

	write("\uFEFF# why\r\n\r\nMachine > View\r\n  # indented\n\t Machine > Remove \nlast")
	list, err := harness.ReadKnownFailing(file)
	require.NoError(t, err)
	require.Equal(t, []harness.KnownFailing{
		{Name: "Machine > View", At: transaction.Position{File: file, Line: 3}},
		{Name: "Machine > Remove", At: transaction.Position{File: file, Line: 5}},
		{Name: "last", At: transaction.Position{File: file, Line: 6}},
	}, list)

	write("")
	list, err = harness.ReadKnownFailing(file)
	require.NoError(t, err)
	require.Empty(t, list)

	write("a\n#\na\n")
	_, err = harness.ReadKnownFailing(file)
	require.EqualError(t, err, file+`:3: "a" is listed on line 1 already: take one of them out`)

	for _, text := range []string{"a\n\xff\n", "a\nb\x00\n"} {
		write(text)
		_, err = harness.ReadKnownFailing(file)
		require.EqualError(t, err, file+":2: the line is no UTF-8 text: write the name of a transaction on each line")
	}

	_, err = harness.ReadKnownFailing(file + "x")
	require.ErrorContains(t, err, "read the list of what is known to fail: open "+file+"x: ")
	require.ErrorIs(t, err, os.ErrNotExist)
}
