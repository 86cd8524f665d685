-- 012.sql: what came of each generation, for as long as nobody deletes it.

CREATE TABLE generations (
    job_id            TEXT PRIMARY KEY,
    engine            TEXT NOT NULL CHECK (engine IN ('studio', 'dify')),
    model_id          TEXT,
    model             TEXT NOT NULL,     -- its name at that time
    user_id           TEXT,
    request           TEXT NOT NULL,     -- the beginning of it
    prompt_version    INTEGER,
    prompt_hash       TEXT,              -- of the text that taught the model
    result            TEXT NOT NULL,     -- ok, cancelled, or why not
    stage             TEXT NOT NULL,     -- the last phase
    rounds            INTEGER NOT NULL,
    phases            TEXT NOT NULL,     -- JSON [{phase, round, at, ms}]
    prompt_tokens     INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost              REAL,
    currency          TEXT,
    fixes             TEXT NOT NULL,     -- JSON {code: how many}
    findings          TEXT NOT NULL,     -- JSON, those left open
    answer            TEXT NOT NULL,     -- of the model, cut where it is long
    started_at        INTEGER NOT NULL,
    finished_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX generations_finished ON generations (finished_at);
