-- 009.sql: which round of which iteration or loop an execution belongs to.

ALTER TABLE run_nodes ADD COLUMN parent TEXT;   -- node id of the container
ALTER TABLE run_nodes ADD COLUMN round INTEGER; -- from 0
ALTER TABLE run_nodes ADD COLUMN tokens INTEGER;
