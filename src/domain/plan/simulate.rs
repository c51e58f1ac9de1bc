//! A workspace after deltas. Asks no questions: the rules have been asked before.

use crate::domain::{
    access::IdMap,
    capability::CapSet,
    change::{Delta, Edit, Facts, Membership, RuleIndex},
    edge::Edge,
    id::{GrantId, MemberId},
    model::{Fence, Folder, Grant, Group, Member, Snapshot, Subject},
    time::Timestamp,
};
use std::collections::HashSet;

/// The workspace after one delta after another, each found to be sound.
pub(super) struct Simulation<'a> {
    index: &'a RuleIndex<'a>,
    facts: &'a Facts,
    now: Timestamp,
    after: Snapshot,
    /// Places of those who came.
    came: IdMap<MemberId, usize>,
    /// Members and grants that are gone: taken out at the end, all at once.
    left: HashSet<MemberId>,
    lifted: HashSet<GrantId>,
}

impl<'a> Simulation<'a> {
    pub fn new(index: &'a RuleIndex<'a>, facts: &'a Facts, now: Timestamp) -> Self {
        let (left, lifted, came) = (HashSet::new(), HashSet::new(), IdMap::default());
        Self { index, facts, now, after: index.snapshot.clone(), came, left, lifted }
    }

    /// The workspace after all of them.
    pub fn finish(self) -> Snapshot {
        let Self { mut after, left, lifted, .. } = self;
        if !left.is_empty() {
            after.members.retain(|one| !left.contains(&one.id));
        }
        if !lifted.is_empty() {
            after.grants.retain(|grant| !lifted.contains(&grant.id));
        }
        after
    }

    pub fn apply(&mut self, delta: &Delta) {
        for edit in &delta.0 {
            self.edit(edit);
        }
    }

    fn edit(&mut self, edit: &Edit) {
        let now = self.now;
        let live = |edge: &Option<Edge>| edge.clone().filter(|edge| edge.live(now));
        match edit {
            Edit::Member { id, before, after } => self.member(*id, before.as_ref(), after.as_ref()),
            Edit::Role { member, role, after, .. } => {
                if let Some(member) = self.find(*member) {
                    set(&mut member.roles, *role, live(after));
                }
            }
            Edit::InGroup { member, group, after, .. } => {
                if let Some(member) = self.find(*member) {
                    set(&mut member.groups, *group, live(after));
                }
            }
            Edit::Direct { member, capability, after, .. } => {
                let cap = self.after.catalogue.find(capability);
                if let (Some(cap), Some(member)) = (cap, self.find(*member)) {
                    set(&mut member.direct, cap, live(after));
                }
            }
            Edit::Grant { id, folder, subject, capability, effect, before, after, .. } => {
                let Some(cap) = self.after.catalogue.find(capability) else { return };
                match (before, live(after)) {
                    (_, None) => drop(self.lifted.insert(*id)),
                    (None, Some(edge)) => {
                        let (id, folder, subject, effect) = (*id, *folder, *subject, *effect);
                        self.after.grants.push(Grant { id, folder, subject, capability: cap, effect, edge });
                    }
                    (Some(_), Some(edge)) => {
                        if let Some(grant) = self.after.grants.iter_mut().find(|one| one.id == *id) {
                            grant.edge = edge;
                        }
                    }
                }
            }
            Edit::Fence { folder, group, after, .. } => {
                self.after.fences.retain(|one| one.folder != *folder || one.group != *group);
                self.after.fences.extend(live(after).map(|edge| Fence { folder: *folder, group: *group, edge }));
            }
            Edit::Group { id, after, .. } => {
                let catalogue = self.after.catalogue.clone();
                let groups = &mut self.after.groups;
                let Some(record) = after else {
                    groups.retain(|group| group.id != *id);
                    self.after.grants.retain(|grant| grant.subject != Subject::Group(*id));
                    return self.after.fences.retain(|fence| fence.group != *id);
                };
                let group = Group {
                    id: *id,
                    name: record.name.clone(),
                    description: record.description.clone(),
                    capabilities: record.capabilities.iter().filter_map(|key| catalogue.find(key)).collect::<CapSet>(),
                    leader: record.leader,
                };
                match groups.iter_mut().find(|one| one.id == *id) {
                    Some(there) => *there = group,
                    None => groups.push(group),
                }
            }
            Edit::Folder { id, after, .. } => {
                let folders = &mut self.after.folders;
                let Some(record) = after else { return folders.retain(|folder| folder.id != *id) };
                let folder = Folder {
                    id: *id,
                    parent: record.parent,
                    name: record.name.clone(),
                    kind: record.kind.clone(),
                    owner: record.owner,
                };
                match folders.iter_mut().find(|one| one.id == *id) {
                    Some(there) => *there = folder,
                    None => folders.push(folder),
                }
            }
            Edit::Name { .. } | Edit::Invitation { .. } => {}
        }
    }

    fn member(&mut self, id: MemberId, before: Option<&Membership>, after: Option<&Membership>) {
        match (before, after) {
            (_, None) => {
                self.left.insert(id);
            }
            (None, Some(membership)) => self.come(id, membership),
            (Some(_), Some(membership)) => {
                if let Some(member) = self.find(id) {
                    (member.status, member.owner) = (membership.status, membership.owner);
                }
            }
        }
    }

    fn come(&mut self, id: MemberId, membership: &Membership) {
        let account = self.facts.returning.get(&membership.account);
        self.came.insert(id, self.after.members.len());
        self.after.members.push(Member {
            id,
            account: membership.account,
            email: membership.email.clone(),
            status: membership.status,
            joined_at: membership.joined_at,
            // Of somebody new only whoever signs in already comes in at once.
            account_active: account.is_none_or(|account| account.active),
            can_sign_in: account.map_or(
                self.facts.sign_in.contains(&crate::domain::address::folded(membership.email.raw())),
                |account| account.can_sign_in,
            ),
            owner: membership.owner,
            roles: Vec::new(),
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: account.map_or(Vec::new(), |account| account.org_roles.clone()),
        });
    }

    fn find(&mut self, id: MemberId) -> Option<&mut Member> {
        let place = self.came.get(&id).copied().or_else(|| self.index.access.place_of(id))?;
        self.after.members.get_mut(place)
    }
}

fn set<I: Copy + PartialEq>(edges: &mut Vec<(I, Edge)>, id: I, edge: Option<Edge>) {
    edges.retain(|(other, _)| *other != id);
    edges.extend(edge.map(|edge| (id, edge)));
}
