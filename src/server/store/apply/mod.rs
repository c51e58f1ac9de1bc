//! Making a checked change: a file for each kind of thing changed.
//!
//! Whether a change may be made is the domain's matter; here it is only done, and told as it was and
//! as it is. What a check cannot see (a name taken, a fence that would open) is a conflict.

mod deltas;
mod grants;
mod groups;
mod invitations;
mod members;
mod traces;

pub(super) use deltas::told;

use super::{
    Outcome, Result, StoreError, TokenHash, edges,
    filter::ids,
    sql::{Columns, Dialect, Sql},
};
use crate::domain::{
    change::Change,
    edge::{Edge, Terms},
    id::{AccountId, WorkspaceId},
    model::{MemberStatus, Snapshot},
    time::Timestamp,
};
use serde_json::{Value, json};
use sqlx::AnyConnection;

/// One change being made, by someone, now.
pub(super) struct Work<'a> {
    pub conn: &'a mut AnyConnection,
    pub d: Dialect,
    pub ws: WorkspaceId,
    pub actor: AccountId,
    pub now: Timestamp,
}

impl Work<'_> {
    /// Makes a change.
    pub async fn apply(&mut self, change: &Change, after: &Snapshot, token: Option<&TokenHash>) -> Result<Outcome> {
        match change {
            Change::SetRoles { member, roles, terms } => self.set_roles(*member, roles, terms).await,
            Change::SetGroups { member, add, remove, terms } => self.set_groups(*member, add, remove, terms).await,
            Change::Deactivate { member, reason } => {
                self.set_status(*member, MemberStatus::Deactivated, reason.clone()).await
            }
            Change::Reactivate { member, reason } => {
                self.set_status(*member, MemberStatus::Active, reason.clone()).await
            }
            Change::Restore { delta, reason } => self.restore(delta, reason.clone()).await,
            Change::Remove { member, reason } => self.remove(*member, reason.clone()).await,
            Change::Rename { member, name } => self.rename(*member, name).await,
            Change::Transfer { email, reason } => self.transfer(email, reason.clone(), after).await,
            Change::CreateGroup(draft) => self.create_group(draft).await,
            Change::EditGroup { group, draft } => self.edit_group(*group, draft).await,
            Change::DeleteGroup { group, reason } => self.delete_group(*group, reason.clone()).await,
            Change::SetGroupMembers { group, add, remove, terms } => {
                self.set_group_members(*group, add, remove, terms).await
            }
            Change::Grant { folder, subject, capability, effect, terms } => {
                self.grant(*folder, *subject, capability, *effect, terms).await
            }
            Change::EditGrant { grant, terms } => self.edit_grant(*grant, terms).await,
            Change::Revoke { grant, reason } => self.revoke(*grant, reason.clone()).await,
            Change::Invite(draft) => self.invite(draft, after, token).await,
            Change::ResendInvitation { invitation } => self.resend(*invitation, after, token).await,
            Change::ReopenInvitation { invitation, status, expires_at, delta, reason } => {
                self.reopen(*invitation, (*status, *expires_at), delta, reason.clone(), token).await
            }
            Change::CancelInvitation { invitation, reason } => self.cancel(*invitation, reason.clone()).await,
            Change::EditInvitation { invitation, roles, groups, ttl_days } => {
                self.edit_invitation(*invitation, roles, groups, *ttl_days).await
            }
        }
    }

    fn sql(&self, text: &str) -> Sql {
        self.d.sql(text)
    }

    /// A new edge by this actor.
    fn edge(&self, terms: &Terms) -> Edge {
        Edge::new(terms.clone(), Some(self.actor), self.now)
    }

    /// The one number that a statement returns.
    async fn made(&mut self, sql: Sql) -> Result<i64> {
        sql.number(self.conn).await?.ok_or_else(|| StoreError::Corrupt("what was made has no id".to_owned()))
    }

    /// Grows a thing's version and answers it.
    async fn bump(&mut self, table: &str, id: i64) -> Result<i64> {
        let sql = self.sql(&format!("UPDATE {table} SET version = version + 1 WHERE id = ? RETURNING version"));
        self.made(sql.bind(id)).await
    }

    /// Gives a member exactly these roles or groups.
    async fn set_edges(&mut self, kind: Kind, member: i64, wanted: &[i64], edge: &Edge) -> Result<()> {
        let (table, column) = kind.table();
        let dead = format!("DELETE FROM {table} WHERE member_id = ? AND (expires_at <= ? OR {column} NOT IN ");
        let mut dead = self.sql(&dead).bind(member).bind(self.now.0);
        // NOT IN (NULL) is never true: with nothing wanted everything goes.
        match wanted {
            [] => dead.push("(-1)"),
            some => dead.ids(some.iter().copied()),
        };
        dead.and(")").run(self.conn).await?;
        for id in wanted {
            self.add_edge(kind, member, *id, edge).await?;
        }
        Ok(())
    }

    /// One more; an edge that is there stays as it is, unless another end is asked for (`Edge::stays`).
    async fn add_edge(&mut self, kind: Kind, member: i64, id: i64, edge: &Edge) -> Result<()> {
        let (table, column) = kind.table();
        let text = format!(
            "INSERT INTO {table} (member_id, {column}, {names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (member_id, {column}) DO UPDATE SET {anew} WHERE {table}.expires_at <> excluded.expires_at \
             OR ({table}.expires_at IS NULL AND excluded.expires_at IS NOT NULL)",
            names = edges::NAMES,
            anew = edges::anew(),
        );
        let mut sql = self.sql(&text).bind(member).bind(id);
        edges::bind(&mut sql, edge);
        sql.run(self.conn).await?;
        Ok(())
    }

    /// Brings what the list is sorted by, and what waits behind open invitations, in line with these
    /// members' edges.
    pub(super) async fn refresh(&mut self, members: &[i64]) -> Result<()> {
        rank(self.conn, self.d, members, self.now).await?;
        self.promise(members).await
    }

    /// The same, where members changed by it: their versions grow.
    pub(super) async fn touch(&mut self, members: &[i64]) -> Result<()> {
        let sql = self.sql(&format!("UPDATE members SET version = version + 1, {} WHERE id IN ", ranked(self.now)));
        sql.and_ids(members.iter().copied()).run(self.conn).await?;
        self.promise(members).await
    }

    /// What waits behind open invitations is what these members hold.
    async fn promise(&mut self, members: &[i64]) -> Result<()> {
        let open = "SELECT id FROM invitations WHERE status IN ('sent', 'expired', 'failed') AND member_id IN ";
        let open = ids(self.conn, self.sql(open).and_ids(members.iter().copied())).await?;
        if open.is_empty() {
            return Ok(());
        }
        for kind in [Kind::Role, Kind::Group] {
            let (table, column) = kind.table();
            let waiting = kind.waiting();
            let clear = self.sql(&format!("DELETE FROM {waiting} WHERE invitation_id IN "));
            clear.and_ids(open.iter().copied()).run(self.conn).await?;
            let fill = format!(
                "INSERT INTO {waiting} (invitation_id, {column}) SELECT i.id, e.{column} FROM invitations i \
                 JOIN {table} e ON e.member_id = i.member_id WHERE {} AND i.id IN ",
                edges::live("e", self.now)
            );
            self.sql(&fill).and_ids(open.iter().copied()).run(self.conn).await?;
        }
        Ok(())
    }

    /// A member's roles or groups with their edges, for the audit log and undo.
    async fn edges_value(&mut self, kind: Kind, member: i64) -> Result<Value> {
        let (table, column) = kind.table();
        let named = kind.named();
        let text = format!(
            "SELECT n.id, n.name, {} FROM {table} e JOIN {named} n ON n.id = e.{column} \
             WHERE e.member_id = ? AND {} ORDER BY n.id",
            edges::columns("e"),
            edges::live("e", self.now)
        );
        let rows = self.sql(&text).bind(member).all(self.conn).await?;
        let all =
            rows.iter().map(|row| Ok(json!({ "id": row.int(0)?, "name": row.text(1)?, "edge": edges::read(row, 2)? })));
        Ok(Value::Array(all.collect::<Result<_>>()?))
    }
}

/// The two kinds of edge that a member and an invitation have.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Role,
    Group,
}

impl Kind {
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Role => ("member_role", "role_id"),
            Self::Group => ("member_group", "group_id"),
        }
    }

    fn waiting(self) -> &'static str {
        match self {
            Self::Role => "invitation_role",
            Self::Group => "invitation_group",
        }
    }

    fn named(self) -> &'static str {
        match self {
            Self::Role => "roles",
            Self::Group => "groups",
        }
    }
}

/// Recomputes what the list is sorted by (see the schema).
pub(super) async fn rank(conn: &mut AnyConnection, d: Dialect, members: &[i64], now: Timestamp) -> Result<()> {
    let sql = d.sql(&format!("UPDATE members SET {} WHERE id IN ", ranked(now)));
    sql.and_ids(members.iter().copied()).run(conn).await?;
    Ok(())
}

fn ranked(now: Timestamp) -> String {
    let live = edges::live("e", now);
    format!(
        "role_rank = CASE WHEN owner = 1 THEN 0 ELSE COALESCE((SELECT MIN(r.position) + 1 \
         FROM member_role e JOIN roles r ON r.id = e.role_id WHERE e.member_id = members.id AND {live}), 1000000) END, \
         group_count = (SELECT COUNT(*) FROM member_group e WHERE e.member_id = members.id AND {live})"
    )
}
