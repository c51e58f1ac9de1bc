//! Writes: one transaction that holds the workspace, checks, applies, logs.

use super::{NewEvent, Result, Store, TokenHash};
use crate::{
    api::wire::{ImportRow, Imported},
    domain::{
        change::{Change, Checked, Facts},
        id::{AccountId, EventId, InvitationId, MemberId, WorkspaceId},
        model::Snapshot,
        time::Timestamp,
        untrusted::Text,
    },
};
use serde_json::Value;

/// Which members a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// These, the owner and everyone who might be an administrator.
    Members(Vec<MemberId>),
    /// Everyone.
    All,
}

/// What applying a change did, for the answer and the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The identifier of what was made.
    pub created: Option<i64>,
    /// The new version of what was changed, unless it is gone.
    pub version: Option<i64>,
    /// On whom or what, by name.
    pub target: Text,
    /// How it was.
    pub before: Value,
    /// How it is.
    pub after: Value,
    /// Why, as the change says.
    pub reason: Option<Text>,
}

/// The answer once given to a write, kept under its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Hash of the request's body.
    pub body_hash: String,
    /// HTTP status answered.
    pub status: u16,
    /// Body answered.
    pub response: String,
}

/// An invitation as its link shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationByToken {
    /// Which.
    pub id: InvitationId,
    /// Where to.
    pub workspace: WorkspaceId,
    /// The workspace's name.
    pub workspace_name: Text,
    /// To whom.
    pub email: Text,
    /// Name, if known.
    pub name: Text,
    /// Who asked; their account, to check that they still may.
    pub inviter: Option<AccountId>,
    /// Whether the person has a password already.
    pub has_password: bool,
    /// When the link dies.
    pub expires_at: Timestamp,
}

/// What accepting did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Whose account.
    pub account: AccountId,
    /// The membership, now active.
    pub member: MemberId,
    /// Where.
    pub workspace: WorkspaceId,
}

/// A write in the making: holds the workspace against other writers until committed or dropped.
#[derive(Debug)]
pub struct WriteTx {}

#[expect(unused_variables, reason = "bodies follow")]
impl Store {
    /// Begins a write of a workspace.
    pub async fn begin(&self, ws: WorkspaceId) -> Result<WriteTx> {
        todo!()
    }
    /// The live invitation of a link; fetching it uses nothing up.
    pub async fn invitation_by_token(&self, token: &TokenHash, now: Timestamp) -> Result<Option<InvitationByToken>> {
        todo!()
    }
    /// Accepts once: a settled, expired or replaced link is a conflict. `password_hash` for an account without one.
    pub async fn accept_invitation(
        &self,
        token: &TokenHash,
        password_hash: Option<&str>,
        name: Option<&str>,
        now: Timestamp,
    ) -> Result<Accepted> {
        todo!()
    }
    /// Logs what has expired since, once; answers how many.
    pub async fn expire_due(&self, now: Timestamp) -> Result<u64> {
        todo!()
    }
}

#[expect(unused_variables, reason = "bodies follow")]
impl WriteTx {
    /// As [`Store::snapshot`], of this transaction.
    pub async fn snapshot(&mut self, scope: &Scope, now: Timestamp) -> Result<Snapshot> {
        todo!()
    }
    /// As [`Store::scope_of`].
    pub async fn scope_of(&mut self, change: &Change, actor: MemberId) -> Result<Scope> {
        todo!()
    }
    /// As [`Store::facts`].
    pub async fn facts(&mut self, change: &Change, now: Timestamp) -> Result<Facts> {
        todo!()
    }
    /// The version that `If-Match` must name (see `api::backend::Precondition`); none when it is not there.
    pub async fn version_of(&mut self, change: &Change) -> Result<Option<i64>> {
        todo!()
    }
    /// Makes a change that was checked. `token` is the hash of the new link's token, for an invitation made or sent
    /// again.
    pub async fn apply(
        &mut self,
        change: &Change,
        actor: AccountId,
        checked: &Checked,
        token: Option<&TokenHash>,
        now: Timestamp,
    ) -> Result<Outcome> {
        todo!()
    }
    /// Brings people in, who must have been checked: e-mails new to the workspace, roles and groups known by name.
    pub async fn import(
        &mut self,
        rows: &[ImportRow],
        create_groups: bool,
        actor: AccountId,
        now: Timestamp,
    ) -> Result<Imported> {
        todo!()
    }
    /// Adds an event to the workspace's chain.
    pub async fn append_audit(&mut self, event: NewEvent) -> Result<EventId> {
        todo!()
    }
    /// The answer kept under this key.
    pub async fn recall(&mut self, account: AccountId, key: &str) -> Result<Option<Remembered>> {
        todo!()
    }
    /// Keeps an answer under a key, for a day at least.
    pub async fn remember(&mut self, account: AccountId, key: &str, answer: &Remembered, now: Timestamp) -> Result<()> {
        todo!()
    }
    /// The revision that the workspace will have after this write.
    pub fn revision(&self) -> i64 {
        todo!()
    }
    /// Keeps everything.
    pub async fn commit(self) -> Result<()> {
        todo!()
    }
}
