-- +goose Up
-- The workers that are at work. Each says so every few seconds.
CREATE TABLE worker_heartbeats (
    -- As the queue knows the worker.
    id         text PRIMARY KEY,
    hostname   text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    -- When it is taken for dead unless it was seen again.
    expires_at timestamptz NOT NULL
);

-- +goose Down
DROP TABLE worker_heartbeats;
