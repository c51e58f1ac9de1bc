//! How many invitations look: what holds for all above, the people below, each with what is to be known
//! of it.

use super::{InviteMany, Said, fix::Fix, rows::Row, rows::Told};
use crate::{
    api::wire::ImportFault,
    app::{
        action::Action,
        dialog::{ViewCx, focus::Focus, words, wrap},
        format,
        view::{Column, DialogView, Line, ListRow, ListView, Mark, Part, Tone, Width},
    },
    domain::{change::Warning, untrusted::visible},
    i18n::{t, tf},
};
use std::fmt::Display;
use unicode_width::UnicodeWidthStr;

/// Lines that the dialog takes besides its parts: the screen's header and footer, the frame, a second
/// line of hints, and two for what stands below.
const AROUND: usize = 7;

/// Columns before the cells of a row.
const GUTTER: usize = 4;

/// From this many columns on names and groups have columns of their own.
const WIDE: u16 = 100;

/// Faults of a file that are shown; the rest is counted.
const FAULTS: usize = 4;

impl InviteMany {
    pub(super) fn looks(&self, cx: &ViewCx<'_>) -> DialogView {
        match &self.fix {
            Some(fix) => self.fixing_looks(fix, cx),
            None => self.gathering_looks(cx),
        }
    }

    fn gathering_looks(&self, cx: &ViewCx<'_>) -> DialogView {
        let below = self.below(cx);
        let faults = self.fault_lines();
        let said = below.iter().map(|part| wrap::height(part, wrap::wide(cx.size))).sum::<usize>();
        let around = AROUND + self.sections.form.lines() + faults.len() + said + 2;
        let room = usize::from(cx.size.1).saturating_sub(around).max(4);
        let choosing = self.sections.listing();
        let list = if choosing { room / 2 } else { 0 };
        let mut parts = self.sections.form.parts(list.max(3), choosing);
        if !faults.is_empty() {
            parts.push(Part::Text(faults));
        }
        parts.push(Part::Gap);
        parts.push(Part::List(self.people(room.saturating_sub(list + 1).max(2), cx)));
        parts.extend(below);
        let waits = [
            (self.starting.pending(), "dialog.pending"),
            (self.reading.is_some(), "dialog.invite_many.reading"),
            (self.planning.pending(), "dialog.invite_many.checking"),
        ];
        DialogView {
            title: t("dialog.invite_many.title").to_owned(),
            aside: None,
            width: Width::Wide,
            parts,
            hints: self.hints(),
            pending: waits.iter().find(|(pending, _)| *pending).map(|(_, key)| t(key).to_owned()),
            error: self.error.clone(),
        }
    }

    fn fixing_looks(&self, fix: &Fix, cx: &ViewCx<'_>) -> DialogView {
        let room = usize::from(cx.size.1).saturating_sub(AROUND + fix.form.lines() + 2).max(3);
        let mut parts = fix.form.parts(room, true);
        if fix.leaving {
            parts.extend([Part::Gap, Part::Text(vec![Line::toned(t("dialog.discard"), Tone::Warn)])]);
        }
        let verb = fix.form.entering().unwrap_or(t("dialog.invite_many.keep"));
        let mut hints = vec![(Action::Confirm, Some(verb.to_owned()))];
        hints.extend(fix.form.choosing_hints());
        hints.extend(fix.form.fields_hint());
        hints.extend(fix.form.toggling().map(|word| (Action::Toggle, Some(word.to_owned()))));
        hints.push((Action::Close, Some(t("dialog.invite_many.back").to_owned())));
        DialogView {
            title: tf("dialog.invite_many.row", &[("n", &fix.number)]),
            aside: None,
            width: Width::Medium,
            parts,
            hints,
            pending: None,
            error: None,
        }
    }

    /// The people in sight.
    fn people(&self, room: usize, cx: &ViewCx<'_>) -> ListView {
        let wide = cx.size.0 >= WIDE;
        let all = self.rows.all();
        let first = self.cursor.first(all.len(), room);
        let shown = all.iter().skip(first).take(room);
        let mut rows: Vec<ListRow> = shown.clone().map(|row| self.row(row, wide, cx)).collect();
        let last = all.last().map_or(0, |row| row.number).to_string().len();
        let columns = match all {
            [] => Vec::new(),
            _ => columns(wide, last, &rows, wrap::wide(cx.size).saturating_sub(GUTTER)),
        };
        let left = columns.last().map_or(0, |column| usize::from(column.width));
        for (row, drawn) in shown.zip(&mut rows) {
            if let Some(verdict) = drawn.cells.last_mut().filter(|verdict| verdict.text().width() > left) {
                (_, *verdict) = self.verdict(row, brief, cx);
            }
        }
        let cursor = (self.sections.focus == Focus::Rows && !all.is_empty()).then_some(self.cursor.0);
        let empty = t("dialog.invite_many.empty").to_owned();
        ListView { columns, rows, first, total: all.len(), cursor, headings: (0, 0), empty }
    }

    /// One of them.
    fn row(&self, row: &Row, wide: bool, cx: &ViewCx<'_>) -> ListRow {
        let role = |id: i64| cx.roles.iter().find(|role| role.id.0 == id).map(|role| role.name.to_string());
        let group = |id: i64| cx.groups.iter().find(|group| group.id.0 == id).map(|group| group.name.to_string());
        let for_all = |field: &str, name: &dyn Fn(i64) -> Option<String>| {
            let names: Vec<String> = self.sections.form.all_chosen(field).into_iter().filter_map(name).collect();
            Line::toned(names.join(", "), Tone::Dim)
        };
        let own = |said: &Said, field: &str, name: &dyn Fn(i64) -> Option<String>| {
            said.shown(name).map_or_else(|| for_all(field, name), Line::plain)
        };
        let mut cells = vec![
            Line::toned(row.number.to_string(), Tone::Dim),
            Line::plain(row.email.to_string()),
            own(&row.roles, "roles", &role),
        ];
        if wide {
            cells.insert(2, Line::plain(row.name.as_ref().map(ToString::to_string).unwrap_or_default()));
            cells.push(own(&row.groups, "groups", &group));
        }
        let (mark, verdict) = self.verdict(row, crate::words::warning, cx);
        cells.push(verdict);
        ListRow { mark: Some(mark), cells, ..ListRow::default() }
    }

    /// What is to be known of a row, in these words, and its glyph.
    fn verdict(&self, row: &Row, word: fn(&Warning) -> String, cx: &ViewCx<'_>) -> (Mark, Line) {
        let changed = |line: Line| match row.changed {
            true => {
                let mut spans = Line::toned(t("dialog.invite_many.changed"), Tone::Warn).0;
                spans.extend(line.0);
                Line(spans)
            }
            false => line,
        };
        if let Some((_, why)) = row.wrong(cx.workspace) {
            return (Mark::Wrong, changed(Line::toned(why, Tone::Bad)));
        }
        match &row.told {
            Some(Told::Invites(warnings)) if warnings.is_empty() => {
                (Mark::Good, changed(Line::toned(t("dialog.invite_many.good"), Tone::Good)))
            }
            Some(Told::Invites(warnings)) => {
                let said: Vec<String> = warnings.iter().map(word).collect();
                (Mark::Know, changed(Line::toned(said.join("; "), Tone::Warn)))
            }
            _ if self.planning.pending() => (Mark::Blank, Line::toned(t("dialog.invite_many.waits"), Tone::Dim)),
            _ => (Mark::Blank, Line::toned(t("dialog.invite_many.unlooked"), Tone::Dim)),
        }
    }

    fn fault_lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.faults.iter().take(FAULTS).map(fault).collect();
        if self.faults.len() > FAULTS {
            let more = format::count((self.faults.len() - FAULTS) as u64);
            lines.push(Line::toned(tf("dialog.words.more", &[("n", &more)]), Tone::Dim));
        }
        lines
    }

    /// What is said beneath the people: the row under the cursor in full, wherever the focus is; the sum; what
    /// is asked.
    fn below(&self, cx: &ViewCx<'_>) -> Vec<Part> {
        let mut lines = Vec::new();
        if let Some(row) = self.rows.all().get(self.cursor.0) {
            let (_, verdict) = self.verdict(row, crate::words::warning, cx);
            let name = row.name.as_ref().filter(|_| cx.size.0 < WIDE).map(|name| format!(" · {name}"));
            let about = format!("{}{}: ", row.email, name.unwrap_or_default());
            let mut spans = Line::toned(about, Tone::Dim).0;
            spans.extend(verdict.0);
            lines.push(Line(spans));
        }
        // On one line, so that the rows keep theirs.
        let notice = self.notice.as_ref().map(|notice| Line::toned(notice, Tone::Accent));
        let sum = (!self.rows.all().is_empty()).then(|| self.summary());
        lines.extend(match (sum, notice) {
            (Some(sum), Some(notice)) => {
                let Line(spans) = sum.and("   ", Tone::Plain);
                Some(Line(spans.into_iter().chain(notice.0).collect()))
            }
            (sum, notice) => sum.or(notice),
        });
        if let Some(plan) = self.planning.shown() {
            lines.extend(words::notes(plan, cx.workspace));
        }
        if self.leaving {
            let key = if self.starting.pending() { "dialog.leave" } else { "dialog.discard" };
            lines.push(Line::toned(t(key), Tone::Warn));
        }
        let text = (!lines.is_empty()).then_some(Part::Text(lines));
        let focused = self.sections.focus == Focus::Confirm;
        let typed = self.phrase.as_ref().map(|phrase| self.sections.typed.parts(phrase, focused));
        text.into_iter().chain(typed.into_iter().flatten()).collect()
    }

    /// `4 990 to invite · 10 left out · 3 to know about`.
    fn summary(&self) -> Line {
        let tally = self.rows.tally();
        let say = |key, n: &dyn Display| tf(key, &[("n", n)]);
        let wrong = if tally.wrong > 0 { Tone::Bad } else { Tone::Plain };
        let know = if tally.know > 0 { Tone::Warn } else { Tone::Plain };
        let count = |n: usize| format::count(n as u64);
        Line::toned(say("dialog.invite_many.good_n", &count(tally.all - tally.wrong)), Tone::Strong)
            .and(" · ", Tone::Dim)
            .and(say("dialog.plan.left_out_n", &count(tally.wrong)), wrong)
            .and(" · ", Tone::Dim)
            .and(say("dialog.invite_many.know_n", &count(tally.know)), know)
    }

    fn hints(&self) -> Vec<(Action, Option<String>)> {
        let say = |key| Some(t(key).to_owned());
        let form = &self.sections.form;
        let mut hints = Vec::new();
        match self.sections.focus {
            Focus::Rows => {
                if !self.rows.all().is_empty() {
                    hints.push((Action::Confirm, say("dialog.invite_many.fix")));
                    hints.push((Action::DraftOut, None));
                }
                if self.rows.tally().wrong > 0 {
                    hints.push((Action::DraftNext, None));
                }
                hints.push((Action::NextPane, say("dialog.plan.fields")));
            }
            Focus::Form => {
                let typed = |field| !form.value(field).trim().is_empty();
                let verb = match form.entering() {
                    Some(verb) => verb,
                    None if typed("people") => t("dialog.invite_many.add"),
                    None if typed("file") => t("dialog.invite_many.read"),
                    None => t("dialog.invite.verb"),
                };
                hints.push((Action::Confirm, Some(verb.to_owned())));
                hints.extend(form.choosing_hints());
                hints.push((Action::NextField, None));
                hints.extend(form.toggling().map(|word| (Action::Toggle, Some(word.to_owned()))));
            }
            Focus::Confirm => hints.extend([(Action::Confirm, say("dialog.invite.verb")), (Action::NextField, None)]),
        }
        if self.sections.focus != Focus::Rows {
            hints.extend(self.way_to_rows());
        }
        hints.push((Action::Close, say("dialog.cancel")));
        hints
    }

    /// The way from above into the rows: to those that are left out, where there are any.
    fn way_to_rows(&self) -> Option<(Action, Option<String>)> {
        let tally = self.rows.tally();
        let said = match tally.wrong {
            _ if tally.all == 0 || self.sections.listing() => return None,
            0 => t("dialog.invite_many.to_rows").to_owned(),
            n => tf("dialog.invite_many.to_wrong", &[("n", &format::count(n as u64))]),
        };
        Some((Action::PageDown, Some(said)))
    }
}

/// The columns, for these rows in sight: each as wide as they need it. Where there is not enough room they give way
/// to what is to be known of the rows, as far as they may; it has what is left.
fn columns(wide: bool, number: usize, rows: &[ListRow], room: usize) -> Vec<Column> {
    let number = u16::try_from(number).unwrap_or(u16::MAX).max(3);
    let mut kept = vec![
        ("dialog.invite_many.number", number),
        ("dialog.invite.email", if wide { 26 } else { 24 }),
        ("dialog.role_label", 13),
        ("dialog.invite_many.verdict", 0),
    ];
    if wide {
        kept.insert(2, ("dialog.invite.name", 12));
        kept.insert(4, ("dialog.groups", 10));
    }
    let wanted = |at: usize| rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cell.text().width()).max();
    let column = |(at, (key, _)): (usize, &(&'static str, u16))| {
        let title = t(key).to_owned();
        let width = wanted(at).unwrap_or(0).max(title.width()).max(if at == 0 { usize::from(number) } else { 0 });
        Column { title, width: u16::try_from(width).unwrap_or(u16::MAX), tail: false }
    };
    let mut columns: Vec<Column> = kept.iter().enumerate().map(column).collect();
    let gaps = 2 * columns.len().saturating_sub(1);
    let taken = |columns: &[Column]| columns.iter().map(|column| usize::from(column.width)).sum::<usize>() + gaps;
    let mut over = taken(&columns).saturating_sub(room);
    let last = columns.len() - 1;
    for (column, (_, least)) in columns.iter_mut().zip(kept).take(last).rev() {
        column.give_way(least, &mut over);
    }
    let before = taken(&columns[..last]);
    if let Some(verdict) = columns.last_mut() {
        verdict.width = u16::try_from(room.saturating_sub(before)).unwrap_or(u16::MAX);
    }
    columns
}

/// A warning where there is no room for its sentence.
fn brief(warning: &Warning) -> String {
    match warning {
        Warning::ForeignDomain { .. } => t("dialog.invite_many.brief.foreign").to_owned(),
        Warning::LookAlike { of: Some(of) } => tf("dialog.invite_many.brief.look_alike", &[("of", of)]),
        Warning::LookAlike { of: None } => t("dialog.invite_many.brief.mixed").to_owned(),
        Warning::ExistingAccount { consent: true } => t("dialog.invite_many.brief.account_asked").to_owned(),
        Warning::ExistingAccount { consent: false } => t("dialog.invite_many.brief.account_joins").to_owned(),
        other => crate::words::warning(other),
    }
}

/// A fault of a file: its line, its column, and what is wrong.
fn fault(fault: &ImportFault) -> Line {
    let column = visible(&fault.column);
    let key = if column.is_empty() { "dialog.invite_many.at_line" } else { "dialog.invite_many.at_column" };
    let why = visible(&fault.message);
    Line::toned(tf(key, &[("line", &fault.line), ("column", &column), ("why", &why)]), Tone::Bad)
}
