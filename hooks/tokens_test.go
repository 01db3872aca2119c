package hooks_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// TestServerWithAnotherKey holds that tokens which cannot be made for a server are no failures of it.
func TestServerWithAnotherKey(t *testing.T) {
	t.Parallel()
	anywhere(t)
	cfg := reference(plain)
	api := server.New(server.Config{Password: password.Cheapest()})
	cfg.Handler = func(db postgres.DB) http.Handler { return api.With(db) }
	const name = "Authentication > Refused Tokens > Call with a Token that is not Good > Example "
	cfg.Only = []string{name + "1", name + "6", name + "9"} // expired, nonsense, logged out
	outcomes := map[transaction.Name]transaction.Outcome{}
	for _, o := range run(t, cfg).Outcomes {
		outcomes[o.Transaction.Name] = o
	}
	require.Equal(t, transaction.Skip, outcomes[name+"1"].Status)
	assert.Contains(t, outcomes[name+"1"].Reason, "hooks.Secret")
	assert.Equal(t, transaction.Pass, outcomes[name+"6"].Status)
	assert.Equal(t, transaction.Pass, outcomes[name+"9"].Status)
}
