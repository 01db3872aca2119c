package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// testMail writes a mail down that shows whether mails arrive. It is for staff, who see by it what is
// wrong with the settings.
func (s *Server) testMail(x *exchange) (*reply, error) {
	actor, _, err := x.caller(s)
	if err != nil {
		return nil, err
	}
	if !actor.Staff() {
		return nil, jsonapi.Forbidden("", policy.Staff().Refusal())
	}
	var body struct {
		Recipient string `json:"recipient"`
	}
	if err := json.Unmarshal(x.body, &body); err != nil || body.Recipient == "" {
		return nil, &jsonapi.Plain{Status: http.StatusBadRequest, Message: "recipient missing"}
	}
	recipient := strings.TrimSpace(body.Recipient)
	if problem := engine.CheckEmail(recipient); problem != "" {
		return nil, jsonapi.Invalid("/recipient", problem)
	}
	err = post(x.http.Context(), x.db, letter{
		recipient: recipient, action: "test-mail", subject: "Test Mail Subject",
		message: "This is a test mail. Whoever reads it can stop looking for what is wrong with the mails.",
	}, x.now)
	if err != nil {
		return nil, err
	}
	return plain(http.StatusOK, struct {
		Message string `json:"message"`
	}{"Test mail sent, please verify delivery"}), nil
}
