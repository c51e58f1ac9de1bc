//! A list that is held whole: what of it is shown, in which order, and where the cursor is.

use super::listing::{Move, scrolled};

/// An order over data held elsewhere; made again when the data changes, never when drawing.
#[derive(Debug, Clone)]
pub struct Shortlist<I> {
    order: Vec<(usize, I)>,
    cursor: usize,
    top: usize,
}

impl<I> Default for Shortlist<I> {
    fn default() -> Self {
        Self { order: Vec::new(), cursor: 0, top: 0 }
    }
}

impl<I: Copy + Eq> Shortlist<I> {
    /// Shows these rows: places in the data with their identities. The cursor stays on its row.
    pub fn set(&mut self, order: Vec<(usize, I)>) {
        let held = self.current_id();
        self.order = order;
        match held.and_then(|id| self.order.iter().position(|(_, other)| *other == id)) {
            Some(place) => self.cursor = place,
            None => self.cursor = self.cursor.min(self.order.len().saturating_sub(1)),
        }
    }

    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The cursor's place among the rows shown.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row under the cursor, as a place in the data.
    pub fn current(&self) -> Option<usize> {
        self.order.get(self.cursor).map(|(place, _)| *place)
    }

    /// The row under the cursor, by identity.
    pub fn current_id(&self) -> Option<I> {
        self.order.get(self.cursor).map(|(_, id)| *id)
    }

    /// Puts the cursor on the first row that is wanted, by its place in the data; one that is wanted keeps it.
    pub fn seek(&mut self, wanted: impl Fn(usize) -> bool) {
        if !self.current().is_some_and(&wanted) {
            self.cursor = self.order.iter().position(|(place, _)| wanted(*place)).unwrap_or(self.cursor);
        }
    }

    /// Puts the cursor on a row, if it is shown.
    pub fn select(&mut self, id: I) {
        if let Some(place) = self.order.iter().position(|(_, other)| *other == id) {
            self.cursor = place;
        }
    }

    /// Moves the cursor.
    pub fn go(&mut self, movement: Move) {
        let last = self.order.len().saturating_sub(1);
        self.cursor = match movement {
            Move::By(rows) => self.cursor.saturating_add_signed(rows).min(last),
            Move::First => 0,
            Move::Last => last,
        };
    }

    /// Scrolls so that the cursor is on screen.
    pub fn settle(&mut self, height: usize) {
        self.top = scrolled(self.top, self.cursor, self.order.len(), height);
    }

    /// The rows on screen as places in the data, each with whether the cursor is on it.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (bool, usize)> {
        self.order.iter().enumerate().skip(self.top).take(height).map(|(i, (place, _))| (i == self.cursor, *place))
    }
}
