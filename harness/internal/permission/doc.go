// Package permission reads tables that say who may do what, out of the Markdown of a description, and
// makes cases of their cells: each says who asks for what in which situation, and what must come of it.
//
//	| | List | View | Create |
//	|---|---|---|---|
//	| Admin | ✓ | ✓ | ✓ |
//	| Everyone else | ✓ [1] | ✓ [1] | |
//
//	1. Only published ones
//
//	for _, t := range permission.Parse(text, place) {
//		for _, c := range t.Cases(known) {
//			fmt.Println(c.Actor, c.Label, c.Allowed) // "Everyone else", "List [1] not met", false
//		}
//	}
//
// Parse never fails: what is wrong with a table is among its Faults, with a place. A table is taken for
// one of permissions when all its columns but the first are actions, and there are at least two. One that nearly is one is
// returned, too, as a Miss.
//
// The package knows Markdown, and what an answer says about a permission. Who is seeded for a case, and
// how it is sent, is the business of others.
package permission
