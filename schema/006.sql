-- 006.sql: what a request with an Idempotency-Key asked for and made.

CREATE TABLE request_keys (
    user_id    TEXT NOT NULL,      -- '' without a user
    key        TEXT NOT NULL,
    hash       BLOB,               -- of the request; NULL: not known
    made       TEXT NOT NULL,      -- the id of its job, or of its workflow
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_keys_age ON request_keys (created_at);

INSERT INTO request_keys (user_id, key, made, created_at)
    SELECT coalesce(user_id, ''), idempotency_key, id, created_at FROM jobs
    WHERE idempotency_key IS NOT NULL;
DROP INDEX jobs_idempotency;
ALTER TABLE jobs DROP COLUMN idempotency_key;
