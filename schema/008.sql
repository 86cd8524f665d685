-- 008.sql: each text of a DSL is kept once, packed; versions name it.

CREATE TABLE dsl_texts (
    hash   BLOB PRIMARY KEY,       -- BLAKE2b-256 of the canonical JSON
    bytes  INTEGER NOT NULL,       -- of that JSON
    packed BLOB NOT NULL           -- the JSON as a zlib stream
) STRICT;

-- Filled into the new tables, and emptied, by version_catch_up().
ALTER TABLE versions RENAME TO versions_plain;

CREATE TABLE versions (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    hash        BLOB NOT NULL REFERENCES dsl_texts (hash),
    origin      TEXT NOT NULL,
    from_number INTEGER,           -- the version that a rollback brought back
    note        TEXT,              -- in somebody's own words
    created_by  TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (workflow_id, number)
) STRICT;
CREATE INDEX versions_hash ON versions (hash);

CREATE TRIGGER versions_gone AFTER DELETE ON versions
WHEN NOT EXISTS (SELECT 1 FROM versions WHERE hash = OLD.hash)
BEGIN
    DELETE FROM dsl_texts WHERE hash = OLD.hash;
END;
