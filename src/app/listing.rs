//! A window on a list of any length: pages cut by key come in near its edges and go at the far ones.
//!
//! The window never grows with the list, the cursor is on a row by its identity, and the rows on
//! screen stay while newer ones are on their way.

mod tests;
mod window;

use super::filter::FilterBox;
use crate::api::wire::{Page, PageQuery};
use window::{From, Stretch, Window};

/// Rows asked for at a time.
pub const PAGE: u32 = 100;
/// Rows that a window keeps at most, to the page.
pub const WINDOW: usize = 600;
/// How near to an edge the next page is fetched.
const MARGIN: usize = 60;

/// A row with an identity.
pub trait Row {
    /// What tells it from every other row.
    type Id: Copy + Eq;
    /// Which one it is.
    fn id(&self) -> Self::Id;
}

/// A movement of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// So many rows down, or up when negative.
    By(isize),
    /// To the first row of all.
    First,
    /// To the last row of all.
    Last,
}

/// What the page on its way is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fetch {
    /// The rows anew from the beginning: another filter or order.
    Fresh,
    /// The same rows again, at this position if known.
    Again(From, Option<u64>),
    Before(String),
    After(String),
    Last,
}

/// How the list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// Place of the column in the list's table of columns.
    pub column: usize,
    /// Greatest first.
    pub reverse: bool,
}

/// A list seen through a window.
#[derive(Debug, Clone)]
pub struct Listing<R> {
    window: Window<R>,
    cursor: usize,
    top: usize,
    fetch: Option<Fetch>,
    /// Whether a page has ever come.
    seen: bool,
    /// Names of the columns it can be ordered by, as the wire calls them.
    columns: &'static [&'static str],
    /// Its order.
    pub sort: Sort,
    /// Its filter.
    pub filter: FilterBox,
    /// How many rows match, when known.
    pub matching: Option<u64>,
}

impl<R: Row> Listing<R> {
    /// An empty window, ordered by the first column.
    pub fn new(columns: &'static [&'static str]) -> Self {
        Self {
            window: Window::new(),
            cursor: 0,
            top: 0,
            fetch: None,
            seen: false,
            columns,
            sort: Sort { column: 0, reverse: false },
            filter: FilterBox::default(),
            matching: None,
        }
    }

    /// Whether rows have come at all (perhaps none).
    pub fn seen(&self) -> bool {
        self.seen
    }

    /// Whether the rows on screen are still those of an earlier filter or order.
    pub fn stale(&self) -> bool {
        self.seen && self.fetch == Some(Fetch::Fresh)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.window.rows.is_empty()
    }

    /// How many rows the window holds.
    pub fn held(&self) -> usize {
        self.window.rows.len()
    }

    /// Whether the window holds every row there is.
    pub fn whole(&self) -> bool {
        self.seen && self.window.before().is_none() && self.window.after().is_none()
    }

    /// Whether there are rows outside the window on the way to an end of the list.
    pub fn more(&self, towards: Move) -> bool {
        match towards {
            Move::First => self.window.before().is_some(),
            Move::Last => self.window.after().is_some(),
            Move::By(_) => false,
        }
    }

    /// All rows of the window.
    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.window.rows.iter()
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&R> {
        self.window.rows.get(self.cursor)
    }

    /// The rows on screen, each with whether the cursor is on it.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (bool, &R)> {
        // There may be less room than was scrolled for, where something is said above the rows.
        let top = self.top.max((self.cursor + 1).saturating_sub(height));
        let end = (top + height).min(self.window.rows.len());
        self.window.rows.range(top.min(end)..end).enumerate().map(move |(i, row)| (top + i == self.cursor, row))
    }

    /// The cursor's place in the whole list, from zero, when known.
    pub fn position(&self) -> Option<u64> {
        self.window.skipped.map(|skipped| skipped + self.cursor as u64)
    }

    /// The cursor's place in the window.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The rows that the cursor went over from a place in the window, in that order, its own last.
    pub fn passed(&self, from: usize) -> impl Iterator<Item = &R> {
        let (down, up) = (from + 1..self.cursor + 1, self.cursor..from.max(self.cursor));
        down.chain(up.rev()).filter_map(|place| self.window.rows.get(place))
    }

    /// What is known of a row now, if the window holds it.
    pub fn replace(&mut self, row: &R)
    where
        R: Clone,
    {
        if let Some(held) = self.window.rows.iter_mut().find(|held| held.id() == row.id()) {
            held.clone_from(row);
        }
    }

    /// Puts the cursor on a row, if the window holds it.
    pub fn select(&mut self, id: R::Id) -> bool {
        let found = self.window.rows.iter().position(|row| row.id() == id);
        self.cursor = found.unwrap_or(self.cursor);
        found.is_some()
    }

    fn query(&self, limit: u32) -> PageQuery {
        let name = self.columns.get(self.sort.column).copied().unwrap_or_default();
        PageQuery {
            filter: self.filter.applied().to_owned(),
            sort: format!("{}{name}", if self.sort.reverse { "-" } else { "" }),
            limit: Some(limit),
            ..PageQuery::default()
        }
    }

    /// Orders by the next column, or the same one the other way round.
    pub fn sort_by(&mut self, reverse: bool) {
        if reverse {
            self.sort.reverse = !self.sort.reverse;
        } else {
            self.sort = Sort { column: (self.sort.column + 1) % self.columns.len().max(1), reverse: false };
        }
    }

    /// The query for the rows anew.
    pub fn fresh(&mut self) -> PageQuery {
        self.fetch = Some(Fetch::Fresh);
        self.query(PAGE)
    }

    /// The query for the rows around the cursor once more, so that the cursor stays on its row.
    pub fn again(&mut self) -> PageQuery {
        if !self.seen || self.fetch == Some(Fetch::Fresh) {
            return self.fresh();
        }
        let Some((from, skipped)) = self.window.around(self.top) else { return self.fresh() };
        let mut query = self.query(3 * PAGE);
        match &from {
            From::Start => {}
            From::After(key) => query.after = Some(key.clone()),
            From::Before(key) => query.before = Some(key.clone()),
            From::End => query.last = true,
        }
        self.fetch = Some(Fetch::Again(from, skipped));
        query
    }

    /// Moves the cursor; a query when the rows for that are not in the window.
    pub fn go(&mut self, movement: Move) -> Option<PageQuery> {
        let last = self.window.rows.len().saturating_sub(1);
        match movement {
            Move::By(rows) => self.cursor = self.cursor.saturating_add_signed(rows).min(last),
            Move::First if self.window.before().is_some() => return Some(self.fresh()),
            Move::First => self.cursor = 0,
            Move::Last if self.window.after().is_some() => {
                self.fetch = Some(Fetch::Last);
                return Some(PageQuery { last: true, ..self.query(PAGE) });
            }
            Move::Last => self.cursor = last,
        }
        None
    }

    /// Scrolls so that the cursor is on screen.
    pub fn settle(&mut self, height: usize) {
        self.cursor = self.cursor.min(self.window.rows.len().saturating_sub(1));
        self.top = scrolled(self.top, self.cursor, self.window.rows.len(), height);
    }

    /// The query for the page that will be wanted next, if one is and nothing is on its way.
    pub fn ahead(&mut self, height: usize) -> Option<PageQuery> {
        if self.fetch.is_some() || !self.seen {
            return None;
        }
        if self.cursor + height + MARGIN >= self.window.rows.len()
            && let Some(key) = self.window.after().cloned()
        {
            self.fetch = Some(Fetch::After(key.clone()));
            return Some(PageQuery { after: Some(key), ..self.query(PAGE) });
        }
        if self.cursor < height + MARGIN
            && let Some(key) = self.window.before().cloned()
        {
            self.fetch = Some(Fetch::Before(key.clone()));
            return Some(PageQuery { before: Some(key), ..self.query(PAGE) });
        }
        None
    }

    /// Nobody answered: what is held stays.
    pub fn failed(&mut self) {
        self.fetch = None;
    }

    /// Takes the page that was asked for.
    pub fn take(&mut self, page: Page<R>) {
        let len = page.items.len();
        let stretch = |from, before, after| Stretch { len, from, before, after };
        let (before, after) = (page.before, page.after);
        self.seen = true;
        match self.fetch.take() {
            None => {}
            Some(Fetch::Fresh) => {
                self.window.reset(page.items, stretch(From::Start, before, after), Some(0));
                (self.cursor, self.top) = (0, 0);
            }
            Some(Fetch::Last) => {
                let skipped = self.matching.and_then(|all| all.checked_sub(len as u64));
                self.window.reset(page.items, stretch(From::End, before, after), skipped);
                (self.cursor, self.top) = (len.saturating_sub(1), usize::MAX);
            }
            Some(Fetch::Again(from, skipped)) => {
                let (held, index) = (self.current().map(Row::id), self.cursor);
                let offset = self.cursor.saturating_sub(self.top);
                let known = if before.is_none() { Some(0) } else { skipped };
                self.window.reset(page.items, stretch(from, before, after), known);
                let found = held.and_then(|id| self.window.rows.iter().position(|row| row.id() == id));
                self.cursor = found.unwrap_or_else(|| index.min(len.saturating_sub(1)));
                self.top = self.cursor.saturating_sub(offset);
            }
            Some(Fetch::After(key)) => {
                let gone = self.window.append(page.items, stretch(From::After(key), before, after));
                self.cursor = self.cursor.saturating_sub(gone);
                self.top = self.top.saturating_sub(gone);
            }
            Some(Fetch::Before(key)) => {
                self.cursor += len;
                self.top += len;
                self.window.prepend(page.items, stretch(From::Before(key), before, after));
            }
        }
    }
}

/// The first row to show, so that the cursor is on screen and no room is left empty below.
pub fn scrolled(top: usize, cursor: usize, rows: usize, height: usize) -> usize {
    let top = top.min(rows.saturating_sub(height));
    if cursor < top {
        cursor
    } else if cursor >= top + height {
        (cursor + 1).saturating_sub(height)
    } else {
        top
    }
}
