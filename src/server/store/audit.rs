//! The audit log: a hash chain for each workspace.

use super::{Result, Store};
use crate::{
    api::wire::{AuditEvent, Page, PageQuery},
    domain::{
        id::{AccountId, WorkspaceId},
        time::Timestamp,
        untrusted::Text,
    },
};
use serde_json::Value;

/// An event to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// Who; none for what the clock did.
    pub actor: Option<AccountId>,
    /// The change's name: `set_roles`.
    pub action: String,
    /// On whom or what, by name.
    pub target: Text,
    /// How it was.
    pub before: Value,
    /// How it is.
    pub after: Value,
    /// Why.
    pub reason: Option<Text>,
}

impl Store {
    /// A page of the log, newest first. Filter: words looked for in actor, action and target.
    pub async fn audit(&self, ws: WorkspaceId, query: &PageQuery) -> Result<Page<AuditEvent>> {
        let _ = (ws, query);
        todo!()
    }

    /// Reads the whole chain; the first event that does not follow is the error.
    pub async fn verify_audit(&self, ws: WorkspaceId) -> Result<u64> {
        let _ = ws;
        todo!()
    }
}
