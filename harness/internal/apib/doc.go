// Package apib compiles API Blueprint: it has Drafter parse a document and makes transactions of what
// Drafter found in it.
//
//	result, err := apib.Compile(ctx, doc)
//	for _, t := range result.Transactions {
//		fmt.Println(t.Name, t.Request.Method, t.Request.URI)
//	}
//
// Drafter answers in API Elements (https://apielements.org). Which pairs of request and response
// become transactions, and what they are called, is as Dredd 14 has it: within an action the first
// pair of each transaction example, numbered when there are several.
//
// Places in the documentation cost Drafter three times the work, so they are asked for only when
// the numbering hangs on them, or when Result.Locate is called. Places finds those of a transaction in
// its resource alone.
//
// Reading files and includes is the business of package description; URIs and names are that of
// package compile.
package apib
