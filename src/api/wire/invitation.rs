//! Invitations as the board shows them.

use super::list::Named;
use crate::domain::{
    id::{GroupId, InvitationId, MemberId, RoleId},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// State of an invitation (SPEC 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    /// Sent (or its link shown), waiting.
    Sent,
    /// Accepted; final.
    Accepted,
    /// Declined by the person; final.
    Declined,
    /// Cancelled here; final.
    Cancelled,
    /// Past its expiry.
    Expired,
    /// The mail did not go out.
    Failed,
}

/// Something about an invitation that wants attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationFlag {
    /// Expires within 24 hours.
    Expiring,
    /// Expired.
    Expired,
    /// The mail failed.
    Failed,
    /// A role that manages waits behind it.
    Privileged,
    /// The inviter left or may no longer invite.
    InviterGone,
    /// Not an address of a company domain.
    ForeignDomain,
    /// The address looks like an administrator's.
    LookAlike,
}

/// An invitation as a row of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationRow {
    /// Its identifier.
    pub id: InvitationId,
    /// For `If-Match`.
    pub version: i64,
    /// The pending membership.
    pub member: Option<MemberId>,
    /// To whom.
    pub email: Text,
    /// Their name, if known.
    pub name: Text,
    /// Roles they will hold.
    pub roles: Vec<Named<RoleId>>,
    /// Groups they will belong to.
    pub groups: Vec<Named<GroupId>>,
    /// A word from the inviter.
    pub message: Option<Text>,
    /// Who asked them in.
    pub inviter: Text,
    /// State, by the clock.
    pub status: InvitationStatus,
    /// When it was first made.
    pub created_at: Timestamp,
    /// When its link dies.
    pub expires_at: Timestamp,
    /// How many times sent.
    pub sends: u32,
    /// What became of the last mail: `link shown`, `delivered`, the mail server's reason.
    pub delivery: Text,
    /// What wants attention.
    pub flags: Vec<InvitationFlag>,
}
