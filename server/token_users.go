package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// accessedEvery bounds how often a caller's last access is written down.
const accessedEvery = time.Minute

// The refusals of callers whose token says who they are.
const (
	missingHeader = "Missing Authorization Header"
	notFresh      = "Fresh token required"
	revoked       = "Token has been revoked"
	marked        = "Admin has marked this account as spam"
)

func unauthorized(message string) error {
	return &jsonapi.Plain{Status: http.StatusUnauthorized, Message: message}
}

// authenticator finds out who makes a request, nil for nobody. A token that is not good is refused
// also where none is needed: whoever sends one wants to be known.
func (x *exchange) authenticator(s *Server) func() (*policy.Actor, error) {
	return func() (*policy.Actor, error) {
		actor, _, err := x.identify(s)
		return actor, inDocument(err)
	}
}

// identify is authenticator with the token that says so.
func (x *exchange) identify(s *Server) (*policy.Actor, *claims, error) {
	token, err := bearer(x.http.Header)
	if err != nil || token == "" {
		return nil, nil, err
	}
	c, err := s.read(token, accessToken)
	if err != nil {
		return nil, nil, err
	}
	actor, err := s.loadActor(x, c)
	return actor, c, err
}

// caller is identify where there must be somebody.
func (x *exchange) caller(s *Server) (*policy.Actor, *claims, error) {
	actor, c, err := x.identify(s)
	if err == nil && actor == nil {
		err = unauthorized(missingHeader)
	}
	return actor, c, err
}

// freshCaller is the caller, who must have shown a password to get the token.
func (x *exchange) freshCaller(s *Server) (*policy.Actor, error) {
	actor, _, err := x.caller(s)
	if err == nil && !actor.Fresh {
		err = unauthorized(notFresh)
	}
	return actor, err
}

// loadActor reads the user of a token that is not revoked, and writes down that they were here. Of
// tokens from before the time in user_token_blacklist_time, those that refresh are void, and those
// that give access no longer count as fresh.
func (s *Server) loadActor(x *exchange, c *claims) (*policy.Actor, error) {
	ended, ids, err := s.memory.revoked(x, c.revocable())
	if err != nil {
		return nil, err
	}
	actor := &policy.Actor{ID: c.Identity}
	var blocked, void bool
	var blacklisted *time.Time
	err = x.db.QueryRow(x.http.Context(), `
		WITH accessed AS (
			UPDATE users SET last_accessed_at = $2::timestamptz
			WHERE id = $1::bigint AND (last_accessed_at IS NULL OR last_accessed_at < $3::timestamptz)
		)
		SELECT email, is_super_admin, is_admin, is_verified, is_blocked,
			EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.id = ANY($4::text[])),
			(SELECT b.blacklisted_at FROM user_token_blacklist_time b WHERE b.user_id = users.id)
		FROM users WHERE id = $1::bigint AND deleted_at IS NULL`,
		c.Identity, x.now, x.now.Add(-accessedEvery), ids).
		Scan(&actor.Email, &actor.SuperAdmin, &actor.Admin, &actor.Verified, &blocked, &void, &blacklisted)
	old := blacklisted != nil && c.issuedBefore(*blacklisted)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, unauthorized("Error loading the user " + strconv.FormatInt(c.Identity, 10))
	case err != nil:
		return nil, fmt.Errorf("load user %d: %w", c.Identity, err)
	case ended || void || (old && c.Type == refreshToken):
		return nil, unauthorized(revoked)
	case blocked:
		return nil, unauthorized(marked)
	}
	actor.Fresh = c.Fresh && !old
	return actor, nil
}

// revoke ends the login that a token came of: all its tokens are void from now on.
func (s *Server) revoke(x *exchange, c *claims) error {
	ids := c.revocable()
	if len(ids) == 0 {
		return nil // not one that this server has issued
	}
	return s.memory.revoke(x, ids[0])
}

// blacklist makes the refresh tokens void that a user got before now.
func blacklist(ctx context.Context, db DB, user int64, now time.Time) error {
	_, err := db.Exec(ctx, `INSERT INTO user_token_blacklist_time (user_id, blacklisted_at)
		VALUES ($1::bigint, $2::timestamptz) ON CONFLICT (user_id) DO UPDATE
		SET blacklisted_at = greatest(user_token_blacklist_time.blacklisted_at, EXCLUDED.blacklisted_at)`, user, now)
	if err != nil {
		return fmt.Errorf("blacklist tokens of user %d: %w", user, err)
	}
	return nil
}
