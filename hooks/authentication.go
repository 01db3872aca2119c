package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// authentication logs in as a user of its own; there is no Authorization header, since session
// leaves requests for a token alone.
func authentication(r *hook.Registry, s *session) {
	account := factories.User{Email: "email@example.com", Password: "password", IsVerified: new(true)}
	r.Before("Authentication > JWT Authentication > Authenticate and generate token", seed(&account))
	r.Before("Authentication > JWT Authentication > Authenticate with remember me", seed(&account))
	r.Before("Authentication > JWT Authentication > Authenticate with remember me for mobile", seed(&account))
	r.Before("Authentication > Refused Login > Log in without Success > Example 1", seed(&account))
	blocked := account
	blocked.IsBlocked = new(true)
	r.Before("Authentication > Refused Login > Log in without Success > Example 4", seed(&blocked))
	const often = "Authentication > Refused Login > Log in too often"
	r.Before(often, sequence(seed(&account), s.guesses))
	r.Before(often, vary(transaction.Volatile{Header: "Retry-After", Kind: transaction.KindRegexp, Pattern: "[0-9]+"}))

	const again = "Authentication > Re-Authentication > "
	r.Before(again+"Generate fresh token", s.as(account))
	r.Before(again+"Refused Re-Authentication > Example 1", seed(&account)) // the caller is Admin
	r.Before(again+"Refused Re-Authentication > Example 2", s.as(account))
	r.Before(again+"Refused Re-Authentication > Example 3", s.as(account))
	r.Before(again+"Refused Re-Authentication > Example 4", sequence(seed(&account), anonymous))

	const check = "Authentication > API to verify password of signed in account > "
	r.Before(check+"Check of Another Password > Example 3", anonymous)

	tokens(r, s)
	r.Before("Authentication > Blacklist Tokens > Blacklist Tokens of Nobody", anonymous)
}

func tokens(r *hook.Registry, s *session) {
	const fresh = "Authentication > Token Refresh > "
	r.Before(fresh+"Access Token Refresh for Web", s.asBrowser(nil))
	r.Before(fresh+"Access Token Refresh for mobile", s.asApp(nil))
	const refused = "Authentication > Refused Token Refresh > Refresh a Token without Success > Example "
	// Example 1 shows the access token of Admin.
	r.Before(refused+"2", s.asApp(func(c *hook.Case, in signedIn) error {
		return s.must(c, request{path: "/v1/auth/blacklist", token: in.Access})
	}))
	r.Before(refused+"3", s.asApp(func(c *hook.Case, in signedIn) error {
		return s.must(c, request{path: "/v1/auth/logout", token: in.Access})
	}))
	r.Before(refused+"4", s.asBrowser(new("")))
	r.Before(refused+"5", s.asBrowser(new("guessed")))
	r.Before(refused+"6", anonymous)

	const token = "Authentication > Refused Tokens > Call with a Token that is not Good > Example "
	r.Before(token+"1", s.forged(forgery{expired: true}))
	r.Before(token+"2", s.forged(forgery{early: true}))
	r.Before(token+"3", s.forged(forgery{key: "a key of somebody else"}))
	r.Before(token+"4", s.forged(forgery{algorithm: "none"}))
	r.Before(token+"5", s.forged(forgery{algorithm: "HS512"}))
	r.Before(token+"6", func(c *hook.Case) error { authorize(c.Transaction, "good.for.nothing"); return nil })
	r.Before(token+"7", func(c *hook.Case) error { authorize(c.Transaction, "two words"); return nil })
	r.Before(token+"8", s.asApp(nil))
	r.Before(token+"9", s.loggedOut)
	r.Before(token+"10", sequence(s.as(factories.User{}), update("DELETE FROM users WHERE id = 2")))
	r.Before(token+"11", sequence(s.as(factories.User{}), update("UPDATE users SET is_blocked = true WHERE id = 2")))
}
