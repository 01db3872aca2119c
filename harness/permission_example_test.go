package harness_test

import (
	"context"
	"fmt"
	"net/http"
	"testing/fstest"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// A table in the description says who may do what. Actors are registered once, and a hook seeds what the
// table asks for; each cell is then tested, with its conditions met and not met.
func Example_permissions() {
	blueprint := fstest.MapFS{"api.apib": {Data: []byte(`FORMAT: 1A
# Notes

# Group Notes

| | View | Delete |
|---|---|---|
| Author | ✓ | ✓ |
| Everyone else | ✓ [1] | |

1. Only notes that are public, else 404

## Note [/notes/1]

### View [GET]
+ Response 200

### Delete [DELETE]
+ Response 204
`)}}
	// This server forgot to look at who asks.
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		private := r.Header.Get("Note") == "private" // stands for a row of the database
		if r.Method == http.MethodGet && private && r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusNotFound)
		}
	})

	hooks := hook.New()
	hooks.Actor("Author", func(c *hook.Case, _ *hook.Situation) error {
		c.Transaction.Request.Headers.Set("Authorization", "Bearer ada")
		return nil
	})
	hooks.Actor("Everyone else", func(*hook.Case, *hook.Situation) error { return nil })
	hooks.Permissions("Notes", func(c *hook.Case, s *hook.Situation) error {
		c.Transaction.Request.Headers.Set("Note", hook.If(s, "Only notes that are public", "public", "private"))
		return nil
	})

	result, err := harness.Run(context.Background(), harness.Config{
		Descriptions: []string{"api.apib"},
		FS:           blueprint,
		Handler:      func(postgres.DB) http.Handler { return server },
		Hooks:        hooks,
		Only:         []string{"Notes > Permissions > Everyone else > View [1] not met", "Notes > Permissions > Everyone else > Delete denied"},
		Workers:      1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range result.Outcomes {
		if len(o.Findings) > 0 {
			fmt.Println(o.Findings[0].At, o.Findings[0].ID)
			fmt.Println(o.Findings[0].Message)
		}
	}
	// Output:
	// api.apib:9:27 permission-granted
	// The table says that Everyone else may not delete Notes, not even when "Only notes that are public" is met, but the server answered 200 OK.
}
