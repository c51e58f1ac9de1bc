//! What keys and pasted text do to a form: values change, the focus moves.

use super::{
    super::{Cx, pick::Pick},
    Choice, Field, Form, KeyOutcome, Kind,
};
use crate::app::{action::Action, effect::Effect, key::Code, msg::Input};

impl Form {
    /// Which way a key takes the focus, if it does.
    pub(in crate::app::dialog) fn motion(&self, input: Input) -> Option<isize> {
        match (input.action, input.key.code) {
            (Some(Action::NextField), _) | (None, Code::Tab) => Some(1),
            (Some(Action::PreviousField), _) | (None, Code::BackTab) => Some(-1),
            (_, Code::Down) if !self.in_list() => Some(1),
            (_, Code::Up) if !self.in_list() => Some(-1),
            _ => None,
        }
    }

    /// Takes the entry that this finds in the list with the focus, and goes on; says whether there was one.
    fn take(&mut self, found: fn(&mut Pick) -> bool) -> bool {
        let Some(Field { kind: Kind::Pick(pick), error, .. }) = self.fields.get_mut(self.focus) else { return false };
        let took = found(pick);
        if took {
            *error = None;
            self.touched = true;
            self.go(1);
        }
        took
    }

    /// `Enter`: says whether it was meant for what is looked for in a list, and not for the form.
    pub(in crate::app::dialog) fn enter(&mut self) -> bool {
        if let Some(Field { kind: Kind::Pick(pick), error, .. }) = self.fields.get_mut(self.focus)
            && pick.enter()
        {
            *error = None;
            self.touched = true;
            return true;
        }
        self.take(Pick::take)
    }

    /// Moves the focus one field on, or one back: into the form where no field had it, out of it past
    /// its last or first.
    pub(in crate::app::dialog) fn walk(&mut self, by: isize) {
        if self.take(Pick::take_found) {
            return;
        }
        let shown: Vec<usize> = (0..self.fields.len()).filter(|i| !self.fields[*i].hidden).collect();
        let to = match shown.iter().position(|i| *i == self.focus) {
            Some(at) => at.checked_add_signed(by),
            None => Some(if by < 0 { shown.len().saturating_sub(1) } else { 0 }),
        };
        self.focus = to.and_then(|to| shown.get(to)).copied().unwrap_or(usize::MAX);
    }

    /// A key.
    pub(in crate::app::dialog) fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> KeyOutcome {
        if let Some(by) = self.motion(input) {
            if !self.take(Pick::take_found) {
                self.go(by);
            }
            return KeyOutcome::Settled(Vec::new());
        }
        let Some(field) = self.fields.get_mut(self.focus) else { return KeyOutcome::Nothing };
        let fed = match &mut field.kind {
            Kind::Line(edit) => match edit.key(input.key) {
                Some(true) => KeyOutcome::Taken(Vec::new()),
                Some(false) => return KeyOutcome::Taken(Vec::new()),
                None => return KeyOutcome::Nothing,
            },
            Kind::Choice { all, at } => match (step(input), input.key.typed()) {
                // Choices never wrap around (SPEC 6): one key too many must not turn Viewer into Administrator.
                (Some(forward), _) if !all.is_empty() => {
                    self.sought.1.clear();
                    let to = if forward { (*at + 1).min(all.len() - 1) } else { at.saturating_sub(1) };
                    if to == *at {
                        return KeyOutcome::Taken(Vec::new());
                    }
                    *at = to;
                    KeyOutcome::Settled(Vec::new())
                }
                (None, Some(letter)) => {
                    if self.sought.0 != self.focus {
                        self.sought = (self.focus, String::new());
                    }
                    match seek(all, &mut self.sought.1, letter) {
                        Some(found) => *at = found,
                        None => return KeyOutcome::Nothing,
                    }
                    KeyOutcome::Settled(Vec::new())
                }
                _ => return KeyOutcome::Nothing,
            },
            Kind::Pick(pick) => match pick.key(input, cx) {
                Some((effects, true)) => KeyOutcome::Settled(effects),
                Some((effects, false)) => return KeyOutcome::Taken(effects),
                None => return KeyOutcome::Nothing,
            },
        };
        field.error = None;
        self.touched = true;
        fed
    }

    /// Pasted text.
    pub(in crate::app::dialog) fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        let Some(field) = self.fields.get_mut(self.focus) else { return Vec::new() };
        self.touched = true;
        field.error = None;
        match &mut field.kind {
            Kind::Line(edit) => edit.paste(text),
            Kind::Pick(pick) => return pick.paste(text, cx),
            Kind::Choice { .. } => {}
        }
        Vec::new()
    }

    fn go(&mut self, by: isize) {
        let shown: Vec<usize> = (0..self.fields.len()).filter(|i| !self.fields[*i].hidden).collect();
        let Some(at) = shown.iter().position(|i| *i == self.focus) else {
            self.focus = shown.first().copied().unwrap_or(0);
            return;
        };
        let to = (at + shown.len()).saturating_add_signed(by) % shown.len();
        self.focus = shown[to];
    }
}

/// The first value that begins with what was typed; a letter that no value goes on with is left out.
fn seek(all: &[Choice], sought: &mut String, letter: char) -> Option<usize> {
    let wanted: String = sought.chars().chain(letter.to_lowercase()).collect();
    let found = all.iter().position(|choice| choice.label.to_lowercase().starts_with(&wanted))?;
    *sought = wanted;
    Some(found)
}

fn step(input: Input) -> Option<bool> {
    match (input.action, input.key.code) {
        (Some(Action::NextChoice | Action::Toggle), _) | (None, Code::Right | Code::Char(' ')) => Some(true),
        (Some(Action::PreviousChoice), _) | (None, Code::Left) => Some(false),
        _ => None,
    }
}
