//! What a job keeps of a row that was done, and the change that takes the row back.

use super::{Delta, Expects};
use crate::domain::{
    change::{Change, Refusal},
    id::{InvitationId, MemberId},
    invitation::InvitationStatus,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};

/// What a row of a job did, as its undo needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trace {
    /// It changed a member.
    Member(Box<Delta>),
    /// It asked somebody in.
    Invited {
        /// The invitation.
        invitation: InvitationId,
        /// Its version then.
        version: i64,
        /// The membership behind it.
        member: MemberId,
        /// Whether the person joined at once.
        at_once: bool,
    },
    /// It sent a new link.
    Resent,
    /// It cancelled an invitation, by itself or with the pending member behind it.
    Cancelled {
        /// Which.
        invitation: InvitationId,
        /// The state it was in.
        status: InvitationStatus,
        /// Its end.
        expires_at: Timestamp,
        /// The pending membership that went.
        delta: Box<Delta>,
    },
}

impl Trace {
    /// The change that takes it back. Of an invitation that was cancelled the link stays dead.
    pub fn undo(self, reason: Option<Text>) -> Result<Change, Refusal> {
        Ok(match self {
            Self::Member(delta) => Change::Restore { delta: Box::new(delta.inverse()), reason },
            Self::Invited { member, at_once: true, .. } => Change::Remove { member, reason },
            Self::Invited { invitation, at_once: false, .. } => Change::CancelInvitation { invitation, reason },
            Self::Cancelled { invitation, status, expires_at, delta } => {
                Change::ReopenInvitation { invitation, status, expires_at, delta: Box::new(delta.inverse()), reason }
            }
            Self::Resent => {
                let message = "a link that was sent cannot be taken back: cancel the invitation instead".to_owned();
                return Err(Refusal::Conflict { field: None, message });
            }
        })
    }

    /// What must still be so for it to be taken back; none where the change itself tells (see [`Change::Restore`]).
    pub fn expects(&self) -> Option<Expects> {
        match self {
            Self::Invited { version, .. } => Some(Expects::Version(*version)),
            Self::Member(_) | Self::Resent | Self::Cancelled { .. } => None,
        }
    }
}
