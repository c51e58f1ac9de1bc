//! A workspace as the rules see it ([`Snapshot`]), whole or cut to the members a question is about.

mod answers;
mod questions;
mod touched;

use super::{
    Result, Store,
    sql::{Columns, Dialect},
    workspaces,
};
use crate::domain::{
    capability::key as capability,
    change::{AccountFacts, Change, Facts, member_of},
    id::{AccountId, MemberId, WorkspaceId},
    model::Snapshot,
    time::Timestamp,
};
pub(super) use touched::scope_of;

use answers::Answers;
use questions::{Questions, Who};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// Which members a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// This one, and what is held across the workspace: no folders, fences and grants.
    Alone(MemberId),
    /// These, the owner and everyone who might be an administrator.
    Members(Vec<MemberId>),
    /// Everyone.
    All,
}

/// From this many members on it is asked whether they are most of the workspace.
const MANY: usize = 1_000;

impl Scope {
    /// What a plan of many changes needs, each of one member: those members, and the actor.
    pub fn of_rows<'c, 'f>(actor: MemberId, rows: impl Iterator<Item = (&'c Change, &'f Facts)>) -> Self {
        let mut members = vec![actor];
        members.extend(rows.filter_map(|(change, facts)| member_of(change, facts)));
        members.sort_unstable();
        members.dedup();
        Self::Members(members)
    }
}

/// Everything about a workspace that a decision may depend on. Edges that have expired are left out:
/// they do not exist (SPEC 3.1).
pub(super) async fn load(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    scope: &Scope,
    now: Timestamp,
) -> Result<Snapshot> {
    let who = match scope {
        Scope::All => Who::All,
        Scope::Alone(member) => Who::One(member.0),
        Scope::Members(named) => {
            let these = with_administrators(conn, d, ws, named).await?;
            if are_most(conn, d, ws, these.len()).await? { Who::All } else { Who::These(these) }
        }
    };
    let questions = Questions { d, ws, now, who: &who };
    // One statement, so that the driver's thread is waited for once and not once for each table.
    let asked = match scope {
        Scope::Alone(_) => questions.across(),
        Scope::Members(_) | Scope::All => questions.everywhere(),
    };
    Answers::new(d.together(asked).answers(conn).await?)?.snapshot()
}

/// Whether so many are half of the workspace or more: it is read quicker whole than one by one.
async fn are_most(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, these: usize) -> Result<bool> {
    if these < MANY {
        return Ok(false);
    }
    let limit = these.saturating_mul(2) as i64 + 1;
    let sql = d.sql("SELECT COUNT(*) FROM (SELECT 1 FROM members WHERE workspace_id = ? LIMIT ?) AS counted");
    Ok(sql.bind(ws.0).bind(limit).number(conn).await?.unwrap_or(0) < limit)
}

/// The members named, the owner, and every active member with any source of roles.manage: nobody
/// else can be an administrator (SPEC 4.2).
async fn with_administrators(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    named: &[MemberId],
) -> Result<Vec<i64>> {
    // From the few roles and groups to their holders, so that no plan begins at the members.
    let text = "SELECT id FROM members WHERE workspace_id = ? AND owner = 1 \
        UNION SELECT e.member_id FROM member_role e WHERE e.role_id IN (SELECT r.id FROM roles r \
              JOIN role_capability c ON c.role_id = r.id WHERE r.workspace_id = ? AND c.capability = ?) \
        UNION SELECT e.member_id FROM member_group e WHERE e.group_id IN (SELECT g.id FROM groups g \
              JOIN group_capability c ON c.group_id = g.id WHERE g.workspace_id = ? AND c.capability = ?) \
        UNION SELECT m.id FROM members m WHERE +m.workspace_id = ? AND m.id IN \
              (SELECT e.member_id FROM direct_permission e WHERE e.capability = ?) \
        UNION SELECT m.id FROM members m WHERE +m.workspace_id = ? AND m.account_id IN \
              (SELECT e.account_id FROM org_role_holder e JOIN org_role_capability c \
              ON c.org_role_id = e.org_role_id WHERE c.capability = ?)";
    let mut sql = d.sql(text).bind(ws.0);
    for _ in 0..4 {
        sql.arg(ws.0).arg(capability::ROLES_MANAGE);
    }
    let mut ids: Vec<i64> = sql.all(conn).await?.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
    ids.extend(named.iter().map(|m| m.0));
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Accounts as they would be members again.
pub(super) async fn accounts(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    ids: &[AccountId],
    now: Timestamp,
) -> Result<HashMap<AccountId, AccountFacts>> {
    let questions = Questions { d, ws, now, who: &Who::All };
    let these = |text: &str| d.sql(text).and_ids(ids.iter().map(|id| id.0));
    let asked = vec![questions.rules(), questions.org_gives(), questions.org_holders(&these("e.account_id IN "))];
    let mut held = Answers::new(d.together(asked).answers(conn).await?)?.org_roles()?;
    let rows = these("SELECT a.id, a.status, COALESCE(a.password_hash, a.provider) FROM accounts a WHERE a.id IN ")
        .all(conn)
        .await?;
    let account = |row: &AnyRow| {
        let id = AccountId(row.int(0)?);
        let (active, can_sign_in) = (row.text(1)? == "active", row.opt_text(2)?.is_some());
        Ok((id, AccountFacts { active, can_sign_in, org_roles: held.remove(&id).unwrap_or_default() }))
    };
    rows.iter().map(account).collect()
}

impl Store {
    /// A workspace as the rules see it, for reading. Members whom `scope` names and who are not
    /// there are left out.
    pub async fn snapshot(&self, ws: WorkspaceId, scope: &Scope, now: Timestamp) -> Result<Snapshot> {
        if let Scope::Alone(_) = scope {
            // One statement is of one state by itself.
            return load(&mut *self.pool.acquire().await?, self.dialect, ws, scope, now).await;
        }
        load(&mut *self.read().await?, self.dialect, ws, scope, now).await
    }

    /// Whom a change touches: the scope that a check or preview of it needs.
    pub async fn scope_of(&self, ws: WorkspaceId, change: &Change, actor: MemberId) -> Result<Scope> {
        let mut tx = self.read().await?;
        workspaces::revision(&mut tx, self.dialect, ws).await?;
        scope_of(&mut tx, self.dialect, ws, change, actor).await
    }
}
