//! A cursor over rows of which only a window is drawn.

use crate::app::{action::Action, key::Code, msg::Input};

/// Which row, of how many, the cursor is on. It passes over headings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cursor(pub(super) usize);

impl Cursor {
    /// Moves if the input is a movement, and says whether it was one.
    pub(super) fn step(&mut self, input: Input, total: usize, page: usize, heading: impl Fn(usize) -> bool) -> bool {
        let Some(motion) = Motion::of(input) else { return false };
        let last = total.saturating_sub(1);
        let (to, forward) = match motion {
            Motion::By(n) => (self.0.saturating_add(n).min(last), true),
            Motion::Back(n) => (self.0.saturating_sub(n), false),
            Motion::Page => (self.0.saturating_add(page.max(1)).min(last), true),
            Motion::PageBack => (self.0.saturating_sub(page.max(1)), false),
            Motion::First => (0, true),
            Motion::Last => (last, false),
        };
        if let Some(row) = nearest(to, total, forward, &heading) {
            self.0 = row;
        }
        true
    }

    /// Keeps the cursor on a row that is there and no heading.
    pub(super) fn settle(&mut self, total: usize, heading: impl Fn(usize) -> bool) {
        let at = self.0.min(total.saturating_sub(1));
        self.0 = nearest(at, total, true, &heading).unwrap_or(0);
    }

    /// The first row of a window of `height` rows that shows the cursor, in the middle where it can.
    pub(super) fn first(self, total: usize, height: usize) -> usize {
        self.0.saturating_sub(height / 2).min(total.saturating_sub(height))
    }
}

/// The nearest row that is no heading: in the direction of the movement, else in the other.
fn nearest(at: usize, total: usize, forward: bool, heading: &impl Fn(usize) -> bool) -> Option<usize> {
    let after = || (at..total).find(|row| !heading(*row));
    let before = || (0..total.min(at + 1)).rev().find(|row| !heading(*row));
    if forward { after().or_else(before) } else { before().or_else(after) }
}

enum Motion {
    By(usize),
    Back(usize),
    Page,
    PageBack,
    First,
    Last,
}

impl Motion {
    fn of(input: Input) -> Option<Self> {
        Some(match (input.action, input.key.code) {
            (Some(Action::Up), _) | (None, Code::Up) => Self::Back(1),
            (Some(Action::Down), _) | (None, Code::Down) => Self::By(1),
            (Some(Action::PageUp), _) | (None, Code::PageUp) => Self::PageBack,
            (Some(Action::PageDown), _) | (None, Code::PageDown) => Self::Page,
            (Some(Action::First), _) | (None, Code::Home) => Self::First,
            (Some(Action::Last), _) | (None, Code::End) => Self::Last,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key;

    fn press(cursor: &mut Cursor, code: Code) -> usize {
        let input = Input { key: Key::plain(code), action: None };
        assert!(cursor.step(input, 6, 3, |row| row == 0 || row == 3));
        cursor.0
    }

    #[test]
    fn headings_are_passed_over() {
        let mut cursor = Cursor::default();
        cursor.settle(6, |row| row == 0 || row == 3);
        assert_eq!(cursor.0, 1);
        assert_eq!(press(&mut cursor, Code::Down), 2);
        assert_eq!(press(&mut cursor, Code::Down), 4);
        assert_eq!(press(&mut cursor, Code::Up), 2);
        assert_eq!(press(&mut cursor, Code::Home), 1);
        assert_eq!(press(&mut cursor, Code::End), 5);
        assert_eq!(press(&mut cursor, Code::PageUp), 2);
    }

    #[test]
    fn the_window_holds_the_cursor() {
        for at in 0..100 {
            let first = Cursor(at).first(100, 7);
            assert!(first <= at && at < first + 7 && first + 7 <= 100);
        }
        assert_eq!(Cursor(2).first(3, 7), 0);
    }
}
