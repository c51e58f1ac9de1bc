//! A plan as it is printed: like rows folded for people, every row for programs.

use super::{
    args::Format,
    exit::Failure,
    output::{self, NONE, Row},
    session::Session,
};
use crate::{
    api::wire::{EffectItem, Plan, PlanRow, Shape, Workspace},
    app::{
        dialog::{changed::Changed, words::sources},
        format,
    },
    domain::{plan::RowOutcome, time::Timestamp},
    i18n::{t, tf},
    words::{self, Labels, Stage, plan as words_of},
};
use std::{collections::HashMap, io};
use unicode_width::UnicodeWidthStr;

/// A row of a plan, or a person whose access changes by one, with all that is needed to print it.
struct Line<'a> {
    row: &'a PlanRow,
    shape: &'a Shape,
    workspace: &'a Workspace,
    now: Timestamp,
    /// Whether it is a person and no row.
    affected: bool,
    /// What it came to in the plan that was seen, where it differs.
    was: Option<&'a Option<Shape>>,
    /// How many more are like it, when they are folded into it.
    more: usize,
}

/// Prints a plan as data.
pub fn print<B>(session: &Session<B>, plan: &Plan, format: Format) -> Result<(), Failure> {
    let lines = |which: fn(&Line<'_>) -> bool| lines(session, plan).filter(which).collect::<Vec<_>>();
    match format {
        Format::Table => output::write(&table(session, plan, output::room(&io::stdout()))),
        Format::Name => output::print(&lines(|line| line.shape.changes() && !line.affected), plan, format, session.now),
        Format::Wide | Format::Json | Format::Csv => output::print(&lines(|_| true), plan, format, session.now),
    }
}

/// A plan for people: rows that change, like ones folded; rows left out, and why; then whose access changes.
pub fn table<B>(session: &Session<B>, plan: &Plan, room: usize) -> String {
    tables(lines(session, plan), room)
}

/// How a plan differs from the one that was seen.
pub fn changed<B>(session: &Session<B>, plan: &Plan, changed: &Changed, room: usize) -> String {
    let mut text = tf("cli.plan.changed", &[("n", &format::count(changed.count() as u64))]) + "\n";
    let differing = lines(session, plan).filter(|line| !line.affected).enumerate();
    let differing = differing.filter_map(|(at, line)| Some(Line { was: Some(changed.rows.get(&at)?), ..line }));
    text += &tables(differing, room);
    text.extend(changed.gone.iter().map(|name| format!("– {name}: {}\n", t("cli.plan.gone"))));
    text
}

fn tables<'a>(lines: impl Iterator<Item = Line<'a>>, room: usize) -> String {
    let mut folded: Vec<Line<'_>> = Vec::new();
    let mut met = HashMap::new();
    for line in lines {
        let like = (line.row.shape, &line.row.warnings, line.affected, line.was);
        let place = *met.entry(like).or_insert(folded.len());
        match folded.get_mut(place) {
            Some(first) => first.more += 1,
            None => folded.push(line),
        }
    }
    let (people, rows): (Vec<_>, Vec<_>) = folded.into_iter().partition(|line| line.affected);
    let (changing, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|line| line.shape.changes());
    let head = Line::head(false);
    let mut text = columns(&head, 2, &changing, |line| line.line(false, line.now), room);
    for line in &rest {
        text.push_str(&format!("– {}: {}\n", line.row.name, line.becomes()));
        text.extend(line.notes().iter().map(|note| format!("  {note}\n")));
    }
    let moves = |line: &Line<'_>| !(line.shape.gains.is_empty() && line.shape.loses.is_empty());
    let (people, stay): (Vec<_>, Vec<_>) = people.into_iter().partition(moves);
    if !people.is_empty() {
        let effects = |line: &Line<'_>| vec![line.row.name.to_string(), or_none(line.gains()), or_none(line.loses())];
        text += &columns(&[t("cli.head.affected"), head[2], head[3]], 1, &people, effects, room);
    }
    let same = words::outcome(&RowOutcome::Unchanged, Stage::Plan, &words::Keys);
    for line in &stay {
        text.push_str(&format!("= {}: {same}\n", line.row.name));
        text.extend(line.notes().iter().map(|note| format!("  {note}\n")));
    }
    text
}

/// Lines in columns. Where the line has no room, all but the first `kept` columns stand below it.
fn columns<'a>(
    head: &[&str],
    kept: usize,
    lines: &[Line<'a>],
    cells: impl Fn(&Line<'a>) -> Vec<String>,
    room: usize,
) -> String {
    let text = output::table(head, lines.iter().map(|line| (cells(line), line.notes())));
    if text.lines().all(|line| line.width() <= room) {
        return text;
    }
    let below = lines.iter().map(|line| {
        let mut cells = cells(line);
        let rest = cells.drain(kept..).zip(&head[kept..]).filter(|(cell, _)| cell != NONE);
        let mut notes: Vec<String> = rest.map(|(cell, head)| format!("{head}: {cell}")).collect();
        notes.extend(line.notes());
        (cells, notes)
    });
    output::table(&head[..kept], below)
}

/// The counts of a plan in one line, and its warnings, a line each.
pub fn summary(plan: &Plan) -> Vec<String> {
    if plan.rows.is_empty() {
        return vec![t("cli.change.no-match").to_owned()];
    }
    let count = |key, n| (n > 0).then(|| tf(key, &[("n", &format::count(n))]));
    let people = |one, other, n| count(if n == 1 { one } else { other }, n);
    let counts = [
        Some(tf("cli.plan.change", &[("n", &format::count(plan.change))])),
        count("cli.plan.unchanged", plan.unchanged),
        count("cli.plan.left-out", plan.skipped),
        people("cli.plan.gain-one", "cli.plan.gain", plan.gain),
        people("cli.plan.lose-one", "cli.plan.lose", plan.lose),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let warnings = plan.warnings.iter().map(|warning| format!("! {}", words::warning(warning)));
    std::iter::once(counts.join(" · ")).chain(warnings).collect()
}

fn lines<'a, B>(session: &'a Session<B>, plan: &'a Plan) -> impl Iterator<Item = Line<'a>> {
    let rows = plan.rows.iter().map(|row| (row, false)).chain(plan.people.iter().map(|row| (row, true)));
    rows.filter_map(move |(row, affected)| {
        let (workspace, now) = (&session.workspace, session.now);
        Some(Line { row, shape: plan.shape(row)?, workspace, now, affected, was: None, more: 0 })
    })
}

impl Line<'_> {
    fn becomes(&self) -> String {
        words_of::becomes(self.shape, self.workspace, self.now)
    }

    fn gains(&self) -> String {
        words_of::gains(self.shape, self.workspace)
    }

    fn loses(&self) -> String {
        words_of::loses(self.shape, self.workspace)
    }

    fn stays(&self) -> impl Iterator<Item = String> {
        self.shape.stays.iter().map(|kept| {
            let capability = self.workspace.label(&kept.capability).unwrap_or_else(|| kept.capability.clone());
            tf("cli.plan.stays", &[("capability", &capability), ("via", &sources(&kept.via, self.now))])
        })
    }

    fn warnings(&self) -> impl Iterator<Item = String> {
        self.row.warnings.iter().map(words::warning)
    }

    /// What it came to in the plan that was seen.
    fn was(&self) -> Option<String> {
        let Some(shape) = self.was? else { return Some(t("cli.plan.new").to_owned()) };
        let was = Line { shape, was: None, ..*self };
        let effects = [("cli.plan.gains", was.gains()), ("cli.plan.loses", was.loses())];
        let effects = effects.into_iter().filter(|(_, what)| !what.is_empty());
        let said = effects.map(|(key, what)| tf(key, &[("what", &what)]));
        let said: Vec<String> = std::iter::once(was.becomes()).chain(said).collect();
        Some(tf("cli.plan.was", &[("what", &said.join(" · "))]))
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() { NONE.to_owned() } else { text }
}

impl Row for Line<'_> {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![t("cli.head.name"), t("cli.head.change"), t("cli.head.gains"), t("cli.head.loses")];
        if wide {
            head.push(t("cli.head.stays"));
        }
        head
    }

    fn line(&self, wide: bool, _: Timestamp) -> Vec<String> {
        let cells = [self.becomes(), self.gains(), self.loses()];
        let mut line = vec![self.row.name.to_string()];
        line.extend(cells.map(or_none));
        if wide {
            line.push(or_none(self.stays().collect::<Vec<_>>().join(" · ")));
        }
        line
    }

    fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.was().into_iter().collect();
        notes.extend(self.warnings().map(|warning| format!("! {warning}")));
        notes.extend(self.stays());
        if self.more > 0 {
            notes.push(tf("cli.plan.more", &[("n", &format::count(self.more as u64)), ("name", &self.row.name)]));
        }
        notes
    }

    const FIELDS: &'static [&'static str] =
        &["name", "outcome", "before", "after", "gains", "loses", "stays", "reason", "warnings"];

    fn record(&self) -> Vec<String> {
        let keys = |items: &[EffectItem]| {
            let key = |item: &EffectItem| match &item.folder {
                Some(folder) => format!("{} @ {}", item.capability, folder.name.raw()),
                None => item.capability.clone(),
            };
            joined(items.iter().map(key))
        };
        let Shape { outcome, before, after, gains, loses, stays, .. } = self.shape;
        let side = |things| words::things(things, self.workspace, self.now);
        let name = if self.affected { "affected" } else { outcome.name() };
        vec![
            self.row.name.raw().to_owned(),
            name.to_owned(),
            side(before),
            side(after),
            keys(gains),
            keys(loses),
            joined(stays.iter().map(|kept| kept.capability.clone())),
            outcome.why().map(|why| words::refusal(why, self.workspace)).unwrap_or_default(),
            joined(self.warnings()),
        ]
    }

    fn name(&self) -> String {
        self.row.name.raw().to_owned()
    }
}

fn joined(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join("; ")
}
