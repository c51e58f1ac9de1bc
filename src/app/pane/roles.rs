//! The matrix: capabilities by category down, roles across. Both are few.

use crate::{
    api::wire::RoleRow,
    app::{listing::Move, shortlist::Shortlist},
    domain::capability::Capability,
};

/// A line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The heading of a category.
    Category(String),
    /// A capability, by its place in the catalogue.
    Capability(usize),
}

/// The screen's state.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// All roles, as last read.
    pub rows: Vec<RoleRow>,
    /// Headings and capabilities, in the order shown.
    pub lines: Vec<Line>,
    /// The lines, with the cursor.
    pub list: Shortlist<usize>,
    /// The role that the cursor's column is of.
    pub column: usize,
}

impl Roles {
    /// Puts capabilities under their categories.
    pub fn arrange(&mut self, catalogue: &[Capability]) {
        let mut categories: Vec<&str> = Vec::new();
        for one in catalogue {
            if !categories.contains(&one.category.as_str()) {
                categories.push(&one.category);
            }
        }
        self.lines = Vec::with_capacity(catalogue.len() + categories.len());
        for category in categories {
            self.lines.push(Line::Category(category.to_owned()));
            let inside = catalogue.iter().enumerate().filter(|(_, one)| one.category == category);
            self.lines.extend(inside.map(|(i, _)| Line::Capability(i)));
        }
        self.list.set((0..self.lines.len()).map(|i| (i, i)).collect());
        self.off_heading(1);
    }

    /// Moves the cursor, passing over headings.
    pub fn go(&mut self, movement: Move) {
        self.list.go(movement);
        self.off_heading(match movement {
            Move::By(rows) if rows < 0 => -1,
            Move::Last => -1,
            _ => 1,
        });
    }

    fn off_heading(&mut self, step: isize) {
        let heading = |list: &Shortlist<usize>| {
            list.current().is_some_and(|i| matches!(self.lines.get(i), Some(Line::Category(_))))
        };
        if heading(&self.list) {
            self.list.go(Move::By(step));
        }
        if heading(&self.list) {
            self.list.go(Move::By(1));
        }
    }

    /// Goes to another role.
    pub fn sideways(&mut self, step: isize) {
        self.column = self.column.saturating_add_signed(step).min(self.rows.len().saturating_sub(1));
    }

    /// The capability under the cursor, by its place in the catalogue.
    pub fn current(&self) -> Option<usize> {
        match self.lines.get(self.list.current()?)? {
            Line::Capability(place) => Some(*place),
            Line::Category(_) => None,
        }
    }
}
