package gavel

// objectRules are those of the keywords of JSON Schema for all values and for objects.
func objectRules() []Rule {
	return []Rule{
		{
			ID:      BodySchemaType,
			Means:   "A value of the response has a type that its schema does not allow.",
			Example: bySchema(`"id": {"type": "string"}`, `{"id": 1}`),
			Remedy:  "Mend the server, or allow the type in the schema: type may be a list.",
		},
		{
			ID:      BodySchemaEnum,
			Means:   "A value of the response is none of those that its schema lists.",
			Example: bySchema(`"state": {"enum": ["draft", "published"]}`, `{"state": "hidden"}`),
			Remedy:  "Add the value to the schema if clients must know it; or else mend the server.",
		},
		{
			ID:      BodySchemaConst,
			Means:   "A value of the response is not the one that its schema demands.",
			Example: bySchema(`"version": {"const": "1.0"}`, `{"version": "1.1"}`),
			Remedy:  "Mend the server, or the value in the schema. Where there are several, use enum.",
		},
		{
			ID:      BodySchemaRequired,
			Means:   "The response lacks a key that its schema requires.",
			Example: bySchema(`"required": ["id", "name"]`, `{"id": "1"}`),
			Remedy:  "Let the server always send the key, or take it out of required.",
		},
		{
			ID:      BodySchemaAdditionalProperties,
			Means:   "The response has a key that its schema forbids.",
			Example: bySchema(`"properties": {"id": {}}, "additionalProperties": false`, `{"id": "1", "secret": "7cbd"}`),
			Remedy:  "Describe the key under properties, or stop sending it.",
		},
		{
			ID:      BodySchemaMinProperties,
			Means:   "An object of the response has fewer keys than its schema demands.",
			Example: bySchema(`"minProperties": 1`, "{}"),
			Remedy:  "Find out why the object is so empty, or lower the bound.",
		},
		{
			ID:      BodySchemaMaxProperties,
			Means:   "An object of the response has more keys than its schema allows.",
			Example: bySchema(`"maxProperties": 1`, `{"a": 1, "b": 2}`),
			Remedy:  "Find out which key is one too many, or raise the bound.",
		},
		{
			ID:      BodySchemaDependencies,
			Means:   "The response has a key but lacks others that the schema demands with it.",
			Example: bySchema(`"dependencies": {"card": ["address"]}`, `{"card": "4111"}`),
			Remedy:  "Let the server send the keys together, or loosen the rule.",
		},
		{
			ID:      BodySchemaPropertyNames,
			Means:   "A key of the response has a name that its schema forbids.",
			Example: bySchema(`"propertyNames": {"pattern": "^[a-z-]+$"}`, `{"is_old": true}`),
			Remedy:  "Rename the key, or allow its name. What is wrong with the name is a finding beside this one.",
		},
	}
}

// scalarRules are those of the keywords for strings and numbers.
func scalarRules() []Rule {
	return []Rule{
		{
			ID:      BodySchemaPattern,
			Means:   "A string of the response does not match the regular expression of its schema.",
			Example: bySchema(`"slug": {"pattern": "^[a-z-]+$"}`, `{"slug": "Food & Drink"}`),
			Remedy:  "Mend the server or the regular expression. One without ^ and $ matches anywhere in the text.",
		},
		{
			ID:      BodySchemaFormat,
			Means:   "A string of the response does not have the format that its schema demands.",
			Example: bySchema(`"at": {"format": "date-time"}`, `{"at": "2020-01-01 00:00"}`),
			Remedy:  "Mend the server, or name the format that the text really has. A date-time has a T and an offset (RFC 3339).",
		},
		{
			ID:      BodySchemaMinLength,
			Means:   "A string of the response is shorter than its schema demands.",
			Example: bySchema(`"name": {"minLength": 1}`, `{"name": ""}`),
			Remedy:  "Find out why the text is so short, or lower the bound. Characters are counted, not bytes.",
		},
		{
			ID:      BodySchemaMaxLength,
			Means:   "A string of the response is longer than its schema allows.",
			Example: bySchema(`"code": {"maxLength": 3}`, `{"code": "EURO"}`),
			Remedy:  "Find out why the text is so long, or raise the bound. Characters are counted, not bytes.",
		},
		{
			ID:      BodySchemaMinimum,
			Means:   "A number of the response is smaller than its schema demands.",
			Example: bySchema(`"count": {"minimum": 0}`, `{"count": -1}`),
			Remedy:  "Mend the server, or lower the bound.",
		},
		{
			ID:      BodySchemaMaximum,
			Means:   "A number of the response is greater than its schema allows.",
			Example: bySchema(`"percent": {"maximum": 100}`, `{"percent": 101}`),
			Remedy:  "Mend the server, or raise the bound.",
		},
		{
			ID:      BodySchemaMultipleOf,
			Means:   "A number of the response is not a multiple of what its schema demands.",
			Example: bySchema(`"price": {"multipleOf": 0.01}`, `{"price": 9.999}`),
			Remedy:  "Let the server round, or mend the step.",
		},
	}
}

// listRules are those of the keywords for lists, and of those that combine schemas.
func listRules() []Rule {
	return []Rule{
		{
			ID:      BodySchemaMinItems,
			Means:   "A list of the response has fewer items than its schema demands.",
			Example: bySchema(`"data": {"minItems": 1}`, `{"data": []}`),
			Remedy:  "Seed what the list is to show in a hook, or lower the bound.",
		},
		{
			ID:      BodySchemaMaxItems,
			Means:   "A list of the response has more items than its schema allows.",
			Example: bySchema(`"data": {"maxItems": 1}`, `{"data": [1, 2]}`),
			Remedy:  "Look at filters and paging, or raise the bound.",
		},
		{
			ID:      BodySchemaUniqueItems,
			Means:   "A list of the response holds an item twice, which its schema forbids.",
			Example: bySchema(`"tags": {"uniqueItems": true}`, `{"tags": ["art", "art"]}`),
			Remedy:  "Look for a join that multiplies rows.",
		},
		{
			ID:      BodySchemaContains,
			Means:   "A list of the response lacks, or has too many of, the items that its schema demands.",
			Example: bySchema(`"roles": {"contains": {"const": "owner"}}`, `{"roles": []}`),
			Remedy:  "Seed the item that is asked for in a hook, or loosen the schema.",
		},
		{
			ID:      BodySchemaAnyOf,
			Means:   "A value of the response satisfies none of the schemas of an anyOf.",
			Example: bySchema(`"image": {"anyOf": [{"type": "string"}, {"type": "null"}]}`, `{"image": 7}`),
			Remedy:  "Why each of the schemas failed is told in findings beside this one. Mend the server, or add a schema for what it sends.",
		},
		{
			ID:      BodySchemaOneOf,
			Means:   "A value of the response does not satisfy exactly one of the schemas of a oneOf.",
			Example: bySchema(`"oneOf": [{"required": ["data"]}, {"required": ["errors"]}]`, `{"data": {}, "errors": []}`),
			Remedy:  "If none fits, why is told in findings beside this one. If several fit, mend the server, or use anyOf.",
		},
		{
			ID:      BodySchemaNot,
			Means:   "A value of the response satisfies a schema that it must not satisfy.",
			Example: bySchema(`"name": {"not": {"const": "admin"}}`, `{"name": "admin"}`),
			Remedy:  "Mend the server, or what the schema rules out.",
		},
		{
			ID:      BodySchemaIf,
			Means:   "A value of the response meets a condition of its schema, but not what follows from it.",
			Example: bySchema(`"if": {"required": ["card"]}, "then": {"required": ["address"]}`, `{"card": "4111"}`),
			Remedy:  "What failed is a finding beside this one: mend that, or the condition.",
		},
		{
			ID:      BodySchemaFalse,
			Means:   "The response has a value where its schema allows none.",
			Example: bySchema(`"properties": {"secret": false}`, `{"secret": "7cbd"}`),
			Remedy:  "Do not send the value, or give it a schema.",
		},
	}
}
