//! What is judged on the state after: somebody can still administer the workspace; and that edges of identity providers
//! stay as they are.

use super::{Delta, Refusal, Warning};
use crate::domain::{
    access::Access,
    capability::key,
    edge::{Edge, EdgeSource},
    id::MemberId,
    time::Timestamp,
};
use std::collections::HashSet;

/// Invariant 10: every live edge that an identity provider owns stays as it was.
pub(in crate::domain) fn provider_edges_stay(delta: &Delta, now: Timestamp) -> Result<(), Refusal> {
    let theirs = |edge: &Edge| edge.source != EdgeSource::Manual && edge.live(now);
    let touches = |(before, after): (Option<&Edge>, Option<&Edge>)| before.is_some_and(theirs) && before != after;
    if delta.0.iter().filter_map(super::Edit::edge).any(touches) { Err(Refusal::Provider) } else { Ok(()) }
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

    /// Invariant 2: after the whole of a change there is one who can sign in. Fewer of them than wanted is a thing to
    /// know whenever one is lowered, be it one who cannot sign in yet.
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

    /// Whether invariant 2 holds after any part of the rows as well, each of which is of another member: somebody who
    /// can sign in is one before and after.
    pub fn one_stays(&self) -> bool {
        let able = |one: &&Administrator| one.can_sign_in;
        let new: HashSet<MemberId> = self.new.iter().filter(able).map(|one| one.id).collect();
        self.old.iter().filter(able).any(|one| new.contains(&one.id)) || !self.lowers_one()
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
