//! The changes screen, drawn, and the line that tells how a change at work goes on.

use super::{
    panel::Panel,
    state,
    table::{self, Column, Stand},
    text::{local_part, put, width},
    theme::Theme,
};
use crate::{
    api::wire::Change,
    app::{
        action::Action,
        changes::{bar, progress, result, short_title, title, undone},
        format::{count, relative},
        layout,
        open::label,
        requests::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Draws the screen.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let list = &app.changes.list;
    let mut head = Line::toned(t("changes.title"), Tone::Strong);
    if app.changes.unfinished > 0 {
        let unfinished = tf("changes.unfinished", &[("n", &count(app.changes.unfinished as u64))]);
        head = head.and(format!(" · {unfinished}"), Tone::Warn);
    }
    if app.changes.unread() > 0 {
        let unread = tf("changes.unread", &[("n", &count(app.changes.unread() as u64))]);
        head = head.and(format!(" · {unread}"), Tone::Warn);
    }
    let room = Panel { title: &head, aside: "", focused: app.stack.is_empty() }.draw(theme, area, buf);
    if list.is_empty() {
        let lines = [Line::toned(t("changes.empty"), Tone::Dim), Line::toned(t("changes.empty-hint"), Tone::Dim)];
        return state::instead(app, theme, room, buf, Want::Changes, list.seen(), &lines);
    }
    let rows: Vec<(bool, Vec<Line>)> =
        list.visible(app.height(Pane::Changes)).map(|(on, change)| (on, cells(app, change))).collect();
    let (columns, skipped) = (columns(&rows), app.changes.sideways.skipped);
    let places = table::fit(&columns, room.x + 3, room.width.saturating_sub(4), skipped);
    table::titles(&columns, &places, skipped, room, theme, buf);
    for (y, (on, cells)) in (room.y + 1..).zip(&rows) {
        let stand = if *on { Stand::Cursor } else { Stand::Plain };
        let ground = table::ground(stand, Rect { y, height: 1, ..room }, theme, buf);
        table::cells(&columns, &places, y, cells, ground, theme, buf);
    }
    state::stale(app, theme, area, buf, Want::Changes);
}

/// The columns, for these rows in sight.
fn columns(rows: &[(bool, Vec<Line>)]) -> Vec<Column> {
    let titled = |i: usize, key: &'static str, share, right| {
        let (least, gone) = layout::Table::Changes.needs()[i];
        let wanted = rows.iter().filter_map(|(_, cells)| cells.get(i)).map(|cell| width(&cell.text())).max();
        Column { title: t(key).to_owned(), least, wanted, share, right, gone }
    };
    vec![
        titled(0, "changes.number", 0, true),
        titled(1, "changes.when", 0, false),
        titled(2, "changes.who", 0, false),
        titled(3, "changes.what", 4, false),
        titled(4, "changes.rows", 0, true),
        titled(5, "changes.result", 1, false),
    ]
}

fn cells(app: &App, change: &Change) -> Vec<Line> {
    let (result, tone) = result(change);
    let what = if undone(change).is_some() { Tone::Dim } else { Tone::Plain };
    vec![
        Line::toned(change.id.to_string(), Tone::Dim),
        Line::plain(relative(change.created_at, app.now)),
        Line::plain(local_part(&change.actor)),
        Line::toned(short_title(change, &app.workspace, app.now), what),
        Line::plain(count(change.total)),
        Line::toned(result, tone),
    ]
}

/// Draws how the change at work goes on, and the keys for it; the column where that ends.
pub fn at_work(app: &App, change: &Change, theme: &Theme, area: Rect, buf: &mut Buffer) -> u16 {
    let bar = bar(change, theme.glyphs.bar);
    let keys = [Action::ChangeDetails, Action::StopChange];
    let hints: Vec<_> = keys.into_iter().filter_map(|action| Some((app.keymap.hint(action)?, label(action)))).collect();
    let keys_width: u16 = hints.iter().map(|(key, text)| width(key) + width(text) + 3).sum();
    let told = format!("  {bar} {}", progress(change));
    let more = match app.changes.running.len() {
        0 | 1 => String::new(),
        n => format!(" +{}", n - 1),
    };
    // Where there is little room the change's name gives way, never the numbers or the keys.
    let name_room = area.width.saturating_sub(width(&told) + width(&more) + keys_width + 2);
    let mut x =
        put(buf, area.x + 1, area.y, name_room, &title(change, &app.workspace, app.now), theme.tone(Tone::Strong));
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
