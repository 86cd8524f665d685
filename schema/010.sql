-- 010.sql: all that a language model may need to be told, and what its test
-- found out.

ALTER TABLE models ADD COLUMN context_size INTEGER; -- tokens it can read
ALTER TABLE models ADD COLUMN headers BLOB;         -- sealed: JSON {name: value}
ALTER TABLE models ADD COLUMN header_hints TEXT;    -- JSON {name: hint}
ALTER TABLE models ADD COLUMN insecure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN ca TEXT;              -- PEM, trusted besides the system's
ALTER TABLE models ADD COLUMN proxy TEXT;           -- http://host:port
ALTER TABLE models ADD COLUMN price_in REAL;        -- of a million tokens
ALTER TABLE models ADD COLUMN price_out REAL;
ALTER TABLE models ADD COLUMN currency TEXT;
ALTER TABLE models ADD COLUMN output TEXT NOT NULL DEFAULT 'auto' CHECK (output IN
    ('auto', 'plain', 'json_object', 'json_schema'));
ALTER TABLE models ADD COLUMN found_output TEXT CHECK (found_output IN
    ('plain', 'json_object', 'json_schema'));
ALTER TABLE models ADD COLUMN quirks TEXT;          -- words with blanks between
ALTER TABLE models ADD COLUMN probed_at INTEGER;
