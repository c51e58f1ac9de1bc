//! Every change a person can make, as data, and the rules that it must pass (SPEC 4).
//!
//! One way to do a thing: the console previews a [`Change`], the server checks the same value with
//! [`check`] inside the transaction, the store applies it, the audit log records it.

mod check;
mod facts;
mod fields;
mod ground;
mod guards;
mod handing;
mod outcome;
mod restore;
mod rules;
mod sketch;

use super::{
    edge::Terms,
    id::{FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId},
    invitation::InvitationStatus,
    model::{Effect, Subject},
    plan::Delta,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use check::{check, may, member_of};
pub use facts::{AccountFacts, Facts, InvitationFacts};
pub use fields::{MAX_MESSAGE, MAX_NAME, MAX_REASON, TTL_DAYS, name_fault};
pub use outcome::{Checked, Refusal, Warning};
pub(super) use {
    ground::Ground,
    guards::{Administrators, provider_edges_of_one_stay},
    handing::{Handing, Own},
    rules::{Row, Rules},
    sketch::{Sketch, new_id},
};

/// One change of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Give a member exactly these roles.
    SetRoles {
        /// Whose.
        member: MemberId,
        /// The roles after.
        roles: Vec<RoleId>,
        /// Of the new edges.
        terms: Terms,
    },
    /// Take the membership; account and history stay.
    Remove {
        /// Who.
        member: MemberId,
        /// Why.
        reason: Option<Text>,
    },
    /// One member into and out of groups.
    SetGroups {
        /// Who.
        member: MemberId,
        /// Into these.
        add: Vec<GroupId>,
        /// Out of these.
        remove: Vec<GroupId>,
        /// Of the new edges.
        terms: Terms,
    },
    /// A member closed out; edges are kept.
    Deactivate {
        /// Who.
        member: MemberId,
        /// Why.
        reason: Option<Text>,
    },
    /// A member let in again, with the edges that live.
    Reactivate {
        /// Who.
        member: MemberId,
        /// Why.
        reason: Option<Text>,
    },
    /// What a job did to a member, taken back exactly. Made by the backend from what it kept of the job,
    /// never from a request: edges come back with whoever granted them.
    Restore {
        /// What is done.
        delta: Box<Delta>,
        /// Why.
        reason: Option<Text>,
    },
    /// An invitation that a job cancelled, open again as it was, but for the link that was sent: that one
    /// stays dead, and there is a new one. Made by the backend as [`Change::Restore`] is, for the undo alone.
    ReopenInvitation {
        /// Which.
        invitation: InvitationId,
        /// The state it was in.
        status: InvitationStatus,
        /// Its end.
        expires_at: Timestamp,
        /// The pending membership behind it, coming back.
        delta: Box<Delta>,
        /// Why.
        reason: Option<Text>,
    },
    /// A new name for a person.
    Rename {
        /// Who.
        member: MemberId,
        /// The name after.
        name: Text,
    },
    /// Hand the workspace to another active member.
    Transfer {
        /// The new owner's e-mail, typed.
        email: Text,
        /// Why.
        reason: Option<Text>,
    },
    /// A new group.
    CreateGroup(GroupDraft),
    /// A group's name, purpose, leader and capabilities after.
    EditGroup {
        /// Which.
        group: GroupId,
        /// How it is after.
        draft: GroupDraft,
    },
    /// A group away, with its grants and fences.
    DeleteGroup {
        /// Which.
        group: GroupId,
        /// Why.
        reason: Option<Text>,
    },
    /// Members into and out of a group.
    SetGroupMembers {
        /// Which.
        group: GroupId,
        /// Into it.
        add: Vec<MemberId>,
        /// Out of it.
        remove: Vec<MemberId>,
        /// Of the new edges.
        terms: Terms,
    },
    /// Allow or deny in a folder and all below it.
    Grant {
        /// Where.
        folder: FolderId,
        /// For whom.
        subject: Subject,
        /// Key of what.
        capability: String,
        /// Allow or deny.
        effect: Effect,
        /// Of the edge.
        terms: Terms,
    },
    /// A grant's reason, expiry and review date after.
    EditGrant {
        /// Which.
        grant: GrantId,
        /// How they are after.
        terms: Terms,
    },
    /// A grant away.
    Revoke {
        /// Which.
        grant: GrantId,
        /// Why.
        reason: Option<Text>,
    },
    /// Ask somebody in.
    Invite(InviteDraft),
    /// A new link, a new expiry; every earlier link is dead.
    ResendInvitation {
        /// Which.
        invitation: InvitationId,
    },
    /// The link dead, the pending member gone.
    CancelInvitation {
        /// Which.
        invitation: InvitationId,
        /// Why.
        reason: Option<Text>,
    },
    /// A pending invitation's roles, groups and expiry after.
    EditInvitation {
        /// Which.
        invitation: InvitationId,
        /// Its roles after.
        roles: Vec<RoleId>,
        /// Its groups after.
        groups: Vec<GroupId>,
        /// Its expiry after; unchanged when none.
        ttl_days: Option<i64>,
    },
}

impl Change {
    /// Its name, as the wire and the audit log have it: `set_roles`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SetRoles { .. } => "set_roles",
            Self::Remove { .. } => "remove",
            Self::SetGroups { .. } => "set_groups",
            Self::Deactivate { .. } => "deactivate",
            Self::Reactivate { .. } => "reactivate",
            Self::Restore { .. } => "restore",
            Self::ReopenInvitation { .. } => "reopen_invitation",
            Self::Rename { .. } => "rename",
            Self::Transfer { .. } => "transfer",
            Self::CreateGroup(_) => "create_group",
            Self::EditGroup { .. } => "edit_group",
            Self::DeleteGroup { .. } => "delete_group",
            Self::SetGroupMembers { .. } => "set_group_members",
            Self::Grant { .. } => "grant",
            Self::EditGrant { .. } => "edit_grant",
            Self::Revoke { .. } => "revoke",
            Self::Invite(_) => "invite",
            Self::ResendInvitation { .. } => "resend_invitation",
            Self::CancelInvitation { .. } => "cancel_invitation",
            Self::EditInvitation { .. } => "edit_invitation",
        }
    }

    /// Why, as the person said.
    pub fn reason(&self) -> Option<&Text> {
        match self {
            Self::SetRoles { terms, .. }
            | Self::SetGroups { terms, .. }
            | Self::SetGroupMembers { terms, .. }
            | Self::Grant { terms, .. }
            | Self::EditGrant { terms, .. } => terms.reason.as_ref(),
            Self::Remove { reason, .. }
            | Self::Deactivate { reason, .. }
            | Self::Reactivate { reason, .. }
            | Self::Restore { reason, .. }
            | Self::ReopenInvitation { reason, .. }
            | Self::Transfer { reason, .. }
            | Self::DeleteGroup { reason, .. }
            | Self::Revoke { reason, .. }
            | Self::CancelInvitation { reason, .. } => reason.as_ref(),
            Self::Rename { .. }
            | Self::CreateGroup(_)
            | Self::EditGroup { .. }
            | Self::Invite(_)
            | Self::ResendInvitation { .. }
            | Self::EditInvitation { .. } => None,
        }
    }
}

/// A group as a person fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupDraft {
    /// Its name.
    pub name: Text,
    /// What it is for.
    #[serde(default)]
    pub description: Text,
    /// Keys of what it adds.
    pub capabilities: Vec<String>,
    /// Who may manage its members.
    #[serde(default)]
    pub leader: Option<MemberId>,
}

/// An invitation as a person fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InviteDraft {
    /// To whom.
    pub email: Text,
    /// Their name, if known.
    #[serde(default)]
    pub name: Option<Text>,
    /// Roles they will hold.
    pub roles: Vec<RoleId>,
    /// Groups they will belong to.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// A word from the inviter.
    #[serde(default)]
    pub message: Option<Text>,
    /// Days until the link is dead; the pack's default when none.
    #[serde(default)]
    pub ttl_days: Option<i64>,
}
