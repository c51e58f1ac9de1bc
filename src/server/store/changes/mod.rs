//! Changes as they are recorded: what was asked for, its rows, and how each ended.
//!
//! A row is pending until it has a result. Whoever works on a change writes results in the transaction that holds the
//! workspace and makes what they tell of, so that no row is made twice, be it in one process or in two on the same
//! database.

mod read;
mod write;

use crate::domain::{
    change::{Request, Things},
    id::{AccountId, ChangeId},
    plan::RowOutcome,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};

pub use read::{ChangeRecord, DoneRow, LEASE};

/// A change to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    pub actor: AccountId,
    /// The request's idempotency key: an account's for ever.
    pub key: String,
    /// Hash of the request.
    pub body_hash: String,
    pub request: Request,
    /// What is told of it.
    pub what: What,
    /// Its one row's name.
    pub name: Option<Text>,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    pub at: Timestamp,
}

/// What a change does to its rows, in names at that time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct What {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comes: Things,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goes: Things,
}

/// A row of a change to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Its place in the request.
    pub item: i64,
    /// What it is of; none for something new.
    pub target: Option<i64>,
    pub name: Text,
    /// What the plan says it does, by its fingerprint; or why it is left out.
    pub planned: Result<i64, RowOutcome>,
}

/// A row that is pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRow {
    /// Its number, from 1.
    pub number: i64,
    pub item: i64,
    pub target: Option<i64>,
    pub name: Text,
    pub fingerprint: i64,
}

/// How a row ended that was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResult {
    pub number: i64,
    pub outcome: RowOutcome,
}
