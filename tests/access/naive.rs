//! The steps of SPEC 3, read aloud. Slow, and on purpose without any index.

use rolecall::domain::{
    access::{Evidence, Verdict},
    capability::Cap,
    change::Warning,
    edge::Edge,
    id::{FolderId, GroupId, MemberId},
    model::{Effect, Grant, Member, MemberStatus, Snapshot, Subject},
    time::Timestamp,
};
use std::collections::BTreeSet;

#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub allowed: bool,
    pub verdict: Verdict,
    pub evidence: BTreeSet<Evidence>,
    pub shadowed: BTreeSet<Evidence>,
}

fn answer(allowed: bool, verdict: Verdict) -> Answer {
    Answer { allowed, verdict, evidence: BTreeSet::new(), shadowed: BTreeSet::new() }
}

fn exists(edge: &Edge, now: Timestamp) -> bool {
    match edge.terms.expires_at {
        None => true,
        Some(end) => now.0 < end.0,
    }
}

/// A folder and those it is in; none when they do not end at a root.
pub fn path(world: &Snapshot, folder: FolderId) -> Option<Vec<FolderId>> {
    let mut path = vec![folder];
    loop {
        let last = path[path.len() - 1];
        let folder = world.folders.iter().find(|one| one.id == last)?;
        match folder.parent {
            None => return Some(path),
            Some(parent) if path.contains(&parent) => return None,
            Some(parent) => path.push(parent),
        }
    }
}

fn in_group(member: &Member, group: GroupId, now: Timestamp) -> bool {
    member.groups.iter().any(|(id, edge)| *id == group && exists(edge, now))
}

fn names(grant: &Grant, member: &Member, now: Timestamp) -> bool {
    match grant.subject {
        Subject::Member(id) => id == member.id,
        Subject::Group(id) => in_group(member, id, now),
    }
}

pub fn decide(world: &Snapshot, member: MemberId, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Answer {
    let nothing = answer(false, Verdict::Nothing);
    let Some(member) = world.members.iter().find(|one| one.id == member) else { return nothing };
    if folder.is_some_and(|id| world.folders.iter().all(|one| one.id != id)) {
        return nothing;
    }
    // 1.
    if !member.account_active || member.status != MemberStatus::Active {
        return answer(false, Verdict::Inactive);
    }
    // 2.
    if member.owner {
        return answer(true, Verdict::Owner);
    }
    let path = match folder {
        None => Vec::new(),
        Some(folder) => match path(world, folder) {
            Some(path) => path,
            None => return nothing,
        },
    };
    let mut denies = BTreeSet::new();
    let mut fences = BTreeSet::new();
    let mut allows = BTreeSet::new();
    let mut held = BTreeSet::new();
    let mut organisation = BTreeSet::new();
    for at in &path {
        // 3 and 5.
        for grant in &world.grants {
            if grant.folder == *at && grant.capability == cap && names(grant, member, now) && exists(&grant.edge, now) {
                match grant.effect {
                    Effect::Deny => denies.insert(Evidence::Grant(grant.id)),
                    Effect::Allow => allows.insert(Evidence::Grant(grant.id)),
                };
            }
        }
        // 4.
        let standing: Vec<_> =
            world.fences.iter().filter(|fence| fence.folder == *at && exists(&fence.edge, now)).collect();
        if !standing.is_empty() && !standing.iter().any(|fence| in_group(member, fence.group, now)) {
            fences.insert(Evidence::Fence(*at));
        }
    }
    // 6.
    for (id, edge) in &member.roles {
        for role in &world.roles {
            if role.id == *id && exists(edge, now) && role.capabilities.0 >> cap.0 & 1 == 1 {
                held.insert(Evidence::Role(*id));
            }
        }
    }
    for (id, edge) in &member.groups {
        for group in &world.groups {
            if group.id == *id && exists(edge, now) && group.capabilities.0 >> cap.0 & 1 == 1 {
                held.insert(Evidence::Group(*id));
            }
        }
    }
    for (direct, edge) in &member.direct {
        if *direct == cap && exists(edge, now) {
            held.insert(Evidence::Direct);
        }
    }
    // 7.
    let counts = world.policies.inherit_org_roles || world.catalogue.get(cap).managing;
    for (place, role) in member.org_roles.iter().enumerate() {
        if counts && exists(&role.edge, now) && role.capabilities.0 >> cap.0 & 1 == 1 {
            organisation.insert(Evidence::OrgRole(place as u32));
        }
    }
    let verdict = if !denies.is_empty() {
        Verdict::Denied
    } else if !fences.is_empty() {
        Verdict::Fenced
    } else if !allows.is_empty() {
        Verdict::Granted
    } else if !held.is_empty() {
        Verdict::Held
    } else if !organisation.is_empty() {
        Verdict::Organisation
    } else {
        Verdict::Nothing
    };
    let gives: BTreeSet<_> = allows.into_iter().chain(held).chain(organisation).collect();
    let against: BTreeSet<_> = denies.into_iter().chain(fences).collect();
    if against.is_empty() {
        Answer { allowed: !gives.is_empty(), verdict, evidence: gives, shadowed: BTreeSet::new() }
    } else {
        Answer { allowed: false, verdict, evidence: against, shadowed: gives }
    }
}

pub fn may(world: &Snapshot, member: MemberId, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> bool {
    decide(world, member, folder, cap, now).allowed
}

/// The workspace and every folder.
pub fn places(world: &Snapshot) -> Vec<Option<FolderId>> {
    std::iter::once(None).chain(world.folders.iter().map(|folder| Some(folder.id))).collect()
}

/// Every capability.
pub fn caps(world: &Snapshot) -> Vec<Cap> {
    (0..world.catalogue.len() as u8).map(Cap).collect()
}

/// The same workspace with every membership but one's own active: what edges amount to.
pub fn awake(world: &Snapshot, but: MemberId) -> Snapshot {
    let mut world = world.clone();
    for member in world.members.iter_mut().filter(|member| member.id != but) {
        member.account_active = true;
        member.status = MemberStatus::Active;
    }
    world
}

/// Whether a member manages members and roles.
pub fn administers(world: &Snapshot, id: MemberId, now: Timestamp) -> bool {
    let cap = |key: &str| world.catalogue.find(key).unwrap();
    may(world, id, None, cap("members.manage"), now) && may(world, id, None, cap("roles.manage"), now)
}

/// Whether somebody who did is there no more, or does not.
pub fn lowers_one(before: &Snapshot, after: &Snapshot, now: Timestamp) -> bool {
    before.members.iter().any(|member| administers(before, member.id, now) && !administers(after, member.id, now))
}

/// Members who can sign in, and do.
pub fn administrators(world: &Snapshot, now: Timestamp) -> usize {
    world.members.iter().filter(|member| member.can_sign_in && administers(world, member.id, now)).count()
}

/// What there is to say of too few of them, where one is lowered.
pub fn few(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Option<Warning> {
    let remaining = administrators(after, now) as u32;
    let few = lowers_one(before, after, now) && remaining < before.policies.min_admins;
    few.then_some(Warning::FewAdministrators { remaining })
}
