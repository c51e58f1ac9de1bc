//! Edits carried out one by one by plain code of its own. Each must find what it says was there before.

use rolecall::domain::{
    change::{AccountFacts, Delta, Edit, Facts, Membership},
    edge::Edge,
    id::{AccountId, GrantId, GroupId, MemberId},
    model::{Fence, Folder, Grant, Group, Member, Snapshot, Subject},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// A workspace, and what a store knows besides.
#[derive(Debug, Clone)]
pub struct State {
    pub world: Snapshot,
    pub facts: Facts,
}

fn living(edge: Option<&Edge>, now: Timestamp) -> Option<Edge> {
    edge.filter(|edge| edge.terms.expires_at.is_none_or(|end| now < end)).cloned()
}

/// Puts an edge in the place of the one that was there.
fn put<I: PartialEq + Copy>(edges: &mut Vec<(I, Edge)>, id: I, sides: [&Option<Edge>; 2], now: Timestamp) {
    let here = edges.iter().position(|(one, _)| *one == id).map(|at| edges.remove(at).1);
    assert_eq!(living(here.as_ref(), now), living(sides[0].as_ref(), now), "the edge before");
    edges.extend(sides[1].clone().map(|edge| (id, edge)));
}

impl State {
    pub fn replay(&mut self, delta: &Delta, now: Timestamp) {
        delta.0.iter().for_each(|edit| self.edit(edit, now));
    }

    fn member(&mut self, id: MemberId) -> &mut Member {
        self.world.members.iter_mut().find(|one| one.id == id).expect("the member of the edit")
    }

    fn edit(&mut self, edit: &Edit, now: Timestamp) {
        let world = &mut self.world;
        match edit {
            Edit::Member { id, before, after } => self.membership(*id, before.as_ref(), after.as_ref()),
            Edit::Role { member, role, before, after, .. } => {
                put(&mut self.member(*member).roles, *role, [before, after], now);
            }
            Edit::InGroup { member, group, before, after, .. } => {
                put(&mut self.member(*member).groups, *group, [before, after], now);
            }
            Edit::Direct { member, capability, before, after } => {
                let cap = world.catalogue.find(capability).unwrap();
                put(&mut self.member(*member).direct, cap, [before, after], now);
            }
            Edit::Grant { id, folder, subject, capability, effect, before, after, .. } => {
                let capability = world.catalogue.find(capability).unwrap();
                let here = world.grants.iter().position(|one| one.id == *id).map(|at| world.grants.remove(at));
                let bare = here.map(|one| ((one.folder, one.subject, one.capability, one.effect), one.edge));
                assert!(bare.iter().all(|(what, _)| *what == (*folder, *subject, capability, *effect)));
                let edge = bare.map(|(_, edge)| edge);
                assert_eq!(living(edge.as_ref(), now), living(before.as_ref(), now), "the grant before");
                let (id, folder, subject, effect) = (*id, *folder, *subject, *effect);
                world.grants.extend(after.clone().map(|edge| Grant { id, folder, subject, capability, effect, edge }));
            }
            Edit::Fence { folder, group, before, after, .. } => {
                let mine = |one: &Fence| (one.folder, one.group) == (*folder, *group);
                let here = world.fences.iter().find(|one| mine(one)).map(|one| one.edge.clone());
                assert_eq!(living(here.as_ref(), now), *before, "the fence before");
                world.fences.retain(|one| !mine(one));
                world.fences.extend(after.clone().map(|edge| Fence { folder: *folder, group: *group, edge }));
            }
            Edit::Group { id, before, after } => {
                let here = world.groups.iter().position(|one| one.id == *id).map(|at| world.groups.remove(at));
                let named = here.as_ref().map(|one| (&one.name, &one.description, one.leader));
                assert_eq!(named, before.as_ref().map(|one| (&one.name, &one.description, one.leader)));
                let keys = |group: &Group| world.catalogue.keys(group.capabilities);
                assert_eq!(here.as_ref().map(keys), before.as_ref().map(|one| one.capabilities.clone()));
                world.groups.extend(after.as_ref().map(|record| Group {
                    id: *id,
                    name: record.name.clone(),
                    description: record.description.clone(),
                    capabilities: world.catalogue.set(record.capabilities.iter().map(String::as_str)).unwrap(),
                    leader: record.leader,
                }));
            }
            Edit::Folder { id, before, after } => {
                let here = world.folders.iter().position(|one| one.id == *id).map(|at| world.folders.remove(at));
                assert_eq!(here.map(|one| (one.parent, one.owner)), before.as_ref().map(|one| (one.parent, one.owner)));
                world.folders.extend(after.as_ref().map(|record| Folder {
                    id: *id,
                    parent: record.parent,
                    name: record.name.clone(),
                    kind: record.kind.clone(),
                    owner: record.owner,
                }));
            }
            Edit::Name { member, account, before, after } => {
                assert_eq!(self.member(*member).account, *account);
                assert_eq!(self.facts.names.insert(*account, after.clone()).unwrap_or_default(), *before);
            }
            Edit::Invitation { id, before, after } => {
                // An account that comes with an invitation has the name that is in it.
                if let (None, Some(record)) = (before, after)
                    && let Some(member) = record.member
                {
                    let account = self.member(member).account;
                    self.facts.names.entry(account).or_insert_with(|| record.name.clone());
                }
                let here = match after {
                    Some(record) => self.facts.invitations.insert(*id, record.clone()),
                    None => self.facts.invitations.remove(id),
                };
                // The membership behind it may have gone a line above.
                let bare =
                    |record: rolecall::domain::change::InvitationRecord| (record.link, record.status, record.email);
                assert_eq!(here.map(bare), before.clone().map(bare));
                let open = self.facts.invitations.values().filter(|record| record.status.open());
                self.facts.invited = open.map(|record| record.email.raw().to_lowercase()).collect();
            }
        }
    }

    fn membership(&mut self, id: MemberId, before: Option<&Membership>, after: Option<&Membership>) {
        let members = &mut self.world.members;
        let here = members.iter().position(|one| one.id == id).map(|at| members.remove(at));
        let bare = |one: &Member| (one.account, one.status, one.owner, one.joined_at);
        let was = before.map(|one| (one.account, one.status, one.owner, one.joined_at));
        assert_eq!(here.as_ref().map(bare), was, "the membership before");
        if let Some(member) = &here {
            let (active, can_sign_in) = (member.account_active, member.can_sign_in);
            let account = AccountFacts { active, can_sign_in, org_roles: member.org_roles.clone() };
            self.facts.returning.insert(member.account, account);
        }
        let Some(membership) = after else {
            // Whoever goes leaves no live edge behind.
            let left = here.expect("somebody went");
            let mut edges = left.roles.iter().map(|(_, edge)| edge).chain(left.groups.iter().map(|(_, edge)| edge));
            assert!(edges.all(|edge| edge.terms.expires_at.is_some()), "{left:?}");
            // Nor is it behind an invitation any more, not even behind one that was accepted long ago.
            let records = self.facts.invitations.values_mut().filter(|record| record.member == Some(id));
            records.for_each(|record| record.member = None);
            return;
        };
        let account = self.facts.returning.get(&membership.account);
        let signs_in = self.facts.sign_in.contains(&membership.email.raw().to_lowercase());
        let member = here.unwrap_or_else(|| Member {
            id,
            account: membership.account,
            email: membership.email.clone(),
            status: membership.status,
            joined_at: membership.joined_at,
            account_active: account.is_none_or(|account| account.active),
            can_sign_in: account.map_or(signs_in, |account| account.can_sign_in),
            owner: membership.owner,
            roles: Vec::new(),
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: account.map_or(Vec::new(), |account| account.org_roles.clone()),
        });
        let Membership { status, owner, joined_at, .. } = *membership;
        members.push(Member { status, owner, joined_at, ..member });
    }
}

/// Everything that lives, in an order that does not depend on how it came about.
pub fn everything(world: &Snapshot, now: Timestamp) -> BTreeSet<String> {
    let live = |edge: &Edge| living(Some(edge), now).is_some();
    let mut all = BTreeSet::new();
    for member in &world.members {
        let mut bare = member.clone();
        (bare.roles, bare.groups, bare.direct) = (Vec::new(), Vec::new(), Vec::new());
        all.insert(format!("{bare:?}"));
        let id = member.id;
        all.extend(member.roles.iter().filter(|(_, edge)| live(edge)).map(|one| format!("{id} role {one:?}")));
        all.extend(member.groups.iter().filter(|(_, edge)| live(edge)).map(|one| format!("{id} group {one:?}")));
        all.extend(member.direct.iter().filter(|(_, edge)| live(edge)).map(|one| format!("{id} direct {one:?}")));
    }
    all.extend(world.grants.iter().filter(|one| live(&one.edge)).map(|one| format!("{one:?}")));
    all.extend(world.fences.iter().filter(|one| live(&one.edge)).map(|one| format!("{one:?}")));
    all.extend(world.groups.iter().map(|one| format!("{one:?}")));
    all.extend(world.folders.iter().map(|one| format!("{one:?}")));
    all
}

/// What a plan calls -1, -2, ... gets numbers of its own, as a store would give them.
pub fn numbered(delta: &Delta, step: i64) -> Delta {
    fn walk(value: &mut serde_json::Value, step: i64) {
        match value {
            serde_json::Value::Number(number) => {
                let id = number.as_i64().unwrap();
                if id < 0 {
                    *number = number_of(id, step).into();
                }
            }
            serde_json::Value::Array(all) => all.iter_mut().for_each(|one| walk(one, step)),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(|one| walk(one, step)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(delta).unwrap();
    walk(&mut value, step);
    serde_json::from_value(value).unwrap()
}

fn number_of(id: i64, step: i64) -> i64 {
    if id < 0 { 1_000 * step - id } else { id }
}

/// The same of a workspace.
pub fn numbered_world(mut world: Snapshot, step: i64) -> Snapshot {
    let number = |id: &mut i64| *id = number_of(*id, step);
    for member in &mut world.members {
        let Member { id: MemberId(id), account: AccountId(account), groups, .. } = member;
        [id, account].into_iter().for_each(number);
        groups.iter_mut().for_each(|(GroupId(id), _)| number(id));
    }
    for grant in &mut world.grants {
        let Grant { id: GrantId(id), subject: Subject::Member(MemberId(of)) | Subject::Group(GroupId(of)), .. } = grant;
        [id, of].into_iter().for_each(number);
    }
    for group in &mut world.groups {
        number(&mut group.id.0);
        group.leader.iter_mut().for_each(|leader| number(&mut leader.0));
    }
    world.folders.iter_mut().filter_map(|folder| folder.owner.as_mut()).for_each(|owner| number(&mut owner.0));
    world
}
