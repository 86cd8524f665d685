-- 015.sql: what is known of a workflow's app in Dify.

ALTER TABLE workflows ADD COLUMN dify_version INTEGER; -- the version in Dify
ALTER TABLE workflows ADD COLUMN dify_seen BLOB;       -- keyed hash of its draft
ALTER TABLE workflows ADD COLUMN dify_updated_at INTEGER; -- of the app, as Dify says
ALTER TABLE workflows ADD COLUMN dify_read_at INTEGER; -- when the draft was read
ALTER TABLE workflows ADD COLUMN found_seen INTEGER NOT NULL DEFAULT 0; -- version
