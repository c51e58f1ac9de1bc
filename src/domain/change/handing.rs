//! Invariants 3 and 4: nobody hands out what they do not hold, nobody changes a member who holds more, and
//! nobody extends their own expiry.
//!
//! Two nets, since each lets something through alone. The first asks what the change hands out *by name*:
//! a role's capabilities, though the member has them already from elsewhere; a deny taken away, though
//! another still stands. The second compares what everyone concerned holds *in effect* before and after, in
//! every folder where that can differ: a fence opened, a group left whose deny was the only one.
//! Both compare capability by capability, and members who are not active as if they were.

use super::{Change, Refusal, ground::Ground, rules::Row, sketch::waiting};
use crate::domain::{
    capability::CapSet,
    edge::Terms,
    id::{FolderId, GroupId, MemberId, RoleId},
    model::{Effect, Grant, Member, Snapshot, Subject},
    plan::{Comparison, Delta, HeldOf, Holding},
    time::Timestamp,
};
use std::{cell::RefCell, collections::HashMap};

/// One change, and the members whose access may differ after it.
pub(in crate::domain) struct Handing<'a> {
    pub own: &'a Own<'a>,
    pub row: Row<'a>,
    pub concerned: Vec<MemberId>,
}

/// Capabilities in one place, or across the workspace.
type Portion = (Option<FolderId>, CapSet);

impl Handing<'_> {
    pub fn check(&self) -> Result<(), Refusal> {
        // The owner holds everything, and has no expiry.
        if self.own.actor.owner {
            return Ok(());
        }
        for member in self.named() {
            self.own.reaches(member)?;
        }
        for (place, set) in self.handed_out() {
            self.own.covers(place, set)?;
        }
        self.in_effect()
    }

    fn before(&self) -> &Snapshot {
        self.own.ground.snapshot
    }

    /// Members whom the change names: they may not hold more than the caller.
    fn named(&self) -> Vec<MemberId> {
        let of = |subject: Subject| match subject {
            Subject::Member(member) => vec![member],
            Subject::Group(_) => Vec::new(),
        };
        let mut named = match self.row.change {
            Change::SetRoles { member, .. }
            | Change::SetGroups { member, .. }
            | Change::Deactivate { member, .. }
            | Change::Reactivate { member, .. }
            | Change::Remove { member, .. }
            | Change::Rename { member, .. } => vec![*member],
            Change::Restore { delta, .. } => vec![delta.member],
            Change::SetGroupMembers { add, remove, .. } => add.iter().chain(remove).copied().collect(),
            Change::Grant { subject, .. } => of(*subject),
            Change::EditGrant { .. } | Change::Revoke { .. } => {
                self.grant().map_or(Vec::new(), |grant| of(grant.subject))
            }
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                waiting(self.row.facts).into_iter().collect()
            }
            _ => Vec::new(),
        };
        named.retain(|member| *member != self.own.actor.id);
        named
    }

    /// The grant that the change is about.
    fn grant(&self) -> Option<&Grant> {
        let (Change::EditGrant { grant: id, .. } | Change::Revoke { grant: id, .. }) = self.row.change else {
            return None;
        };
        self.before().grants.iter().find(|grant| grant.id == *id)
    }

    /// What the change gives by name.
    fn handed_out(&self) -> Vec<Portion> {
        match self.row.change {
            Change::SetRoles { member, roles, terms } => {
                let had = self.own.ground.access.member(*member);
                let new = |role: &&RoleId| {
                    had.is_none_or(|had| {
                        !had.roles.iter().any(|(id, edge)| id == *role && edge.stays(terms, self.own.now))
                    })
                };
                roles.iter().filter(new).map(|role| self.role(*role)).collect()
            }
            Change::Invite(draft) => self.entry(&draft.roles, &draft.groups),
            Change::EditInvitation { roles, groups, .. } => self.entry(roles, groups),
            Change::ResendInvitation { .. } => self
                .row
                .facts
                .invitation
                .as_ref()
                .map_or(Vec::new(), |waiting| self.entry(&waiting.roles, &waiting.groups)),
            Change::CreateGroup(draft) | Change::EditGroup { draft, .. } => {
                let keys = draft.capabilities.iter().filter_map(|key| self.before().catalogue.find(key));
                let had = match self.row.change {
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
            Change::SetGroups { add, remove, .. } => {
                let joins = add.iter().flat_map(|group| self.joining(*group));
                joins.chain(remove.iter().flat_map(|group| self.grants_of(*group, Effect::Deny))).collect()
            }
            Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => self.restored(delta),
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
                let lifted = |grant: &&Grant| grant.effect == Effect::Deny && grant.edge.live(self.own.now);
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
        let live = |grant: &&Grant| grant.effect == effect && grant.edge.live(self.own.now);
        self.own.ground.grants_of(Subject::Group(group)).filter(live).map(portion).collect()
    }

    /// Folders whose only way in was this group: without it their fence is gone and they are open to all.
    fn opened(&self, group: GroupId) -> Vec<Portion> {
        let standing = || self.before().fences.iter().filter(|fence| fence.edge.live(self.own.now));
        let mine = standing().filter(|fence| fence.group == group).map(|fence| fence.folder);
        let only = mine.filter(|folder| !standing().any(|other| other.folder == *folder && other.group != group));
        only.map(|folder| (Some(folder), self.before().catalogue.per_folder())).collect()
    }

    /// What everyone concerned gains in effect, the caller must hold; whoever loses may not hold more.
    fn in_effect(&self) -> Result<(), Refusal> {
        let own = self.own;
        for &member in &self.concerned {
            if member == self.own.actor.id {
                self.own_expiry()?;
                continue;
            }
            let mut lowered = false;
            for at in self.moments() {
                let difference = self.own.comparison.difference(member, &own.places, Holding::OnceActive, at);
                let places = difference.places.iter().map(|(folder, delta)| (Some(*folder), *delta));
                for (place, (gained, lost)) in std::iter::once((None, difference.across)).chain(places) {
                    own.covers(place, gained)?;
                    lowered |= !lost.is_empty();
                }
            }
            if lowered
                && own.ground.access.member(member).is_some()
                && !matches!(self.row.change, Change::Transfer { .. })
            {
                own.reaches(member)?;
            }
        }
        Ok(())
    }

    /// Now, and when the ends of edges that the change makes or edits make a difference: a deny that is given an
    /// end, or a membership of a group that denies, gives something at that end.
    fn moments(&self) -> Vec<Timestamp> {
        let mut moments = vec![self.own.now];
        match self.row.change {
            Change::SetRoles { terms, .. }
            | Change::SetGroups { terms, .. }
            | Change::SetGroupMembers { terms, .. }
            | Change::Grant { terms, .. }
            | Change::EditGrant { terms, .. } => moments.extend(terms.expires_at),
            Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => {
                moments.extend(delta.gave.iter().filter_map(|held| held.edge.terms.expires_at));
            }
            _ => {}
        }
        moments.extend(self.grant().and_then(|grant| grant.edge.terms.expires_at));
        moments.retain(|at| *at >= self.own.now);
        moments
    }

    /// Whether the change gives the caller something: now, or at a time when they would have lost it.
    fn own_expiry(&self) -> Result<(), Refusal> {
        let before = self.before();
        let mine = |subject: Subject| match subject {
            Subject::Member(member) => member == self.own.actor.id,
            Subject::Group(group) => self.own.actor.groups.iter().any(|(id, _)| *id == group) || self.joins(group),
        };
        let edges = self.own.actor.roles.iter().map(|(_, edge)| edge);
        let edges = edges.chain(self.own.actor.groups.iter().map(|(_, edge)| edge));
        let edges = edges.chain(self.own.actor.direct.iter().map(|(_, edge)| edge));
        let edges = edges.chain(self.own.actor.org_roles.iter().map(|role| &role.edge));
        let edges = edges.chain(before.grants.iter().filter(|grant| mine(grant.subject)).map(|grant| &grant.edge));
        let edges = edges.chain(before.fences.iter().map(|fence| &fence.edge));
        let mut moments: Vec<_> =
            edges.filter_map(|edge| edge.terms.expires_at).filter(|at| *at > self.own.now).collect();
        moments.extend(self.moments());
        moments.sort_unstable();
        moments.dedup();
        for at in moments {
            let difference = self.own.comparison.difference(self.own.actor.id, &[], Holding::OnceActive, at);
            let gained = difference.places.iter().map(|(_, (gained, _))| *gained).chain([difference.across.0]);
            let gained = gained.fold(CapSet::EMPTY, CapSet::union);
            if gained.is_empty() {
                continue;
            }
            return Err(if at == self.own.now { self.own.beyond(gained) } else { Refusal::OwnExpiry });
        }
        Ok(())
    }

    /// Whether the change puts the caller into this group.
    fn joins(&self, id: GroupId) -> bool {
        matches!(self.row.change, Change::SetGroupMembers { group, add, .. } if *group == id && add.contains(&self.own.actor.id))
    }

    /// What a delta gives by name, and the denies that it lifts.
    fn restored(&self, delta: &Delta) -> Vec<Portion> {
        let cap = |key: &str| self.before().catalogue.find(key).into_iter().collect::<CapSet>();
        let mut portions = Vec::new();
        for held in delta.gave.iter().filter(|held| held.edge.live(self.own.now)) {
            match &held.of {
                HeldOf::Role(role) => portions.push(self.role(*role)),
                HeldOf::Group(group) => portions.extend(self.joining(*group)),
                HeldOf::Direct(key) => portions.push((None, cap(key))),
                HeldOf::Grant { folder, capability, effect: Effect::Allow, .. } => {
                    portions.push((Some(*folder), cap(capability)));
                }
                HeldOf::Grant { .. } => {}
            }
        }
        for held in delta.took.iter().filter(|held| held.edge.live(self.own.now)) {
            match &held.of {
                HeldOf::Group(group) => portions.extend(self.grants_of(*group, Effect::Deny)),
                HeldOf::Grant { folder, capability, effect: Effect::Deny, .. } => {
                    portions.push((Some(*folder), cap(capability)));
                }
                _ => {}
            }
        }
        portions
    }
}

/// What the caller holds, worked out once a place, whatever the number of changes.
pub(in crate::domain) struct Own<'a> {
    ground: &'a Ground<'a>,
    comparison: &'a Comparison<'a>,
    actor: &'a Member,
    now: Timestamp,
    /// Where the caller's access may differ from the folder above.
    places: Vec<FolderId>,
    held: RefCell<HashMap<Option<FolderId>, CapSet>>,
}

impl<'a> Own<'a> {
    pub fn new(ground: &'a Ground<'a>, comparison: &'a Comparison<'a>, actor: &'a Member, now: Timestamp) -> Self {
        let places = ground.access.places(actor.id, ground.snapshot.catalogue.everything());
        Self { ground, comparison, actor, now, places, held: RefCell::default() }
    }

    fn held(&self, place: Option<FolderId>) -> CapSet {
        let work_out = || self.ground.access.held(self.actor.id, place, self.now);
        *self.held.borrow_mut().entry(place).or_insert_with(work_out)
    }

    /// Invariant 3, for one place.
    fn covers(&self, place: Option<FolderId>, set: CapSet) -> Result<(), Refusal> {
        let lacking = set.minus(self.held(place));
        if lacking.is_empty() { Ok(()) } else { Err(self.beyond(lacking)) }
    }

    fn beyond(&self, lacking: CapSet) -> Refusal {
        Refusal::Beyond { capabilities: self.ground.snapshot.catalogue.keys(lacking) }
    }

    /// Invariant 4: the member holds nothing that the caller lacks, across the workspace and in folders.
    fn reaches(&self, member: MemberId) -> Result<(), Refusal> {
        let (access, catalogue) = (&self.ground.access, &self.ground.snapshot.catalogue);
        let mut places = access.places(member, catalogue.everything());
        places.extend(&self.places);
        places.sort_unstable();
        places.dedup();
        let across = access.held_once_active(member, None, self.now).minus(self.held(None));
        let inside = access.held_in_each(member, &places, true, self.now);
        let more = places.iter().zip(inside).map(|(place, held)| held.minus(self.held(Some(*place))));
        let lacking = more.fold(across, CapSet::union);
        if lacking.is_empty() { Ok(()) } else { Err(Refusal::Above { capabilities: catalogue.keys(lacking) }) }
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
