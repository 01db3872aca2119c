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
// nothing is sent. A panic does the same, and so does a hook that takes too long; both are told with
// their stack. To skip a transaction, return Skip; to fail it on purpose, set Transaction.Fail. The
// package knows nothing about how a run is carried out. Runner is what those know that carry it out:
// hooks in other languages are Runners too.
package hook
