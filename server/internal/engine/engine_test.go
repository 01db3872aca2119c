package engine_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

func TestNewPanics(t *testing.T) {
	t.Parallel()
	attribute := func(names ...string) (list []engine.Attribute) {
		for _, n := range names {
			list = append(list, engine.Attribute{Name: n})
		}
		return list
	}
	one := func(rel engine.Relationship) engine.Resource {
		return engine.Resource{Type: "x", Table: "x", Relationships: []engine.Relationship{rel}}
	}
	for _, c := range []struct {
		name string
		list []engine.Resource
		want string
	}{
		{"type twice", []engine.Resource{{Type: "x", Table: "x"}, {Type: "x", Table: "y"}}, `engine: type "x" is declared twice: remove one`},
		{"field twice", []engine.Resource{{Type: "x", Table: "x", Attributes: attribute("a", "a")}}, `engine: x has two fields "a": rename one`},
		{"reserved field", []engine.Resource{{Type: "x", Table: "x", Attributes: attribute("id")}}, `engine: x has two fields "id": rename one`},
		{"odd table", []engine.Resource{{Type: "x", Table: "x; DROP"}}, `engine: x has a table "x; DROP": use lower case letters, digits and underscores`},
		{"odd column", []engine.Resource{{Type: "x", Table: "x", Attributes: attribute("a b")}}, `engine: x has a column "a b": use lower case letters, digits and underscores`},
		{"two ways", []engine.Resource{one(engine.Relationship{Name: "r", Type: "x", Column: "a", Reverse: "b"})}, "engine: x.r has more than one of Column, Reverse and Join: keep one"},
		{"many by column", []engine.Resource{one(engine.Relationship{Name: "r", Type: "x", Many: true, Column: "a"})}, "engine: x.r leads to many through a column of this table: use Reverse or Join"},
		{"written join", []engine.Resource{one(engine.Relationship{Name: "r", Type: "x", Many: true, Join: &engine.Join{Table: "j", Here: "a", There: "b", Where: "true"}})}, "engine: x.r cannot be written through its join: set ReadOnly"},
		{"written reverse", []engine.Resource{one(engine.Relationship{Name: "r", Type: "x", Reverse: "a"})}, "engine: x.r is written on the other side: set ReadOnly"},
		{"required links", []engine.Resource{one(engine.Relationship{Name: "r", Type: "y", Column: "y_id", Required: true})}, `engine: x.r is required and leads nowhere: declare "y"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.PanicsWithValue(t, c.want, func() { engine.New(c.list...) })
		})
	}
}

// shelved fills two shelves with five books.
func shelved(t *testing.T) *fixture {
	t.Helper()
	f := setup(t)
	f.exec(`INSERT INTO shelves (name, code) VALUES ('Low', 'aa'), ('High', '1'), ('Empty', '99');
		INSERT INTO books (title, pages, price, lent, printed, extra, secret, reader_id, shelf_id) VALUES
			('Ants', 100, 1.5, true, '2001-01-01Z', '{"a": 1}', 'one', 7, 1), ('Bees', 200, 2.5, false, '2002-01-01Z', NULL, 'two', 8, 1),
			('Cats', 300, NULL, NULL, NULL, NULL, NULL, NULL, 2), ('100% Dogs', 400, 4, true, '2004-01-01Z', NULL, NULL, NULL, NULL);
		INSERT INTO books (title, shelf_id, deleted_at) VALUES ('Eels', 1, '2020-01-01Z');
		INSERT INTO tags (word) VALUES ('six legs'), ('animal'); INSERT INTO books_tags VALUES (1, 1), (1, 2), (2, 1), (5, 1);
		INSERT INTO covers (color, book_id) VALUES ('red', 1);
		INSERT INTO notes (text, reader_id, book_id) VALUES ('mine', 7, 1), ('yours', 8, 1), ('other', 7, 2)`)
	return f
}

func TestFilters(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	for _, c := range []struct{ name, filter, want string }{
		{"nothing", `[]`, "1 2 3 4"},
		{"eq", `[{"name":"title","op":"eq","val":"Ants"}]`, "1"},
		{"eq id", `[{"name":"id","op":"eq","val":"2"}]`, "2"},
		{"ne skips null", `[{"name":"price","op":"ne","val":1.5}]`, "2 4"},
		{"not takes null", `[{"not":{"name":"price","op":"eq","val":1.5}}]`, "2 3 4"},
		{"eq null", `[{"name":"price","op":"eq","val":null}]`, "3"},
		{"ne null", `[{"name":"price","op":"ne","val":null}]`, "1 2 4"},
		{"is null", `[{"name":"lent","op":"is_","val":null}]`, "3"},
		{"is not null", `[{"name":"extra","op":"isnot","val":null}]`, "1"},
		{"is true", `[{"name":"lent","op":"is_","val":true}]`, "1 4"},
		{"eq bool as text", `[{"name":"lent","op":"eq","val":"false"}]`, "2"},
		{"gt", `[{"name":"pages","op":"gt","val":"200"}]`, "3 4"},
		{"ge and le", `[{"name":"pages","op":"ge","val":200},{"name":"pages","op":"le","val":300}]`, "2 3"},
		{"lt time", `[{"name":"printed","op":"lt","val":"2002-01-01"}]`, "1"},
		{"in", `[{"name":"title","op":"in_","val":["Ants","Cats","x"]}]`, "1 3"},
		{"in nothing", `[{"name":"title","op":"in_","val":[]}]`, ""},
		{"notin", `[{"name":"pages","op":"notin_","val":[100,"200"]}]`, "3 4"},
		{"between", `[{"name":"pages","op":"between","val":[150,350]}]`, "2 3"},
		{"like", `[{"name":"title","op":"like","val":"%ts"}]`, "1 3"},
		{"notlike", `[{"name":"title","op":"notlike","val":"%ts"}]`, "2 4"},
		{"ilike", `[{"name":"title","op":"ilike","val":"b%"}]`, "2"},
		{"notilike", `[{"name":"title","op":"notilike","val":"%A%"}]`, "2 4"},
		{"contains escapes", `[{"name":"title","op":"contains","val":"0% "}]`, "4"},
		{"startswith", `[{"name":"title","op":"startswith","val":"C"}]`, "3"},
		{"endswith", `[{"name":"title","op":"endswith","val":"s"}]`, "1 2 3 4"},
		{"match", `[{"name":"title","op":"match","val":"dogs"}]`, "4"},
		{"field", `[{"name":"title","op":"eq","field":"loud"}]`, ""},
		{"computed", `[{"name":"loud","op":"eq","val":"BEES"}]`, "2"},
		{"or", `[{"or":[{"name":"title","op":"eq","val":"Ants"},{"name":"title","op":"eq","val":"Bees"}]}]`, "1 2"},
		{"and in or", `[{"or":[{"and":[{"name":"pages","op":"gt","val":1},{"name":"title","op":"eq","val":"Cats"}]}]}]`, "3"},
		{"has", `[{"name":"shelf","op":"has","val":{"name":"name","op":"eq","val":"Low"}}]`, "1 2"},
		{"has by name", `[{"name":"shelf__name","op":"has","val":"High"}]`, "3"},
		{"operator by name", `[{"name":"shelf__name","op":"ilike","val":"l%"}]`, "1 2"},
		{"any through a join", `[{"name":"tags","op":"any","val":{"name":"word","op":"eq","val":"animal"}}]`, "1"},
		{"has through the other side", `[{"name":"cover__color","op":"has","val":"red"}]`, "1"},
		{"any in any", `[{"name":"tags","op":"any","val":{"name":"books","op":"any","val":{"name":"title","op":"eq","val":"Bees"}}}]`, "1 2"},
		{"any of nothing hides deleted", `[{"name":"tags","op":"any","val":{"name":"books__title","op":"any","val":"Eels"}}]`, ""},
		{"underscores", `[{"name":"shelf__name","op":"has","val":"High"}]`, "3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.TB = t
			assert.Equal(t, c.want, ids(f.get("/v1/books", "", "filter="+url.QueryEscape(c.filter))))
		})
	}
}

func TestFilterErrors(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	for _, c := range []struct{ name, filter, want string }{
		{"unknown", `[{"name":"x","op":"eq","val":1}]`, "BookSchema has no attribute x"},
		{"unknown field", `[{"name":"title","op":"eq","field":"x"}]`, "BookSchema has no attribute x"},
		{"unknown operator", `[{"name":"title","op":"sounds","val":"x"}]`, "title has no operator sounds"},
		{"dunder operator", `[{"name":"title","op":"__class__","val":"x"}]`, "title has no operator __class_"},
		{"text operator on a number", `[{"name":"pages","op":"like","val":"1%"}]`, "pages has no operator like"},
		{"has on an attribute", `[{"name":"title","op":"has","val":"x"}]`, "title has no operator has"},
		{"path on an attribute", `[{"name":"title__x","op":"eq","val":"x"}]`, "title has no operator eq"},
		{"eq on a relationship", `[{"name":"shelf","op":"eq","val":1}]`, "shelf is a relationship: use any or has with a condition, or shelf__attribute"},
		{"condition on eq", `[{"name":"shelf","op":"eq","val":{"name":"name","op":"eq","val":"x"}}]`, "shelf has no operator eq"},
		{"unknown attribute of a relationship", `[{"name":"shelf__x","op":"has","val":"y"}]`, "ShelfSchema has no attribute x"},
		{"not a number", `[{"name":"pages","op":"eq","val":"many"}]`, "pages: Not a valid integer."},
		{"not a time", `[{"name":"printed","op":"eq","val":"then"}]`, "printed: Not a valid datetime."},
		{"null compared", `[{"name":"pages","op":"gt","val":null}]`, "pages: gt cannot compare with null: use is_ or isnot"},
		{"list without a list", `[{"name":"pages","op":"in_","val":1}]`, "pages: in wants a list of values: two for between, at most 1000"},
		{"between one", `[{"name":"pages","op":"between","val":[1]}]`, "pages: between wants a list of values: two for between, at most 1000"},
		{"is a number", `[{"name":"pages","op":"is_","val":1}]`, "pages: is wants null, or true or false for a boolean"},
		{"like a number", `[{"name":"title","op":"like","val":1}]`, "title: like wants text"},
		{"kinds differ", `[{"name":"title","op":"eq","field":"pages"}]`, "title and pages cannot be compared"},
		{"JSON", `[{"name":"extra","op":"eq","val":"{}"}]`, "extra has no operator eq"},
		{"NUL", `[{"name":"title","op":"eq","val":"\u0000"}]`, "title: Not a valid string."},
		{"NUL searched", `[{"name":"title","op":"contains","val":"\u0000"}]`, "title: contains wants text"},
		{"links only", `[{"name":"lamps__x","op":"any","val":1}]`, "ShelfSchema has no attribute lamps"},
		{"half an escape", `[{"name":"title","op":"like","val":"%\\"}]`, "title: like wants a pattern that does not end in a backslash: two stand for one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.TB = t
			pattern := "/v1/books"
			if c.name == "links only" {
				pattern = "/v1/shelves"
			}
			_, err := f.do("GET", pattern, "", "filter="+url.QueryEscape(c.filter), "")
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Contains(t, err.Error(), "400 ")
		})
	}
}

func TestSorts(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	for _, c := range []struct{ name, sort, want string }{
		{"by id", "-id", "4 3 2 1"},
		{"by attribute", "title", "4 1 2 3"},
		{"descending", "-pages", "4 3 2 1"},
		{"nulls last", "price", "1 2 4 3"},
		{"by relationship", "shelf.name,-title", "3 2 1 4"},
		{"through the other side", "cover.color,-id", "1 4 3 2"},
		{"computed", "-loud", "3 2 1 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.TB = t
			assert.Equal(t, c.want, ids(f.get("/v1/books", "", "sort="+c.sort)))
		})
	}
	for sort, want := range map[string]string{
		"x":           "BookSchema has no attribute x",
		"shelf":       "You can't sort on shelf because it is a relationship field",
		"x.name":      "BookSchema has no attribute x",
		"shelf.x":     "ShelfSchema has no attribute x",
		"tags.word":   "You can't sort on tags because it leads to many objects",
		"extra":       "You can't sort on extra because it has no order",
		"shelf.books": "You can't sort on books because it is a relationship field",
	} {
		_, err := f.do("GET", "/v1/books", "", "sort="+sort, "")
		assert.EqualError(t, err, "400 Invalid sort querystring parameter.: "+want)
	}
}

func TestHiddenAttributesTellNothing(t *testing.T) {
	t.Parallel()
	f := shelved(t).as(&policy.Actor{ID: 7})
	list := f.get("/v1/books", "", "fields[book]=secret")["data"].([]any)
	assert.Equal(t, map[string]any{"secret": "one"}, list[0].(map[string]any)["attributes"])
	assert.NotContains(t, list[1].(map[string]any), "attributes", "of another reader's book")
	for _, filter := range []string{
		`[{"name":"secret","op":"like","val":"%o%"}]`,
		`[{"not":{"name":"secret","op":"is_","val":null}}]`,
	} {
		assert.Equal(t, "1", ids(f.get("/v1/books", "", "filter="+url.QueryEscape(filter))), "%s", filter)
	}
	assert.Equal(t, "1 2 3 4", ids(f.get("/v1/books", "", "sort=secret")), "the rest by id")
	anonymous := f.as(nil)
	assert.Empty(t, ids(anonymous.get("/v1/books", "", "filter="+url.QueryEscape(filterSecret))))
	assert.Equal(t, "1 2 3 4", ids(anonymous.get("/v1/books", "", "sort=-secret")))
}

const filterSecret = `[{"name":"secret","op":"eq","val":"one"}]`

func TestIncludes(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	document := f.get("/v1/books", "", "include=shelf.books,cover,tags&fields[book]=title,shelf,tags,cover&fields[shelf]=name&fields[tag]=word&fields[cover]=color")
	var got []string
	for _, o := range document["included"].([]any) {
		object := o.(map[string]any)
		got = append(got, object["type"].(string)+" "+object["id"].(string))
	}
	assert.Equal(t, []string{"shelf 1", "shelf 2", "cover 1", "tag 1", "tag 2"}, got, "each once, and nothing that is in data")
	relationships := func(i int) map[string]any {
		return document["data"].([]any)[i].(map[string]any)["relationships"].(map[string]any)
	}
	data := func(i int, name string) any { return relationships(i)[name].(map[string]any)["data"] }
	assert.Equal(t, map[string]any{"type": "shelf", "id": "1"}, data(0, "shelf"))
	assert.Equal(t, []any{map[string]any{"type": "tag", "id": "1"}, map[string]any{"type": "tag", "id": "2"}}, data(0, "tags"))
	assert.Equal(t, []any{}, data(2, "tags"))
	assert.Nil(t, data(1, "cover"))
	assert.Nil(t, data(3, "shelf"))
	assert.NotContains(t, relationships(0), "notes", "left out by the fieldset")
}

func TestIncludeHidesRows(t *testing.T) {
	t.Parallel()
	f := shelved(t).as(&policy.Actor{ID: 7})
	document := f.get("/v1/books/{id}", "1", "include=notes,tags.books")
	got := map[string]int{}
	for _, o := range document["included"].([]any) {
		object := o.(map[string]any)
		got[object["type"].(string)+" "+object["id"].(string)]++
	}
	assert.Equal(t, map[string]int{"note 1": 1, "tag 1": 1, "tag 2": 1, "book 2": 1}, got,
		"not the note of another reader, not the deleted book")
	notes := document["data"].(map[string]any)["relationships"].(map[string]any)["notes"].(map[string]any)["data"]
	assert.Len(t, notes, 1, "no linkage to what is hidden")
}

func TestHiddenRowsTellNothing(t *testing.T) {
	t.Parallel()
	f := shelved(t).as(&policy.Actor{ID: 7})
	for text, want := range map[string]string{"mine": "1", "yours": "", "other": "2"} {
		filter := url.QueryEscape(`[{"name":"notes__text","op":"any","val":"` + text + `"}]`)
		assert.Equal(t, want, ids(f.get("/v1/books", "", "filter="+filter)), "books with a note %q", text)
	}
	assert.Equal(t, "1", ids(f.get("/v1/books/{id}/relationships/notes", "1", "")))
}

func TestIncludeErrors(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	for include, want := range map[string]string{
		"x":           "BookSchema has no attribute x",
		"title":       "title is not a relationship attribute of BookSchema",
		"shelf.x":     "ShelfSchema has no attribute x",
		"shelf.lamps": "the objects of lamps cannot be included",
	} {
		_, err := f.do("GET", "/v1/books", "", "include="+include, "")
		assert.EqualError(t, err, "400 Invalid include querystring parameter.: "+want)
	}
	for fields, want := range map[string]string{
		"fields[book]=x": "BookSchema has no attribute x",
		"fields[x]=a":    "there is no type x",
	} {
		_, err := f.do("GET", "/v1/books", "", fields, "")
		assert.EqualError(t, err, "400 Invalid fields querystring parameter.: "+want)
	}
}

func TestKeyOfDigits(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	name := func(key string) any {
		return f.get("/v1/shelves/{id}", key, "")["data"].(map[string]any)["attributes"].(map[string]any)["name"]
	}
	assert.Equal(t, "Low", name("aa"))
	assert.Equal(t, "Low", name("1"), "an id goes before the key 1 of another row")
	assert.Equal(t, "Empty", name("99"))
	for _, missing := range []string{"98", "zz", "a\x00", "\xff", "-1", "+1", "1.0", "99999999999999999999"} {
		_, err := f.do("GET", "/v1/shelves/{id}", missing, "", "")
		assert.EqualError(t, err, "404 Object not found: Object Not Found", "%q", missing)
	}
}
