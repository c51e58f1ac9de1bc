//! The store: the only room with SQL, for SQLite and PostgreSQL.

mod accounts;
mod audit;
mod cursor;
mod error;
mod reads;
mod write;

pub use accounts::{Account, Session, TokenHash};
pub use audit::NewEvent;
pub use error::{Result, StoreError};
pub use reads::{Board, Invited};
pub use write::{Accepted, InvitationByToken, Outcome, Remembered, Scope, WriteTx};

use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        pack::Pack,
        time::Timestamp,
    },
    server::sample::Sample,
};

/// A database, open and of this program's schema. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and brings its schema up to date.
    /// Missing folders are made with mode 0700, a new database file with 0600.
    pub async fn open(url: &str) -> Result<Self> {
        let _ = url;
        todo!()
    }

    /// Waits for what runs and closes.
    pub async fn close(&self) {
        todo!()
    }

    /// A new workspace from a pack, with its owner (an account is made when the e-mail has none).
    pub async fn create_workspace(
        &self,
        pack: &Pack,
        name: &str,
        owner_email: &str,
        owner_name: &str,
        now: Timestamp,
    ) -> Result<(WorkspaceId, AccountId)> {
        let _ = (pack, name, owner_email, owner_name, now);
        todo!()
    }

    /// Writes a whole sample workspace; answers its id and its owner's account.
    pub async fn seed(&self, pack: &Pack, sample: &Sample, now: Timestamp) -> Result<(WorkspaceId, AccountId)> {
        let _ = (pack, sample, now);
        todo!()
    }
}
