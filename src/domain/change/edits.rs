//! Edits that several kinds of change make.

use super::{Cx, Delta, Edit, FolderRecord, GroupRecord, InvitationRecord, Membership, Refusal, fields};
use crate::domain::{
    edge::{Edge, Terms},
    id::{GroupId, InvitationId, MemberId, RoleId},
    invitation::InvitationStatus,
    model::{Folder, Grant, Group, Member, MemberStatus, Subject},
    untrusted::Text,
};

pub(super) fn membership(member: &Member) -> Membership {
    Membership {
        account: member.account,
        email: member.email.clone(),
        status: member.status,
        owner: member.owner,
        joined_at: member.joined_at,
    }
}

pub(super) fn group_record(cx: &Cx<'_>, group: &Group) -> GroupRecord {
    GroupRecord {
        name: group.name.clone(),
        description: group.description.clone(),
        capabilities: cx.catalogue().keys(group.capabilities),
        leader: group.leader,
        leader_email: group.leader.and_then(|leader| cx.email(leader)),
    }
}

pub(super) fn folder_record(folder: &Folder) -> FolderRecord {
    FolderRecord { parent: folder.parent, name: folder.name.clone(), kind: folder.kind.clone(), owner: folder.owner }
}

/// Somebody else's membership in another state; an invitation is not a membership yet.
pub(super) fn set_status(cx: &Cx<'_>, to: MemberStatus, reason: Option<&Text>) -> Result<Delta, Refusal> {
    cx.member()?;
    fields::reason(reason)?;
    let member = cx.another()?;
    if Cx::pending(member) {
        return Err(Refusal::Pending);
    }
    let before = membership(member);
    let after = Membership { status: to, ..before.clone() };
    let differs = before != after;
    let edit = Edit::Member { id: member.id, before: Some(before), after: Some(after) };
    Ok(Delta(if differs { vec![edit] } else { Vec::new() }))
}

/// A member's role with another edge, or none.
pub(super) fn role(cx: &Cx<'_>, member: MemberId, role: RoleId, before: Option<Edge>, after: Option<Edge>) -> Edit {
    let found = cx.before().roles.iter().find(|one| one.id == role);
    let name = found.map(|role| role.name.clone()).unwrap_or_default();
    Edit::Role { member, role, name, before, after }
}

/// A member's membership of a group with another edge, or none.
pub(super) fn in_group(
    cx: &Cx<'_>,
    member: MemberId,
    group: GroupId,
    before: Option<Edge>,
    after: Option<Edge>,
) -> Edit {
    let name = cx.index.group(group).map(|group| group.name.clone()).unwrap_or_default();
    Edit::InGroup { member, group, name, before, after }
}

/// What a member who is there holds by these edges, and lives.
fn live<'m, I: Copy + PartialEq>(cx: &Cx<'_>, held: &'m [(I, Edge)], id: I) -> Option<&'m Edge> {
    held.iter().find(|(one, edge)| *one == id && edge.live(cx.now)).map(|(_, edge)| edge)
}

/// The edge before and after, where one more is asked for: one that lives stays, unless another end is asked for.
fn joined<I: Copy + PartialEq>(
    cx: &Cx<'_>,
    held: &[(I, Edge)],
    id: I,
    terms: &Terms,
) -> Option<(Option<Edge>, Option<Edge>)> {
    let before = live(cx, held, id);
    before.is_none_or(|edge| !edge.stays(terms, cx.now)).then(|| (before.cloned(), Some(cx.edge(terms))))
}

/// Exactly these roles.
pub(super) fn set_roles(cx: &Cx<'_>, member: &Member, wanted: &[RoleId], terms: &Terms) -> Vec<Edit> {
    let lost = member.roles.iter().filter(|(id, edge)| edge.live(cx.now) && !wanted.contains(id));
    let mut edits: Vec<Edit> = lost.map(|(id, edge)| role(cx, member.id, *id, Some(edge.clone()), None)).collect();
    for &id in wanted {
        if let Some((before, after)) = joined(cx, &member.roles, id, terms) {
            edits.push(role(cx, member.id, id, before, after));
        }
    }
    edits
}

/// Into these groups.
pub(super) fn join_groups(cx: &Cx<'_>, member: &Member, groups: &[GroupId], terms: &Terms) -> Vec<Edit> {
    let joins = groups.iter().filter_map(|&id| {
        let (before, after) = joined(cx, &member.groups, id, terms)?;
        Some(in_group(cx, member.id, id, before, after))
    });
    joins.collect()
}

/// Out of the groups that these are of.
pub(super) fn leave_groups(cx: &Cx<'_>, member: &Member, leaves: impl Fn(GroupId) -> bool) -> Vec<Edit> {
    let left = member.groups.iter().filter(|(id, edge)| edge.live(cx.now) && leaves(*id));
    left.map(|(id, edge)| in_group(cx, member.id, *id, Some(edge.clone()), None)).collect()
}

/// A grant with another edge, or none.
pub(super) fn grant(cx: &Cx<'_>, one: &Grant, after: Option<Edge>) -> Edit {
    Edit::Grant {
        id: one.id,
        folder: one.folder,
        folder_name: cx.folder_name(one.folder),
        subject: one.subject,
        subject_name: cx.subject_name(one.subject),
        capability: cx.catalogue().get(one.capability).key.clone(),
        effect: one.effect,
        before: Some(one.edge.clone()),
        after,
    }
}

/// A membership with all that is its own: edges, grants, what it leads and owns. An open invitation of a pending
/// member is cancelled.
pub(super) fn leave(cx: &Cx<'_>, member: &Member) -> Vec<Edit> {
    let mut edits = Vec::new();
    if let Some((id, record)) = cx.facts.open_invitation_of(member.id) {
        edits.push(cancelled(cx, id, record));
    }
    let (groups, folders) = cx.index.led_by(member.id);
    for group in groups {
        let before = group_record(cx, group);
        let after = GroupRecord { leader: None, leader_email: None, ..before.clone() };
        edits.push(Edit::Group { id: group.id, before: Some(before), after: Some(after) });
    }
    for folder in folders {
        let before = folder_record(folder);
        let after = FolderRecord { owner: None, ..before.clone() };
        edits.push(Edit::Folder { id: folder.id, before: Some(before), after: Some(after) });
    }
    let grants = cx.index.grants_of(Subject::Member(member.id)).filter(|grant| grant.edge.live(cx.now));
    edits.extend(grants.map(|one| grant(cx, one, None)));
    for (cap, edge) in member.direct.iter().filter(|(_, edge)| edge.live(cx.now)) {
        let capability = cx.catalogue().get(*cap).key.clone();
        edits.push(Edit::Direct { member: member.id, capability, before: Some(edge.clone()), after: None });
    }
    edits.extend(leave_groups(cx, member, |_| true));
    let roles = member.roles.iter().filter(|(_, edge)| edge.live(cx.now));
    edits.extend(roles.map(|(id, edge)| role(cx, member.id, *id, Some(edge.clone()), None)));
    edits.push(Edit::Member { id: member.id, before: Some(membership(member)), after: None });
    edits
}

/// An open invitation, cancelled.
pub(super) fn cancelled(cx: &Cx<'_>, id: InvitationId, record: &InvitationRecord) -> Edit {
    let after = InvitationRecord {
        status: InvitationStatus::Cancelled,
        settled_at: Some(cx.now),
        member: None,
        ..record.clone()
    };
    Edit::Invitation { id, before: Some(record.clone()), after: Some(after) }
}
