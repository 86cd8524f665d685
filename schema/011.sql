-- 011.sql: workflows that go from one Dify to another.

-- What takes the place of a model, a knowledge base or a tool in a Dify.
CREATE TABLE mappings (
    source_id  TEXT NOT NULL,      -- the connection it comes from; '': any
    target_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('model', 'dataset', 'tool')),
    from_key   TEXT NOT NULL,
    to_key     TEXT NOT NULL,      -- the same as from_key: as it is
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (source_id, target_id, kind, from_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX mappings_target ON mappings (target_id);

-- The workflow that this one was promoted from.
ALTER TABLE workflows ADD COLUMN promoted_from TEXT
    REFERENCES workflows (id) ON DELETE SET NULL;
CREATE INDEX workflows_promoted ON workflows (promoted_from, connection_id)
    WHERE promoted_from IS NOT NULL;
