//! People brought in from a file.

use crate::domain::untrusted::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One row of an import, as read from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRow {
    /// Line in the file, for messages.
    pub line: u64,
    /// Login.
    pub email: Text,
    /// Name.
    #[serde(default)]
    pub name: Text,
    /// Role names or keys.
    #[serde(default)]
    pub roles: Vec<Text>,
    /// Group names.
    #[serde(default)]
    pub groups: Vec<Text>,
}

/// People to bring in, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// The people.
    pub rows: Vec<ImportRow>,
    /// Whether groups named in the file and not there yet are made.
    #[serde(default)]
    pub create_groups: bool,
    /// Check everything, answer what would be done, and do nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A fault of an import, by place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFault {
    /// Line in the file.
    pub line: u64,
    /// Column's name.
    pub column: String,
    /// One sentence.
    pub message: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Members made.
    pub members: u64,
    /// Groups made.
    pub groups: u64,
    /// The workspace's revision after it.
    pub revision: i64,
}
