package gavel

// The ids of findings. They are stable: texts may change, ids do not.
const (
	// StatusCodeMismatch is a response with another status code than the documented one.
	StatusCodeMismatch = "status-code-mismatch"

	// HeaderMissing is a documented header that did not come.
	HeaderMissing = "header-missing"
	// HeaderMismatch is an Accept header of a response with another value than documented.
	HeaderMismatch = "header-mismatch"
	// ContentTypeMismatch is another Content-Type than the documented one.
	ContentTypeMismatch = "content-type-mismatch"

	// BodyMissing is an empty body where one is documented.
	BodyMissing = "body-missing"
	// BodyNotJSON is a body that its Content-Type calls JSON and that is none.
	BodyNotJSON = "body-not-json"
	// BodyNotUTF8 is a body that its Content-Type calls JSON and that is not UTF-8 text.
	BodyNotUTF8 = "body-not-utf8"
	// BodyTooDeep is a JSON body nested deeper than bailiff follows.
	BodyTooDeep = "body-too-deep"
	// BodyTooLarge is a JSON body of more values than bailiff holds.
	BodyTooLarge = "body-too-large"
	// BodyMediaType is a JSON body where text is documented, or the reverse.
	BodyMediaType = "body-media-type"
	// BodyTextMismatch is a text that is not the documented one.
	BodyTextMismatch = "body-text-mismatch"
	// BodyMissingKey is a documented key that the response does not have.
	BodyMissingKey = "body-missing-key"
	// BodyTypeMismatch is a value of another JSON type than the documented one.
	BodyTypeMismatch = "body-type-mismatch"
	// BodyUnexpectedNull is a null where the documentation shows a value.
	BodyUnexpectedNull = "body-unexpected-null"
	// BodyValueMismatch is another value than the documented one.
	BodyValueMismatch = "body-value-mismatch"
	// BodyUndocumentedKey is a key that the documentation does not show.
	BodyUndocumentedKey = "body-undocumented-key"
	// BodyListLength is a list with more or fewer items than documented.
	BodyListLength = "body-list-length"
	// ListExampleNeverChecked is an empty list where items are documented, which are then held
	// against nothing.
	ListExampleNeverChecked = "list-example-never-checked"
	// BodyVolatileKind is a volatile value that is not of its declared kind.
	BodyVolatileKind = "body-volatile-kind"
	// BodyDuplicateKey is a key that stands more than once in one object of the response.
	BodyDuplicateKey = "body-duplicate-key"
	// FindingsCut ends the list of findings about a body that has too many of them.
	FindingsCut = "findings-cut"

	// DocumentedBodyNotJSON is a documented body that its Content-Type calls JSON and that is none.
	DocumentedBodyNotJSON = "documented-body-not-json"
	// DocumentedBodyUnreadable is a documented JSON body that is deeper or larger than bailiff reads.
	DocumentedBodyUnreadable = "documented-body-unreadable"
	// DocumentedDuplicateKey is a key that stands more than once in one documented object.
	DocumentedDuplicateKey = "documented-duplicate-key"
	// VolatileInvalid is a declaration of a volatile part that cannot be understood.
	VolatileInvalid = "volatile-invalid"
)

// The ids of findings about a documented JSON Schema that cannot be used.
const (
	// SchemaInvalid is a schema that is not valid for its draft.
	SchemaInvalid = "schema-invalid"
	// SchemaDraftUnsupported is a schema of a draft that bailiff does not know.
	SchemaDraftUnsupported = "schema-draft-unsupported"
	// SchemaReferenceUnresolved is a $ref that leads nowhere, or out of the schema.
	SchemaReferenceUnresolved = "schema-reference-unresolved"
	// SchemaPatternInvalid is a regular expression that cannot be compiled.
	SchemaPatternInvalid = "schema-pattern-invalid"
	// SchemaTooCostly is a schema that takes more steps than a body of that size may cost.
	SchemaTooCostly = "schema-too-costly"
)

// The ids of findings about a body that its documented JSON Schema does not allow, one for each
// keyword or pair of keywords.
const (
	// BodySchemaType stands for the keyword type.
	BodySchemaType = "body-schema-type"
	// BodySchemaEnum stands for the keyword enum.
	BodySchemaEnum = "body-schema-enum"
	// BodySchemaConst stands for the keyword const.
	BodySchemaConst = "body-schema-const"
	// BodySchemaRequired stands for the keyword required.
	BodySchemaRequired = "body-schema-required"
	// BodySchemaAdditionalProperties stands for the keyword additionalProperties.
	BodySchemaAdditionalProperties = "body-schema-additional-properties"
	// BodySchemaMinProperties stands for the keyword minProperties.
	BodySchemaMinProperties = "body-schema-min-properties"
	// BodySchemaMaxProperties stands for the keyword maxProperties.
	BodySchemaMaxProperties = "body-schema-max-properties"
	// BodySchemaDependencies stands for the keywords dependencies and dependentRequired.
	BodySchemaDependencies = "body-schema-dependencies"
	// BodySchemaPropertyNames stands for the keyword propertyNames.
	BodySchemaPropertyNames = "body-schema-property-names"
	// BodySchemaPattern stands for the keyword pattern.
	BodySchemaPattern = "body-schema-pattern"
	// BodySchemaFormat stands for the keyword format.
	BodySchemaFormat = "body-schema-format"
	// BodySchemaMinLength stands for the keyword minLength.
	BodySchemaMinLength = "body-schema-min-length"
	// BodySchemaMaxLength stands for the keyword maxLength.
	BodySchemaMaxLength = "body-schema-max-length"
	// BodySchemaMinimum stands for the keywords minimum and exclusiveMinimum.
	BodySchemaMinimum = "body-schema-minimum"
	// BodySchemaMaximum stands for the keywords maximum and exclusiveMaximum.
	BodySchemaMaximum = "body-schema-maximum"
	// BodySchemaMultipleOf stands for the keyword multipleOf.
	BodySchemaMultipleOf = "body-schema-multiple-of"
	// BodySchemaMinItems stands for the keyword minItems.
	BodySchemaMinItems = "body-schema-min-items"
	// BodySchemaMaxItems stands for the keywords maxItems and additionalItems.
	BodySchemaMaxItems = "body-schema-max-items"
	// BodySchemaUniqueItems stands for the keyword uniqueItems.
	BodySchemaUniqueItems = "body-schema-unique-items"
	// BodySchemaContains stands for the keywords contains, minContains and maxContains.
	BodySchemaContains = "body-schema-contains"
	// BodySchemaAnyOf stands for the keyword anyOf.
	BodySchemaAnyOf = "body-schema-any-of"
	// BodySchemaOneOf stands for the keyword oneOf.
	BodySchemaOneOf = "body-schema-one-of"
	// BodySchemaNot stands for the keyword not.
	BodySchemaNot = "body-schema-not"
	// BodySchemaIf stands for the keywords if, then and else.
	BodySchemaIf = "body-schema-if"
	// BodySchemaFalse stands for the schema false, which allows nothing.
	BodySchemaFalse = "body-schema-false"
)

// Rule describes the findings of one id.
type Rule struct {
	ID string
	// Means says in a sentence what such a finding tells.
	Means string
}

// Rules returns the catalogue: every id that a finding can have, with what it means.
func Rules() []Rule {
	return []Rule{
		{StatusCodeMismatch, "The response has another status code than the documented one."},
		{HeaderMissing, "A documented header is missing from the response."},
		{HeaderMismatch, "An Accept header of the response has another value than the documented one."},
		{ContentTypeMismatch, "The Content-Type of the response is not the documented one."},
		{BodyMissing, "The response has no body, but one is documented."},
		{BodyNotJSON, "The Content-Type of the response says JSON, but its body is not JSON."},
		{BodyNotUTF8, "The Content-Type of the response says JSON, but its body is not UTF-8 text."},
		{BodyTooDeep, "The JSON of the response is nested too deeply to be compared."},
		{BodyTooLarge, "The JSON of the response holds too many values to be compared."},
		{BodyMediaType, "One of the two bodies is JSON and the other is not."},
		{BodyTextMismatch, "The text of the response is not the documented text."},
		{BodyMissingKey, "The response lacks a key that the documented body shows."},
		{BodyTypeMismatch, "A value of the response has another JSON type than the documented one."},
		{BodyUnexpectedNull, "A value of the response is null, but the documentation shows a value."},
		{BodyValueMismatch, "A value of the response is not the documented one."},
		{BodyUndocumentedKey, "The response has a key that the documented body does not show."},
		{BodyListLength, "A list of the response has more or fewer items than the documented one."},
		{ListExampleNeverChecked, "A list of the response is empty, so its documented items were held against nothing."},
		{BodyVolatileKind, "A value that may vary is not of the kind it was declared to be."},
		{BodyDuplicateKey, "A key stands more than once in one object of the response."},
		{FindingsCut, "The body has more differences than are listed."},
		{DocumentedBodyNotJSON, "The documented Content-Type says JSON, but the documented body is not JSON."},
		{DocumentedBodyUnreadable, "The documented body is nested too deeply, or holds too many values, to be compared."},
		{DocumentedDuplicateKey, "A key stands more than once in one object of the documented body."},
		{VolatileInvalid, "The declaration of a volatile part cannot be understood."},
		{SchemaInvalid, "The documented JSON Schema is not valid for its draft."},
		{SchemaDraftUnsupported, "The documented JSON Schema names a draft that bailiff does not know."},
		{SchemaReferenceUnresolved, "A $ref of the documented JSON Schema leads nowhere, or out of the schema."},
		{SchemaPatternInvalid, "A regular expression of the documented JSON Schema cannot be compiled."},
		{SchemaTooCostly, "Holding the documented JSON Schema against this body takes too many steps."},
		{BodySchemaType, "A value of the response has a type that its schema does not allow."},
		{BodySchemaEnum, "A value of the response is none of those that its schema lists."},
		{BodySchemaConst, "A value of the response is not the one that its schema demands."},
		{BodySchemaRequired, "The response lacks a key that its schema requires."},
		{BodySchemaAdditionalProperties, "The response has a key that its schema forbids."},
		{BodySchemaMinProperties, "An object of the response has fewer keys than its schema demands."},
		{BodySchemaMaxProperties, "An object of the response has more keys than its schema allows."},
		{BodySchemaDependencies, "The response has a key but lacks others that the schema demands with it."},
		{BodySchemaPropertyNames, "A key of the response has a name that its schema forbids."},
		{BodySchemaPattern, "A string of the response does not match the regular expression of its schema."},
		{BodySchemaFormat, "A string of the response does not have the format that its schema demands."},
		{BodySchemaMinLength, "A string of the response is shorter than its schema demands."},
		{BodySchemaMaxLength, "A string of the response is longer than its schema allows."},
		{BodySchemaMinimum, "A number of the response is smaller than its schema demands."},
		{BodySchemaMaximum, "A number of the response is greater than its schema allows."},
		{BodySchemaMultipleOf, "A number of the response is not a multiple of what its schema demands."},
		{BodySchemaMinItems, "A list of the response has fewer items than its schema demands."},
		{BodySchemaMaxItems, "A list of the response has more items than its schema allows."},
		{BodySchemaUniqueItems, "A list of the response holds an item twice, which its schema forbids."},
		{BodySchemaContains, "A list of the response lacks, or has too many of, the items that its schema demands."},
		{BodySchemaAnyOf, "A value of the response satisfies none of the schemas of an anyOf."},
		{BodySchemaOneOf, "A value of the response does not satisfy exactly one of the schemas of a oneOf."},
		{BodySchemaNot, "A value of the response satisfies a schema that it must not satisfy."},
		{BodySchemaIf, "A value of the response meets a condition of its schema, but not what follows from it."},
		{BodySchemaFalse, "The response has a value where its schema allows none."},
	}
}

// hasLocation reports whether Gavel gives an error of that kind a location. Those about a field as
// a whole have none.
func hasLocation(id string) bool {
	switch id {
	case StatusCodeMismatch, BodyMissing, BodyNotJSON, BodyNotUTF8, BodyTooDeep, BodyTooLarge, BodyMediaType,
		BodyTextMismatch, DocumentedBodyNotJSON, DocumentedBodyUnreadable, VolatileInvalid, FindingsCut,
		SchemaInvalid, SchemaDraftUnsupported, SchemaReferenceUnresolved, SchemaPatternInvalid, SchemaTooCostly:
		return false
	}
	return true
}

// endsInRawName reports whether the last step of Gavel's pointer is the bare name of a key, in which
// "~" and "/" are not escaped.
func endsInRawName(id string) bool {
	switch id {
	case HeaderMissing, BodyMissingKey, BodySchemaRequired, BodySchemaAdditionalProperties:
		return true
	}
	return false
}
