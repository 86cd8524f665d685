-- 018.sql: workflows whose words and uses are to be taken into the index.

CREATE TABLE search_due (
    workflow_id TEXT PRIMARY KEY REFERENCES workflows (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
