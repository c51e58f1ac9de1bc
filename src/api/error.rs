//! What can go wrong between console and backend, by what a person can do about it.

use super::wire::ImportFault;
use crate::domain::{change::Refusal, untrusted::Text};
use std::time::Duration;

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The backend was not reached, or the connection broke: whether a write arrived is known only
    /// by asking again with the same idempotency key.
    #[error("cannot reach the backend: {0}")]
    Offline(String),
    /// Not signed in, or no longer.
    #[error("not signed in")]
    Unauthorised,
    /// The backend refuses, by code: rights, invariants, a field. `words::refusal` has the sentence.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// Changed by someone else since it was read.
    #[error("{0}")]
    Stale(Text),
    /// What is there stands against it, and no code says so.
    #[error("{message}")]
    Conflict {
        /// The field it stands against, as the wire names it; none when the whole is meant.
        field: Option<String>,
        /// One sentence.
        message: Text,
    },
    /// A field is not as it must be, and no code says so.
    #[error("{message}")]
    Invalid {
        /// The field, as the wire names it; none when the whole is meant.
        field: Option<String>,
        /// One sentence.
        message: Text,
        /// Faults by place, of an import.
        faults: Vec<ImportFault>,
    },
    /// Not there (any more).
    #[error("{0}")]
    Missing(Text),
    /// Too many requests.
    #[error("too many requests; try again in {} s", .0.as_secs())]
    Limited(Duration),
    /// This backend cannot do it.
    #[error("this backend cannot do that")]
    Unsupported,
    /// The backend failed, or answered what nobody understands.
    #[error("the backend failed: {0}")]
    Server(Text),
}

impl ApiError {
    /// Whether somebody changed what it was decided on.
    pub fn stale(&self) -> bool {
        match self {
            Self::Stale(_) => true,
            Self::Refused(why) => matches!(**why, Refusal::ChangedSince { .. }),
            _ => false,
        }
    }

    /// Whether the backend has decided: sending the same again would come to the same.
    pub fn settled(&self) -> bool {
        match self {
            Self::Refused(_)
            | Self::Stale(_)
            | Self::Conflict { .. }
            | Self::Invalid { .. }
            | Self::Missing(_)
            | Self::Unsupported => true,
            Self::Offline(_) | Self::Unauthorised | Self::Limited(_) | Self::Server(_) => false,
        }
    }
}
