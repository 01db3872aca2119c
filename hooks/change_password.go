package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func changePassword(r *hook.Registry, s *session) {
	const change = "Change Password > Change Password > "
	// Whoever asks has the password that the request says is the old one.
	asked := func(c *hook.Case) error {
		user := ada()
		user.Password = given(c, "old-password")
		return s.as(*user)(c)
	}
	r.Before(change+"Change password using old password", asked)
	const refused = change + "Refused Change of a Password > Example "
	r.Before(refused+"2", asked)
	r.Before(refused+"3", asked)
	r.Before(refused+"5", s.stale)
	r.Before(refused+"6", anonymous)

	const reset = "Change Password > Reset Forgotten Password > "
	r.Before(reset+"Get Reset Password Token", func(c *hook.Case) error {
		return seed(&factories.User{Email: given(c, "email")})(c)
	})
	r.Before(reset+"Other Requests for a Reset Password Token > Example 2", func(c *hook.Case) error {
		return s.must(c, request{path: "/v1/auth/reset-password", body: map[string]any{"data": map[string]any{"email": given(c, "email")}}})
	})
	r.Before(reset+"Other Requests for a Reset Password Token > Example 2", vary(transaction.Volatile{
		Header: "Retry-After", Kind: transaction.KindRegexp, Pattern: "[0-9]+",
	}))
	r.Before(reset+"Reset Password from Token", resettable(time.Hour))
	r.Before(reset+"Refused Reset of a Password > Example 1", resettable(-time.Minute))
	r.Before(reset+"Refused Reset of a Password > Example 2", resettable(time.Hour))
}

// resettable returns a hook that inserts a user who got the token of the request by mail. It is good
// for this long.
func resettable(life time.Duration) hook.Func {
	return func(c *hook.Case) error {
		user := ada()
		user.ResetPassword, user.ResetPasswordExpiresAt = new(given(c, "token")), new(time.Now().Add(life))
		return seed(user)(c)
	}
}
