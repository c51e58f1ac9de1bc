//! The filter box over a list: what is typed, what is in force, and what is wrong with it.

use super::key::{Code, Key};
use crate::domain::{
    filter::{Filter, Vocabulary},
    untrusted::visible,
};
use tui_input::{Input, InputRequest};

/// A filter being typed, live at every key.
#[derive(Debug, Clone, Default)]
pub struct FilterBox {
    input: Input,
    open: bool,
    applied: String,
    error: Option<String>,
}

impl FilterBox {
    /// Whether it has the keys.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether there is anything to draw.
    pub fn shown(&self) -> bool {
        self.open || !self.input.value().is_empty()
    }

    /// What is typed, made visible.
    pub fn text(&self) -> String {
        visible(self.input.value())
    }

    /// What stands before the cursor, made visible.
    pub fn before_cursor(&self) -> String {
        visible(&self.input.value().chars().take(self.input.cursor()).collect::<String>())
    }

    /// The last text that was a filter.
    pub fn applied(&self) -> &str {
        &self.applied
    }

    /// What is wrong with what is typed.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Says what the backend found wrong.
    pub fn fault(&mut self, message: String) {
        self.error = Some(message);
    }

    /// Gives it the keys.
    pub fn open(&mut self) {
        self.open = true;
    }

    /// Takes the keys away; the filter stays.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// No filter any more; whether there was one.
    pub fn clear(&mut self) -> bool {
        let was = self.shown() || !self.applied.is_empty();
        *self = Self::default();
        was
    }

    /// A key of the line editor; whether it is one.
    pub fn key(&mut self, key: Key) -> bool {
        let request = match (key.code, key.ctrl, key.alt) {
            (Code::Char('w'), true, false) => InputRequest::DeletePrevWord,
            (Code::Char('u'), true, false) => InputRequest::DeleteLine,
            (Code::Char('a'), true, false) | (Code::Home, ..) => InputRequest::GoToStart,
            (Code::Char('e'), true, false) | (Code::End, ..) => InputRequest::GoToEnd,
            (Code::Backspace, ..) => InputRequest::DeletePrevChar,
            (Code::Delete, ..) => InputRequest::DeleteNextChar,
            (Code::Left, ..) => InputRequest::GoToPrevChar,
            (Code::Right, ..) => InputRequest::GoToNextChar,
            _ => match key.typed() {
                Some(c) => InputRequest::InsertChar(c),
                None => return false,
            },
        };
        self.input.handle(request);
        true
    }

    /// Pasted text; a line break is a blank.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars() {
            let c = if c == '\n' || c == '\r' { ' ' } else { c };
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// Writes another text in it, as if it had been typed.
    pub fn write(&mut self, text: String) {
        self.input = Input::new(text);
    }

    /// Puts what is typed in force; whether that changes anything. What is no filter is said, and the
    /// last one stays.
    pub fn apply<T: Vocabulary>(&mut self) -> bool {
        match self.input.value().parse::<Filter<T>>() {
            Ok(_) => self.apply_words(),
            Err(e) => {
                self.error = Some(visible(&e.message));
                false
            }
        }
    }

    /// Puts what is typed in force as plain words; whether that changes anything.
    pub fn apply_words(&mut self) -> bool {
        self.error = None;
        let changed = self.applied != self.input.value();
        self.applied = self.input.value().to_owned();
        changed
    }
}
