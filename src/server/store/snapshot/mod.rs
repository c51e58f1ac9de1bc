//! A workspace as the rules see it ([`Snapshot`]), whole or cut to the members a question is about.

mod answers;
mod questions;

use super::{
    Result, Store,
    sql::{Columns, Dialect, Sql},
};
use crate::domain::{
    capability::key as capability,
    change::AccountFacts,
    id::{AccountId, MemberId, WorkspaceId},
    model::Snapshot,
    time::Timestamp,
};

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
    /// These, the owner and a few others who might be an administrator and can sign in: as many as show that one
    /// remains, whatever becomes of these. Where none seems to, it takes all of them to tell.
    Few(Vec<MemberId>),
    /// Everyone.
    All,
}

/// From this many members on it is asked whether they are most of the workspace.
const MANY: usize = 1_000;

/// So many times a few may be found, each for another reason, before they are few.
const FEW: usize = 40;

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
        Scope::Members(named) | Scope::Few(named) => {
            let others = match scope {
                Scope::Few(_) => few_administrators(d, ws, named),
                _ => administrators(d, ws, "UNION"),
            };
            let these = with_others(conn, named, [owner(d, ws), others]).await?;
            if are_most(conn, d, ws, these.len()).await? { Who::All } else { Who::These(these) }
        }
    };
    let questions = Questions { d, ws, now, who: &who };
    // One statement, so that the driver's thread is waited for once and not once for each table.
    let asked = match scope {
        Scope::Alone(_) => questions.across(),
        Scope::Members(_) | Scope::Few(_) | Scope::All => questions.everywhere(),
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

/// The members named, and whom else is found.
async fn with_others(conn: &mut AnyConnection, named: &[MemberId], others: [Sql; 2]) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = named.iter().map(|member| member.0).collect();
    for sql in others {
        for row in sql.all(conn).await? {
            ids.push(row.int(0)?);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn owner(d: Dialect, ws: WorkspaceId) -> Sql {
    d.sql("SELECT id FROM members WHERE workspace_id = ? AND owner = 1").bind(ws.0)
}

/// Every member with any source of roles.manage: but for the owner nobody else can be an administrator (SPEC 4.2).
fn administrators(d: Dialect, ws: WorkspaceId, union: &str) -> Sql {
    // From the few roles and groups to their holders, so that no plan begins at the members.
    let sources = [
        "SELECT e.member_id AS id FROM member_role e WHERE e.role_id IN (SELECT r.id FROM roles r \
         JOIN role_capability c ON c.role_id = r.id WHERE r.workspace_id = ? AND c.capability = ?)",
        "SELECT e.member_id FROM member_group e WHERE e.group_id IN (SELECT g.id FROM groups g \
         JOIN group_capability c ON c.group_id = g.id WHERE g.workspace_id = ? AND c.capability = ?)",
        "SELECT m.id FROM members m WHERE +m.workspace_id = ? AND m.id IN \
         (SELECT e.member_id FROM direct_permission e WHERE e.capability = ?)",
        "SELECT m.id FROM members m WHERE +m.workspace_id = ? AND m.account_id IN \
         (SELECT e.account_id FROM org_role_holder e JOIN org_role_capability c \
         ON c.org_role_id = e.org_role_id WHERE c.capability = ?)",
    ];
    let mut sql = d.sql(&sources.join(&format!(" {union} ")));
    for _ in sources {
        sql.arg(ws.0).arg(capability::ROLES_MANAGE);
    }
    sql
}

/// Some of those, none of the members named, who are active and can sign in.
fn few_administrators(d: Dialect, ws: WorkspaceId, named: &[MemberId]) -> Sql {
    // Each as it is found: to tell them apart all of them would have to be looked at.
    let sql = administrators(d, ws, "UNION ALL").before("SELECT c.id FROM (");
    let others = sql.and(
        ") c JOIN members m ON m.id = c.id JOIN accounts a ON a.id = m.account_id WHERE m.status = 'active' \
         AND a.status = 'active' AND COALESCE(a.password_hash, a.provider) IS NOT NULL AND c.id NOT IN ",
    );
    others.and_ids(named.iter().map(|member| member.0)).and(" LIMIT ?").bind(FEW as i64)
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
}
