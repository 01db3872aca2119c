package gavel

import "github.com/santhosh-tekuri/jsonschema/v6"

const (
	// freeSteps, stepsPerNode and maxSteps bound the work of holding a body against a schema.
	// References that fork at each level double it with each level of the body. A step can end in an
	// error, for which the library takes some 300 bytes.
	freeSteps    = 1_000_000
	stepsPerNode = 50
	maxSteps     = 10_000_000
)

// allowance is how many steps a body of so many values and keys may cost.
func allowance(nodes int) int { return min(freeSteps+stepsPerNode*nodes, maxSteps) }

// tooCostly is what spending more than that panics with, to get out of the library.
type tooCostly struct{}

// stepping counts a step. The library calls it for each time that a subschema holds for a value.
type stepping struct{ left *int }

// Validate implements jsonschema.SchemaExt.
func (s stepping) Validate(*jsonschema.ValidatorContext, any) { spend(s.left, 1) }

func spend(left *int, steps int) {
	if *left -= steps; *left < 0 {
		panic(tooCostly{})
	}
}

// meter makes every subschema count its steps before it looks into a value. The library calls an
// extension only behind the properties and items, and not at all where those fail below a not, an if
// or a oneOf: work can double there, unseen. So the count goes where the library looks for a format.
// Only what nothing but dynamic references leads to keeps the extension.
func meter(s *jsonschema.Schema, left *int) {
	todo, seen := []*jsonschema.Schema{s}, map[*jsonschema.Schema]bool{}
	for len(todo) > 0 {
		s, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if s == nil || seen[s] {
			continue
		}
		seen[s] = true
		todo = append(todo, subschemas(s)...)
		if s.Bool != nil {
			continue
		}
		s.Format, s.Extensions = metered(s, left), nil
	}
}

// metered is the format of a subschema, which first counts what looking into the value will cost.
func metered(s *jsonschema.Schema, left *int) *jsonschema.Format {
	inner := s.Format
	fixed := 1 + len(s.AllOf) + len(s.AnyOf) + len(s.OneOf) + len(s.Dependencies) + len(s.DependentSchemas) + len(s.Required)
	each := 1 + len(s.PatternProperties)
	f := &jsonschema.Format{Validate: func(v any) error {
		steps := fixed
		switch v := v.(type) {
		case map[string]any:
			steps += each * len(v)
		case []any:
			steps += len(v)
		}
		spend(left, steps)
		if inner == nil {
			return nil
		}
		return inner.Validate(v)
	}}
	if inner != nil {
		f.Name = inner.Name
	}
	return f
}

// subschemas returns what a subschema leads to.
func subschemas(s *jsonschema.Schema) []*jsonschema.Schema {
	list := []*jsonschema.Schema{
		s.Ref, s.RecursiveRef, s.Not, s.If, s.Then, s.Else, s.PropertyNames, s.UnevaluatedProperties,
		s.Contains, s.Items2020, s.UnevaluatedItems, s.ContentSchema,
	}
	if s.DynamicRef != nil {
		list = append(list, s.DynamicRef.Ref)
	}
	for _, more := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf, s.PrefixItems} {
		list = append(list, more...)
	}
	for _, more := range []map[string]*jsonschema.Schema{s.Properties, s.DependentSchemas} {
		for _, sub := range more {
			list = append(list, sub)
		}
	}
	for _, sub := range s.PatternProperties {
		list = append(list, sub)
	}
	mixed := []any{s.AdditionalProperties, s.Items, s.AdditionalItems}
	for _, dependency := range s.Dependencies {
		mixed = append(mixed, dependency)
	}
	for _, sub := range mixed {
		switch sub := sub.(type) {
		case *jsonschema.Schema:
			list = append(list, sub)
		case []*jsonschema.Schema:
			list = append(list, sub...)
		}
	}
	return list
}
