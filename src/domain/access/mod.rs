//! Who may do what: decisions with their evidence (SPEC 3).
//!
//! [`Access`] answers questions about one [`Snapshot`]; it changes nothing and knows no clock. `index`
//! lays the snapshot out, `remedy` says what would turn a no into a yes.

mod index;
mod remedy;

use super::{
    capability::{Cap, CapSet},
    id::{FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Member, Snapshot, Subject},
    time::Timestamp,
};
use index::{Index, Link, Person};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use index::IdMap;
pub use remedy::Remedy;

/// The step of SPEC 3 that settled a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 1: account or membership not active.
    Inactive,
    /// 2: the owner may do anything.
    Owner,
    /// 3: a deny grant.
    Denied,
    /// 4: a fence that does not let the member through.
    Fenced,
    /// 5: an allow grant.
    Granted,
    /// 6: roles, groups or direct permissions.
    Held,
    /// 7: a role of the organisation.
    Organisation,
    /// 8: nothing gives it.
    Nothing,
}

/// One thing that a decision rests on, or that it overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// A grant, here or on an ancestor.
    Grant(GrantId),
    /// A fenced folder whose groups the member is in none of.
    Fence(FolderId),
    /// A role held.
    Role(RoleId),
    /// A group belonged to.
    Group(GroupId),
    /// A direct permission.
    Direct,
    /// An organisation role, by its place in the member's list.
    OrgRole(u32),
}

/// The answer to one question, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Which step settled it.
    pub verdict: Verdict,
    /// What it rests on, all of it. Of a yes, every source that gives it, those of the settling step
    /// first, nearer grants before farther ones; of a no, every deny and every fence in the way.
    pub evidence: Vec<Evidence>,
    /// Everything that would give it and that a deny or a fence overrides, nearer allows included.
    pub shadowed: Vec<Evidence>,
}

/// A snapshot made ready for many questions.
pub struct Access<'a> {
    snapshot: &'a Snapshot,
    index: Index,
    /// What organisation roles may give here.
    organisation: CapSet,
}

impl<'a> Access<'a> {
    /// Indexes a snapshot.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let catalogue = &snapshot.catalogue;
        let organisation =
            if snapshot.policies.inherit_org_roles { catalogue.everything() } else { catalogue.managing() };
        Self { snapshot, index: Index::new(snapshot), organisation }
    }

    /// The snapshot that is asked about.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// A member of the snapshot.
    pub fn member(&self, id: MemberId) -> Option<&'a Member> {
        self.index.person(id).map(|person| self.index.member(self.snapshot, person))
    }

    /// A member's place in the snapshot.
    pub(in crate::domain) fn place_of(&self, id: MemberId) -> Option<usize> {
        self.index.person(id).map(|person| person.number as usize)
    }

    /// May this member do this, in this folder or (with none) across the workspace?
    /// A member or folder that is not in the snapshot holds nothing; in a folder whose parents do not
    /// lead to a root only the owner holds anything.
    pub fn decide(&self, member: MemberId, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Decision {
        let (Some(person), Some(place)) = (self.index.person(member), self.place(folder)) else {
            return Decision::bare(false, Verdict::Nothing);
        };
        if person.active { self.settle(person, place, cap, now) } else { Decision::bare(false, Verdict::Inactive) }
    }

    /// A folder's number; `Some(None)` is the workspace, `None` a folder that is not there.
    fn place(&self, folder: Option<FolderId>) -> Option<Option<u32>> {
        folder.map_or(Some(None), |id| self.index.number(id).map(Some))
    }

    /// Steps 2 to 8 of SPEC 3.
    fn settle(&self, person: &Person, place: Option<u32>, cap: Cap, now: Timestamp) -> Decision {
        if person.owner {
            return Decision::bare(true, Verdict::Owner);
        }
        let (mut against, mut gives) = (Vec::new(), Vec::new());
        if let Some(number) = place {
            let node = self.index.node(number);
            if !node.sound {
                return Decision::bare(false, Verdict::Nothing);
            }
            if node.path_caps.has(cap) {
                for node in self.index.path(number) {
                    self.index.grants(node, cap, person, now, |row| {
                        let side = if row.deny { &mut against } else { &mut gives };
                        side.push(Evidence::Grant(row.grant));
                    });
                }
            }
            if node.path_fenced {
                let closed = self.index.path(number).filter(|node| self.index.keeps_out(node, person, now));
                against.extend(closed.map(|node| Evidence::Fence(node.id)));
            }
        }
        self.sources(person, cap, now, &mut gives);
        let verdict = match (against.first(), gives.first()) {
            (Some(Evidence::Grant(_)), _) => Verdict::Denied,
            (Some(_), _) => Verdict::Fenced,
            (None, Some(Evidence::Grant(_))) => Verdict::Granted,
            (None, Some(Evidence::OrgRole(_))) => Verdict::Organisation,
            (None, Some(_)) => Verdict::Held,
            (None, None) => Verdict::Nothing,
        };
        if against.is_empty() {
            Decision { allowed: verdict != Verdict::Nothing, verdict, evidence: gives, shadowed: Vec::new() }
        } else {
            Decision { allowed: false, verdict, evidence: against, shadowed: gives }
        }
    }

    /// What gives a capability across the workspace: steps 6 and 7.
    fn sources(&self, person: &Person, cap: Cap, now: Timestamp, gives: &mut Vec<Evidence>) {
        for link in self.index.links(person, now) {
            let (evidence, caps) = self.gives(link);
            if caps.has(cap) {
                gives.push(evidence);
            }
        }
        if person.organisation && self.organisation.has(cap) {
            let roles = &self.index.member(self.snapshot, person).org_roles;
            let holding = roles.iter().zip(0..).filter(|(role, _)| role.edge.live(now) && role.capabilities.has(cap));
            gives.extend(holding.map(|(_, place)| Evidence::OrgRole(place)));
        }
    }

    fn gives(&self, link: Link) -> (Evidence, CapSet) {
        match link {
            Link::Role(number) => {
                let (id, caps) = self.index.role(number);
                (Evidence::Role(id), caps)
            }
            Link::Group(number) => {
                let (id, caps) = self.index.group(number);
                (Evidence::Group(id), caps)
            }
            Link::Direct(cap) => (Evidence::Direct, CapSet::EMPTY.with(cap)),
        }
    }

    /// Everything this member may do, without the evidence.
    pub fn held(&self, member: MemberId, folder: Option<FolderId>, now: Timestamp) -> CapSet {
        match self.index.person(member) {
            Some(person) if person.active => self.held_by(person, folder, now),
            _ => CapSet::EMPTY,
        }
    }

    /// Everything this member would hold if account and membership were active: what a pending or
    /// deactivated member's edges amount to.
    pub fn held_once_active(&self, member: MemberId, folder: Option<FolderId>, now: Timestamp) -> CapSet {
        self.index.person(member).map_or(CapSet::EMPTY, |person| self.held_by(person, folder, now))
    }

    fn held_by(&self, person: &Person, folder: Option<FolderId>, now: Timestamp) -> CapSet {
        let everything = self.snapshot.catalogue.everything();
        match self.place(folder) {
            None => CapSet::EMPTY,
            Some(_) if person.owner => everything,
            Some(None) => self.held_across(person, now),
            Some(Some(number)) => self.held_in(person, number, now),
        }
    }

    fn held_across(&self, person: &Person, now: Timestamp) -> CapSet {
        let own = self.index.links(person, now).fold(CapSet::EMPTY, |set, link| set.union(self.gives(link).1));
        if !person.organisation {
            return own;
        }
        let roles = self.index.member(self.snapshot, person).org_roles.iter().filter(|role| role.edge.live(now));
        own.union(roles.fold(CapSet::EMPTY, |set, role| set.union(role.capabilities)).and(self.organisation))
    }

    fn held_in(&self, person: &Person, number: u32, now: Timestamp) -> CapSet {
        let node = self.index.node(number);
        if !node.sound {
            return CapSet::EMPTY;
        }
        let (mut denied, mut allowed) = (CapSet::EMPTY, self.held_across(person, now));
        for node in self.index.path(number) {
            if self.index.keeps_out(node, person, now) {
                return CapSet::EMPTY;
            }
            for cap in self.index.granted_on(node).iter() {
                self.index.grants(node, cap, person, now, |row| {
                    let side = if row.deny { &mut denied } else { &mut allowed };
                    *side = side.with(cap);
                });
            }
        }
        allowed.minus(denied)
    }

    /// As [`Self::held`] (or [`Self::held_once_active`]) in each of many folders.
    pub fn held_in_each(
        &self,
        member: MemberId,
        folders: &[FolderId],
        once_active: bool,
        now: Timestamp,
    ) -> Vec<CapSet> {
        let person = self.index.person(member).filter(|person| person.active || once_active);
        let Some(person) = person else { return vec![CapSet::EMPTY; folders.len()] };
        let (across, grants) = (self.held_across(person, now), self.index.grants_of(person, now));
        let held = |folder: &FolderId| {
            let Some(number) = self.index.number(*folder) else { return CapSet::EMPTY };
            if person.owner {
                return self.snapshot.catalogue.everything();
            }
            if !self.index.node(number).sound {
                return CapSet::EMPTY;
            }
            let (mut allowed, mut denied) = (across, CapSet::EMPTY);
            for (number, node) in self.index.numbered_path(number) {
                if self.index.keeps_out(node, person, now) {
                    return CapSet::EMPTY;
                }
                let here = grants.get(&number).copied().unwrap_or_default();
                (allowed, denied) = (allowed.union(here.0), denied.union(here.1));
            }
            allowed.minus(denied)
        };
        folders.iter().map(held).collect()
    }

    /// Folders where what a member holds of `caps` may differ from the folder above (or, for a root, from
    /// the workspace): anywhere else a member holds what they hold in the nearest of these.
    pub fn places(&self, member: MemberId, caps: CapSet) -> Vec<FolderId> {
        let Some(person) = self.index.person(member) else { return Vec::new() };
        let mut places = self.index.places(person, caps);
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|number| self.index.node(number).id).collect()
    }

    /// Whether the folder is in the snapshot.
    pub fn has_folder(&self, folder: FolderId) -> bool {
        self.index.number(folder).is_some()
    }

    /// The folders that a folder is in, nearest first, itself left out; none where they lead nowhere.
    pub fn above(&self, folder: FolderId) -> impl Iterator<Item = FolderId> {
        let number = self.index.number(folder).filter(|&number| self.index.node(number).sound);
        number.into_iter().flat_map(|number| self.index.path(number).skip(1)).map(|node| node.id)
    }

    /// Everyone who may, in the snapshot's order, with the decision.
    pub fn who_can(&self, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Vec<(MemberId, Decision)> {
        let Some(place) = self.place(folder) else { return Vec::new() };
        let decided = self.snapshot.members.iter().zip(self.index.people());
        let decided = decided.filter(|(_, person)| person.active);
        let decided = decided.map(|(member, person)| (member.id, self.settle(person, place, cap, now)));
        decided.filter(|(_, decision)| decision.allowed).collect()
    }

    /// The denies that override an allow grant in `folder` (its own folder or one below). Of a group's
    /// allow: those that name the group, and so override it for everyone it is for.
    pub fn shadowed_by(&self, grant: GrantId, folder: FolderId, now: Timestamp) -> Vec<GrantId> {
        let Some(allow) = self.snapshot.grants.iter().find(|one| one.id == grant) else { return Vec::new() };
        if allow.effect != Effect::Allow || !allow.edge.live(now) {
            return Vec::new();
        }
        let reached = allow.folder == folder || self.above(folder).any(|above| above == allow.folder);
        if !reached {
            return Vec::new();
        }
        let overriding = self.overriding(allow.subject, folder, allow.capability, now).into_iter();
        overriding.filter_map(|one| if let Evidence::Grant(id) = one { Some(id) } else { None }).collect()
    }

    /// What an allow of a capability in a folder does not reach over, for a member: live denies, own and by groups, and
    /// fences. For a group: the denies that name it.
    pub fn overriding(&self, subject: Subject, folder: FolderId, cap: Cap, now: Timestamp) -> Vec<Evidence> {
        match subject {
            Subject::Member(member) => {
                let (Some(person), Some(number)) = (self.index.person(member), self.index.number(folder)) else {
                    return Vec::new();
                };
                let decision = self.settle(person, Some(number), cap, now);
                if matches!(decision.verdict, Verdict::Denied | Verdict::Fenced) {
                    decision.evidence
                } else {
                    Vec::new()
                }
            }
            Subject::Group(_) => {
                let path: Vec<FolderId> = std::iter::once(folder).chain(self.above(folder)).collect();
                let denies = self.snapshot.grants.iter().filter(|one| {
                    one.effect == Effect::Deny
                        && one.subject == subject
                        && one.capability == cap
                        && one.edge.live(now)
                        && path.contains(&one.folder)
                });
                denies.map(|one| Evidence::Grant(one.id)).collect()
            }
        }
    }
}

impl Decision {
    fn bare(allowed: bool, verdict: Verdict) -> Self {
        Self { allowed, verdict, evidence: Vec::new(), shadowed: Vec::new() }
    }
}
