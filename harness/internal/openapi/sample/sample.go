package sample

import "github.com/bailiff-dev/bailiff/harness/internal/openapi/source"

// JSON returns a value for a schema: its example as it is, or one that is made up. Where no value can
// be found that satisfies the schema, it is one that comes near. It is false when there is none at
// all, because the schema allows nothing, or only what is endless or too large. A $ref that leads
// nowhere is taken for a schema that allows everything.
func JSON(schema *source.Node, r *source.Resolver, o Options) (*source.Node, bool) {
	g := &generator{reader: newReader(r, o)}
	f := g.flatten(schema)
	if f.never {
		return nil, false
	}
	// What its author gives as the example of the whole is that, whether it is valid or not.
	if examples := f.examples(); len(examples) > 0 {
		return examples[0], true
	}
	attempts := []struct{ formats, loose bool }{{formats: true}, {}, {loose: true}}
	if o.AsDredd {
		// A property whose format contradicts its pattern would be left out for the format.
		attempts = attempts[1:]
	}
	for _, attempt := range attempts {
		g.formats, g.loose = attempt.formats, attempt.loose
		steps := o.Budget.steps()
		g.steps, g.chars, g.depth, g.active = steps, 0, 0, map[*source.Node]int{}
		v, ok := g.value([]*source.Node{schema}, 0, false)
		o.Budget.use(steps - g.steps)
		if ok {
			return v, true
		}
	}
	return nil, false
}

// Encode writes a value as JSON with its properties in order: on one line with an indent of "".
func Encode(v *source.Node, indent string) string { return v.JSON(indent) }
