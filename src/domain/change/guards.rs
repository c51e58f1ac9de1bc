//! What is judged on the state after: edges of identity providers are still there, and somebody can still
//! administer the workspace.

use super::{Refusal, Warning, ground::Ground};
use crate::domain::{
    access::Access,
    capability::key,
    edge::{Edge, EdgeSource},
    id::MemberId,
    model::{Grant, Member, Snapshot, Subject},
    time::Timestamp,
};
use std::collections::HashSet;

/// Whether an edge is an identity provider's, and stands.
fn theirs(edge: &Edge, now: Timestamp) -> bool {
    edge.source != EdgeSource::Manual && edge.live(now)
}

/// Invariant 10: every live edge that an identity provider owns is still there, and as it was.
pub(super) fn provider_edges_stay(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Result<(), Refusal> {
    let new = |member: &Member| after.members.iter().find(|one| one.id == member.id);
    let provided = |member: &&Member| member_edges(member).any(|edge| theirs(edge, now));
    let members = before.members.iter().filter(provided).all(|member| keeps(member, new(member), now));
    let mut fences = before.fences.iter().filter(|fence| theirs(&fence.edge, now));
    let fences = fences.all(|fence| after.fences.contains(fence));
    let grants = grants_stay(before.grants.iter(), |grant| after.grants.contains(grant), now);
    if members && grants && fences { Ok(()) } else { Err(Refusal::Provider) }
}

/// The same for one member alone, with the grants that are theirs.
pub(in crate::domain) fn provider_edges_of_one_stay(
    before: &Ground<'_>,
    after: &Ground<'_>,
    id: MemberId,
    now: Timestamp,
) -> Result<(), Refusal> {
    let member = before.access.member(id).is_none_or(|old| keeps(old, after.access.member(id), now));
    let subject = Subject::Member(id);
    let new: Vec<_> = after.grants_of(subject).collect();
    let grants = grants_stay(before.grants_of(subject), |grant| new.contains(&grant), now);
    if member && grants { Ok(()) } else { Err(Refusal::Provider) }
}

fn grants_stay<'a>(
    grants: impl Iterator<Item = &'a Grant>,
    is_there: impl Fn(&'a Grant) -> bool,
    now: Timestamp,
) -> bool {
    grants.filter(|grant| theirs(&grant.edge, now)).all(is_there)
}

fn member_edges(member: &Member) -> impl Iterator<Item = &Edge> {
    let edges = member.roles.iter().map(|(_, edge)| edge).chain(member.groups.iter().map(|(_, edge)| edge));
    edges.chain(member.direct.iter().map(|(_, edge)| edge))
}

fn keeps(old: &Member, new: Option<&Member>, now: Timestamp) -> bool {
    let Some(new) = new else { return !member_edges(old).any(|edge| theirs(edge, now)) };
    let roles = old.roles.iter().filter(|(_, edge)| theirs(edge, now)).all(|edge| new.roles.contains(edge));
    let groups = old.groups.iter().filter(|(_, edge)| theirs(edge, now)).all(|edge| new.groups.contains(edge));
    let direct = old.direct.iter().filter(|(_, edge)| theirs(edge, now)).all(|edge| new.direct.contains(edge));
    roles && groups && direct
}

/// Who administers the workspace, before and after.
pub(in crate::domain) struct Administrators {
    old: Vec<Administrator>,
    new: Vec<Administrator>,
    wanted: usize,
}

/// An active member who holds what it takes to administer the workspace.
#[derive(Clone, Copy)]
struct Administrator {
    id: MemberId,
    /// Whether they can do anything with it: who was imported holds it, and cannot come in yet.
    can_sign_in: bool,
}

impl Administrators {
    pub fn of(before: &Access<'_>, after: &Access<'_>, now: Timestamp) -> Self {
        let wanted = before.snapshot().policies.min_admins as usize;
        Self { old: administrators(before, now), new: administrators(after, now), wanted }
    }

    /// Invariant 2: after the whole of a change there is one who can sign in. Fewer of them than wanted is a
    /// thing to know whenever one is lowered, be it one who cannot sign in yet.
    pub fn remain(&self) -> Result<Option<Warning>, Refusal> {
        let able = |all: &[Administrator]| all.iter().filter(|one| one.can_sign_in).count();
        let remaining = able(&self.new);
        if remaining == 0 && able(&self.old) > 0 {
            return Err(Refusal::LastAdministrator);
        }
        let few = remaining < self.wanted && self.lowers_one();
        Ok(few.then_some(Warning::FewAdministrators { remaining: remaining as u32 }))
    }

    /// Whether somebody who was one is none any more: by what they hold, whether or not they can sign in.
    pub fn lowers_one(&self) -> bool {
        let new: HashSet<MemberId> = self.new.iter().map(|one| one.id).collect();
        self.old.iter().any(|one| !new.contains(&one.id))
    }
}

/// The active members who hold `members.manage` and `roles.manage` across the workspace; the owner is one.
fn administrators(access: &Access<'_>, now: Timestamp) -> Vec<Administrator> {
    let catalogue = &access.snapshot().catalogue;
    let needed = catalogue.set([key::MEMBERS_MANAGE, key::ROLES_MANAGE]);
    let Ok(needed) = needed else { return Vec::new() };
    let members = access.snapshot().members.iter().filter(|member| member.active());
    let administrators = members.filter(|member| needed.within(access.held(member.id, None, now)));
    administrators.map(|member| Administrator { id: member.id, can_sign_in: member.can_sign_in }).collect()
}
