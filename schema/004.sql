-- 004.sql: whose turn it is. The user with the lowest turn waited longest;
-- '' stands for jobs without a user.

CREATE TABLE job_turns (
    user_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    turn    INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;
