//! A dialog of three parts, one above the other: what is filled in, rows to go through, and the count
//! that is typed before many rows are changed. Which of them has the keys, and how that moves on.

use super::{
    Cx,
    edit::Edit,
    form::{Fed, Form},
    submit::Trouble,
};
use crate::{
    app::{
        action::{Action, Context},
        effect::Effect,
        format,
        key::{Code, Key},
        msg::Input,
        view::Part,
    },
    i18n::tf,
};

/// What has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Focus {
    /// A field.
    #[default]
    Form,
    /// The rows.
    Rows,
    /// The count to type.
    Count,
}

/// The parts, and which has the keys.
#[derive(Default)]
pub(super) struct Zones {
    /// What is filled in.
    pub(super) form: Form,
    /// What has the keys.
    pub(super) focus: Focus,
    /// The count as typed.
    pub(super) typed: Typed,
}

impl Zones {
    /// The keys of `rows` where they have the focus, of a form elsewhere.
    pub(super) fn context(&self, rows: Context) -> Context {
        if self.focus == Focus::Rows { rows } else { Context::Form }
    }

    /// Whether plain characters are text now.
    pub(super) fn typing(&self) -> bool {
        match self.focus {
            Focus::Form => self.form.typing(),
            Focus::Rows => false,
            Focus::Count => true,
        }
    }

    /// Whether anything was typed or chosen.
    pub(super) fn touched(&self) -> bool {
        self.form.touched() || !self.typed.line.value().is_empty()
    }

    /// Whether a list is open to choose from.
    pub(super) fn listing(&self) -> bool {
        self.focus == Focus::Form && self.form.listing()
    }

    /// Gives the keys to a part.
    pub(super) fn go_to(&mut self, focus: Focus) {
        self.focus = focus;
        if focus != Focus::Form {
            self.form.blur();
        }
    }

    /// Puts what went wrong under its field and gives that the keys; what is of no field here comes back.
    pub(super) fn said(&mut self, trouble: Trouble) -> Option<String> {
        let said = self.form.said(trouble);
        if said.is_none() {
            self.focus = Focus::Form;
        }
        said
    }

    /// A key that moves the focus, or is for the part that has it: settled, what it says is to be planned.
    pub(super) fn press(&mut self, input: Input, counts: bool, cx: &mut Cx<'_>) -> Fed {
        if let Some(by) = self.motion(input) {
            self.walk(by, counts);
            return Fed::Settled(Vec::new());
        }
        match self.focus {
            Focus::Form => self.form.input(input, cx),
            Focus::Count => {
                self.typed.key(input.key);
                Fed::Nothing
            }
            Focus::Rows => Fed::Nothing,
        }
    }

    /// Pasted text for the part that has the focus.
    pub(super) fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        match self.focus {
            Focus::Form => return self.form.paste(text, cx),
            Focus::Count => self.typed.paste(text),
            Focus::Rows => {}
        }
        Vec::new()
    }

    /// Which way a key takes the focus, if it does.
    fn motion(&self, input: Input) -> Option<isize> {
        match (self.focus, input.action, input.key.code) {
            (Focus::Form, ..) => self.form.motion(input),
            (_, Some(Action::NextField | Action::NextPane), _) | (_, None, Code::Tab) => Some(1),
            (_, Some(Action::PreviousField | Action::PreviousPane), _) | (_, None, Code::BackTab) => Some(-1),
            (Focus::Count, _, Code::Up) => Some(-1),
            (Focus::Count, _, Code::Down) => Some(1),
            _ => None,
        }
    }

    /// The focus one on, or one back: field by field, then the rows, then the count where it is asked for.
    fn walk(&mut self, by: isize, counts: bool) {
        if self.focus == Focus::Form {
            self.form.walk(by);
            if self.form.has_focus() {
                return;
            }
        }
        let mut round = vec![Focus::Rows];
        if counts {
            round.push(Focus::Count);
        }
        if !self.form.is_empty() {
            round.push(Focus::Form);
        }
        let at = round.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        let to = round[(at + round.len()).saturating_add_signed(by) % round.len()];
        self.go_to(to);
        if to == Focus::Form {
            self.form.walk(by);
        }
    }
}

/// The number of rows that change, typed before it is done (SPEC 6).
#[derive(Default)]
pub(super) struct Typed {
    line: Edit,
    fault: Option<String>,
}

impl Typed {
    /// A key for it; no letters.
    fn key(&mut self, key: Key) {
        let letter = key.typed().is_some_and(|c| !c.is_ascii_digit() && c != ' ');
        if !letter && self.line.key(key).is_some() {
            self.fault = None;
        }
    }

    /// Pasted text for it.
    fn paste(&mut self, text: &str) {
        self.line.paste(text);
        self.fault = None;
    }

    /// Whether the number is this one; if not, that is said in the words of `wrong`.
    pub(super) fn is(&mut self, n: u64, wrong: &'static str) -> bool {
        let typed: String = self.line.value().chars().filter(|c| !c.is_whitespace()).collect();
        let right = typed == n.to_string();
        self.fault = (!right).then(|| tf(wrong, &[("n", &format::count(n))]));
        right
    }

    /// As a part of a dialog.
    pub(super) fn part(&self, n: u64, focused: bool) -> Part {
        let label = tf("dialog.plan.type_count", &[("n", &format::count(n))]);
        self.line.part(label, focused, self.fault.clone(), String::new())
    }
}
