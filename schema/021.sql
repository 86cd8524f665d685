-- 021.sql: why a Dify is not well, and why a run came to nothing, by a stable
-- code beside the text. A run that failed in Dify has none.
ALTER TABLE connections ADD COLUMN error_code TEXT;
ALTER TABLE runs ADD COLUMN error_code TEXT;
