-- Who works on a job only its process knows; the others go by worked_at, when somebody took the job up or last
-- did rows of it. None where it is known that nobody works on it: it was told to stop, given up, or let go of.

ALTER TABLE jobs ADD COLUMN worked_at BIGINT;
