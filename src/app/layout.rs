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
/// What each column of the users pane needs at least, and how early it goes where there is no room:
/// those with the greatest number first; zero never goes.
pub const USERS: [(u16, u8); 7] = [(20, 0), (12, 2), (12, 0), (10, 0), (6, 3), (8, 4), (3, 5)];

/// The same for the board.
pub const INVITATIONS: [(u16, u8); 8] = [(18, 0), (13, 0), (10, 2), (6, 3), (12, 0), (6, 5), (10, 4), (20, 0)];

/// Which columns of a table there is room for, when so many after the first are scrolled out to the left.
pub fn columns(all: &[(u16, u8)], room: u16, skipped: usize) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..all.len()).filter(|i| *i == 0 || *i > skipped).collect();
    let needed = |shown: &[usize]| {
        shown.iter().map(|i| all[*i].0).sum::<u16>() + GAP * u16::try_from(shown.len()).unwrap_or(1).saturating_sub(1)
    };
    while needed(&shown) > room {
        let goes = |i: &usize| if skipped == 0 { u16::from(all[*i].1) } else { u16::try_from(*i).unwrap_or(0) };
        match shown.iter().copied().filter(|i| goes(i) > 0).max_by_key(goes) {
            Some(gone) => shown.retain(|i| *i != gone),
            None => break,
        }
    }
    shown
}

/// Which columns of the users pane are in sight.
pub fn users(size: (u16, u16), skipped: usize) -> Vec<usize> {
    let pane = if size.0 >= WIDE { size.0 - GROUPS } else { size.0 };
    columns(&USERS, pane.saturating_sub(6), skipped)
}

/// Which columns of the board are in sight.
pub fn invitations(size: (u16, u16), skipped: usize) -> Vec<usize> {
    columns(&INVITATIONS, size.0.saturating_sub(6), skipped)
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
        assert_eq!(users((120, 34), 0), [0, 1, 2, 3, 4, 5]);
        assert_eq!(users((120, 34), 1), [0, 2, 3, 4, 5, 6]);
        assert_eq!(users((80, 24), 0), [0, 1, 2, 3, 4]);
        assert_eq!(users((80, 24), 2), [0, 3, 4, 5, 6]);
        assert_eq!(users((60, 16), 0), [0, 2, 3]);
        assert_eq!(users((60, 16), 1), [0, 2, 3, 4]);
        assert_eq!(users((60, 16), 3), [0, 4, 5, 6]);
    }
}
