package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// authentication logs in as a user of its own; there is no Authorization header, since session
// leaves requests for a token alone.
func authentication(r *hook.Registry) {
	account := seed(&factories.User{Email: "email@example.com", Password: "password", IsVerified: new(true)})
	r.Before("Authentication > JWT Authentication > Authenticate and generate token", account)
	r.Before("Authentication > JWT Authentication > Authenticate with remember me", account)
	r.Before("Authentication > JWT Authentication > Authenticate with remember me for mobile", account)
	r.Before("Authentication > Refused Login > Log in without Success > Example 1", account)
}
