package jsonapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// Resource is the document of a request that creates or updates an object. Names are in their
// dashed form, whichever the client wrote.
type Resource struct {
	// ID is data.id, "" when there is none.
	ID            string
	Attributes    map[string]any
	Relationships map[string]Linkage
}

// Linkage is who a request relates an object to.
type Linkage struct {
	// Many says that the data is a list.
	Many bool
	// Items are the identifiers; none when the data is null or an empty list.
	Items []Identifier
}

// ParseResource reads a document whose data must be of the type, or of one of the others, of which
// empty ones do not count. What is wrong with its parts is told all at once, with pointers to them.
func ParseResource(body []byte, typ string, others ...string) (*Resource, error) {
	data, err := parseData(body)
	if err != nil {
		return nil, err
	}
	object, ok := data.(map[string]any)
	if !ok {
		return nil, Invalid("/data", "Invalid input type: want an object.")
	}
	given, _ := object["type"].(string)
	if err := checkType(object["type"], typ); err != nil && (given == "" || !slices.Contains(others, given)) {
		return nil, err
	}
	r := &Resource{Attributes: map[string]any{}, Relationships: map[string]Linkage{}}
	r.ID, _ = identifierText(object["id"])
	attributes, err := namedMember(object, "attributes")
	if err != nil {
		return nil, err
	}
	dash(attributes, func(name string, value any) { r.Attributes[name] = value })
	relationships, err := namedMember(object, "relationships")
	if err != nil {
		return nil, err
	}
	var errs Errors
	dash(relationships, func(name string, value any) {
		linkage, err := parseRelationship(name, value)
		if err != nil {
			errs = append(errs, err)
		}
		r.Relationships[name] = linkage
	})
	return r, errs.OrNil()
}

// parseData is the member "data" of a document.
func parseData(body []byte) (any, error) {
	v, err := decodeJSON(body)
	if err != nil {
		return nil, BadRequest("", "The request body is no JSON document: "+err.Error())
	}
	document, ok := v.(map[string]any)
	if !ok {
		return nil, Invalid("/data", "Invalid input type: want a document.")
	}
	data, ok := document["data"]
	if !ok {
		return nil, Invalid("/data", "Missing data for required field.")
	}
	return data, nil
}

func checkType(got any, want string) error {
	switch {
	case got == nil:
		return Invalid("/data", "`data` object must include `type` key.")
	case got != want:
		return &Error{
			Status: http.StatusConflict, Title: "Incorrect type", Pointer: "/data/type",
			Detail: fmt.Sprintf("Invalid type. Expected %q.", want),
		}
	}
	return nil
}

func namedMember(object map[string]any, name string) (map[string]any, error) {
	switch v := object[name].(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return v, nil
	}
	return nil, Invalid("/data/"+name, "Invalid input type: want an object.")
}

// dash visits the members under their dashed names, in alphabetical order. When both spellings are there, the dashed one,
// which is documented, counts.
func dash(members map[string]any, visit func(name string, value any)) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		dashed := Dashed(name)
		if _, both := members[dashed]; both && dashed != name {
			continue
		}
		visit(dashed, members[name])
	}
}

func parseRelationship(name string, value any) (Linkage, *Error) {
	pointer := "/data/relationships/" + name
	object, ok := value.(map[string]any)
	if !ok {
		return Linkage{}, Invalid(pointer, "Invalid input type: want an object.")
	}
	data, ok := object["data"]
	if !ok {
		return Linkage{}, Invalid(pointer, "Must include a `data` key")
	}
	linkage, problem := linkageOf(data)
	if problem != "" {
		return Linkage{}, Invalid(pointer, problem)
	}
	return linkage, nil
}

func linkageOf(data any) (linkage Linkage, problem string) {
	list, many := data.([]any)
	if !many {
		if data == nil {
			return Linkage{}, ""
		}
		list = []any{data}
	}
	linkage.Many = many
	for _, item := range list {
		object, _ := item.(map[string]any)
		typ, ok := object["type"].(string)
		if !ok {
			return linkage, "Must have a `type` field"
		}
		id, ok := identifierText(object["id"])
		if !ok {
			return linkage, "Must have an `id` field"
		}
		linkage.Items = append(linkage.Items, Identifier{typ, id})
	}
	return linkage, ""
}

// identifierText is the text of an id. JSON:API has strings; a number is taken too.
func identifierText(v any) (string, bool) {
	switch id := v.(type) {
	case string:
		return id, id != ""
	case json.Number:
		n, err := strconv.ParseInt(id.String(), 10, 64)
		return strconv.FormatInt(n, 10), err == nil
	}
	return "", false
}

// ParseLinkage reads the document of a relationship endpoint. Its errors are those of
// flask-rest-jsonapi, which are not those of a whole object.
func ParseLinkage(body []byte, typ string, many bool) (Linkage, error) {
	v, err := decodeJSON(body)
	if err != nil {
		return Linkage{}, BadRequest("", "The request body is no JSON document: "+err.Error())
	}
	document, _ := v.(map[string]any)
	data, ok := document["data"]
	if !ok {
		return Linkage{}, BadRequest("/data", `You must provide data with a "data" route node`)
	}
	list, isList := data.([]any)
	switch {
	case many && !isList:
		return Linkage{}, BadRequest("/data", "You must provide a list for a relationship to many")
	case !many && isList:
		return Linkage{}, BadRequest("/data", "You must provide one object or null for a relationship to one")
	case !many && data != nil:
		list = []any{data}
	}
	linkage := Linkage{Many: many}
	for _, item := range list {
		object, _ := item.(map[string]any)
		itemType, ok := object["type"]
		if !ok {
			return Linkage{}, BadRequest("/data/type", `Missing type in "data" node`)
		}
		if itemType != typ {
			return Linkage{}, &Error{
				Status: http.StatusConflict, Title: "Invalid type", Pointer: "/data/type",
				Detail: "The type field does not match the resource type",
			}
		}
		id, ok := identifierText(object["id"])
		if !ok {
			return Linkage{}, BadRequest("/data/id", `Missing id in "data" node`)
		}
		linkage.Items = append(linkage.Items, Identifier{typ, id})
	}
	return linkage, nil
}
