//! A plan as it is printed: like rows folded for people, every row for programs.

use super::{
    args::Format,
    exit::Failure,
    output::{self, NONE, Row},
};
use crate::{
    api::wire::{AllGroups, EffectItem, Plan, PlanKind, PlanRow, Workspace},
    app::{
        dialog::{changed::Changed, words},
        format,
    },
    domain::{time::Timestamp, untrusted::Text},
    i18n::{t, tf},
};
use std::{collections::HashMap, io};
use unicode_width::UnicodeWidthStr;

/// A row of a plan, with all that is needed to say it.
struct Line<'a> {
    row: &'a PlanRow,
    kind: &'a PlanKind,
    /// All groups of the row, where its kind tells only which of them come and go.
    groups: Option<&'a AllGroups>,
    workspace: &'a Workspace,
    now: Timestamp,
    /// How it was when it was looked at, where it is shown again since it is not so any more.
    was: Option<&'a Option<PlanKind>>,
    /// How many more are like it, when they are folded into it.
    more: usize,
}

/// Prints a plan as data.
pub fn print(plan: &Plan, workspace: &Workspace, format: Format, now: Timestamp) -> Result<(), Failure> {
    match format {
        Format::Table => output::write(&table(plan, workspace, now, output::room(&io::stdout()))),
        Format::Name => {
            let changing: Vec<Line<'_>> = lines(plan, workspace, now).filter(|line| line.kind.changes()).collect();
            output::print(&changing, plan, format, now)
        }
        Format::Wide | Format::Json | Format::Csv => {
            output::print(&lines(plan, workspace, now).collect::<Vec<_>>(), plan, format, now)
        }
    }
}

/// A plan for people: what changes, like rows folded; then who is left out, and why.
pub fn table(plan: &Plan, workspace: &Workspace, now: Timestamp, room: usize) -> String {
    told(lines(plan, workspace, now), now, room)
}

/// What is not as it was looked at, for people.
pub fn changed(plan: &Plan, changed: &Changed, workspace: &Workspace, now: Timestamp, room: usize) -> String {
    let mut text = tf("dialog.plan.changed", &[("n", &format::count(changed.count() as u64))]) + "\n";
    let differing = lines(plan, workspace, now).enumerate();
    let differing = differing.filter_map(|(at, line)| Some(Line { was: Some(changed.rows.get(&at)?), ..line }));
    text += &told(differing, now, room);
    text.extend(changed.gone.iter().map(|name| format!("– {name}: {}\n", t("dialog.plan.gone"))));
    text
}

/// Rows as a person reads them. Where columns have no room, what is gained and lost stands below the row.
fn told<'a>(lines: impl Iterator<Item = Line<'a>>, now: Timestamp, room: usize) -> String {
    let mut folded: Vec<Line<'_>> = Vec::new();
    let mut met = HashMap::new();
    for line in lines {
        let like = (line.row.kind, words::row_warnings(line.row), line.was);
        let place = *met.entry(like).or_insert(folded.len());
        match folded.get_mut(place) {
            Some(first) => first.more += 1,
            None => folded.push(line),
        }
    }
    let (changing, rest): (Vec<_>, Vec<_>) = folded.into_iter().partition(|line| line.kind.changes());
    let head = Line::head(false);
    let mut text = output::table(&head, changing.iter().map(|line| (line.line(false, now), line.notes())));
    if text.lines().any(|line| line.width() > room) {
        let below = changing.iter().map(|line| {
            let mut cells = line.line(false, now);
            let differences = cells.drain(2..).zip(&head[2..]).filter(|(cell, _)| cell != NONE);
            let mut notes: Vec<String> = differences.map(|(cell, head)| format!("{head}: {cell}")).collect();
            notes.extend(line.notes());
            (cells, notes)
        });
        text = output::table(&head[..2], below);
    }
    for line in &rest {
        text.push_str(&format!("– {}: {}\n", line.row.name, words::becomes(line.kind)));
        text.extend(line.notes().iter().map(|note| format!("  {note}\n")));
    }
    text
}

/// What it comes to, in a line, and what to know about the whole, a line each.
pub fn summary(plan: &Plan) -> Vec<String> {
    if plan.rows.is_empty() {
        return vec![t("cli.bulk.no-match").to_owned()];
    }
    let count = |key, n| (n > 0).then(|| tf(key, &[("n", &format::count(n))]));
    let counts = [
        Some(tf("dialog.plan.change_n", &[("n", &format::count(plan.change))])),
        count("dialog.plan.same_n", plan.same),
        count("dialog.plan.left_out_n", plan.left_out),
        count("dialog.plan.gain_n", plan.gain),
        count("dialog.plan.lose_n", plan.lose),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let warnings = plan.warnings.iter().map(|warning| format!("! {}", words::warning(warning)));
    std::iter::once(counts.join(" · ")).chain(warnings).collect()
}

fn lines<'a>(plan: &'a Plan, workspace: &'a Workspace, now: Timestamp) -> impl Iterator<Item = Line<'a>> {
    plan.rows.iter().filter_map(move |row| {
        let kind = plan.kind(row)?;
        let groups = row.groups.and_then(|at| plan.groups.get(at as usize));
        Some(Line { row, kind, groups, workspace, now, was: None, more: 0 })
    })
}

impl Line<'_> {
    fn gains(&self) -> String {
        match self.kind {
            PlanKind::Change { gains, .. } => words::items(gains, self.workspace),
            _ => String::new(),
        }
    }

    fn loses(&self) -> String {
        match self.kind {
            PlanKind::Change { loses, .. } => words::items(loses, self.workspace),
            _ => String::new(),
        }
    }

    fn stays(&self) -> Vec<String> {
        let PlanKind::Change { stays, .. } = self.kind else { return Vec::new() };
        stays.iter().map(|kept| words::stays("dialog.plan.stays", kept, self.workspace, self.now)).collect()
    }

    fn warnings(&self) -> impl Iterator<Item = String> {
        self.row.warnings.iter().map(words::warning)
    }
}

impl Row for Line<'_> {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![t("cli.head.email"), t("cli.head.change"), t("cli.head.gains"), t("cli.head.loses")];
        if wide {
            head.push(t("cli.head.stays"));
        }
        head
    }

    fn line(&self, wide: bool, _: Timestamp) -> Vec<String> {
        let or_none = |text: String| if text.is_empty() { NONE.to_owned() } else { text };
        let mut line =
            vec![self.row.name.to_string(), words::becomes(self.kind), or_none(self.gains()), or_none(self.loses())];
        if wide {
            line.push(or_none(self.stays().join(" · ")));
        }
        line
    }

    fn notes(&self) -> Vec<String> {
        let was = self.was.map(|was| match was {
            Some(kind) => tf("dialog.plan.was", &[("what", &words::comes_to(kind, self.workspace))]),
            None => t("dialog.plan.new").to_owned(),
        });
        let mut notes: Vec<String> = was.into_iter().collect();
        notes.extend(self.warnings().map(|warning| format!("! {warning}")));
        notes.extend(self.stays());
        if self.more > 0 {
            notes.push(tf(
                "dialog.plan.more_like",
                &[("n", &format::count(self.more as u64)), ("name", &self.row.name)],
            ));
        }
        notes
    }

    const FIELDS: &'static [&'static str] =
        &["email", "plan", "before", "after", "gains", "loses", "stays", "reason", "warnings"];

    fn record(&self) -> Vec<String> {
        let keys = |items: &[EffectItem]| {
            let key = |item: &EffectItem| match &item.folder {
                Some(folder) => format!("{} @ {}", item.capability, folder.name.raw()),
                None => item.capability.clone(),
            };
            items.iter().map(key).collect::<Vec<_>>().join("; ")
        };
        let mut record = vec![self.row.name.raw().to_owned()];
        let (plan, values, reason) = match self.kind {
            PlanKind::Change { before, after, adds, removes, gains, loses, stays } => {
                let stays = stays.iter().map(|kept| kept.capability.as_str()).collect::<Vec<_>>().join("; ");
                let [before, after] = match self.groups {
                    Some(AllGroups { before, after }) => [raw(before), raw(after)],
                    None => [raw(before.iter().chain(removes)), raw(after.iter().chain(adds))],
                };
                ("change", [before, after, keys(gains), keys(loses), stays], "")
            }
            PlanKind::Same => ("same", Default::default(), ""),
            PlanKind::LeftOut { reason, .. } => ("left_out", Default::default(), reason.raw()),
        };
        record.push(plan.to_owned());
        record.extend(values);
        record.push(reason.to_owned());
        record.push(self.warnings().collect::<Vec<_>>().join("; "));
        record
    }

    fn name(&self) -> String {
        self.row.name.raw().to_owned()
    }
}

fn raw<'a>(names: impl IntoIterator<Item = &'a Text>) -> String {
    names.into_iter().map(Text::raw).collect::<Vec<_>>().join("; ")
}
