//! Why not, turned round: the smallest sets of changes that would allow it (SPEC 10, N3).
//!
//! Every deny must go and every fence must let the member through before anything that gives the
//! capability helps; so an allow is never proposed on top of a deny, and nothing is proposed that
//! something else of the same set already does.

use super::{Access, Evidence};
use crate::domain::{
    capability::{Cap, CapSet},
    id::{FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Grant, Group, Subject},
    time::Timestamp,
};

/// A change that would allow what is not allowed (SPEC 3, N3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Activate the account or membership first.
    Activate,
    /// Take away this deny.
    RemoveDeny(GrantId),
    /// Put the member into one of the groups that this folder's fence lets through.
    JoinFenceGroup(FolderId, Vec<GroupId>),
    /// Allow it in the folder asked about.
    Allow(FolderId),
    /// Give one of these roles, those that add least first.
    GiveRole(Vec<RoleId>),
    /// Put the member into one of these groups, those that add least first.
    JoinGroup(Vec<GroupId>),
    /// Give it across the workspace as a direct permission.
    GiveDirect,
}

/// More sets than this are no answer to a person.
const MOST: usize = 64;

/// Groups that, joined, do the same for the question.
struct Class {
    groups: Vec<GroupId>,
    /// Which of the fences in the way they pass, a bit each.
    passes: u64,
    /// Whether they give the capability.
    gives: bool,
    /// Denies that they bring.
    denies: Vec<GrantId>,
}

impl Class {
    /// Whether joining one of `other` is never better, and somewhere worse.
    fn dominates(&self, other: &Self) -> bool {
        let no_worse = other.passes & !self.passes == 0
            && self.gives >= other.gives
            && self.denies.iter().all(|deny| other.denies.contains(deny));
        no_worse && (self.passes != other.passes || self.gives != other.gives || self.denies != other.denies)
    }
}

impl Access<'_> {
    /// The smallest sets of changes that would allow it; empty when it is allowed.
    pub fn remedies(&self, member: MemberId, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Vec<Vec<Remedy>> {
        let (Some(person), Some(place)) = (self.index.person(member), self.place(folder)) else { return Vec::new() };
        let mut first = if person.active { Vec::new() } else { vec![Remedy::Activate] };
        let decision = self.settle(person, place, cap, now);
        if decision.allowed {
            return if person.active { Vec::new() } else { vec![first] };
        }
        if place.is_some_and(|number| !self.index.node(number).sound) {
            return Vec::new();
        }
        let mut fences = Vec::new();
        for evidence in &decision.evidence {
            match *evidence {
                Evidence::Grant(deny) => first.push(Remedy::RemoveDeny(deny)),
                Evidence::Fence(at) => fences.push(at),
                _ => {}
            }
        }
        let given = !decision.shadowed.is_empty();
        let groups = self.joinable(member, folder, cap, now, &fences);
        let givers = if given { Vec::new() } else { self.givers(member, folder, cap, now, &groups) };
        let mut sets = Vec::new();
        for joined in covers(&classes(groups, given), fences.len()) {
            let mut set = first.clone();
            for class in &joined {
                let fence = fences[class.passes.trailing_zeros() as usize];
                set.push(Remedy::JoinFenceGroup(fence, self.least_first(member, class.groups.clone(), now)));
                for &deny in &class.denies {
                    if !set.contains(&Remedy::RemoveDeny(deny)) {
                        set.push(Remedy::RemoveDeny(deny));
                    }
                }
            }
            if given || joined.iter().any(|class| class.gives) {
                sets.push(set);
            } else {
                sets.extend(givers.iter().map(|giver| set.iter().chain([giver]).cloned().collect()));
            }
        }
        smallest(sets)
    }

    /// What each group that the member is not in would do to the question, one class a group.
    fn joinable(
        &self,
        member: MemberId,
        folder: Option<FolderId>,
        cap: Cap,
        now: Timestamp,
        fences: &[FolderId],
    ) -> Vec<Class> {
        let path: Vec<FolderId> = folder.into_iter().chain(folder.into_iter().flat_map(|at| self.above(at))).collect();
        let snapshot = self.snapshot();
        let on_path: Vec<&Grant> = snapshot
            .grants
            .iter()
            .filter(|grant| grant.capability == cap && grant.edge.live(now) && path.contains(&grant.folder))
            .collect();
        let joined = |group: GroupId| {
            let member = snapshot.members.iter().find(|one| one.id == member);
            member.is_some_and(|one| one.groups.iter().any(|(id, edge)| *id == group && edge.live(now)))
        };
        let class = |group: &Group| {
            let mine = on_path.iter().filter(|grant| grant.subject == Subject::Group(group.id));
            let (denies, allows): (Vec<&Grant>, Vec<&Grant>) = mine.partition(|grant| grant.effect == Effect::Deny);
            // Beyond 64 fences on one path nobody is helped by a list.
            let passes = fences.iter().take(64).enumerate().filter(|(_, at)| {
                snapshot.fences.iter().any(|one| one.folder == **at && one.group == group.id && one.edge.live(now))
            });
            Class {
                groups: vec![group.id],
                passes: passes.fold(0, |mask, (bit, _)| mask | 1 << bit),
                gives: group.capabilities.has(cap) || !allows.is_empty(),
                denies: denies.iter().map(|grant| grant.id).collect(),
            }
        };
        snapshot.groups.iter().filter(|group| !joined(group.id)).map(class).collect()
    }

    /// Each way of giving the capability where nothing is in the way.
    fn givers(
        &self,
        member: MemberId,
        folder: Option<FolderId>,
        cap: Cap,
        now: Timestamp,
        groups: &[Class],
    ) -> Vec<Remedy> {
        let snapshot = self.snapshot();
        let held = self.held_once_active(member, None, now);
        let mut givers = Vec::new();
        if let Some(folder) = folder.filter(|_| snapshot.catalogue.per_folder().has(cap)) {
            givers.push(Remedy::Allow(folder));
        }
        let mut roles: Vec<_> = snapshot.roles.iter().filter(|role| role.capabilities.has(cap)).collect();
        roles.sort_by_key(|role| role.capabilities.minus(held).len());
        if !roles.is_empty() {
            givers.push(Remedy::GiveRole(roles.iter().map(|role| role.id).collect()));
        }
        let giving = groups.iter().filter(|class| class.gives && class.denies.is_empty());
        let giving = self.least_first(member, giving.flat_map(|class| class.groups.clone()).collect(), now);
        if !giving.is_empty() {
            givers.push(Remedy::JoinGroup(giving));
        }
        givers.push(Remedy::GiveDirect);
        givers
    }

    /// Groups in the order of how much they would add across the workspace.
    fn least_first(&self, member: MemberId, mut groups: Vec<GroupId>, now: Timestamp) -> Vec<GroupId> {
        let held = self.held_once_active(member, None, now);
        let adds = |id: &GroupId| {
            let group = self.snapshot().groups.iter().find(|group| group.id == *id);
            group.map_or(CapSet::EMPTY, |group| group.capabilities).minus(held).len()
        };
        groups.sort_by_key(adds);
        groups
    }
}

/// Puts groups that do the same together, and leaves out those that another class beats.
fn classes(groups: Vec<Class>, given: bool) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for mut group in groups.into_iter().filter(|group| group.passes != 0) {
        group.gives |= given;
        let same = |other: &&mut Class| {
            (other.passes, other.gives, &other.denies) == (group.passes, group.gives, &group.denies)
        };
        match classes.iter_mut().find(same) {
            Some(class) => class.groups.append(&mut group.groups),
            None => classes.push(group),
        }
    }
    let beaten: Vec<bool> = classes.iter().map(|class| classes.iter().any(|other| other.dominates(class))).collect();
    classes.into_iter().zip(beaten).filter(|(_, beaten)| !beaten).map(|(class, _)| class).collect()
}

/// Every choice of classes that passes all fences and has none too many.
fn covers(classes: &[Class], fences: usize) -> Vec<Vec<&Class>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let all = u64::MAX.checked_shr(64_u32.saturating_sub(fences as u32)).unwrap_or(0);
    choose(classes, all, &mut Vec::new(), &mut found);
    found.into_iter().map(|chosen| chosen.into_iter().map(|at| &classes[at]).collect()).collect()
}

fn choose(classes: &[Class], all: u64, chosen: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    if found.len() >= MOST {
        return;
    }
    let passed = |but: Option<usize>| {
        chosen.iter().filter(|at| Some(**at) != but).fold(0, |mask, at| mask | classes[*at].passes)
    };
    let missing = all & !passed(None);
    if missing == 0 {
        let needed = chosen.iter().all(|&at| all & !passed(Some(at)) != 0);
        let mut sorted = chosen.clone();
        sorted.sort_unstable();
        if needed && !found.contains(&sorted) {
            found.push(sorted);
        }
        return;
    }
    let next = missing & missing.wrapping_neg();
    for at in (0..classes.len()).filter(|&at| classes[at].passes & next != 0) {
        chosen.push(at);
        choose(classes, all, chosen, found);
        chosen.pop();
    }
}

/// The sets that no other beats: none has fewer of one kind of change and no more of the others.
fn smallest(mut sets: Vec<Vec<Remedy>>) -> Vec<Vec<Remedy>> {
    let count = |set: &[Remedy]| {
        let of = |kind: fn(&Remedy) -> bool| set.iter().filter(|remedy| kind(remedy)).count();
        let joins = of(|remedy| matches!(remedy, Remedy::JoinFenceGroup(..)));
        let removals = of(|remedy| matches!(remedy, Remedy::RemoveDeny(_)));
        [joins, removals, set.len() - joins - removals]
    };
    let counts: Vec<_> = sets.iter().map(|set| count(set)).collect();
    let beats = |a: &[usize; 3], b: &[usize; 3]| a != b && a.iter().zip(b).all(|(a, b)| a <= b);
    let mut kept = counts.iter().map(|set| !counts.iter().any(|other| beats(other, set)));
    sets.retain(|_| kept.next().unwrap_or(false));
    sets.sort_by_key(Vec::len);
    sets
}
