//! Writes: one transaction that holds a workspace against other writers, in which a change is
//! checked, applied, logged and remembered.

use super::{
    NewEvent, Result, Scope, Store, StoreError, TokenHash, Told, apply, audit,
    open::Writing,
    reading::Reading,
    snapshot,
    sql::{Columns, Dialect},
    versions,
};
use crate::{
    api::wire::{ImportRow, Imported},
    domain::{
        change::{Change, Facts},
        id::{AccountId, EventId, MemberId, WorkspaceId},
        model::Snapshot,
        plan::{Delta, Trace},
        time::{DAY, Timestamp},
        untrusted::Text,
    },
};

/// What applying a change did, for the answer and the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The identifier of what was made.
    pub created: Option<i64>,
    /// The new version of what was changed, unless it is gone.
    pub version: Option<i64>,
    /// On whom or what, by name.
    pub target: Text,
    /// How it was.
    pub before: Told,
    /// How it is.
    pub after: Told,
    /// Why, as the change says.
    pub reason: Option<Text>,
}

impl Outcome {
    /// The event that tells it: what was done, by whom and when.
    pub fn event(self, action: &str, actor: AccountId, at: Timestamp) -> NewEvent {
        let Self { target, before, after, reason, .. } = self;
        NewEvent { at, actor: Some(actor), action: action.to_owned(), target, before, after, reason }
    }
}

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

    /// As [`Store::scope_of`].
    pub async fn scope_of(&mut self, change: &Change, actor: MemberId) -> Result<Scope> {
        snapshot::scope_of(&mut self.writing.tx, self.d, self.ws, change, actor).await
    }

    /// As [`Store::facts`].
    pub async fn facts(&mut self, change: &Change, now: Timestamp) -> Result<Facts> {
        Ok(self.reading().facts_of(std::iter::once(change), now).await?.pop().unwrap_or_default())
    }

    /// The version that `If-Match` must name (see `api::backend::Precondition`); none when the thing
    /// is not there.
    pub async fn version_of(&mut self, change: &Change) -> Result<Option<i64>> {
        versions::version_of(&mut self.writing.tx, self.d, self.ws, change).await
    }

    /// Makes a change that was checked, `after` being the state that the check came to. `token` is the hash
    /// of the new link's token, for an invitation made or sent again.
    pub async fn apply(
        &mut self,
        change: &Change,
        actor: AccountId,
        after: &Snapshot,
        token: Option<&TokenHash>,
        now: Timestamp,
    ) -> Result<Outcome> {
        let mut work = apply::Work { conn: &mut self.writing.tx, d: self.d, ws: self.ws, actor, now };
        work.apply(change, after, token).await
    }

    /// As [`WriteTx::apply`], and tells what a job keeps for the undo. `delta` is the plan's, for what is
    /// of a membership.
    pub async fn apply_row(
        &mut self,
        change: &Change,
        delta: Option<Delta>,
        actor: AccountId,
        after: &Snapshot,
        token: Option<&TokenHash>,
        now: Timestamp,
    ) -> Result<(Outcome, Option<Trace>)> {
        let mut work = apply::Work { conn: &mut self.writing.tx, d: self.d, ws: self.ws, actor, now };
        work.apply_traced(change, delta, after, token).await
    }

    /// Does to many members what the plan's deltas say, in a few statements, and completes the deltas for the
    /// undo. No member is in two of them, and none of them is of somebody invited.
    pub async fn apply_deltas(&mut self, deltas: &mut [Delta], actor: AccountId, now: Timestamp) -> Result<()> {
        let mut work = apply::Work { conn: &mut self.writing.tx, d: self.d, ws: self.ws, actor, now };
        work.complete(deltas).await?;
        work.make(deltas).await
    }

    /// Brings people in, all or none. Whether each may come in was checked: e-mails are new to the
    /// workspace, roles and groups are there by name (or, with `create_groups`, groups are made).
    pub async fn import(
        &mut self,
        rows: &[ImportRow],
        create_groups: bool,
        actor: AccountId,
        now: Timestamp,
    ) -> Result<Imported> {
        let mut work = apply::Work { conn: &mut self.writing.tx, d: self.d, ws: self.ws, actor, now };
        let groups = work.import(rows, create_groups).await?;
        Ok(Imported { members: rows.len() as u64, groups, revision: self.revision })
    }

    /// Adds an event to the workspace's chain.
    pub async fn append_audit(&mut self, event: NewEvent) -> Result<EventId> {
        audit::append(&mut self.writing.tx, self.d, self.ws, event).await
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
            // Writers of one workspace take turns, those of two do not: the key was free a moment ago.
            return Err(StoreError::conflict(
                Some("Idempotency-Key"),
                "this Idempotency-Key was used elsewhere at the same time: make a new one for each change",
            ));
        }
        Ok(())
    }

    /// The revision that the workspace will have after this write.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Keeps everything.
    pub async fn commit(mut self) -> Result<()> {
        let sql = self.d.sql("UPDATE workspaces SET revision = ? WHERE id = ?").bind(self.revision).bind(self.ws.0);
        sql.run(&mut self.writing.tx).await?;
        self.writing.commit().await
    }
}
