-- 016.sql: whose draft in Dify was read longest ago.

CREATE INDEX workflows_draft ON workflows (connection_id, dify_read_at)
    WHERE dify_app_id IS NOT NULL;
