-- 024.sql: running jobs that somebody called off.

CREATE INDEX jobs_cancelled ON jobs (lease_owner)
    WHERE state = 'running' AND cancel;
