-- 003.sql: how a Dify is reached, and its colour.

ALTER TABLE connections ADD COLUMN insecure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN ca TEXT;     -- PEM, trusted besides the system's
ALTER TABLE connections ADD COLUMN proxy TEXT;  -- http://host:port
ALTER TABLE connections ADD COLUMN colour TEXT;
