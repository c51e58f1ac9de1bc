//! Errors as they cross the wire.

use super::import::ImportFault;
use crate::domain::{change::Refusal, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error as it crosses the wire: a problem document (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:rolecall:problem:NAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One short sentence, the same for every problem of the type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time, where no code says it: the database's own words, a parser's.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub detail: Text,
    /// What is wrong this time, by code and parameters: the words are the reader's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The field concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Faults by place, of an import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ImportFault>,
}
