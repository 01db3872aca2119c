package server

import (
	"context"
	"fmt"
	"time"
)

// letter is a mail to somebody. The server sends none: it writes them down, for whoever does.
type letter struct {
	recipient string
	// action is what the mail is about, in one word for programs.
	action, subject, message string
}

// post writes a letter down.
func post(ctx context.Context, db DB, l letter, now time.Time) error {
	_, err := db.Exec(ctx, `INSERT INTO mails (recipient, action, subject, message, created_at)
		VALUES ($1::text, $2::text, $3::text, $4::text, $5::timestamptz)`, l.recipient, l.action, l.subject, l.message, now)
	if err != nil {
		return fmt.Errorf("write down mail %s: %w", l.action, err)
	}
	return nil
}

// mailVerification mails a token to a user that shows the e-mail address to be theirs.
func (s *Server) mailVerification(ctx context.Context, db DB, user int64, email string) error {
	token, err := s.issue(claims{Identity: user, Type: verifyToken, Email: email}, verifyLife)
	if err != nil {
		return err
	}
	return post(ctx, db, letter{
		recipient: email, action: verifyToken, subject: "Is this your e-mail address?",
		message: "Somebody has signed up with this address. If it was you, confirm it within a week with the token " + token,
	}, s.config.Now())
}
