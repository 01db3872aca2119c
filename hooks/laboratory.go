package hooks

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// inLaboratory reports whether a transaction is one of the remote laboratory.
func inLaboratory(t *transaction.Transaction) bool {
	return strings.HasPrefix(string(t.Name), "Remote Laboratory > ")
}

// remoteLaboratory is about the user Ada, with or without a session.
func remoteLaboratory(r *hook.Registry, s *session) {
	ada := &factories.LaboratoryUser{Name: "Ada", Email: "ada@example.org", Password: "notes-on-the-engine"}
	user := seed(ada)
	session := seed(&factories.LaboratorySession{Token: "4QXK2ZJ7WDN5V3TPLR6MGA2HYC", User: ada})

	const lab = "Remote Laboratory > "
	r.Before(lab+"Sign Up > Refused Sign Up > Example 6", user)

	r.Before(lab+"Login > Log In", sequence(user, vary(transaction.Volatile{
		Header: "Set-Cookie", Kind: transaction.KindRegexp,
		Pattern: `laboratory_session=[A-Z2-7]{26}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict`,
	})))
	exampleHooks(r, lab+"Login > Refused Login", user, user, user, sequence(user, s.afterOthers))
	r.Before(lab+"Logout > Log Out", session)
	r.Before(lab+"Account > Account > Example 1", session)
	r.Before(lab+"Account > Account > Example 3", sequence(session, s.endSession))

	exampleHooks(r, lab+"Function String > Evaluate Function String", session, session, session, session)
	nobody := func(*hook.Case) error { return nil }
	exampleHooks(r, lab+"Function String > Function String in vain", nobody, session, session, session, session, session,
		sequence(session, s.endSession), session, session, session, session, session, session, session, session,
		sequence(session, s.afterOthers))
}

// afterOthers sends the form of the transaction until the server has enough. When that is, and for how long, depends
// on how fast it goes.
func (s *session) afterOthers(c *hook.Case) error {
	const many = 1000
	for range many {
		err := s.postForm(c, c.Transaction.Request.URI)
		if errors.Is(err, errTooMany) {
			return vary(
				transaction.Volatile{Header: "Retry-After", Kind: transaction.KindRegexp, Pattern: `[123]`},
				transaction.Volatile{Pointer: "/message", Kind: transaction.KindRegexp, Pattern: `too many .*: try again in [123] s`},
			)(c)
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("%s was answered %d times", c.Transaction.Request.URI, many)
}

// errTooMany is about a form that exceeds a limit.
var errTooMany = errors.New("too many requests")

// endSession is a hook that logs out with the cookie that the transaction shows.
func (s *session) endSession(c *hook.Case) error { return s.postForm(c, "/logout") }

// postForm sends the body and the cookie of the transaction to another path, which must take them.
func (s *session) postForm(c *hook.Case, path string) error {
	t := c.Transaction
	request, err := http.NewRequestWithContext(c.Context(), http.MethodPost, baseURL(t)+path, strings.NewReader(t.Request.Body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie, ok := t.Request.Headers.Get("Cookie"); ok {
		request.Header.Set("Cookie", cookie)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return fmt.Errorf("post %s: %w", path, err)
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode == http.StatusTooManyRequests {
		return errTooMany
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", path, response.Status)
	}
	return nil
}
