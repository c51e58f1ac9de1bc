//! The sample workspace: made up, as large as asked, and the same every time.

use crate::domain::time::Timestamp;

/// A whole workspace as plain data, ready to be written by [`super::store::Store::seed`].
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {}

impl Sample {
    /// "Northwind Signage" with this many members (the owner among them); dates lie around `now`.
    pub fn northwind(members: usize, now: Timestamp) -> Self {
        let _ = (members, now);
        todo!()
    }
}
