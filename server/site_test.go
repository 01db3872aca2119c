package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEventTypes(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	body := `{"data": {"type": "event-type", "attributes": {"name": "Camp, Treat & Retreat", "slug": "mine"}}}`
	a := f.post("/v1/event-types", token, body).wants(201)
	assert.Equal(t, map[string]any{"deleted-at": nil, "name": "Camp, Treat & Retreat", "slug": "camp-treat-retreat"}, a.at("data", "attributes"))
	slug, _ := f.post("/v1/event-types", token, body).wants(201).at("data", "attributes", "slug").(string)
	assert.Regexp(t, "^camp-treat-retreat-[0-9a-f]{32}$", slug)
	f.event("Retreat", 0, "event_type_id = 1")
	f.event("Draft", 0, "event_type_id = 1", "state = 'draft'")
	assert.Equal(t, []string{"1"}, f.get("/v1/event-types/1/events").wants(200).ids("data"), "drafts are hidden under their type too")
	assert.Equal(t, "1", f.get("/v1/events/1/event-type").wants(200).at("data", "id"))
	assert.Equal(t, []string{"1", "2"}, f.get("/v1/event-types/1/events", token).wants(200).ids("data"))
	f.do(call{method: "DELETE", path: "/v1/event-types/1", token: token}).wants(200)
	f.get("/v1/event-types/1").wants(404)
	f.get("/v1/event-types/1?get_trashed=true", token).wants(200)
	f.patch("/v1/event-types/1", token, change("event-type", 1, `"deleted-at": null`)).wants(200)
	f.get("/v1/event-types/1").wants(200)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	const name = "/data/attributes/name"
	f.post("/v1/roles", token, `{"data": {"type": "role", "attributes": {"name": "owner"}}}`).fails(409, "Conflict", name, "Another role has this name already")
	a := f.post("/v1/roles", token, `{"data": {"type": "role", "attributes": {"name": "steward", "title_name": "Steward"}}}`).wants(201)
	assert.Equal(t, map[string]any{"name": "steward", "title-name": "Steward"}, a.at("data", "attributes"))
	f.do(call{method: "DELETE", path: "/v1/roles/1", token: token}).fails(422, unprocessable, name, "The resource with given name cannot be deleted")
	f.patch("/v1/roles/1", token, change("role", 1, `"name": "boss"`)).fails(422, unprocessable, name, "The resource with given name cannot be updated")
	f.patch("/v1/roles/1", token, change("role", 1, `"name": "owner", "title-name": "Boss"`)).wants(200)
	f.do(call{method: "DELETE", path: "/v1/roles/8?permanent=true", token: token}).wants(200)
	f.get("/v1/roles/8").wants(404)
}

func TestPermissionsOfRoles(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	f.exec("INSERT INTO services (name) VALUES ('track'), ('session')")
	f.exec("INSERT INTO permissions (role_id, service_id) VALUES (1, 1), (1, 2)")
	a := f.get("/v1/event-role-permissions/1").wants(200)
	assert.Equal(t, map[string]any{"can-create": true, "can-read": true, "can-update": true, "can-delete": true}, a.at("data", "attributes"))
	assert.Equal(t, "owner", f.get("/v1/event-role-permissions/1/role").wants(200).at("data", "attributes", "name"))
	assert.Equal(t, "track", f.get("/v1/event-role-permissions/1/service").wants(200).at("data", "attributes", "name"))
	a = f.patch("/v1/event-role-permissions/1", token, change("event-role-permissions", 1, `"can-create": "false", "can_read": 0`)).wants(200)
	assert.Equal(t, map[string]any{"can-create": false, "can-read": false, "can-update": true, "can-delete": true}, a.at("data", "attributes"))
	f.patch("/v1/event-role-permissions/1/relationships/service", token, `{"data": {"type": "service", "id": "2"}}`).
		fails(409, "Conflict", "/data/relationships/service", "The role has permissions for this service already")
	f.patch("/v1/event-role-permissions/1/relationships/role", token, `{"data": null}`).fails(422, invalid, "/data", "Field may not be null.")
	for _, method := range []string{"POST", "DELETE"} {
		f.do(call{method: method, path: "/v1/event-role-permissions/1/relationships/role", token: token, body: `{"data": null}`}).wants(405)
	}
	f.post("/v1/event-role-permissions", token, `{}`).wants(405)
	f.do(call{method: "DELETE", path: "/v1/event-role-permissions/1", token: token}).wants(405)

	f.patch("/v1/services/1", token, change("service", 1, `"name": "tickets"`)).fails(422, invalid, "/data/attributes/name", "Not a valid choice.")
	f.patch("/v1/services/1", token, change("service", 1, `"name": "session"`)).fails(409, "Conflict", "/data/attributes/name", "Another service has this name already")
	f.patch("/v1/services/1", token, change("service", 1, `"name": "sponsor"`)).wants(200)
}

func TestPanels(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	role := func(name string) string {
		return `{"data": {"type": "custom-system-role", "attributes": {"name": "` + name + `"}}}`
	}
	panel := func(name string) string {
		return `{"data": {"type": "panel-permission", "attributes": {"panel-name": "` + name + `"}}}`
	}
	f.post("/v1/custom-system-roles", token, role("Marketer")).wants(201)
	f.post("/v1/custom-system-roles", token, role("Marketer")).fails(409, "Conflict", "/data/attributes/name", "Another role has this name already")
	a := f.post("/v1/panel-permissions", token, panel("sales")).wants(201)
	assert.Equal(t, map[string]any{"panel-name": "sales", "can-access": true}, a.at("data", "attributes"))
	f.post("/v1/custom-system-roles/1/relationships/panel-permissions", token, `{"data": [{"type": "panel-permission", "id": "1"}]}`).wants(200)
	f.post("/v1/custom-system-roles/1/relationships/panel-permissions", token, `{"data": [{"type": "panel-permission", "id": "1"}]}`).wants(204)
	assert.Equal(t, []string{"1"}, f.get("/v1/custom-system-roles/1/panel-permissions", token).wants(200).ids("data"))
	assert.Equal(t, []string{"1"}, f.get("/v1/panel-permissions/1/custom-system-roles", token).wants(200).ids("data"))

	// A new object under another one is related to it.
	f.post("/v1/custom-system-roles/1/panel-permissions", token, panel("events")).wants(201)
	assert.Equal(t, []string{"1", "2"}, f.get("/v1/custom-system-roles/1/panel-permissions", token).wants(200).ids("data"))
	f.post("/v1/panel-permissions/2/custom-system-roles", token, role("Auditor")).wants(201)
	assert.Len(t, f.get("/v1/panel-permissions/2/custom-system-roles", token).wants(200).ids("data"), 2)
	f.post("/v1/panel-permissions/99/custom-system-roles", token, role("Other")).fails(404, notFound, "?panel_permission_id", "PanelPermission: 99 not found")

	f.user("john@example.com")
	john := f.login("john@example.com")
	f.post("/v1/custom-system-roles/1/panel-permissions", john, panel("mine")).fails(403, forbidden, "", "Admin access is required")
	f.get("/v1/custom-system-roles/1/panel-permissions", john).fails(403, forbidden, "", "Admin access is required")
	assert.Empty(t, f.get("/v1/custom-system-roles/1?include=panel-permissions", john).wants(200).ids("included"), "panels are for staff")
	f.patch("/v1/panel-permissions/1/relationships/custom-system-roles", token, `{"data": []}`).wants(200)
	assert.Equal(t, []string{"2"}, f.get("/v1/custom-system-roles/1/panel-permissions", token).ids("data"))
}

func TestUserPermissions(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	body := `{"data": {"type": "user-permission", "attributes": {"name": "publish_event", "unverified-user": "false", "anonymous-user": null}}}`
	a := f.post("/v1/user-permissions", token, body).wants(201)
	assert.Equal(t, map[string]any{
		"deleted-at": nil, "name": "publish_event", "description": nil, "unverified-user": false, "anonymous-user": nil,
	}, a.at("data", "attributes"))
	f.post("/v1/user-permissions", token, body).fails(409, "Conflict", "/data/attributes/name", "Another permission has this name already")
	f.patch("/v1/user-permissions/1", token, change("user-permission", 1, `"unverified-user": "perhaps"`)).
		fails(422, invalid, "/data/attributes/unverified-user", "Not a valid boolean.")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	f := setup(t)
	root := f.admin()
	f.user("john@example.com")
	john := f.login("john@example.com")
	public := []string{
		"app-name", "tagline", "analytics-key", "stripe-publishable-key", "google-url", "github-url", "twitter-url", "support-url",
		"facebook-url", "youtube-url", "android-app-url", "web-app-url",
	}
	for _, token := range []string{"", john} { // nobody has made the row yet
		attributes := f.get("/v1/settings", token).wants(200).at("data", "attributes").(map[string]any)
		assert.Len(t, attributes, len(public))
		for _, name := range public {
			assert.Contains(t, attributes, name)
		}
		f.get("/v1/settings?fields[setting]=smtp-password,app-name", token).wants(200)
		f.get("/v1/settings/2", token).wants(404)
	}
	a := f.get("/v1/settings", root).wants(200)
	assert.Equal(t, "/v1/settings", a.at("data", "links", "self"))
	assert.Equal(t, "1", a.at("data", "id"))
	assert.EqualValues(t, 15, a.at("data", "attributes", "order-expiry-time"))
	assert.Equal(t, false, a.at("data", "attributes", "is-paypal-activated"))

	a = f.patch("/v1/settings", root, change("setting", 1, `"app_name": "Days", "smtp-password": "hush", "stripe-publishable-key": "pk", "order-expiry-time": "60", "is-paypal-activated": true`)).wants(200)
	assert.Equal(t, "hush", a.at("data", "attributes", "smtp-password"))
	assert.Nil(t, a.at("data", "attributes", "stripe-publishable-key"), "read-only")
	assert.Equal(t, "Days", f.get("/v1/settings?refresh=true").wants(200).at("data", "attributes", "app-name"))
	assert.NotContains(t, f.get("/v1/settings", john).Body.String(), "hush")
	f.patch("/v1/settings/1", root, change("setting", 1, `"tagline": "x"`)).wants(200)
	f.patch("/v1/settings", root, change("setting", 2, `"tagline": "x"`)).fails(400, badRequest, "/data/id", "Value of id does not match the resource identifier in url")
	f.patch("/v1/settings", john, change("setting", 1, `"tagline": "x"`)).fails(403, forbidden, "", "Admin access is required")
	f.patch("/v1/settings", "", change("setting", 1, `"tagline": "x"`)).wants(401)
	f.patch("/v1/settings", root, change("setting", 1, `"order-expiry-time": 61`)).fails(422, invalid, "/data/attributes/order-expiry-time", "Must be between 1 and 60.")
	f.patch("/v1/settings", root, change("setting", 1, `"max-complex-custom-fields": 0`)).fails(422, invalid, "/data/attributes/max-complex-custom-fields", "Must be between 1 and 30.")
	f.do(call{method: "DELETE", path: "/v1/settings", token: root}).wants(405)
	f.do(call{method: "DELETE", path: "/v1/settings/1", token: root}).wants(405)
	f.exec("UPDATE settings SET paypal_mode = 'live', paypal_client = 'c', paypal_secret = 's', stripe_client_id = 'x'")
	a = f.get("/v1/settings", root)
	assert.Equal(t, []any{true, false, false}, []any{
		a.at("data", "attributes", "is-paypal-activated"), a.at("data", "attributes", "is-stripe-activated"), a.at("data", "attributes", "is-omise-activated"),
	})
}
