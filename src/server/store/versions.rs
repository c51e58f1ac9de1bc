//! The version that `If-Match` names.

use super::{
    Result,
    sql::{Columns, Dialect},
};
use crate::domain::{
    change::Change,
    id::{InvitationId, MemberId, WorkspaceId},
};
use sqlx::AnyConnection;
use std::collections::HashMap;

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
        | Change::ReopenInvitation { invitation, .. }
        | Change::EditInvitation { invitation, .. } => ("invitations", invitation.0),
        Change::Transfer { .. } | Change::CreateGroup(_) | Change::Invite(_) => {
            return d.sql("SELECT version FROM workspaces WHERE id = ?").bind(ws.0).number(conn).await;
        }
    };
    let sql = d.sql(&format!("SELECT version FROM {table} WHERE workspace_id = ? AND id = ?"));
    sql.bind(ws.0).bind(id).number(conn).await
}

/// Versions of many members, or of many invitations.
async fn versions(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    table: &str,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, i64>> {
    let sql = d.sql(&format!("SELECT id, version FROM {table} WHERE workspace_id = ? AND id IN ")).bind(ws.0);
    let rows = sql.and_ids(ids).all(conn).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
}

/// Which of these have another version by now, or are gone.
pub(super) async fn changed_members(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    expected: &HashMap<MemberId, i64>,
) -> Result<Vec<MemberId>> {
    let are = versions(conn, d, ws, "members", expected.keys().map(|id| id.0)).await?;
    Ok(expected.iter().filter(|(id, version)| are.get(&id.0) != Some(version)).map(|(id, _)| *id).collect())
}

/// The same of invitations.
pub(super) async fn changed_invitations(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    expected: &HashMap<InvitationId, i64>,
) -> Result<Vec<InvitationId>> {
    let are = versions(conn, d, ws, "invitations", expected.keys().map(|id| id.0)).await?;
    Ok(expected.iter().filter(|(id, version)| are.get(&id.0) != Some(version)).map(|(id, _)| *id).collect())
}
