package hooks

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func emailVerification(r *hook.Registry, s *session) {
	const resend = "Email Verification > Resend Email Verification > "
	r.Before(resend+"Get User Verification Token Again", func(c *hook.Case) error {
		return seed(&factories.User{Email: given(c, "email")})(c)
	})

	const verify = "Email Verification > Verify Email > "
	r.Before(verify+"Verify the email via auth token", s.mailed)
	r.Before(verify+"Refused Verification > Example 2", sequence(s.mailed, update("UPDATE users SET email = 'other@example.org' WHERE id = 2")))
}

// mailed puts a token into the request that the server has mailed to a user.
func (s *session) mailed(c *hook.Case) error {
	if err := seed(ada())(c); err != nil {
		return err
	}
	data := func(name, value string) map[string]any {
		return map[string]any{"data": map[string]any{name: value}}
	}
	if err := s.must(c, request{path: "/v1/auth/resend-verification-email", body: data("email", ada().Email)}); err != nil {
		return err
	}
	var text string
	if err := c.DB.QueryRow(c.Context(), "SELECT message FROM mails ORDER BY id DESC LIMIT 1").Scan(&text); err != nil {
		return fmt.Errorf("read mail: %w", err)
	}
	words := strings.Fields(text) // the token is the last of them
	body, err := json.Marshal(data("token", words[len(words)-1]))
	if err != nil {
		return fmt.Errorf("write token: %w", err)
	}
	c.Transaction.Request.Body = string(body)
	return nil
}
