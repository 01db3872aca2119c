// Package compile makes transactions of documented examples, by the rules that every description
// format shares: URI templates and their parameters, names, line ends of multipart bodies.
//
//	t, notes := compile.Transaction(compile.Example{
//		Origin:   transaction.Origin{APIName: "Beehive", ResourceName: "Honey", ActionName: "Taste"},
//		Template: "/honey/{id}{?page%5bsize%5d}",
//		Params:   compile.Cascade(ofResource, ofAction),
//		Request:  transaction.Request{Method: "GET"},
//	})
//	t.Name        // "Beehive > Honey > Taste"
//	t.Request.URI // "/honey/1?page%5bsize%5d=10"
//
// What it decides is what Dredd 14 decides, but for two defects of Dredd: names of parameters are
// compared after percent-decoding in the template and in the declaration, and a query variable that
// nobody documented is left out of the URI instead of losing the transaction.
//
// Reading descriptions is not its business; the packages apib and openapi do that.
package compile
