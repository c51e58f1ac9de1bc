//! What a backend can do, who is asking, and the workspace they are in.

use super::list::Named;
use crate::domain::{
    capability::Capability,
    id::{AccountId, MemberId, WorkspaceId},
    pack::Policies,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What this backend can do; the console hides or explains what it cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Features {
    /// Groups.
    pub groups: bool,
    /// Folders and grants.
    pub folders: bool,
    /// Invitations.
    pub invitations: bool,
    /// Previews of changes.
    pub previews: bool,
    /// Effective access and explanations.
    pub explain: bool,
    /// Transfer of ownership.
    pub transfer: bool,
    /// The audit log.
    pub audit: bool,
    /// Import of people.
    pub import: bool,
    /// Plans and changes: bulk changes.
    pub changes: bool,
}

impl Default for Features {
    /// Nothing: what a backend does not name, it lacks.
    fn default() -> Self {
        Self {
            groups: false,
            folders: false,
            invitations: false,
            previews: false,
            explain: false,
            transfer: false,
            audit: false,
            import: false,
            changes: false,
        }
    }
}

impl Features {
    /// Everything: rolecall's own backend.
    pub const ALL: Self = Self {
        groups: true,
        folders: true,
        invitations: true,
        previews: true,
        explain: true,
        transfer: true,
        audit: true,
        import: true,
        changes: true,
    };
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The caller's account.
    pub account: AccountId,
    /// Login.
    pub email: Text,
    /// Name.
    pub name: Text,
    /// Whether a password is set; without one only a fresh sign-in confirms a transfer.
    pub has_password: bool,
    /// The workspaces the caller is an active member of.
    pub workspaces: Vec<Named<WorkspaceId>>,
}

/// A workspace, its catalogue, and what the caller may do in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Workspace {
    /// Its identifier.
    pub id: WorkspaceId,
    /// Its name.
    pub name: Text,
    /// The pack it was made from.
    pub pack: String,
    /// For `If-Match`.
    pub version: i64,
    /// Grows with every write in the workspace.
    pub revision: i64,
    /// All capabilities, in the order shown.
    pub capabilities: Vec<Capability>,
    /// The pack's rules.
    pub policies: Policies,
    /// The caller's membership; none for an organisation administrator from outside.
    pub my_member: Option<MemberId>,
    /// Whether the caller owns it.
    pub my_owner: bool,
    /// Keys of what the caller holds across the workspace.
    pub my_capabilities: Vec<String>,
    /// Members of any status.
    pub members: u64,
}
