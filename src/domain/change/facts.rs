//! What lies outside of the snapshot that changes are judged against.

use super::InvitationRecord;
use crate::domain::{
    address::{Known, folded},
    id::{AccountId, InvitationId, MemberId},
    model::OrgRole,
    untrusted::Text,
};
use std::collections::{HashMap, HashSet};

/// What the rows of a change are judged by besides the snapshot: read in the same transaction, once for all rows.
/// Addresses are keys as [`folded`] makes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Addresses whose account has a way to sign in.
    pub sign_in: HashSet<String>,
    /// Accounts of addresses that have one.
    pub accounts: HashMap<String, AccountId>,
    /// Addresses of members who are not pending.
    pub members: HashSet<String>,
    /// Addresses with an open invitation.
    pub invited: HashSet<String>,
    /// Addresses of the workspace's administrators, for look-alikes.
    pub administrators: Known,
    /// Invitations that rows name or end.
    pub invitations: HashMap<InvitationId, InvitationRecord>,
    /// Accounts whose memberships would come back.
    pub returning: HashMap<AccountId, AccountFacts>,
    /// Names of people.
    pub names: HashMap<AccountId, Text>,
    /// Whether the caller's sign-in is fresh, or the password was entered again.
    pub reauthenticated: bool,
}

/// An account whose membership would come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Whether it is active in the organisation.
    pub active: bool,
    /// Whether it has a way to sign in.
    pub can_sign_in: bool,
    /// Roles held in the organisation.
    pub org_roles: Vec<OrgRole>,
}

impl Facts {
    pub(super) fn signs_in(&self, email: &Text) -> bool {
        self.sign_in.contains(&folded(email.raw()))
    }

    pub(super) fn is_member(&self, email: &Text) -> bool {
        self.members.contains(&folded(email.raw()))
    }

    pub(super) fn is_invited(&self, email: &Text) -> bool {
        self.invited.contains(&folded(email.raw()))
    }

    /// The open invitation of a pending member.
    pub(super) fn open_invitation_of(&self, member: MemberId) -> Option<(InvitationId, &InvitationRecord)> {
        let mut open = self.invitations.iter().filter(|(_, one)| one.member == Some(member) && one.status.open());
        open.next().map(|(id, record)| (*id, record))
    }
}
