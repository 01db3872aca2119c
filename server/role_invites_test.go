package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// inviting is an event with an owner, an organizer and a co-organizer, and somebody who is invited.
func inviting(t *testing.T) (f *fixture, tokens map[string]string) {
	t.Helper()
	f = setup(t)
	event := f.event("Concert", 0)
	tokens = map[string]string{}
	for _, role := range []string{"owner", "organizer", "coorganizer"} {
		f.role(f.user(role+"@example.com"), event, role)
		tokens[role] = f.login(role + "@example.com")
	}
	f.user("guest@example.com", "is_verified = true")
	f.user("stranger@example.com", "is_verified = true")
	tokens["guest"], tokens["stranger"] = f.login("guest@example.com"), f.login("stranger@example.com")
	return f, tokens
}

func invitation(email string, role int, attributes string) string {
	return fmt.Sprintf(`{"data": {"type": "role-invite", "attributes": {"email": %q%s}, "relationships": {%s, "role": {"data": {"type": "role", "id": "%d"}}}}}`,
		email, attributes, inEvent, role)
}

// rolesOf are the roles of a user in event 1.
func (f *fixture) rolesOf(email string) (roles []string) {
	f.Helper()
	rows, err := f.db.Query(f.Context(), `SELECT r.name FROM users_events_roles uer JOIN roles r ON r.id = uer.role_id
		JOIN users u ON u.id = uer.user_id WHERE u.email = $1 AND uer.event_id = 1 ORDER BY 1`, email)
	assert.NoError(f, err)
	defer rows.Close()
	for rows.Next() {
		var role string
		assert.NoError(f, rows.Scan(&role))
		roles = append(roles, role)
	}
	return roles
}

func TestRoleInvites(t *testing.T) {
	t.Parallel()
	f, tokens := inviting(t)
	invite := func(by, email string, role int, attributes string) *answer {
		return f.post("/v1/role-invites", tokens[by], invitation(email, role, attributes))
	}
	a := invite("organizer", " guest@example.com ", 5, `, "hash": "mine", "created-at": "2017-01-01"`).wants(201)
	assert.Equal(t, map[string]any{
		"email": "guest@example.com", "role-name": "moderator", "status": "pending", "created-at": a.at("data", "attributes", "created-at"),
	}, a.at("data", "attributes"))
	assert.Regexp(t, `^[0-9]{20,39}$`, f.get("/v1/role-invites/1", f.admin()).at("data", "attributes", "hash"))
	assert.NotContains(t, a.at("data", "attributes", "created-at"), "2017")

	invite("organizer", "Guest@example.com", 6, "").fails(409, "Conflict", "/data", "Role Invite has already been sent for this email.")
	invite("coorganizer", "x@example.com", 5, "").fails(403, forbidden, "", "Organizer access is required")
	invite("organizer", "x@example.com", 1, "").fails(403, forbidden, "", "Owner access is required")
	invite("organizer", "x@example.com", 5, `, "role-name": "organizer"`).fails(422, unprocessable, "/data/attributes/role", "Role id do not match role name")
	invite("organizer", "x@example.com", 5, `, "role-name": "king"`).fails(422, invalid, "/data/attributes/role-name", "Not a valid choice.")
	invite("organizer", "x@example.com", 5, `, "status": "accepted"`).fails(422, unprocessable, "/data/attributes/status", "An invite begins as pending")
	invite("organizer", "x@example.com", 5, `, "status": "declined"`).wants(422)
	invite("organizer", "x@example.com", 99, "").fails(404, "Related object not found", "/data/relationships/role", "Role.id: 99 not found")
	invite("organizer", "no address", 5, "").fails(422, invalid, "/data/attributes/email", "Not a valid email address.")

	assert.Equal(t, []string{"1"}, f.get("/v1/events/1/role-invites", tokens["coorganizer"]).wants(200).ids("data"))
	f.get("/v1/events/1/role-invites", tokens["guest"]).fails(403, forbidden, "", "Co-organizer access is required.")
	for _, name := range []string{"guest", "owner"} {
		assert.Nil(t, f.get("/v1/role-invites/1", tokens[name]).wants(200).at("data", "attributes", "hash"), "it is in the mail")
	}
	assert.Empty(t, f.get(`/v1/events/1/role-invites?filter=[{"name":"hash","op":"like","val":"%25"}]`, tokens["owner"]).wants(200).ids("data"))
	f.get("/v1/role-invites/1", tokens["stranger"]).fails(404, notFound, "", "Object Not Found")
	f.get("/v1/role-invites/1").fails(404, notFound, "", "Object Not Found")
	assert.Equal(t, "moderator", f.get("/v1/role-invites/1/role", tokens["guest"]).wants(200).at("data", "attributes", "name"))

	// Relationship endpoints are no way round any of this.
	for _, method := range []string{"POST", "PATCH", "DELETE"} {
		for _, name := range []string{"role-invites", "roles"} {
			f.do(call{method: method, path: "/v1/events/1/relationships/" + name, token: tokens["owner"], body: `{"data": []}`}).wants(405)
		}
	}
	f.patch("/v1/role-invites/1/relationships/role", tokens["guest"], `{"data": {"type": "role", "id": "2"}}`).fails(422, unprocessable, "", "You can only change your status")
	f.patch("/v1/role-invites/1/relationships/role", tokens["stranger"], `{"data": {"type": "role", "id": "2"}}`).wants(404)
	other := fmt.Sprintf(`{"data": {"type": "event", "id": "%d"}}`, f.event("Other", 0))
	f.patch("/v1/role-invites/1/relationships/event", tokens["organizer"], other).fails(403, forbidden, "/data/relationships/event", "The event cannot be changed")
	f.patch("/v1/role-invites/1/relationships/role", tokens["organizer"], `{"data": {"type": "role", "id": "1"}}`).fails(403, forbidden, "", "Owner access is required")
}

func TestAnswerToInvite(t *testing.T) {
	t.Parallel()
	f, tokens := inviting(t)
	f.post("/v1/role-invites", tokens["organizer"], invitation("guest@example.com", 5, "")).wants(201)
	f.post("/v1/role-invites", tokens["organizer"], invitation("nobody@example.com", 5, "")).wants(201)
	answer := func(by string, id int, attributes string) *answer {
		return f.patch(fmt.Sprintf("/v1/role-invites/%d", id), tokens[by], change("role-invite", id, attributes))
	}
	answer("guest", 1, `"status": "accepted", "role-name": "owner"`).fails(422, unprocessable, "", "You can only change your status")
	answer("guest", 1, `"email": "stranger@example.com"`).fails(422, unprocessable, "", "You can only change your status")
	answer("coorganizer", 1, `"status": "accepted"`).fails(422, unprocessable, "", "Only users can edit their own status")
	answer("organizer", 1, `"status": "accepted"`).fails(422, unprocessable, "", "Only users can edit their own status")
	answer("organizer", 2, `"status": "accepted"`).fails(422, unprocessable, "", "User not registered")
	answer("stranger", 1, `"status": "accepted"`).fails(404, notFound, "", "Object Not Found")
	answer("guest", 1, `"status": "perhaps"`).fails(422, invalid, "/data/attributes/status", "Not a valid choice.")
	assert.Empty(t, f.rolesOf("guest@example.com"))

	// Whoever has not shown that an address is theirs was not invited.
	f.exec("UPDATE users SET is_verified = false WHERE email = 'guest@example.com'")
	answer("guest", 1, `"status": "accepted"`).wants(404)
	f.exec("UPDATE users SET is_verified = true WHERE email = 'guest@example.com'")

	answer("guest", 1, `"status": "declined"`).wants(200)
	assert.Empty(t, f.rolesOf("guest@example.com"))
	answer("organizer", 1, `"role-name": "registrar"`).fails(422, unprocessable, "/data/attributes/role", "Role id do not match role name")
	f.patch("/v1/role-invites/1/relationships/role", tokens["organizer"], `{"data": {"type": "role", "id": "6"}}`).wants(200)
	answer("guest", 1, `"status": "accepted"`).wants(200)
	assert.Equal(t, []string{"registrar"}, f.rolesOf("guest@example.com"))
	answer("guest", 1, `"status": "pending"`).wants(409)
	answer("organizer", 1, `"email": "stranger@example.com"`).wants(409)
	f.do(call{method: "DELETE", path: "/v1/role-invites/1", token: tokens["organizer"]}).fails(409, "Conflict", "/data/status", "You cannot delete an accepted role invite.")
	f.do(call{method: "DELETE", path: "/v1/role-invites/2", token: tokens["coorganizer"]}).wants(403)
	f.do(call{method: "DELETE", path: "/v1/role-invites/2", token: tokens["organizer"]}).wants(200)
}

// TestRedirectedInvite holds that another address gets another token, and that nobody but the owner sends
// an invitation to own the event elsewhere.
func TestRedirectedInvite(t *testing.T) {
	t.Parallel()
	f, tokens := inviting(t)
	f.user("heir@example.com", "is_verified = true")
	invite := func(by, email string, role int) string {
		a := f.post("/v1/role-invites", tokens[by], invitation(email, role, "")).wants(201)
		id, _ := a.at("data", "id").(string)
		return id
	}
	patch := func(by, id, attributes string) *answer {
		return f.patch("/v1/role-invites/"+id, tokens[by], `{"data": {"type": "role-invite", "id": "`+id+`", "attributes": {`+attributes+`}}}`)
	}
	admin := f.admin()
	hash := func(id string) string {
		token, _ := f.get("/v1/role-invites/"+id, admin).wants(200).at("data", "attributes", "hash").(string)
		return token
	}
	own := invite("owner", "heir@example.com", 1)
	patch("organizer", own, `"email": "guest@example.com"`).fails(403, forbidden, "", "Owner access is required")
	patch("owner", own, `"email": "guest@example.com"`).wants(200)

	f.exec("UPDATE role_invites SET created_at = $1", today.Add(-25*time.Hour))
	id := invite("organizer", "stranger@example.com", 5)
	patch("organizer", id, `"email": "Guest@example.com"`).fails(409, "Conflict", "/data", "Role Invite has already been sent for this email.")
	old := hash(id)
	patch("organizer", id, `"email": "heir@example.com"`).wants(200)
	fresh := hash(id)
	assert.NotEqual(t, old, fresh, "whoever was invited first has the old one")
	f.post("/v1/role_invites/accept-invite", "", `{"data": {"token": "`+old+`"}}`).wants(404)
	var mailed bool
	assert.NoError(t, f.db.QueryRow(t.Context(), "SELECT EXISTS (SELECT 1 FROM mails WHERE recipient = 'heir@example.com' AND message LIKE '%' || $1)", fresh).Scan(&mailed))
	assert.True(t, mailed)
	f.post("/v1/role_invites/accept-invite", "", `{"data": {"token": "`+fresh+`"}}`).wants(200)
	assert.Equal(t, []string{"moderator"}, f.rolesOf("heir@example.com"))

	// Nobody answers for somebody else: not by declining either, and not by changing who is invited.
	id = invite("owner", "stranger@example.com", 6)
	patch("organizer", id, `"status": "declined"`).fails(422, unprocessable, "", "Only users can edit their own status")
	id = invite("owner", "organizer@example.com", 6)
	patch("organizer", id, `"email": "coorganizer@example.com", "status": "accepted"`).fails(422, unprocessable, "", "Only users can edit their own status")
	assert.Equal(t, []string{"coorganizer"}, f.rolesOf("coorganizer@example.com"))
}

func TestInviteByToken(t *testing.T) {
	t.Parallel()
	f, tokens := inviting(t)
	f.exec("UPDATE users SET is_verified = false WHERE email = 'guest@example.com'")
	token := func(id int) string { // as it is in the mail
		var hash string
		assert.NoError(t, f.db.QueryRow(t.Context(), `SELECT substring(m.message from '[0-9]+$') FROM mails m JOIN role_invites i ON i.email = m.recipient
			WHERE i.id = $1 AND m.action = 'role-invite'`, id).Scan(&hash))
		return fmt.Sprintf(`{"data": {"token": %q}}`, hash)
	}
	f.post("/v1/role-invites", tokens["owner"], invitation("Guest@example.com", 1, "")).wants(201)
	const missing = "Role Invite Not Found"
	for _, body := range []string{``, `{}`, `[]`, `{"data": {"token": 1}}`, `{"data": {"token": ""}}`, `{"data": {"token": "1"}}`, `{"data": {"token": "\u0000"}}`, `{"data": {"token": null}}`} {
		f.post("/v1/role_invites/accept-invite", "", body).fails(404, notFound, "", missing)
		f.post("/v1/role_invites/user", "", body).fails(404, notFound, "", missing)
	}
	assert.Equal(t, map[string]any{"email": "Guest@example.com"}, f.post("/v1/role_invites/user", "", token(1)).wants(200).json)
	f.exec("UPDATE role_invites SET created_at = $1", today.Add(-25*time.Hour))
	f.post("/v1/role_invites/accept-invite", "", token(1)).fails(409, "Conflict", "/data/token", "Role Invite has expired")
	f.exec("UPDATE role_invites SET created_at = $1", today)
	a := f.post("/v1/role_invites/accept-invite", "", token(1)).wants(200)
	assert.Equal(t, map[string]any{
		"email": "Guest@example.com", "event": 1.0, "event_identifier": f.get("/v1/events/1").at("data", "attributes", "identifier"), "name": "John", "role": "owner",
	}, a.json)
	f.post("/v1/role_invites/accept-invite", "", token(1)).wants(200) // again, which changes nothing
	assert.Equal(t, []string{"owner"}, f.rolesOf("guest@example.com"))
	assert.Equal(t, []string{"organizer"}, f.rolesOf("owner@example.com"), "there is one owner")
	var verified bool
	assert.NoError(t, f.db.QueryRow(t.Context(), "SELECT is_verified FROM users WHERE email = 'guest@example.com'").Scan(&verified))
	assert.True(t, verified)

	f.post("/v1/role-invites", f.login("guest@example.com"), invitation("later@example.com", 5, "")).wants(201)
	f.post("/v1/role_invites/accept-invite", "", token(2)).fails(422, unprocessable, "", "User not registered")
}

func TestUsersEventsRoles(t *testing.T) {
	t.Parallel()
	f, tokens := inviting(t)
	other := f.event("Other", 0)
	// 1 owner, 2 organizer, 3 co-organizer
	a := f.get("/v1/events/1/users-events-roles", tokens["coorganizer"]).wants(200)
	assert.Equal(t, []string{"1", "2", "3"}, a.ids("data"))
	f.get("/v1/events/1/users-events-roles", tokens["stranger"]).fails(403, forbidden, "", "Co-organizer access is required.")
	assert.Equal(t, "owner", f.get("/v1/users-events-roles/1/role", tokens["coorganizer"]).wants(200).at("data", "attributes", "name"))
	f.post("/v1/users-events-roles", tokens["owner"], `{}`).wants(404)
	f.post("/v1/events/1/users-events-roles", tokens["owner"], `{}`).wants(405)

	set := func(by string, id int, name, typ string, to int64) *answer {
		return f.patch(fmt.Sprintf("/v1/users-events-roles/%d", id), tokens[by], fmt.Sprintf(
			`{"data": {"type": "users-events-roles", "id": "%d", "relationships": {%q: {"data": {"type": %q, "id": "%d"}}}}}`, id, name, typ, to))
	}
	set("organizer", 3, "role", "role", 1).fails(403, forbidden, "/data/relationships/role", "Owner access is required")
	for _, by := range []string{"organizer", "owner"} {
		for id := 1; id <= 3; id++ {
			set(by, id, "user", "user", 4).fails(403, forbidden, "/data/relationships/user", "The user cannot be changed: invite another one")
		}
	}
	set("organizer", 3, "event", "event", other).fails(403, forbidden, "/data/relationships/event", "The event cannot be changed")
	f.patch("/v1/users-events-roles/3/relationships/event", tokens["organizer"], fmt.Sprintf(`{"data": {"type": "event", "id": "%d"}}`, other)).wants(403)
	// A co-organizer gives no role to anybody, and puts nobody into the place of somebody.
	for _, to := range []int64{1, 2, 3, 5} {
		set("coorganizer", 3, "role", "role", to).fails(403, forbidden, "", "Organizer access is required")
		f.patch("/v1/users-events-roles/3/relationships/role", tokens["coorganizer"], fmt.Sprintf(`{"data": {"type": "role", "id": "%d"}}`, to)).wants(403)
	}
	set("coorganizer", 3, "user", "user", 5).fails(403, forbidden, "", "Organizer access is required")
	set("coorganizer", 2, "role", "role", 5).wants(403) // nor do they put an organizer down
	set("organizer", 3, "user", "user", 3).wants(200)   // who it is already
	set("organizer", 3, "role", "role", 5).wants(200)
	f.get("/v1/users-events-roles/3", tokens["coorganizer"]).wants(403) // they are none any more
	f.do(call{method: "DELETE", path: "/v1/users-events-roles/1", token: tokens["owner"]}).fails(403, forbidden, "/data/relationships/role", "You cannot remove the owner of the event.")
	f.exec(`INSERT INTO role_invites (email, role_name, role_id, event_id, status) VALUES ('Organizer@example.com', 'organizer', 2, 1, 'accepted')`)
	f.do(call{method: "DELETE", path: "/v1/users-events-roles/2", token: tokens["owner"]}).wants(200)
	var invites int
	assert.NoError(t, f.db.QueryRow(t.Context(), "SELECT count(*) FROM role_invites").Scan(&invites))
	assert.Zero(t, invites, "they can be invited again")
}
