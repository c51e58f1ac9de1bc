//! What a change makes of a snapshot. Asks no questions: the rules have been asked before.

use super::{Change, Facts, GroupDraft, InviteDraft};
use crate::domain::{
    address::folded,
    capability::CapSet,
    edge::{Edge, Terms},
    id::{AccountId, GrantId, GroupId, MemberId, RoleId},
    model::{Grant, Group, Member, MemberStatus, Snapshot, Subject},
    pack::{Attach, MaxRoles},
    time::Timestamp,
    untrusted::Text,
};

/// The number of what a change makes, until the store gives it one.
pub(super) const NEW: i64 = -1;

/// The workspace after a change that [`super::check`] found to be sound.
pub(super) fn apply(before: &Snapshot, actor: &Member, change: &Change, facts: &Facts, now: Timestamp) -> Snapshot {
    let mut after = before.clone();
    let edge = |terms: &Terms| Edge::new(terms.clone(), Some(actor.account), now);
    match change {
        Change::SetRoles { member, roles, terms } => {
            if let Some(member) = find(&mut after, *member) {
                put(&mut member.roles, roles, &edge(terms), now);
            }
        }
        Change::Remove { member, .. } => remove(&mut after, *member),
        Change::Rename { .. } | Change::ResendInvitation { .. } => {}
        Change::Transfer { email, .. } => transfer(&mut after, actor, email, &edge(&Terms::default()), now),
        Change::CreateGroup(draft) => {
            let capabilities = capabilities(before, draft);
            let (name, leader) = (draft.name.clone(), draft.leader);
            after.groups.push(Group { id: GroupId(NEW), name, capabilities, leader });
        }
        Change::EditGroup { group, draft } => {
            if let Some(group) = after.groups.iter_mut().find(|one| one.id == *group) {
                group.name = draft.name.clone();
                group.leader = draft.leader;
                group.capabilities = capabilities(before, draft);
            }
        }
        Change::DeleteGroup { group, .. } => delete_group(&mut after, *group),
        Change::SetGroupMembers { group, add, remove, terms } => {
            for member in &mut after.members {
                if add.contains(&member.id) {
                    join(&mut member.groups, *group, &edge(terms), now);
                }
                if remove.contains(&member.id) {
                    member.groups.retain(|(id, _)| id != group);
                }
            }
        }
        Change::Grant { folder, subject, capability, effect, terms } => {
            if let Some(capability) = before.catalogue.find(capability) {
                let (folder, subject, effect, edge) = (*folder, *subject, *effect, edge(terms));
                after.grants.push(Grant { id: GrantId(NEW), folder, subject, capability, effect, edge });
            }
        }
        Change::EditGrant { grant, terms } => {
            if let Some(grant) = after.grants.iter_mut().find(|one| one.id == *grant) {
                grant.edge.terms = terms.clone();
            }
        }
        Change::Revoke { grant, .. } => after.grants.retain(|one| one.id != *grant),
        Change::Invite(draft) => after.members.push(invited(before, draft, facts, &edge(&Terms::default()))),
        Change::CancelInvitation { .. } => {
            if let Some(member) = facts.invitation.as_ref().and_then(|invitation| invitation.member) {
                remove(&mut after, member);
            }
        }
        Change::EditInvitation { roles, groups, .. } => {
            let waiting = facts.invitation.as_ref().and_then(|invitation| invitation.member);
            if let Some(member) = waiting.and_then(|member| find(&mut after, member)) {
                put(&mut member.roles, roles, &edge(&Terms::default()), now);
                put(&mut member.groups, groups, &edge(&Terms::default()), now);
            }
        }
    }
    after
}

fn find(snapshot: &mut Snapshot, id: MemberId) -> Option<&mut Member> {
    snapshot.members.iter_mut().find(|member| member.id == id)
}

/// Exactly these, with the edges that live kept as they are.
fn put<I: Copy + PartialEq>(edges: &mut Vec<(I, Edge)>, wanted: &[I], edge: &Edge, now: Timestamp) {
    edges.retain(|(id, edge)| wanted.contains(id) && edge.live(now));
    for &id in wanted {
        join(edges, id, edge, now);
    }
}

/// One more, unless it lives already.
fn join<I: Copy + PartialEq>(edges: &mut Vec<(I, Edge)>, id: I, edge: &Edge, now: Timestamp) {
    edges.retain(|(other, edge)| *other != id || edge.live(now));
    if !edges.iter().any(|(other, _)| *other == id) {
        edges.push((id, edge.clone()));
    }
}

fn remove(after: &mut Snapshot, member: MemberId) {
    after.members.retain(|one| one.id != member);
    after.grants.retain(|grant| grant.subject != Subject::Member(member));
    for group in &mut after.groups {
        group.leader = group.leader.filter(|leader| *leader != member);
    }
}

fn delete_group(after: &mut Snapshot, group: GroupId) {
    after.groups.retain(|one| one.id != group);
    after.grants.retain(|grant| grant.subject != Subject::Group(group));
    after.fences.retain(|fence| fence.group != group);
    for member in &mut after.members {
        member.groups.retain(|(id, _)| *id != group);
    }
}

fn transfer(after: &mut Snapshot, former: &Member, to: &Text, edge: &Edge, now: Timestamp) {
    let key = folded(to.raw());
    let successor: Option<RoleId> = successor(after);
    let one = after.policies.max_roles == MaxRoles::One;
    for member in &mut after.members {
        if folded(member.email.raw()) == key {
            member.owner = true;
        } else if member.id == former.id {
            member.owner = false;
            match successor {
                Some(role) if one => put(&mut member.roles, &[role], edge, now),
                Some(role) => join(&mut member.roles, role, edge, now),
                None => {}
            }
        }
    }
}

/// The role that a former owner gets.
fn successor(snapshot: &Snapshot) -> Option<RoleId> {
    let key = snapshot.policies.owner_successor_role.as_deref()?;
    snapshot.roles.iter().find(|role| role.key == key).map(|role| role.id)
}

fn capabilities(before: &Snapshot, draft: &GroupDraft) -> CapSet {
    draft.capabilities.iter().filter_map(|key| before.catalogue.find(key)).collect()
}

fn invited(before: &Snapshot, draft: &InviteDraft, facts: &Facts, edge: &Edge) -> Member {
    let at_once = facts.account_exists && before.policies.attach == Attach::Immediate;
    Member {
        id: MemberId(NEW),
        account: AccountId(NEW),
        email: draft.email.clone(),
        status: if at_once { MemberStatus::Active } else { MemberStatus::Pending },
        account_active: true,
        can_sign_in: at_once,
        owner: false,
        roles: draft.roles.iter().map(|role| (*role, edge.clone())).collect(),
        groups: draft.groups.iter().map(|group| (*group, edge.clone())).collect(),
        direct: Vec::new(),
        org_roles: Vec::new(),
    }
}
