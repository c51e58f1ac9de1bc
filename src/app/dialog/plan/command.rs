//! The command that does what a plan shows, to read and to copy, where the command line can say it.

use super::PlanDialog;
use crate::{
    api::wire::Plan,
    app::{
        action::{Action, Context},
        dialog::{Cx, Dialog, Outcome, ViewCx},
        effect::Effect,
        key::Code,
        msg::Input,
        view::{DialogView, Line, Part, Tone, Width},
    },
    domain::{change::Matching, untrusted::visible},
    i18n::t,
};

/// Lines of a command that are shown; all of it is copied.
const SHOWN: usize = 12;

impl PlanDialog {
    /// The dialog of the command, where the command line has one and something would be done.
    pub(super) fn command(&self, cx: &Cx<'_>) -> Option<Box<dyn Dialog>> {
        let plan = self.plan.plan().filter(|plan| plan.change > 0)?;
        let form = &self.sections.form;
        let request = self.body.request(form, cx).ok()?;
        let mut words = vec!["rolecall".to_owned()];
        if let Some(folder) = cx.data_dir {
            words.extend(["--data-dir".to_owned(), folder.to_owned()]);
        }
        words.extend(self.body.command(form, &cx.view())?);
        if let Some(reason) = request.reason() {
            words.extend(["--reason".to_owned(), reason.raw().to_owned()]);
        }
        let mut lines = Vec::new();
        let mut tail = "";
        match request.on.matching.as_slice() {
            [] if request.on.ids.is_empty() => {}
            [Matching { filter, .. }] if request.on.named() == 0 => match filter.trim() {
                "" => words.push("--all".to_owned()),
                _ => words.extend(["--filter".to_owned(), filter.clone()]),
            },
            _ => {
                tail = " - <<'END'";
                lines = names(plan);
                lines.push("END".to_owned());
            }
        }
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        lines.insert(0, format!("{}{tail}", words.join(" ")));
        Some(Box::new(Command { lines }))
    }
}

/// The addresses of the rows that a plan changes, one a line: one that is left out would make the command end as if
/// something were lacking.
fn names(plan: &Plan) -> Vec<String> {
    let changed = plan.rows.iter().filter(|row| plan.shape(row).is_some_and(|shape| shape.changes()));
    changed.map(|row| row.name.to_string()).collect()
}

/// A word as a shell takes it, made visible first.
fn quoted(word: &str) -> String {
    let word = visible(word);
    let plain = |c: char| c.is_alphanumeric() || "-_./@:+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// A command, shown to be copied.
struct Command {
    lines: Vec<String>,
}

impl Dialog for Command {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn input(&mut self, input: Input, _: &mut Cx<'_>) -> Outcome {
        match (input.action, input.key.code) {
            (Some(Action::Copy), _) => Outcome::Stay(vec![Effect::Copy(self.lines.join("\n"))]),
            (Some(Action::Close), _) | (None, Code::Esc) => Outcome::Close,
            _ => Outcome::Stay(Vec::new()),
        }
    }

    fn view(&self, _: &ViewCx<'_>) -> DialogView {
        let mut lines: Vec<Line> = self.lines.iter().take(SHOWN).map(|line| Line::toned(line, Tone::Accent)).collect();
        if self.lines.len() > SHOWN {
            lines.push(Line::toned("…", Tone::Dim));
        }
        DialogView {
            title: t("dialog.plan.command").to_owned(),
            aside: None,
            width: Width::Medium,
            parts: vec![Part::Text(vec![Line::plain(t("dialog.plan.command_intro"))]), Part::Gap, Part::Text(lines)],
            hints: vec![(Action::Copy, Some(t("dialog.copy").to_owned())), (Action::Close, None)],
            pending: None,
            error: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_reaches_the_command_as_it_is() {
        assert_eq!(quoted("viewer"), "viewer");
        assert_eq!(quoted("Q4 clean-up"), "'Q4 clean-up'");
        assert_eq!(quoted("it's $HOME `x`"), r"'it'\''s $HOME `x`'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a\u{1b}b"), "'a‹U+001B›b'");
    }
}
