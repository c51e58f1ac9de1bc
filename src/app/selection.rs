//! Which rows an action is meant for.

use crate::domain::bulk::Selection;

/// The rows a bulk dialog is about, as they were when it opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Which: identifiers, or a filter with exceptions.
    pub on: Selection,
    /// How many.
    pub count: u64,
}
