package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTestMail(t *testing.T) {
	t.Parallel()
	f := setup(t)
	admin := f.admin()
	f.user("john@example.com", "is_verified = true")
	body := `{"recipient": "inbox@example.com"}`
	send := func(token, body string) *answer {
		return f.do(call{method: "POST", path: "/v1/test-mail", token: token, body: body, headers: []string{"Content-Type: application/json"}})
	}
	assert.Equal(t, map[string]any{"error": "Missing Authorization Header"}, send("", body).wants(401).json)
	send(f.login("john@example.com"), body).fails(403, forbidden, "", "Admin access is required")
	for _, missing := range []string{``, `{}`, `[]`, `null`, `{"recipient": 1}`, `{"recipient": ""}`, `{"recipient": null}`} {
		assert.Equal(t, map[string]any{"error": "recipient missing"}, send(admin, missing).wants(400).json, missing)
	}
	for _, wrong := range []string{"x", "a@b", "a@example.com, b@example.com", `a@example.com\r\nBcc: b@example.com`, `\u0000@example.com`} {
		send(admin, `{"recipient": "`+wrong+`"}`).fails(422, "Validation error", "/recipient", "Not a valid email address.")
	}
	assert.Equal(t, map[string]any{"message": "Test mail sent, please verify delivery"}, send(admin, body).wants(200).json)
	var recipient, action string
	require.NoError(t, f.db.QueryRow(t.Context(), "SELECT recipient, action FROM mails").Scan(&recipient, &action))
	assert.Equal(t, []string{"inbox@example.com", "test-mail"}, []string{recipient, action})
}
