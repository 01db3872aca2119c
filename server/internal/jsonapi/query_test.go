package jsonapi_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

func TestParseQuery(t *testing.T) {
	t.Parallel()
	q, err := jsonapi.ParseQuery("page[size]=5&page%5Bnumber%5D=2&sort=-starts_at,event-topic.name&include=event_topic.events,owner" +
		"&fields[event]=name,starts_at&get_trashed=true&permanent=true&other=1")
	require.NoError(t, err)
	assert.Equal(t, jsonapi.Page{Number: 2, Size: 5}, q.Page)
	assert.Equal(t, []jsonapi.SortKey{
		{Path: []string{"starts-at"}, Descending: true},
		{Path: []string{"event-topic", "name"}},
	}, q.Sort)
	assert.Equal(t, [][]string{{"event-topic", "events"}, {"owner"}}, q.Include)
	assert.Equal(t, map[string][]string{"event": {"name", "starts-at"}}, q.Fields, "both spellings, in a list too")
	assert.True(t, q.Trashed)
	assert.True(t, q.Permanent)
}

func TestParseQueryDefaults(t *testing.T) {
	t.Parallel()
	q, err := jsonapi.ParseQuery("page[number]=0&fields[event]=")
	require.NoError(t, err)
	assert.Equal(t, jsonapi.Page{Number: 1, Size: jsonapi.DefaultPageSize}, q.Page)
	assert.Equal(t, map[string][]string{"event": {}}, q.Fields, "an empty list wants no fields")
	assert.Empty(t, q.Sort)
	assert.Empty(t, q.Filter)
}

func TestParseObjectQueryIgnoresLists(t *testing.T) {
	t.Parallel()
	q, err := jsonapi.ParseObjectQuery("page[size]=x&sort=a.b.c.d&filter={&include=owner")
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"owner"}}, q.Include)
}

func TestParseQueryErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, query, title, parameter, detail string }{
		{"page key", "page[limit]=1", "Bad request", "page", "Unknown page key: want page[size] or page[number]"},
		{"bare page", "page=1", "Bad request", "page", "Unknown page key: want page[size] or page[number]"},
		{"page size text", "page[size]=ten", "Bad request", "page[size]", "Parse error: want a number that is not negative"},
		{"page size negative", "page[size]=-1", "Bad request", "page[size]", "Parse error: want a number that is not negative"},
		{"page number huge", "page[number]=99999999999", "Bad request", "page[number]", "Parse error: want a number that is not negative"},
		{"sort depth", "sort=a.b.c", "Invalid sort querystring parameter.", "sort", "a.b.c has more than one relationship"},
		{"fields form", "fields=name", "Invalid fields querystring parameter.", "fields", "Parse error: want fields[type]"},
		{"fields open", "fields[event=name", "Invalid fields querystring parameter.", "fields", "Parse error: want fields[type]"},
		{"include depth", "include=a.b.c.d.e.f", "Invalid include querystring parameter.", "include", "a.b.c.d.e.f has more than 5 steps"},
		{"filter text", "filter=x", "Invalid filters querystring parameter.", "filters", "Parse error"},
		{"filter object", "filter={}", "Invalid filters querystring parameter.", "filters", "Parse error"},
		{"filter trailing", "filter=[]]", "Invalid filters querystring parameter.", "filters", "Parse error"},
		{"filter scalar node", "filter=[1]", "Invalid filters querystring parameter.", "filters", "Parse error"},
		{"filter no name", `filter=[{"op":"eq","val":1}]`, "Invalid filters querystring parameter.", "filters", "Can't find name of a filter"},
		{"filter no op", `filter=[{"name":"a","val":1}]`, "Invalid filters querystring parameter.", "filters", "Can't find op of a filter"},
		{"filter no value", `filter=[{"name":"a","op":"eq"}]`, "Invalid filters querystring parameter.", "filters", "Can't find value or field in a filter"},
		{"filter empty or", `filter=[{"or":[]}]`, "Invalid filters querystring parameter.", "filters", "Parse error: or wants a list of conditions"},
		{"filter bad and", `filter=[{"and":{}}]`, "Invalid filters querystring parameter.", "filters", "Parse error: and wants a list of conditions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			raw := c.query
			if name, value, ok := cut(raw); ok {
				raw = name + "=" + url.QueryEscape(value)
			}
			_, err := jsonapi.ParseQuery(raw)
			list, ok := jsonapi.AsErrors(err)
			require.True(t, ok, "%v", err)
			require.Len(t, list, 1)
			assert.Equal(t, &jsonapi.Error{Status: 400, Title: c.title, Parameter: c.parameter, Detail: c.detail}, list[0])
		})
	}
}

// cut splits a query of one parameter.
func cut(raw string) (name, value string, ok bool) {
	for i := range raw {
		if raw[i] == '=' {
			return raw[:i], raw[i+1:], true
		}
	}
	return raw, "", false
}

func TestParseFilter(t *testing.T) {
	t.Parallel()
	q, err := jsonapi.ParseQuery("filter=" + url.QueryEscape(`[
		{"name": "starts_at", "op": "in_", "val": ["a"]},
		{"or": [{"name": "event_topic__sub_name", "op": "has", "val": null}, {"not": {"name": "a", "op": "eq", "field": "b_c"}}]},
		{"name": "topic", "op": "any", "val": {"name": "x", "op": "is_", "val": true}}
	]`))
	require.NoError(t, err)
	assert.Equal(t, []jsonapi.Filter{
		{Name: "starts-at", Op: "in", Val: []any{"a"}, Has: true},
		{Or: []jsonapi.Filter{
			{Name: "event-topic", Of: "sub-name", Op: "has", Has: true},
			{Not: &jsonapi.Filter{Name: "a", Op: "eq", Field: "b-c"}},
		}},
		{Name: "topic", Op: "any", Has: true, Nested: &jsonapi.Filter{Name: "x", Op: "is", Val: true, Has: true}},
	}, q.Filter)
}

func TestFilterLimits(t *testing.T) {
	t.Parallel()
	deep := `{"name":"a","op":"eq","val":1}`
	for range 10 {
		deep = `{"not":` + deep + `}`
	}
	wide := "["
	for i := range 101 {
		if i > 0 {
			wide += ","
		}
		wide += `{"name":"a","op":"eq","val":1}`
	}
	for name, filter := range map[string]string{"deep": "[" + deep + "]", "wide": wide + "]"} {
		_, err := jsonapi.ParseQuery("filter=" + url.QueryEscape(filter))
		assert.ErrorContains(t, err, "more than 100 conditions or 8 levels", name)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, query string
		count       int
		want        []jsonapi.Link
	}{
		{"one page", "page[size]=10&x=1", 10, []jsonapi.Link{{"self", "/v1/x?page%5Bsize%5D=10"}}},
		{"nothing asked", "", 3, []jsonapi.Link{{"self", "/v1/x"}}},
		{"everything", "page[size]=0", 100, []jsonapi.Link{{"self", "/v1/x?page%5Bsize%5D=0"}}},
		{"first of two", "page[size]=2&sort=name", 3, []jsonapi.Link{
			{"self", "/v1/x?page%5Bsize%5D=2&sort=name"},
			{"first", "/v1/x?page%5Bnumber%5D=1&page%5Bsize%5D=2&sort=name"},
			{"last", "/v1/x?page%5Bnumber%5D=2&page%5Bsize%5D=2&sort=name"},
			{"next", "/v1/x?page%5Bnumber%5D=2&page%5Bsize%5D=2&sort=name"},
		}},
		{"last of two", "page[size]=2&page[number]=2", 4, []jsonapi.Link{
			{"self", "/v1/x?page%5Bnumber%5D=2&page%5Bsize%5D=2"},
			{"first", "/v1/x?page%5Bnumber%5D=1&page%5Bsize%5D=2"},
			{"last", "/v1/x?page%5Bnumber%5D=2&page%5Bsize%5D=2"},
			{"prev", "/v1/x?page%5Bnumber%5D=1&page%5Bsize%5D=2"},
		}},
		{"default size", "page[number]=1", 21, []jsonapi.Link{
			{"self", "/v1/x?page%5Bnumber%5D=1"},
			{"first", "/v1/x?page%5Bnumber%5D=1"},
			{"last", "/v1/x?page%5Bnumber%5D=2"},
			{"next", "/v1/x?page%5Bnumber%5D=2"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q, err := jsonapi.ParseQuery(c.query)
			require.NoError(t, err)
			assert.Equal(t, c.want, q.Links("/v1/x", c.count))
		})
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{
		"", "page[size]=1&page[number]=2", "sort=-a,b.c", "include=a.b,c", "fields[event]=a,b",
		`filter=[{"name":"a__b","op":"in_","val":[1,"x",null]}]`, `filter=[{"or":[{"not":{"name":"a","op":"any","val":{"name":"b","op":"eq","field":"c"}}}]}]`,
		"fields[=x", "%zz", "filter=%5B%5D",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := jsonapi.ParseQuery(raw)
		if err != nil {
			_, ok := jsonapi.AsErrors(err)
			require.True(t, ok, "an error without a document: %v", err)
			return
		}
		for _, l := range q.Links("/v1/x", 1000) {
			_, err := url.Parse(l.Href)
			require.NoError(t, err)
		}
	})
}
