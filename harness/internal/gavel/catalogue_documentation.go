package gavel

import "github.com/bailiff-dev/bailiff/harness/transaction"

// documentationRules are those that find fault with the documentation itself.
func documentationRules() []Rule {
	return []Rule{
		{
			ID:      DocumentedBodyNotJSON,
			Means:   "The documented Content-Type says JSON, but the documented body is not JSON.",
			Example: documented(`{"id": "1"`),
			Remedy:  "Mend the example: look for a comma or brace too few or too many, for comments and for dots that stand for more.",
		},
		{
			ID: DocumentedBodyMalformed, From: transaction.MatchType,
			Means:   "The documented body is not what the documented Content-Type calls it.",
			Example: documented("Content-Type: application/xml, then <event><name>Fair</name>"),
			Remedy:  "Mend the example, or the media type of the documented response.",
		},
		{
			ID: DocumentedBodySchemaMismatch, Warns: true,
			Means:   "The documented body is not what the documented JSON Schema allows.",
			Example: brokenBy(`{"properties": {"id": {"type": "integer"}}}`) + "\n" + documented(`{"id": "1"}`),
			Remedy:  "One of the two misleads those who read them. Mend the example or the schema, whichever is not what the server does.",
		},
		{
			ID:      DocumentedBodyUnreadable,
			Means:   "The documented body is nested too deeply, or holds too many values, to be compared.",
			Example: documented("[[[[[[[[[[... and so on"),
			Remedy:  "Show less in the example: a body that nobody can read documents nothing.",
		},
		{
			ID: DocumentedDuplicateKey, Warns: true,
			Means:   "A key stands more than once in one object of the documented body.",
			Example: documented(`{"id": "2", "id": "1"}`),
			Remedy:  "Take one of the two out of the example.",
		},
		{
			ID: VolatileInvalid, From: transaction.MatchType,
			Means:   "The declaration of a volatile part cannot be understood.",
			Example: "declared    data/id any",
			Remedy:  "Mend the declaration that the message quotes: pointers begin with a slash, and the kind is one of those that bailiff knows.",
		},
		{
			ID:      SchemaInvalid,
			Means:   "The documented JSON Schema is not valid for its draft.",
			Example: brokenBy(`{"type": "text"}`),
			Remedy:  "Mend the schema by the rules of the draft that its $schema names.",
		},
		{
			ID:      SchemaDraftUnsupported,
			Means:   "The documented JSON Schema names a draft that bailiff does not know.",
			Example: brokenBy(`{"$schema": "http://json-schema.org/draft-03/schema#"}`),
			Remedy:  "Write the schema in draft 4, 6, 7, 2019-09 or 2020-12, and name that draft in $schema.",
		},
		{
			ID:      SchemaReferenceUnresolved,
			Means:   "A $ref of the documented JSON Schema leads nowhere, or to where nothing is read from.",
			Example: brokenBy(`{"$ref": "#/definitions/evnet", "definitions": {"event": {}}}`),
			Remedy:  "Mend the reference. It leads to a place in the schema itself, or to a file in the folder of the descriptions; nothing is loaded from the network.",
		},
		{
			ID:      SchemaPatternInvalid,
			Means:   "A regular expression of the documented JSON Schema cannot be compiled.",
			Example: brokenBy(`{"pattern": "^[a-z"}`),
			Remedy:  "Mend the regular expression. The message says what is wrong with it.",
		},
		{
			ID:      SchemaTooCostly,
			Means:   "Holding the documented JSON Schema against this body takes too many steps.",
			Example: brokenBy(`{"$ref": "#/$defs/x", "$defs": {"x": {"properties": {"a": {"allOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/x"}]}}}}}`),
			Remedy:  "Let an object refer to itself once for each key, not several times: two references at each level double the work at each level.",
		},
	}
}
