//! How long one decision takes, evidence included: 10 000 members, 1 000 folders, 50 000 grants.
//!
//! `cargo bench --bench decide` prints the median of batches (no clock inside) and, of decisions timed one
//! by one, the median and the 99th percentile (which include reading the clock, whose cost is printed).
//! The questions are drawn at random, so that caches are as cold as they would be.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rolecall::domain::{
    access::Access,
    capability::{Cap, CapSet},
    change::{DeleteGroup, Facts, Row},
    edge::{Edge, Terms},
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Fence, Folder, Grant, Group, Member, MemberStatus, Role, Snapshot, Subject},
    pack::Pack,
    plan,
    time::Timestamp,
};
use std::{error::Error, hint::black_box, sync::Arc, time::Instant};

const MEMBERS: i64 = 10_000;
const FOLDERS: i64 = 1_000;
const GRANTS: i64 = 50_000;
const GROUPS: i64 = 100;
const NOW: Timestamp = Timestamp(1_000);
const QUESTIONS: usize = 200_000;
const BATCH: usize = 1_000;

type Question = (MemberId, Option<FolderId>, Cap);

fn main() -> Result<(), Box<dyn Error>> {
    let mut random = StdRng::seed_from_u64(7);
    let world = world(&mut random)?;
    let start = Instant::now();
    let access = Access::new(&world);
    println!("{MEMBERS} members, {FOLDERS} folders, {GRANTS} grants, {GROUPS} groups");
    println!("index made in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let caps: Vec<Cap> = world.catalogue.per_folder().iter().collect();
    let questions: Vec<Question> = (0..QUESTIONS)
        .map(|_| {
            let folder = FolderId(random.random_range(1..=FOLDERS));
            (MemberId(random.random_range(1..=MEMBERS)), Some(folder), *caps.choose(&mut random).unwrap_or(&Cap(0)))
        })
        .collect();
    for _ in 0..2 {
        // The first time warms up.
        batches(&access, &questions);
        singly(&access, &questions);
    }
    println!("decide, in batches of {BATCH}:");
    let mut found = batches(&access, &questions);
    println!("    median {:.0} ns   p99 {:.0} ns", at(&mut found, 0.5), at(&mut found, 0.99));
    println!("decide, one by one:");
    let mut found = singly(&access, &questions);
    println!(
        "    median {:.0} ns   p99 {:.0} ns   p99.9 {:.0} ns",
        at(&mut found, 0.5),
        at(&mut found, 0.99),
        at(&mut found, 0.999)
    );
    let mut clock: Vec<f64> = (0..QUESTIONS).map(|_| Instant::now().elapsed().as_nanos() as f64).collect();
    println!("    of which the clock {:.0} ns", at(&mut clock, 0.5));
    plan_of_a_large_group(&world);
    Ok(())
}

/// Nanoseconds a decision, a batch at a time.
fn batches(access: &Access<'_>, questions: &[Question]) -> Vec<f64> {
    let batch = |batch: &[Question]| {
        let start = Instant::now();
        for &(member, folder, cap) in batch {
            black_box(access.decide(member, folder, cap, NOW));
        }
        start.elapsed().as_nanos() as f64 / batch.len() as f64
    };
    questions.chunks(BATCH).map(batch).collect()
}

/// Nanoseconds of each decision.
fn singly(access: &Access<'_>, questions: &[Question]) -> Vec<f64> {
    let one = |&(member, folder, cap): &Question| {
        let start = Instant::now();
        black_box(access.decide(member, folder, cap, NOW));
        start.elapsed().as_nanos() as f64
    };
    questions.iter().map(one).collect()
}

fn at(found: &mut [f64], part: f64) -> f64 {
    found.sort_by(f64::total_cmp);
    found[((found.len() - 1) as f64 * part) as usize]
}

/// Deleting a group that half the workspace is in: what everyone loses in effect.
fn plan_of_a_large_group(world: &Snapshot) {
    let mut before = world.clone();
    let group = GroupId(1);
    for member in before.members.iter_mut().take(MEMBERS as usize / 2) {
        if member.groups.iter().all(|(id, _)| *id != group) {
            member.groups.push((group, edge(None)));
        }
    }
    let row = Row { target: Some(group.0), name: None, kind: Arc::new(DeleteGroup::default().into()) };
    let start = Instant::now();
    let plan = plan::plan(&before, MemberId(1), &[row], &Facts::default(), false, NOW);
    let took = start.elapsed().as_secs_f64() * 1e3;
    let differ: usize = plan.rows.iter().map(|row| row.effects.len()).sum();
    println!("plan of deleting a group of {}: {differ} members differ, {took:.0} ms", MEMBERS / 2);
}

fn edge(end: Option<i64>) -> Edge {
    Edge::new(Terms { expires_at: end.map(Timestamp), ..Terms::default() }, None, Timestamp(0))
}

fn world(random: &mut StdRng) -> Result<Snapshot, Box<dyn Error>> {
    let pack = Pack::builtin("signage").ok_or("no pack")??;
    let catalogue = Arc::new(pack.catalogue()?);
    let per_folder: Vec<Cap> = catalogue.per_folder().iter().collect();
    let mut roles = Vec::new();
    for (role, id) in pack.roles.iter().zip(1..) {
        let capabilities = role.set(&catalogue)?;
        roles.push(Role {
            id: RoleId(id),
            key: role.key.clone(),
            name: role.name.as_str().into(),
            capabilities,
            builtin: true,
        });
    }
    let any_cap = |random: &mut StdRng| *per_folder.choose(random).unwrap_or(&Cap(0));
    let group = |id| Group {
        id: GroupId(id),
        name: format!("Group {id}").into(),
        description: "".into(),
        capabilities: (0..2).map(|_| any_cap(random)).collect::<CapSet>(),
        leader: None,
    };
    let groups = (1..=GROUPS).map(group).collect();
    // Ten branches at each folder: a path has three or four.
    let folder = |id: i64| Folder {
        id: FolderId(id),
        parent: (id > 1).then(|| FolderId((id - 2) / 10 + 1)),
        name: format!("Folder {id}").into(),
        kind: "content".into(),
        owner: None,
    };
    let folders: Vec<Folder> = (1..=FOLDERS).map(folder).collect();
    let fence = |at: i64| Fence { folder: FolderId(100 + at), group: GroupId(at % GROUPS + 1), edge: edge(None) };
    let fences = (0..50).map(fence).collect();
    let grants = (1..=GRANTS).map(|id| {
        let by_group = random.random_bool(0.2);
        Grant {
            id: GrantId(id),
            folder: FolderId(random.random_range(1..=FOLDERS)),
            subject: if by_group {
                Subject::Group(GroupId(random.random_range(1..=GROUPS)))
            } else {
                Subject::Member(MemberId(random.random_range(1..=MEMBERS)))
            },
            capability: any_cap(random),
            effect: if random.random_bool(0.2) { Effect::Deny } else { Effect::Allow },
            edge: edge(random.random_bool(0.2).then(|| random.random_range(500..1_500))),
        }
    });
    let grants = grants.collect();
    let members = (1..=MEMBERS).map(|id| Member {
        id: MemberId(id),
        account: AccountId(id),
        email: format!("m{id}@northwind.test").into(),
        status: MemberStatus::Active,
        joined_at: Timestamp(0),
        account_active: true,
        can_sign_in: true,
        owner: id == 1,
        roles: vec![(RoleId(random.random_range(2..=roles.len() as i64)), edge(None))],
        groups: (0..random.random_range(0..4))
            .map(|_| (GroupId(random.random_range(1..=GROUPS)), edge(None)))
            .collect(),
        direct: Vec::new(),
        org_roles: Vec::new(),
    });
    let members = members.collect();
    Ok(Snapshot {
        catalogue,
        policies: Arc::new(pack.policies.clone()),
        roles,
        groups,
        folders,
        fences,
        grants,
        members,
    })
}
