//! Role packs: a catalogue, roles and policies as data (SPEC 2). A workspace is made from one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::capability::Capability;

/// Whether an invited person who has an account already joins at once or is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attach {
    /// Joins at once.
    Immediate,
    /// Must agree.
    Consent,
}

/// How many roles a member may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaxRoles {
    /// Exactly one.
    One,
    /// Any number.
    Many,
}

/// The rules a pack sets for its workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// Whether a workspace has exactly one owner.
    pub owner: bool,
    /// How many roles a member may hold.
    pub max_roles: MaxRoles,
    /// How an existing account joins.
    pub attach: Attach,
    /// How long an invitation lives, in days.
    pub invitation_ttl_days: i64,
    /// Fields that an invitation must have besides the e-mail: `name`.
    #[serde(default)]
    pub required_fields: Vec<String>,
    /// Whether organisation roles count for content (SPEC 3.7).
    pub inherit_org_roles: bool,
    /// Below this many administrators rolecall warns; below one it refuses.
    pub min_admins: u32,
    /// Key of the role a former owner gets.
    #[serde(default)]
    pub owner_successor_role: Option<String>,
    /// Domains of the organisation's own addresses; others get a warning. Empty: no warning.
    #[serde(default)]
    pub company_domains: Vec<String>,
    /// Features of the plan: `custom_roles`, `several_users`, `single_sign_on`, `audit_log`.
    #[serde(default)]
    pub features: Vec<String>,
}

/// A role as a pack describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRole {
    /// Its key.
    pub key: String,
    /// Its name on screen.
    pub name: String,
    /// Keys of what it holds; `["*"]` is everything.
    pub capabilities: Vec<String>,
}

/// A pack as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Its name: `signage`.
    pub name: String,
    /// Its catalogue, in the order shown.
    pub capabilities: Vec<Capability>,
    /// Its built-in roles, in the order shown. The owner is no role.
    pub roles: Vec<PackRole>,
    /// Roles of the organisation, if it has any.
    #[serde(default)]
    pub org_roles: Vec<PackRole>,
    /// Kinds of folder it knows.
    #[serde(default)]
    pub folder_kinds: Vec<String>,
    /// Its rules.
    pub policies: Policies,
}
