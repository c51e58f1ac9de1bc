//! What can go wrong in the store, by what a person can do about it.

use sqlx::migrate::MigrateError;

/// A store operation that failed; nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no database that rolecall knows.
    #[error("{0} is no database address: use sqlite:PATH or postgres://USER@HOST/NAME")]
    Address(String),
    /// The file is there and is something else.
    #[error("{0} is not a rolecall database: name another file, or move this one away")]
    NotADatabase(String),
    /// The operating system or the server refuses.
    #[error("no permission to open {0}: check who owns it and its mode")]
    Permission(String),
    /// The folder or server is not there.
    #[error("cannot open {place}: {why}")]
    Unreachable {
        /// File or server, without any password.
        place: String,
        /// What the system said.
        why: String,
    },
    /// A newer rolecall has been here.
    #[error("the database was made by a newer rolecall (schema {0}): update this program")]
    Newer(i64),
    /// The file was taken away, or another stands in its place.
    #[error("the database file is not there any more: put it back, or start rolecall again; this change was not made")]
    Gone,
    /// Another program holds the database.
    #[error("the database is locked by another program: close it and try again")]
    Locked,
    /// A field of the request is not as it must be.
    #[error("{message}")]
    Invalid {
        /// The field, as the wire names it.
        field: &'static str,
        /// One sentence.
        message: String,
    },
    /// What is named is not there.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// What is there stands against it.
    #[error("{message}")]
    Conflict {
        /// The field concerned, when there is one.
        field: Option<&'static str>,
        /// One sentence.
        message: String,
    },
    /// There is no room left to write in.
    #[error("the disk is full: make room and try again")]
    Full,
    /// What is stored does not make sense.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The database failed in another way.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

/// What a store operation answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// A field that is not as it must be.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }

    /// Something stands against it.
    pub fn conflict(field: Option<&'static str>, message: impl Into<String>) -> Self {
        Self::Conflict { field, message: message.into() }
    }

    /// An idempotency key that was free a moment ago: writers of one workspace take turns, those of two do not.
    pub fn key_taken() -> Self {
        let message = "this Idempotency-Key was used elsewhere at the same time: make a new one for each change";
        Self::conflict(Some("Idempotency-Key"), message)
    }
}

/// SQLite's primary result code, from the extended one that sqlx reports; none on other databases.
fn sqlite_code(error: &dyn sqlx::error::DatabaseError) -> Option<i64> {
    error.code().and_then(|code| code.parse::<i64>().ok()).map(|code| code & 0xff)
}

const SQLITE_BUSY: i64 = 5;
const SQLITE_LOCKED: i64 = 6;
const SQLITE_CORRUPT: i64 = 11;
const SQLITE_FULL: i64 = 13;

/// PostgreSQL's code for a disk that is full.
const POSTGRES_FULL: &str = "53100";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.code().as_deref() == Some(POSTGRES_FULL) => Self::Full,
            sqlx::Error::Database(inner) => match sqlite_code(inner.as_ref()) {
                // PostgreSQL's codes have five characters, and mean other things.
                _ if inner.code().is_some_and(|code| code.len() >= 5) => Self::Database(error),
                Some(SQLITE_BUSY | SQLITE_LOCKED) => Self::Locked,
                Some(SQLITE_CORRUPT) => Self::Corrupt("put a copy of the file in its place".to_owned()),
                Some(SQLITE_FULL) => Self::Full,
                _ => Self::Database(error),
            },
            _ => Self::Database(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => {
                Self::Corrupt(format!("its schema {version} is not the one this program knows"))
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}
