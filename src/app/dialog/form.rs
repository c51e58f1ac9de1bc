//! Fields to fill in: their values, the focus, and what is wrong with each, by its name on the wire.

mod looks;

use super::{Cx, edit::Edit, pick::Pick};
use crate::{
    api::error::ApiError,
    app::{
        action::Action,
        effect::{Effect, Reply, ReqId},
        key::Code,
        msg::Input,
    },
    domain::untrusted::Text,
};

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
        matches!(&self.kind, Kind::Choice { all, .. } if all.is_empty())
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
}

/// What a key did to a form.
pub(super) enum Fed {
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

    /// Why, and what is typed out to confirm that something goes.
    pub(super) fn parting(label: &'static str) -> Self {
        Self::default().reason().line("confirm", label, "", "")
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
            Some(Kind::Line(edit)) => edit.text(),
            _ => None,
        }
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

    /// Before the focus goes on: takes the entry looked for, and says whether there was one.
    fn take(&mut self) -> bool {
        let Some(Field { kind: Kind::Pick(pick), error, .. }) = self.fields.get_mut(self.focus) else { return false };
        let took = pick.take();
        if took {
            *error = None;
            self.touched = true;
            self.go(1);
        }
        took
    }

    /// `Enter`: says whether it was meant for what is looked for in a list, and not for the form.
    pub(super) fn enter(&mut self) -> bool {
        if let Some(Field { kind: Kind::Pick(pick), error, .. }) = self.fields.get_mut(self.focus)
            && pick.enter()
        {
            *error = None;
            self.touched = true;
            return true;
        }
        self.take()
    }

    fn focused_pick(&self) -> Option<&Pick> {
        match self.fields.get(self.focus).map(|f| &f.kind) {
            Some(Kind::Pick(pick)) => Some(pick),
            _ => None,
        }
    }

    /// Which way a key takes the focus, if it does.
    pub(super) fn motion(&self, input: Input) -> Option<isize> {
        match (input.action, input.key.code) {
            (Some(Action::NextField), _) | (None, Code::Tab) => Some(1),
            (Some(Action::PreviousField), _) | (None, Code::BackTab) => Some(-1),
            (_, Code::Down) if !self.in_list() => Some(1),
            (_, Code::Up) if !self.in_list() => Some(-1),
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

    /// Moves the focus one field on, or one back: into the form where no field had it, out of it past
    /// its last or first.
    pub(super) fn walk(&mut self, by: isize) {
        if self.take() {
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
    pub(super) fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Fed {
        if let Some(by) = self.motion(input) {
            if !self.take() {
                self.go(by);
            }
            return Fed::Settled(Vec::new());
        }
        let Some(field) = self.fields.get_mut(self.focus) else { return Fed::Nothing };
        let fed = match &mut field.kind {
            Kind::Line(edit) => match edit.key(input.key) {
                Some(true) => Fed::Taken(Vec::new()),
                Some(false) => return Fed::Taken(Vec::new()),
                None => return Fed::Nothing,
            },
            Kind::Choice { all, at } => match (step(input), input.key.typed()) {
                (Some(by), _) if !all.is_empty() => {
                    self.sought.1.clear();
                    *at = (*at + if by { 1 } else { all.len() - 1 }) % all.len();
                    Fed::Settled(Vec::new())
                }
                (None, Some(letter)) => {
                    if self.sought.0 != self.focus {
                        self.sought = (self.focus, String::new());
                    }
                    match seek(all, &mut self.sought.1, letter) {
                        Some(found) => *at = found,
                        None => return Fed::Nothing,
                    }
                    Fed::Settled(Vec::new())
                }
                _ => return Fed::Nothing,
            },
            Kind::Pick(pick) => match pick.key(input, cx) {
                Some((effects, true)) => Fed::Settled(effects),
                Some((effects, false)) => return Fed::Taken(effects),
                None => return Fed::Nothing,
            },
        };
        field.error = None;
        self.touched = true;
        fed
    }

    /// Pasted text.
    pub(super) fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
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

    /// An answer to what a field asked; says whether it was one.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>) -> bool {
        self.fields.iter_mut().any(|f| if let Kind::Pick(pick) = &mut f.kind { pick.reply(id, reply) } else { false })
    }

    fn in_list(&self) -> bool {
        self.focused_pick().is_some()
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
