// Package sample makes up values that satisfy a schema, and writes them as bodies: what is sent where
// a description has a schema but no example.
//
//	o := sample.Options{Dialect: sample.OpenAPI30}
//	if v, ok := sample.JSON(schema, resolver, o); ok {
//		body := sample.Encode(v, "")
//	}
//
// The same schema gives the same value, always. A value is valid against its schema wherever one can
// be found: what the schema offers (example, default, const, enum) is taken when it is valid, and what
// is made up for the rest is checked before it is returned. As Dredd 14 does, a value has every
// property that may be written, required or not, and a list has one item unless it must have more.
//
// The package also turns a schema of OpenAPI into JSON Schema that stands alone, for those who
// validate with it.
//
// It reads schemas of OpenAPI 2.0, 3.0 and 3.1 (https://spec.openapis.org/). It does not judge
// whether a schema is a good one, and a keyword with a value of the wrong kind is taken for absent.
package sample
