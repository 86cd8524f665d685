-- 007.sql: jobs that ask one language model share its lane: so many at once,
-- and none while the model's server asks to be left alone.

ALTER TABLE jobs ADD COLUMN lane TEXT;
UPDATE jobs SET lane = payload ->> '$.model_id'
    WHERE state IN ('queued', 'running') AND kind <> 'test_model';

CREATE TABLE lanes (
    model_id     TEXT PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE,
    paused_until INTEGER NOT NULL,
    why          TEXT NOT NULL
) STRICT;
