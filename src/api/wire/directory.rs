//! Members, groups, roles, folders and grants as rows.

use super::list::Named;
use crate::domain::{
    edge::Edge,
    id::{AccountId, FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId},
    model::{Effect, MemberStatus, Subject},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberRow {
    /// The membership.
    pub id: MemberId,
    /// The person.
    pub account: AccountId,
    /// For `If-Match`.
    pub version: i64,
    /// Login.
    pub email: Text,
    /// Name; empty when not known yet.
    pub name: Text,
    /// State of the membership (`deactivated` also when the account is).
    pub status: MemberStatus,
    /// Whether this is the owner.
    pub owner: bool,
    /// Roles held.
    pub roles: Vec<Named<RoleId>>,
    /// Groups belonged to.
    pub groups: Vec<Named<GroupId>>,
    /// How many workspaces the person belongs to.
    pub workspaces: u32,
    /// Last sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// The live, expired or failed invitation of a pending member.
    pub invitation: Option<InvitationId>,
}

/// A group as a row of the list, and as a whole: groups are few.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupRow {
    /// Its identifier.
    pub id: GroupId,
    /// For `If-Match`.
    pub version: i64,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Keys of what it adds.
    pub capabilities: Vec<String>,
    /// Who leads it.
    pub leader: Option<Named<MemberId>>,
    /// How many members.
    pub members: u64,
}

/// A role, with what it gives and how many hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleRow {
    /// Its identifier.
    pub id: RoleId,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Keys of what it gives.
    pub capabilities: Vec<String>,
    /// Whether it came with the pack.
    pub builtin: bool,
    /// How many members hold it.
    pub members: u64,
    /// Whether the caller holds everything it gives, and so may assign it.
    pub assignable: bool,
}

/// A folder of the tree. The whole tree comes at once, parents before children, siblings by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderRow {
    /// Its identifier.
    pub id: FolderId,
    /// For `If-Match`; grows when a grant on it changes.
    pub version: i64,
    /// The folder it is in.
    pub parent: Option<FolderId>,
    /// Its name.
    pub name: Text,
    /// Its kind, in the pack's words.
    pub kind: String,
    /// Who owns it.
    pub owner: Option<Named<MemberId>>,
    /// Groups its fence lets through; empty when not fenced.
    pub fence: Vec<Named<GroupId>>,
    /// Live allows made on it.
    pub allows: u32,
    /// Live denies made on it.
    pub denies: u32,
}

/// A grant in a list: of a folder (its own and inherited ones) or of a member (own and by groups).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct GrantRow {
    /// Its identifier.
    pub id: GrantId,
    /// For `If-Match`.
    pub version: i64,
    /// The folder it was made on.
    pub folder: Named<FolderId>,
    /// The folder as a path, outermost first.
    pub path: Vec<Text>,
    /// Whether it comes from an ancestor of the folder asked about.
    pub inherited: bool,
    /// Whom it is for.
    pub subject: Subject,
    /// The subject's e-mail or group name.
    pub subject_name: Text,
    /// Key of what it is about.
    pub capability: String,
    /// Allow or deny.
    pub effect: Effect,
    /// Why, by whom, until when.
    pub edge: Edge,
    /// E-mail of whoever made it.
    pub granted_by: Option<Text>,
    /// The denies that override this allow, in the folder asked about (or its own).
    pub shadowed_by: Vec<GrantId>,
}
