//! What lies outside of the snapshot that changes are judged against.

use crate::domain::{
    address::Known,
    id::{GroupId, MemberId, RoleId},
    invitation::InvitationStatus,
    model::OrgRole,
    untrusted::Text,
};

/// What a check needs to know besides the snapshot: looked up by the server in the same transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The invited address belongs to an account already.
    pub account_exists: bool,
    /// The invited address is a member already (of any status but pending).
    pub member_exists: bool,
    /// The invited address has a live invitation already.
    pub live_invitation: bool,
    /// Addresses of the workspace's administrators, for look-alikes.
    pub administrators: Known,
    /// The invitation that the change names.
    pub invitation: Option<InvitationFacts>,
    /// Whether the caller's sign-in is fresh, or the password was entered again.
    pub reauthenticated: bool,
    /// Whether another group of the workspace has the draft's name.
    pub group_name_taken: bool,
    /// The account whose membership would be given back.
    pub account: Option<AccountFacts>,
    /// What the change is on has changed since it was decided; nothing where that is not asked.
    pub changed_since: bool,
}

/// An account whose membership would be given back, as a check needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Whether it is active in the organisation.
    pub active: bool,
    /// Whether it has a way to sign in.
    pub can_sign_in: bool,
    /// Roles held in the organisation.
    pub org_roles: Vec<OrgRole>,
}

/// An invitation as a check needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationFacts {
    /// To whom.
    pub email: Text,
    /// The pending membership behind it.
    pub member: Option<MemberId>,
    /// Its state by the clock.
    pub status: InvitationStatus,
    /// Roles that wait behind it.
    pub roles: Vec<RoleId>,
    /// Groups that wait behind it.
    pub groups: Vec<GroupId>,
}
