-- +goose Up
-- Logins that somebody has ended: the tokens of each are void, however long they had to live.
CREATE TABLE revoked_tokens (
    -- The identifier of a login, which all tokens of it carry, or of a single token.
    id         text PRIMARY KEY,
    -- From then on no token of it would be good anyhow, and the row can go.
    expires_at timestamptz NOT NULL
);

CREATE INDEX revoked_tokens_expires_at ON revoked_tokens (expires_at);

-- +goose Down
DROP TABLE revoked_tokens;
