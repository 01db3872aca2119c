// Package hook holds the Go functions that run around each transaction: they seed the database,
// change the request, or look at what came back.
//
//	hooks := hook.New()
//	hooks.BeforeEach(func(c *hook.Case) error { return signIn(c) })
//	hooks.Before("Event Topics > Event Topic Details > Update Event Topic", func(c *hook.Case) error {
//		return factories.Insert(c.Context(), c.DB, c.Faker, &factories.EventTopic{Name: "Camping"})
//	})
//
// The order is that of Dredd's documentation: beforeAll, then for each transaction beforeEach,
// before, [request], beforeEachValidation, beforeValidation, [validation], after, afterEach, and at
// the end afterAll. Hooks of one kind run in the order they were registered in.
//
// A hook returns an error when it could not do its work; the transaction then ends as an error and
// nothing is sent. A panic does the same. To fail or skip a transaction on purpose, set
// Transaction.Fail or Transaction.Skip. The package knows nothing about how a run is carried out,
// and hook handlers in other languages are not its business.
package hook
