-- A job is told to stop by whichever process is asked to, and worked on by whichever began it or took it
-- up: stop_asked_at is how the one tells the other. As long as it is set no row of the job is taken; whoever
-- goes on with the job takes it away.

ALTER TABLE jobs ADD COLUMN stop_asked_at BIGINT;
