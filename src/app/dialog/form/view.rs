//! How a form looks, and which keys it offers where the focus is.

use super::{super::pick::Pick, Form, Kind};
use crate::{
    app::{action::Action, view::Part},
    i18n::t,
};

impl Form {
    /// What `Enter` does in the list that has the focus, in a word, where it is not for the form.
    pub(in crate::app::dialog) fn entering(&self) -> Option<&'static str> {
        self.focused_pick().and_then(Pick::entering)
    }

    /// What Space does to the entry under the cursor, in a word.
    pub(in crate::app::dialog) fn toggling(&self) -> Option<&'static str> {
        self.focused_pick().and_then(Pick::toggling)
    }

    /// The way to the next field, where there is one.
    pub(in crate::app::dialog) fn fields_hint(&self) -> Option<(Action, Option<String>)> {
        (self.fields.iter().filter(|f| !f.hidden).count() > 1).then_some((Action::NextField, None))
    }

    /// The way through the choices of the field that has the focus, where there are several.
    pub(in crate::app::dialog) fn choosing_hints(&self) -> Vec<(Action, Option<String>)> {
        match self.fields.get(self.focus).map(|f| &f.kind) {
            Some(Kind::Choice { all, .. }) if all.len() > 1 => {
                vec![(Action::PreviousChoice, None), (Action::NextChoice, None)]
            }
            _ => Vec::new(),
        }
    }

    /// Whether the list of a field is open.
    pub(in crate::app::dialog) fn listing(&self) -> bool {
        self.in_list()
    }

    /// How many lines the fields take, without an open list.
    pub(in crate::app::dialog) fn lines(&self) -> usize {
        self.fields.iter().filter(|f| !f.hidden).map(|f| 1 + usize::from(f.error.is_some())).sum()
    }

    /// Its parts: the list that has the focus in at most `room` rows, unless it is to be shut.
    pub(in crate::app::dialog) fn parts(&self, room: usize, open: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        for (i, field) in self.fields.iter().enumerate().filter(|(_, f)| !f.hidden) {
            let (label, focused, error) = (t(field.label).to_owned(), i == self.focus, field.error.clone());
            match &field.kind {
                Kind::Line(edit) => {
                    let hint = if field.hint.is_empty() { String::new() } else { t(field.hint).to_owned() };
                    parts.push(edit.part(label, focused, error, hint));
                }
                Kind::Choice { all, at } => {
                    let reading = || (t("dialog.loading").to_owned(), String::new());
                    let (value, hint) = all.get(*at).map_or_else(reading, |c| (c.label.clone(), c.note.clone()));
                    parts.push(Part::Choice { label, value, focused, error, hint });
                }
                Kind::Pick(pick) => parts.extend(pick.parts(label, focused && open, error, room)),
            }
        }
        parts
    }
}
