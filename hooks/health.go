package hooks

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// report declares what differs from server to server in a report of its health, and from second to second.
func report(c *hook.Case) error {
	const results = "/results/*/"
	return vary(
		transaction.Volatile{Pointer: "/timestamp", Kind: transaction.KindNumber},
		transaction.Volatile{Pointer: "/hostname", Kind: transaction.KindString},
		transaction.Volatile{Pointer: results + "timestamp", Kind: transaction.KindNumber},
		transaction.Volatile{Pointer: results + "expires", Kind: transaction.KindNumber},
	)(c)
}

// unlike declares the output of a check that passes, by the place of the check: a server need not have Redis, nor
// workers.
func unlike(place int, pattern string) hook.Func {
	return vary(transaction.Volatile{
		Pointer: fmt.Sprintf("/results/%d/output", place), Kind: transaction.KindRegexp, Pattern: pattern,
	})
}

// alter returns a hook that changes the database by SQL that others take back: it is committed where a server of
// another process is tested.
func alter(sql string) hook.Func {
	return func(c *hook.Case) error {
		if _, err := c.DB.Exec(c.Context(), sql); err != nil {
			return fmt.Errorf("alter the database: %w", err)
		}
		return nil
	}
}

func health(r *hook.Registry, _ *session) {
	const (
		check    = "Health > Health Check > Check Health"
		outdated = "Health > Health Check > Check Health of a Database that is Out of Date > Example "
		ready    = "Health > Readiness > Ask whether the Server is Ready"
		unready  = "Health > Readiness > Ask a Server that is Not Ready"
		redis    = "redis (ok|not configured)"

		// Nothing is lost, so that a hook after the request can set all right again.
		forget   = "UPDATE goose_db_version SET is_applied = %t WHERE version_id = (SELECT max(version_id) FROM goose_db_version)"
		hide     = "ALTER TABLE events RENAME COLUMN logo_url TO logo_url_hidden"
		bringOut = "ALTER TABLE events RENAME COLUMN logo_url_hidden TO logo_url"
	)
	full := sequence(anonymous, report, unlike(0, "workers (ok|not needed)"), unlike(3, redis))
	part := sequence(anonymous, report, unlike(2, redis))

	r.Before(check, full)
	r.Before(outdated+"1", sequence(full, alter(fmt.Sprintf(forget, false))))
	r.After(outdated+"1", alter(fmt.Sprintf(forget, true)))
	r.Before(outdated+"2", sequence(full, alter(hide)))
	r.After(outdated+"2", alter(bringOut))
	r.Before("Health > Liveness > Ask whether the Server Answers", anonymous)
	r.Before(ready, part)
	r.Before(unready, sequence(part, alter(hide)))
	r.After(unready, alter(bringOut))
}
