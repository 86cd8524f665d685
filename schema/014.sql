-- 014.sql: runs keep what was said to a chat; uploads may be inputs of runs.

ALTER TABLE runs ADD COLUMN query TEXT;
CREATE INDEX runs_status ON runs (status, id);

-- 'input': a file for a run, gone once Dify has it.
ALTER TABLE uploads ADD COLUMN purpose TEXT NOT NULL DEFAULT 'document'
    CHECK (purpose IN ('document', 'input'));
