//! What a check needs besides the snapshot, and the version that `If-Match` names.

use super::{
    Result, Store,
    accounts::key,
    sql::{Columns, Dialect},
    workspaces,
};
use crate::domain::{
    change::{Change, Facts, InvitationFacts},
    id::{GroupId, InvitationId, MemberId, RoleId, WorkspaceId},
    model::Subject,
    time::Timestamp,
    untrusted::Text,
};
use sqlx::AnyConnection;

/// Looks up what this change is judged by. `administrators` are those with any source of
/// roles.manage, which is enough for look-alikes.
pub(super) async fn load(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    change: &Change,
    now: Timestamp,
) -> Result<Facts> {
    let mut facts = Facts::default();
    match change {
        Change::Invite(draft) => {
            let email = key(draft.email.raw());
            facts.account_exists = can_sign_in(conn, d, &email).await?.is_some();
            let member = "SELECT status_rank FROM members WHERE workspace_id = ? AND email_key = ?";
            let rank = d.sql(member).bind(ws.0).bind(email.as_str()).number(conn).await?;
            facts.member_exists = rank.is_some_and(|rank| rank != 1);
            let open = "SELECT 1 FROM invitations WHERE workspace_id = ? AND email_key = ? \
                        AND status IN ('sent', 'expired', 'failed')";
            facts.live_invitation = d.sql(open).bind(ws.0).bind(email).number(conn).await?.is_some();
            facts.administrators = administrators(conn, d, ws, now).await?;
        }
        Change::CreateGroup(draft) => {
            facts.group_name_taken = group_named(conn, d, ws, &draft.name, None).await?;
        }
        Change::EditGroup { group, draft } => {
            facts.group_name_taken = group_named(conn, d, ws, &draft.name, Some(*group)).await?;
        }
        Change::ResendInvitation { invitation }
        | Change::CancelInvitation { invitation, .. }
        | Change::EditInvitation { invitation, .. } => {
            facts.invitation = invitation_facts(conn, d, ws, *invitation).await?;
        }
        _ => {}
    }
    Ok(facts)
}

/// The account of an e-mail that has a way to sign in.
pub(super) async fn can_sign_in(conn: &mut AnyConnection, d: Dialect, email_key: &str) -> Result<Option<i64>> {
    let text = "SELECT id FROM accounts WHERE email_key = ? AND COALESCE(password_hash, provider) IS NOT NULL";
    d.sql(text).bind(email_key).number(conn).await
}

pub(super) async fn administrators(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    now: Timestamp,
) -> Result<Vec<Text>> {
    let scope = super::Scope::Members(Vec::new());
    let snapshot = super::snapshot::load(conn, d, ws, &scope, now).await?;
    Ok(snapshot.members.into_iter().filter(|m| m.active()).map(|m| m.email).collect())
}

async fn group_named(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    name: &Text,
    but: Option<GroupId>,
) -> Result<bool> {
    let text = "SELECT 1 FROM groups WHERE workspace_id = ? AND name_key = ? AND id <> ?";
    let sql = d.sql(text).bind(ws.0).bind(key(name.raw())).bind(but.map_or(-1, |g| g.0));
    Ok(sql.number(conn).await?.is_some())
}

async fn invitation_facts(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    id: InvitationId,
) -> Result<Option<InvitationFacts>> {
    let sql = d.sql("SELECT member_id, status FROM invitations WHERE workspace_id = ? AND id = ?");
    let Some(row) = sql.bind(ws.0).bind(id.0).first(conn).await? else { return Ok(None) };
    let roles = d.sql("SELECT role_id FROM invitation_role WHERE invitation_id = ? ORDER BY role_id").bind(id.0);
    let roles = roles.all(conn).await?;
    let groups = d.sql("SELECT group_id FROM invitation_group WHERE invitation_id = ? ORDER BY group_id").bind(id.0);
    let groups = groups.all(conn).await?;
    Ok(Some(InvitationFacts {
        member: row.opt_int(0)?.map(MemberId),
        settled: matches!(row.text(1)?.as_str(), "accepted" | "declined" | "cancelled"),
        roles: roles.iter().map(|row| Ok(RoleId(row.int(0)?))).collect::<Result<_>>()?,
        groups: groups.iter().map(|row| Ok(GroupId(row.int(0)?))).collect::<Result<_>>()?,
    }))
}

/// The version of what a change changes, or of what it makes something in: the folder of a grant,
/// the workspace otherwise. A workspace's version grows when the workspace itself changes, not with
/// everything that is made in it: two people who invite at the same time do not disturb each other.
pub(super) async fn version_of(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    change: &Change,
) -> Result<Option<i64>> {
    let (table, id) = match change {
        Change::SetRoles { member, .. }
        | Change::SetGroups { member, .. }
        | Change::Deactivate { member, .. }
        | Change::Reactivate { member, .. }
        | Change::Remove { member, .. }
        | Change::Rename { member, .. } => ("members", member.0),
        Change::Restore { delta, .. } => ("members", delta.member.0),
        Change::EditGroup { group, .. } | Change::DeleteGroup { group, .. } | Change::SetGroupMembers { group, .. } => {
            ("groups", group.0)
        }
        Change::Grant { folder, .. } => ("folders", folder.0),
        Change::EditGrant { grant, .. } | Change::Revoke { grant, .. } => {
            let text = "SELECT g.version FROM grants g JOIN folders f ON f.id = g.folder_id \
                        WHERE f.workspace_id = ? AND g.id = ?";
            return d.sql(text).bind(ws.0).bind(grant.0).number(conn).await;
        }
        Change::ResendInvitation { invitation }
        | Change::CancelInvitation { invitation, .. }
        | Change::EditInvitation { invitation, .. } => ("invitations", invitation.0),
        Change::Transfer { .. } | Change::CreateGroup(_) | Change::Invite(_) => {
            return d.sql("SELECT version FROM workspaces WHERE id = ?").bind(ws.0).number(conn).await;
        }
    };
    let sql = d.sql(&format!("SELECT version FROM {table} WHERE workspace_id = ? AND id = ?"));
    sql.bind(ws.0).bind(id).number(conn).await
}

/// The name of a grant's subject at this moment.
pub(super) async fn subject_name(conn: &mut AnyConnection, d: Dialect, subject: Subject) -> Result<String> {
    let sql = match subject {
        Subject::Member(id) => {
            d.sql("SELECT a.email FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.id = ?").bind(id.0)
        }
        Subject::Group(id) => d.sql("SELECT name FROM groups WHERE id = ?").bind(id.0),
    };
    Ok(sql.first(conn).await?.map(|row| row.text(0)).transpose()?.unwrap_or_default())
}

impl Store {
    /// What a check needs besides the snapshot; `reauthenticated` is left false, being a matter of
    /// the session.
    pub async fn facts(&self, ws: WorkspaceId, change: &Change, now: Timestamp) -> Result<Facts> {
        let mut tx = self.read().await?;
        workspaces::revision(&mut tx, self.dialect, ws).await?;
        load(&mut tx, self.dialect, ws, change, now).await
    }
}
