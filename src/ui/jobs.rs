//! The jobs screen, drawn, and the line that tells how a job at work goes on.

use super::{
    panel::Panel,
    state,
    table::{self, Column, Stand},
    text::{put, width},
    theme::Theme,
};
use crate::{
    api::wire::{Job, JobState},
    app::{
        action::Action,
        format::{count, relative},
        jobs::{bar, progress, stands, title, undone},
        layout,
        open::label,
        reads::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Draws the screen.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let list = &app.jobs.list;
    let mut head = Line::toned(t("jobs.title"), Tone::Strong);
    if app.jobs.unfinished > 0 {
        let unfinished = tf("jobs.unfinished", &[("n", &count(app.jobs.unfinished as u64))]);
        head = head.and(format!(" · {unfinished}"), Tone::Warn);
    }
    if app.jobs.unread() > 0 {
        let unread = tf("jobs.unread", &[("n", &count(app.jobs.unread() as u64))]);
        head = head.and(format!(" · {unread}"), Tone::Warn);
    }
    let room = Panel { title: &head, aside: "", focused: app.stack.is_empty() }.draw(theme, area, buf);
    if list.is_empty() {
        let lines = [Line::toned(t("jobs.empty"), Tone::Dim), Line::toned(t("jobs.empty-hint"), Tone::Dim)];
        return state::instead(app, theme, room, buf, Want::Jobs, list.seen(), &lines);
    }
    let rows: Vec<(bool, Vec<Line>)> =
        list.visible(app.height(Pane::Jobs)).map(|(on, job)| (on, cells(app, job))).collect();
    let (columns, skipped) = (columns(&rows), app.jobs.sideways.skipped);
    let places = table::fit(&columns, room.x + 3, room.width.saturating_sub(4), skipped);
    table::titles(&columns, &places, skipped, room, theme, buf);
    for (y, (on, cells)) in (room.y + 1..).zip(&rows) {
        let stand = if *on { Stand::Cursor } else { Stand::Plain };
        let ground = table::ground(stand, Rect { y, height: 1, ..room }, theme, buf);
        table::cells(&columns, &places, y, cells, ground, theme, buf);
    }
    state::stale(app, theme, area, buf, Want::Jobs);
}

/// The columns, for these rows in sight.
fn columns(rows: &[(bool, Vec<Line>)]) -> Vec<Column> {
    let one = |(i, title): (usize, String), share, right| {
        let (least, gone) = layout::Table::Jobs.needs()[i];
        let wanted = rows.iter().filter_map(|(_, cells)| cells.get(i)).map(|cell| width(&cell.text())).max();
        Column { title, least, wanted, share, right, gone }
    };
    let titled = |i, key: &'static str| (i, t(key).to_owned());
    vec![
        one((0, numbered(t("jobs.number"), t("jobs.what"))), 4, false),
        one(titled(1, "jobs.state"), 0, false),
        one(titled(2, "jobs.rows"), 0, true),
        one(titled(3, "jobs.column-done"), 0, true),
        one(titled(4, "jobs.column-failed"), 0, true),
        one(titled(5, "jobs.column-skipped"), 0, true),
        one(titled(6, "jobs.when"), 0, false),
        one(titled(7, "jobs.by"), 2, false),
    ]
}

/// A job's number, and what it does: one column, for neither is told without the other.
fn numbered(number: &str, what: &str) -> String {
    format!("{number:>4}  {what}")
}

fn cells(app: &App, job: &Job) -> Vec<Line> {
    let number = |n: u64, tone| {
        let tone = if n == 0 { Tone::Dim } else { tone };
        Line::toned(count(n), tone)
    };
    let undone = undone(job);
    let tone = if undone.is_some() { Tone::Dim } else { Tone::Plain };
    let state = match (job.state, undone) {
        (_, Some(undone)) => Line::toned(undone, Tone::Dim),
        (JobState::Running, _) if job.elsewhere => Line::toned(stands(job), Tone::Accent),
        (JobState::Running, _) => Line::toned(format!("{} {}%", stands(job), percent(job)), Tone::Accent),
        (JobState::Stopped, _) => Line::toned(format!("{} {}%", stands(job), percent(job)), Tone::Warn),
        (JobState::Done, _) if job.failed > 0 => {
            Line::toned(tf("jobs.state-failed", &[("n", &count(job.failed))]), Tone::Warn)
        }
        (JobState::Done, _) => Line::plain(stands(job)),
    };
    vec![
        Line::toned(numbered(&job.id.to_string(), ""), Tone::Dim).and(title(job), tone),
        state,
        number(job.total, Tone::Plain),
        number(job.applied, Tone::Plain),
        number(job.failed, Tone::Bad),
        number(job.skipped, Tone::Warn),
        Line::plain(relative(job.created_at, app.now)),
        Line::plain(job.actor.to_string()),
    ]
}

fn percent(job: &Job) -> u64 {
    (job.settled() * 100).checked_div(job.total).unwrap_or(100)
}

/// Draws how the job at work goes on, and the keys for it; the column where that ends.
pub fn at_work(app: &App, job: &Job, theme: &Theme, area: Rect, buf: &mut Buffer) -> u16 {
    let bar = bar(job, theme.glyphs.bar);
    let keys = [Action::JobDetails, Action::StopJob];
    let hints: Vec<_> = keys.into_iter().filter_map(|action| Some((app.keymap.hint(action)?, label(action)))).collect();
    let keys_width: u16 = hints.iter().map(|(key, text)| width(key) + width(text) + 3).sum();
    let told = format!("  {bar} {}", progress(job));
    let more = match app.jobs.running.len() {
        0 | 1 => String::new(),
        n => format!(" +{}", n - 1),
    };
    // Where there is little room the job's name gives way, never the numbers or the keys.
    let name_room = area.width.saturating_sub(width(&told) + width(&more) + keys_width + 2);
    let mut x = put(buf, area.x + 1, area.y, name_room, &title(job), theme.tone(Tone::Strong));
    for text in [&more, &told] {
        x = put(buf, x, area.y, area.right().saturating_sub(x), text, theme.tone(Tone::Accent));
    }
    for (key, text) in hints {
        if x + 3 + width(&key) + width(text) > area.right() {
            break;
        }
        x = put(buf, x + 2, area.y, area.right() - x - 2, &key, theme.key);
        x = put(buf, x + 1, area.y, area.right().saturating_sub(x + 1), text, Style::default());
    }
    x
}
