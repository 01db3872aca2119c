-- +goose Up
-- A token to reset a password is good until then; without a time it never is.
ALTER TABLE users ADD COLUMN reset_password_expires_at timestamptz;

-- Tokens are looked up by a hash, and then compared in constant time.
CREATE INDEX users_reset_password ON users (hashtextextended(reset_password, 0)) WHERE reset_password IS NOT NULL;

-- +goose Down
DROP INDEX users_reset_password;
ALTER TABLE users DROP COLUMN reset_password_expires_at;
