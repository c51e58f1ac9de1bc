//! The rows of a plan as lines to scroll through: like rows are folded to the first of them, what it
//! comes to stands beside and beneath it. Made once for each plan; a frame reads only the lines it shows.

use super::columns::Columns;
use crate::{
    api::wire::{EffectItem, Kept, Plan, PlanRow, Shape, Workspace},
    app::{
        dialog::{
            ViewCx,
            changed::{Changed, entries},
            words,
        },
        format,
        view::{Column, Line, ListRow, Mark, Tone},
    },
    domain::{change::Warning, plan::RowOutcome, time::Timestamp, untrusted::Text},
    i18n::{t, tf},
    words::plan,
};
use std::collections::HashMap;
use unicode_width::UnicodeWidthStr;

/// How many capabilities that stay are told of a folded row.
const STAYS: usize = 2;

/// Rows that come to the same, or what stands between them.
#[derive(Debug)]
enum Group {
    /// Over those that follow.
    Title(String),
    /// A row that the plan looked at had, and this one does not.
    Gone(Text),
    /// Like rows, by their places in the plan.
    Like { rows: Vec<usize>, open: bool, was: Option<Option<Shape>> },
}

/// What a line of the table is.
enum Place {
    Head,
    Note(usize),
    Fold,
    Member(usize),
}

/// The folded rows, and where each begins.
#[derive(Debug, Default)]
pub(super) struct Table {
    groups: Vec<Group>,
    /// The first line of each group.
    starts: Vec<usize>,
    lines: usize,
    columns: Columns,
    /// What the rows of each shape have before and after, in words: it may be long.
    becomes: Vec<String>,
}

impl Table {
    /// The lines of a plan: what changed since it was looked at first, then what changes, what does not, what is left
    /// out, and last the people whom it concerns.
    pub(super) fn new(plan: &Plan, changed: Option<&Changed>, workspace: &Workspace, now: Timestamp) -> Self {
        let mut groups = Vec::new();
        if let Some(changed) = changed.filter(|changed| changed.count() > 0) {
            groups.push(Group::Title(tf("dialog.plan.changed", &[("n", &format::count(changed.count() as u64))])));
            groups.extend(folded(plan, |at| changed.rows.get(&at).map(|was| Some(was.clone()))));
            groups.extend(changed.gone.iter().cloned().map(Group::Gone));
            groups.push(Group::Title(t("dialog.plan.as_before").to_owned()));
        }
        let other = |at: usize| changed.is_none_or(|changed| !changed.rows.contains_key(&at)).then_some(None);
        let rows = plan.rows.len();
        groups.extend(folded(plan, |at| other(at).filter(|_| at < rows)));
        if matches!(groups.last(), Some(Group::Title(_))) {
            groups.pop();
        }
        for (title, moves) in [("dialog.plan.people", true), ("dialog.plan.people_stay", false)] {
            let of = |at: usize| at >= rows && moves != stays_only(plan, at);
            let n = (rows..rows + plan.people.len()).filter(|at| of(*at)).count();
            if n > 0 {
                groups.push(Group::Title(tf(title, &[("n", &format::count(n as u64))])));
                groups.extend(folded(plan, |at| other(at).filter(|_| of(at))));
            }
        }
        let becomes: Vec<String> = plan.shapes.iter().map(|shape| plan::becomes(shape, workspace, now)).collect();
        let names = groups.iter().filter_map(|group| match group {
            Group::Title(_) => None,
            Group::Gone(name) => Some((name, false)),
            Group::Like { rows, .. } => {
                let row = entry(plan, *rows.first()?)?;
                Some((&row.name, becomes.get(row.shape as usize)?.is_empty()))
            }
        });
        let columns = Columns::new(plan, &becomes, workspace, names);
        let mut table = Self { groups, starts: Vec::new(), lines: 0, columns, becomes };
        table.count(plan);
        table
    }

    fn count(&mut self, plan: &Plan) {
        let mut at = 0;
        self.starts.clear();
        for group in &self.groups {
            self.starts.push(at);
            at += match group {
                Group::Title(_) | Group::Gone(_) => 1,
                Group::Like { rows, open, was } => {
                    let more = rows.len().saturating_sub(1);
                    1 + notes(plan, rows, *open, was.as_ref()).len()
                        + usize::from(more > 0)
                        + if *open { more } else { 0 }
                }
            };
        }
        self.lines = at;
    }

    /// The columns in so many of the terminal.
    pub(super) fn columns(&self, room: usize) -> Vec<Column> {
        self.columns.fit(room)
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines
    }

    fn group_at(&self, line: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= line).checked_sub(1)
    }

    fn place(&self, plan: &Plan, group: usize, line: usize) -> Place {
        let Some(Group::Like { rows, open, was }) = self.groups.get(group) else { return Place::Head };
        let notes = notes(plan, rows, *open, was.as_ref()).len();
        match line - self.starts[group] {
            0 => Place::Head,
            at if at <= notes => Place::Note(at - 1),
            at if at == notes + 1 => Place::Fold,
            at => Place::Member(at - notes - 1),
        }
    }

    /// Opens or closes what is at a line; where the cursor goes, if something was.
    pub(super) fn open(&mut self, line: usize, wanted: bool, plan: &Plan) -> Option<usize> {
        let at = self.group_at(line)?;
        let Some(Group::Like { open, .. }) = self.groups.get_mut(at) else { return None };
        if std::mem::replace(open, wanted) == wanted {
            return None;
        }
        self.count(plan);
        let end = self.starts.get(at + 1).copied().unwrap_or(self.lines);
        Some(if wanted { line } else { line.min(end.saturating_sub(1)) })
    }

    /// What `Enter` does at a line that stands for others: opens it, or closes it.
    pub(super) fn folds(&self, line: usize, plan: &Plan) -> Option<bool> {
        let at = self.group_at(line)?;
        let Group::Like { open, .. } = self.groups.get(at)? else { return None };
        matches!(self.place(plan, at, line), Place::Fold).then_some(!*open)
    }

    /// Some lines from the first of them on.
    pub(super) fn rows(&self, first: usize, count: usize, plan: &Plan, cx: &ViewCx<'_>) -> Vec<ListRow> {
        (first..self.lines.min(first + count)).filter_map(|line| self.row(line, plan, cx)).collect()
    }

    /// The row at a line in full, where its cells are cut in so many columns.
    pub(super) fn in_full(&self, line: usize, columns: usize, plan: &Plan, cx: &ViewCx<'_>) -> Option<Line> {
        let row = self.row(line, plan, cx).filter(|row| !row.heading)?;
        let text: Vec<String> = row.cells.iter().map(Line::text).collect();
        let mut starts = vec![0];
        for column in self.columns(columns) {
            starts.push(starts.last().copied().unwrap_or_default() + usize::from(column.width) + 2);
        }
        let start = |at: usize| starts.get(at).copied().unwrap_or(columns);
        // A cell has the room of empty ones beside it, the last what is left of the line.
        let room = |at: usize| match (at + 1..text.len()).find(|next| !text[*next].is_empty()) {
            Some(next) => start(next).saturating_sub(start(at) + 2),
            None => columns.saturating_sub(start(at)),
        };
        if text.iter().enumerate().all(|(at, cell)| cell.width() <= room(at)) {
            return None;
        }
        // Here they have no columns to be known by.
        let said = ["{what}", "{what}", t("dialog.plan.gains_what"), t("dialog.plan.loses_what")];
        let told = text.iter().zip(said).filter(|(cell, _)| !matches!(cell.trim(), "" | "—"));
        let told: Vec<String> = told.map(|(cell, said)| said.replace("{what}", cell.trim())).collect();
        Some(Line::toned(told.join(" · "), Tone::Accent))
    }

    fn row(&self, line: usize, plan: &Plan, cx: &ViewCx<'_>) -> Option<ListRow> {
        let at = self.group_at(line)?;
        let (rows, open, was) = match self.groups.get(at)? {
            Group::Title(title) => {
                return Some(ListRow { cells: vec![Line::plain(title)], heading: true, ..ListRow::default() });
            }
            Group::Gone(name) => {
                let said = Line::toned(t("dialog.plan.gone"), Tone::Warn);
                return Some(marked(Mark::LeftOut, vec![Line::plain(name.to_string()), said]));
            }
            Group::Like { rows, open, was } => (rows, *open, was.as_ref()),
        };
        let first = entry(plan, *rows.first()?)?;
        let shape = plan.shape(first)?;
        let name = first.name.to_string();
        Some(match self.place(plan, at, line) {
            Place::Head => {
                let mut row = head(name, self.becomes.get(first.shape as usize)?, shape, cx.workspace);
                row.cells.truncate(self.columns.len());
                if rows.first().is_some_and(|at| stays_only(plan, *at)) {
                    row.mark = Some(Mark::Same);
                }
                row
            }
            Place::Note(n) => {
                let note = notes(plan, rows, open, was).into_iter().nth(n)?;
                beneath(note.line(cx))
            }
            Place::Fold => {
                let more = format::count(rows.len().saturating_sub(1) as u64);
                let text = tf("dialog.plan.more_like", &[("n", &more), ("name", &name)]);
                marked(if open { Mark::Open } else { Mark::Closed }, vec![Line::toned(text, Tone::Accent)])
            }
            Place::Member(n) => beneath(Line::plain(entry(plan, *rows.get(n)?)?.name.to_string())),
        })
    }
}

/// A row of a plan, or a person whom it concerns, by its place among both.
fn entry(plan: &Plan, at: usize) -> Option<&PlanRow> {
    plan.rows.get(at).or_else(|| plan.people.get(at.checked_sub(plan.rows.len())?))
}

/// Whether it is a person who gains and loses nothing: what a source gave, another still gives.
fn stays_only(plan: &Plan, at: usize) -> bool {
    let moves = |shape: &Shape| !(shape.gains.is_empty() && shape.loses.is_empty());
    at >= plan.rows.len() && entry(plan, at).and_then(|row| plan.shape(row)).is_some_and(|shape| !moves(shape))
}

fn marked(mark: Mark, cells: Vec<Line>) -> ListRow {
    ListRow { mark: Some(mark), cells, ..ListRow::default() }
}

/// A line beneath a head.
fn beneath(mut line: Line) -> ListRow {
    if let Some(span) = line.0.first_mut() {
        span.text.insert_str(0, "  ");
    }
    marked(Mark::Blank, vec![line])
}

/// The entries that `pick` takes, like ones together: those that change, that do not, that are left out, each in the
/// order of the plan. What `pick` says of a row is part of what it is like.
fn folded(plan: &Plan, pick: impl Fn(usize) -> Option<Option<Option<Shape>>>) -> Vec<Group> {
    type Was = Option<Option<Shape>>;
    let mut order: [Vec<(Vec<usize>, Was)>; 3] = Default::default();
    // The groups of each shape of which the same is to be known: a row goes to the one that was the same too.
    let mut met: HashMap<(u32, Vec<String>), Vec<usize>> = HashMap::new();
    for (at, row) in entries(plan).enumerate() {
        let (Some(was), Some(shape)) = (pick(at), plan.shape(row)) else { continue };
        let groups = &mut order[match shape.outcome {
            RowOutcome::Done => 0,
            RowOutcome::Unchanged => 1,
            RowOutcome::Skipped { .. } | RowOutcome::Failed { .. } => 2,
        }];
        let known = met.entry((row.shape, words::row_warnings(row))).or_default();
        match known.iter().copied().find(|group| groups[*group].1 == was) {
            Some(group) => groups[group].0.push(at),
            None => {
                known.push(groups.len());
                groups.push((vec![at], was));
            }
        }
    }
    order.into_iter().flatten().map(|(rows, was)| Group::Like { rows, open: false, was }).collect()
}

/// A line beneath the first of like rows.
enum Note<'a> {
    Was(Option<&'a Shape>),
    Warning(&'a Warning),
    Gains(&'a EffectItem),
    Loses(&'a EffectItem),
    Stays(&'a Kept),
    MoreStay(usize),
}

fn notes<'a>(plan: &'a Plan, rows: &[usize], open: bool, was: Option<&'a Option<Shape>>) -> Vec<Note<'a>> {
    let mut notes: Vec<Note<'a>> = was.map(|was| Note::Was(was.as_ref())).into_iter().collect();
    let Some(row) = rows.first().and_then(|first| entry(plan, *first)) else { return notes };
    notes.extend(row.warnings.iter().map(Note::Warning));
    let Some(Shape { gains, loses, stays, .. }) = plan.shape(row).filter(|shape| shape.changes()) else { return notes };
    if open {
        notes.extend(gains.iter().map(Note::Gains).chain(loses.iter().map(Note::Loses)));
    }
    let told = if open || stays.len() <= STAYS { stays.len() } else { STAYS - 1 };
    notes.extend(stays.iter().take(told).map(Note::Stays));
    if told < stays.len() {
        notes.push(Note::MoreStay(stays.len() - told));
    }
    notes
}

impl Note<'_> {
    fn line(&self, cx: &ViewCx<'_>) -> Line {
        match self {
            Self::Was(None) => Line::toned(t("dialog.plan.new"), Tone::Warn),
            Self::Was(Some(shape)) => {
                let was = words::comes_to(shape, cx.workspace, cx.now);
                Line::toned(tf("dialog.plan.was", &[("what", &was)]), Tone::Warn)
            }
            Self::Warning(warning) => words::warning_line(warning),
            Self::Gains(item) => {
                Line::toned(format!("+ {}", plan::items(std::slice::from_ref(*item), cx.workspace)), Tone::Good)
            }
            Self::Loses(item) => {
                Line::toned(format!("− {}", plan::items(std::slice::from_ref(*item), cx.workspace)), Tone::Bad)
            }
            Self::Stays(kept) => Line::toned(words::stays("dialog.plan.stays", kept, cx.workspace, cx.now), Tone::Dim),
            Self::MoreStay(n) => Line::toned(tf("dialog.plan.more_stay", &[("n", n)]), Tone::Dim),
        }
    }
}

/// The cells of a row that stands for itself and those like it.
pub(super) fn head(name: String, becomes: &str, shape: &Shape, workspace: &Workspace) -> ListRow {
    let mark = match (&shape.outcome, shape.gains.is_empty(), shape.loses.is_empty()) {
        (RowOutcome::Done, _, false) => Mark::Loses,
        (RowOutcome::Done, false, true) => Mark::Gains,
        (RowOutcome::Done, true, true) => Mark::Even,
        (RowOutcome::Unchanged, ..) => Mark::Same,
        (RowOutcome::Skipped { .. } | RowOutcome::Failed { .. }, ..) => Mark::LeftOut,
    };
    let mut cells = vec![Line::plain(name)];
    if shape.changes() {
        let access = |what: String, tone| match what.is_empty() {
            true => Line::toned("—", Tone::Dim),
            false => Line::toned(what, tone),
        };
        cells.push(Line::plain(becomes));
        cells.push(access(plan::gains(shape, workspace), Tone::Good));
        cells.push(access(plan::loses(shape, workspace), Tone::Bad));
    } else {
        cells.push(Line::toned(becomes, Tone::Dim));
    }
    marked(mark, cells)
}
