package permission

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// PickError says that there is no one request for an action.
type PickError struct{ msg string }

// Error says what was looked for, what there is, and how to name one.
func (e *PickError) Error() string { return e.msg }

// Pick returns the transaction that shows how an action is asked for: of those that succeed, the one
// with the shortest path, since /speakers is the list of speakers rather than /sessions/1/speakers;
// without a query rather than with one; the first of several. Two paths of the same length are an
// error.
func Pick(action string, from []*transaction.Transaction) (*transaction.Transaction, error) {
	var best *transaction.Transaction
	rival := ""
	for _, t := range from {
		if actionOf(t) != action {
			continue
		}
		if best == nil {
			best = t
			continue
		}
		now, before := pathOf(t), pathOf(best)
		switch a, b := segments(now), segments(before); {
		case a < b:
			best, rival = t, ""
		case a > b:
		case now != before:
			rival = now
		case strings.Contains(best.Request.URI, "?") && !strings.Contains(t.Request.URI, "?"):
			best = t
		}
	}
	switch {
	case best == nil:
		return nil, &PickError{fmt.Sprintf("no documented request that succeeds is a %s here (%s); document one, "+
			"link the header of the column to one, as in [%s](#name-of-the-action), or name one with Permissions.Request", action, means(action), action)}
	case rival != "":
		return nil, &PickError{fmt.Sprintf("%s and %s could both be meant by %s; link the header of the column to one of them, "+
			"as in [%s](#name-of-the-action), or name it with Permissions.Request", pathOf(best), rival, action, action)}
	}
	return best, nil
}

// Named returns the transaction that a link or a name stands for, the first of several that succeed.
// A link is "#" and the name as headings are turned into anchors: "#list-all-speakers". A name is that
// of the transaction, of its action, or a method and a path.
func Named(name string, from []*transaction.Transaction) (*transaction.Transaction, error) {
	wanted := anchor(name)
	for _, t := range from {
		if !succeeds(t) {
			continue
		}
		o, method := t.Origin, t.Request.Method
		for _, candidate := range []string{
			string(t.Name),
			strings.TrimPrefix(string(t.Name), o.APIName+" > "),
			o.ActionName,
			o.ActionName + " " + method,
			o.ResourceName + " " + o.ActionName,
			o.ResourceGroupName + " " + o.ResourceName + " " + o.ActionName,
			o.ResourceGroupName + " " + o.ResourceName + " " + method,
			method + " " + pathOf(t),
		} {
			if anchor(candidate) == wanted {
				return t, nil
			}
		}
	}
	return nil, &PickError{fmt.Sprintf("%q names no documented request that succeeds; write the name of an action after the #, "+
		"with hyphens for its blanks, or leave the link away", name)}
}

var hyphens = regexp.MustCompile(`-{2,}`)

// anchor is what a heading is linked to by, as GitHub and aglio make it.
func anchor(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "#")) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '>' || r == '/':
			b.WriteByte('-')
		}
	}
	return strings.Trim(hyphens.ReplaceAllString(b.String(), "-"), "-")
}

func means(action string) string {
	switch action {
	case List:
		return "a GET whose answer is a list"
	case View:
		return "a GET whose answer is one object"
	case Create:
		return "a POST"
	case Update:
		return "a PATCH or PUT"
	default:
		return "a DELETE"
	}
}

func succeeds(t *transaction.Transaction) bool {
	return t.Expected.StatusCode >= 200 && t.Expected.StatusCode < 300
}

// actionOf is the action that a transaction is an example of; "" when it is of none.
func actionOf(t *transaction.Transaction) string {
	if !succeeds(t) {
		return ""
	}
	switch t.Request.Method {
	case http.MethodGet:
		if isList(t) {
			return List
		}
		return View
	case http.MethodPost:
		return Create
	case http.MethodPatch, http.MethodPut:
		return Update
	case http.MethodDelete:
		return Delete
	}
	return ""
}

// isList reports whether what is read is a list: the body says so or, when it does not, the path ends
// in the name of a collection and not in an identifier.
func isList(t *transaction.Transaction) bool {
	var body any
	if json.Unmarshal([]byte(t.Expected.Body), &body) == nil {
		switch v := body.(type) {
		case []any:
			return true
		case map[string]any:
			if data, ok := v["data"]; ok {
				_, list := data.([]any)
				return list
			}
			if len(arrays(v)) != 1 {
				return false
			}
		}
	}
	path := pathOf(t)
	last := path[strings.LastIndexByte(path, '/')+1:]
	return !strings.ContainsFunc(last, unicode.IsDigit)
}

// arrays are the members of an object that are lists.
func arrays(object map[string]any) [][]any {
	var lists [][]any
	for _, v := range object {
		if list, ok := v.([]any); ok {
			lists = append(lists, list)
		}
	}
	return lists
}

func pathOf(t *transaction.Transaction) string {
	path, _, _ := strings.Cut(t.Request.URI, "?")
	return strings.TrimSuffix(path, "/")
}

func segments(path string) int { return strings.Count(path, "/") }

// Shown returns the names of the fields that a body in JSON shows of an object, or of those in a list:
// its attributes as JSON:API has them, or else its members. Identifiers are no fields.
func Shown(body string) ([]string, error) {
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		return nil, fmt.Errorf("the answer is not JSON, so nobody knows which fields it shows: %w", err)
	}
	if object, ok := value.(map[string]any); ok && object["data"] != nil {
		value = object["data"]
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	seen := map[string]bool{}
	for _, item := range list {
		object, _ := item.(map[string]any)
		if attributes, ok := object["attributes"].(map[string]any); ok {
			object = attributes
		}
		for name := range object {
			seen[name] = name != "id"
		}
	}
	var names []string
	for name, isField := range seen {
		if isField {
			names = append(names, name)
		}
	}
	return names, nil
}

// Lists reports whether a row is in the list that a body is: an array, the member "data" of an object
// as JSON:API has it, or any other array that is a member of it. Its items are objects with the
// identifier id as their member "id", or identifiers. The error says that the body is no such list.
func Lists(body, id string) (bool, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return false, fmt.Errorf("the list is not JSON, so set Situation.Listed to look for the row in it: %w", err)
	}
	var lists [][]any
	switch v := value.(type) {
	case []any:
		lists = [][]any{v}
	case map[string]any:
		if data, ok := v["data"].([]any); ok {
			lists = [][]any{data}
		} else {
			lists = arrays(v)
		}
	}
	if len(lists) == 0 {
		return false, fmt.Errorf("there is no list in the body %.100q, so set Situation.Listed to look for the row in it", body)
	}
	for _, list := range lists {
		for _, item := range list {
			if object, ok := item.(map[string]any); ok {
				item = object["id"]
			}
			if item != nil && fmt.Sprint(item) == id {
				return true, nil
			}
		}
	}
	return false, nil
}
