//! What changes make of a snapshot. Asks no questions: the rules have been asked before.

use super::{Change, Facts, GroupDraft, InviteDraft, ground::Ground};
use crate::domain::{
    address::folded,
    capability::CapSet,
    edge::{Edge, Terms},
    id::{AccountId, GrantId, GroupId, MemberId, RoleId},
    model::{Grant, Group, Member, MemberStatus, Snapshot, Subject},
    pack::{Attach, MaxRoles},
    plan::{Delta, HeldOf, Membership, Turn},
    time::Timestamp,
    untrusted::Text,
};
use std::collections::HashSet;

/// The number of what a row makes, until the store gives it one: -1 for the first, and downwards.
pub(in crate::domain) fn new_id(row: usize) -> i64 {
    -1 - i64::try_from(row).unwrap_or(i64::MAX - 1)
}

/// The workspace after one change after another, each found to be sound and each of other members.
pub(in crate::domain) struct Sketch<'a> {
    ground: &'a Ground<'a>,
    actor: &'a Member,
    now: Timestamp,
    after: Snapshot,
    /// Members and grants that are gone: taken out at the end, all at once.
    left: HashSet<MemberId>,
    lifted: HashSet<GrantId>,
}

impl<'a> Sketch<'a> {
    pub fn new(ground: &'a Ground<'a>, actor: &'a Member, now: Timestamp) -> Self {
        let (left, lifted) = (HashSet::new(), HashSet::new());
        Self { ground, actor, now, after: ground.snapshot.clone(), left, lifted }
    }

    /// The workspace after all of them.
    pub fn finish(self) -> Snapshot {
        let Self { mut after, left, lifted, .. } = self;
        if !left.is_empty() {
            after.members.retain(|one| !left.contains(&one.id));
            let gone = |subject| matches!(subject, Subject::Member(member) if left.contains(&member));
            after.grants.retain(|grant| !gone(grant.subject));
            for group in &mut after.groups {
                group.leader = group.leader.filter(|leader| !left.contains(leader));
            }
        }
        if !lifted.is_empty() {
            after.grants.retain(|grant| !lifted.contains(&grant.id));
        }
        after
    }

    /// Makes the change of a row.
    pub fn make(&mut self, row: usize, change: &Change, facts: &Facts) {
        let (now, by) = (self.now, Some(self.actor.account));
        let edge = |terms: &Terms| Edge::new(terms.clone(), by, now);
        match change {
            Change::SetRoles { member, roles, terms } => {
                if let Some(member) = self.find(*member) {
                    put(&mut member.roles, roles, &edge(terms), now);
                }
            }
            Change::SetGroups { member, add, remove, terms } => {
                if let Some(member) = self.find(*member) {
                    member.groups.retain(|(id, _)| !remove.contains(id));
                    add.iter().for_each(|group| join(&mut member.groups, *group, &edge(terms), now));
                }
            }
            Change::Deactivate { member, .. } => self.set_status(*member, MemberStatus::Deactivated),
            Change::Reactivate { member, .. } => self.set_status(*member, MemberStatus::Active),
            Change::Remove { member, .. } => {
                self.left.insert(*member);
            }
            Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => self.restore(delta, facts),
            Change::Rename { .. } | Change::ResendInvitation { .. } => {}
            Change::Transfer { email, .. } => {
                transfer(&mut self.after, self.actor, email, &edge(&Terms::default()), now);
            }
            Change::CreateGroup(draft) => {
                let capabilities = capabilities(self.ground.snapshot, draft);
                let (name, leader) = (draft.name.clone(), draft.leader);
                self.after.groups.push(Group { id: GroupId(new_id(row)), name, capabilities, leader });
            }
            Change::EditGroup { group, draft } => {
                if let Some(group) = self.after.groups.iter_mut().find(|one| one.id == *group) {
                    group.name = draft.name.clone();
                    group.leader = draft.leader;
                    group.capabilities = capabilities(self.ground.snapshot, draft);
                }
            }
            Change::DeleteGroup { group, .. } => delete_group(&mut self.after, *group),
            Change::SetGroupMembers { group, add, remove, terms } => {
                for member in &mut self.after.members {
                    if add.contains(&member.id) {
                        join(&mut member.groups, *group, &edge(terms), now);
                    }
                    if remove.contains(&member.id) {
                        member.groups.retain(|(id, _)| id != group);
                    }
                }
            }
            Change::Grant { folder, subject, capability, effect, terms } => {
                if let Some(capability) = self.ground.snapshot.catalogue.find(capability) {
                    let (id, folder, subject, effect) = (GrantId(new_id(row)), *folder, *subject, *effect);
                    self.after.grants.push(Grant { id, folder, subject, capability, effect, edge: edge(terms) });
                }
            }
            Change::EditGrant { grant, terms } => {
                if let Some(grant) = self.after.grants.iter_mut().find(|one| one.id == *grant) {
                    grant.edge.terms = terms.clone();
                }
            }
            Change::Revoke { grant, .. } => {
                self.lifted.insert(*grant);
            }
            Change::Invite(draft) => {
                let at_once = facts.account_exists && self.after.policies.attach == Attach::Immediate;
                self.after.members.push(invited(new_id(row), draft, at_once, &edge(&Terms::default())));
            }
            Change::CancelInvitation { .. } => self.left.extend(waiting(facts)),
            Change::EditInvitation { roles, groups, .. } => {
                if let Some(member) = waiting(facts).and_then(|member| self.find(member)) {
                    put(&mut member.roles, roles, &edge(&Terms::default()), now);
                    put(&mut member.groups, groups, &edge(&Terms::default()), now);
                }
            }
        }
    }

    /// A member who was there before.
    fn find(&mut self, id: MemberId) -> Option<&mut Member> {
        let place = self.ground.access.place_of(id)?;
        self.after.members.get_mut(place)
    }

    fn set_status(&mut self, member: MemberId, status: MemberStatus) {
        if let Some(member) = self.find(member) {
            member.status = status;
        }
    }

    /// Takes what a delta took and gives what it gave, exactly; what has expired meanwhile stays gone.
    fn restore(&mut self, delta: &Delta, facts: &Facts) {
        match &delta.membership {
            Some(Turn::Left(_)) => {
                self.left.insert(delta.member);
                return;
            }
            Some(Turn::Came(membership)) => self.come(delta.member, membership, facts),
            None => {}
        }
        let (now, ground) = (self.now, self.ground);
        let catalogue = &ground.snapshot.catalogue;
        for held in &delta.took {
            if let HeldOf::Grant { id, .. } = &held.of {
                self.lifted.insert(*id);
            }
        }
        let live = || delta.gave.iter().filter(|held| held.edge.live(now));
        for held in live() {
            if let HeldOf::Grant { id, folder, capability, effect } = &held.of
                && let Some(capability) = catalogue.find(capability)
            {
                let (subject, edge) = (Subject::Member(delta.member), held.edge.clone());
                self.after.grants.push(Grant { id: *id, folder: *folder, subject, capability, effect: *effect, edge });
            }
        }
        let came = matches!(delta.membership, Some(Turn::Came(_)));
        let member = if came { self.after.members.last_mut() } else { self.find(delta.member) };
        let Some(member) = member else { return };
        if let Some((_, to)) = delta.status {
            member.status = to;
        }
        for held in &delta.took {
            match &held.of {
                HeldOf::Role(role) => member.roles.retain(|(id, _)| id != role),
                HeldOf::Group(group) => member.groups.retain(|(id, _)| id != group),
                HeldOf::Direct(key) => member.direct.retain(|(cap, _)| catalogue.find(key) != Some(*cap)),
                HeldOf::Grant { .. } => {}
            }
        }
        for held in live() {
            match &held.of {
                HeldOf::Role(role) => join(&mut member.roles, *role, &held.edge, now),
                HeldOf::Group(group) => join(&mut member.groups, *group, &held.edge, now),
                HeldOf::Direct(key) => {
                    if let Some(cap) = catalogue.find(key) {
                        join(&mut member.direct, cap, &held.edge, now);
                    }
                }
                HeldOf::Grant { .. } => {}
            }
        }
    }

    /// A membership that is given back, bare.
    fn come(&mut self, id: MemberId, membership: &Membership, facts: &Facts) {
        let account = facts.account.as_ref();
        self.after.members.push(Member {
            id,
            account: membership.account,
            email: membership.email.clone(),
            status: membership.status,
            account_active: account.is_some_and(|account| account.active),
            can_sign_in: account.is_some_and(|account| account.can_sign_in),
            owner: false,
            roles: Vec::new(),
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: account.map_or(Vec::new(), |account| account.org_roles.clone()),
        });
        for group in &mut self.after.groups {
            if group.leader.is_none() && membership.leads.contains(&group.id) {
                group.leader = Some(id);
            }
        }
    }
}

/// The pending member behind the invitation that a change names.
pub(super) fn waiting(facts: &Facts) -> Option<MemberId> {
    facts.invitation.as_ref().and_then(|invitation| invitation.member)
}

/// Exactly these; those that are there stay as they are, unless another end is asked for.
fn put<I: Copy + PartialEq>(edges: &mut Vec<(I, Edge)>, wanted: &[I], edge: &Edge, now: Timestamp) {
    edges.retain(|(id, _)| wanted.contains(id));
    for &id in wanted {
        join(edges, id, edge, now);
    }
}

/// One more, unless it lives already with such an end.
fn join<I: Copy + PartialEq>(edges: &mut Vec<(I, Edge)>, id: I, edge: &Edge, now: Timestamp) {
    edges.retain(|(other, there)| *other != id || there.stays(&edge.terms, now));
    if !edges.iter().any(|(other, _)| *other == id) {
        edges.push((id, edge.clone()));
    }
}

fn delete_group(after: &mut Snapshot, group: GroupId) {
    after.groups.retain(|one| one.id != group);
    after.grants.retain(|grant| grant.subject != Subject::Group(group));
    after.fences.retain(|fence| fence.group != group);
    for member in &mut after.members {
        member.groups.retain(|(id, _)| *id != group);
    }
}

fn transfer(after: &mut Snapshot, former: &Member, to: &Text, edge: &Edge, now: Timestamp) {
    let key = folded(to.raw());
    let successor: Option<RoleId> = successor(after);
    let one = after.policies.max_roles == MaxRoles::One;
    for member in &mut after.members {
        if folded(member.email.raw()) == key {
            member.owner = true;
        } else if member.id == former.id {
            member.owner = false;
            match successor {
                Some(role) if one => put(&mut member.roles, &[role], edge, now),
                Some(role) => join(&mut member.roles, role, edge, now),
                None => {}
            }
        }
    }
}

/// The role that a former owner gets.
fn successor(snapshot: &Snapshot) -> Option<RoleId> {
    let key = snapshot.policies.owner_successor_role.as_deref()?;
    snapshot.roles.iter().find(|role| role.key == key).map(|role| role.id)
}

fn capabilities(before: &Snapshot, draft: &GroupDraft) -> CapSet {
    draft.capabilities.iter().filter_map(|key| before.catalogue.find(key)).collect()
}

fn invited(id: i64, draft: &InviteDraft, at_once: bool, edge: &Edge) -> Member {
    Member {
        id: MemberId(id),
        account: AccountId(id),
        email: draft.email.clone(),
        status: if at_once { MemberStatus::Active } else { MemberStatus::Pending },
        account_active: true,
        can_sign_in: at_once,
        owner: false,
        roles: draft.roles.iter().map(|role| (*role, edge.clone())).collect(),
        groups: draft.groups.iter().map(|group| (*group, edge.clone())).collect(),
        direct: Vec::new(),
        org_roles: Vec::new(),
    }
}
