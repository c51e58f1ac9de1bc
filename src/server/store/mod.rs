//! The store: the only room with SQL, for SQLite and PostgreSQL.
//!
//! It keeps what it is told and answers what it is asked; who may do what is the domain's matter,
//! asked by the services inside the transaction that [`Store::begin`] opens. What SQL itself keeps:
//! one owner a workspace, one open invitation a workspace and address, unique names.
//!
//! # Why sqlx, and its `Any` driver
//!
//! One code path has to serve SQLite (embedded) and PostgreSQL (a team's server), with statements
//! that are put together while running: filters, orders, pages cut by key. Measured on two shared
//! cores, one update and one audit insert a row, 100 000 rows in transactions of 1 000:
//!
//! | | updates and inserts | one pair a transaction | bulk insert, 100 000 rows | read 100 000 rows |
//! |---|---|---|---|---|
//! | sqlx `Any`, SQLite | 6.7 s | 0.41 ms | 0.07 s (1.1 s with numbered parameters) | 0.22 s |
//! | rusqlite | 0.29 s | 0.04 ms | 0.09 s | 0.03 s |
//! | sqlx `Any`, PostgreSQL on loopback | 24 s | 0.6 ms | 0.3 s | 0.16 s |
//!
//! rusqlite is faster row by row, having no thread between caller and database, and would mean a
//! second implementation of everything for PostgreSQL. A request costs far more than the 34 µs of a
//! statement, and what is large here (imports, samples) goes in many rows a statement, where sqlx is
//! as fast. SeaORM was judged on paper: it adds its own layers to compile, and filters and pages
//! would be written against its raw statements anyway. `Any` needs some care, all of it in `sql`:
//! no booleans or JSON columns, and SQLite's `?` in place of `$1`, which it looks up by name.
//!
//! # How it is kept consistent
//!
//! SQLite: WAL, foreign keys, one writer at a time (taking turns in the process, `BEGIN IMMEDIATE`
//! and a queue with others, see `queue`). PostgreSQL: a writer locks its workspace's row. Reads of more
//! than one statement see one state. Every write of a workspace makes its revision grow by one.

mod accounts;
mod apply;
mod audit;
mod bulk;
mod catalogue;
mod changes;
mod clock;
mod cursor;
mod edges;
mod error;
mod facts;
mod filter;
mod folders;
mod invitations;
mod list;
mod members;
mod open;
mod queue;
mod reading;
mod seed;
mod snapshot;
mod sql;
mod versions;
mod workspaces;
mod write;

pub use accounts::{Account, Session, TokenHash};
pub use apply::Link;
pub use audit::{Chain, NewEvent};
pub use changes::{ChangeRecord, DoneRow, LEASE, NewChange, NewResult, NewRow, PendingRow, What};
pub use clock::Accepted;
pub use error::{Result, StoreError};
pub use invitations::InvitationByToken;
pub use list::Selected;
pub use reading::{ReadTx, Reading};
pub use snapshot::Scope;
pub use write::{Remembered, WriteTx};

use sqlx::AnyPool;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A database, open and of this program's schema. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    /// Where writes go: on SQLite a connection of their own, which still knows at the next write what it read
    /// and wrote at the last, while those that read must begin anew after each; elsewhere the same pool.
    writes: AnyPool,
    dialect: sql::Dialect,
    /// The file that was opened; none in memory and on servers.
    file: Option<Arc<open::File>>,
    /// Whose turn it is to write, on SQLite.
    writer: Arc<Mutex<()>>,
    /// Boards of invitations as they were counted last.
    boards: invitations::count::Boards,
}
