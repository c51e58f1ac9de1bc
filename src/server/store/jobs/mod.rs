//! Jobs: a bulk change's rows, and what became of each.
//!
//! A row waits until it has a result. Whoever works on a job takes waiting rows inside the transaction
//! that holds the workspace, and writes their results in it, so that no two can make the same change,
//! be it in one process or in two on the same database.

mod make;
mod read;

use super::{
    Reading, Result, StoreError, WriteTx,
    bulk::Batch,
    sql::{Columns, Dialect},
    workspaces::{parse, text_of},
};
use crate::domain::{
    change::Change,
    id::{AccountId, EventId, JobId},
    plan::{Expects, Trace},
    time::Timestamp,
    untrusted::Text,
};

pub use make::{Made, Planned};
pub use read::{JobRecord, LEASE};

/// A job to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Who asks for it.
    pub actor: AccountId,
    /// The request's idempotency key: an account's for ever.
    pub key: String,
    /// Hash of the request.
    pub body_hash: String,
    /// The bulk action's name.
    pub action: &'static str,
    /// With what, in names.
    pub detail: Text,
    /// Why.
    pub reason: Option<Text>,
    /// The job that it takes back.
    pub undoes: Option<JobId>,
    /// Whether a filter chose its rows.
    pub by_filter: bool,
    /// When.
    pub at: Timestamp,
}

/// A row of a job to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// The member or invitation; none for somebody new.
    pub target: Option<i64>,
    /// E-mail.
    pub name: Text,
    /// What is to be done with it.
    pub fate: Fate,
}

/// What is to be done with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is changed.
    Waits {
        /// How.
        change: Change,
        /// What must still be so when its turn comes.
        expects: Option<Expects>,
    },
    /// It is left alone: somebody has changed it since.
    Skipped {
        /// What would have been done.
        change: Change,
        /// Why it is not.
        reason: Text,
    },
    /// The plan left it out: it is none of the job's, and told with them.
    LeftOut(Text),
}

/// Where a row stands among those of its job in the order in which they are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InTurn(i64, i64);

/// A row that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number, from 1.
    pub row: i64,
    /// When it is its turn.
    pub turn: InTurn,
    /// E-mail.
    pub name: Text,
    /// What is to be done.
    pub change: Change,
    /// What must still be so.
    pub expects: Option<Expects>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It was done.
    Applied {
        /// What its undo needs.
        trace: Box<Trace>,
        /// Its event in the audit log.
        event: EventId,
    },
    /// It was refused.
    Failed(Text),
    /// It was left alone.
    Skipped(Text),
}

/// A row that was done, for its undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The member or invitation.
    pub target: Option<i64>,
    /// E-mail.
    pub name: Text,
    /// What it did.
    pub trace: Trace,
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Done.
    pub applied: i64,
    /// Refused.
    pub failed: i64,
    /// Left alone.
    pub skipped: i64,
}

impl Tally {
    fn count(&mut self, became: &Became) {
        match became {
            Became::Applied { .. } => self.applied += 1,
            Became::Failed(_) => self.failed += 1,
            Became::Skipped(_) => self.skipped += 1,
        }
    }

    fn all(self) -> i64 {
        self.applied + self.failed + self.skipped
    }
}

/// Rows of a job of which PostgreSQL is to take notice at once. By itself it does so after a minute, and until then
/// reads and sorts all of them for each batch.
const MANY: usize = 1_000;

const RESULTS: [&str; 6] = ["job_id", "row_number", "state", "reason", "trace", "event"];

impl Reading<'_> {
    /// The job that was begun with this key, and the hash of the request.
    pub async fn job_by_key(&mut self, account: AccountId, key: &str) -> Result<Option<(JobId, String)>> {
        let sql = self.d.sql("SELECT id, body_hash FROM jobs WHERE actor = ? AND idem_key = ?");
        let found = sql.bind(account.0).bind(key).first(self.conn).await?;
        found.map(|row| Ok((JobId(row.int(0)?), row.text(1)?))).transpose()
    }
}

impl WriteTx {
    /// Writes a job, to be worked on by whoever asks for this, and its rows, those left out with their reasons.
    pub async fn create_job(&mut self, job: NewJob, rows: Vec<NewRow>) -> Result<JobId> {
        let d = self.d;
        let text = "INSERT INTO jobs (workspace_id, actor, actor_email, idem_key, body_hash, action, detail, reason, \
                    undoes, by_filter, created_at, worked_at, ended_at, total, left_out) \
                    SELECT ?, a.id, a.email, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM accounts a WHERE a.id = ? \
                    RETURNING id";
        let sql = d.sql(text).bind(self.ws.0).bind(job.key).bind(job.body_hash).bind(job.action);
        let sql = sql.bind(job.detail.raw()).bind(job.reason.as_ref().map(Text::raw)).bind(job.undoes.map(|id| id.0));
        let sql = sql.bind(job.by_filter);
        let total = rows.iter().filter(|row| !matches!(row.fate, Fate::LeftOut(_))).count();
        let sql = sql.bind(job.at.0).bind(job.at.0).bind((total == 0).then_some(job.at.0)).bind(count(total));
        let sql = sql.bind(count(rows.len() - total));
        let id = sql.bind(job.actor.0).number(&mut self.writing.tx).await?;
        let id = JobId(id.ok_or(StoreError::Missing("account"))?);
        let columns = ["job_id", "row_number", "target", "turn", "name", "change_value", "expected"];
        let mut batch = Batch::new(d, "job_rows", &columns);
        let mut skipped = Vec::new();
        let mut left_out = Batch::new(d, "job_results", &RESULTS);
        for (number, row) in (1_i64..).zip(rows) {
            let (change, expects) = match row.fate {
                Fate::Waits { change, expects } => {
                    (Some(text_of(&change)?), expects.as_ref().map(text_of).transpose()?)
                }
                Fate::Skipped { change, reason } => {
                    skipped.push((number, Became::Skipped(reason)));
                    (Some(text_of(&change)?), None)
                }
                Fate::LeftOut(reason) => {
                    let (trace, event) = (None::<&str>.into(), None::<i64>.into());
                    left_out.row([id.0.into(), number.into(), "skipped".into(), reason.raw().into(), trace, event]);
                    (None, None)
                }
            };
            let name = row.name.raw().into();
            let turn = row.target.unwrap_or(0).into();
            batch.row([id.0.into(), number.into(), row.target.into(), turn, name, change.into(), expects.into()]);
        }
        batch.run(&mut self.writing.tx).await?;
        if d == Dialect::Postgres && total >= MANY {
            d.sql("ANALYZE job_rows").run(&mut self.writing.tx).await?;
        }
        left_out.run(&mut self.writing.tx).await?;
        self.record(id, skipped, job.at).await?;
        Ok(id)
    }

    /// The next rows that wait, in turn; none of a job that was told to stop.
    pub async fn waiting(&mut self, job: JobId, limit: usize) -> Result<Vec<Waiting>> {
        let stands = self.d.sql("SELECT done_turn, done_row FROM jobs WHERE id = ? AND stop_asked_at IS NULL");
        let Some(done) = stands.bind(job.0).first(&mut self.writing.tx).await? else { return Ok(Vec::new()) };
        let text = format!(
            "SELECT {} FROM (SELECT r.row_number, r.turn, r.name, r.change_value, r.expected FROM job_rows r \
             WHERE r.job_id = ? AND (r.turn, r.row_number) > (?, ?) AND (SELECT COUNT(*) FROM job_results e \
             WHERE e.job_id = r.job_id AND e.row_number = r.row_number) <> 1 ORDER BY r.turn, r.row_number LIMIT ?) w",
            self.d.gather("w.row_number, w.turn, w.name, w.change_value, w.expected")
        );
        let mut sql = self.d.sql(&text).bind(job.0).bind(done.int(0)?).bind(done.int(1)?).bind(count(limit));
        // So that PostgreSQL reads rows in turn, and no more than it needs: a plan that is kept is one for jobs of a
        // middling size, a join one for as many results as there were when they were counted last, and of what is
        // unequal to something it expects much.
        sql.once();
        let mut rows: Vec<(i64, i64, Text, String, Option<String>)> = sql.gathered(&mut self.writing.tx).await?;
        rows.sort_unstable_by_key(|row| (row.1, row.0));
        let waiting = rows.into_iter().map(|(row, turn, name, change, expects)| {
            let expects = expects.as_deref().map(parse).transpose()?;
            Ok(Waiting { row, turn: InTurn(turn, row), name, change: parse(&change)?, expects })
        });
        waiting.collect()
    }

    /// The idempotency key that a job was asked for with.
    pub async fn job_key(&mut self, job: JobId) -> Result<String> {
        let row = self.d.sql("SELECT idem_key FROM jobs WHERE id = ?").bind(job.0).first(&mut self.writing.tx).await?;
        row.ok_or(StoreError::Missing("job"))?.text(0)
    }

    /// Notes that every row up to one that waited has its result: nobody looks for waiting rows before it again.
    pub async fn done_up_to(&mut self, job: JobId, InTurn(turn, row): InTurn) -> Result<()> {
        let sql = self.d.sql("UPDATE jobs SET done_turn = ?, done_row = ? WHERE id = ?").bind(turn).bind(row);
        sql.bind(job.0).run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Writes what became of rows. A row that has a result already is a fault of the database's: it
    /// was taken while the workspace was held.
    pub async fn record(&mut self, job: JobId, results: Vec<(i64, Became)>, now: Timestamp) -> Result<()> {
        let mut batch = Batch::new(self.d, "job_results", &RESULTS);
        let mut tally = Tally::default();
        for (row, became) in results {
            tally.count(&became);
            let (state, reason, trace, event) = match became {
                Became::Applied { trace, event } => ("applied", None, Some(text_of(&trace)?), Some(event.0)),
                Became::Failed(reason) => ("failed", Some(reason), None, None),
                Became::Skipped(reason) => ("skipped", Some(reason), None, None),
            };
            let reason = reason.as_ref().map(Text::raw);
            batch.row([job.0.into(), row.into(), state.into(), reason.into(), trace.into(), event.into()]);
        }
        batch.run(&mut self.writing.tx).await?;
        self.add_up(job, tally, now).await
    }

    async fn add_up(&mut self, job: JobId, tally: Tally, now: Timestamp) -> Result<()> {
        let text = "UPDATE jobs SET applied = applied + ?, failed = failed + ?, skipped = skipped + ?, trouble = NULL, \
                    worked_at = ?, ended_at = CASE WHEN applied + failed + skipped + ? = total THEN ? ELSE NULL END \
                    WHERE id = ?";
        let sql = self.d.sql(text).bind(tally.applied).bind(tally.failed).bind(tally.skipped).bind(now.0);
        sql.bind(tally.all()).bind(now.0).bind(job.0).run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Tells whoever works on a job, in this process or another, to stop. Batches hold the workspace as this
    /// does: once this is kept, none of them takes another row.
    pub async fn ask_to_stop(&mut self, job: JobId, now: Timestamp) -> Result<()> {
        let sql =
            self.d.sql("UPDATE jobs SET stop_asked_at = ?, worked_at = NULL WHERE id = ?").bind(now.0).bind(job.0);
        sql.run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Takes a job up, to be worked on by whoever asks for this, though it was told to stop.
    pub async fn take_up(&mut self, job: JobId, now: Timestamp) -> Result<()> {
        let sql = self.d.sql("UPDATE jobs SET stop_asked_at = NULL, worked_at = ? WHERE id = ?");
        let sql = sql.bind(now.0).bind(job.0);
        sql.run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Rows that failed wait again.
    pub async fn retry_failed(&mut self, job: JobId) -> Result<()> {
        // The last condition is for the index that leaves out what was done.
        let gone = self.d.sql("DELETE FROM job_results WHERE job_id = ? AND state = 'failed' AND state <> 'applied'");
        if gone.bind(job.0).run(&mut self.writing.tx).await? > 0 {
            let sql =
                self.d.sql("UPDATE jobs SET failed = 0, done_turn = 0, done_row = 0, ended_at = NULL WHERE id = ?");
            sql.bind(job.0).run(&mut self.writing.tx).await?;
        }
        Ok(())
    }

    /// Rows that wait are left alone for good.
    pub async fn skip_waiting(&mut self, job: JobId, reason: &Text, now: Timestamp) -> Result<()> {
        let text = "INSERT INTO job_results (job_id, row_number, state, reason) SELECT r.job_id, r.row_number, \
                    'skipped', ? FROM job_rows r WHERE r.job_id = ? AND NOT EXISTS (SELECT 1 FROM job_results e \
                    WHERE e.job_id = r.job_id AND e.row_number = r.row_number)";
        let sql = self.d.sql(text).bind(reason.raw()).bind(job.0);
        let skipped = sql.run(&mut self.writing.tx).await?;
        self.add_up(job, Tally { skipped: i64::try_from(skipped).unwrap_or(i64::MAX), ..Tally::default() }, now).await
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
