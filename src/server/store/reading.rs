//! One state of a workspace, read: in a transaction of its own, or in that of a write.

use super::{Result, Scope, Store, audit, facts, filter::Members, list::List as _, snapshot, sql::Dialect, workspaces};
use crate::domain::{
    change::{Asks, Facts},
    filter::Filter,
    id::{ChangeId, MemberId, WorkspaceId},
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

    /// What rows are judged by besides the snapshot, and the members whom the snapshot must hold.
    pub async fn facts(&mut self, asks: &Asks, now: Timestamp) -> Result<(Facts, Vec<MemberId>)> {
        facts::of(self.conn, self.d, self.ws, asks, now).await
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

    /// Who changed what has one of these names last, and when, since a change began and not by it.
    pub async fn last_changes(
        &mut self,
        change: ChangeId,
        names: &[&str],
    ) -> Result<HashMap<String, (Timestamp, Text)>> {
        audit::last_changes(self.conn, self.d, self.ws, change, names).await
    }
}
