//! How the plan looks: the choice, the rows, what they come to, and what stands against it.

use super::{Kind, PlanDialog};
use crate::{
    api::wire::Plan,
    app::{
        action::Action,
        dialog::{ViewCx, words, wrap, zones::Focus},
        format,
        view::{DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    i18n::{t, tf},
};

/// Lines that the dialog takes besides its parts: the screen's header and footer, the frame, a second
/// line of hints.
const FRAME: usize = 5;

/// Columns before the cells of a row.
const GUTTER: usize = 4;

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
            return format!("{} · {undone}", self.kind.title(None));
        }
        // What a filter comes to is known for sure once it was planned.
        let planned = self.planning.shown().map(|plan| plan.rows.len() as u64);
        self.kind.title(planned.or(self.targets.count))
    }

    /// The rows in sight: those of the last plan, dimmed while another is made.
    fn rows(&self, room: usize, cx: &ViewCx<'_>) -> ListView {
        let total = self.table.len();
        let first = self.cursor.first(total, room);
        let mut rows = match self.planning.shown() {
            Some(plan) => self.table.rows(first, room, plan, cx),
            None => Vec::new(),
        };
        if self.planning.pending() {
            rows.iter_mut().for_each(dim);
        }
        let empty = match (self.planning.pending(), self.planning.shown()) {
            (true, _) => "dialog.plan.coming",
            (false, Some(_)) => "dialog.plan.empty",
            (false, None) if self.error.is_some() => "dialog.plan.unplanned",
            (false, None) => "dialog.plan.choose",
        };
        let cursor = (self.zones.focus == Focus::Rows && total > 0).then_some(self.cursor.0);
        ListView {
            columns: self.table.columns(wrap::wide(cx.size).saturating_sub(GUTTER)),
            rows,
            first,
            total,
            cursor,
            headings: (0, 0),
            empty: t(empty).to_owned(),
        }
    }

    /// What is said beneath the rows: what they come to, warnings, a refusal, what is asked.
    fn below(&self, columns: usize, cx: &ViewCx<'_>) -> Vec<Part> {
        let mut lines = Vec::new();
        let mut confirm = None;
        if let Some(plan) = self.planning.shown() {
            if self.zones.focus == Focus::Rows {
                lines.extend(self.table.in_full(self.cursor.0, columns - GUTTER, plan, cx));
            }
            lines.push(self.summary(plan));
            lines.extend(plan.warnings.iter().map(|w| Line::toned(format!("! {}", words::warning(w)), Tone::Warn)));
            lines.extend(
                plan.refused.as_ref().map(|why| Line::toned(tf("dialog.plan.refused", &[("why", why)]), Tone::Bad)),
            );
            if self.asks_count() {
                confirm = Some(self.zones.typed.part(plan.change, self.zones.focus == Focus::Count));
            }
        }
        if self.planning.pending() {
            lines.iter_mut().flat_map(|line| &mut line.0).for_each(|span| span.tone = Tone::Dim);
        }
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
        let key = match (self.starting.pending(), self.planning.pending()) {
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
        let folds = self.planning.shown().filter(|_| self.zones.focus == Focus::Rows);
        match (
            self.zones.form.entering().filter(|_| self.zones.focus == Focus::Form),
            folds.and_then(|plan| self.table.folds(self.cursor.0, plan)),
        ) {
            (Some(verb), _) => hints.push((Action::Confirm, Some(verb.to_owned()))),
            (None, Some(true)) => hints.push((Action::Confirm, say("dialog.plan.expand"))),
            (None, Some(false)) => hints.push((Action::Confirm, say("dialog.plan.collapse"))),
            (None, None) if self.planning.shown().is_some_and(Self::possible) => {
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

    /// `12 change · 2 left out · 0 gain · 12 lose`; of invitations nobody gains or loses anything yet.
    fn summary(&self, plan: &Plan) -> Line {
        let say = |key, n: u64| tf(key, &[("n", &format::count(n))]);
        let mut line = Line::toned(say("dialog.plan.change_n", plan.change), Tone::Strong);
        let mut more = |key, n, tone| line = std::mem::take(&mut line).and(" · ", Tone::Dim).and(say(key, n), tone);
        if plan.same > 0 {
            more("dialog.plan.same_n", plan.same, Tone::Plain);
        }
        more("dialog.plan.left_out_n", plan.left_out, Tone::Plain);
        if !matches!(self.kind, Kind::Resend | Kind::Cancel) {
            more("dialog.plan.gain_n", plan.gain, Tone::Plain);
            more("dialog.plan.lose_n", plan.lose, if plan.lose > 0 { Tone::Bad } else { Tone::Plain });
        }
        line
    }
}

impl Kind {
    /// What is done, and to how many rows: `Change role · 14 members`.
    pub(in crate::app::dialog) fn title(self, rows: Option<u64>) -> String {
        let (one, many) = match self {
            Self::Resend | Self::Cancel => ("dialog.plan.one_invitation", "dialog.plan.invitations"),
            _ => ("dialog.plan.one_member", "dialog.plan.members"),
        };
        let rows = match rows {
            Some(1) => t(one).to_owned(),
            Some(n) => tf(many, &[("n", &format::count(n))]),
            None => t("dialog.plan.matching").to_owned(),
        };
        let key = match self {
            Self::Role => "dialog.plan.role",
            Self::AddToGroups => "dialog.plan.add_to_groups",
            Self::RemoveFromGroups => "dialog.plan.remove_from_groups",
            Self::Allow => "dialog.plan.allow",
            Self::Deny => "dialog.plan.deny",
            Self::Deactivate => "dialog.plan.deactivate",
            Self::Remove => "dialog.plan.remove",
            Self::Resend => "dialog.plan.resend",
            Self::Cancel => "dialog.plan.cancel",
            Self::Undo(job) => return tf("dialog.plan.undo", &[("job", &job.0)]),
        };
        tf(key, &[("rows", &rows)])
    }
}

fn dim(row: &mut ListRow) {
    for span in row.cells.iter_mut().flat_map(|cell| &mut cell.0) {
        span.tone = Tone::Dim;
    }
}
