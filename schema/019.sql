-- What a Dify may have got more kinds, and which of them it was asked for is
-- known: an empty list is none, not unknown.
CREATE TABLE resource_lists (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    PRIMARY KEY (connection_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO resource_lists SELECT DISTINCT connection_id, kind FROM resources;

CREATE TABLE resources_new (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,   -- a name of enum resource_kind
    handle        TEXT NOT NULL,
    dify_id       TEXT NOT NULL,
    name          TEXT NOT NULL,
    provider      TEXT,
    mode          TEXT,
    extra         TEXT,            -- JSON
    position      INTEGER NOT NULL,
    PRIMARY KEY (connection_id, kind, handle)
) STRICT;
INSERT INTO resources_new SELECT * FROM resources;
DROP TABLE resources;
ALTER TABLE resources_new RENAME TO resources;

CREATE TABLE mappings_new (
    source_id  TEXT NOT NULL,      -- the connection it comes from; '': any
    target_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,      -- a name of enum need_kind, but secrets
    from_key   TEXT NOT NULL,
    to_key     TEXT NOT NULL,      -- the same as from_key: as it is
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (source_id, target_id, kind, from_key)
) STRICT, WITHOUT ROWID;
INSERT INTO mappings_new SELECT * FROM mappings;
DROP TABLE mappings;
ALTER TABLE mappings_new RENAME TO mappings;
CREATE INDEX mappings_target ON mappings (target_id);
