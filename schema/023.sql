-- 023.sql: when a draft was saved last, as its Dify says (s): its hash does not
-- tell of secrets.
ALTER TABLE workflows ADD COLUMN dify_draft_at INTEGER;
