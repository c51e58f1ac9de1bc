//! The columns of a plan's rows: what they are called, and how they share the room there is.

use super::table::head;
use crate::{
    api::wire::{Plan, Shape, Workspace},
    app::view::Column,
    domain::untrusted::Text,
    i18n::t,
};
use unicode_width::UnicodeWidthStr;

/// Columns that a name has at most, where there is not enough room.
const NAME: u16 = 40;

/// Columns that a name keeps at least.
const NAMED: u16 = 16;

/// Columns that a list of capabilities keeps: room for one of them; and where even that is too much.
const LISTED: [u16; 2] = [15, 10];

/// The columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    wanted: Vec<Column>,
    /// In so many columns of the terminal nearly all rows tell from what to what they go.
    usual: u16,
}

impl Columns {
    /// Those of a plan, where these names stand beside what becomes of them, or beside nothing: then that is their room
    /// as well. The names that are folded away take no room: opened, they have a line of their own.
    pub(super) fn new<'a>(
        plan: &Plan,
        becomes: &[String],
        workspace: &Workspace,
        names: impl Iterator<Item = (&'a Text, bool)>,
    ) -> Self {
        let titles = titles(plan);
        let mut widths: Vec<usize> = titles.iter().map(|title| title.width()).collect();
        let mut alone = 0;
        for (name, beside_nothing) in names {
            let widest = if beside_nothing { &mut alone } else { &mut widths[0] };
            *widest = name.to_string().width().max(*widest);
        }
        for (shape, becomes) in plan.shapes.iter().zip(becomes) {
            let cells = head(String::new(), becomes, shape, workspace).cells;
            if shape.changes() {
                for (width, cell) in widths.iter_mut().zip(&cells).skip(1) {
                    *width = (*width).max(cell.text().width());
                }
            }
        }
        widths[0] = widths[0].max(alone.saturating_sub(widths[1] + 2));
        let column = |(title, width): (&&str, usize)| Column {
            title: (*title).to_owned(),
            width: u16::try_from(width).unwrap_or(u16::MAX),
            tail: false,
        };
        Self { wanted: titles.iter().zip(widths).map(column).collect(), usual: usual(plan, becomes) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.wanted.len()
    }

    /// In so many columns of the terminal: each as wide as it would like to be. Where that is not enough, names out of
    /// all measure and what few rows need to tell where they go give way first: the row under the cursor tells it in
    /// full. Then the lists of capabilities, then names, and last from what to what they go.
    pub(super) fn fit(&self, room: usize) -> Vec<Column> {
        let mut columns = self.wanted.clone();
        let wanted: usize = columns.iter().map(|column| usize::from(column.width)).sum();
        let mut over = (wanted + 2 * columns.len().saturating_sub(1)).saturating_sub(room);
        let third = u16::try_from(room / 3).unwrap_or(u16::MAX);
        match columns.as_mut_slice() {
            [name, from, lists @ ..] if !lists.is_empty() => {
                name.give_way(NAME, &mut over);
                from.give_way(self.usual, &mut over);
                narrow(lists, LISTED[0], &mut over);
                name.give_way(NAMED, &mut over);
                from.give_way(third, &mut over);
                narrow(lists, LISTED[1], &mut over);
            }
            [name, ..] => name.give_way(third.max(NAMED), &mut over),
            [] => {}
        }
        columns
    }
}

/// What the columns are called. Where nobody gains or loses anything there are two.
fn titles(plan: &Plan) -> Vec<&'static str> {
    let both = |shape: &Shape| shape.changes() && !shape.before.is_empty() && !shape.after.is_empty();
    let from = if plan.shapes.iter().any(both) { "dialog.plan.from" } else { "dialog.plan.comes_goes" };
    let mut keys = vec!["dialog.plan.name", from];
    if plan.shapes.iter().any(|shape| !shape.gains.is_empty() || !shape.loses.is_empty()) {
        keys.extend(["dialog.plan.gains", if plan.lose > 0 { "dialog.plan.loses" } else { "dialog.plan.loses_none" }]);
    }
    keys.into_iter().map(t).collect()
}

/// Makes several narrower, the widest of them first.
fn narrow(columns: &mut [Column], least: u16, over: &mut usize) {
    while *over > 0
        && let Some(widest) = columns.iter_mut().max_by_key(|column| column.width)
        && widest.width > least
    {
        widest.width -= 1;
        *over -= 1;
    }
}

/// The width in which all rows but one of twenty tell from what to what they go.
fn usual(plan: &Plan, becomes: &[String]) -> u16 {
    let wide = |(shape, becomes): (&Shape, &String)| shape.changes().then(|| becomes.width());
    let shapes: Vec<Option<usize>> = plan.shapes.iter().zip(becomes).map(wide).collect();
    let mut widths: Vec<usize> =
        plan.rows.iter().filter_map(|row| shapes.get(row.shape as usize).copied().flatten()).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() * 19 / 20).copied().unwrap_or_default();
    u16::try_from(usual).unwrap_or(u16::MAX)
}
