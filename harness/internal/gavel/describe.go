package gavel

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	jskind "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// describe fills in the id, the keyword and the message, in Gavel's words, of an error that the
// library reports.
func (v *violation) describe(k jsonschema.ErrorKind) {
	set := func(id, keyword, format string, args ...any) {
		v.id, v.keyword, v.message = id, keyword, v.data(format, args...)
	}
	switch k := k.(type) {
	case *jskind.Const:
		set(BodySchemaConst, "const", "should be equal to constant")
	case *jskind.AnyOf:
		set(BodySchemaAnyOf, "anyOf", "should match some schema in anyOf")
	case *jskind.OneOf:
		set(BodySchemaOneOf, "oneOf", "should match exactly one schema in oneOf")
	case *jskind.Not:
		set(BodySchemaNot, "not", "should NOT be valid")
	case *jskind.FalseSchema:
		set(BodySchemaFalse, "", "boolean schema is false")
	case *jskind.Format:
		set(BodySchemaFormat, "format", "should match format \"%s\"", k.Want)
	case *jskind.Pattern:
		set(BodySchemaPattern, "pattern", "should match pattern \"%s\"", v.schema["pattern"])
	case *jskind.MinLength:
		set(BodySchemaMinLength, "minLength", "should NOT be shorter than %d characters", k.Want)
	case *jskind.MaxLength:
		set(BodySchemaMaxLength, "maxLength", "should NOT be longer than %d characters", k.Want)
	case *jskind.Minimum, *jskind.ExclusiveMinimum, *jskind.Maximum, *jskind.ExclusiveMaximum, *jskind.MultipleOf:
		describeNumber(set, v.schema, k)
	case *jskind.MinProperties, *jskind.MaxProperties, *jskind.PropertyNames, *jskind.Dependency, *jskind.DependentRequired:
		describeObject(set, k)
	default:
		describeList(set, v.schema, k)
	}
}

// setter fills in a violation.
type setter func(id, keyword, format string, args ...any)

func describeNumber(set setter, schema map[string]any, k jsonschema.ErrorKind) {
	limit := func(id, keyword, sign string, want *big.Rat) {
		text := want.RatString()
		if n, ok := schema[keyword].(json.Number); ok {
			text = string(n)
		}
		set(id, keyword, "should be %s %s", sign, text)
	}
	switch k := k.(type) {
	case *jskind.Minimum:
		limit(BodySchemaMinimum, "minimum", ">=", k.Want)
	case *jskind.ExclusiveMinimum:
		limit(BodySchemaMinimum, "exclusiveMinimum", ">", k.Want)
	case *jskind.Maximum:
		limit(BodySchemaMaximum, "maximum", "<=", k.Want)
	case *jskind.ExclusiveMaximum:
		limit(BodySchemaMaximum, "exclusiveMaximum", "<", k.Want)
	case *jskind.MultipleOf:
		limit(BodySchemaMultipleOf, "multipleOf", "multiple of", k.Want)
	}
}

func describeObject(set setter, k jsonschema.ErrorKind) {
	together := func(keyword string, missing []string, property string) {
		noun := "property"
		if len(missing) > 1 {
			noun = "properties"
		}
		set(BodySchemaDependencies, keyword, "should have %s %s when property %s is present",
			noun, strings.Join(missing, ", "), property)
	}
	switch k := k.(type) {
	case *jskind.MinProperties:
		set(BodySchemaMinProperties, "minProperties", "should NOT have fewer than %d properties", k.Want)
	case *jskind.MaxProperties:
		set(BodySchemaMaxProperties, "maxProperties", "should NOT have more than %d properties", k.Want)
	case *jskind.PropertyNames:
		set(BodySchemaPropertyNames, "propertyNames", "property name '%s' is invalid", k.Property)
	case *jskind.Dependency:
		together("dependencies", k.Missing, k.Prop)
	case *jskind.DependentRequired:
		together("dependentRequired", k.Missing, k.Prop)
	}
}

func describeList(set setter, schema map[string]any, k jsonschema.ErrorKind) {
	switch k := k.(type) {
	case *jskind.MinItems:
		set(BodySchemaMinItems, "minItems", "should NOT have fewer than %d items", k.Want)
	case *jskind.MaxItems:
		set(BodySchemaMaxItems, "maxItems", "should NOT have more than %d items", k.Want)
	case *jskind.AdditionalItems:
		items, _ := schema["items"].([]any)
		set(BodySchemaMaxItems, "additionalItems", "should NOT have more than %d items", len(items))
	case *jskind.UniqueItems:
		set(BodySchemaUniqueItems, "uniqueItems", "should NOT have duplicate items (items ## %d and %d are identical)",
			k.Duplicates[0], k.Duplicates[1])
	case *jskind.Contains:
		set(BodySchemaContains, "contains", "should contain a valid item")
	case *jskind.MinContains:
		set(BodySchemaContains, "minContains", "should contain at least %d valid items", k.Want)
	case *jskind.MaxContains:
		set(BodySchemaContains, "maxContains", "should contain at most %d valid items", k.Want)
	default: // a keyword that the library may come to know
		set(BodySchemaFalse, "", "should satisfy %s", strings.Join(k.KeywordPath(), " "))
	}
}
