//! One state of a workspace, read: in a transaction of its own, or in that of a write.

use super::{
    Result, Scope, Store, audit, facts, filter::Members, list::List as _, snapshot, sql::Dialect, versions, workspaces,
};
use crate::domain::{
    change::{Change, Facts},
    filter::Filter,
    id::{InvitationId, JobId, MemberId, WorkspaceId},
    model::Snapshot,
    time::Timestamp,
    untrusted::Text,
};
use sqlx::{Any, AnyConnection, Transaction};
use std::collections::HashMap;

/// A workspace as one transaction sees it.
#[derive(Debug)]
pub struct Reading<'a> {
    pub(super) conn: &'a mut AnyConnection,
    pub(super) d: Dialect,
    pub(super) ws: WorkspaceId,
}

/// A transaction that reads; dropped, it ends.
#[derive(Debug)]
pub struct ReadTx {
    tx: Transaction<'static, Any>,
    d: Dialect,
    ws: WorkspaceId,
}

impl Store {
    /// One state of a workspace, for questions that belong together.
    pub async fn reading(&self, ws: WorkspaceId) -> Result<ReadTx> {
        Ok(ReadTx { tx: self.read().await?, d: self.dialect, ws })
    }
}

impl ReadTx {
    /// What can be read in it.
    pub fn reading(&mut self) -> Reading<'_> {
        Reading { conn: &mut self.tx, d: self.d, ws: self.ws }
    }
}

impl Reading<'_> {
    /// The revision of the workspace; of a write, the one before it.
    pub async fn revision(&mut self) -> Result<i64> {
        workspaces::revision(self.conn, self.d, self.ws).await
    }

    /// As [`Store::snapshot`].
    pub async fn snapshot(&mut self, scope: &Scope, now: Timestamp) -> Result<Snapshot> {
        snapshot::load(self.conn, self.d, self.ws, scope, now).await
    }

    /// As [`Store::facts`], of many changes in a few questions.
    pub async fn facts_of<'c>(
        &mut self,
        changes: impl Iterator<Item = &'c Change> + Clone,
        now: Timestamp,
    ) -> Result<Vec<Facts>> {
        facts::of(self.conn, self.d, self.ws, changes, now).await
    }

    /// Members that match, except some, by e-mail: what "all that match" means to a change of many.
    pub async fn matching_members(&mut self, filter: &Filter, except: &[i64], now: Timestamp) -> Result<Vec<MemberId>> {
        let members = Members { d: self.d, ws: self.ws, now };
        let mut sql = members.all(&format!("SELECT {}", self.d.gather("m.email_key, m.id")));
        members.narrow_but(self.conn, filter, except, &mut sql).await?;
        let mut found: Vec<(String, MemberId)> = sql.gathered(self.conn).await?;
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    /// Which of these members have another version by now, or are gone.
    pub async fn changed_members(&mut self, expected: &HashMap<MemberId, i64>) -> Result<Vec<MemberId>> {
        versions::changed_members(self.conn, self.d, self.ws, expected).await
    }

    /// Who changed what has one of these names last, and when, since a job began and not by it.
    pub async fn last_changes(&mut self, job: JobId, names: &[&str]) -> Result<HashMap<String, (Timestamp, Text)>> {
        audit::last_changes(self.conn, self.d, self.ws, job, names).await
    }

    /// Which of these invitations have another version by now.
    pub async fn changed_invitations(&mut self, expected: &HashMap<InvitationId, i64>) -> Result<Vec<InvitationId>> {
        versions::changed_invitations(self.conn, self.d, self.ws, expected).await
    }
}
