-- 002.sql: search inside workflows, and what they make use of.

CREATE TABLE search_docs (
    id          INTEGER PRIMARY KEY,  -- the rowid in search_text
    workflow_id TEXT NOT NULL UNIQUE REFERENCES workflows (id) ON DELETE CASCADE
) STRICT;

-- The text has a blank around each CJK character: unicode61 then takes each
-- as a word, and a run of them is asked for as a phrase.
CREATE VIRTUAL TABLE search_text USING fts5 (
    name, body, tokenize = 'unicode61 remove_diacritics 2'
);

-- "Which workflows use this model?"
CREATE TABLE workflow_uses (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('node', 'model', 'tool', 'dataset', 'host')),
    value       TEXT NOT NULL,
    PRIMARY KEY (workflow_id, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_uses_value ON workflow_uses (kind, value, workflow_id);
