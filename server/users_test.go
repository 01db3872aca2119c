package server_test

import (
	"fmt"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (f *fixture) createUser(attributes string) *answer {
	f.Helper()
	return f.do(call{method: "POST", path: "/v1/users", body: `{"data": {"type": "user", "attributes": {` + attributes + `}}}`})
}

func (f *fixture) patchUser(token string, id int64, attributes string) *answer {
	f.Helper()
	return f.do(call{method: "PATCH", path: fmt.Sprintf("/v1/users/%d", id), token: token, body: fmt.Sprintf(
		`{"data": {"type": "user", "id": "%d", "attributes": {%s}}}`, id, attributes)})
}

func TestUserCreate(t *testing.T) {
	t.Parallel()
	f := setup(t)
	a := f.createUser(`"email": " email@example.com ", "password": "password", "avatar_url": "https://example.com/a", "first-name": "John",
		"original-image-url": "https://example.com/b", "is-verified": false`).wants(201)
	attributes := a.at("data", "attributes").(map[string]any)
	for name, want := range map[string]any{
		"email": "email@example.com", "avatar-url": "https://example.com/a", "first-name": "John", "is-verified": false, "is-admin": false,
		"original-image-url": nil, "created-at": "2030-05-17T12:00:00+00:00", "is-user-owner": false, "deleted-at": nil,
	} {
		assert.Contains(t, attributes, name)
		assert.Equal(t, want, attributes[name], name)
	}
	assert.NotContains(t, attributes, "password")
	assert.Contains(t, a.at("data", "relationships"), "sales-admin-events")
	f.do(call{method: "POST", path: "/v1/auth/login", body: `{"email": "email@example.com", "password": "password"}`}).wants(200)
	for _, c := range []struct {
		attributes            string
		status                int
		title, source, detail string
	}{
		{`"email": "b@example.com", "password": "seven77"`, 422, "Unprocessable Entity", "/data/attributes/password", "Password should be at least 8 characters long"},
		{`"email": "EMAIL@example.com", "password": "password"`, 409, "Conflict", "/data/attributes/email", "Email already exists"},
		{`"email": "email", "password": "password"`, 422, invalid, "/data/attributes/email", "Not a valid email address."},
		{`"email": "b@example.com"`, 422, invalid, "/data/attributes/password", "Missing data for required field."},
	} {
		f.createUser(c.attributes).fails(c.status, c.title, c.source, c.detail)
	}
}

func TestUserIsVerified(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	body := `{"data": {"type": "user", "attributes": {"email": "a@example.com", "password": "password", "is-verified": true}}}`
	f.do(call{method: "POST", path: "/v1/users", body: body}).wants(403)
	f.do(call{method: "POST", path: "/v1/users", body: body, token: token}).
		fails(422, "Unprocessable Entity", "/data/attributes/is-verified", "You are not allowed to submit this field")
	john := f.user("john@example.com")
	f.patchUser(f.login("john@example.com"), john, `"is-verified": true`).
		fails(403, "Access Forbidden", "/data/attributes/is-verified", "Admin access is required to update this information.")
	assert.Equal(t, true, f.patchUser(token, john, `"is-verified": true`).at("data", "attributes", "is-verified"))
}

func TestUserPrivileges(t *testing.T) {
	t.Parallel()
	f := setup(t)
	super := f.admin()
	f.user("admin@example.com", "is_admin = true")
	admin := f.login("admin@example.com")
	john := f.user("john@example.com")
	f.patchUser(admin, john, `"is-admin": true`).fails(403, "Access Forbidden", "/data/attributes/is-admin", "Super admin access is required to update this information.")
	f.patchUser(admin, john, `"is-marketer": true, "is-sales-admin": true, "is-blocked": true`).wants(200)
	f.patchUser(super, john, `"is-admin": true`).wants(200)
	f.do(call{method: "POST", path: "/v1/auth/login", body: `{"email": "john@example.com", "password": "correct horse"}`}).plainly(401, says("Admin has marked this account as spam"))
}

func TestUserUpdate(t *testing.T) {
	t.Parallel()
	f := setup(t)
	john := f.user("john@example.com", "is_verified = true")
	f.user("jane@example.com")
	token := f.login("john@example.com")
	assert.Equal(t, true, f.patchUser(token, john, `"email": "JOHN@example.com"`).at("data", "attributes", "is-verified"), "the same address")
	f.patchUser(token, john, `"email": "Jane@example.com"`).fails(409, "Conflict", "/data/attributes/email", "Email already exists")
	a := f.patchUser(token, john, `"email": "jo@example.com", "password": "battery staple", "contact": "x"`).wants(200)
	assert.Equal(t, false, a.at("data", "attributes", "is-verified"), "a new address")
	f.do(call{method: "POST", path: "/v1/auth/login", body: `{"email": "jo@example.com", "password": "battery staple"}`}).wants(200)
	f.patchUser(token, john, `"password": "short"`).fails(422, "Unprocessable Entity", "/data/attributes/password", "Password should be at least 8 characters long")
	f.patchUser(token, john, `"password": null`).fails(422, invalid, "/data/attributes/password", "Field may not be null.")

	stale, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"identity": john, "type": "access", "fresh": false, "exp": today.Unix() + 9}).SignedString([]byte(secret))
	require.NoError(t, err)
	f.patchUser(stale, john, `"details": "x"`).wants(200)
	f.patchUser(stale, john, `"email": "thief@example.com"`).plainly(401, says("Fresh token required"))
	f.patchUser(stale, john, `"password": "battery staple"`).plainly(401, says("Fresh token required"))
}

func TestUserDelete(t *testing.T) {
	t.Parallel()
	f := setup(t)
	super := f.admin()
	john := f.user("john@example.com")
	path := fmt.Sprintf("/v1/users/%d", john)
	event := f.event("Concert", 0)
	f.role(john, event, "registrar")
	token := f.login("john@example.com")
	f.do(call{method: "DELETE", path: path, token: token}).fails(403, "Access Forbidden", "", "Users associated with events cannot be deleted")
	f.patchUser(super, john, `"deleted-at": "2030-01-01T00:00:00Z"`).fails(403, "Access Forbidden", "", "Users associated with events cannot be deleted")
	f.exec("UPDATE events SET ends_at = '2030-05-17T11:59:59Z'")
	f.do(call{method: "DELETE", path: path + "?permanent=true", token: token}).fails(403, "Access Forbidden", "", "Admin access is required")
	f.do(call{method: "DELETE", path: path, token: token}).wants(200)
	f.get(path, token).plainly(401, says(fmt.Sprintf("Error loading the user %d", john)))
	f.get(path, super).wants(404)
	f.get("/v1/events/1?include=registrars", super).wants(200)
	trashed := f.get(path+"?get_trashed=true", super).wants(200)
	assert.Equal(t, fmt.Sprintf("john@example.com.deleted-%d", john), trashed.at("data", "attributes", "email"))

	f.createUser(`"email": "john@example.com", "password": "password"`).wants(201)
	f.patchUser(super, john, `"deleted-at": null`).fails(409, "Conflict", "/data/attributes/email", "Email already exists")
	f.exec("UPDATE users SET email = 'other@example.com' WHERE email = 'john@example.com'")
	a := f.patchUser(super, john, `"deleted-at": null, "email": "ignored@example.com"`).wants(200)
	assert.Equal(t, "john@example.com", a.at("data", "attributes", "email"))
	f.login("john@example.com")
}

func TestEventsOfAUser(t *testing.T) {
	t.Parallel()
	f := setup(t)
	john := f.user("john@example.com")
	f.user("jane@example.com")
	event := f.event("Concert", 0)
	f.role(john, event, "owner")
	f.role(john, event, "organizer")
	f.role(john, f.event("Secret", 0, "state = 'draft'"), "track_organizer")
	token := f.login("john@example.com")
	assert.Equal(t, []string{"1"}, f.get("/v1/users/1/events", token).ids("data"), "each once; a track organizer does not see drafts")
	for path, want := range map[string][]string{"owner-events": {"1"}, "organizer-events": {"1"}, "coorganizer-events": {}, "marketer-events": {}} {
		assert.Equal(t, want, f.get("/v1/users/1/"+path, token).ids("data"), path)
		f.get("/v1/users/1/"+path, f.login("jane@example.com")).fails(403, "Access Forbidden", "", "Access Forbidden")
		f.get("/v1/users/1/" + path).wants(401)
	}
	assert.Equal(t, []string{"1"}, f.get("/v1/users/1?include=events", token).ids("included"))
}

// TestAccountsOfOthers reaches for an account by every path that leads to it, as everybody who is
// somebody in the event but not in the account.
func TestAccountsOfOthers(t *testing.T) {
	t.Parallel()
	f := setup(t)
	super := f.admin()
	jane := f.user("jane@example.com")
	event := f.event("Concert", 0)
	f.role(jane, event, "owner")
	f.exec(`INSERT INTO sessions (title, state, event_id, creator_id) VALUES ('Talk', 'accepted', $1, $2)`, event, jane)
	f.exec(`INSERT INTO speaker (name, event_id, user_id) VALUES ('Jane', $1, $2)`, event, jane)
	paths := []string{
		fmt.Sprintf("/v1/users/%d", jane), "/v1/events/1/owner", "/v1/sessions/1/creator", "/v1/speakers/1/user", "/v1/users-events-roles/1/user",
	}
	for _, path := range paths {
		assert.Equal(t, fmt.Sprint(jane), f.get(path, super).wants(200).at("data", "id"), path)
	}
	others := map[string]string{"nobody": ""}
	for _, role := range []string{"", "organizer", "coorganizer", "track_organizer", "moderator", "registrar"} {
		email := role + "other@example.com"
		if id := f.user(email, "is_verified = true"); role != "" {
			f.role(id, event, role)
		}
		others[email] = f.login(email)
	}
	for who, token := range others {
		for _, path := range paths {
			for _, method := range []string{"GET", "PATCH", "DELETE"} {
				c := call{method: method, path: path, token: token}
				if method == "PATCH" {
					c.body = fmt.Sprintf(`{"data": {"type": "user", "id": "%d", "attributes": {"email": "thief@example.com", "password": "battery staple"}}}`, jane)
				}
				a := f.do(c)
				assert.Contains(t, []int{401, 403, 404}, a.Code, "%s %s as %s: %s", method, path, who, a.Body)
				assert.NotContains(t, a.Body.String(), "jane@", "%s %s as %s", method, path, who)
			}
		}
	}
	assert.Equal(t, "jane@example.com", f.get(paths[0], super).at("data", "attributes", "email"))
	f.login("jane@example.com")
}

// TestSignUpWithRights sends every attribute that nobody gives themself.
func TestSignUpWithRights(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.event("Concert", 0)
	a := f.do(call{method: "POST", path: "/v1/users", body: `{"data": {"type": "user", "id": "7", "attributes": {
		"email": "john@example.com", "password": "correct horse", "is-super-admin": true, "is_super_admin": true, "created-at": "2000-01-01T00:00:00Z",
		"last-accessed-at": "2000-01-01T00:00:00Z", "facebook-id": 7, "is-user-owner": true, "reset-password": "x", "reset_password": "x", "id": 7,
		"thumbnail-image-url": "https://example.com/x", "rocket-chat-token": "x", "is-rocket-chat-registered": true, "deleted-at": null
	}, "relationships": {
		"events": {"data": [{"type": "event", "id": "1"}]}, "owner-events": {"data": [{"type": "event", "id": "1"}]}
	}}}`}).wants(201)
	assert.Equal(t, "1", a.at("data", "id"))
	for name, want := range map[string]any{
		"is-super-admin": false, "created-at": "2030-05-17T12:00:00+00:00", "last-accessed-at": nil, "facebook-id": nil, "is-user-owner": false,
		"thumbnail-image-url": nil, "is-rocket-chat-registered": false,
	} {
		assert.Equal(t, want, a.at("data", "attributes", name), name)
	}
	assert.Zero(t, f.id("SELECT count(*) FROM users_events_roles"))
	assert.Zero(t, f.id("SELECT count(*) FROM users WHERE reset_password IS NOT NULL OR rocket_chat_token IS NOT NULL"))
}
