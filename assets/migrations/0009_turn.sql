-- How far a job is: every row up to this turn and number has its result. Rows that are tried again put it back to
-- the beginning. A job that goes on need not pass by all that is done to find where it was.

ALTER TABLE jobs ADD COLUMN done_turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN done_row BIGINT NOT NULL DEFAULT 0;
