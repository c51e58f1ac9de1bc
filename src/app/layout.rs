//! How much room there is, in rows and columns; the face draws by it, the mind scrolls by it.

/// Below this many columns and rows rolecall says that it is too small.
pub const SMALLEST: (u16, u16) = (60, 16);
/// From this many columns on, Users and Groups stand side by side.
pub const WIDE: u16 = 120;
/// Rows above the panes: name and workspace, screens.
pub const HEADER: u16 = 2;
/// Rows below the panes: what can be done, and what was said.
pub const FOOTER: u16 = 2;
/// Columns of the groups pane beside the users pane.
pub const GROUPS: u16 = 36;
/// Columns of the folder tree beside the grants.
const TREE: u16 = 34;

/// A grants pane of fewer columns than these has two lines a grant, so that nothing of it is cut.
const GRANT_LINE: u16 = 70;

/// Columns of the folder tree.
pub fn tree(size: (u16, u16)) -> u16 {
    TREE.min(size.0 * 2 / 5)
}

/// Lines of a grant.
pub fn grant_lines(size: (u16, u16)) -> u16 {
    if size.0.saturating_sub(tree(size)) < GRANT_LINE { 2 } else { 1 }
}

/// Columns of the terminal between two columns of a table.
pub const GAP: u16 = 2;
/// A table with more columns than a narrow terminal has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// The users pane.
    Users,
    /// The board.
    Invitations,
    /// The screen of changes.
    Changes,
}

impl Table {
    /// What each column needs at least, and how early it goes where there is no room: those with the greatest
    /// number first; zero never goes.
    pub fn needs(self) -> &'static [(u16, u8)] {
        match self {
            Self::Users => &[(20, 0), (12, 2), (12, 0), (10, 0), (6, 3), (8, 4), (3, 5)],
            Self::Invitations => &[(18, 0), (13, 0), (10, 2), (6, 3), (12, 0), (6, 5), (10, 4), (23, 0)],
            Self::Changes => &[(4, 0), (8, 3), (6, 4), (22, 0), (6, 2), (14, 0)],
        }
    }

    /// Which columns are in sight when so many after the first are scrolled out to the left.
    pub fn shown(self, size: (u16, u16), skipped: usize) -> Vec<usize> {
        let beside = if self == Self::Users && size.0 >= WIDE { GROUPS } else { 0 };
        columns(self.needs(), (size.0 - beside).saturating_sub(6), skipped)
    }

    /// How many columns may be scrolled out: until the last is in sight. Of the board that is the flags, which
    /// take what room they get.
    fn most(self, size: (u16, u16)) -> usize {
        let columns = self.needs().len();
        if self.shown(size, 0).len() == columns {
            return 0;
        }
        if self == Self::Invitations {
            return columns - 2;
        }
        (1..columns).find(|skipped| self.shown(size, *skipped).contains(&(columns - 1))).unwrap_or(0)
    }
}

/// How far a table is scrolled to the columns that have no room; the first one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sideways {
    table: Table,
    /// How often it was scrolled: see [`columns`].
    pub skipped: usize,
}

impl Sideways {
    /// Not at all.
    pub fn new(table: Table) -> Self {
        Self { table, skipped: 0 }
    }

    /// Scrolls by a column.
    pub fn scroll(&mut self, by: isize, size: (u16, u16)) {
        let most = self.table.most(size).max(self.skipped);
        self.skipped = self.skipped.saturating_add_signed(by).min(most);
    }

    /// Scrolls until a column is in sight.
    pub fn reveal(&mut self, column: usize, size: (u16, u16)) {
        let seen = |skipped: usize| self.table.shown(size, skipped).contains(&column);
        if !seen(self.skipped) {
            self.skipped = (0..self.table.needs().len()).find(|skipped| seen(*skipped)).unwrap_or(0);
        }
    }
}

/// Which columns of a table there is room for, when it was scrolled sideways so often. At rest they go by what
/// they are worth. Scrolled, they stand in their order, and each time one more after the first is out to the left;
/// where the second had no room at rest it is the first to come.
pub fn columns(all: &[(u16, u8)], room: u16, skipped: usize) -> Vec<usize> {
    let resting = fitting(all, (0..all.len()).collect(), room, |i| u16::from(all[i].1));
    if skipped == 0 {
        return resting;
    }
    let begin = if resting.contains(&1) { skipped + 1 } else { skipped };
    let ordered = std::iter::once(0).chain(begin..all.len()).collect();
    fitting(all, ordered, room, |i| u16::try_from(i).unwrap_or(u16::MAX))
}

/// Those of some columns that there is room for: the one that goes the soonest goes first, until they fit.
fn fitting(all: &[(u16, u8)], mut shown: Vec<usize>, room: u16, goes: impl Fn(usize) -> u16) -> Vec<usize> {
    let needed = |shown: &[usize]| {
        shown.iter().map(|i| all[*i].0).sum::<u16>() + GAP * u16::try_from(shown.len()).unwrap_or(1).saturating_sub(1)
    };
    while needed(&shown) > room {
        match shown.iter().copied().filter(|i| goes(*i) > 0).max_by_key(|i| goes(*i)) {
            Some(gone) => shown.retain(|i| *i != gone),
            None => break,
        }
    }
    shown
}

/// Whether there is room to work in.
pub fn fits(size: (u16, u16)) -> bool {
    size.0 >= SMALLEST.0 && size.1 >= SMALLEST.1
}

/// Rows between header and footer.
pub fn body(size: (u16, u16)) -> u16 {
    size.1.saturating_sub(HEADER + FOOTER)
}

/// Rows of a framed list below its column titles.
pub fn list(size: (u16, u16), filter_shown: bool) -> usize {
    usize::from(body(size).saturating_sub(3 + u16::from(filter_shown)))
}

/// Rows of a framed list without column titles.
pub fn plain(size: (u16, u16), filter_shown: bool) -> usize {
    usize::from(body(size).saturating_sub(2 + u16::from(filter_shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_a_user_are_in_sight_at_120_columns_and_the_rest_is_reached_sideways() {
        let users = |size, skipped| Table::Users.shown(size, skipped);
        assert_eq!(users((120, 34), 0), [0, 1, 2, 3, 4, 5]);
        assert_eq!(users((120, 34), 1), [0, 2, 3, 4, 5, 6]);
        assert_eq!(users((80, 24), 0), [0, 1, 2, 3, 4]);
        assert_eq!(users((80, 24), 2), [0, 3, 4, 5, 6]);
        assert_eq!(users((60, 16), 0), [0, 2, 3]);
        assert_eq!(users((60, 16), 1), [0, 1, 2], "the name had no room at rest");
        assert_eq!(users((60, 16), 2), [0, 2, 3, 4]);
        assert_eq!(users((60, 16), 4), [0, 4, 5, 6]);
    }

    #[test]
    fn every_column_of_every_table_is_reached_sideways() {
        for table in [Table::Users, Table::Invitations, Table::Changes] {
            for size in [SMALLEST, (70, 20), (80, 24), (100, 30), (120, 34), (200, 50)] {
                let mut sideways = Sideways::new(table);
                let mut seen = std::collections::BTreeSet::new();
                for _ in table.needs() {
                    seen.extend(table.shown(size, sideways.skipped));
                    sideways.scroll(1, size);
                }
                assert_eq!(seen.len(), table.needs().len(), "{table:?} at {size:?}: {seen:?}");
            }
        }
    }
}
