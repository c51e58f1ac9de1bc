//! The store: the only room with SQL, for SQLite and PostgreSQL.

mod accounts;
mod apply;
mod audit;
mod bulk;
mod catalogue;
mod clock;
mod cursor;
mod edges;
mod error;
mod facts;
mod filter;
mod folders;
mod import;
mod invitations;
mod members;
mod open;
mod seed;
mod snapshot;
mod sql;
mod workspaces;
mod write;

pub use accounts::{Account, Session, TokenHash};
pub use audit::NewEvent;
pub use clock::Accepted;
pub use error::{Result, StoreError};
pub use invitations::{Board, InvitationByToken, Invited};
pub use snapshot::Scope;
pub use write::{Outcome, Remembered, WriteTx};

use sqlx::AnyPool;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A database, open and of this program's schema. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    dialect: sql::Dialect,
    /// Whose turn it is to write, on SQLite.
    writer: Arc<Mutex<()>>,
}
