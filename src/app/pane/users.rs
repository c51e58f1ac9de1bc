//! The users pane: a window on the members.

use crate::{
    api::wire::{GroupRow, MemberRow},
    app::listing::{Listing, Row},
    domain::id::MemberId,
};

/// Columns that members are ordered by, as the wire names them, in the order drawn.
pub const SORTS: &[&str] = &["email", "name", "role", "status", "last", "groups"];

impl Row for MemberRow {
    type Id = MemberId;

    fn id(&self) -> MemberId {
        self.id
    }
}

/// The pane's state.
#[derive(Debug, Clone)]
pub struct Users {
    /// The members.
    pub list: Listing<MemberRow>,
    /// How many members there are, filtered or not.
    pub total: Option<u64>,
}

impl Users {
    /// An empty pane.
    pub fn new() -> Self {
        Self { list: Listing::new(SORTS), total: None }
    }
}

impl Default for Users {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a member belongs to a group: the light between the panes.
pub fn belongs(member: &MemberRow, group: &GroupRow) -> bool {
    member.groups.iter().any(|of| of.id == group.id)
}
