//! Random workspaces, small enough that everything meets everything. Time runs from 0 to 3.

use crate::sample::edge;
use proptest::{collection::vec, option, prelude::*};
use rolecall::domain::{
    capability::{Cap, CapSet, Capability, Catalogue},
    edge::{Edge, EdgeSource},
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Fence, Folder, Grant, Group, Member, MemberStatus, OrgRole, Role, Snapshot, Subject},
    pack::{Attach, MaxRoles, Policies},
    time::Timestamp,
};
use std::sync::Arc;

/// The first four can be granted in folders; the others are managing.
const KEYS: [&str; 10] = [
    "content.read",
    "content.write",
    "campaigns.read",
    "campaigns.write",
    "members.invite",
    "members.manage",
    "groups.manage",
    "folders.manage",
    "roles.manage",
    "grants.manage",
];
const PER_FOLDER: u8 = 4;

pub fn grant(id: GrantId, folder: FolderId, subject: Subject, capability: Cap, effect: Effect) -> Grant {
    Grant { id, folder, subject, capability, effect, edge: edge() }
}

pub fn member_id(at: usize) -> MemberId {
    MemberId(100 + 7 * at as i64)
}

pub fn group_id(at: usize) -> GroupId {
    GroupId(200 + 3 * at as i64)
}

pub fn folder_id(at: usize) -> FolderId {
    FolderId(300 - 5 * at as i64)
}

pub fn role_id(at: usize) -> RoleId {
    RoleId(400 + at as i64)
}

pub fn grant_id(at: usize) -> GrantId {
    GrantId(500 + at as i64)
}

fn any_edge() -> impl Strategy<Value = Edge> {
    let expiry = prop_oneof![4 => Just(None), 1 => (0_i64..4).prop_map(Some)];
    (expiry, prop_oneof![9 => Just(EdgeSource::Manual), 1 => Just(EdgeSource::Scim)]).prop_map(|(expiry, source)| {
        let mut edge = edge();
        edge.terms.expires_at = expiry.map(Timestamp);
        edge.source = source;
        edge
    })
}

fn any_caps() -> impl Strategy<Value = CapSet> {
    let bits = 0_u128..1 << KEYS.len();
    // Full sets often, so that changes are accepted often.
    prop_oneof![2 => bits.prop_map(CapSet), 1 => Just(CapSet((1 << KEYS.len()) - 1))]
}

fn any_subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        (0..4_usize).prop_map(|at| Subject::Member(member_id(at))),
        (0..3_usize).prop_map(|at| Subject::Group(group_id(at))),
    ]
}

fn any_grants() -> impl Strategy<Value = Vec<(usize, Subject, u8, bool, Edge)>> {
    vec((0..6_usize, any_subject(), 0..PER_FOLDER, any::<bool>(), any_edge()), 0..10)
}

type Edges<I> = Vec<(I, Edge)>;

#[derive(Debug, Clone)]
struct Person {
    status: MemberStatus,
    account_active: bool,
    can_sign_in: bool,
    roles: Edges<usize>,
    groups: Edges<usize>,
    direct: Edges<u8>,
    organisation: Edges<CapSet>,
}

fn any_person() -> impl Strategy<Value = Person> {
    let status = prop_oneof![
        6 => Just(MemberStatus::Active), 1 => Just(MemberStatus::Pending), 1 => Just(MemberStatus::Deactivated)
    ];
    let sometimes = || prop_oneof![7 => Just(true), 1 => Just(false)];
    (
        status,
        sometimes(),
        sometimes(),
        vec((0..4_usize, any_edge()), 0..3),
        vec((0..3_usize, any_edge()), 0..3),
        vec((0..KEYS.len() as u8, any_edge()), 0..2),
        vec((any_caps(), any_edge()), 0..2),
    )
        .prop_map(|(status, account_active, can_sign_in, roles, groups, direct, organisation)| Person {
            status,
            account_active,
            can_sign_in,
            roles,
            groups,
            direct,
            organisation,
        })
}

/// A workspace; with `broken`, parents may go in circles or lead nowhere.
pub fn any_world(broken: bool) -> impl Strategy<Value = Snapshot> {
    let most: usize = if broken { 8 } else { 4 };
    (
        (vec(any_caps(), 1..4), vec((any_caps(), option::of(0..4_usize)), 0..4)),
        vec(option::of(0..most), 0..6_usize),
        vec((0..6_usize, 0..3_usize, any_edge()), 0..4),
        any_grants(),
        vec(any_person(), 1..5),
        (any::<bool>(), any::<bool>(), any::<bool>()),
    )
        .prop_map(move |(bundles, parents, fences, grants, people, flags)| {
            world(broken, bundles, parents, fences, grants, people, flags)
        })
}

/// Lets somebody do nearly anything.
pub fn empower(world: &mut Snapshot, id: MemberId, can_sign_in: bool) {
    let all = world.catalogue.iter().map(|(cap, _)| (cap, edge())).collect();
    if let Some(member) = world.members.iter_mut().find(|member| member.id == id) {
        member.direct = all;
        member.status = MemberStatus::Active;
        member.account_active = true;
        member.can_sign_in = member.owner || can_sign_in;
    }
}

/// As a store keeps it: every edge leads somewhere, and is there once.
pub fn tidy(mut world: Snapshot) -> Snapshot {
    let one = world.policies.max_roles == MaxRoles::One;
    for member in &mut world.members {
        member.roles.retain(|(id, _)| world.roles.iter().any(|role| role.id == *id));
        member.roles.truncate(if one { 1 } else { 9 });
        member.direct.sort_by_key(|(cap, _)| *cap);
        member.direct.dedup_by_key(|(cap, _)| *cap);
    }
    let mut seen = Vec::new();
    world.grants.retain(|grant| {
        let key = (grant.folder, grant.subject, grant.capability, grant.effect);
        let first = !seen.contains(&key) && world.folders.iter().any(|folder| folder.id == grant.folder);
        seen.push(key);
        first
    });
    let mut seen = Vec::new();
    world.fences.retain(|fence| {
        let key = (fence.folder, fence.group);
        let first = !seen.contains(&key) && world.folders.iter().any(|folder| folder.id == fence.folder);
        seen.push(key);
        first
    });
    world
}

type Bundles = (Vec<CapSet>, Vec<(CapSet, Option<usize>)>);

fn world(
    broken: bool,
    (roles, groups): Bundles,
    parents: Vec<Option<usize>>,
    fences: Vec<(usize, usize, Edge)>,
    grants: Vec<(usize, Subject, u8, bool, Edge)>,
    people: Vec<Person>,
    (owner, inherit_org_roles, one): (bool, bool, bool),
) -> Snapshot {
    let capability = |(at, key): (usize, &&str)| Capability {
        key: (*key).to_owned(),
        label: (*key).to_owned(),
        category: "all".into(),
        per_folder: at < PER_FOLDER as usize,
        managing: at >= PER_FOLDER as usize,
    };
    let folders: Vec<Folder> = parents
        .iter()
        .enumerate()
        .map(|(at, parent)| {
            let parent = if broken { *parent } else { parent.filter(|_| at > 0).map(|parent| parent % at.max(1)) };
            let owner = (at < people.len()).then(|| member_id(at));
            let (id, parent, name) = (folder_id(at), parent.map(folder_id), format!("folder {at}").into());
            Folder { id, parent, name, kind: "folder".into(), owner }
        })
        .collect();
    let groups: Vec<Group> = groups
        .iter()
        .enumerate()
        .map(|(at, (capabilities, leader))| Group {
            id: group_id(at),
            name: format!("group {at}").into(),
            description: "".into(),
            capabilities: *capabilities,
            leader: leader.filter(|leader| *leader < people.len()).map(member_id),
        })
        .collect();
    // Keys of a real store: what an edge names is there, and named once.
    let there = |group: &GroupId| groups.iter().any(|one| one.id == *group);
    let once = |edges: Edges<usize>| -> Edges<usize> {
        edges
            .iter()
            .enumerate()
            .filter(|(at, edge)| edges[..*at].iter().all(|other| other.0 != edge.0))
            .map(|(_, edge)| edge.clone())
            .collect()
    };
    let members = people.into_iter().enumerate().map(|(at, person)| {
        let owns = owner && at == 0;
        Member {
            id: member_id(at),
            account: AccountId(at as i64),
            email: format!("m{at}@northwind.test").into(),
            status: if owns { MemberStatus::Active } else { person.status },
            joined_at: Timestamp(0),
            account_active: owns || person.account_active,
            can_sign_in: owns || person.can_sign_in,
            owner: owns,
            roles: once(person.roles).into_iter().map(|(role, edge)| (role_id(role), edge)).collect(),
            groups: once(person.groups)
                .into_iter()
                .map(|(group, edge)| (group_id(group), edge))
                .filter(|(group, _)| there(group))
                .collect(),
            direct: person.direct.into_iter().map(|(cap, edge)| (Cap(cap), edge)).collect(),
            org_roles: person
                .organisation
                .into_iter()
                .map(|(capabilities, edge)| OrgRole { name: "Super Admin".into(), capabilities, edge })
                .collect(),
        }
    });
    let members: Vec<Member> = members.collect();
    let subject_there = |subject: &Subject| match subject {
        Subject::Member(id) => members.iter().any(|member| member.id == *id),
        Subject::Group(id) => there(id),
    };
    let grants = grants
        .into_iter()
        .filter(|(_, subject, ..)| subject_there(subject))
        .enumerate()
        .map(|(at, (folder, subject, cap, deny, edge))| {
            let effect = if deny { Effect::Deny } else { Effect::Allow };
            Grant { id: grant_id(at), folder: folder_id(folder), subject, capability: Cap(cap), effect, edge }
        })
        .collect();
    let fences = fences
        .into_iter()
        .map(|(folder, group, edge)| Fence { folder: folder_id(folder), group: group_id(group), edge })
        .filter(|fence| there(&fence.group))
        .collect();
    let roles = roles.into_iter().enumerate().map(|(at, capabilities)| Role {
        id: role_id(at),
        key: if at == 0 { "administrator".into() } else { format!("role-{at}") },
        name: format!("role {at}").into(),
        capabilities,
        builtin: true,
    });
    Snapshot {
        catalogue: Arc::new(Catalogue::new(KEYS.iter().enumerate().map(capability).collect()).unwrap()),
        policies: Arc::new(Policies {
            owner,
            max_roles: if one { MaxRoles::One } else { MaxRoles::Many },
            attach: Attach::Immediate,
            invitation_ttl_days: 7,
            required_fields: Vec::new(),
            inherit_org_roles,
            min_admins: 2,
            owner_successor_role: Some("administrator".into()),
            company_domains: Vec::new(),
            folder_kinds: Vec::new(),
            features: Vec::new(),
        }),
        roles: roles.collect(),
        groups,
        folders,
        fences,
        grants,
        members,
    }
}
