package drift

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
)

// answer is a JSON response that a fault may change.
type answer struct {
	status int
	header http.Header
	body   any
}

// seeded is one way to drift that a seed may choose. apply reports whether the answer had something to change.
type seeded struct {
	name, does string
	apply      func(*answer, *rand.Rand) bool
	// anywhere marks a fault that any answer can have.
	anywhere bool
}

// seededFaults is the table of them.
func seededFaults() []seeded {
	return []seeded{
		{"renamed-attribute", "an attribute has another name", renameAttribute, false},
		{"dropped-attribute", "an attribute is missing", dropAttribute, false},
		{"extra-attribute", "there is an attribute that nobody wrote about", addAttribute, false},
		{"changed-value", "a name, or the detail of an error, reads differently", changeValue, false},
		{"number-as-string", "a number became a string", numberAsString, false},
		{"emptied-list", "a list has no items", emptyList, false},
		{"changed-link", "a link leads elsewhere", changeLink, false},
		{"dropped-relationship", "a relationship is missing", dropRelationship, false},
		{"other-type", "a resource has another type", renameType, false},
		{"wrong-status", "the status code is another one", changeStatus, true},
		{"wrong-content-type", "the content type is another one", changeContentType, true},
	}
}

// shuffledFaults is the table in a random order. Faults that any answer can have come last three
// times out of four, or they would leave no room for the others.
func shuffledFaults(dice *rand.Rand) []seeded {
	fs := seededFaults()
	dice.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
	if dice.IntN(4) != 0 {
		slices.SortStableFunc(fs, func(a, b seeded) int {
			switch {
			case a.anywhere == b.anywhere:
				return 0
			case a.anywhere:
				return 1
			}
			return -1
		})
	}
	return fs
}

func renameAttribute(a *answer, dice *rand.Rand) bool {
	attributes := section(a.body, "attributes")
	key, ok := pick(attributes, dice)
	if !ok {
		return false
	}
	name := strings.ReplaceAll(key, "-", "_")
	if name == key {
		name += "-text"
	}
	attributes[name] = attributes[key]
	delete(attributes, key)
	return true
}

func dropAttribute(a *answer, dice *rand.Rand) bool {
	attributes := section(a.body, "attributes")
	key, ok := pick(attributes, dice)
	delete(attributes, key)
	return ok
}

func addAttribute(a *answer, _ *rand.Rand) bool {
	attributes := section(a.body, "attributes")
	if attributes == nil {
		return false
	}
	attributes["internal-note"] = "added last week"
	return true
}

func changeValue(a *answer, _ *rand.Rand) bool {
	if attributes := section(a.body, "attributes"); attributes != nil {
		return reword(attributes, "name", "first-name")
	}
	document, _ := a.body.(map[string]any)
	if list, _ := document["errors"].([]any); len(list) > 0 {
		e, _ := list[0].(map[string]any)
		return reword(e, "detail")
	}
	return reword(section(a.body, "meta"), "message")
}

// reword changes the first of these members that is a text.
func reword(object map[string]any, keys ...string) bool {
	for _, k := range keys {
		if s, ok := object[k].(string); ok && s != "" {
			object[k] = "The " + s
			return true
		}
	}
	return false
}

func numberAsString(a *answer, dice *rand.Rand) bool {
	for _, name := range []string{"attributes", "meta"} {
		object := section(a.body, name)
		for _, k := range shuffled(object, dice) {
			if n, ok := object[k].(json.Number); ok {
				object[k] = n.String()
				return true
			}
		}
	}
	return false
}

func emptyList(a *answer, _ *rand.Rand) bool {
	document, _ := a.body.(map[string]any)
	if list, ok := document["data"].([]any); !ok || len(list) == 0 {
		return false
	}
	document["data"] = []any{}
	return true
}

func changeLink(a *answer, _ *rand.Rand) bool {
	links := section(a.body, "links")
	self, ok := links["self"].(string)
	if ok {
		links["self"] = strings.Replace(self, "/v1/", "/v2/", 1) + "/"
	}
	return ok
}

func dropRelationship(a *answer, dice *rand.Rand) bool {
	relationships := section(a.body, "relationships")
	key, ok := pick(relationships, dice)
	delete(relationships, key)
	return ok
}

func renameType(a *answer, _ *rand.Rand) bool {
	r := resource(a.body)
	kind, ok := r["type"].(string)
	if ok {
		r["type"] = kind + "s"
	}
	return ok
}

func changeStatus(a *answer, _ *rand.Rand) bool {
	switch {
	case a.status == http.StatusOK:
		a.status = http.StatusAccepted
	case a.status < 400:
		a.status = http.StatusOK
	default:
		a.status = http.StatusInternalServerError
	}
	return true
}

func changeContentType(a *answer, _ *rand.Rand) bool {
	kind := "application/json"
	if a.header.Get("Content-Type") == kind {
		kind = "text/json"
	}
	a.header.Set("Content-Type", kind)
	return true
}

// resource is the resource of a JSON:API document, the first one of a list.
func resource(body any) map[string]any {
	document, _ := body.(map[string]any)
	if list, ok := document["data"].([]any); ok && len(list) > 0 {
		r, _ := list[0].(map[string]any)
		return r
	}
	r, _ := document["data"].(map[string]any)
	return r
}

// section is the object of that name in the resource, or else in the document. It is nil when there
// is none: reading from and deleting in it are harmless.
func section(body any, name string) map[string]any {
	if s, ok := resource(body)[name].(map[string]any); ok {
		return s
	}
	document, _ := body.(map[string]any)
	s, _ := document[name].(map[string]any)
	return s
}

func pick(object map[string]any, dice *rand.Rand) (string, bool) {
	keys := shuffled(object, dice)
	if len(keys) == 0 {
		return "", false
	}
	return keys[0], true
}

func shuffled(object map[string]any, dice *rand.Rand) []string {
	keys := slices.Sorted(maps.Keys(object))
	dice.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys
}
