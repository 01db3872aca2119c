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
// Above structure, bodies are compared as what their Content-Types say: JSON, XML, HTML, forms and
// multipart as trees, texts as texts and bytes as bytes. What is not JSON is turned into a tree of JSON
// values, so that one walk compares all of them, and pointers, declarations and ids mean the same; the
// packages below internal say how. NewLinesOf finds the lines of such pointers in the documented body.
//
// A difference is a value. Nothing here returns an error for one, and no body, however broken,
// deep or large, makes it panic: it becomes a finding. The memory for a body is bounded by its
// size and by a number of JSON values beyond which it is refused.
//
// It is not the business of this package to send requests, to know where the documentation
// stands, or to print anything. It opens no files: those that a schema refers to are read by
// Options.Refer, and nothing is fetched.
package gavel
