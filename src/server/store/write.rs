//! Writes: one transaction that holds a workspace against other writers, in which a change is
//! checked, applied, logged and remembered.

use super::{
    Link, NewEvent, Result, Scope, Store, StoreError, apply,
    audit::Chain,
    open::Writing,
    reading::Reading,
    snapshot,
    sql::{Columns, Dialect},
};
use crate::domain::{
    change::Delta,
    id::{AccountId, ChangeId, WorkspaceId},
    model::Snapshot,
    time::{DAY, Timestamp},
};

/// The answer once given to a write, kept under its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Hash of the request's body.
    pub body_hash: String,
    /// HTTP status answered.
    pub status: u16,
    /// Body answered.
    pub response: String,
}

/// How long an answer is kept under its key.
const REMEMBERED: i64 = 2 * DAY;

/// A write in the making: holds the workspace against other writers until committed or dropped.
#[derive(Debug)]
pub struct WriteTx {
    pub(super) writing: Writing,
    pub(super) d: Dialect,
    pub(super) ws: WorkspaceId,
    revision: i64,
}

impl Store {
    /// Begins a write of a workspace. Ends with [`WriteTx::commit`]; dropped, it changes nothing.
    pub async fn begin(&self, ws: WorkspaceId) -> Result<WriteTx> {
        let mut writing = self.write().await?;
        if self.dialect == Dialect::Postgres {
            // Whoever waits for this lock gets it in turn. For a row they do not: a change of many batches has it again
            // before they hear that it was free.
            let turn = self.sql("SELECT 1 WHERE pg_advisory_xact_lock(?) IS NOT NULL").bind(ws.0);
            turn.all(&mut writing.tx).await?;
        }
        let lock = match self.dialect {
            Dialect::Sqlite => "SELECT revision FROM workspaces WHERE id = ?",
            Dialect::Postgres => "SELECT revision FROM workspaces WHERE id = ? FOR UPDATE",
        };
        let revision = self.sql(lock).bind(ws.0).number(&mut writing.tx).await?;
        let revision = revision.ok_or(StoreError::Missing("workspace"))? + 1;
        Ok(WriteTx { writing, d: self.dialect, ws, revision })
    }
}

impl WriteTx {
    /// What can be read in this transaction.
    pub fn reading(&mut self) -> Reading<'_> {
        Reading { conn: &mut self.writing.tx, d: self.d, ws: self.ws }
    }

    /// As [`Store::snapshot`], of this transaction.
    pub async fn snapshot(&mut self, scope: &Scope, now: Timestamp) -> Result<Snapshot> {
        snapshot::load(&mut self.writing.tx, self.d, self.ws, scope, now).await
    }

    /// Writes deltas that were judged on the state of this transaction, none of which is about what another is about;
    /// what they make gets its identifiers. `links` are those of the invitations that get one.
    pub async fn write(
        &mut self,
        deltas: &mut [Delta],
        links: &[Option<Link>],
        actor: AccountId,
        now: Timestamp,
    ) -> Result<()> {
        self.work(actor, now).make(deltas).await?;
        self.write_edges(deltas, links, actor, now).await
    }

    /// The same of deltas that make nothing ([`Delta::makes_something`]).
    pub async fn write_edges(
        &mut self,
        deltas: &[Delta],
        links: &[Option<Link>],
        actor: AccountId,
        now: Timestamp,
    ) -> Result<()> {
        self.work(actor, now).write(deltas, links).await
    }

    fn work(&mut self, actor: AccountId, now: Timestamp) -> apply::Work<'_> {
        apply::Work { conn: &mut self.writing.tx, d: self.d, ws: self.ws, actor, now }
    }

    /// Runs what may find that something stands against it: then nothing of it is kept, and the rest stays.
    pub async fn savepoint(&mut self) -> Result<()> {
        self.d.sql("SAVEPOINT row").run(&mut self.writing.tx).await.map(drop)
    }

    /// Keeps what was written since the savepoint, or takes it back.
    pub async fn release(&mut self, keep: bool) -> Result<()> {
        if !keep {
            self.d.sql("ROLLBACK TO SAVEPOINT row").run(&mut self.writing.tx).await?;
        }
        self.d.sql("RELEASE SAVEPOINT row").run(&mut self.writing.tx).await.map(drop)
    }

    /// The end of the workspace's audit log, to which events of a change are added.
    pub async fn chain(&mut self, change: Option<ChangeId>, actor: Option<AccountId>) -> Result<Chain> {
        Chain::take_up(&mut self.writing.tx, self.d, self.ws, actor, change).await
    }

    /// Writes the events that were added to it.
    pub async fn keep(&mut self, chain: Chain) -> Result<()> {
        chain.write(&mut self.writing.tx).await
    }

    /// Adds events of a change, or of none, to the workspace's log, in order.
    pub async fn log(
        &mut self,
        change: Option<ChangeId>,
        actor: Option<AccountId>,
        events: &[NewEvent<'_>],
    ) -> Result<()> {
        let mut chain = self.chain(change, actor).await?;
        events.iter().try_for_each(|event| chain.add(event).map(drop))?;
        self.keep(chain).await
    }

    /// The answer kept under this key.
    pub async fn recall(&mut self, account: AccountId, key: &str) -> Result<Option<Remembered>> {
        let text = "SELECT body_hash, status, response FROM idempotency WHERE account_id = ? AND idem_key = ?";
        let found = self.d.sql(text).bind(account.0).bind(key).first(&mut self.writing.tx).await?;
        let Some(row) = found else { return Ok(None) };
        let status = u16::try_from(row.int(1)?).map_err(|_| StoreError::Corrupt("a remembered status".to_owned()))?;
        Ok(Some(Remembered { body_hash: row.text(0)?, status, response: row.text(2)? }))
    }

    /// Keeps an answer under a key, for two days.
    pub async fn remember(&mut self, account: AccountId, key: &str, answer: &Remembered, now: Timestamp) -> Result<()> {
        let conn = &mut *self.writing.tx;
        let old = self.d.sql("DELETE FROM idempotency WHERE created_at < ?").bind(now.0 - REMEMBERED);
        old.run(conn).await?;
        let text = "INSERT INTO idempotency (account_id, idem_key, body_hash, status, response, created_at) \
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        let sql = self.d.sql(text).bind(account.0).bind(key).bind(answer.body_hash.as_str());
        let sql = sql.bind(i64::from(answer.status)).bind(answer.response.as_str()).bind(now.0);
        if sql.run(conn).await? == 0 {
            return Err(StoreError::key_taken());
        }
        Ok(())
    }

    /// The revision that the workspace will have after this write.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Keeps what was remembered; the workspace is as it was.
    pub async fn commit_unchanged(self) -> Result<()> {
        self.writing.commit().await
    }

    /// Keeps everything.
    pub async fn commit(mut self) -> Result<()> {
        let sql = self.d.sql("UPDATE workspaces SET revision = ? WHERE id = ?").bind(self.revision).bind(self.ws.0);
        sql.run(&mut self.writing.tx).await?;
        self.writing.commit().await
    }
}
