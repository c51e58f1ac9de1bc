//! Identifiers: one type per kind of thing, so that a role can never be passed for a group.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// An account: a person of the organisation.
    AccountId,
    /// A workspace: a tenant, a client, a brand.
    WorkspaceId,
    /// A membership: an account in a workspace.
    MemberId,
    /// A role of a workspace.
    RoleId,
    /// A group of a workspace.
    GroupId,
    /// A folder of a workspace's tree.
    FolderId,
    /// An allow or a deny in a folder.
    GrantId,
    /// A pending way in.
    InvitationId,
    /// What somebody changed at once: its plan, rows, results and undo.
    ChangeId,
    /// An event of the audit log.
    EventId,
}
