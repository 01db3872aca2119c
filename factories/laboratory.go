package factories

import (
	"crypto/sha256"
	"time"

	"github.com/bailiff-dev/bailiff/server/password"
)

// LaboratoryUser is a row of laboratory_users: somebody who has signed up in the remote laboratory.
type LaboratoryUser struct {
	ID    int64  `db:"id"`
	Name  string `db:"name"`
	Email string `db:"email"`
	// Password is the password in plain text; it is hashed as cheaply as the rules allow.
	Password string
	// PasswordHash is what is stored: that of Password, unless given.
	PasswordHash string    `db:"password"`
	CreatedAt    time.Time `db:"created_at"`
}

func (*LaboratoryUser) table() string { return "laboratory_users" }
func (u *LaboratoryUser) id() *int64  { return &u.ID }

func (u *LaboratoryUser) fill(m *maker) error {
	f := m.faker
	first, last := f.FirstName(), f.LastName()
	give(&u.Name, first+" "+last)
	give(&u.Email, email(f, first, last))
	give(&u.Password, "secret-"+hex8(f))
	give(&u.CreatedAt, past(f))
	if u.PasswordHash != "" {
		return nil
	}
	hash, err := password.Hash(u.Password, password.Cheapest())
	u.PasswordHash = hash
	return err
}

// LaboratorySession is a row of laboratory_sessions: a user who is logged in. It gets a user of its own unless
// one is given, and lasts for ever unless ExpiresAt is given.
type LaboratorySession struct {
	ID int64 `db:"id"`
	// Token is the value of the cookie that opens the session.
	Token string
	// TokenHash is what is stored: the SHA-256 of Token, unless given.
	TokenHash []byte `db:"token_hash"`
	UserID    int64  `db:"user_id"`
	User      *LaboratoryUser
	ExpiresAt time.Time `db:"expires_at"`
}

func (*LaboratorySession) table() string { return "laboratory_sessions" }
func (s *LaboratorySession) id() *int64  { return &s.ID }

func (s *LaboratorySession) fill(m *maker) error {
	give(&s.Token, hex8(m.faker)+hex8(m.faker))
	if s.TokenHash == nil {
		sum := sha256.Sum256([]byte(s.Token))
		s.TokenHash = sum[:]
	}
	give(&s.ExpiresAt, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	return parent(m, &s.UserID, &s.User)
}
