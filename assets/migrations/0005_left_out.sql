-- Rows that the plan left out are kept with a job to be told, and are none of those that it does: they are the
-- skipped ones of 0003_jobs.sql without a change_value. total and skipped leave them out, left_out counts them.

ALTER TABLE jobs ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
