//! How the plan looks: the choice, the rows, what they come to, and what stands against it.

use super::{Kind, PlanDialog};
use crate::{
    app::{
        action::Action,
        dialog::{ViewCx, sight::possible, wrap, zones::Focus},
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
    pub(super) fn looks(&self, cx: &ViewCx<'_>) -> DialogView {
        let columns = wrap::wide(cx.size);
        let below = self.below(columns, cx);
        let said = below.iter().map(|part| wrap::height(part, columns)).sum::<usize>();
        let height = usize::from(cx.size.1).saturating_sub(FRAME + FOOT);
        let choosing = self.zones.listing();
        let around = self.zones.form.lines() + said + 2;
        // An open list and the rows of the plan share the room between them.
        let room = height.saturating_sub(around).max(4);
        let list = if choosing { room / 2 } else { 0 };
        let mut parts = self.zones.form.parts(list.max(3), choosing);
        if !parts.is_empty() {
            parts.push(Part::Gap);
        }
        parts.push(Part::List(self.rows(room.saturating_sub(list + 1).max(2), cx)));
        parts.extend(below);
        DialogView {
            title: self.title(),
            aside: None,
            width: Width::Wide,
            parts,
            hints: self.hints(),
            pending: self.waits_for(),
            error: self.error.clone(),
        }
    }

    fn title(&self) -> String {
        if let Some(undone) = &self.undone {
            return undone.clone();
        }
        // What a filter comes to is known for sure once it was planned.
        let planned = self.sight.plan().map(|plan| plan.rows.len() as u64);
        self.kind.title(planned.or(self.targets.count))
    }

    fn rows(&self, room: usize, cx: &ViewCx<'_>) -> ListView {
        let none = if self.error.is_some() { "dialog.plan.unplanned" } else { "dialog.plan.choose" };
        self.sight.list(room, self.zones.focus == Focus::Rows, none, cx)
    }

    /// That others made the rows more or fewer since they were marked.
    fn drifted(&self) -> Option<Line> {
        let now = self.sight.plan()?.rows.len() as u64;
        let then = self.targets.marked.filter(|then| *then != now)?;
        let text = tf("dialog.plan.drifted", &[("now", &format::count(now)), ("then", &format::count(then))]);
        Some(Line::toned(text, Tone::Warn))
    }

    /// What is said beneath the rows: what they come to, warnings, a refusal, what is asked.
    fn below(&self, columns: usize, cx: &ViewCx<'_>) -> Vec<Part> {
        let mut lines = self.sight.comes_to(self.kind.rows(), self.zones.focus == Focus::Rows, columns, cx);
        let asked = self.sight.plan().filter(|_| self.sight.asks_count());
        let confirm = asked.map(|plan| self.zones.typed.part(plan.change, self.zones.focus == Focus::Count));
        lines.extend(self.drifted());
        if let Some(changed) = self.moved {
            let key = if changed == 0 { "dialog.plan.moved_same" } else { "dialog.plan.moved" };
            lines.push(Line::toned(t(key), Tone::Warn));
        }
        lines.extend(self.question.as_ref().map(|question| Line::toned(question, Tone::Warn)));
        if self.leaving {
            let key = if self.starting.pending() { "dialog.leave" } else { "dialog.discard" };
            lines.push(Line::toned(t(key), Tone::Warn));
        }
        let text = (!lines.is_empty()).then_some(Part::Text(lines));
        text.into_iter().chain(confirm).collect()
    }

    fn waits_for(&self) -> Option<String> {
        let key = match (self.starting.pending(), self.sight.planning.pending()) {
            (true, _) => "dialog.plan.starting",
            (false, true) => "dialog.plan.planning",
            _ => return None,
        };
        Some(t(key).to_owned())
    }

    fn hints(&self) -> Vec<(Action, Option<String>)> {
        let say = |key| Some(t(key).to_owned());
        let mut hints = Vec::new();
        if self.question.is_some() {
            return vec![(Action::Confirm, say("dialog.yes")), (Action::Close, say("dialog.no"))];
        }
        match (
            self.zones.form.entering().filter(|_| self.zones.focus == Focus::Form),
            self.sight.folds().filter(|_| self.zones.focus == Focus::Rows),
        ) {
            (Some(verb), _) => hints.push((Action::Confirm, Some(verb.to_owned()))),
            (None, Some(true)) => hints.push((Action::Confirm, say("dialog.plan.expand"))),
            (None, Some(false)) => hints.push((Action::Confirm, say("dialog.plan.collapse"))),
            (None, None) if self.sight.plan().is_some_and(possible) => {
                hints.push((Action::Confirm, say("dialog.plan.verb")));
            }
            (None, None) => {}
        }
        match self.zones.focus {
            Focus::Form => {
                hints.extend(self.zones.form.choosing_hints());
                hints.push((Action::NextField, None));
                hints.extend(self.zones.form.toggling().map(|word| (Action::Toggle, Some(word.to_owned()))));
            }
            Focus::Rows => {
                hints.extend([(Action::PlanExpand, None), (Action::PlanCollapse, None)]);
                if self.has_command() {
                    hints.push((Action::PlanCommand, None));
                }
                if !self.zones.form.is_empty() {
                    hints.push((Action::NextPane, say("dialog.plan.fields")));
                }
            }
            Focus::Count => hints.push((Action::NextField, None)),
        }
        // "cancel" would say the opposite over invitations to cancel.
        let close = if self.kind == Kind::Cancel { "dialog.cancel_invitation.keep" } else { "dialog.cancel" };
        hints.push((Action::Close, say(close)));
        hints
    }
}
