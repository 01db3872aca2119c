package sample

import "github.com/bailiff-dev/bailiff/harness/internal/openapi/source"

// shape is what the value of a keyword has to be.
type shape uint8

const (
	isAny        shape = iota
	isSchema           // a schema
	isSchemas          // a list of schemas, not empty
	isSchemaMap        // an object of schemas
	isAdditional       // a schema or a boolean, in draft 4
	isNumber
	isStep      // a number greater than zero
	isCount     // a whole number, zero or greater
	isString    // a string
	isBool      // true or false
	isList      // a list
	isNames     // an object of lists of names
	isTypes     // a name of a type, or several
	isRequired  // a list of names
	isEnum      // a list of values
	isExclusive // a switch that needs the limit which it is about
)

// draft4 is what OpenAPI 2.0 and 3.0 have of draft 4.
var draft4 = map[string]shape{
	"title": isString, "description": isString, "default": isAny, "format": isString, "type": isTypes, "enum": isEnum,
	"multipleOf": isStep, "minimum": isNumber, "maximum": isNumber,
	"exclusiveMinimum": isExclusive, "exclusiveMaximum": isExclusive,
	"minLength": isCount, "maxLength": isCount, "pattern": isString,
	"minItems": isCount, "maxItems": isCount, "uniqueItems": isBool, "items": isSchema,
	"minProperties": isCount, "maxProperties": isCount, "required": isRequired,
	"properties": isSchemaMap, "additionalProperties": isAdditional,
	"allOf": isSchemas, "anyOf": isSchemas, "oneOf": isSchemas, "not": isSchema,
}

// draft2020 is JSON Schema 2020-12, but for the keywords that are about identity and reference:
// references lead to copies.
var draft2020 = map[string]shape{
	"title": isString, "description": isString, "default": isAny, "examples": isList, "format": isString,
	"type": isTypes, "enum": isEnum, "const": isAny,
	"multipleOf": isStep, "minimum": isNumber, "maximum": isNumber, "exclusiveMinimum": isNumber, "exclusiveMaximum": isNumber,
	"minLength": isCount, "maxLength": isCount, "pattern": isString, "contentEncoding": isString, "contentMediaType": isString,
	"minItems": isCount, "maxItems": isCount, "uniqueItems": isBool, "items": isSchema, "prefixItems": isSchemas,
	"contains": isSchema, "minContains": isCount, "maxContains": isCount, "unevaluatedItems": isSchema,
	"minProperties": isCount, "maxProperties": isCount, "required": isRequired, "dependentRequired": isNames,
	"properties": isSchemaMap, "patternProperties": isSchemaMap, "additionalProperties": isSchema,
	"propertyNames": isSchema, "dependentSchemas": isSchemaMap, "unevaluatedProperties": isSchema,
	"allOf": isSchemas, "anyOf": isSchemas, "oneOf": isSchemas, "not": isSchema, "if": isSchema, "then": isSchema, "else": isSchema,
}

// copy copies the value of a keyword of the schema s; nil when it is not what it has to be.
func (sh shape) copy(c *converter, s, v *source.Node) (*source.Node, error) {
	switch sh {
	case isSchema, isAdditional:
		if v.Is(source.Object) || v.Is(source.Bool) && (sh == isAdditional || c.siblings()) {
			if v.Is(source.Bool) {
				return v, nil
			}
			return c.schema(v)
		}
		return nil, nil
	case isSchemas:
		return c.schemas(v)
	case isSchemaMap:
		return c.schemaMap(v)
	case isTypes:
		return c.typeOf(s), nil
	case isRequired:
		return c.required(s, v), nil
	case isEnum:
		return c.enum(s, v), nil
	}
	if !sh.fits(v) {
		return nil, nil
	}
	if sh == isExclusive {
		bound := "minimum"
		if v == s.Get("exclusiveMaximum") {
			bound = "maximum"
		}
		if !v.Bool() || !s.Get(bound).Is(source.Number) { // it says something about a bound that is not there
			return nil, nil
		}
	}
	return v, nil
}

// fits reports whether a value is what it has to be.
func (sh shape) fits(v *source.Node) bool {
	switch r, ok := rational(v); sh {
	case isNumber:
		return ok
	case isStep:
		return ok && r.Sign() > 0
	case isCount:
		return ok && r.IsInt() && r.Sign() >= 0
	case isString:
		return v.Is(source.String)
	case isBool, isExclusive:
		return v.Is(source.Bool)
	case isList:
		return v.Is(source.List)
	case isNames:
		for _, names := range v.All() {
			if !names.Is(source.List) || len(texts(names)) != names.Len() || len(unique(names.Items())) != names.Len() {
				return false
			}
		}
		return v.Is(source.Object)
	}
	return true
}

func (c *converter) schemas(v *source.Node) (*source.Node, error) {
	if v.Len() == 0 || !v.Is(source.List) {
		return nil, nil
	}
	items := v.Items()
	for i := range items {
		var err error
		if items[i], err = c.schema(items[i]); err != nil {
			return nil, err
		}
	}
	return source.Make{At: v}.List(items...), nil
}

func (c *converter) schemaMap(v *source.Node) (*source.Node, error) {
	if !v.Is(source.Object) {
		return nil, nil
	}
	entries := append([]source.Entry(nil), v.Entries()...)
	for i := range entries {
		var err error
		if entries[i].Value, err = c.schema(entries[i].Value); err != nil {
			return nil, err
		}
	}
	return source.Make{At: v}.Object(entries...), nil
}
