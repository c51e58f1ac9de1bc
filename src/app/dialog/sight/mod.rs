//! A plan as it is looked at: asked for, its rows to go through, and what they come to.

mod columns;
mod table;

use super::{ViewCx, changed, cursor::Cursor, planning::Planning, words, wrap};
use crate::{
    api::wire::{Plan, Workspace},
    app::{
        action::Action,
        format,
        msg::Input,
        view::{Line, ListRow, ListView, Tone},
    },
    domain::bulk::Rows,
    i18n::{t, tf},
};
use table::Table;

/// Columns before the cells of a row.
const GUTTER: usize = 4;

/// The plan, and where one is in it.
#[derive(Default)]
pub(super) struct Sight {
    pub(super) planning: Planning,
    table: Table,
    cursor: Cursor,
}

/// Whether a plan may be done.
pub(super) fn possible(plan: &Plan) -> bool {
    plan.refused.is_none() && plan.change > 0
}

impl Sight {
    /// The last plan, whether or not another is on its way.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.planning.shown()
    }

    /// There are no rows to look at.
    pub(super) fn clear(&mut self) {
        self.table = Table::default();
    }

    /// A plan came for these rows, in place of another or for the first time; how many rows are not as they
    /// were in the one that was looked at `before`.
    pub(super) fn came(&mut self, on: Rows, before: Option<&Plan>, cx: &Workspace) -> Option<usize> {
        let plan = self.planning.shown()?;
        let changed = before.map(|before| changed::between(before, plan));
        self.table = Table::new(on, plan, changed.as_ref(), cx);
        self.cursor = Cursor::default();
        changed.map(|changed| changed.count())
    }

    /// Whether the number of rows is typed before it is done.
    pub(super) fn asks_count(&self) -> bool {
        self.plan().is_some_and(|plan| plan.confirm && possible(plan))
    }

    /// What `Enter` does at a line that stands for others: opens it, or closes it.
    pub(super) fn folds(&self) -> Option<bool> {
        self.table.folds(self.cursor.0, self.plan()?)
    }

    /// A key for the rows; says whether it was one.
    pub(super) fn scroll(&mut self, input: Input, size: (u16, u16)) -> bool {
        let Some(plan) = self.planning.shown() else { return false };
        let opens = match input.action {
            Some(Action::PlanExpand) => Some(true),
            Some(Action::PlanCollapse) => Some(false),
            Some(Action::Confirm) => match self.table.folds(self.cursor.0, plan) {
                Some(opens) => Some(opens),
                None => return false,
            },
            _ => None,
        };
        if let Some(opens) = opens {
            if let Some(line) = self.table.open(self.cursor.0, opens, plan) {
                self.cursor = Cursor(line);
            }
            return true;
        }
        self.cursor.step(input, self.table.len(), usize::from(size.1 / 2), |_| false)
    }

    /// The rows in sight: those of the last plan, dimmed while another is made. `none` is said where there is
    /// no plan, and none on its way.
    pub(super) fn list(&self, room: usize, focused: bool, none: &'static str, cx: &ViewCx<'_>) -> ListView {
        let total = self.table.len();
        let first = self.cursor.first(total, room);
        let mut rows = self.plan().map(|plan| self.table.rows(first, room, plan, cx)).unwrap_or_default();
        if self.planning.pending() {
            rows.iter_mut().for_each(dim);
        }
        let empty = match (self.planning.pending(), self.plan()) {
            (true, _) => "dialog.plan.coming",
            (false, Some(_)) => "dialog.plan.empty",
            (false, None) => none,
        };
        ListView {
            columns: self.table.columns(wrap::wide(cx.size).saturating_sub(GUTTER)),
            rows,
            first,
            total,
            cursor: (focused && total > 0).then_some(self.cursor.0),
            headings: (0, 0),
            empty: t(empty).to_owned(),
        }
    }

    /// What is said beneath the rows: the one under the cursor where it is cut, what they come to, warnings, a
    /// refusal.
    pub(super) fn comes_to(&self, on: Rows, focused: bool, columns: usize, cx: &ViewCx<'_>) -> Vec<Line> {
        let Some(plan) = self.plan() else { return Vec::new() };
        let mut lines = Vec::new();
        if focused {
            lines.extend(self.table.in_full(self.cursor.0, columns - GUTTER, plan, cx));
        }
        lines.push(summary(on, plan));
        lines.extend(words::warnings(&plan.warnings));
        lines.extend(
            plan.refused.as_ref().map(|why| Line::toned(tf("dialog.plan.refused", &[("why", why)]), Tone::Bad)),
        );
        if self.planning.pending() {
            lines.iter_mut().flat_map(|line| &mut line.0).for_each(|span| span.tone = Tone::Dim);
        }
        lines
    }
}

/// `12 change · 2 left out · 0 gain · 12 lose`; of invitations nobody gains or loses anything yet.
fn summary(on: Rows, plan: &Plan) -> Line {
    let say = |key, n: u64| tf(key, &[("n", &format::count(n))]);
    let mut line = Line::toned(say("dialog.plan.change_n", plan.change), Tone::Strong);
    let mut more = |key, n, tone| line = std::mem::take(&mut line).and(" · ", Tone::Dim).and(say(key, n), tone);
    if plan.same > 0 {
        more("dialog.plan.same_n", plan.same, Tone::Plain);
    }
    more("dialog.plan.left_out_n", plan.left_out, Tone::Plain);
    if on != Rows::Invitations {
        more("dialog.plan.gain_n", plan.gain, Tone::Plain);
        more("dialog.plan.lose_n", plan.lose, if plan.lose > 0 { Tone::Bad } else { Tone::Plain });
    }
    line
}

fn dim(row: &mut ListRow) {
    for span in row.cells.iter_mut().flat_map(|cell| &mut cell.0) {
        span.tone = Tone::Dim;
    }
}
