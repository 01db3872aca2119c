package gavel

// The ids of findings. They are stable: texts may change, ids do not. Each has a row in the catalogue.
const (
	// StatusCodeMismatch is a response with another status code than the documented one.
	StatusCodeMismatch = "status-code-mismatch"

	// HeaderMissing is a documented header that did not come.
	HeaderMissing = "header-missing"
	// HeaderMismatch is an Accept header of a response with another value than documented.
	HeaderMismatch = "header-mismatch"
	// HeaderValueMismatch is a documented header with another value; it is looked for under value.
	HeaderValueMismatch = "header-value-mismatch"
	// HeaderVolatileKind is a volatile header that is not of its declared kind.
	HeaderVolatileKind = "header-volatile-kind"
	// ContentTypeMismatch is another Content-Type than the documented one.
	ContentTypeMismatch = "content-type-mismatch"

	// BodyMissing is an empty body where one is documented.
	BodyMissing = "body-missing"
	// BodyNotJSON is a body that its Content-Type calls JSON and that is none.
	BodyNotJSON = "body-not-json"
	// BodyNotUTF8 is a body that its Content-Type calls JSON and that is not UTF-8 text.
	BodyNotUTF8 = "body-not-utf8"
	// BodyCutOff is a body that ended before the length that was announced for it.
	BodyCutOff = "body-cut-off"
	// BodyEncodingInvalid is a body that is not in the Content-Encoding it claims.
	BodyEncodingInvalid = "body-encoding-invalid"
	// BodyCharsetInvalid is a body that is not in the charset it claims, or in an unknown one.
	BodyCharsetInvalid = "body-charset-invalid"
	// BodyNotXML is a body that its Content-Type calls XML and that is not well-formed.
	BodyNotXML = "body-not-xml"
	// BodyNotForm is a body that its Content-Type calls a form and that is none.
	BodyNotForm = "body-not-form"
	// BodyNotMultipart is a body that its Content-Type calls multipart and that is not.
	BodyNotMultipart = "body-not-multipart"
	// BodyBinaryMismatch is a body of bytes that are not the documented ones.
	BodyBinaryMismatch = "body-binary-mismatch"
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
	// BodyMissingItem is a documented item of a list or set that did not come.
	BodyMissingItem = "body-missing-item"
	// BodyUndocumentedItem is an item of a list or set that the documentation does not show.
	BodyUndocumentedItem = "body-undocumented-item"
	// BodyElementOrder is elements of XML or HTML in another order than documented.
	BodyElementOrder = "body-element-order"
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
	// DocumentedBodyMalformed is a documented body that is not what its Content-Type calls it: XML, a
	// form or multipart.
	DocumentedBodyMalformed = "documented-body-malformed"
	// DocumentedBodySchemaMismatch is a documented body that its own documented schema does not allow.
	DocumentedBodySchemaMismatch = "documented-body-schema-mismatch"
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
	// SchemaReferenceUnresolved is a $ref that leads nowhere, or to where nothing is read from.
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

// hasLocation reports whether Gavel gives an error of that kind a location. Those about a field as
// a whole have none.
func hasLocation(id string) bool {
	switch id {
	case StatusCodeMismatch, BodyMissing, BodyNotJSON, BodyNotUTF8, BodyCutOff, BodyEncodingInvalid, BodyCharsetInvalid,
		BodyNotXML, BodyNotForm, BodyNotMultipart, BodyBinaryMismatch, BodyTooDeep, BodyTooLarge, BodyMediaType,
		BodyTextMismatch, DocumentedBodyNotJSON, DocumentedBodyMalformed, DocumentedBodyUnreadable, VolatileInvalid, FindingsCut,
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
