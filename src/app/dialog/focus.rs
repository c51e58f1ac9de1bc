//! A dialog of three parts, one above the other: a form, rows to go through, and what is typed to confirm. Owns which of
//! them has the keys, and how that moves on.

use super::{
    Cx,
    edit::Edit,
    form::{Form, KeyOutcome},
    form_error::FormError,
};
use crate::{
    app::{
        action::{Action, Context},
        effect::Effect,
        format,
        key::{Code, Key},
        msg::Input,
        view::{Line, Part},
    },
    domain::{plan::Confirm, untrusted::visible},
    i18n::{t, tf},
};
use unicode_width::UnicodeWidthStr;

/// Columns before the line that is typed, at most.
const LABEL: usize = 38;

/// What has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Focus {
    /// A field.
    #[default]
    Form,
    /// The rows.
    Rows,
    /// What is typed to confirm.
    Confirm,
}

/// The parts, and which has the keys.
#[derive(Default)]
pub(super) struct Sections {
    /// What is filled in.
    pub(super) form: Form,
    /// What has the keys.
    pub(super) focus: Focus,
    /// What is typed to confirm.
    pub(super) typed: Typed,
}

impl Sections {
    /// The keys of `rows` where they have the focus, of a form elsewhere.
    pub(super) fn context(&self, rows: Context) -> Context {
        if self.focus == Focus::Rows { rows } else { Context::Form }
    }

    /// Whether plain characters are text now.
    pub(super) fn typing(&self) -> bool {
        match self.focus {
            Focus::Form => self.form.typing(),
            Focus::Rows => false,
            Focus::Confirm => true,
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
    pub(super) fn said(&mut self, error: FormError) -> Option<String> {
        let said = self.form.said(error);
        if said.is_none() {
            self.focus = Focus::Form;
        }
        said
    }

    /// A key that moves the focus, or is for the part that has it: settled, what it says is to be planned.
    pub(super) fn press(&mut self, input: Input, phrase: Option<&Phrase>, cx: &mut Cx<'_>) -> KeyOutcome {
        if let Some(by) = self.motion(input) {
            self.walk(by, phrase.is_some());
            return KeyOutcome::Settled(Vec::new());
        }
        match self.focus {
            Focus::Form => self.form.input(input, cx),
            Focus::Confirm => {
                self.typed.key(input.key, phrase.is_some_and(|phrase| phrase.digits));
                KeyOutcome::Nothing
            }
            Focus::Rows => KeyOutcome::Nothing,
        }
    }

    /// Pasted text for the part that has the focus.
    pub(super) fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        match self.focus {
            Focus::Form => return self.form.paste(text, cx),
            Focus::Confirm => self.typed.paste(text),
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
            (Focus::Confirm, _, Code::Up) => Some(-1),
            (Focus::Confirm, _, Code::Down) => Some(1),
            _ => None,
        }
    }

    /// The focus one on, or one back: field by field, then the rows, then the confirmation where one is typed.
    fn walk(&mut self, by: isize, confirms: bool) {
        if self.focus == Focus::Form {
            self.form.walk(by);
            if self.form.has_focus() {
                return;
            }
        }
        let mut round = vec![Focus::Rows];
        if confirms {
            round.push(Focus::Confirm);
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

/// What has to be typed before a plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    text: String,
    digits: bool,
    /// What is asked, in words.
    asked: String,
}

impl Phrase {
    /// What a plan asks for; none where one `Enter` confirms it. `verb` is the verb for several rows.
    pub(super) fn of(confirm: &Confirm, verb: &str) -> Option<Self> {
        let (text, digits, key) = match confirm {
            Confirm::Enter => return None,
            Confirm::Count { count } => (format::count(*count), true, "dialog.plan.type"),
            Confirm::Name { name } => (name.to_string(), false, "dialog.plan.type"),
            Confirm::Verb { count } => (format!("{verb} {}", format::count(*count)), false, "dialog.plan.type_quoted"),
        };
        let asked = tf(key, &[("what", &text)]);
        Some(Self { text, digits, asked })
    }

    /// Blanks and case do not count: numbers are grouped, addresses are written either way.
    fn is(&self, typed: &str) -> bool {
        let bare =
            |text: &str| text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect::<String>();
        bare(&visible(typed)) == bare(&self.text)
    }
}

/// The line for it.
#[derive(Default)]
pub(super) struct Typed {
    line: Edit,
    fault: Option<String>,
}

impl Typed {
    fn key(&mut self, key: Key, digits: bool) {
        let letter = key.typed().is_some_and(|c| !c.is_ascii_digit() && c != ' ');
        if !(digits && letter) && self.line.key(key).is_some() {
            self.fault = None;
        }
    }

    fn paste(&mut self, text: &str) {
        self.line.paste(text);
        self.fault = None;
    }

    /// Whether it is typed; if not, that is said.
    pub(super) fn is(&mut self, phrase: &Phrase) -> bool {
        let right = phrase.is(self.line.value());
        let empty = self.line.value().trim().is_empty();
        self.fault = (!right && !empty).then(|| tf("dialog.plan.type_wrong", &[("asked", &phrase.asked)]));
        right
    }

    /// As parts of a dialog. What there is no room for before the line stands above it.
    pub(super) fn parts(&self, phrase: &Phrase, focused: bool) -> Vec<Part> {
        let field = |label: String| self.line.part(label, focused, self.fault.clone(), String::new());
        if phrase.asked.width() <= LABEL {
            return vec![field(phrase.asked.clone())];
        }
        vec![Part::Text(vec![Line::plain(&phrase.asked)]), field(t("dialog.plan.confirm").to_owned())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(confirm: &Confirm) -> Phrase {
        Phrase::of(confirm, "deactivate").unwrap()
    }

    #[test]
    fn what_is_typed_is_what_the_plan_asks_for() {
        assert_eq!(Phrase::of(&Confirm::Enter, "deactivate"), None);
        let count = phrase(&Confirm::Count { count: 1041 });
        assert!(count.is("1041") && count.is(" 1 041 ") && !count.is("104") && !count.is(""));
        let name = phrase(&Confirm::Name { name: "Bo@w.test".into() });
        assert!(name.is("bo@W.test ") && !name.is("bo@w.tes"));
        let verb = phrase(&Confirm::Verb { count: 41 });
        assert!(verb.is("Deactivate 41") && !verb.is("41") && !verb.is("deactivate"));
    }

    #[test]
    fn a_hostile_name_is_typed_as_it_is_shown() {
        let name = phrase(&Confirm::Name { name: "a\u{202e}b".into() });
        assert!(name.is("a\u{202e}b") && name.is("a‹U+202E›b"));
        assert!(!name.asked.contains('\u{202e}'));
    }
}
