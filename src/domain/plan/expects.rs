//! What must still be so of what a row is on when its turn comes: else somebody has changed it since, and it is
//! left alone (SPEC 6).

use crate::domain::{
    change::Change,
    id::{MemberId, RoleId},
    model::Member,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What a row expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expects {
    /// What it takes back has this version.
    Version(i64),
    /// The member whose roles it replaces holds these, in order.
    Roles(Vec<RoleId>),
}

impl Expects {
    /// What a change was planned on, where it puts something in the place of what it finds: every other kind adds
    /// or takes what it names, and finds out by itself whether that is so already.
    pub fn of<'m>(change: &Change, find: impl FnOnce(MemberId) -> Option<&'m Member>, now: Timestamp) -> Option<Self> {
        let Change::SetRoles { member, .. } = change else { return None };
        find(*member).map(|member| Self::Roles(roles(member, now)))
    }

    /// Whether a member holds other roles than those expected.
    pub fn other_roles(&self, member: &Member, now: Timestamp) -> bool {
        matches!(self, Self::Roles(expected) if roles(member, now) != *expected)
    }
}

fn roles(member: &Member, now: Timestamp) -> Vec<RoleId> {
    let mut roles: Vec<_> = member.roles.iter().filter(|(_, edge)| edge.live(now)).map(|(id, _)| *id).collect();
    roles.sort_unstable();
    roles
}
