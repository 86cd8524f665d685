-- 017.sql: conversations with chats, whose messages are runs; what a paused
-- run asks; workflows of test runs.

CREATE TABLE conversations (
    id          TEXT PRIMARY KEY,
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    app_id      TEXT NOT NULL, -- the app of Dify that knows it
    dify_id     TEXT,          -- what Dify calls it, once it has begun
    title       TEXT NOT NULL, -- what was said first
    created_by  TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_workflow ON conversations (workflow_id, id);

ALTER TABLE runs ADD COLUMN conversation_id TEXT
    REFERENCES conversations (id) ON DELETE SET NULL;
ALTER TABLE runs ADD COLUMN answer TEXT; -- as far as it has come
CREATE INDEX runs_conversation ON runs (conversation_id, id)
    WHERE conversation_id IS NOT NULL;

-- What a paused run asks of a person.
ALTER TABLE runs ADD COLUMN forms TEXT; -- JSON, an array
CREATE INDEX runs_paused ON runs (id) WHERE status = 'paused';

-- Here for the time of a test run only.
ALTER TABLE workflows ADD COLUMN scratch INTEGER NOT NULL DEFAULT 0;
