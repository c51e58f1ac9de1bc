//! Invariants 3 and 4: nobody hands out what they do not hold, nobody changes a member who holds more, and
//! nobody extends their own expiry.
//!
//! Two nets, since each lets something through alone. The first asks what the change hands out *by name*:
//! a role's capabilities, though the member has them already from elsewhere; a deny taken away, though
//! another still stands. The second compares what everyone concerned holds *in effect* before and after, in
//! every folder where that can differ: a fence opened, a group left whose deny was the only one.
//! Both compare capability by capability, and members who are not active as if they were.

use super::{Change, Facts, Refusal, apply::NEW};
use crate::domain::{
    capability::CapSet,
    edge::Terms,
    id::{FolderId, GroupId, MemberId, RoleId},
    model::{Effect, Grant, Member, Snapshot, Subject},
    plan::{Comparison, Holding},
    time::Timestamp,
};
use std::{cell::RefCell, collections::HashMap};

pub(super) struct Handing<'a> {
    pub comparison: &'a Comparison<'a>,
    pub actor: &'a Member,
    pub change: &'a Change,
    pub facts: &'a Facts,
    pub now: Timestamp,
}

/// Capabilities in one place, or across the workspace.
type Portion = (Option<FolderId>, CapSet);

impl Handing<'_> {
    pub fn check(&self) -> Result<(), Refusal> {
        // The owner holds everything, and has no expiry.
        if self.actor.owner {
            return Ok(());
        }
        let own = Own { handing: self, held: RefCell::default() };
        for member in self.named() {
            own.reaches(member)?;
        }
        for (place, set) in self.handed_out() {
            own.covers(place, set)?;
        }
        self.in_effect(&own)
    }

    fn before(&self) -> &Snapshot {
        self.comparison.before.snapshot()
    }

    fn waiting(&self) -> Option<MemberId> {
        self.facts.invitation.as_ref().and_then(|invitation| invitation.member)
    }

    /// Members whom the change names: they may not hold more than the caller.
    fn named(&self) -> Vec<MemberId> {
        let of = |subject: Subject| match subject {
            Subject::Member(member) => vec![member],
            Subject::Group(_) => Vec::new(),
        };
        let mut named = match self.change {
            Change::SetRoles { member, .. } | Change::Remove { member, .. } | Change::Rename { member, .. } => {
                vec![*member]
            }
            Change::SetGroupMembers { add, remove, .. } => add.iter().chain(remove).copied().collect(),
            Change::Grant { subject, .. } => of(*subject),
            Change::EditGrant { .. } | Change::Revoke { .. } => {
                self.grant().map_or(Vec::new(), |grant| of(grant.subject))
            }
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                self.waiting().into_iter().collect()
            }
            _ => Vec::new(),
        };
        named.retain(|member| *member != self.actor.id);
        named
    }

    /// The grant that the change is about.
    fn grant(&self) -> Option<&Grant> {
        let (Change::EditGrant { grant: id, .. } | Change::Revoke { grant: id, .. }) = self.change else { return None };
        self.before().grants.iter().find(|grant| grant.id == *id)
    }

    /// What the change gives by name.
    fn handed_out(&self) -> Vec<Portion> {
        match self.change {
            Change::SetRoles { member, roles, .. } => {
                let had = self.before().members.iter().find(|one| one.id == *member);
                let new = |role: &&RoleId| {
                    had.is_none_or(|had| !had.roles.iter().any(|(id, edge)| id == *role && edge.live(self.now)))
                };
                roles.iter().filter(new).map(|role| self.role(*role)).collect()
            }
            Change::Invite(draft) => self.entry(&draft.roles, &draft.groups),
            Change::EditInvitation { roles, groups, .. } => self.entry(roles, groups),
            Change::ResendInvitation { .. } => {
                self.facts.invitation.as_ref().map_or(Vec::new(), |waiting| self.entry(&waiting.roles, &waiting.groups))
            }
            Change::CreateGroup(draft) | Change::EditGroup { draft, .. } => {
                let keys = draft.capabilities.iter().filter_map(|key| self.before().catalogue.find(key));
                let had = match self.change {
                    Change::EditGroup { group, .. } => self.group(*group),
                    _ => CapSet::EMPTY,
                };
                vec![(None, keys.collect::<CapSet>().minus(had))]
            }
            Change::SetGroupMembers { group, add, remove, .. } => {
                let joins = if add.is_empty() { Vec::new() } else { self.joining(*group) };
                let leaves = if remove.is_empty() { Vec::new() } else { self.grants_of(*group, Effect::Deny) };
                joins.into_iter().chain(leaves).collect()
            }
            Change::DeleteGroup { group, .. } => {
                self.grants_of(*group, Effect::Deny).into_iter().chain(self.opened(*group)).collect()
            }
            Change::Grant { folder, capability, effect: Effect::Allow, .. } => {
                let cap = self.before().catalogue.find(capability);
                vec![(Some(*folder), cap.into_iter().collect())]
            }
            Change::EditGrant { terms, .. } => {
                self.grant().filter(|grant| extends(grant, terms)).map(portion).into_iter().collect()
            }
            Change::Revoke { .. } => {
                let lifted = |grant: &&Grant| grant.effect == Effect::Deny && grant.edge.live(self.now);
                self.grant().filter(lifted).map(portion).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn role(&self, id: RoleId) -> Portion {
        let role = self.before().roles.iter().find(|role| role.id == id);
        (None, role.map_or(CapSet::EMPTY, |role| role.capabilities))
    }

    fn group(&self, id: GroupId) -> CapSet {
        let group = self.before().groups.iter().find(|group| group.id == id);
        group.map_or(CapSet::EMPTY, |group| group.capabilities)
    }

    /// What roles and groups give to somebody new.
    fn entry(&self, roles: &[RoleId], groups: &[GroupId]) -> Vec<Portion> {
        let roles = roles.iter().map(|role| self.role(*role));
        roles.chain(groups.iter().flat_map(|group| self.joining(*group))).collect()
    }

    fn joining(&self, group: GroupId) -> Vec<Portion> {
        let mut portions = vec![(None, self.group(group))];
        portions.extend(self.grants_of(group, Effect::Allow));
        portions
    }

    fn grants_of(&self, group: GroupId, effect: Effect) -> Vec<Portion> {
        let mine = |grant: &&Grant| {
            grant.subject == Subject::Group(group) && grant.effect == effect && grant.edge.live(self.now)
        };
        self.before().grants.iter().filter(mine).map(portion).collect()
    }

    /// Folders whose only way in was this group: without it their fence is gone and they are open to all.
    fn opened(&self, group: GroupId) -> Vec<Portion> {
        let standing = || self.before().fences.iter().filter(|fence| fence.edge.live(self.now));
        let mine = standing().filter(|fence| fence.group == group).map(|fence| fence.folder);
        let only = mine.filter(|folder| !standing().any(|other| other.folder == *folder && other.group != group));
        only.map(|folder| (Some(folder), self.before().catalogue.per_folder())).collect()
    }

    /// What everyone concerned gains in effect, the caller must hold; whoever loses may not hold more.
    fn in_effect(&self, own: &Own<'_>) -> Result<(), Refusal> {
        let mine = self.comparison.before.places(self.actor.id, self.before().catalogue.everything());
        for member in self.comparison.touched() {
            if member == self.actor.id {
                self.own_expiry()?;
                continue;
            }
            let mut lowered = false;
            for at in self.moments() {
                let difference = self.comparison.difference(member, &mine, Holding::OnceActive, at);
                let places = difference.places.iter().map(|(folder, delta)| (Some(*folder), *delta));
                for (place, (gained, lost)) in std::iter::once((None, difference.across)).chain(places) {
                    own.covers(place, gained)?;
                    lowered |= !lost.is_empty();
                }
            }
            if lowered && member != MemberId(NEW) && !matches!(self.change, Change::Transfer { .. }) {
                own.reaches(member)?;
            }
        }
        Ok(())
    }

    /// Now, and when the ends of an edited edge make a difference.
    fn moments(&self) -> Vec<Timestamp> {
        let mut moments = vec![self.now];
        if let (Change::EditGrant { terms, .. }, Some(grant)) = (self.change, self.grant()) {
            moments.extend([terms.expires_at, grant.edge.terms.expires_at].into_iter().flatten());
        }
        moments.retain(|at| *at >= self.now);
        moments
    }

    /// Whether the change gives the caller something: now, or at a time when they would have lost it.
    fn own_expiry(&self) -> Result<(), Refusal> {
        let before = self.before();
        let mine = |subject: Subject| match subject {
            Subject::Member(member) => member == self.actor.id,
            Subject::Group(group) => self.actor.groups.iter().any(|(id, _)| *id == group) || self.joins(group),
        };
        let edges = self.actor.roles.iter().map(|(_, edge)| edge);
        let edges = edges.chain(self.actor.groups.iter().map(|(_, edge)| edge));
        let edges = edges.chain(self.actor.direct.iter().map(|(_, edge)| edge));
        let edges = edges.chain(self.actor.org_roles.iter().map(|role| &role.edge));
        let edges = edges.chain(before.grants.iter().filter(|grant| mine(grant.subject)).map(|grant| &grant.edge));
        let edges = edges.chain(before.fences.iter().map(|fence| &fence.edge));
        let mut moments: Vec<_> = edges.filter_map(|edge| edge.terms.expires_at).filter(|at| *at > self.now).collect();
        moments.extend(self.moments());
        moments.sort_unstable();
        moments.dedup();
        for at in moments {
            let difference = self.comparison.difference(self.actor.id, &[], Holding::OnceActive, at);
            let gained = difference.places.iter().map(|(_, (gained, _))| *gained).chain([difference.across.0]);
            let gained = gained.fold(CapSet::EMPTY, CapSet::union);
            if gained.is_empty() {
                continue;
            }
            return Err(if at == self.now { self.beyond(gained) } else { Refusal::OwnExpiry });
        }
        Ok(())
    }

    /// Whether the change puts the caller into this group.
    fn joins(&self, id: GroupId) -> bool {
        matches!(self.change, Change::SetGroupMembers { group, add, .. } if *group == id && add.contains(&self.actor.id))
    }

    fn beyond(&self, lacking: CapSet) -> Refusal {
        Refusal::Beyond { capabilities: self.before().catalogue.keys(lacking) }
    }
}

/// What the caller holds, worked out once a place.
struct Own<'a> {
    handing: &'a Handing<'a>,
    held: RefCell<HashMap<Option<FolderId>, CapSet>>,
}

impl Own<'_> {
    fn held(&self, place: Option<FolderId>) -> CapSet {
        let handing = self.handing;
        let work_out = || handing.comparison.before.held(handing.actor.id, place, handing.now);
        *self.held.borrow_mut().entry(place).or_insert_with(work_out)
    }

    /// Invariant 3, for one place.
    fn covers(&self, place: Option<FolderId>, set: CapSet) -> Result<(), Refusal> {
        let lacking = set.minus(self.held(place));
        if lacking.is_empty() { Ok(()) } else { Err(self.handing.beyond(lacking)) }
    }

    /// Invariant 4: the member holds nothing that the caller lacks, across the workspace and in folders.
    fn reaches(&self, member: MemberId) -> Result<(), Refusal> {
        let access = &self.handing.comparison.before;
        let everything = self.handing.before().catalogue.everything();
        let mut places = access.places(member, everything);
        places.extend(access.places(self.handing.actor.id, everything));
        places.sort_unstable();
        places.dedup();
        let places = std::iter::once(None).chain(places.into_iter().map(Some));
        let more = |place| access.held_once_active(member, place, self.handing.now).minus(self.held(place));
        let lacking = places.map(more).fold(CapSet::EMPTY, CapSet::union);
        if lacking.is_empty() {
            return Ok(());
        }
        Err(Refusal::Above { capabilities: self.handing.before().catalogue.keys(lacking) })
    }
}

fn portion(grant: &Grant) -> Portion {
    (Some(grant.folder), CapSet::EMPTY.with(grant.capability))
}

/// Whether new terms make an allow last longer, or a deny shorter.
fn extends(grant: &Grant, terms: &Terms) -> bool {
    let end = |terms: &Terms| terms.expires_at.map_or(i64::MAX, |at| at.0);
    let (old, new) = (end(&grant.edge.terms), end(terms));
    match grant.effect {
        Effect::Allow => new > old,
        Effect::Deny => new < old,
    }
}
