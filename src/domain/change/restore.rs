//! The rules of taking back what a job did to a member: everything it left must still be exactly so
//! (SPEC 6), and edges that have expired meanwhile do not exist.

use super::{Facts, Refusal, ground::Ground};
use crate::domain::{
    id::GroupId,
    model::{Member, Subject},
    pack::MaxRoles,
    plan::{Delta, Held, HeldOf, Side, Turn},
    time::Timestamp,
};

/// What kinds of things a delta is about.
pub(super) struct Kinds {
    pub members: bool,
    pub groups: bool,
    pub grants: bool,
    /// The groups, where it is about groups.
    pub which: Vec<GroupId>,
}

impl Kinds {
    pub fn of(delta: &Delta) -> Self {
        // A membership goes and comes with all its edges, as a removal takes them.
        let whole = delta.membership.is_some();
        let (mut members, mut grants, mut which) = (whole || delta.status.is_some(), false, Vec::new());
        for held in delta.took.iter().chain(&delta.gave).filter(|_| !whole) {
            match &held.of {
                HeldOf::Role(_) | HeldOf::Direct(_) => members = true,
                HeldOf::Group(group) => which.push(*group),
                HeldOf::Grant { .. } => grants = true,
            }
        }
        Self { members, groups: !which.is_empty(), grants, which }
    }
}

/// What was changed since a job ended is not taken back.
pub(super) fn changed(what: &str) -> Refusal {
    Refusal::ChangedSince { what: what.to_owned() }
}

/// The member, or the account to whom a membership comes back, and whatever its edges lead to.
pub(super) fn is_there(ground: &Ground<'_>, delta: &Delta, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
    if let Some(Turn::Came(membership)) = &delta.membership {
        let again = ground.access.member(delta.member).is_some() || ground.by_email(membership.email.raw()).is_some();
        if again || facts.member_exists || facts.live_invitation {
            return Err(changed("this person is a member again, or invited"));
        }
        if facts.account.is_none() {
            return Err(changed("the account is not there any more"));
        }
    } else {
        ground.member(delta.member)?;
    }
    for held in delta.took.iter().chain(&delta.gave).filter(|held| held.edge.live(now)) {
        let (there, what) = match &held.of {
            HeldOf::Role(id) => (ground.snapshot.roles.iter().any(|role| role.id == *id), "a role"),
            HeldOf::Group(id) => (ground.group(*id).is_ok(), "a group"),
            HeldOf::Direct(key) => (ground.snapshot.catalogue.find(key).is_some(), "a capability"),
            HeldOf::Grant { folder, .. } => (ground.folder(*folder).is_ok(), "a folder"),
        };
        if !there {
            return Err(changed(&format!("{what} is not there any more")));
        }
    }
    Ok(())
}

/// Everything is as the job left it.
pub(super) fn stands(ground: &Ground<'_>, delta: &Delta, now: Timestamp) -> Result<(), Refusal> {
    let Some(member) = ground.access.member(delta.member) else { return Ok(()) };
    if delta.status.is_some_and(|(from, _)| from != member.status) {
        return Err(changed("the membership is in another state"));
    }
    let holds = Side::new(ground.snapshot, member, ground.grants_of(Subject::Member(member.id))).held();
    let live = |held: &&Held| held.edge.live(now);
    if !delta.took.iter().filter(live).all(|held| holds.contains(held)) {
        return Err(changed("what would be taken is not as this job left it"));
    }
    if matches!(delta.membership, Some(Turn::Left(_)))
        && !holds.iter().filter(live).all(|held| delta.took.contains(held))
    {
        return Err(changed("the member holds more than this job left them"));
    }
    let taken = |of: &HeldOf| delta.took.iter().any(|held| held.of == *of);
    let mut given = delta.gave.iter().filter(live);
    if given.any(|held| holds.iter().filter(live).any(|one| same(&one.of, &held.of) && !taken(&one.of))) {
        return Err(changed("what would come back is there already"));
    }
    one_role(ground, delta, member, now)
}

/// The same thing, by whatever edge: of grants the place, the capability and the effect count.
fn same(one: &HeldOf, other: &HeldOf) -> bool {
    match (one, other) {
        (
            HeldOf::Grant { folder, capability, effect, .. },
            HeldOf::Grant { folder: other_folder, capability: other_capability, effect: other_effect, .. },
        ) => (folder, capability, effect) == (other_folder, other_capability, other_effect),
        (one, other) => one == other,
    }
}

/// Where members hold one role, a role does not come back beside another that was given since.
fn one_role(ground: &Ground<'_>, delta: &Delta, member: &Member, now: Timestamp) -> Result<(), Refusal> {
    let gives = delta.gave.iter().any(|held| matches!(held.of, HeldOf::Role(_)) && held.edge.live(now));
    let keeps = member.roles.iter().filter(|(_, edge)| edge.live(now));
    let mut keeps = keeps.filter(|(id, _)| !delta.took.iter().any(|held| held.of == HeldOf::Role(*id)));
    if ground.snapshot.policies.max_roles == MaxRoles::One && gives && keeps.next().is_some() {
        return Err(changed("another role was given"));
    }
    Ok(())
}
