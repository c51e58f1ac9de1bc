//! A plan as it is looked at: asked for, its rows to go through, and what they come to.

mod columns;
mod one;
mod table;

use super::{ViewCx, changed, cursor::Cursor, focus::Phrase, planning::Planning, words, wrap};
use crate::{
    api::wire::{Plan, Workspace},
    app::{
        action::Action,
        format,
        msg::Input,
        view::{Line, ListRow, ListView, Tone},
    },
    domain::time::Timestamp,
    i18n::{t, tf},
};
use table::Table;

/// Columns before the cells of a row.
const GUTTER: usize = 4;

/// The plan, and where one is in it.
#[derive(Default)]
pub(super) struct PlanView {
    pub(super) planning: Planning,
    /// What has to be typed before it is applied.
    phrase: Option<Phrase>,
    /// The lines of a plan of one row; of others the table.
    one: Vec<(String, Tone)>,
    table: Table,
    cursor: Cursor,
}

/// Whether a plan may be applied.
pub(super) fn possible(plan: &Plan) -> bool {
    plan.refused.is_none() && plan.change > 0
}

/// Whether a plan is one row of which there is nothing to fold.
pub(super) fn single(plan: &Plan) -> bool {
    plan.rows.len() == 1 && plan.people.is_empty()
}

impl PlanView {
    /// The last plan, whether or not another is on its way.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.planning.shown()
    }

    /// There are no rows to look at.
    pub(super) fn clear(&mut self) {
        (self.table, self.one, self.phrase) = (Table::default(), Vec::new(), None);
    }

    /// A plan came, in place of another or for the first time; how many rows differ from the one that was looked at
    /// `before`. `verb` is typed with the number of rows.
    pub(super) fn came(&mut self, verb: &str, before: Option<&Plan>, of: &Workspace, now: Timestamp) -> Option<usize> {
        let plan = self.planning.shown()?;
        let changed = before.map(|before| changed::between(before, plan));
        self.phrase = Phrase::of(&plan.confirm, verb).filter(|_| possible(plan));
        self.one = if single(plan) { one::lines(plan, of, now) } else { Vec::new() };
        self.table = Table::new(plan, changed.as_ref(), of, now);
        self.cursor = Cursor::default();
        changed.map(|changed| changed.count())
    }

    /// What has to be typed before the plan is applied; none where one `Enter` does.
    pub(super) fn phrase(&self) -> Option<&Phrase> {
        self.phrase.as_ref()
    }

    /// What `Enter` does at a line that stands for others: opens it, or closes it.
    pub(super) fn folds(&self) -> Option<bool> {
        self.table.folds(self.cursor.0, self.plan()?)
    }

    /// A key for the rows; says whether it was one.
    pub(super) fn scroll(&mut self, input: Input, size: (u16, u16)) -> bool {
        let Some(plan) = self.planning.shown() else { return false };
        let page = usize::from(size.1 / 2);
        if single(plan) {
            let lines = self.wrapped(size).len();
            return self.cursor.step(input, lines, page, |_| false);
        }
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
        self.cursor.step(input, self.table.len(), page, |_| false)
    }

    /// The rows in sight: those of the last plan, dimmed while another is made. `none` is said where there is
    /// no plan, and none on its way.
    pub(super) fn list(&self, room: usize, focused: bool, none: &'static str, cx: &ViewCx<'_>) -> ListView {
        let one = self.plan().filter(|plan| single(plan));
        let (mut rows, first, total, columns) = match one {
            Some(_) => {
                let mut lines = self.wrapped(cx.size);
                let (total, first) = (lines.len(), self.cursor.first(lines.len(), room));
                lines.drain(..first);
                lines.truncate(room);
                (lines, first, total, Vec::new())
            }
            None => {
                let (total, first) = (self.table.len(), self.cursor.first(self.table.len(), room));
                let rows = self.plan().map(|plan| self.table.rows(first, room, plan, cx)).unwrap_or_default();
                (rows, first, total, self.table.columns(wrap::wide(cx.size).saturating_sub(GUTTER)))
            }
        };
        if self.planning.pending() {
            rows.iter_mut().for_each(dim);
        }
        let empty = match (self.planning.pending(), self.plan()) {
            (true, _) => "dialog.plan.coming",
            (false, Some(_)) => "dialog.plan.empty",
            (false, None) => none,
        };
        let cursor = (focused && total > 0).then_some(self.cursor.0);
        ListView { columns, rows, first, total, cursor, headings: (0, 0), empty: t(empty).to_owned() }
    }

    /// The lines of a plan of one row, as wide as there is room.
    fn wrapped(&self, size: (u16, u16)) -> Vec<ListRow> {
        // The cursor takes two columns.
        let columns = wrap::columns(size, wrap::MEDIUM) - 2;
        self.one.iter().flat_map(|(text, tone)| wrap::rows(text, *tone, 2, columns)).collect()
    }

    /// Below the rows: the one under the cursor where it is cut, what they come to, warnings, a refusal.
    pub(super) fn summary(&self, focused: bool, columns: usize, cx: &ViewCx<'_>) -> Vec<Line> {
        let Some(plan) = self.plan() else { return Vec::new() };
        let mut lines = Vec::new();
        if !single(plan) {
            if focused {
                lines.extend(self.table.in_full(self.cursor.0, columns - GUTTER, plan, cx));
            }
            lines.push(counts(plan));
        }
        lines.extend(words::notes(plan, cx.workspace));
        if self.planning.pending() {
            lines.iter_mut().flat_map(|line| &mut line.0).for_each(|span| span.tone = Tone::Dim);
        }
        lines
    }
}

/// `12 change · 2 left out · 0 gain · 12 lose`.
fn counts(plan: &Plan) -> Line {
    let say = |key, n: u64| tf(key, &[("n", &format::count(n))]);
    let mut line = Line::toned(say("dialog.plan.change_n", plan.change), Tone::Strong);
    let mut more = |key, n, tone| line = std::mem::take(&mut line).and(" · ", Tone::Dim).and(say(key, n), tone);
    if plan.unchanged > 0 {
        more("dialog.plan.unchanged_n", plan.unchanged, Tone::Plain);
    }
    more("dialog.plan.left_out_n", plan.skipped, Tone::Plain);
    more("dialog.plan.gain_n", plan.gain, Tone::Plain);
    more("dialog.plan.lose_n", plan.lose, if plan.lose > 0 { Tone::Bad } else { Tone::Plain });
    line
}

fn dim(row: &mut ListRow) {
    for span in row.cells.iter_mut().flat_map(|cell| &mut cell.0) {
        span.tone = Tone::Dim;
    }
}
