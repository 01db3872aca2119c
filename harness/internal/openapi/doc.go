// Package openapi makes transactions of OpenAPI 2.0, 3.0 and 3.1 documents.
//
//	result, err := openapi.Compile(ctx, doc, openapi.Options{})
//	for _, t := range result.Transactions {
//		fmt.Println(t.Name, t.Request.URI) // "Beehive > /honey/{id} > Taste > 200 > application/json", "/honey/1"
//	}
//
// Which transactions there are, their order and their names are those of Dredd 14, so that hooks
// written for it go on working. What is in them is what the specifications say
// (https://spec.openapis.org/): parameters are written with their style, references lead to every
// file in the folder of the description, bodies that are made up satisfy their schema, and responses
// keep theirs. Documents are validated by kin-openapi, whose findings become annotations; a valid
// document gets none.
//
// The order and the places of what is in a document come from the tree of package source; values for
// schemas come from package sample. The package does not send anything, and it knows nothing of
// servers and security schemes: the URL under test and its credentials are those of the run.
package openapi
