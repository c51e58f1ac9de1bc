-- Bulk changes as they are made (SPEC 6). The tokens are those of 0001_model.sql.
--
-- A job and its rows are written once, when it begins; what becomes of a row is one more row in
-- job_results, written in the transaction that makes its change. A row waits as long as it has no
-- result, and the primary key is why it can never have two: whoever else applied it meanwhile, in
-- this process or another, the second transaction fails as a whole.

-- total to skipped are counts of job_rows and job_results: a list of jobs need not count them.
-- ended_at is set while no row waits; trouble says why the backend itself gave up, until it goes on.
CREATE TABLE jobs (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    actor BIGINT NOT NULL,
    actor_email TEXT NOT NULL,
    idem_key @key@ NOT NULL,
    body_hash TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    reason TEXT,
    undoes BIGINT REFERENCES jobs (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    trouble TEXT,
    total BIGINT NOT NULL,
    applied BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    UNIQUE (actor, idem_key)
);
CREATE INDEX jobs_by_age ON jobs (workspace_id, id);
CREATE INDEX jobs_undoing ON jobs (undoes) WHERE undoes IS NOT NULL;

-- change_value is none for a row that the plan left out; expects is the version of what an undo touches.
-- Rows are shown by their number and done by their turn, which is their target's: things that lie side by
-- side are changed together, which writes a fraction of the pages that the order of a list would.
CREATE TABLE job_rows (
    job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    row_number BIGINT NOT NULL,
    target BIGINT,
    turn BIGINT NOT NULL,
    name TEXT NOT NULL,
    change_value TEXT,
    expects BIGINT,
    PRIMARY KEY (job_id, row_number)
) @wide@;
CREATE INDEX job_rows_in_turn ON job_rows (job_id, turn, row_number);

-- trace is what an undo of the row is made from; event its place in the audit log. Results lie in the
-- order in which they came.
CREATE TABLE job_results (
    job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    row_number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('applied', 'failed', 'skipped')),
    reason TEXT,
    trace TEXT,
    event BIGINT,
    PRIMARY KEY (job_id, row_number)
);
CREATE INDEX job_results_to_look_at ON job_results (job_id, state, row_number) WHERE state <> 'applied';
