//! Fields to fill in: their values, the focus, and what is wrong with each, by its name on the wire.

mod keys;
mod view;

use super::{Cx, edit::Edit, form_error::FormError, pick::Pick};
use crate::{
    api::error::ApiError,
    app::effect::{Effect, Reply, ReqId},
    domain::untrusted::Text,
    words::Labels,
};
use std::cell::Cell;

/// Fields that say why: what is done is the same whatever is in them.
const WORDS: [&str; 2] = ["reason", "message"];

/// A field and what is wrong with it.
pub(super) type Fault = (&'static str, String);

/// One of a few values, chosen with the arrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// Its identifier.
    pub(super) id: i64,
    /// Its name, made visible.
    pub(super) label: String,
    /// Why it cannot be chosen, if so; a word about it otherwise.
    pub(super) note: String,
}

enum Kind {
    Line(Edit),
    Choice { all: Vec<Choice>, at: usize },
    Pick(Box<Pick>),
}

struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: Kind,
    error: Option<String>,
    hidden: bool,
}

impl Field {
    fn awaits(&self) -> bool {
        match &self.kind {
            Kind::Line(_) => false,
            Kind::Choice { all, .. } => all.is_empty(),
            Kind::Pick(pick) => pick.awaits(),
        }
    }
}

/// A form.
#[derive(Default)]
pub(super) struct Form {
    fields: Vec<Field>,
    focus: usize,
    touched: bool,
    /// Letters typed at a choice, and at which: they find the value that begins with them.
    sought: (usize, String),
    /// What is in [`WORDS`] is passed over.
    wordless: Cell<bool>,
}

/// What a key did to a form.
pub(super) enum KeyOutcome {
    /// It means nothing to the form.
    Nothing,
    /// It was taken in; these are to be asked. The values, as far as a change is made of them, are as before.
    Taken(Vec<Effect>),
    /// A value is settled: a choice was made, or a line was left.
    Settled(Vec<Effect>),
}

impl Form {
    fn with(mut self, name: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Self {
        self.fields.push(Field { name, label, hint, kind, error: None, hidden: false });
        self
    }

    /// A line of text; `label` and `hint` are keys of texts.
    pub(super) fn line(self, name: &'static str, label: &'static str, hint: &'static str, value: &str) -> Self {
        self.with(name, label, hint, Kind::Line(Edit::new(value)))
    }

    /// The line that says why; nobody has to.
    pub(super) fn reason(self) -> Self {
        self.line("reason", "dialog.reason", "dialog.optional", "")
    }

    /// A line shown as dots.
    pub(super) fn secret(self, name: &'static str, label: &'static str) -> Self {
        self.with(name, label, "", Kind::Line(Edit::secret()))
    }

    /// One of a few.
    pub(super) fn choice(self, name: &'static str, label: &'static str, all: Vec<Choice>, chosen: Option<i64>) -> Self {
        let at = all.iter().position(|c| Some(c.id) == chosen).unwrap_or(0);
        self.with(name, label, "", Kind::Choice { all, at })
    }

    /// A list to choose from.
    pub(super) fn pick(self, name: &'static str, label: &'static str, pick: Pick) -> Self {
        self.with(name, label, "", Kind::Pick(Box::new(pick)))
    }

    /// The form with the focus on this field.
    pub(super) fn focused(mut self, name: &str) -> Self {
        self.focus_on(name);
        self
    }

    /// What its fields ask for at first.
    pub(super) fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.fields
            .iter_mut()
            .filter_map(|f| if let Kind::Pick(pick) = &mut f.kind { Some(pick.open(cx)) } else { None })
            .flatten()
            .collect()
    }

    fn find(&self, name: &str) -> Option<&Kind> {
        self.fields.iter().find(|f| f.name == name && !f.hidden).map(|f| &f.kind)
    }

    /// A line's text as typed; empty where there is no such line.
    pub(super) fn value(&self, name: &str) -> &str {
        match self.find(name) {
            Some(Kind::Line(edit)) => edit.value(),
            _ => "",
        }
    }

    /// A line's text without spaces around it; none when nothing is typed.
    pub(super) fn text(&self, name: &str) -> Option<Text> {
        match self.find(name) {
            Some(Kind::Line(edit)) if !(self.wordless.get() && WORDS.contains(&name)) => edit.text(),
            _ => None,
        }
    }

    /// What the form says with nothing in the fields that say why.
    pub(super) fn wordless<T>(&self, read: impl FnOnce(&Self) -> T) -> T {
        self.wordless.set(true);
        let said = read(self);
        self.wordless.set(false);
        said
    }

    /// What is chosen in a field.
    pub(super) fn chosen(&self, name: &str) -> Option<i64> {
        match self.find(name)? {
            Kind::Choice { all, at } => all.get(*at).map(|c| c.id),
            Kind::Pick(pick) => pick.chosen().first().copied(),
            Kind::Line(_) => None,
        }
    }

    /// All that is chosen in a field.
    pub(super) fn all_chosen(&self, name: &str) -> Vec<i64> {
        match self.find(name) {
            Some(Kind::Pick(pick)) => pick.chosen(),
            _ => self.chosen(name).into_iter().collect(),
        }
    }

    /// The list of a field.
    pub(super) fn picked(&self, name: &str) -> Option<&Pick> {
        match self.find(name) {
            Some(Kind::Pick(pick)) => Some(pick),
            _ => None,
        }
    }

    /// Whether what a field is chosen from has not come yet.
    pub(super) fn awaits(&self) -> bool {
        self.fields.iter().any(Field::awaits)
    }

    /// Takes over, from the same form made anew, what had not come; all else stays as filled in.
    pub(super) fn adopt(&mut self, fresh: Self) {
        let focused = self.fields.get(self.focus).map(|f| f.name);
        let mut old = std::mem::take(&mut self.fields);
        let kept = |new: Field| match old.iter().position(|f| f.name == new.name && !f.awaits()) {
            Some(at) => old.remove(at),
            None => new,
        };
        self.fields = fresh.fields.into_iter().map(kept).collect();
        self.focus_on(focused.unwrap_or_default());
    }

    /// Shows or hides a field.
    pub(super) fn show(&mut self, name: &str, shown: bool) {
        for field in self.fields.iter_mut().filter(|f| f.name == name) {
            field.hidden = !shown;
        }
    }

    /// Puts other choices in place of a field's, the chosen one staying if it is among them.
    pub(super) fn replace(&mut self, name: &str, list: Pick) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.name == name) {
            field.kind = Kind::Pick(Box::new(list));
        }
    }

    /// Puts an error under a field and the focus on it; false when there is no such field.
    pub(super) fn fault(&mut self, name: &str, message: String) -> bool {
        let found = self.mark(name, &message);
        if found {
            self.focus_on(name);
        }
        found
    }

    /// Puts what went wrong under its field and the focus on that; what is of no field here comes back.
    pub(super) fn said(&mut self, error: FormError) -> Option<String> {
        match error {
            FormError::Field(field, message) if self.fault(&field, message.clone()) => None,
            error => Some(error.said()),
        }
    }

    /// Puts an error under a field and leaves the focus where it is; false when there is no such field.
    pub(super) fn mark(&mut self, name: &str, message: &str) -> bool {
        let field = self.fields.iter_mut().find(|f| f.name == name && !f.hidden);
        field.map(|f| f.error = Some(message.to_owned())).is_some()
    }

    /// Takes all errors away.
    pub(super) fn clear_faults(&mut self) {
        self.fields.iter_mut().for_each(|f| f.error = None);
    }

    fn focus_on(&mut self, name: &str) {
        if let Some(at) = self.fields.iter().position(|f| f.name == name && !f.hidden) {
            self.focus = at;
        }
    }

    /// Whether anything was typed or chosen.
    pub(super) fn touched(&self) -> bool {
        self.touched
    }

    /// Whether plain characters are text where the focus is.
    pub(super) fn typing(&self) -> bool {
        self.fields.get(self.focus).is_some_and(|f| !matches!(f.kind, Kind::Choice { .. }))
    }

    fn focused_pick(&self) -> Option<&Pick> {
        match self.fields.get(self.focus).map(|f| &f.kind) {
            Some(Kind::Pick(pick)) => Some(pick),
            _ => None,
        }
    }

    /// Whether a field has the focus; where something stands beside the form, none may have it.
    pub(super) fn has_focus(&self) -> bool {
        self.fields.get(self.focus).is_some()
    }

    /// Takes the focus from every field.
    pub(super) fn blur(&mut self) {
        self.focus = usize::MAX;
    }

    /// The field that has the focus.
    pub(super) fn focus_name(&self) -> Option<&'static str> {
        self.fields.get(self.focus).map(|field| field.name)
    }

    /// Puts another text into a line.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            if let Kind::Line(edit) = &mut field.kind {
                edit.set(value);
            }
            field.error = None;
        }
    }

    /// Chooses another value of a field.
    pub(super) fn choose(&mut self, name: &str, id: i64) {
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            if let Kind::Choice { all, at } = &mut field.kind {
                *at = all.iter().position(|choice| choice.id == id).unwrap_or(*at);
            }
        }
    }

    /// Whether there is nothing to fill in.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// An answer to what a field asked; says whether it was one.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, labels: &dyn Labels) -> bool {
        let mut asked = |field: &mut Field| match &mut field.kind {
            Kind::Pick(pick) => pick.reply(id, reply, labels),
            _ => false,
        };
        self.fields.iter_mut().any(&mut asked)
    }

    fn in_list(&self) -> bool {
        self.focused_pick().is_some()
    }
}
