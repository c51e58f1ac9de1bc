//! How the dialog of a change looks: the form, the rows of its plan, what they come to, and what stands against it.

use super::PlanDialog;
use crate::{
    app::{
        action::Action,
        dialog::{
            ViewCx,
            focus::Focus,
            plan_view::{possible, single},
            wrap,
        },
        format,
        view::{DialogView, Line, ListView, Part, Tone, Width},
    },
    i18n::{t, tf},
};

/// Lines that the dialog takes besides its parts: the screen's header and footer, the frame, a second
/// line of hints.
const FRAME: usize = 5;

/// Lines for what stands below the parts: an error, or what is waited for.
const FOOT: usize = 2;

impl PlanDialog {
    pub(super) fn draw(&self, cx: &ViewCx<'_>) -> DialogView {
        let width = self.body.width();
        let columns = match width {
            Width::Wide => wrap::wide(cx.size),
            _ => wrap::columns(cx.size, wrap::MEDIUM),
        };
        let form = &self.sections.form;
        let (intro, below) = (self.body.intro(form, cx), self.below(columns, cx));
        let mut parts = Vec::new();
        if !intro.is_empty() {
            parts.extend([Part::Text(intro), Part::Gap]);
        }
        let height_of = |parts: &[Part]| parts.iter().map(|part| wrap::height(part, columns)).sum::<usize>();
        let around = height_of(&parts) + form.lines() + height_of(&below) + 2;
        let choosing = self.sections.listing();
        // An open list and the rows of the plan share the room between them.
        let room = usize::from(cx.size.1).saturating_sub(FRAME + FOOT + around).max(4);
        let list = if choosing { room / 2 } else { 0 };
        let fields = form.parts(list.max(3), choosing);
        if !fields.is_empty() {
            parts.extend(fields);
            parts.push(Part::Gap);
        }
        parts.push(Part::List(self.rows(room.saturating_sub(list + 1).max(2), cx)));
        parts.extend(below);
        DialogView {
            // What a filter comes to is known for sure once it was planned.
            title: self.body.title(self.plan.plan().map(|plan| plan.rows.len() as u64).or(self.counted()), cx),
            aside: None,
            width,
            parts,
            hints: self.hints(cx),
            pending: self.waits_for(),
            error: self.error.clone(),
        }
    }

    fn counted(&self) -> Option<u64> {
        self.body.targets().and_then(|targets| targets.count)
    }

    fn rows(&self, room: usize, cx: &ViewCx<'_>) -> ListView {
        let none = if self.error.is_some() { "dialog.plan.unplanned" } else { "dialog.plan.choose" };
        self.plan.list(room, self.sections.focus == Focus::Rows, none, cx)
    }

    /// That others made the rows more or fewer since they were marked.
    fn drifted(&self) -> Option<Line> {
        let now = self.plan.plan()?.rows.len() as u64;
        let then = self.body.targets()?.marked.filter(|then| *then != now)?;
        let text = tf("dialog.plan.drifted", &[("now", &format::count(now)), ("then", &format::count(then))]);
        Some(Line::toned(text, Tone::Warn))
    }

    /// Beneath the rows: what they come to, warnings, a refusal, what is typed to confirm.
    fn below(&self, columns: usize, cx: &ViewCx<'_>) -> Vec<Part> {
        let mut lines = self.plan.summary(self.sections.focus == Focus::Rows, columns, cx);
        lines.extend(self.drifted());
        if let Some(changed) = self.moved {
            let key = if changed == 0 { "dialog.plan.moved_same" } else { "dialog.plan.moved" };
            lines.push(Line::toned(t(key), Tone::Warn));
        }
        if self.leaving {
            let key = if self.starting.pending() { "dialog.leave" } else { "dialog.discard" };
            lines.push(Line::toned(t(key), Tone::Warn));
        }
        let mut parts = Vec::new();
        if !lines.is_empty() {
            parts.extend([Part::Gap, Part::Text(lines)]);
        }
        if let Some(phrase) = self.plan.phrase() {
            parts.extend(self.sections.typed.parts(phrase, self.sections.focus == Focus::Confirm));
        }
        parts
    }

    fn waits_for(&self) -> Option<String> {
        let key = match (self.starting.pending() || self.one.is_some(), self.plan.planning.pending()) {
            (true, _) => "dialog.pending",
            (false, true) => "dialog.plan.planning",
            _ => return None,
        };
        Some(t(key).to_owned())
    }

    fn hints(&self, cx: &ViewCx<'_>) -> Vec<(Action, Option<String>)> {
        let (sections, plan) = (&self.sections, self.plan.plan());
        let (form, on) = (&sections.form, sections.focus);
        let say = |text: &str| Some(text.to_owned());
        let mut hints = Vec::new();
        match (form.entering().filter(|_| on == Focus::Form), self.plan.folds().filter(|_| on == Focus::Rows)) {
            (Some(verb), _) => hints.push((Action::Confirm, say(verb))),
            (None, Some(true)) => hints.push((Action::Confirm, say(t("dialog.plan.expand")))),
            (None, Some(false)) => hints.push((Action::Confirm, say(t("dialog.plan.collapse")))),
            (None, None) if plan.is_some_and(possible) => hints.push((Action::Confirm, say(self.body.verb()))),
            (None, None) if plan.is_none() => hints.push((Action::Confirm, say(t("dialog.plan.show")))),
            (None, None) => {}
        }
        match on {
            Focus::Form => {
                hints.extend(form.choosing_hints());
                hints.push((Action::NextField, None));
                hints.extend(form.toggling().map(|word| (Action::Toggle, say(word))));
            }
            Focus::Rows => {
                if plan.is_some_and(|plan| !single(plan)) {
                    hints.extend([(Action::PlanExpand, None), (Action::PlanCollapse, None)]);
                }
                if plan.is_some_and(possible) && self.body.command(form, cx).is_some() {
                    hints.push((Action::PlanCommand, None));
                }
                if !form.is_empty() {
                    hints.push((Action::NextPane, say(t("dialog.plan.fields"))));
                }
            }
            Focus::Confirm => hints.push((Action::NextField, None)),
        }
        hints.push((Action::Close, say(self.body.way_out())));
        hints
    }
}
