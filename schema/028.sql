-- 028.sql: jobs that failed or were called off, which a start page asks for.

CREATE INDEX jobs_unusual ON jobs (state, id)
    WHERE state NOT IN ('queued', 'running', 'succeeded');
