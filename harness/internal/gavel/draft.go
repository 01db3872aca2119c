package gavel

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// draftsOf returns the drafts that a schema may be written in, the likeliest first. Gavel takes a
// schema that names none for draft 4, and one that is only true or false for draft 7; a nameless
// schema that draft 4 does not allow may be of draft 7 here, where Gavel gives up.
func draftsOf(doc any) ([]*jsonschema.Draft, error) {
	object, ok := doc.(map[string]any)
	if !ok {
		return []*jsonschema.Draft{jsonschema.Draft7}, nil
	}
	name, ok := object["$schema"].(string)
	if !ok {
		return []*jsonschema.Draft{jsonschema.Draft4, jsonschema.Draft7}, nil
	}
	_, path, _ := strings.Cut(strings.TrimSuffix(name, "#"), "://json-schema.org/")
	drafts := map[string]*jsonschema.Draft{
		"draft-04/schema":      jsonschema.Draft4,
		"draft-06/schema":      jsonschema.Draft6,
		"draft-07/schema":      jsonschema.Draft7,
		"draft/2019-09/schema": jsonschema.Draft2019,
		"draft/2020-12/schema": jsonschema.Draft2020,
	}
	if d, ok := drafts[path]; ok {
		return []*jsonschema.Draft{d}, nil
	}
	return nil, errDraft{name, path}
}

// errDraft is a schema of a draft that is not supported.
type errDraft struct{ name, path string }

// Error says which one, and what to do; a subject goes before it.
func (e errDraft) Error() string {
	const supported = "which is not supported: drafts 4, 6, 7, 2019-09 and 2020-12 are."
	if n, ok := strings.CutSuffix(strings.TrimPrefix(e.path, "draft-0"), "/schema"); ok && len(n) == 1 && n < "4" {
		return fmt.Sprintf("is of draft %s (%q), %s Rewrite it for draft 4: in place of \"required\": true in a property, "+
			"list the names of the required ones beside \"properties\", and name http://json-schema.org/draft-04/schema# in $schema.",
			n, e.name, supported)
	}
	return fmt.Sprintf("is of the draft %q, %s Name one of them in $schema, or leave $schema out.", e.name, supported)
}

// draftName is what people call a draft.
func draftName(d *jsonschema.Draft) string {
	switch d {
	case jsonschema.Draft4:
		return "draft 4"
	case jsonschema.Draft6:
		return "draft 6"
	case jsonschema.Draft7:
		return "draft 7"
	case jsonschema.Draft2019:
		return "draft 2019-09"
	}
	return "draft 2020-12"
}

// branchKey marks an allOf that modernise put around the branch of an if, so that its failure can
// be told from that of any other subschema: Gavel reports both the branch and what failed in it.
const branchKey = "x-bailiff-branch"

// modernise turns a schema of draft 4, 6 or 7 into one of draft 7, in place where it can. wrap says
// that branches get an allOf around them.
func modernise(doc any, draft4, wrap bool) any {
	m := moderniser{draft4: draft4, wrap: wrap}
	doc = m.schema(doc)
	if object, ok := doc.(map[string]any); ok {
		object["$schema"] = jsonschema.Draft7.String()
	}
	return doc
}

// withoutBranches returns a part of a schema as it was before modernise put something around the
// branches in it.
func withoutBranches(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = withoutBranches(v[i])
		}
		return list
	case map[string]any:
		if inner, ok := v["allOf"].([]any); ok && v[branchKey] != nil && len(inner) == 1 {
			return withoutBranches(inner[0])
		}
		object := make(map[string]any, len(v))
		for k := range v {
			object[k] = withoutBranches(v[k])
		}
		return object
	}
	return v
}

// refersToBranch reports whether some $ref leads into the branch of an if, whose place must then
// stay as it is.
func refersToBranch(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if refersToBranch(item) {
				return true
			}
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && (strings.Contains(ref, "/then") || strings.Contains(ref, "/else")) {
			return true
		}
		for _, item := range v {
			if refersToBranch(item) {
				return true
			}
		}
	}
	return false
}

type moderniser struct{ draft4, wrap bool }

func (m moderniser) schema(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if m.draft4 {
		m.fromDraft4(object)
	}
	for key, sub := range object {
		switch key {
		case "additionalItems", "additionalProperties", "contains", "propertyNames", "not", "if":
			object[key] = m.schema(sub)
		case "then", "else":
			object[key] = m.schema(sub)
			if _, conditional := object["if"]; conditional && m.wrap {
				object[key] = map[string]any{"allOf": []any{object[key]}, branchKey: true}
			}
		case "properties", "patternProperties", "definitions", "dependencies", "$defs":
			if members, ok := sub.(map[string]any); ok {
				for name := range members {
					members[name] = m.schema(members[name])
				}
			}
		case "enum", "const", "default", "example", "examples":
		default:
			// A list of schemas, or a keyword that is none, below which a $ref may still lead.
			m.schemaOrList(object, key)
		}
	}
	return object
}

func (m moderniser) schemaOrList(object map[string]any, key string) {
	list, ok := object[key].([]any)
	if !ok {
		object[key] = m.schema(object[key])
		return
	}
	for i := range list {
		list[i] = m.schema(list[i])
	}
}

// fromDraft4 renames what draft 6 named otherwise: id, and the two limits that were switches.
func (m moderniser) fromDraft4(object map[string]any) {
	if id, ok := object["id"].(string); ok {
		if _, has := object["$id"]; !has {
			object["$id"] = id
			delete(object, "id")
		}
	}
	for limit, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		on, isSwitch := object[exclusive].(bool)
		if !isSwitch {
			continue
		}
		delete(object, exclusive)
		if value, ok := object[limit]; ok && on {
			object[exclusive] = value
			delete(object, limit)
		}
	}
}
