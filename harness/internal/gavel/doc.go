// Package gavel is the verdict: it holds a documented response against the real one and names
// each difference.
//
// At the level structure the verdict is that of Gavel 9.1.5, the validator inside Dredd, message
// for message where Gavel has words. The levels type and value look closer: at the types of
// scalars and at every item of a list, then at the values themselves, except for the parts that
// are declared volatile. Documented JSON Schemas (drafts 4, 6, 7, 2019-09 and 2020-12) are held
// against the body at each level.
//
//	checker := gavel.New()
//	result := checker.Check(t.Expected, *t.Real, gavel.Options{Match: transaction.MatchValue})
//	for _, f := range result.Findings {
//		line := gavel.Line(t.Expected.Body, f.Pointer) // where the documentation is not true
//	}
//
// A difference is a value. Nothing here returns an error for one, and no body, however broken,
// deep or large, makes it panic: it becomes a finding. The memory for a body is bounded by its
// size and by a number of JSON values beyond which it is refused.
//
// It is not the business of this package to send requests, to know where the documentation
// stands, or to print anything; and it loads no schema from anywhere.
package gavel
