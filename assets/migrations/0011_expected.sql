-- What must still be so of what a row is on when its turn comes: a version, or the roles that are replaced.

ALTER TABLE job_rows ADD COLUMN expected TEXT;
UPDATE job_rows SET expected = '{"version":' || expects || '}' WHERE expects IS NOT NULL;
ALTER TABLE job_rows DROP COLUMN expects;
