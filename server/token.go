package server

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// How long tokens are good for. An access token is short-lived when there is a refresh token, which
// makes another.
const (
	accessLife      = 24 * time.Hour
	shortAccessLife = 90 * time.Minute
	refreshLife     = 365 * 24 * time.Hour
	verifyLife      = 7 * 24 * time.Hour
	// clockSkew is how far the clocks of two servers that share a secret may be apart.
	clockSkew = 10 * time.Second
)

// The types of tokens.
const (
	accessToken  = "access"
	refreshToken = "refresh"
	verifyToken  = "verify-email"
)

// maxToken is how many bytes a token may have. Those of this server have about 400.
const maxToken = 4096

// claims are those of flask-jwt-extended, which Open Event clients read, and some more.
type claims struct {
	jwt.RegisteredClaims
	// Identity is the id of the user. A token says nothing else about who it is for: it outlives a
	// database that was built anew, as long as there is a user of this id.
	Identity int64  `json:"identity"`
	Fresh    bool   `json:"fresh"`
	Type     string `json:"type"`
	CSRF     string `json:"csrf,omitempty"`
	// Login is the same in all tokens that come of one login, so that one logout ends them all.
	Login string `json:"sid,omitempty"`
	// Micros is when it was issued, in microseconds since 1970: iat has only seconds.
	Micros int64 `json:"iat_us,omitempty"`
	// Email is the address that a token of the type verifyToken is a proof of.
	Email string `json:"email,omitempty"`
}

// issuedBefore reports whether a token was issued before a moment.
func (c *claims) issuedBefore(moment time.Time) bool {
	switch {
	case c.Micros != 0:
		return c.Micros < moment.UnixMicro()
	case c.IssuedAt != nil:
		return c.IssuedAt.Before(moment)
	}
	return true // who knows
}

// revocable are the identifiers under which the token may be void.
func (c *claims) revocable() []string {
	return slices.DeleteFunc([]string{c.Login, c.ID}, func(id string) bool { return id == "" })
}

// issue signs claims; it adds what all tokens have. life is how long the token is good for.
func (s *Server) issue(c claims, life time.Duration) (string, error) {
	now := s.config.Now()
	c.RegisteredClaims = jwt.RegisteredClaims{
		ID:       randomHex(16),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(life)),
	}
	c.Micros = now.UnixMicro()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(s.config.Secret)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// errCritical is a header that asks for an extension. RFC 7515, section 4.1.11, wants tokens refused
// that have one which is not understood, and this server understands none.
var errCritical = errors.New("a critical extension")

// read verifies a token of one of the types. The statuses are those of flask-jwt-extended: 401 for one
// that was good once, 422 for what is no token of this server. Whether it was revoked is not looked at.
func (s *Server) read(token string, types ...string) (*claims, error) {
	malformed := &jsonapi.Plain{Status: http.StatusUnprocessableEntity, Message: "Token is malformed or its signature is wrong"}
	if len(token) > maxToken {
		return nil, malformed
	}
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		if _, critical := t.Header["crit"]; critical {
			return nil, errCritical
		}
		return s.config.Secret, nil
	},
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), // no other algorithm, "none" among them
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
		jwt.WithLeeway(clockSkew), jwt.WithTimeFunc(s.config.Now))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Token has expired"}
	case errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Token is not valid yet"}
	case err != nil:
		return nil, malformed
	case !slices.Contains(types, c.Type):
		return nil, &jsonapi.Plain{
			Status:  http.StatusUnprocessableEntity,
			Message: "Only " + strings.Join(types, " and ") + " tokens are allowed",
		}
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

// randomHex is n random bytes in hexadecimal digits.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b)
}
