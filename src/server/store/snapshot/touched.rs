//! Whom a change touches.

use super::{
    super::{
        Result,
        accounts::key,
        sql::{Columns, Dialect},
    },
    Scope,
};
use crate::domain::{
    change::Change,
    id::{GroupId, MemberId, WorkspaceId},
    model::Subject,
};
use sqlx::AnyConnection;

/// Whom a change touches: those it names, and everyone whose access may differ after it.
pub async fn scope_of(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    change: &Change,
    actor: MemberId,
) -> Result<Scope> {
    let mut members = vec![actor];
    let of_group = |group: &GroupId| d.sql("SELECT member_id FROM member_group WHERE group_id = ?").bind(group.0);
    let of_grant = "SELECT member_id FROM grants WHERE id = ? AND member_id IS NOT NULL \
                    UNION SELECT e.member_id FROM grants g JOIN member_group e ON e.group_id = g.group_id WHERE g.id = ?";
    let more = match change {
        Change::SetRoles { member, .. }
        | Change::SetGroups { member, .. }
        | Change::Deactivate { member, .. }
        | Change::Reactivate { member, .. }
        | Change::Remove { member, .. }
        | Change::Rename { member, .. } => {
            members.push(*member);
            None
        }
        Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => {
            members.push(delta.member);
            None
        }
        Change::Transfer { email, .. } => {
            let sql = d.sql("SELECT id FROM members WHERE workspace_id = ? AND email_key = ?");
            Some(sql.bind(ws.0).bind(key(email.raw())))
        }
        Change::CreateGroup(draft) => {
            members.extend(draft.leader);
            None
        }
        Change::EditGroup { group, draft } => {
            members.extend(draft.leader);
            Some(of_group(group))
        }
        Change::DeleteGroup { group, .. } => Some(of_group(group)),
        Change::SetGroupMembers { group, add, remove, .. } => {
            members.extend(add.iter().chain(remove));
            let leader = d.sql("SELECT leader FROM groups WHERE id = ? AND leader IS NOT NULL").bind(group.0);
            Some(leader)
        }
        Change::Grant { subject: Subject::Member(member), .. } => {
            members.push(*member);
            None
        }
        Change::Grant { subject: Subject::Group(group), .. } => Some(of_group(group)),
        Change::EditGrant { grant, .. } | Change::Revoke { grant, .. } => {
            Some(d.sql(of_grant).bind(grant.0).bind(grant.0))
        }
        Change::Invite(draft) => {
            let sql = d.sql("SELECT id FROM members WHERE workspace_id = ? AND email_key = ?");
            Some(sql.bind(ws.0).bind(key(draft.email.raw())))
        }
        Change::ResendInvitation { invitation }
        | Change::CancelInvitation { invitation, .. }
        | Change::EditInvitation { invitation, .. } => {
            let sql = d.sql("SELECT member_id FROM invitations WHERE id = ? AND member_id IS NOT NULL");
            Some(sql.bind(invitation.0))
        }
    };
    if let Some(sql) = more {
        for row in sql.all(conn).await? {
            members.push(MemberId(row.int(0)?));
        }
    }
    members.sort_unstable();
    members.dedup();
    Ok(Scope::Members(members))
}
