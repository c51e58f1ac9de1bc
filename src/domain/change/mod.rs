//! Every change a person can make, as data, and the rules that it must pass (SPEC 4).
//!
//! A kind of change is one file here: its fields and, by [`Rules`], what it needs, whom it is of, what must be read for
//! it, whether it is filled in right, and what it does as a [`Delta`]. Planner, store, audit log, undo, wire and
//! console work on that and name no kinds: [`Kind`] lists them once.

mod cancel;
mod create_folder;
mod create_group;
mod deactivate;
mod delete_group;
mod delta;
mod edit_grant;
mod edit_group;
mod edit_invitation;
mod edits;
mod escalation;
mod facts;
mod fields;
mod grant;
mod group_members;
mod guards;
mod import;
mod invite;
mod reactivate;
mod refusal;
mod remove;
mod rename;
mod resend;
mod revoke;
mod rule_index;
mod rules;
mod selection;
mod set_groups;
mod set_roles;
mod thing;
mod transfer;
mod undo;

use super::{id::ChangeId, time::Timestamp, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use cancel::Cancel;
pub use create_folder::CreateFolder;
pub use create_group::CreateGroup;
pub use deactivate::Deactivate;
pub use delete_group::DeleteGroup;
pub use delta::{About, Delta, Edit, FolderRecord, GroupRecord, InvitationRecord, Membership};
pub use edit_grant::EditGrant;
pub use edit_group::{EditGroup, GroupDraft};
pub use edit_invitation::EditInvitation;
pub use facts::{AccountFacts, Facts};
pub use fields::{MAX_MESSAGE, MAX_NAME, MAX_REASON, TTL_DAYS, name_fault};
pub use grant::{Grant, To};
pub use group_members::GroupMembers;
pub use import::{Import, Person};
pub use invite::{Invite, InviteDraft};
pub use reactivate::Reactivate;
pub use refusal::{Class, Field, Override, Refusal, Warning, What};
pub use remove::Remove;
pub use rename::Rename;
pub use resend::Resend;
pub use revoke::Revoke;
pub use rules::{AnyOf, Asks, Needs, Rows, Rules, Target, Touch, Versioned};
pub use selection::{Matching, Selection};
pub use set_groups::SetGroups;
pub use set_roles::SetRoles;
pub use thing::{Sides, Thing, Things};
pub use transfer::Transfer;
pub use undo::{Restore, Since, Undo};
pub(super) use {
    escalation::{Escalation, Own},
    guards::{Administrators, provider_edges_stay},
    rule_index::RuleIndex,
    rules::Cx,
};

/// Rows that one change has at most.
pub const MAX_ROWS: usize = 200_000;

/// Filters that one selection has at most.
pub const MAX_FILTERS: usize = 100;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $tag:literal),+ $(,)?) => {
        /// What is done to each row of a change, with its fields.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(tag = "action", rename_all = "snake_case")]
        pub enum Kind {
            $($(#[$doc])* $name($name)),+
        }

        impl Kind {
            /// The rules of this kind.
            pub fn rules(&self) -> &dyn Rules {
                match self { $(Self::$name(kind) => kind),+ }
            }

            /// Its name, as the wire and the audit log have it: `set_roles`.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => $tag),+ }
            }

            /// The names of all kinds.
            pub const NAMES: &'static [&'static str] = &[$($tag),+];
        }

        $(impl From<$name> for Kind {
            fn from(kind: $name) -> Self {
                Self::$name(kind)
            }
        })+
    };
}

kinds! {
    /// Give members exactly these roles.
    SetRoles = "set_roles",
    /// Put members into groups and take them out of others.
    SetGroups = "set_groups",
    /// Put members into one group and take others out of it.
    GroupMembers = "group_members",
    /// Deactivate memberships; their edges stay.
    Deactivate = "deactivate",
    /// Reactivate memberships with the edges that live.
    Reactivate = "reactivate",
    /// Remove memberships; accounts and history stay.
    Remove = "remove",
    /// A new name for a person.
    Rename = "rename",
    /// Hand the workspace to another member.
    Transfer = "transfer",
    /// A new group.
    CreateGroup = "create_group",
    /// A group's name, description, leader and capabilities.
    EditGroup = "edit_group",
    /// Delete groups with their grants and fences.
    DeleteGroup = "delete_group",
    /// A new folder.
    CreateFolder = "create_folder",
    /// Allow or deny one capability in a folder and all below it.
    Grant = "grant",
    /// A grant's reason, expiry and review date.
    EditGrant = "edit_grant",
    /// Take grants away.
    Revoke = "revoke",
    /// Invite people, one a row.
    Invite = "invite",
    /// Bring people in, one a row.
    Import = "import",
    /// New links for invitations; every earlier link is dead.
    Resend = "resend",
    /// Cancel invitations and remove their pending members.
    Cancel = "cancel",
    /// An invitation's roles, groups and expiry.
    EditInvitation = "edit_invitation",
    /// Take back what a change did, row by row, where nobody has changed it since.
    Undo = "undo",
    /// One row of an undo. Made from the audit log, never from a request.
    #[serde(skip)]
    #[schema(no_recursion)]
    Restore = "restore",
}

/// What somebody asks for at once: a kind of change, and the rows it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// Which rows; none where the kind brings its own.
    #[serde(default, skip_serializing_if = "Selection::is_empty")]
    pub on: Selection,
    /// What is done to each.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Request {
    /// For one row.
    pub fn one(id: i64, kind: impl Into<Kind>) -> Self {
        Self { on: Selection::ids(vec![id]), kind: kind.into() }
    }

    /// Of a kind that brings its own rows.
    pub fn given(kind: impl Into<Kind>) -> Self {
        Self { on: Selection::default(), kind: kind.into() }
    }

    /// Why, as the person said.
    pub fn reason(&self) -> Option<&Text> {
        self.kind.rules().reason()
    }

    /// The change that it takes back.
    pub fn undoes(&self) -> Option<ChangeId> {
        match self.kind.rules().rows() {
            Rows::Of(change) => Some(change),
            Rows::Each | Rows::Given(_) => None,
        }
    }
}

/// One row: what it is of, and what is done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The member, group, grant or invitation; none for something new.
    pub target: Option<i64>,
    /// Its name, where the row brings it.
    pub name: Option<Text>,
    /// What is done.
    pub kind: std::sync::Arc<Kind>,
}

impl Row {
    /// A number by which what it does, planned at `now`, is known again whenever it is planned.
    pub fn fingerprint(&self, delta: &Delta, now: Timestamp) -> i64 {
        delta.fingerprint(if let Kind::Restore(_) = *self.kind { None } else { Some(now) })
    }
}
