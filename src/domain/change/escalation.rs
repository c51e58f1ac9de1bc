//! Invariants 3 and 4: nobody hands out what they do not hold, nobody changes a member who holds a managing capability
//! that they lack, and nobody extends their own expiry.
//!
//! Two nets, since each lets something through alone. The first asks what a delta hands out *by name*: a role's
//! capabilities, though the member has them already from elsewhere; a deny taken away, though another still stands. The
//! second compares what everyone concerned holds *in effect* before and after, in every folder where that can differ: a
//! fence opened, a group left whose deny was the only one. Both compare capability by capability, and members who are
//! not active as if they were.

use super::{Delta, Edit, Refusal, RuleIndex};
use crate::domain::{
    capability::CapSet,
    edge::Edge,
    id::{FolderId, GroupId, MemberId, RoleId},
    model::{Effect, Grant, Member, MemberStatus, Snapshot, Subject},
    plan::{Comparison, Holding},
    time::Timestamp,
};
use std::{cell::RefCell, collections::HashMap};

/// One row, and the members whose access may differ after it.
pub(in crate::domain) struct Escalation<'a> {
    pub own: &'a Own<'a>,
    pub delta: &'a Delta,
    /// The member whom the row names.
    pub named: Option<MemberId>,
    pub concerned: &'a [MemberId],
    /// Whether it gives back what its own actor took: that may be given whatever they hold now.
    pub gives_back: bool,
}

/// Capabilities in one place, or across the workspace.
type Portion = (Option<FolderId>, CapSet);

impl Escalation<'_> {
    pub fn check(&self) -> Result<(), Refusal> {
        // The owner holds everything, and has no expiry.
        if self.own.actor.owner {
            return Ok(());
        }
        if let Some(member) = self.named.filter(|member| *member != self.own.actor.id) {
            // Whoever is deactivated holds nothing until it is given back.
            self.own.reaches(member, if self.gives_back { Holding::Now } else { Holding::OnceActive })?;
        }
        if !self.gives_back {
            for (place, set) in self.handed_out() {
                self.own.covers(place, set)?;
            }
        }
        self.in_effect()
    }

    fn before(&self) -> &Snapshot {
        self.own.index.snapshot
    }

    /// What the delta gives by name.
    fn handed_out(&self) -> Vec<Portion> {
        let mut portions = Vec::new();
        for edit in &self.delta.0 {
            self.hand_out(edit, &mut portions);
        }
        portions
    }

    fn hand_out(&self, edit: &Edit, portions: &mut Vec<Portion>) {
        let now = self.own.now;
        let (gives, takes) = edit.edge().map_or((false, false), |(before, after)| {
            (lasts_longer(before, after, now), lasts_longer(after, before, now))
        });
        match edit {
            Edit::Role { role, .. } if gives => portions.push(self.role(*role)),
            Edit::InGroup { group, .. } if gives => portions.extend(self.joining(*group)),
            Edit::InGroup { group, .. } if takes => {
                portions.extend(self.grants_of(Subject::Group(*group), Effect::Deny))
            }
            Edit::Direct { capability, .. } if gives => portions.push((None, self.cap(capability))),
            Edit::Grant { folder, capability, effect, .. } => {
                let hands_out = match effect {
                    Effect::Allow => gives,
                    Effect::Deny => takes,
                };
                if hands_out {
                    portions.push((Some(*folder), self.cap(capability)));
                }
            }
            // The last way in through a fence opens the folder to everyone.
            Edit::Fence { folder, .. } if takes => {
                let fences = &self.own.comparison.after.snapshot().fences;
                if !fences.iter().any(|other| other.folder == *folder && other.edge.live(now)) {
                    portions.push((Some(*folder), self.before().catalogue.per_folder()));
                }
            }
            Edit::Group { id, before, after } => {
                let caps = |keys: &[String]| keys.iter().fold(CapSet::EMPTY, |set, key| set.union(self.cap(key)));
                let had = before.as_ref().map_or(CapSet::EMPTY, |group| caps(&group.capabilities));
                let has = after.as_ref().map_or(CapSet::EMPTY, |group| caps(&group.capabilities));
                portions.push((None, has.minus(had)));
                if after.is_none() {
                    portions.extend(self.grants_of(Subject::Group(*id), Effect::Deny));
                }
            }
            // Whoever is let in again holds what their edges amount to.
            Edit::Member { id, before, after } => {
                let (Some(before), Some(after)) = (before, after) else { return };
                if before.status == MemberStatus::Deactivated && after.status == MemberStatus::Active {
                    portions.extend(self.own.all_of(*id));
                }
            }
            // Whoever makes a link, or lets one live longer, answers for all that waits behind it.
            Edit::Invitation { before, after: Some(after), .. } if after.status.open() => {
                let longer = |before: &super::InvitationRecord| {
                    before.link != after.link || before.inviter != after.inviter || before.expires_at < after.expires_at
                };
                if before.as_ref().is_none_or(longer)
                    && let Some(member) = after.member.and_then(|id| self.own.comparison.after.member(id))
                {
                    let live = |edge: &Edge| edge.live(now);
                    portions.extend(member.roles.iter().filter(|(_, edge)| live(edge)).map(|(id, _)| self.role(*id)));
                    let groups = member.groups.iter().filter(|(_, edge)| live(edge));
                    portions.extend(groups.flat_map(|(id, _)| self.joining(*id)));
                    let direct = member.direct.iter().filter(|(_, edge)| live(edge));
                    portions.extend(direct.map(|(cap, _)| (None, CapSet::EMPTY.with(*cap))));
                    portions.extend(self.grants_of(Subject::Member(member.id), Effect::Allow));
                }
            }
            _ => {}
        }
    }

    fn cap(&self, key: &str) -> CapSet {
        self.before().catalogue.find(key).into_iter().collect()
    }

    fn role(&self, id: RoleId) -> Portion {
        let role = self.before().roles.iter().find(|role| role.id == id);
        (None, role.map_or(CapSet::EMPTY, |role| role.capabilities))
    }

    fn group(&self, id: GroupId) -> CapSet {
        let after = self.own.comparison.after.snapshot();
        let group = self.before().groups.iter().chain(&after.groups).find(|group| group.id == id);
        group.map_or(CapSet::EMPTY, |group| group.capabilities)
    }

    fn joining(&self, group: GroupId) -> Vec<Portion> {
        let mut portions = vec![(None, self.group(group))];
        portions.extend(self.grants_of(Subject::Group(group), Effect::Allow));
        portions
    }

    fn grants_of(&self, subject: Subject, effect: Effect) -> Vec<Portion> {
        let live = |grant: &&Grant| grant.effect == effect && grant.edge.live(self.own.now);
        let portion = |grant: &Grant| (Some(grant.folder), CapSet::EMPTY.with(grant.capability));
        self.own.index.grants_of(subject).filter(live).map(portion).collect()
    }

    /// What everyone concerned gains in effect, the caller must hold; whom a row lowers may not manage what the caller
    /// does not.
    fn in_effect(&self) -> Result<(), Refusal> {
        let own = self.own;
        for &member in self.concerned {
            if member == own.actor.id {
                if !self.gives_back {
                    self.own_expiry()?;
                }
                continue;
            }
            let mut lowered = false;
            for at in self.moments() {
                let difference = own.comparison.difference(member, &own.places, Holding::OnceActive, at);
                let places = difference.places.iter().map(|(folder, delta)| (Some(*folder), *delta));
                for (place, (gained, lost)) in std::iter::once((None, difference.across)).chain(places) {
                    if !self.gives_back {
                        own.covers(place, gained)?;
                    }
                    lowered |= !lost.is_empty();
                }
            }
            if lowered && own.index.access.member(member).is_some() {
                own.reaches(member, Holding::OnceActive)?;
            }
        }
        Ok(())
    }

    /// Now, and when the ends of edges that the delta makes or changes make a difference: a deny that is given an end,
    /// or a membership of a group that denies, gives something at that end.
    fn moments(&self) -> Vec<Timestamp> {
        let mut moments = vec![self.own.now];
        for (before, after) in self.delta.0.iter().filter_map(Edit::edge) {
            moments.extend(before.and_then(|edge| edge.terms.expires_at));
            moments.extend(after.and_then(|edge| edge.terms.expires_at));
        }
        moments.retain(|at| *at >= self.own.now);
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// Whether the delta gives the caller something: now, or at a time when they would have lost it.
    fn own_expiry(&self) -> Result<(), Refusal> {
        let (before, actor) = (self.before(), self.own.actor);
        let joins = |group: GroupId| {
            self.delta.0.iter().any(|edit| match edit {
                Edit::InGroup { member, group: joined, after: Some(_), .. } => (*member, *joined) == (actor.id, group),
                _ => false,
            })
        };
        let mine = |subject: Subject| match subject {
            Subject::Member(member) => member == actor.id,
            Subject::Group(group) => actor.groups.iter().any(|(id, _)| *id == group) || joins(group),
        };
        let edges = actor.roles.iter().map(|(_, edge)| edge);
        let edges = edges.chain(actor.groups.iter().map(|(_, edge)| edge));
        let edges = edges.chain(actor.direct.iter().map(|(_, edge)| edge));
        let edges = edges.chain(actor.org_roles.iter().map(|role| &role.edge));
        let edges = edges.chain(before.grants.iter().filter(|grant| mine(grant.subject)).map(|grant| &grant.edge));
        let edges = edges.chain(before.fences.iter().map(|fence| &fence.edge));
        let mut moments: Vec<_> =
            edges.filter_map(|edge| edge.terms.expires_at).filter(|at| *at > self.own.now).collect();
        moments.extend(self.moments());
        moments.sort_unstable();
        moments.dedup();
        for at in moments {
            let difference = self.own.comparison.difference(actor.id, &[], Holding::OnceActive, at);
            let gained = difference.places.iter().map(|(_, (gained, _))| *gained).chain([difference.across.0]);
            let gained = gained.fold(CapSet::EMPTY, CapSet::union);
            if gained.is_empty() {
                continue;
            }
            return Err(if at == self.own.now { self.own.beyond(gained) } else { Refusal::OwnExpiry });
        }
        Ok(())
    }
}

/// Whether `new` is there at a moment from now on when `old` is not.
fn lasts_longer(old: Option<&Edge>, new: Option<&Edge>, now: Timestamp) -> bool {
    let end = |edge: &Edge| edge.terms.expires_at.map_or(i64::MAX, |at| at.0);
    let old = old.filter(|edge| edge.live(now)).map_or(i64::MIN, end);
    new.filter(|edge| edge.live(now)).map_or(i64::MIN, end) > old
}

/// What the caller holds, worked out once a place, whatever the number of rows.
pub(in crate::domain) struct Own<'a> {
    index: &'a RuleIndex<'a>,
    comparison: &'a Comparison<'a>,
    actor: &'a Member,
    now: Timestamp,
    /// Where the caller's access may differ from the folder above.
    places: Vec<FolderId>,
    managing: CapSet,
    held: RefCell<HashMap<Option<FolderId>, CapSet>>,
}

impl<'a> Own<'a> {
    pub fn new(index: &'a RuleIndex<'a>, comparison: &'a Comparison<'a>, actor: &'a Member, now: Timestamp) -> Self {
        let catalogue = &index.snapshot.catalogue;
        let places = index.access.places(actor.id, catalogue.everything());
        let managing = catalogue.managing();
        Self { index, comparison, actor, now, places, managing, held: RefCell::default() }
    }

    fn held(&self, place: Option<FolderId>) -> CapSet {
        let work_out = || self.index.access.held(self.actor.id, place, self.now);
        *self.held.borrow_mut().entry(place).or_insert_with(work_out)
    }

    /// Invariant 3, for one place.
    fn covers(&self, place: Option<FolderId>, set: CapSet) -> Result<(), Refusal> {
        let lacking = set.minus(self.held(place));
        if lacking.is_empty() { Ok(()) } else { Err(self.beyond(lacking)) }
    }

    fn beyond(&self, lacking: CapSet) -> Refusal {
        Refusal::Beyond { capabilities: self.index.snapshot.catalogue.keys(lacking) }
    }

    /// Invariant 4: the member manages nothing across the workspace that the caller may not. What they hold in a folder
    /// keeps nobody from changing them.
    fn reaches(&self, member: MemberId, holding: Holding) -> Result<(), Refusal> {
        let held = match holding {
            Holding::Now => self.index.access.held(member, None, self.now),
            Holding::OnceActive => self.index.access.held_once_active(member, None, self.now),
        };
        let lacking = held.and(self.managing).minus(self.held(None));
        let catalogue = &self.index.snapshot.catalogue;
        if lacking.is_empty() { Ok(()) } else { Err(Refusal::Above { capabilities: catalogue.keys(lacking) }) }
    }

    /// Everything that a member holds once active, across the workspace and in folders.
    fn all_of(&self, member: MemberId) -> Vec<Portion> {
        let access = &self.index.access;
        let mut places = access.places(member, self.index.snapshot.catalogue.everything());
        places.extend(&self.places);
        places.sort_unstable();
        places.dedup();
        let inside = access.held_in_each(member, &places, true, self.now);
        let across = (None, access.held_once_active(member, None, self.now));
        std::iter::once(across).chain(places.into_iter().map(Some).zip(inside)).collect()
    }
}
