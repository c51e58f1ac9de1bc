//! Changes recorded, worked on, stopped and resumed.

use super::{
    super::{
        Reading, Result, StoreError, WriteTx,
        bulk::Batch,
        sql::{Columns, Dialect, numbers},
        workspaces::{parse, text_of},
    },
    NewChange, NewResult, NewRow, PendingRow,
};
use crate::domain::{
    change::{Refusal, Request},
    id::{AccountId, ChangeId, EventId},
    plan::RowOutcome,
    time::Timestamp,
    untrusted::Text,
};

/// Rows of a change of which PostgreSQL is to take notice at once. By itself it does so after a minute, and until then
/// reads and sorts all of them for each question.
const MANY: usize = 1_000;

const RESULTS: [&str; 4] = ["change_id", "row_number", "state", "why"];

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    done: i64,
    failed: i64,
    skipped: i64,
}

impl Tally {
    fn count(&mut self, outcome: &RowOutcome) {
        match outcome {
            RowOutcome::Done => self.done += 1,
            RowOutcome::Failed { .. } => self.failed += 1,
            RowOutcome::Skipped { .. } | RowOutcome::Unchanged => self.skipped += 1,
        }
    }

    fn all(self) -> i64 {
        self.done + self.failed + self.skipped
    }
}

impl Reading<'_> {
    /// The change that was begun with this key, and the hash of the request.
    pub async fn change_by_key(&mut self, account: AccountId, key: &str) -> Result<Option<(ChangeId, String)>> {
        let sql = self.d.sql("SELECT id, body_hash FROM changes WHERE actor = ? AND idem_key = ?");
        let found = sql.bind(account.0).bind(key).first(self.conn).await?;
        found.map(|row| Ok((ChangeId(row.int(0)?), row.text(1)?))).transpose()
    }

    /// What a change was asked for with.
    pub async fn request_of(&mut self, change: ChangeId) -> Result<Request> {
        let sql = self.d.sql("SELECT request FROM changes WHERE workspace_id = ? AND id = ?");
        let row = sql.bind(self.ws.0).bind(change.0).first(self.conn).await?;
        parse(&row.ok_or(StoreError::Missing("change"))?.text(0)?)
    }

    /// The rows that are pending, in the order in which they lie on disk: things that lie side by side are changed
    /// together, which writes a fraction of the pages that the order of a list would.
    pub async fn pending(&mut self, change: ChangeId) -> Result<Vec<PendingRow>> {
        let text = format!(
            "SELECT {} FROM change_rows r WHERE r.change_id = ? AND r.fingerprint IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM change_results e WHERE e.change_id = r.change_id AND e.row_number = r.row_number)",
            self.d.gather("r.row_number, r.item, r.target, r.name, r.fingerprint")
        );
        let rows: Vec<(i64, i64, Option<i64>, Text, i64)> =
            self.d.sql(&text).bind(change.0).gathered(self.conn).await?;
        let pending =
            |(number, item, target, name, fingerprint)| PendingRow { number, item, target, name, fingerprint };
        let mut rows: Vec<PendingRow> = rows.into_iter().map(pending).collect();
        rows.sort_unstable_by_key(|row| (row.target, row.number));
        Ok(rows)
    }

    /// Whether a change was told to stop.
    pub async fn stop_asked(&mut self, change: ChangeId) -> Result<bool> {
        let sql = self.d.sql("SELECT 1 FROM changes WHERE id = ? AND stop_asked_at IS NOT NULL").bind(change.0);
        Ok(sql.number(self.conn).await?.is_some())
    }

    /// Of these rows, those that have no result yet: another process may work on the same change.
    pub async fn still_pending(&mut self, change: ChangeId, rows: &[i64]) -> Result<std::collections::HashSet<i64>> {
        let text = "SELECT row_number FROM change_results WHERE change_id = ? AND row_number IN ";
        let sql = self.d.sql(text).bind(change.0).and_ids(rows.iter().copied());
        let done = sql.all(self.conn).await?;
        let done: std::collections::HashSet<i64> = done.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
        Ok(rows.iter().copied().filter(|row| !done.contains(row)).collect())
    }

    /// The idempotency key that a change was asked for with.
    pub async fn change_key(&mut self, change: ChangeId) -> Result<String> {
        let row = self.d.sql("SELECT idem_key FROM changes WHERE id = ?").bind(change.0).first(self.conn).await?;
        row.ok_or(StoreError::Missing("change"))?.text(0)
    }
}

impl WriteTx {
    /// Records a change and its rows, those left out with their reasons. Rows that are pending are worked on by whoever
    /// asks for this.
    pub async fn record_change(&mut self, change: &NewChange, rows: &[NewRow]) -> Result<ChangeId> {
        let d = self.d;
        let text = "INSERT INTO changes (workspace_id, actor, actor_email, idem_key, body_hash, action, request, what, \
                    name, reason, undoes, created_at, worked_at, ended_at, total, left_out) \
                    SELECT ?, a.id, a.email, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM accounts a WHERE a.id = ? \
                    ON CONFLICT (actor, idem_key) DO NOTHING RETURNING id";
        let total = rows.iter().filter(|row| row.planned.is_ok()).count();
        let request = &change.request;
        let sql = d.sql(text).bind(self.ws.0).bind(change.key.as_str()).bind(change.body_hash.as_str());
        let sql = sql.bind(request.kind.name()).bind(text_of(request)?).bind(text_of(&change.what)?);
        let sql = sql.bind(change.name.as_ref().map(Text::raw)).bind(request.reason().map(Text::raw));
        let sql = sql.bind(change.undoes.map(|id| id.0)).bind(change.at.0).bind(change.at.0);
        let sql = sql.bind((total == 0).then_some(change.at.0)).bind(total as i64).bind((rows.len() - total) as i64);
        let id = sql.bind(change.actor.0).number(&mut self.writing.tx).await?;
        let id = ChangeId(id.ok_or_else(StoreError::key_taken)?);
        let columns = ["change_id", "row_number", "item", "target", "name", "fingerprint"];
        let mut batch = Batch::new(d, "change_rows", &columns);
        let mut left_out = Batch::new(d, "change_results", &RESULTS);
        for (number, row) in (1_i64..).zip(rows) {
            let fingerprint = row.planned.as_ref().ok().copied();
            let name = row.name.raw().into();
            batch.row([id.0.into(), number.into(), row.item.into(), row.target.into(), name, fingerprint.into()]);
            if let Err(outcome) = &row.planned {
                let why = outcome.why().map(text_of).transpose()?;
                left_out.row([id.0.into(), number.into(), outcome.name().into(), why.into()]);
            }
        }
        batch.run(&mut self.writing.tx).await?;
        left_out.run(&mut self.writing.tx).await?;
        if d == Dialect::Postgres && total >= MANY {
            d.sql("ANALYZE change_rows").run(&mut self.writing.tx).await?;
        }
        Ok(id)
    }

    /// Writes that rows are done; their events follow one another from `first`. A row that has ended already is a fault,
    /// as for [`WriteTx::end_rows`].
    pub async fn rows_done(&mut self, change: ChangeId, rows: &[i64], first: EventId, now: Timestamp) -> Result<()> {
        let text = format!(
            "INSERT{} INTO change_results (change_id, row_number, state, event) SELECT ?, value, 'done', ? + key FROM {}",
            self.d.or_fail(),
            self.d.each()
        );
        let sql = self.d.sql(&text).bind(change.0).bind(first.0).bind(numbers(rows.iter().copied()));
        sql.run(&mut self.writing.tx).await?;
        self.add_up(change, Tally { done: rows.len() as i64, ..Tally::default() }, now).await
    }

    /// Writes how rows ended. A row that has ended already is a fault of the database's: it was taken while the
    /// workspace was held.
    pub async fn end_rows(&mut self, change: ChangeId, results: &[NewResult], now: Timestamp) -> Result<()> {
        if results.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new(self.d, "change_results", &RESULTS);
        let mut tally = Tally::default();
        for NewResult { number, outcome } in results {
            tally.count(outcome);
            let why = outcome.why().map(text_of).transpose()?;
            batch.row([change.0.into(), (*number).into(), outcome.name().into(), why.into()]);
        }
        batch.run(&mut self.writing.tx).await?;
        self.add_up(change, tally, now).await
    }

    async fn add_up(&mut self, change: ChangeId, tally: Tally, now: Timestamp) -> Result<()> {
        let text = "UPDATE changes SET done = done + ?, failed = failed + ?, skipped = skipped + ?, trouble = NULL, \
                    worked_at = ?, ended_at = CASE WHEN done + failed + skipped + ? = total THEN ? ELSE NULL END \
                    WHERE id = ?";
        let sql = self.d.sql(text).bind(tally.done).bind(tally.failed).bind(tally.skipped).bind(now.0);
        sql.bind(tally.all()).bind(now.0).bind(change.0).run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Tells whoever works on a change, in this process or another, to stop. Batches hold the workspace as this does:
    /// once this is kept, none of them takes another row.
    pub async fn ask_to_stop(&mut self, change: ChangeId, now: Timestamp) -> Result<()> {
        let sql = self.d.sql("UPDATE changes SET stop_asked_at = ?, worked_at = NULL WHERE id = ?");
        sql.bind(now.0).bind(change.0).run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Takes a change up, to be worked on by whoever asks for this, though it was told to stop.
    pub async fn take_up(&mut self, change: ChangeId, now: Timestamp) -> Result<()> {
        let sql = self.d.sql("UPDATE changes SET stop_asked_at = NULL, worked_at = ? WHERE id = ?");
        sql.bind(now.0).bind(change.0).run(&mut self.writing.tx).await?;
        Ok(())
    }

    /// Rows that failed are pending again.
    pub async fn retry_failed(&mut self, change: ChangeId) -> Result<()> {
        // The last condition is for the index that leaves out what was done.
        let text = "DELETE FROM change_results WHERE change_id = ? AND state = 'failed' AND state <> 'done'";
        if self.d.sql(text).bind(change.0).run(&mut self.writing.tx).await? > 0 {
            let sql = self.d.sql("UPDATE changes SET failed = 0, ended_at = NULL WHERE id = ?").bind(change.0);
            sql.run(&mut self.writing.tx).await?;
        }
        Ok(())
    }

    /// Rows that are pending are skipped for good.
    pub async fn skip_pending(&mut self, change: ChangeId, why: &Refusal, now: Timestamp) -> Result<()> {
        let text = "INSERT INTO change_results (change_id, row_number, state, why) SELECT r.change_id, r.row_number, \
                    'skipped', ? FROM change_rows r WHERE r.change_id = ? AND NOT EXISTS (SELECT 1 FROM \
                    change_results e WHERE e.change_id = r.change_id AND e.row_number = r.row_number)";
        let sql = self.d.sql(text).bind(text_of(why)?).bind(change.0);
        let skipped = sql.run(&mut self.writing.tx).await?;
        let skipped = i64::try_from(skipped).unwrap_or(i64::MAX);
        self.add_up(change, Tally { skipped, ..Tally::default() }, now).await
    }
}
