//! The board: a window on the invitations.

use crate::{
    api::wire::{InvitationFlag, InvitationRow, InvitationStatus},
    app::{
        layout,
        listing::{Listing, Row},
        selection::{Markable, Marks},
    },
    domain::{filter::InvitationFilter, id::InvitationId},
};

/// Columns that invitations are ordered by, as the wire names them.
pub const SORTS: &[&str] = &["expires", "email", "created"];

impl Row for InvitationRow {
    type Id = InvitationId;

    fn id(&self) -> InvitationId {
        self.id
    }
}

impl Markable for InvitationRow {
    fn number(&self) -> i64 {
        self.id.0
    }
}

/// The board's state.
#[derive(Debug, Clone)]
pub struct Invitations {
    /// The invitations.
    pub list: Listing<InvitationRow>,
    /// Those marked.
    pub marks: Marks,
    /// How many columns after the first are scrolled out to the left.
    pub skipped: usize,
}

impl Invitations {
    /// An empty board.
    pub fn new() -> Self {
        Self { list: Listing::new(SORTS), marks: Marks::default(), skipped: 0 }
    }

    /// Scrolls by a column; the first one stays, and the flags, which take what room they get.
    pub fn sideways(&mut self, by: isize, size: (u16, u16)) {
        let all = layout::invitations(size, 0).len() == layout::INVITATIONS.len();
        let most = if all { 0 } else { layout::INVITATIONS.len() - 2 };
        self.skipped = self.skipped.saturating_add_signed(by).min(most);
    }

    /// Whether an invitation is marked, where that is known.
    pub fn marked(&self, row: &InvitationRow) -> Option<bool> {
        let passes = |filter: &str| Some(filter.parse::<InvitationFilter>().ok()?.passes(row));
        self.marks.holds(row.number(), passes)
    }

    /// How many are live, expired and failed; only when the window holds them all.
    pub fn summary(&self) -> Option<(usize, usize, usize)> {
        let of = |status| self.list.rows().filter(|row| row.status == status).count();
        self.list
            .whole()
            .then(|| (of(InvitationStatus::Sent), of(InvitationStatus::Expired), of(InvitationStatus::Failed)))
    }
}

impl Default for Invitations {
    fn default() -> Self {
        Self::new()
    }
}

/// A flag's key in i18n.
pub fn flag(flag: InvitationFlag) -> &'static str {
    match flag {
        InvitationFlag::Expiring => "invitations.flag.expiring",
        InvitationFlag::Expired => "invitations.flag.expired",
        InvitationFlag::Failed => "invitations.flag.failed",
        InvitationFlag::Privileged => "invitations.flag.privileged",
        InvitationFlag::InviterGone => "invitations.flag.inviter-gone",
        InvitationFlag::ForeignDomain => "invitations.flag.foreign",
        InvitationFlag::LookAlike => "invitations.flag.look-alike",
    }
}
