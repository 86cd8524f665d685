-- 025.sql: events are numbered by the newest of them, which is never pruned, so
-- that not every one of them writes to a second table.

CREATE TABLE events_numbered (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    data       TEXT NOT NULL,      -- JSON
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO events_numbered SELECT * FROM events;
DROP TABLE events;
ALTER TABLE events_numbered RENAME TO events;
