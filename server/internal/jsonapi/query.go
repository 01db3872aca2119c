package jsonapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Limits on what one query may ask for, so that no URL costs more than a handful of statements.
const (
	maxSortKeys     = 16
	maxIncludes     = 32
	maxIncludeDepth = 5
	maxPage         = 1<<31 - 1
)

// DefaultPageSize is the size of a page that no page[size] asks for.
const DefaultPageSize = 20

// Query is what a query string asks for. Names of attributes and relationships are in their dashed
// form; a client may write underscores.
type Query struct {
	// Include holds paths of relationships: "event-topic.events" is two steps.
	Include [][]string
	// Fields maps a type to the fields that its objects shall have. A type that is not there has
	// all of them.
	Fields map[string][]string
	Sort   []SortKey
	Filter []Filter
	Page   Page
	// Trashed asks for soft-deleted objects too, Permanent for a deletion that is none.
	Trashed   bool
	Permanent bool

	managed url.Values
}

// SortKey is one key of an order: an attribute, or one of a related object.
type SortKey struct {
	Path       []string
	Descending bool
}

// Page is which part of a list is asked for. Size 0 is everything.
type Page struct{ Number, Size int }

// ParseQuery reads the query string of a list.
func ParseQuery(raw string) (*Query, error) {
	values, err := parseValues(raw)
	if err != nil {
		return nil, err
	}
	q, err := parseShared(values)
	if err != nil {
		return nil, err
	}
	if q.Page, err = parsePage(values); err != nil {
		return nil, err
	}
	if q.Sort, err = parseSort(values.Get("sort")); err != nil {
		return nil, err
	}
	q.Filter, err = parseFilter(values.Get("filter"))
	return q, err
}

// ParseObjectQuery reads the query string of a request for one object: page, sort and filter mean
// nothing there and are not looked at.
func ParseObjectQuery(raw string) (*Query, error) {
	values, err := parseValues(raw)
	if err != nil {
		return nil, err
	}
	return parseShared(values)
}

func parseValues(raw string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &Error{
			Status: http.StatusBadRequest, Title: "Bad request",
			Detail: "The query string cannot be decoded: " + err.Error(),
		}
	}
	return values, nil
}

func parseShared(values url.Values) (*Query, error) {
	q := &Query{
		Page:      Page{Number: 1, Size: DefaultPageSize},
		Trashed:   values.Get("get_trashed") == "true",
		Permanent: values.Get("permanent") == "true",
		managed:   url.Values{},
	}
	for name := range values {
		family, _, _ := strings.Cut(name, "[")
		switch family {
		case "filter", "page", "fields", "sort", "include":
			q.managed[name] = values[name][:1]
		}
	}
	var err error
	if q.Fields, err = parseFields(values); err != nil {
		return nil, err
	}
	q.Include, err = parseInclude(values.Get("include"))
	return q, err
}

// Dashed is the form that names have in documents.
func Dashed(name string) string { return strings.ReplaceAll(name, "_", "-") }

// splitList splits a comma list; empty parts are left out.
func splitList(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// parseFields reads fields[type]=a,b.
func parseFields(values url.Values) (map[string][]string, error) {
	fields := map[string][]string{}
	for name := range values {
		if family, _, _ := strings.Cut(name, "["); family != "fields" {
			continue
		}
		typ, ok := strings.CutSuffix(strings.TrimPrefix(name, "fields["), "]")
		if !ok || typ == "" || !strings.HasPrefix(name, "fields[") {
			return nil, BadParameter("fields", "Parse error: want fields[type]")
		}
		list := []string{}
		for _, field := range splitList(values.Get(name)) {
			list = append(list, Dashed(field))
		}
		fields[typ] = list
	}
	return fields, nil
}

func parseInclude(s string) ([][]string, error) {
	var paths [][]string
	for _, path := range splitList(s) {
		steps := strings.Split(Dashed(path), ".")
		if len(steps) > maxIncludeDepth {
			return nil, BadParameter("include", fmt.Sprintf("%s has more than %d steps", path, maxIncludeDepth))
		}
		paths = append(paths, steps)
	}
	if len(paths) > maxIncludes {
		return nil, BadParameter("include", fmt.Sprintf("more than %d paths", maxIncludes))
	}
	return paths, nil
}

func parseSort(s string) ([]SortKey, error) {
	var keys []SortKey
	for _, part := range splitList(s) {
		name, descending := strings.CutPrefix(part, "-")
		path := strings.Split(Dashed(name), ".")
		if len(path) > 2 {
			return nil, BadParameter("sort", name+" has more than one relationship")
		}
		keys = append(keys, SortKey{Path: path, Descending: descending})
	}
	if len(keys) > maxSortKeys {
		return nil, BadParameter("sort", fmt.Sprintf("more than %d keys", maxSortKeys))
	}
	return keys, nil
}

func parsePage(values url.Values) (Page, error) {
	page := Page{Number: 1, Size: DefaultPageSize}
	for name := range values {
		if family, _, _ := strings.Cut(name, "["); family != "page" {
			continue
		}
		var target *int
		switch name {
		case "page[size]":
			target = &page.Size
		case "page[number]":
			target = &page.Number
		default:
			return page, badPage("page", "Unknown page key: want page[size] or page[number]")
		}
		n, err := strconv.Atoi(values.Get(name))
		if err != nil || n < 0 || n > maxPage {
			return page, badPage(name, "Parse error: want a number that is not negative")
		}
		*target = n
	}
	page.Number = max(page.Number, 1)
	return page, nil
}

func badPage(parameter, detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Title: "Bad request", Detail: detail, Parameter: parameter}
}

// Links are the links of a list at this path with count objects in all: self always, and those to
// other pages when there is more than one.
func (q *Query) Links(path string, count int) []Link {
	links := []Link{{"self", withQuery(path, q.managed)}}
	if q.Page.Size == 0 || count <= q.Page.Size {
		return links
	}
	at := func(number int) string {
		values := url.Values{}
		for name, v := range q.managed {
			values[name] = v
		}
		values.Set("page[number]", strconv.Itoa(number))
		return withQuery(path, values)
	}
	last := (count + q.Page.Size - 1) / q.Page.Size
	links = append(links, Link{"first", at(1)}, Link{"last", at(last)})
	if q.Page.Number > 1 {
		links = append(links, Link{"prev", at(q.Page.Number - 1)})
	}
	if q.Page.Number < last {
		links = append(links, Link{"next", at(q.Page.Number + 1)})
	}
	return links
}

func withQuery(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}
