// Package source reads the YAML or JSON of a description into a tree that keeps what decoding into
// maps loses: the order of keys, and the line and column of every key and value.
//
//	r, err := source.Open(doc, source.Limits{})
//	for _, e := range r.Root().Get("paths").Entries() {
//		item, err := r.Deref(e.Value) // the path item, which a $ref may put elsewhere
//		fmt.Println(e.Key.At(), e.Key.Text(), item.Keys())
//	}
//
// Scalars are those of the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), so
// that dates, "yes" and 1_000 stay strings; infinities and NaN do too, since JSON has none. Merge keys
// (<<) are followed, and aliases share the node that they stand for. Keys are strings, spelt as in the
// document: the response 200 has the key "200".
//
// A text can make reading fail, at a place and with a reason, but it cannot make it take long, take
// much memory or panic: see Limits. References lead to other files in the folder of the description
// and nowhere else.
//
// The package does not know OpenAPI; see the package openapi.
package source
