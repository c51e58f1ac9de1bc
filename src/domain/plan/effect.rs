//! What a change does in effect: capabilities gained and lost, and what stays by another source.
//!
//! Two states are compared member by member, and only at folders where the comparison can come out
//! differently from the folder above (see [`Access::places`]).

use crate::domain::{
    access::{Access, Evidence},
    capability::{Cap, CapSet},
    id::{FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Grant, Member, Snapshot, Subject},
    time::Timestamp,
};
use std::collections::{HashMap, HashSet};

/// What one change does to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberEffect {
    /// Who.
    pub member: MemberId,
    /// Gained; across the workspace, or in the outermost folders where that is not so.
    pub gains: Vec<(Cap, Option<FolderId>)>,
    /// Lost, likewise.
    pub loses: Vec<(Cap, Option<FolderId>)>,
    /// Taken from one source across the workspace, and still given by these, that gave it before.
    pub stays: Vec<(Cap, Vec<Evidence>)>,
    /// In how many folders what is gained is not held, and what is lost still is, and the first of them.
    pub otherwise: Vec<(Cap, u64, FolderId)>,
    /// Whether it is so only once they are active: they are invited or deactivated, before and after.
    pub once_active: bool,
}

/// Gained and lost in one place.
type Shift = (CapSet, CapSet);

/// Whether a member counts as they are, or as if account and membership were active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Holding {
    /// As they are.
    Now,
    /// What their edges amount to once they are active.
    OnceActive,
}

/// What a member gains and loses, where it can differ: the workspace first, then folders.
pub(in crate::domain) struct Difference {
    pub across: Shift,
    pub places: Vec<(FolderId, Shift)>,
}

/// The capabilities of one side of a difference, each in the outermost places.
fn outermost(
    difference: &Difference,
    side: fn(Shift) -> CapSet,
    above: impl Fn(FolderId) -> Vec<FolderId>,
) -> Vec<(Cap, Option<FolderId>)> {
    let across = side(difference.across);
    let mut found: Vec<_> = across.iter().map(|cap| (cap, None)).collect();
    let here: HashMap<FolderId, CapSet> = difference
        .places
        .iter()
        .map(|(folder, delta)| (*folder, side(*delta).minus(across)))
        .filter(|(_, set)| !set.is_empty())
        .collect();
    for (folder, _) in &difference.places {
        let Some(&set) = here.get(folder) else { continue };
        let covered =
            above(*folder).iter().filter_map(|one| here.get(one)).fold(CapSet::EMPTY, |all, set| all.union(*set));
        found.extend(set.minus(covered).iter().map(|cap| (cap, Some(*folder))));
    }
    found
}

/// Two states of a workspace, and what differs between them.
pub(in crate::domain) struct Comparison<'a> {
    pub before: &'a Access<'a>,
    pub after: &'a Access<'a>,
    /// Everyone may be concerned: fences, folders or rules differ.
    everyone: bool,
    roles: HashSet<RoleId>,
    groups: HashSet<GroupId>,
    /// Whom grants that differ are for, and what those are about.
    subjects: HashMap<Subject, CapSet>,
    /// What any grant of a group, on either side, is about; everything for a group that a fence lets through.
    reach: HashMap<GroupId, CapSet>,
}

impl<'a> Comparison<'a> {
    pub fn new(old: &'a Access<'a>, new: &'a Access<'a>) -> Self {
        let (before, after) = (old.snapshot(), new.snapshot());
        let mut comparison = Self {
            before: old,
            after: new,
            everyone: before.fences != after.fences
                || before.folders != after.folders
                || before.policies != after.policies,
            roles: differing(
                before.roles.iter().map(|role| (role.id, role.capabilities)),
                after.roles.iter().map(|role| (role.id, role.capabilities)),
            ),
            groups: differing(
                before.groups.iter().map(|group| (group.id, group.capabilities)),
                after.groups.iter().map(|group| (group.id, group.capabilities)),
            ),
            subjects: HashMap::new(),
            reach: HashMap::new(),
        };
        comparison.compare_grants(before, after);
        for snapshot in [before, after] {
            for grant in &snapshot.grants {
                if let Subject::Group(group) = grant.subject {
                    let reach = comparison.reach.entry(group).or_default();
                    *reach = reach.with(grant.capability);
                }
            }
            for fence in &snapshot.fences {
                comparison.reach.insert(fence.group, snapshot.catalogue.everything());
            }
        }
        comparison
    }

    fn compare_grants(&mut self, before: &Snapshot, after: &Snapshot) {
        let mut old: HashMap<GrantId, &Grant> = before.grants.iter().map(|grant| (grant.id, grant)).collect();
        let mut differs = |grant: &Grant| {
            let caps = self.subjects.entry(grant.subject).or_default();
            *caps = caps.with(grant.capability);
        };
        for grant in &after.grants {
            match old.remove(&grant.id) {
                Some(same) if same == grant => {}
                Some(other) => {
                    differs(other);
                    differs(grant);
                }
                None => differs(grant),
            }
        }
        old.into_values().for_each(differs);
    }

    /// Members of either state whose access may differ, in the order of the first, then the second.
    pub fn touched(&self) -> Vec<MemberId> {
        let first = self.before.snapshot().members.iter();
        let second = self.after.snapshot().members.iter().filter(|member| self.before.member(member.id).is_none());
        first.chain(second).filter(|member| self.touches(member)).map(|member| member.id).collect()
    }

    fn touches(&self, member: &Member) -> bool {
        let same = self.before.member(member.id) == self.after.member(member.id);
        self.everyone
            || !same
            || self.subjects.contains_key(&Subject::Member(member.id))
            || member.roles.iter().any(|(role, _)| self.roles.contains(role))
            || member
                .groups
                .iter()
                .any(|(group, _)| self.groups.contains(group) || self.subjects.contains_key(&Subject::Group(*group)))
    }

    fn held(&self, member: MemberId, folder: Option<FolderId>, holding: Holding, now: Timestamp) -> (CapSet, CapSet) {
        let of = |access: &Access<'_>| match holding {
            Holding::Now => access.held(member, folder, now),
            Holding::OnceActive => access.held_once_active(member, folder, now),
        };
        (of(self.before), of(self.after))
    }

    /// What a member gains and loses across the workspace and, where it can differ, in folders; `more` are
    /// folders to look at besides.
    pub fn difference(&self, member: MemberId, more: &[FolderId], holding: Holding, now: Timestamp) -> Difference {
        let delta = |folder| {
            let (old, new) = self.held(member, folder, holding, now);
            (new.minus(old), old.minus(new))
        };
        let across = delta(None);
        let caps = self.concerned(member).union(across.0).union(across.1);
        if caps.is_empty() {
            return Difference { across, places: Vec::new() };
        }
        let mut places = self.before.places(member, caps);
        places.extend(self.after.places(member, caps));
        places.extend_from_slice(more);
        places.sort_unstable();
        places.dedup();
        let each = |access: &Access<'_>| access.held_in_each(member, &places, holding == Holding::OnceActive, now);
        let (old, new) = (each(self.before), each(self.after));
        let deltas = old.iter().zip(&new).map(|(old, new)| (new.minus(*old), old.minus(*new)));
        Difference { across, places: places.iter().copied().zip(deltas).collect() }
    }

    /// Capabilities whose decision may differ in a folder though it does not across the workspace.
    fn concerned(&self, member: MemberId) -> CapSet {
        let everything = self.after.snapshot().catalogue.everything();
        let (Some(old), Some(new)) = (self.before.member(member), self.after.member(member)) else { return everything };
        if self.everyone || old.owner != new.owner || old.active() != new.active() {
            return everything;
        }
        let mut caps = self.subjects.get(&Subject::Member(member)).copied().unwrap_or_default();
        for held in old.groups.iter().chain(&new.groups) {
            let (group, in_both) = (&held.0, [old, new].iter().all(|side| side.groups.contains(held)));
            let reach = if in_both { self.subjects.get(&Subject::Group(*group)) } else { self.reach.get(group) };
            caps = caps.union(reach.copied().unwrap_or_default());
        }
        caps
    }

    /// What a member gains, loses and keeps; none where that is nothing. Of somebody who is active neither before nor
    /// after, what they would hold if they were: a role behind a link that is out is handed out by it.
    pub fn effect(&self, member: MemberId, now: Timestamp) -> Option<MemberEffect> {
        let active = |access: &Access<'_>| access.member(member).is_some_and(Member::active);
        let once_active = !active(self.before) && !active(self.after);
        let holding = if once_active { Holding::OnceActive } else { Holding::Now };
        let difference = self.difference(member, &[], holding, now);
        let above = |folder| {
            let side = if self.after.has_folder(folder) { self.after } else { self.before };
            side.above(folder).collect::<Vec<_>>()
        };
        let effect = MemberEffect {
            member,
            gains: outermost(&difference, |(gained, _)| gained, above),
            loses: outermost(&difference, |(_, lost)| lost, above),
            stays: if once_active { Vec::new() } else { self.stays(member, now) },
            otherwise: self.otherwise(member, difference.across, once_active, now),
            once_active,
        };
        (!(effect.gains.is_empty() && effect.loses.is_empty() && effect.stays.is_empty())).then_some(effect)
    }

    /// Where in folders it is not as across the workspace after what was gained and lost there.
    fn otherwise(
        &self,
        member: MemberId,
        (gained, lost): Shift,
        once_active: bool,
        now: Timestamp,
    ) -> Vec<(Cap, u64, FolderId)> {
        // What counts across the workspace is nothing that a folder could change.
        let per_folder = self.after.snapshot().catalogue.per_folder();
        let (gained, lost) = (gained.and(per_folder), lost.and(per_folder));
        if self.after.places(member, gained.union(lost)).is_empty() {
            return Vec::new();
        }
        let folders: Vec<FolderId> = self.after.snapshot().folders.iter().map(|folder| folder.id).collect();
        let held = self.after.held_in_each(member, &folders, once_active, now);
        let but = |cap: Cap, holds: bool| {
            let mut other = folders.iter().zip(&held).filter(|(_, here)| here.has(cap) != holds).map(|(id, _)| *id);
            let first = other.next()?;
            Some((cap, 1 + other.count() as u64, first))
        };
        let gained = gained.iter().filter_map(|cap| but(cap, true));
        gained.chain(lost.iter().filter_map(|cap| but(cap, false))).collect()
    }

    /// What lost a source across the workspace and is still given by others that gave it before.
    fn stays(&self, member: MemberId, now: Timestamp) -> Vec<(Cap, Vec<Evidence>)> {
        let mut stays = Vec::new();
        let (held, still) = self.held(member, None, Holding::Now, now);
        for cap in held.and(still).iter() {
            let old = self.before.decide(member, None, cap, now).evidence;
            let new = self.after.decide(member, None, cap, now).evidence;
            let lost = old.iter().any(|source| !new.contains(source));
            if lost && !new.is_empty() && new.iter().all(|source| old.contains(source)) {
                stays.push((cap, new));
            }
        }
        stays
    }
}

/// Things that are on one side only, or give something else on the other.
fn differing<I: Copy + Eq + std::hash::Hash>(
    before: impl Iterator<Item = (I, CapSet)>,
    after: impl Iterator<Item = (I, CapSet)>,
) -> HashSet<I> {
    let before: HashSet<_> = before.collect();
    let after: HashSet<_> = after.collect();
    before.symmetric_difference(&after).map(|(id, _)| *id).collect()
}
