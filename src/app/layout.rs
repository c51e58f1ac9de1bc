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
pub const TREE: u16 = 34;

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
