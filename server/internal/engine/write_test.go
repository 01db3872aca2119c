package engine_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

func attributesOf(document map[string]any) map[string]any {
	data, _ := document["data"].(map[string]any)
	attributes, _ := data["attributes"].(map[string]any)
	return attributes
}

func TestCreate(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	response, err := f.do("POST", "/v1/books", "", "", `{"data": {"type": "book", "id": "77",
		"attributes": {"title": "Fish", "pages": "12", "price": "1.25", "lent": "true", "printed": "2020-02-02T01:00:00+01:00", "extra": {"b": [1]}, "loud": "x", "unknown": 1},
		"relationships": {"shelf": {"data": {"type": "shelf", "id": "2"}}, "tags": {"data": [{"type": "tag", "id": "2"}]}, "cover": {"data": {"type": "cover", "id": "1"}}}}}`)
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, response.Status)
	assert.Equal(t, "/v1/books/6", response.Location)
	document := decode(t, response)
	assert.Equal(t, map[string]any{
		"deleted-at": nil, "title": "Fish", "pages": 12.0, "price": 1.25, "lent": true, "printed": "2020-02-02T00:00:00+00:00",
		"extra": map[string]any{"b": []any{1.0}}, "secret": nil, "loud": "FISH",
	}, attributesOf(document))
	assert.Equal(t, map[string]any{"self": "/v1/books/6"}, document["links"])
	assert.Equal(t, "2", ids(f.get("/v1/books/{id}/tags", "6", "")))
	assert.Equal(t, "High", attributesOf(f.get("/v1/books/{id}/shelf", "6", ""))["name"])
	_, err = f.do("GET", "/v1/books/{id}/cover", "6", "", "")
	assert.EqualError(t, err, "404 Object not found: Object Not Found", "read-only: not taken from the request")
}

func TestCreateErrors(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	book := func(rest string) string { return `{"data": {"type": "book", ` + rest + `}}` }
	title := `"attributes": {"title": "New"}, `
	for _, c := range []struct {
		name, body string
		want       []jsonapi.Error
	}{
		{
			"several", book(`"attributes": {"pages": "x", "price": [], "lent": null}, "relationships": {"tags": {"data": null}}`),
			[]jsonapi.Error{
				{Status: 422, Title: "Validation error", Pointer: "/data/attributes/title", Detail: "Missing data for required field."},
				{Status: 422, Title: "Validation error", Pointer: "/data/attributes/pages", Detail: "Not a valid integer."},
				{Status: 422, Title: "Validation error", Pointer: "/data/attributes/price", Detail: "Not a valid number."},
				{Status: 422, Title: "Validation error", Pointer: "/data/attributes/lent", Detail: "Field may not be null."},
			},
		},
		{
			"linkage of another kind", book(title + `"relationships": {"shelf": {"data": []}, "tags": {"data": {"type": "tag", "id": "1"}}}`),
			[]jsonapi.Error{
				{Status: 422, Title: "Validation error", Pointer: "/data/relationships/shelf", Detail: "Relationship is not list-like"},
				{Status: 422, Title: "Validation error", Pointer: "/data/relationships/tags", Detail: "Relationship is list-like"},
			},
		},
		{
			"linkage of another type", book(title + `"relationships": {"shelf": {"data": {"type": "tag", "id": "1"}}}`),
			[]jsonapi.Error{{Status: 422, Title: "Validation error", Pointer: "/data/relationships/shelf", Detail: "Invalid `type` specified: want \"shelf\""}},
		},
		{
			"missing shelf", book(title + `"relationships": {"shelf": {"data": {"type": "shelf", "id": "9"}}}`),
			[]jsonapi.Error{{Status: 404, Title: "Related object not found", Pointer: "/data/relationships/shelf", Detail: "Shelf.id: 9 not found"}},
		},
		{
			"shelf that can be none", book(title + `"relationships": {"shelf": {"data": {"type": "shelf", "id": "x"}}}`),
			[]jsonapi.Error{{Status: 404, Title: "Related object not found", Pointer: "/data/relationships/shelf", Detail: "Shelf.id: x not found"}},
		},
		{
			"missing tag", book(title + `"relationships": {"tags": {"data": [{"type": "tag", "id": "1"}, {"type": "tag", "id": "9"}]}}`),
			[]jsonapi.Error{{Status: 404, Title: "Related object not found", Pointer: "/data", Detail: "Tag.id: 9 not found"}},
		},
		{
			"taken", book(`"attributes": {"title": "Ants"}`),
			[]jsonapi.Error{{Status: 409, Title: "Conflict", Pointer: "/data/attributes/title", Detail: "taken"}},
		},
		{
			"out of range", book(`"attributes": {"title": "New", "pages": 3000000000}`),
			[]jsonapi.Error{{Status: 422, Title: "Validation error", Pointer: "/data", Detail: "A value is out of range or too long."}},
		},
		{
			"NUL inside JSON", book(`"attributes": {"title": "New", "extra": {"a": "\u0000"}}`),
			[]jsonapi.Error{{Status: 422, Title: "Validation error", Pointer: "/data", Detail: "A value is out of range or too long."}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.TB = t
			_, err := f.do("POST", "/v1/books", "", "", c.body)
			list, ok := jsonapi.AsErrors(err)
			require.True(t, ok, "%v", err)
			var got []jsonapi.Error
			for _, e := range list {
				got = append(got, *e)
			}
			assert.Equal(t, c.want, got)
		})
	}
	assert.Equal(t, "1 2 3 4", ids(f.get("/v1/books", "", "")), "nothing is left of them")
	_, err := f.do("POST", "/v1/notes", "", "", `{"data": {"type": "note"}}`)
	assert.EqualError(t, err, "422 Unprocessable Entity: A valid relationship with book resource is required")
	_, err = f.do("POST", "/v1/notes", "", "", `{"data": {"type": "note", "relationships": {"book": {"data": null}}}}`)
	assert.EqualError(t, err, "422 Validation error: Field may not be null.")
	_, err = f.do("POST", "/v1/shelves", "", "", `{"data": {"type": "shelf", "attributes": {"name": "x", "code": "aa"}}}`)
	assert.EqualError(t, err, "409 Conflict: Another object has the same values already")
	_, err = f.do("POST", "/v1/shelves", "", "", `{"data": {"type": "shelf", "attributes": {"name": "x"}, "relationships": {"lamps": {"data": [{"type": "lamp", "id": "1"}]}}}}`)
	assert.EqualError(t, err, "404 Related object not found: Lamp.id: 1 not found")
}

func TestCreateThroughParent(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	_, err := f.do("POST", "/v1/shelves/{id}/books", "aa", "", `{"data": {"type": "book", "attributes": {"title": "Fish"},
		"relationships": {"shelf": {"data": {"type": "shelf", "id": "2"}}}}}`)
	require.NoError(t, err)
	assert.Equal(t, "1 2 6", ids(f.get("/v1/shelves/{id}/books", "1", "")), "the URL counts")
	_, err = f.do("POST", "/v1/shelves/{id}/books", "zz", "", `{"data": {"type": "book", "attributes": {"title": "Goat"}}}`)
	list, _ := jsonapi.AsErrors(err)
	require.Len(t, list, 1)
	assert.Equal(t, &jsonapi.Error{Status: 404, Title: "Object not found", Parameter: "shelf_code", Detail: "Shelf: zz not found"}, list[0])
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	response, err := f.do("PATCH", "/v1/books/{id}", "1", "fields[book]=title,pages,lent", `{"data": {"type": "book", "id": 1,
		"attributes": {"pages": null, "lent": 0}, "relationships": {"shelf": {"data": null}, "tags": {"data": [{"type": "tag", "id": "2"}]}}}}`)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"title": "Ants", "pages": nil, "lent": false}, attributesOf(decode(t, response)))
	assert.Equal(t, "2", ids(f.get("/v1/books/{id}/tags", "1", "")))
	assert.Equal(t, "2", ids(f.get("/v1/shelves/{id}/books", "1", "")))
	for name, c := range map[string]struct{ body, want string }{
		"no id":      {`{"data": {"type": "book"}}`, `400 Bad request: Missing id in "data" node`},
		"another id": {`{"data": {"type": "book", "id": "2"}}`, "400 Bad request: Value of id does not match the resource identifier in url"},
		"invalid":    {`{"data": {"type": "book", "attributes": {"title": null}}}`, "422 Validation error: Field may not be null."},
		"other type": {`{"data": {"type": "books", "id": "1"}}`, `409 Incorrect type: Invalid type. Expected "book".`},
		"taken":      {`{"data": {"type": "book", "id": "1", "attributes": {"title": "Bees"}}}`, "409 Conflict: taken"},
	} {
		_, err := f.do("PATCH", "/v1/books/{id}", "1", "", c.body)
		assert.EqualError(t, err, c.want, name)
	}
	_, err = f.do("PATCH", "/v1/books/{id}", "5", "", `{"data": {"type": "book", "id": "5", "attributes": {"title": "x"}}}`)
	assert.EqualError(t, err, "404 Object not found: Object Not Found", "a deleted one can be restored and nothing else")
}

func TestTrash(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	_, err := f.do("DELETE", "/v1/books/{id}", "1", "", "")
	require.NoError(t, err)
	assert.Equal(t, "2 3 4", ids(f.get("/v1/books", "", "")))
	assert.Equal(t, "1 2 3 4 5", ids(f.get("/v1/books", "", "get_trashed=true")))
	assert.Equal(t, "2 3 4", ids(f.as(nil).get("/v1/books", "", "get_trashed=true")), "for those who may delete only")
	assert.Equal(t, "2030-01-01T00:00:00+00:00", attributesOf(f.get("/v1/books/{id}", "1", "get_trashed=true"))["deleted-at"])
	_, err = f.do("DELETE", "/v1/books/{id}", "1", "", "")
	require.EqualError(t, err, "404 Object not found: Object Not Found", "deleted twice")
	_, err = f.as(&policy.Actor{ID: 7}).do("PATCH", "/v1/books/{id}", "1", "", `{"data": {"type": "book", "id": "1", "attributes": {"deleted-at": null}}}`)
	require.EqualError(t, err, "403 Access Forbidden: Admin access is required")
	_, err = f.do("PATCH", "/v1/books/{id}", "1", "", `{"data": {"type": "book", "id": "1", "attributes": {"deleted_at": null}}}`)
	require.NoError(t, err)
	assert.Equal(t, "1 2 3 4", ids(f.get("/v1/books", "", "")))
	_, err = f.as(&policy.Actor{ID: 2, Admin: true}).do("PATCH", "/v1/books/{id}", "2", "", `{"data": {"type": "book", "id": "2", "attributes": {"deleted-at": "2029-01-01"}}}`)
	require.EqualError(t, err, "403 Access Forbidden: Super admin access is required", "who may change it may not delete it by changing it")
	_, err = f.do("PATCH", "/v1/books/{id}", "2", "", `{"data": {"type": "book", "id": "2", "attributes": {"deleted-at": "2029-01-01"}}}`)
	require.NoError(t, err)
	assert.Equal(t, "1 3 4", ids(f.get("/v1/books", "", "")))

	_, err = f.do("DELETE", "/v1/books/{id}", "1", "permanent=true", "")
	require.EqualError(t, err, "409 Conflict: The object is related to others that are in the way", "its cover")
	_, err = f.do("DELETE", "/v1/books/{id}", "5", "permanent=true&get_trashed=true", "")
	require.NoError(t, err)
	assert.Equal(t, "1 2 3 4", ids(f.get("/v1/books", "", "get_trashed=true")))
	_, err = f.do("DELETE", "/v1/tags/{id}", "2", "", "")
	require.NoError(t, err, "without soft deletion")
	assert.Equal(t, "1", ids(f.get("/v1/tags", "", "get_trashed=true")))
}

func TestRowPolicy(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	reader, other := f.as(&policy.Actor{ID: 7}), f.as(&policy.Actor{ID: 8})
	assert.Equal(t, "1 3", ids(reader.get("/v1/notes", "", "")), "a list is filtered")
	assert.Equal(t, "1", ids(reader.get("/v1/books/{id}/notes", "1", "")))
	_, err := other.do("GET", "/v1/notes/{id}", "1", "", "")
	require.EqualError(t, err, "404 Object not found: Object Not Found")
	_, err = other.do("DELETE", "/v1/notes/{id}", "1", "", "")
	require.EqualError(t, err, "404 Object not found: Object Not Found", "what is hidden cannot be forbidden")
	_, err = f.as(nil).do("GET", "/v1/notes", "", "", "")
	require.EqualError(t, err, "Missing Authorization Header")
	_, err = f.as(nil).do("POST", "/v1/notes", "", "", `nonsense`)
	require.EqualError(t, err, "Missing Authorization Header", "before the body is looked at")
	_, err = reader.do("POST", "/v1/notes", "", "", `{"data": {"type": "note", "relationships": {"book": {"data": {"type": "book", "id": "3"}}}}}`)
	require.NoError(t, err)
	assert.Equal(t, "1 3 4", ids(reader.get("/v1/notes", "", "")))
	_, err = reader.do("DELETE", "/v1/notes/{id}", "4", "", "")
	require.NoError(t, err)
}

func TestPolicyOfWhatWillBe(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.exec("INSERT INTO readers (id, name) VALUES (7, 'Ann'), (8, 'Bob')")
	ann, bob := f.as(&policy.Actor{ID: 7}), f.as(&policy.Actor{ID: 8})
	loan := func(id, reader string) string {
		return `{"data": {"type": "loan", "id": "` + id + `", "relationships": {"reader": {"data": {"type": "reader", "id": "` + reader + `"}}}}}`
	}
	_, err := bob.do("POST", "/v1/loans", "", "", loan("", "7"))
	require.EqualError(t, err, "403 Access Forbidden: Access Forbidden", "a loan for somebody else")
	response, err := ann.do("POST", "/v1/loans", "", "", loan("", "7"))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"due": "2030-01-01T00:00:00+00:00"}, attributesOf(decode(t, response)))
	id := decode(t, response)["data"].(map[string]any)["id"].(string)

	_, err = ann.do("PATCH", "/v1/loans/{id}", id, "", loan(id, "8"))
	require.EqualError(t, err, "403 Access Forbidden: Access Forbidden", "pushed off to somebody else")
	_, err = bob.do("POST", "/v1/readers/{id}/relationships/loans", "8", "", `{"data": [{"type": "loan", "id": "`+id+`"}]}`)
	require.EqualError(t, err, "403 Access Forbidden: Access Forbidden", "taken from somebody else")
	_, err = f.do("PATCH", "/v1/loans/{id}", id, "", loan(id, "8"))
	require.NoError(t, err, "staff may")
	assert.Equal(t, id, ids(f.get("/v1/readers/{id}/loans", "8", "")))

	f.exec("INSERT INTO books (title, reader_id) VALUES ('Ants', 8)")
	for _, method := range []string{"POST", "PATCH", "DELETE"} {
		_, err = bob.do(method, "/v1/readers/{id}/relationships/books", "8", "", `{"data": [{"type": "book", "id": "1"}]}`)
		require.EqualError(t, err, "403 Access Forbidden: Admin access is required", method)
	}

	f.exec("INSERT INTO notes (id, reader_id, book_id) VALUES (1, 7, 1)")
	_, err = bob.do("POST", "/v1/readers/{id}/relationships/notes", "8", "", `{"data": [{"type": "note", "id": "1"}]}`)
	require.EqualError(t, err, "404 Related object not found: Note.id: 1 not found", "what is hidden cannot be taken")

	patch := func(name string) string {
		return `{"data": {"type": "reader", "id": "8", "attributes": {"name": "` + name + `"}}}`
	}
	_, err = bob.do("PATCH", "/v1/readers/{id}", "8", "", patch("Rob"))
	require.EqualError(t, err, "403 Access Forbidden: Admin access is required to update this information.")
	_, err = bob.do("PATCH", "/v1/readers/{id}", "8", "", patch("Bob"))
	require.NoError(t, err, "what stays the same is no change")
	_, err = f.do("PATCH", "/v1/readers/{id}", "8", "", patch("Rob"))
	require.NoError(t, err)
	_, err = f.do("DELETE", "/v1/readers/{id}", "8", "", "")
	require.EqualError(t, err, "403 Access Forbidden: Access Forbidden", "what no rule grants is granted to nobody")
}

func TestLinkage(t *testing.T) {
	t.Parallel()
	const books, tags, shelf, cover = "/v1/shelves/{id}/relationships/books", "/v1/books/{id}/relationships/tags", "/v1/books/{id}/relationships/shelf", "/v1/books/{id}/relationships/cover"
	f := shelved(t)
	assert.Equal(t, map[string]any{
		"data":    []any{map[string]any{"type": "book", "id": "1"}, map[string]any{"type": "book", "id": "2"}},
		"links":   map[string]any{"self": "/v1/shelves/1/relationships/books", "related": "/v1/shelves/1/books"},
		"jsonapi": map[string]any{"version": "1.0"},
	}, f.get(books, "aa", ""))
	assert.Equal(t, map[string]any{"type": "cover", "id": "1"}, f.get(cover, "1", "")["data"])
	assert.Nil(t, f.get(shelf, "4", "")["data"])

	for _, step := range []struct {
		method, pattern, id, data string
		status                    int
		get, want                 string
	}{
		{"POST", books, "1", `[{"type":"book","id":"3"},{"type":"book","id":"3"},{"type":"book","id":"1"}]`, 200, books, "1 2 3"},
		{"POST", books, "1", `[{"type":"book","id":"3"}]`, 204, books, "1 2 3"},
		{"DELETE", books, "1", `[{"type":"book","id":"2"}]`, 200, books, "1 3"},
		{"DELETE", books, "1", `[{"type":"book","id":"2"}]`, 204, books, "1 3"},
		{"PATCH", books, "1", `[{"type":"book","id":"1"},{"type":"book","id":"4"}]`, 200, books, "1 4"},
		{"PATCH", books, "1", `[{"type":"book","id":"4"},{"type":"book","id":"1"}]`, 204, books, "1 4"},
		{"PATCH", books, "1", `[]`, 200, books, ""},
		{"POST", tags, "3", `[{"type":"tag","id":"1"}]`, 200, tags, "1"},
		{"POST", tags, "3", `[{"type":"tag","id":"1"}]`, 204, tags, "1"},
		{"PATCH", tags, "3", `[{"type":"tag","id":"2"}]`, 200, tags, "2"},
		{"DELETE", tags, "3", `[{"type":"tag","id":"1"}]`, 204, tags, "2"},
		{"DELETE", tags, "3", `[{"type":"tag","id":"2"}]`, 200, tags, ""},
	} {
		response, err := f.do(step.method, step.pattern, step.id, "", `{"data": `+step.data+`}`)
		require.NoError(t, err)
		assert.Equal(t, step.status, response.Status, "%s %s %s", step.method, step.pattern, step.data)
		assert.Equal(t, step.want, ids(f.get(step.get, step.id, "")), "%s %s %s", step.method, step.pattern, step.data)
	}
	for _, step := range []struct {
		method, data string
		status       int
		want         any
	}{
		{"PATCH", `{"type":"shelf","id":"2"}`, 200, "2"},
		{"PATCH", `{"type":"shelf","id":"2"}`, 204, "2"},
		{"DELETE", `{"type":"shelf","id":"1"}`, 204, "2"},
		{"DELETE", `{"type":"shelf","id":"2"}`, 200, nil},
		{"POST", `{"type":"shelf","id":"1"}`, 200, "1"},
		{"PATCH", `null`, 200, nil},
	} {
		response, err := f.do(step.method, shelf, "4", "", `{"data": `+step.data+`}`)
		require.NoError(t, err)
		assert.Equal(t, step.status, response.Status, "%s %s", step.method, step.data)
		identifier, _ := f.get(shelf, "4", "")["data"].(map[string]any)
		assert.Equal(t, step.want, identifier["id"], "%s %s", step.method, step.data)
	}
}

func TestLinkageErrors(t *testing.T) {
	t.Parallel()
	const books, shelf, notes = "/v1/shelves/{id}/relationships/books", "/v1/books/{id}/relationships/shelf", "/v1/books/{id}/relationships/notes"
	f := shelved(t)
	for _, c := range []struct{ name, method, pattern, id, body, want string }{
		{"no data", "POST", books, "1", `{}`, `400 Bad request: You must provide data with a "data" route node`},
		{"type", "POST", books, "1", `{"data": [{"type": "x", "id": "1"}]}`, "409 Invalid type: The type field does not match the resource type"},
		{"missing", "POST", books, "1", `{"data": [{"type": "book", "id": "9"}]}`, "404 Related object not found: Book.id: 9 not found"},
		{"deleted", "POST", books, "1", `{"data": [{"type": "book", "id": "5"}]}`, "404 Related object not found: Book.id: 5 not found"},
		{"missing one", "PATCH", shelf, "1", `{"data": {"type": "shelf", "id": "9"}}`, "404 Related object not found: Shelf.id: 9 not found"},
		{"no parent", "PATCH", shelf, "9", `{"data": null}`, "404 Object not found: Book: 9 not found"},
		{"always there", "DELETE", notes, "1", `{"data": [{"type": "note", "id": "1"}]}`, "403 Access Forbidden: An object of type note always has the relationship book"},
		{"not all of them", "PATCH", notes, "1", `{"data": []}`, "403 Access Forbidden: An object of type note always has the relationship book"},
	} {
		_, err := f.do(c.method, c.pattern, c.id, "", c.body)
		assert.EqualError(t, err, c.want, c.name)
	}
	_, err := f.as(&policy.Actor{ID: 7}).do("POST", books, "1", "", `{"data": []}`)
	assert.EqualError(t, err, "403 Access Forbidden: Admin access is required")
	assert.Equal(t, "1 2", ids(f.get(books, "1", "")))
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	f := shelved(t)
	tag := func(pattern, id string) string {
		response, err := f.do("GET", pattern, id, "", "")
		require.NoError(t, err)
		return jsonapi.ETag(response.Document.Append(nil))
	}
	old := tag("/v1/shelves/{id}", "1")
	patch := `{"data": {"type": "shelf", "id": "1", "attributes": {"name": "Lower"}}}`
	_, err := f.do("PATCH", "/v1/shelves/{id}", "1", "", patch, "If-Match: "+old)
	require.NoError(t, err)
	for _, method := range []string{"PATCH", "DELETE"} {
		_, err = f.do(method, "/v1/shelves/{id}", "1", "", patch, "If-Match: "+old)
		require.ErrorContains(t, err, "412 Precondition failed", method)
	}
	const books = "/v1/shelves/{id}/relationships/books"
	linkage := tag(books, "1")
	_, err = f.do("PATCH", books, "1", "", `{"data": []}`, "If-Match: "+linkage)
	require.NoError(t, err)
	_, err = f.do("POST", books, "1", "", `{"data": [{"type": "book", "id": "1"}]}`, "If-Match: "+linkage)
	require.ErrorContains(t, err, "412 Precondition failed")
	_, err = f.do("DELETE", "/v1/shelves/{id}", "1", "", "", "If-Match: *")
	require.NoError(t, err)
}
