package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCustomForms(t *testing.T) {
	t.Parallel()
	f := setup(t)
	user, event := f.place()
	f.role(user, event, "coorganizer")
	token := f.login("row@example.com")
	f.user("john@example.com")
	john := f.login("john@example.com")

	// As the first clients did it: under the event, with an old type, and booleans as strings.
	a := f.post("/v1/events/1/custom-forms?sort=type&filter=[]", token, `{"data": {"type": "custom_form", "attributes": {
		"form": "speaker", "type": "text", "field-identifier": "shortBiography", "is-required": "true", "is-included": "false", "is-fixed": "false"}}}`).wants(201)
	assert.Equal(t, "custom-form", a.at("data", "type"))
	assert.Equal(t, map[string]any{
		"form": "speaker", "type": "text", "field-identifier": "shortBiography", "name": "Short Biography", "description": nil,
		"is-required": true, "is-included": false, "is-fixed": false, "is-public": false, "is-allow-edit": false, "is-complex": false,
		"position": 0.0, "form-id": nil, "min": 0.0, "max": 10.0, "main-language": nil, "translations": []any{},
	}, a.at("data", "attributes"))

	a = f.post("/v1/custom-forms", token, create("custom-form", `"form": "session", "field-identifier": "diet", "name": "What do you eat?", "type": "select",
		"form-id": "b2", "is-complex": false, "translations": [{"name": "Was isst du?", "language_code": "de", "form-id": "b2"}]`)).wants(201)
	assert.Equal(t, true, a.at("data", "attributes", "is-complex"))
	assert.Equal(t, "What do you eat?", a.at("data", "attributes", "name"))
	assert.Equal(t, []any{map[string]any{"id": "1", "name": "Was isst du?", "language-code": "de", "form-id": "b2"}}, a.at("data", "attributes", "translations"))
	a = f.patch("/v1/custom-forms/2", token, change("custom-form", 2, `"description": "x"`)).wants(200)
	assert.Len(t, a.at("data", "attributes", "translations"), 1, "a request that does not speak of them leaves them")
	a = f.patch("/v1/custom-forms/2", token, change("custom-form", 2, `"translations": []`)).wants(200)
	assert.Empty(t, a.at("data", "attributes", "translations"))

	f.post("/v1/custom-forms", token, create("custom-form", `"form": "speaker", "field-identifier": "shortBiography"`)).
		fails(409, "Conflict", "/data/attributes/field-identifier", "The form has a field with this identifier already")
	f.post("/v1/custom-forms", token, create("custom-form", `"form": "tent", "field-identifier": "x"`)).fails(422, invalid, "/data/attributes/form", "Not a valid choice.")
	f.post("/v1/custom-forms", token, create("custom-form", `"form": "speaker", "field-identifier": " "`)).fails(422, invalid, "/data/attributes/field-identifier", "Field may not be blank.")
	f.post("/v1/custom-forms", token, create("custom-form", `"form": "speaker", "field-identifier": "x", "translations": [{"name": "y"}]`)).
		fails(422, invalid, "/data/attributes/translations", "Translations need a name and a language-code.")
	f.post("/v1/custom-forms", john, create("custom-form", `"form": "speaker", "field-identifier": "x"`)).fails(404, notFound, "", "Object Not Found")
	f.post("/v1/events/1/custom-forms", john, `{"data": {"type": "custom-form", "attributes": {"form": "speaker", "field-identifier": "x"}}}`).fails(404, notFound, "", "Object Not Found")

	assert.Equal(t, []string{"1", "2"}, f.get("/v1/events/1/custom-forms", john).wants(200).ids("data"))
	assert.Equal(t, []string{"2"}, f.get("/v1/events/1/custom-forms/b2", john).wants(200).ids("data"))
	assert.Empty(t, f.get("/v1/events/1/custom-forms/%00'--", john).wants(200).ids("data"))
	f.get("/v1/events/1/custom-forms").wants(401)
	f.get("/v1/custom-forms/1").wants(200)
	f.patch("/v1/custom-forms/1", john, change("custom-form", 1, `"type": "image"`)).fails(403, forbidden, "", "Co-organizer access is required.")
	f.do(call{method: "DELETE", path: "/v1/custom-forms/1", token: token}).wants(200)
	f.get("/v1/custom-forms/1?get_trashed=true", token).wants(404)
}

// TestFilledInForms holds sessions and speakers against the form of their event.
func TestFilledInForms(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	f.user("john@example.com", "is_verified = true")
	john := f.login("john@example.com")
	root := f.admin()
	for _, field := range []string{`"field-identifier": "slidesUrl"`, `"field-identifier": "track"`, `"field-identifier": "diet"`} {
		f.post("/v1/custom-forms", root, create("custom-form", field+`, "form": "session", "is-required": true, "is-included": true`)).wants(201)
	}
	f.post("/v1/custom-forms", root, create("custom-form", `"field-identifier": "videoUrl", "form": "session", "is-required": true`)).wants(201)
	f.id(samples()["track"].row)
	f.post("/v1/sessions", john, create("session", `"title": "x", "slides-url": ""`)).wants(422)
	f.post("/v1/sessions", john, create("session", `"title": "x"`)).
		fails(422, unprocessable, "/data/attributes", "Missing required fields ['diet', 'slidesUrl', 'track']")
	body := func(own string) string {
		return fmt.Sprintf(`{"data": {"type": "session", "attributes": {"title": "x", "slides-url": "https://x.example.com", "complex-field-values": %s},
			"relationships": {%s, "track": {"data": {"type": "track", "id": "1"}}}}}`, own, inEvent)
	}
	f.post("/v1/sessions", john, body(`{"diet": " "}`)).fails(422, unprocessable, "/data/attributes", "Missing required fields ['diet']")
	f.post("/v1/sessions", john, body(`{"diet": {"a": 1}}`)).wants(422)
	many := make([]string, 31)
	for i := range many {
		many[i] = fmt.Sprintf(`"f%d": 1`, i)
	}
	f.post("/v1/sessions", john, body("{"+strings.Join(many, ", ")+"}")).
		fails(422, unprocessable, "/data/attributes/complex-field-values", "A maximum of 30 complex custom form fields are currently supported")
	id := f.post("/v1/sessions", john, body(`{"diet": "figs"}`)).wants(201).at("data", "id").(string)
	patch := func(attributes string) *answer {
		return f.patch("/v1/sessions/"+id, john, `{"data": {"type": "session", "id": "`+id+`", "attributes": {`+attributes+`}}}`)
	}
	patch(`"subtitle": "y"`).wants(200)
	patch(`"complex-field-values": {}`).fails(422, unprocessable, "/data/attributes", "Missing required fields ['diet']")
	patch(`"slides-url": null`).fails(422, unprocessable, "/data/attributes", "Missing required fields ['slidesUrl']")
	f.exec("UPDATE settings SET max_complex_custom_fields = 1")
	f.exec("INSERT INTO settings (max_complex_custom_fields) VALUES (1)")
	patch(`"complex-field-values": {"diet": "figs", "more": 1}`).wants(422)
}
