//! The users pane: a window on the members.

use crate::{
    api::wire::{GroupRow, MemberRow, RoleRow},
    app::{
        layout::{Sideways, Table},
        listing::{Listing, Row},
        marking::Markable,
        selection::Marks,
        state::App,
    },
    domain::{
        filter::{Filter, FilterRow, Test},
        id::MemberId,
        model::MemberStatus,
        time::Timestamp,
    },
};

/// Columns that members are ordered by, as the wire names them, in the order drawn.
pub const SORTS: &[&str] = &["email", "name", "role", "status", "last", "groups"];

impl Row for MemberRow {
    type Id = MemberId;

    fn id(&self) -> MemberId {
        self.id
    }
}

impl Markable for MemberRow {
    fn number(&self) -> i64 {
        self.id.0
    }
}

/// The pane's state.
#[derive(Debug, Clone)]
pub struct Users {
    /// The members.
    pub list: Listing<MemberRow>,
    /// Those marked.
    pub marks: Marks,
    /// How many members there are, filtered or not.
    pub total: Option<u64>,
    /// How far it is scrolled to the columns that have no room.
    pub sideways: Sideways,
}

impl Users {
    /// An empty pane.
    pub fn new() -> Self {
        Self {
            list: Listing::new(SORTS),
            marks: Marks::new(String::new()),
            total: None,
            sideways: Sideways::new(Table::Users),
        }
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

/// A row as a filter sees it, with the keys of its roles.
struct Seen<'a> {
    row: &'a MemberRow,
    roles: &'a [RoleRow],
}

impl FilterRow for Seen<'_> {
    fn email(&self) -> &str {
        self.row.email.raw()
    }

    fn name(&self) -> &str {
        self.row.name.raw()
    }

    fn owner(&self) -> bool {
        self.row.owner
    }

    fn status(&self) -> MemberStatus {
        self.row.status
    }

    fn roles(&self) -> Vec<&str> {
        let keys = self.roles.iter().filter(|role| self.row.roles.iter().any(|held| held.id == role.id));
        self.row.roles.iter().map(|role| role.name.raw()).chain(keys.map(|role| role.key.as_str())).collect()
    }

    fn groups(&self) -> Vec<&str> {
        self.row.groups.iter().map(|group| group.name.raw()).collect()
    }

    // A row does not say these: terms that ask for them are left out.
    fn workspaces(&self) -> Vec<&str> {
        Vec::new()
    }

    fn folders(&self) -> Vec<&str> {
        Vec::new()
    }

    fn last_sign_in(&self) -> Option<Timestamp> {
        self.row.last_sign_in
    }
}

/// Whether a row passes a filter, as far as the row itself says, with these roles at this time.
pub fn passing(roles: &[RoleRow], now: Timestamp) -> impl Fn(&str, &MemberRow) -> Option<bool> {
    move |filter, row| passes(filter, row, roles, now)
}

fn passes(filter: &str, row: &MemberRow, roles: &[RoleRow], now: Timestamp) -> Option<bool> {
    let mut filter: Filter = filter.parse().ok()?;
    let all = filter.terms.len();
    filter.terms.retain(|term| !matches!(term.test, Test::Workspace(_) | Test::Folder(_)));
    let whole = filter.terms.len() == all;
    if filter.matches(&Seen { row, roles }, now) { whole.then_some(true) } else { Some(false) }
}

impl App {
    /// Whether a member is marked, where that is known.
    pub fn member_marked(&self, row: &MemberRow) -> Option<bool> {
        let passes = passing(&self.roles.rows, self.now);
        self.users.marks.holds(row.number(), self.users.list.stale(), |filter| passes(filter, row))
    }
}
