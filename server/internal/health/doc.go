// Package health asks the services that a server stands on how they are, not more often than it is worth,
// and makes a report of it.
//
// It owns when checks run, for how long, and for how long their results count. What is checked is the
// business of who registers the checks, and how a report is served that of who has the routes. It starts
// no goroutine that nobody waits for, but for a check that does not end when its time is over.
//
//	m := health.New(health.Config{}, health.Check{Name: "health_check_db", Late: "...", Run: ping})
//	report := m.Report(ctx) // asks those whose results have expired
package health
