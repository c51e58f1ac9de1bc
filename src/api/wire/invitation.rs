//! Invitations as the board shows them.

use super::list::Named;
pub use crate::domain::invitation::{InvitationFlag, InvitationStatus};
use crate::domain::{
    filter::InvitationFilterRow,
    id::{GroupId, InvitationId, MemberId, RoleId},
    invitation::flags_at,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// Who answers for the link: whoever asked them in, or sent it last.
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

impl InvitationRow {
    /// Why its mail failed, if it did: what the server said.
    pub fn failure(&self) -> Option<&Text> {
        (self.status == InvitationStatus::Failed).then_some(&self.delivery)
    }

    /// The row as it is at a moment: what follows the clock needs nobody to be asked again.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.flags = self.flags_at(now);
        self.status = self.status_at(now);
        self
    }

    /// Its state at a moment.
    pub fn status_at(&self, now: Timestamp) -> InvitationStatus {
        self.status.at(self.expires_at, now)
    }

    /// Its flags at a moment, the most serious first.
    pub fn flags_at(&self, now: Timestamp) -> Vec<InvitationFlag> {
        if self.status.open() { flags_at(&self.flags, self.status, self.expires_at, now) } else { Vec::new() }
    }
}

impl InvitationFilterRow for InvitationRow {
    fn email(&self) -> &str {
        self.email.raw()
    }

    fn name(&self) -> &str {
        self.name.raw()
    }

    fn inviter(&self) -> &str {
        self.inviter.raw()
    }

    fn status(&self) -> InvitationStatus {
        self.status
    }

    fn flags(&self) -> &[InvitationFlag] {
        &self.flags
    }

    fn roles(&self) -> Vec<&str> {
        self.roles.iter().map(|role| role.name.raw()).collect()
    }

    fn groups(&self) -> Vec<&str> {
        self.groups.iter().map(|group| group.name.raw()).collect()
    }
}

/// How many invitations there are. Those of the whole workspace are told whatever the filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationCount {
    /// Those that match the filter.
    pub matching: u64,
    /// Waiting for an answer.
    pub sent: u64,
    /// Past their expiry.
    pub expired: u64,
    /// Whose mail did not go out.
    pub failed: u64,
    /// Accepted, declined or cancelled.
    pub settled: u64,
    /// Open with at least one flag: what an administrator has to look at.
    pub attention: u64,
    /// When the clock alone changes these numbers next; none when it will not.
    pub turns_at: Option<Timestamp>,
}

impl InvitationCount {
    /// Those that are not settled.
    pub fn open(&self) -> u64 {
        self.sent + self.expired + self.failed
    }
}

/// An invitation's link, for whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationLink {
    /// To hand over to the invited.
    pub link: String,
}
