-- 027.sql: the end user that a run has in Dify; NULL: one of its own, named after
-- the job, the conversation or the files.

ALTER TABLE runs ADD COLUMN end_user TEXT;
