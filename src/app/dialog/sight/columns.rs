//! The columns of a plan's rows: what they are called, and how they share the room there is.

use super::{super::words, table::head};
use crate::{
    api::wire::{Plan, PlanKind, Workspace},
    app::view::Column,
    domain::bulk::Rows,
    i18n::t,
};
use unicode_width::UnicodeWidthStr;

/// Columns that a name, or what a row comes to, wants at most.
const WIDEST: usize = 40;

/// Columns that a list of capabilities keeps at least: room for one of them.
const LISTED: u16 = 15;

/// Columns that a name keeps at least.
const NAMED: u16 = 16;

/// The columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    wanted: Vec<Column>,
    /// In so many columns of the terminal most rows tell from what to what they go.
    usual: u16,
}

impl Columns {
    /// Those of a plan.
    pub(super) fn new(on: Rows, plan: &Plan, workspace: &Workspace) -> Self {
        let titles = titles(on, plan);
        let mut widths: Vec<usize> = titles.iter().map(|title| title.width()).collect();
        for row in &plan.rows {
            widths[0] = widths[0].max(row.name.to_string().width());
        }
        for kind in &plan.kinds {
            let cells = head(String::new(), kind, workspace).cells;
            if cells.len() >= widths.len() {
                for (width, cell) in widths.iter_mut().zip(&cells).skip(1) {
                    *width = (*width).max(cell.text().width());
                }
            }
        }
        let column = |(title, width): (&&str, usize)| Column {
            title: (*title).to_owned(),
            width: u16::try_from(width.min(WIDEST)).unwrap_or(u16::MAX),
            tail: false,
        };
        Self { wanted: titles.iter().zip(widths).map(column).collect(), usual: usual(plan) }
    }

    /// Each as wide as it would like to be.
    pub(super) fn wanted(&self) -> &[Column] {
        &self.wanted
    }

    /// In so many columns of the terminal: each as wide as it would like to be. Where that is not enough, what few
    /// rows need to tell where they go gives way first: the row under the cursor tells it in full. Then the lists
    /// of capabilities: who it is, and from what to what, is told before them. Then names.
    pub(super) fn fit(&self, room: usize) -> Vec<Column> {
        let mut columns = self.wanted.clone();
        let wanted = columns.iter().map(|column| usize::from(column.width) + 2).sum::<usize>();
        let mut over = (wanted - 2 * usize::from(!columns.is_empty())).saturating_sub(room);
        if let [_, from, _, ..] = columns.as_mut_slice() {
            give(from, self.usual, &mut over);
        }
        while over > 0
            && let Some(widest) = columns.iter_mut().skip(2).max_by_key(|column| column.width)
            && widest.width > LISTED
        {
            widest.width -= 1;
            over -= 1;
        }
        if let [name, _, _, ..] = columns.as_mut_slice() {
            give(name, NAMED, &mut over);
        }
        columns
    }
}

/// What the columns are called. Of invitations nobody gains or loses anything yet, so there are two.
fn titles(on: Rows, plan: &Plan) -> Vec<&'static str> {
    let whole =
        |kind: &PlanKind| matches!(kind, PlanKind::Change { before, after, .. } if before.len() + after.len() > 0);
    let edges = plan.change > 0 && !plan.kinds.iter().any(whole);
    let from = if edges { "dialog.plan.comes_goes" } else { "dialog.plan.from" };
    let loses = if plan.lose > 0 { "dialog.plan.loses" } else { "dialog.plan.loses_none" };
    let keys = match on {
        Rows::Invitations => &["dialog.invite.email", "dialog.plan.invitation"][..],
        // They may be either.
        Rows::Given => &["dialog.invite.email", from, "dialog.plan.gains", loses],
        Rows::Members => &["dialog.plan.member", from, "dialog.plan.gains", loses],
    };
    keys.iter().map(|key| t(key)).collect()
}

/// Makes a column narrower by what is too much, as far as it may.
fn give(column: &mut Column, least: u16, over: &mut usize) {
    let less = u16::try_from(*over).unwrap_or(u16::MAX).min(column.width.saturating_sub(least));
    column.width -= less;
    *over -= usize::from(less);
}

/// The width in which three rows of four tell from what to what they go.
fn usual(plan: &Plan) -> u16 {
    let wide = |kind: &PlanKind| match kind {
        PlanKind::Change { .. } => Some(words::becomes(kind).width()),
        PlanKind::Same | PlanKind::LeftOut { .. } => None,
    };
    let kinds: Vec<Option<usize>> = plan.kinds.iter().map(wide).collect();
    let mut widths: Vec<usize> =
        plan.rows.iter().filter_map(|row| kinds.get(row.kind as usize).copied().flatten()).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() * 3 / 4).copied().unwrap_or_default();
    u16::try_from(usual).unwrap_or(u16::MAX)
}
