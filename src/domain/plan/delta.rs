//! What a change did to one member, as data: enough to take it back exactly (SPEC 6).

use crate::domain::{
    capability::Cap,
    edge::Edge,
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Grant, Member, MemberStatus, Snapshot, Subject},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member holds by one edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldOf {
    /// A role.
    Role(RoleId),
    /// A group belonged to.
    Group(GroupId),
    /// The key of a direct permission.
    Direct(String),
    /// A grant of the member's own.
    Grant {
        /// Its identifier.
        id: GrantId,
        /// Where.
        folder: FolderId,
        /// Key of what.
        capability: String,
        /// Allow or deny.
        effect: Effect,
    },
}

/// One edge of a member, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Held {
    /// What by it.
    pub of: HeldOf,
    /// Why, by whom, since when and until when.
    pub edge: Edge,
}

/// A membership as such, without its edges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// The person.
    pub account: AccountId,
    /// Their login at that time.
    pub email: Text,
    /// The state it was in.
    pub status: MemberStatus,
    /// Groups that it led.
    pub leads: Vec<GroupId>,
    /// Folders that it owned; the store fills them in.
    pub owns: Vec<FolderId>,
    /// Since when; the store fills it in.
    pub joined_at: Option<Timestamp>,
}

/// A membership that went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It was taken.
    Left(Membership),
    /// It was given back.
    Came(Membership),
}

/// What a change did to one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delta {
    /// Who.
    pub member: MemberId,
    /// The membership's state before and after, where it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<(MemberStatus, MemberStatus)>,
    /// Edges that were there and are not, as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub took: Vec<Held>,
    /// Edges that were not there and are, as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gave: Vec<Held>,
    /// The membership itself, where it went or came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<Turn>,
}

/// What lies between two states of a workspace for one member; none where that is nothing.
pub fn delta<'a>(before: &'a Snapshot, after: &'a Snapshot, member: MemberId) -> Option<Delta> {
    let side = |snapshot: &'a Snapshot| {
        let grants = snapshot.grants.iter().filter(|grant| grant.subject == Subject::Member(member));
        let found = snapshot.members.iter().find(|one| one.id == member)?;
        Some(Side::new(snapshot, found, grants))
    };
    between(member, side(before), side(after))
}

/// A member on one side of a change.
pub(in crate::domain) struct Side<'a> {
    snapshot: &'a Snapshot,
    member: &'a Member,
    grants: Vec<&'a Grant>,
}

impl<'a> Side<'a> {
    /// The member in a state of the workspace, with the grants there that are theirs.
    pub fn new(snapshot: &'a Snapshot, member: &'a Member, grants: impl Iterator<Item = &'a Grant>) -> Self {
        Self { snapshot, member, grants: grants.collect() }
    }

    /// Everything held by an edge, whole.
    pub fn held(&self) -> Vec<Held> {
        self.held_beyond(None)
    }

    /// What is held by an edge that another side has not, or has otherwise.
    fn held_beyond(&self, other: Option<&Side<'_>>) -> Vec<Held> {
        let key = |cap: Cap| self.snapshot.catalogue.get(cap).key.clone();
        let held = |of: HeldOf, edge: &Edge| Held { of, edge: edge.clone() };
        let theirs = other.map(|side| side.member);
        let roles = beyond(&self.member.roles, theirs.map(|member| &member.roles));
        let groups = beyond(&self.member.groups, theirs.map(|member| &member.groups));
        let direct = beyond(&self.member.direct, theirs.map(|member| &member.direct));
        let grants = beyond(&self.grants, other.map(|side| &side.grants));
        let grant = |grant: &Grant| HeldOf::Grant {
            id: grant.id,
            folder: grant.folder,
            capability: key(grant.capability),
            effect: grant.effect,
        };
        let roles = roles.map(|(id, edge)| held(HeldOf::Role(*id), edge));
        let groups = groups.map(|(id, edge)| held(HeldOf::Group(*id), edge));
        let direct = direct.map(|(cap, edge)| held(HeldOf::Direct(key(*cap)), edge));
        let grants = grants.map(|one| held(grant(one), &one.edge));
        roles.chain(groups).chain(direct).chain(grants).collect()
    }

    fn membership(&self) -> Membership {
        let Self { snapshot, member, .. } = self;
        let leads = snapshot.groups.iter().filter(|group| group.leader == Some(member.id)).map(|group| group.id);
        Membership {
            account: member.account,
            email: member.email.clone(),
            status: member.status,
            leads: leads.collect(),
            owns: Vec::new(),
            joined_at: None,
        }
    }
}

/// What one side has and the other, if there is one, has not. Nobody has so many edges that a set would be quicker.
fn beyond<'a, T: PartialEq>(own: &'a [T], other: Option<&'a Vec<T>>) -> impl Iterator<Item = &'a T> {
    own.iter().filter(move |one| other.is_none_or(|other| !other.contains(one)))
}

/// As [`delta`], of two sides that were looked up already.
pub(in crate::domain) fn between(member: MemberId, old: Option<Side<'_>>, new: Option<Side<'_>>) -> Option<Delta> {
    let (old, new) = (old.as_ref(), new.as_ref());
    let took = old.map_or_else(Vec::new, |side| side.held_beyond(new));
    let gave = new.map_or_else(Vec::new, |side| side.held_beyond(old));
    let (status, membership) = match (old.map(|side| side.member), new.map(|side| side.member)) {
        (Some(was), Some(is)) => ((was.status != is.status).then_some((was.status, is.status)), None),
        (Some(_), None) => (None, old.map(|side| Turn::Left(side.membership()))),
        (None, _) => (None, new.map(|side| Turn::Came(side.membership()))),
    };
    let nothing = status.is_none() && membership.is_none() && took.is_empty() && gave.is_empty();
    (!nothing).then_some(Delta { member, status, took, gave, membership })
}

impl Delta {
    /// What takes it back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self {
            member: self.member,
            status: self.status.map(|(from, to)| (to, from)),
            took: self.gave,
            gave: self.took,
            membership: self.membership.map(|turn| match turn {
                Turn::Left(membership) => Turn::Came(membership),
                Turn::Came(membership) => Turn::Left(membership),
            }),
        }
    }

    /// The grant that was only planned has an identifier now.
    pub fn made(&mut self, grant: GrantId) {
        for held in &mut self.gave {
            if let HeldOf::Grant { id, .. } = &mut held.of
                && id.0 < 0
            {
                *id = grant;
            }
        }
    }
}
