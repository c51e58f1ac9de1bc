//! What a change does in effect: capabilities gained and lost, and what stays by another source.

use super::{
    access::Evidence,
    capability::Cap,
    id::{FolderId, MemberId},
    model::Snapshot,
    time::Timestamp,
};

/// What one change does to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberEffect {
    /// Who.
    pub member: MemberId,
    /// Gained; across the workspace, or in the outermost folders where that is not so.
    pub gains: Vec<(Cap, Option<FolderId>)>,
    /// Lost, likewise.
    pub loses: Vec<(Cap, Option<FolderId>)>,
    /// Taken from one source across the workspace, and still given by these.
    pub stays: Vec<(Cap, Vec<Evidence>)>,
}

/// Compares two states: one entry for each member of either with any gain, loss or stay.
pub fn effects(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Vec<MemberEffect> {
    let _ = (before, after, now);
    Vec::new()
}
