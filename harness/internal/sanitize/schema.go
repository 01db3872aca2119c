package sanitize

// role is what a container of a JSON Schema is.
type role byte

const (
	keywords role = iota // a schema, whose members are keywords
	names                // an object of schemas, whose members are names of properties
	others               // an object of schemas whose members are names of something else
	sample               // an example of the values that are described
)

// sampleKeyword reports whether a keyword of JSON Schema (or of OpenAPI) shows values that it
// describes. All other keywords tell of a secret no more than how it looks.
func sampleKeyword(name string) bool {
	switch name {
	case "example", "examples", "default", "const", "enum", "pattern", "x-example":
		return true
	}
	return false
}

// plainKeyword reports whether what a keyword says may be shown although it is about a secret.
func plainKeyword(name string) bool {
	switch name {
	case "type", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
		"multipleOf", "divisibleBy", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains",
		"minProperties", "maxProperties", "required", "dependentRequired", "additionalProperties",
		"additionalItems", "contentEncoding", "contentMediaType", "nullable", "readOnly", "writeOnly", "deprecated":
		return true
	}
	return false
}

// role is that of a container that opens at the current place.
func (j *jsonScan) role(list bool) role {
	above := keywords
	if n := len(j.roles); n > 0 {
		above = j.roles[n-1]
	}
	switch {
	case above == sample || above == keywords && sampleKeyword(j.key):
		return sample
	case above != keywords || list:
		return keywords
	}
	switch j.key {
	case "properties", "patternProperties":
		return names
	case "definitions", "$defs", "dependentSchemas", "dependencies":
		return others
	}
	return keywords
}

// step is the step into the described values that a member or item of a schema stands for; false when it
// stands for none.
func (j *jsonScan) step(name string) (string, bool) {
	n := len(j.roles)
	switch j.roles[n-1] {
	case names:
		return name, true
	case sample:
		// The list of examples is no part of them.
		return name, n > 1 && (j.roles[n-2] == sample || j.indexes[n-1] < 0)
	case keywords:
		switch name {
		case "items", "prefixItems", "additionalItems", "contains", "unevaluatedItems":
			return "0", true
		case "additionalProperties", "unevaluatedProperties":
			return "", true
		}
	}
	return "", false
}

// sample reports whether the value that comes next is an example in a schema.
func (j *jsonScan) sample() bool {
	if j.sampleAt > 0 {
		return true
	}
	n := len(j.roles)
	return j.schema && n > 0 && j.roles[n-1] == keywords && sampleKeyword(j.key)
}
