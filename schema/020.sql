-- 020.sql: a model may have a limit of its own.

ALTER TABLE models ADD COLUMN at_once INTEGER
    CHECK (at_once BETWEEN 1 AND 1000); -- jobs that ask it; NULL: LLM_CONCURRENCY
