//! A change of many rows at once, as data (SPEC 6).
//!
//! One action, and the rows it is for. The backend makes a plan of it ([`super::plan`]): one
//! [`super::change::Change`] a row, each with what it does in effect; a job then makes those changes.

use super::{
    change::InviteDraft,
    edge::Terms,
    id::{FolderId, GroupId, JobId, RoleId},
    model::Effect,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// From this many rows on, a person types the count before the plan is run (SPEC 6: more than 20).
pub const CONFIRM_FROM: u64 = 21;

/// Rows that one plan takes at most.
pub const MAX_ROWS: usize = 200_000;

/// Filters that one selection has at most.
pub const MAX_FILTERS: usize = 100;

/// Which rows, each once, and never by their place in a list: what matches one of the filters or more, and what
/// is named. None where the action has its own: an invitation's drafts, a job to undo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// Everything that matches each of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<Matching>,
    /// These members or invitations as well, in the order of the plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<i64>,
}

/// Everything that matches a filter, but for some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// The filter (see [`super::filter`]); empty for all.
    pub filter: String,
    /// Identifiers left out of what it matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<i64>,
}

impl Selection {
    /// These rows alone.
    pub fn ids(ids: Vec<i64>) -> Self {
        Self { matching: Vec::new(), ids }
    }

    /// Everything that matches a filter.
    pub fn matching(filter: impl Into<String>) -> Self {
        Self { matching: vec![Matching { filter: filter.into(), except: Vec::new() }], ids: Vec::new() }
    }

    /// Whether it selects nothing, whatever there is.
    pub fn is_empty(&self) -> bool {
        self.matching.is_empty() && self.ids.is_empty()
    }

    /// How many rows it names one by one: those it is for, and those it leaves out.
    pub fn named(&self) -> usize {
        self.ids.len() + self.matching.iter().map(|one| one.except.len()).sum::<usize>()
    }
}

/// What is done to every row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum BulkAction {
    /// Give members exactly these roles.
    SetRoles {
        /// The roles after.
        roles: Vec<RoleId>,
        /// Of the new edges.
        #[serde(default)]
        terms: Terms,
    },
    /// Put members into groups.
    AddToGroups {
        /// Which.
        groups: Vec<GroupId>,
        /// Of the new edges.
        #[serde(default)]
        terms: Terms,
    },
    /// Take members out of groups.
    RemoveFromGroups {
        /// Which.
        groups: Vec<GroupId>,
        /// Why.
        #[serde(default)]
        reason: Option<Text>,
    },
    /// Allow or deny in a folder, for each member.
    Grant {
        /// Where.
        folder: FolderId,
        /// Key of what.
        capability: String,
        /// Allow or deny.
        effect: Effect,
        /// Of the edges.
        #[serde(default)]
        terms: Terms,
    },
    /// Close members out; their edges are kept.
    Deactivate {
        /// Why.
        #[serde(default)]
        reason: Option<Text>,
    },
    /// Take memberships; accounts and history stay.
    Remove {
        /// Why.
        #[serde(default)]
        reason: Option<Text>,
    },
    /// Ask people in.
    Invite {
        /// One a row.
        drafts: Vec<InviteDraft>,
    },
    /// New links for invitations; every earlier one is dead.
    Resend,
    /// Invitations away, with their pending members.
    Cancel {
        /// Why.
        #[serde(default)]
        reason: Option<Text>,
    },
    /// Take back what a job did, row by row, where nobody has changed it since.
    Undo {
        /// Which.
        job: JobId,
        /// Why.
        #[serde(default)]
        reason: Option<Text>,
    },
}

/// One action on many rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bulk {
    /// Which rows.
    #[serde(default)]
    pub on: Selection,
    /// What is done to each.
    #[serde(flatten)]
    pub action: BulkAction,
}

/// What the identifiers of a [`Selection`] name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Members.
    Members,
    /// Invitations.
    Invitations,
    /// Nothing: the action has its own.
    Given,
}

impl BulkAction {
    /// What it is done to.
    pub fn rows(&self) -> Rows {
        match self {
            Self::SetRoles { .. }
            | Self::AddToGroups { .. }
            | Self::RemoveFromGroups { .. }
            | Self::Grant { .. }
            | Self::Deactivate { .. }
            | Self::Remove { .. } => Rows::Members,
            Self::Resend | Self::Cancel { .. } => Rows::Invitations,
            Self::Invite { .. } | Self::Undo { .. } => Rows::Given,
        }
    }

    /// Whether a job of the action with this name can be taken back: a link that was sent cannot.
    pub fn is_undone(name: &str) -> bool {
        name != Self::Resend.name()
    }

    /// Its name, as the wire has it: `set_roles`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SetRoles { .. } => "set_roles",
            Self::AddToGroups { .. } => "add_to_groups",
            Self::RemoveFromGroups { .. } => "remove_from_groups",
            Self::Grant { .. } => "grant",
            Self::Deactivate { .. } => "deactivate",
            Self::Remove { .. } => "remove",
            Self::Invite { .. } => "invite",
            Self::Resend => "resend",
            Self::Cancel { .. } => "cancel",
            Self::Undo { .. } => "undo",
        }
    }

    /// Why, as the person said.
    pub fn reason(&self) -> Option<&Text> {
        match self {
            Self::SetRoles { terms, .. } | Self::AddToGroups { terms, .. } | Self::Grant { terms, .. } => {
                terms.reason.as_ref()
            }
            Self::RemoveFromGroups { reason, .. }
            | Self::Deactivate { reason }
            | Self::Remove { reason }
            | Self::Cancel { reason }
            | Self::Undo { reason, .. } => reason.as_ref(),
            Self::Invite { .. } | Self::Resend => None,
        }
    }
}
