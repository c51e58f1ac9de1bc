-- Whether a filter chose a job's rows: rows that its plan left out are then none that anybody named, and nothing is
-- missing without them.

ALTER TABLE jobs ADD COLUMN by_filter BIGINT NOT NULL DEFAULT 0;
