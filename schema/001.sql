-- 001.sql: users, connections, models, workflows, jobs, runs, uploads, events.
-- Times are milliseconds UTC; ids are 20 characters (lib/base/id.h).

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    password_hash TEXT,            -- Argon2id, NULL until one is set
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

-- A browser that is signed in: the refresh token rotates, its hash is here.
CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_hash BLOB NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

-- Tokens for machines; only the hash is kept.
CREATE TABLE api_tokens (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    hash         BLOB NOT NULL UNIQUE,
    hint         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;

-- Small facts of the installation: the setup token's hash, the worker's beat.
CREATE TABLE facts (
    key        TEXT PRIMARY KEY,
    value      ANY NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE connections (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    base_url     TEXT NOT NULL,
    auth         TEXT NOT NULL CHECK (auth IN ('admin_key', 'password')),
    email        TEXT,
    workspace_id TEXT,
    secret       BLOB NOT NULL,    -- sealed: admin key or password
    secret_hint  TEXT NOT NULL,
    is_default   INTEGER NOT NULL DEFAULT 0,
    is_sandbox   INTEGER NOT NULL DEFAULT 0,
    origin       TEXT NOT NULL DEFAULT 'user' CHECK (origin IN ('user', 'environment')),
    session      BLOB,             -- sealed: tokens or cookies of the sign-in
    dataset_key  BLOB,             -- sealed
    state        TEXT NOT NULL DEFAULT 'unknown'
                 CHECK (state IN ('up', 'slow', 'refused', 'unknown')),
    version      TEXT,
    error        TEXT,
    failures     INTEGER NOT NULL DEFAULT 0,
    seen_at      INTEGER,
    checked_at   INTEGER,
    next_check_at INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

-- What a connected Dify has; refreshed by the worker.
CREATE TABLE resources (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL CHECK (kind IN ('model', 'dataset', 'tool')),
    handle        TEXT NOT NULL,
    dify_id       TEXT NOT NULL,
    name          TEXT NOT NULL,
    provider      TEXT,
    mode          TEXT,
    extra         TEXT,            -- JSON
    position      INTEGER NOT NULL,
    PRIMARY KEY (connection_id, kind, handle)
) STRICT;

-- Language models that write plans (not those inside Dify).
CREATE TABLE models (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    base_url     TEXT NOT NULL,    -- ends before /chat/completions
    model        TEXT NOT NULL,
    api_key      BLOB,             -- sealed
    api_key_hint TEXT,
    temperature  REAL,
    max_tokens   INTEGER,
    timeout_s    INTEGER NOT NULL DEFAULT 120,
    is_default   INTEGER NOT NULL DEFAULT 0,
    origin       TEXT NOT NULL DEFAULT 'user' CHECK (origin IN ('user', 'environment')),
    last_ok      INTEGER,          -- 1 answered, 0 failed, NULL never asked
    last_error   TEXT,
    last_used_at INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE workflows (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    description    TEXT NOT NULL DEFAULT '',
    mode           TEXT NOT NULL,
    connection_id  TEXT REFERENCES connections (id) ON DELETE SET NULL,
    dify_app_id    TEXT,
    dify_key       BLOB,           -- sealed: the app's API key
    last_status    TEXT NOT NULL DEFAULT 'draft',
    last_status_at INTEGER NOT NULL,
    last_run_id    TEXT,
    prompt         TEXT,           -- the sentence it was made from
    created_by     TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX workflows_updated ON workflows (updated_at DESC, id DESC);

CREATE TABLE workflow_tags (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    tag         TEXT NOT NULL,
    PRIMARY KEY (workflow_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_tags_tag ON workflow_tags (tag, workflow_id);

-- Every DSL a workflow ever had; number 1 is the original.
CREATE TABLE versions (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    dsl         TEXT NOT NULL,     -- JSON
    reason      TEXT NOT NULL,
    created_by  TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (workflow_id, number)
) STRICT;

-- Work that takes longer than a transaction; done by the worker.
CREATE TABLE jobs (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    state           TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
                    ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    payload         TEXT NOT NULL, -- JSON, never a secret
    progress        TEXT,          -- JSON, for people
    memo            TEXT,          -- JSON, for the worker that takes it up again
    result          TEXT,          -- JSON
    error           TEXT,          -- JSON {code, message, ...}
    attempts        INTEGER NOT NULL DEFAULT 0,
    cancel          INTEGER NOT NULL DEFAULT 0,
    lease_owner     TEXT,
    lease_until     INTEGER,
    run_after       INTEGER NOT NULL DEFAULT 0,
    workflow_id     TEXT,
    user_id         TEXT,
    idempotency_key TEXT,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    finished_at     INTEGER
) STRICT;
CREATE INDEX jobs_open ON jobs (state, run_after) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_workflow ON jobs (workflow_id, id) WHERE workflow_id IS NOT NULL;
CREATE UNIQUE INDEX jobs_idempotency ON jobs (user_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

CREATE TABLE runs (
    id            TEXT PRIMARY KEY,
    workflow_id   TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    job_id        TEXT NOT NULL,
    status        TEXT NOT NULL DEFAULT 'queued',
    inputs        TEXT NOT NULL,   -- JSON
    outputs       TEXT,            -- JSON
    error         TEXT,
    dify_run_id   TEXT,
    dify_task_id  TEXT,
    elapsed_ms    INTEGER,
    total_tokens  INTEGER,
    total_steps   INTEGER,
    created_by    TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at    INTEGER NOT NULL,
    started_at    INTEGER,
    finished_at   INTEGER
) STRICT;
CREATE INDEX runs_workflow ON runs (workflow_id, id);

-- What each node of a run did, in the order of starting.
CREATE TABLE run_nodes (
    run_id     TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    execution  TEXT NOT NULL,      -- Dify's id of this execution
    node_id    TEXT NOT NULL,
    title      TEXT NOT NULL,
    type       TEXT NOT NULL,
    status     TEXT NOT NULL,
    inputs     TEXT,               -- JSON
    outputs    TEXT,               -- JSON
    error      TEXT,
    elapsed_ms INTEGER,
    started_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, execution)
) STRICT;

CREATE TABLE uploads (
    id              TEXT PRIMARY KEY,
    connection_id   TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    dataset_id      TEXT NOT NULL,
    filename        TEXT NOT NULL,
    size            INTEGER NOT NULL,
    received        INTEGER NOT NULL DEFAULT 0,
    state           TEXT NOT NULL DEFAULT 'receiving' CHECK (state IN
                    ('receiving', 'queued', 'forwarding', 'indexing',
                     'completed', 'failed', 'cancelled')),
    document_id     TEXT,
    batch           TEXT,
    indexing_status TEXT,
    segments        INTEGER,
    total_segments  INTEGER,
    error           TEXT,
    job_id          TEXT,
    created_by      TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;

-- What happened, for the event stream; old rows are pruned.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    data       TEXT NOT NULL,      -- JSON
    created_at INTEGER NOT NULL
) STRICT;

-- Secrets that stood in a DSL, sealed apart from it.
CREATE TABLE dsl_secrets (
    id         TEXT PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE, -- keyed, to know an equal one again
    secret     BLOB NOT NULL,        -- sealed
    created_at INTEGER NOT NULL
) STRICT;
