-- 026.sql: indexes that no query used are gone, each of which every run paid
-- for; the runs that end otherwise than well, or wait, are found by how.

DROP INDEX jobs_workflow;
DROP INDEX runs_status;
DROP INDEX runs_paused;
CREATE INDEX runs_unusual ON runs (status, id)
    WHERE status NOT IN ('queued', 'running', 'succeeded');
