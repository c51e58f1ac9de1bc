//! What a change would do, what it did, and how the log keeps it.

use super::{access::Source, list::Named};
use crate::domain::{
    change::Warning,
    id::{EventId, FolderId, JobId, MemberId},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one change does to one member, in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectRow {
    /// Who.
    pub member: Named<MemberId>,
    /// What they gain.
    pub gains: Vec<EffectItem>,
    /// What they lose.
    pub loses: Vec<EffectItem>,
    /// What the change takes from one source and another still gives.
    pub stays: Vec<Kept>,
}

/// A capability gained or lost.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct EffectItem {
    /// Its key.
    pub capability: String,
    /// Where; none for across the workspace.
    pub folder: Option<Named<FolderId>>,
}

/// A capability that stays, and what still gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    /// Its key.
    pub capability: String,
    /// Names of what still gives it: `group Content Team` as kind and name.
    pub via: Vec<Source>,
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Members whose access changes, or stays by another source; the first [`MAX_PAGE`](super::MAX_PAGE).
    pub rows: Vec<EffectRow>,
    /// How many members gain something.
    pub gain: u64,
    /// How many lose something.
    pub lose: u64,
    /// Things to know before.
    pub warnings: Vec<Warning>,
    /// The revision it was made from.
    pub revision: i64,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Applied {
    /// Its event in the audit log.
    pub event: EventId,
    /// The workspace's revision after it.
    pub revision: i64,
    /// The new version of what was changed, unless it is gone.
    pub version: Option<i64>,
    /// The identifier of what was made, if anything was.
    pub created: Option<i64>,
    /// The invitation's link; kept nowhere, and made again for whoever made it alone.
    pub link: Option<String>,
    /// Things to know after.
    pub warnings: Vec<Warning>,
}

/// One event of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEvent {
    /// Its place in the log.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who, by e-mail at that time.
    pub actor: Text,
    /// What: the change's name, `set_roles`.
    pub action: String,
    /// On whom or what, by name at that time.
    pub target: Text,
    /// How it was.
    pub before: serde_json::Value,
    /// How it is.
    pub after: serde_json::Value,
    /// Why.
    pub reason: Option<Text>,
    /// The bulk change that it was part of.
    #[serde(default)]
    pub job: Option<JobId>,
    /// SHA-256 over the event and the hash before it, hexadecimal.
    pub hash: String,
}
