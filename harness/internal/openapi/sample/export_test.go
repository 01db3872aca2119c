package sample

import "github.com/bailiff-dev/bailiff/harness/internal/openapi/source"

// Valid reports whether a value satisfies a schema, formats left aside.
func Valid(schema, value *source.Node, r *source.Resolver, o Options) bool {
	c := &checker{reader: newReader(r, o), steps: maxSteps}
	return c.valid(schema, value)
}
