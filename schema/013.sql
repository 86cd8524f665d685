-- 013.sql: whether a Dify can make workflows itself.

ALTER TABLE connections ADD COLUMN generator INTEGER NOT NULL DEFAULT 0;
