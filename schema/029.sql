-- 029.sql: SQLite makes a table of each list of three and more, at each write
-- that a constraint or an index asks it for; a run made eleven of them.

DROP INDEX runs_unusual;
CREATE INDEX runs_unusual ON runs (status, id)
    WHERE status <> 'queued' AND status <> 'running' AND status <> 'succeeded';

CREATE TABLE jobs_checked (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'queued' CHECK (
                 state = 'queued' OR state = 'running' OR state = 'succeeded'
                 OR state = 'failed' OR state = 'cancelled'),
    payload      TEXT NOT NULL, -- JSON, never a secret
    progress     TEXT,          -- JSON, for people
    memo         TEXT,          -- JSON, for the worker that takes it up again
    result       TEXT,          -- JSON
    error        TEXT,          -- JSON {code, message, ...}
    attempts     INTEGER NOT NULL DEFAULT 0,
    cancel       INTEGER NOT NULL DEFAULT 0,
    lease_owner  TEXT,
    lease_until  INTEGER,
    run_after    INTEGER NOT NULL DEFAULT 0,
    workflow_id  TEXT,
    user_id      TEXT,
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    finished_at  INTEGER,
    lane         TEXT           -- the model whose calls are counted, or NULL
) STRICT;
INSERT INTO jobs_checked SELECT * FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_checked RENAME TO jobs;
CREATE INDEX jobs_open ON jobs (state, run_after)
    WHERE state IN ('queued', 'running');
CREATE INDEX jobs_cancelled ON jobs (lease_owner)
    WHERE state = 'running' AND cancel;
CREATE INDEX jobs_unusual ON jobs (state, id)
    WHERE state <> 'queued' AND state <> 'running' AND state <> 'succeeded';
