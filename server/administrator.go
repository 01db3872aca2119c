package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/password"
)

// beginnings is the advisory lock of those who begin a site: servers that start at the same time on the
// same empty database take turns.
const beginnings = 0x6261696c696666

// Administrator is the account of who may do everything.
type Administrator struct {
	Email, Password string
	// Cost is what hashing the password costs. Zero: password.Default.
	Cost password.Params
}

// Check says what is wrong with the account, before it is made.
func (a Administrator) Check() error {
	if engine.CheckEmail(a.Email) != "" {
		return fmt.Errorf("%q is no e-mail address", a.Email)
	}
	if tooShort(a.Password) {
		return fmt.Errorf("the password of an administrator has at least %d characters", minPassword)
	}
	return nil
}

// Begin populates a database that has no site yet, and reports whether it did. What somebody took out of a
// site on purpose does not come back.
func Begin(ctx context.Context, db DB) (begun bool, err error) {
	err = beginning(ctx, db, func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM settings)").Scan(&there); err != nil || there {
			return err
		}
		begun = true
		return Populate(ctx, tx)
	})
	if err != nil {
		return false, fmt.Errorf("begin the site: %w", err)
	}
	return begun, nil
}

// FirstAdministrator makes an account, unless there is an administrator already, and reports whether it
// did.
func FirstAdministrator(ctx context.Context, db DB, a Administrator) (made bool, err error) {
	if err := a.Check(); err != nil {
		return false, err
	}
	err = beginning(ctx, db, func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM users WHERE is_super_admin AND deleted_at IS NULL)").Scan(&there); err != nil || there {
			return err
		}
		hash, err := password.Hash(a.Password, a.Cost)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `INSERT INTO users (email, password, is_super_admin, is_admin, is_verified)
			VALUES ($1::text, $2::text, true, true, true) ON CONFLICT DO NOTHING`, a.Email, hash)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errors.New("somebody who is no administrator has this address already: name another one")
		}
		made = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("make the administrator %s: %w", a.Email, err)
	}
	return made, nil
}

// beginning runs f in a transaction, when nobody else does.
func beginning(ctx context.Context, db DB, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1::bigint)", int64(beginnings)); err != nil {
			return err
		}
		return f(tx)
	})
}
