//! One line of typed text.

use crate::{
    app::{
        key::{Code, Key},
        view::Part,
    },
    domain::untrusted::{Text, visible},
};
use tui_input::{Input as Buffer, InputRequest};

/// A line being typed. What is pasted is text from outside: it is shown made visible.
#[derive(Debug, Clone, Default)]
pub(super) struct Edit {
    buffer: Buffer,
    secret: bool,
}

impl Edit {
    /// A line that begins with this.
    pub(super) fn new(value: &str) -> Self {
        Self { buffer: Buffer::new(value.to_owned()), secret: false }
    }

    /// A line whose characters are shown as dots.
    pub(super) fn secret() -> Self {
        Self { buffer: Buffer::default(), secret: true }
    }

    /// What is typed.
    pub(super) fn value(&self) -> &str {
        self.buffer.value()
    }

    /// What is typed, without spaces around it, as text; none when there is nothing.
    pub(super) fn text(&self) -> Option<Text> {
        let trimmed = self.value().trim();
        (!trimmed.is_empty()).then(|| Text::from(trimmed))
    }

    /// Puts another text in its place.
    pub(super) fn set(&mut self, value: &str) {
        self.buffer = Buffer::new(value.to_owned());
    }

    /// Edits if the key does; none when it is not a key for a line, else whether the text changed.
    pub(super) fn key(&mut self, key: Key) -> Option<bool> {
        let request = match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => InputRequest::InsertChar(c),
            (Code::Backspace, false, false) => InputRequest::DeletePrevChar,
            (Code::Backspace, ..) | (Code::Char('w'), true, false) => InputRequest::DeletePrevWord,
            (Code::Delete, false, false) => InputRequest::DeleteNextChar,
            (Code::Left, false, false) => InputRequest::GoToPrevChar,
            (Code::Right, false, false) => InputRequest::GoToNextChar,
            (Code::Left, ..) | (Code::Char('b'), false, true) => InputRequest::GoToPrevWord,
            (Code::Right, ..) | (Code::Char('f'), false, true) => InputRequest::GoToNextWord,
            (Code::Home, ..) | (Code::Char('a'), true, false) => InputRequest::GoToStart,
            (Code::End, ..) | (Code::Char('e'), true, false) => InputRequest::GoToEnd,
            (Code::Char('k'), true, false) => InputRequest::DeleteTillEnd,
            (Code::Char('u'), true, false) => InputRequest::DeleteFromStart,
            _ => return None,
        };
        Some(self.buffer.handle(request).is_some_and(|changed| changed.value))
    }

    /// Puts pasted text in; a line break becomes a space, since this is one line.
    pub(super) fn paste(&mut self, text: &str) {
        for c in text.trim_end_matches(['\r', '\n']).replace("\r\n", " ").chars() {
            let c = if matches!(c, '\r' | '\n') { ' ' } else { c };
            self.buffer.handle(InputRequest::InsertChar(c));
        }
    }

    /// The line as a part of a dialog.
    pub(super) fn part(&self, label: String, focused: bool, error: Option<String>, hint: String) -> Part {
        let before: String = self.value().chars().take(self.buffer.cursor()).collect();
        let shown = |text: &str| if self.secret { "•".repeat(text.chars().count()) } else { visible(text) };
        let cursor = focused.then(|| shown(&before).chars().count());
        Part::Field { label, value: shown(self.value()), cursor, error, hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_counts_what_is_shown() {
        let mut edit = Edit::default();
        edit.paste("a\u{202e}b\r\nc\n");
        assert_eq!(edit.value(), "a\u{202e}b c");
        let Part::Field { value, cursor, .. } = edit.part(String::new(), true, None, String::new()) else { return };
        assert_eq!(value, "a‹U+202E›b c");
        assert_eq!(cursor, Some(12));
    }

    #[test]
    fn a_secret_is_dots() {
        let mut edit = Edit::secret();
        edit.paste("pä1");
        let Part::Field { value, .. } = edit.part(String::new(), false, None, String::new()) else { return };
        assert_eq!(value, "•••");
    }
}
