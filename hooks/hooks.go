// Package hooks seeds the database of the reference server before each documented transaction, and
// signs in. There is a file for each file of the documentation.
//
//	harness.Test(t, harness.Config{Hooks: hooks.New(), Volatile: hooks.Volatile(), ...})
//
// The names are those of Open Event's documentation wherever it has the same action, so the hooks
// serve its documents as well as the ones in blueprints. What a document shows is given by the hook,
// all else is fake; identifiers count from 1, and user 1 is Admin.
//
// The usual hook is one line:
//
//	r.Before("Event Topics > Event Topic Details > Delete Event Topic", seed(&factories.EventTopic{}))
//
// The package belongs to the reference kit and is outside semantic versioning.
package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// New returns the hooks. A registry is for one run at a time: it keeps the token that Admin got.
func New() *hook.Registry {
	r := hook.New()
	s := newSession()
	s.register(r)
	authentication(r, s)
	changePassword(r, s)
	emailVerification(r, s)
	users(r, s)
	eventTopics(r, s)
	eventSubTopics(r, s)
	eventTypes(r, s)
	events(r, s)
	tracks(r, s)
	microlocations(r, s)
	sessionTypes(r, s)
	sponsors(r, s)
	roleInvites(r, s)
	roles(r, s)
	services(r, s)
	eventRolePermissions(r, s)
	customSystemRoles(r, s)
	panelPermissions(r, s)
	userPermissions(r, s)
	permissions(r, s)
	usersEventsRoles(r, s)
	sessions(r, s)
	speakers(r, s)
	speakersCalls(r, s)
	customForms(r, s)
	settings(r, s)
	eventExports(r, s)
	tasks(r, s)
	health(r, s)
	remoteLaboratory(r, s)
	return r
}

// Volatile declares what may vary in every body. Hooks of actions that create something declare
// what the server makes up for it.
func Volatile() []transaction.Volatile {
	const jwt = `[\w-]+\.[\w-]+\.[\w-]+`
	return []transaction.Volatile{
		{Pointer: "/access_token", Kind: transaction.KindRegexp, Pattern: jwt},
		{Pointer: "/refresh_token", Kind: transaction.KindRegexp, Pattern: jwt},
	}
}

// seed returns a hook that inserts rows, and what they refer to, in this order.
func seed(rows ...factories.Row) hook.Func {
	return func(c *hook.Case) error {
		// Hooks of one name run in parallel in several runs, and Insert sets fields.
		return factories.Insert(c.Context(), c.DB, c.Faker, factories.Clone(rows...)...)
	}
}

// vary returns a hook that declares parts of the body that the server makes up.
func vary(parts ...transaction.Volatile) hook.Func {
	return func(c *hook.Case) error {
		c.Transaction.Volatile = append(c.Transaction.Volatile, parts...)
		return nil
	}
}

// createdAt is the moment at which the server created what a request asked for.
func createdAt() transaction.Volatile {
	return transaction.Volatile{Pointer: "/data/attributes/created-at", Kind: transaction.KindDateTime}
}
