-- 005.sql: an app in a Dify is found again by its id.

CREATE INDEX workflows_app ON workflows (dify_app_id)
    WHERE dify_app_id IS NOT NULL;
