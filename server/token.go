package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// How long tokens are good for. An access token is short-lived when there is a refresh token, which
// makes another.
const (
	accessLife      = 24 * time.Hour
	shortAccessLife = 90 * time.Minute
	refreshLife     = 365 * 24 * time.Hour
	// clockSkew is how far the clocks of two servers that share a secret may be apart.
	clockSkew = 10 * time.Second
	// accessedEvery bounds how often a caller's last access is written down.
	accessedEvery = time.Minute
)

// The types of tokens.
const (
	accessToken  = "access"
	refreshToken = "refresh"
)

// claims are those of flask-jwt-extended, which Open Event clients read.
type claims struct {
	jwt.RegisteredClaims
	// Identity is the id of the user. A token says nothing else about who it is for: it outlives a
	// database that was built anew, as long as there is a user of this id.
	Identity int64  `json:"identity"`
	Fresh    bool   `json:"fresh"`
	Type     string `json:"type"`
	CSRF     string `json:"csrf,omitempty"`
}

// issue signs a token for a user.
func (s *Server) issue(user int64, typ string, fresh bool, life time.Duration) (token, csrf string, err error) {
	now := s.config.Now()
	csrf = randomHex(16)
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			ID:       randomHex(16),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(life)),
		},
		Identity: user, Fresh: fresh, Type: typ, CSRF: csrf,
	}).SignedString(s.config.Secret)
	if err != nil {
		return "", "", fmt.Errorf("sign token: %w", err)
	}
	return token, csrf, nil
}

// read verifies a token of a type. The statuses are those of flask-jwt-extended: 401 for one that was
// good once, 422 for what is no token of this server.
func (s *Server) read(token, typ string) (*claims, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.config.Secret, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(clockSkew), jwt.WithTimeFunc(s.config.Now))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Token has expired"}
	case errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Token is not valid yet"}
	case err != nil:
		return nil, &jsonapi.Plain{Status: http.StatusUnprocessableEntity, Message: "Token is malformed or its signature is wrong"}
	case c.Type != typ:
		return nil, &jsonapi.Plain{Status: http.StatusUnprocessableEntity, Message: "Only " + typ + " tokens are allowed"}
	}
	return &c, nil
}

// bearer is the token of an Authorization header, "" when it has none of a scheme that this API knows.
func bearer(h http.Header) (string, error) {
	value := h.Get("Authorization")
	scheme, token, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "JWT") && !strings.EqualFold(scheme, "Bearer") {
		return "", nil
	}
	if token = strings.TrimSpace(token); token == "" || strings.ContainsAny(token, " ,") {
		return "", &jsonapi.Plain{
			Status:  http.StatusUnprocessableEntity,
			Message: "Bad Authorization header. Expected value 'JWT <token>'",
		}
	}
	return token, nil
}

// authenticator finds out who makes a request. A token that is not good is refused also where none is
// needed: whoever sends one wants to be known.
func (x *exchange) authenticator(s *Server) func() (*policy.Actor, error) {
	return func() (*policy.Actor, error) {
		token, err := bearer(x.http.Header)
		if err != nil || token == "" {
			return nil, err
		}
		c, err := s.read(token, accessToken)
		if err != nil {
			return nil, err
		}
		actor, err := loadActor(x.http.Context(), x.db, c.Identity, x.now)
		if actor != nil {
			actor.Fresh = c.Fresh
		}
		return actor, err
	}
}

// loadActor reads the user of a token, and writes down that they were here.
func loadActor(ctx context.Context, db DB, id int64, now time.Time) (*policy.Actor, error) {
	actor := &policy.Actor{ID: id}
	var blocked bool
	err := db.QueryRow(ctx, `
		WITH accessed AS (
			UPDATE users SET last_accessed_at = $2::timestamptz
			WHERE id = $1::bigint AND (last_accessed_at IS NULL OR last_accessed_at < $3::timestamptz)
		)
		SELECT is_super_admin, is_admin, is_verified, is_blocked
		FROM users WHERE id = $1::bigint AND deleted_at IS NULL`,
		id, now, now.Add(-accessedEvery)).Scan(&actor.SuperAdmin, &actor.Admin, &actor.Verified, &blocked)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Error loading the user " + strconv.FormatInt(id, 10)}
	case err != nil:
		return nil, fmt.Errorf("load user %d: %w", id, err)
	case blocked:
		return nil, errBlocked()
	}
	return actor, nil
}

func errBlocked() error {
	return &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Admin has marked this account as spam"}
}

// randomHex is n random bytes in hexadecimal digits.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b)
}
