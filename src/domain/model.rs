//! A workspace as the rules see it: plain data, whole or cut to the members a question is about.
//!
//! The server loads a [`Snapshot`] inside the transaction that will change it; the rules
//! ([`super::access`], [`super::change`]) read it and never anything else.

use super::{
    capability::{Cap, CapSet, Catalogue},
    edge::Edge,
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId},
    pack::Policies,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Everything a decision may depend on.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What capabilities there are.
    pub catalogue: Arc<Catalogue>,
    /// The rules of the workspace's pack.
    pub policies: Arc<Policies>,
    /// All roles of the workspace.
    pub roles: Vec<Role>,
    /// All groups of the workspace.
    pub groups: Vec<Group>,
    /// All folders; a parent may come after its children.
    pub folders: Vec<Folder>,
    /// All fences.
    pub fences: Vec<Fence>,
    /// Grants of every group and of the members loaded.
    pub grants: Vec<Grant>,
    /// The members loaded: all of them, or those that the question is about.
    pub members: Vec<Member>,
}

/// A named bundle of capabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its identifier.
    pub id: RoleId,
    /// Its key in the pack, or one made from the name.
    pub key: String,
    /// Its name on screen.
    pub name: Text,
    /// What it gives.
    pub capabilities: CapSet,
    /// Whether it came with the pack.
    pub builtin: bool,
}

/// Capabilities added on top of every member's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its identifier.
    pub id: GroupId,
    /// Its name; unique in the workspace, compared case-insensitively.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// What it adds.
    pub capabilities: CapSet,
    /// Who may manage its members.
    pub leader: Option<MemberId>,
}

/// A node of the folder tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its identifier.
    pub id: FolderId,
    /// The folder it is in; none for a root.
    pub parent: Option<FolderId>,
    /// Its name; unique among its siblings.
    pub name: Text,
    /// One of the pack's kinds of folder.
    pub kind: Text,
    /// Who answers for it.
    pub owner: Option<MemberId>,
}

/// A folder closed to everyone but one group; several on a folder let any of those groups in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The folder closed.
    pub folder: FolderId,
    /// A group let through.
    pub group: GroupId,
    /// Why and until when; an expired fence does not exist.
    pub edge: Edge,
}

/// Whom a grant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Subject {
    /// One member.
    Member(MemberId),
    /// Every member of a group.
    Group(GroupId),
}

/// What a grant does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Gives the capability in the folder and below.
    Allow,
    /// Refuses it there, whatever else allows it.
    Deny,
}

impl Effect {
    /// Its name, as it is stored and told.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// Allow or deny of one capability, for one subject, in a folder and all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its identifier.
    pub id: GrantId,
    /// Where it begins.
    pub folder: FolderId,
    /// Whom it is for.
    pub subject: Subject,
    /// What it is about.
    pub capability: Cap,
    /// Allow or deny.
    pub effect: Effect,
    /// Why and until when.
    pub edge: Edge,
}

/// The state of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// May sign in and act.
    Active,
    /// Invited, not yet accepted.
    Pending,
    /// Closed out; edges are kept.
    Deactivated,
}

impl MemberStatus {
    /// Its name, as it is stored and told.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Deactivated => "deactivated",
        }
    }
}

/// A role held in the organisation as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgRole {
    /// Its name: `Super Admin`.
    pub name: Text,
    /// What it gives, in this workspace's catalogue.
    pub capabilities: CapSet,
    /// Why and until when.
    pub edge: Edge,
}

/// A membership with its edges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its identifier.
    pub id: MemberId,
    /// The person.
    pub account: AccountId,
    /// The person's login.
    pub email: Text,
    /// The membership's state.
    pub status: MemberStatus,
    /// Since when it is there.
    pub joined_at: Timestamp,
    /// Whether the account is active in the organisation.
    pub account_active: bool,
    /// Whether the account has a way to sign in (a password or a provider).
    pub can_sign_in: bool,
    /// Whether this is the workspace's owner.
    pub owner: bool,
    /// Roles held.
    pub roles: Vec<(RoleId, Edge)>,
    /// Groups belonged to.
    pub groups: Vec<(GroupId, Edge)>,
    /// Capabilities given directly, across the workspace.
    pub direct: Vec<(Cap, Edge)>,
    /// Roles held in the organisation.
    pub org_roles: Vec<OrgRole>,
}

impl Member {
    /// Whether account and membership are both active (SPEC 3.1).
    pub fn active(&self) -> bool {
        self.account_active && self.status == MemberStatus::Active
    }
}
