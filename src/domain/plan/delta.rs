//! What a change did to one member, as data: enough to take it back exactly (SPEC 6).

use crate::domain::{
    capability::Catalogue,
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
pub fn delta(before: &Snapshot, after: &Snapshot, member: MemberId) -> Option<Delta> {
    let side = |snapshot: &Snapshot| {
        let grants = snapshot.grants.iter().filter(|grant| grant.subject == Subject::Member(member));
        let found = snapshot.members.iter().find(|one| one.id == member)?;
        Some(Side::new(snapshot, found, grants))
    };
    between(member, side(before), side(after))
}

/// A member on one side of a change.
pub(in crate::domain) struct Side {
    status: MemberStatus,
    /// Everything held by an edge.
    pub held: Vec<Held>,
    membership: Membership,
}

impl Side {
    /// The member in a state of the workspace, with the grants there that are theirs.
    pub fn new<'a>(snapshot: &Snapshot, member: &Member, grants: impl Iterator<Item = &'a Grant>) -> Self {
        let leads = snapshot.groups.iter().filter(|group| group.leader == Some(member.id)).map(|group| group.id);
        Self {
            status: member.status,
            held: held(&snapshot.catalogue, member, grants),
            membership: Membership {
                account: member.account,
                email: member.email.clone(),
                status: member.status,
                leads: leads.collect(),
                owns: Vec::new(),
                joined_at: None,
            },
        }
    }
}

/// As [`delta`], of two sides that were looked up already.
pub(in crate::domain) fn between(member: MemberId, old: Option<Side>, new: Option<Side>) -> Option<Delta> {
    let without = |one: &[Held], other: &[Held]| one.iter().filter(|held| !other.contains(held)).cloned().collect();
    let nothing: &[Held] = &[];
    let (had, has) = (old.as_ref().map_or(nothing, |side| &side.held), new.as_ref().map_or(nothing, |side| &side.held));
    let (took, gave): (Vec<Held>, Vec<Held>) = (without(had, has), without(has, had));
    let (status, membership) = match (old, new) {
        (Some(old), Some(new)) => ((old.status != new.status).then_some((old.status, new.status)), None),
        (Some(old), None) => (None, Some(Turn::Left(old.membership))),
        (None, Some(new)) => (None, Some(Turn::Came(new.membership))),
        (None, None) => (None, None),
    };
    let nothing = status.is_none() && membership.is_none() && took.is_empty() && gave.is_empty();
    (!nothing).then_some(Delta { member, status, took, gave, membership })
}

/// Every edge of a member, whole.
fn held<'a>(catalogue: &Catalogue, member: &Member, grants: impl Iterator<Item = &'a Grant>) -> Vec<Held> {
    let key = |cap| catalogue.get(cap).key.clone();
    let roles = member.roles.iter().map(|(id, edge)| Held { of: HeldOf::Role(*id), edge: edge.clone() });
    let groups = member.groups.iter().map(|(id, edge)| Held { of: HeldOf::Group(*id), edge: edge.clone() });
    let direct = member.direct.iter().map(|(cap, edge)| Held { of: HeldOf::Direct(key(*cap)), edge: edge.clone() });
    let grants = grants.map(|grant| Held {
        of: HeldOf::Grant {
            id: grant.id,
            folder: grant.folder,
            capability: key(grant.capability),
            effect: grant.effect,
        },
        edge: grant.edge.clone(),
    });
    roles.chain(groups).chain(direct).chain(grants).collect()
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
