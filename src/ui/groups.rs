//! The groups pane, drawn: two lines a group.

use super::{
    panel::Panel,
    state,
    table::{self, Stand},
    text::{put, put_right, width},
    theme::Theme,
    users::{filter_line, tab, tabs},
};
use crate::{
    api::wire::GroupRow,
    app::{
        format::count,
        requests::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    i18n::t,
};
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws the pane.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let groups = &app.groups;
    let focused = app.pane() == Pane::Groups && app.stack.is_empty();
    let title = if app.wide() { tab(theme, t("groups.title"), &groups.total(), true) } else { tabs(app, theme) };
    let aside = if groups.by_members { t("groups.by-members") } else { "" };
    let inside = Panel { title: &title, aside, focused }.draw(theme, area, buf);
    let room = filter_line(&groups.filter, None, false, theme, inside, buf);
    if groups.list.is_empty() {
        let lines: &[Line] = if groups.filter.applied().is_empty() {
            &[Line::toned(t("groups.empty"), Tone::Dim), Line::toned(t("groups.empty-hint"), Tone::Dim)]
        } else {
            &[Line::toned(t("app.no-match"), Tone::Dim)]
        };
        return state::instead(app, theme, room, buf, Want::Groups, groups.seen, lines);
    }
    let focused = app.pane() == Pane::Groups;
    let lit = app.users.list.current().filter(|_| !focused && app.wide());
    let height = app.height(Pane::Groups);
    for (row, (on, place)) in groups.list.visible(height).enumerate() {
        let Some(group) = groups.rows.get(place) else { continue };
        let y = room.y + 2 * row as u16;
        let stand = match (on, focused) {
            (true, true) => Stand::Cursor,
            _ if lit.is_some_and(|member| member.groups.iter().any(|of| of.id == group.id)) => Stand::Lit,
            (true, false) if app.wide() => Stand::Away,
            _ => Stand::Plain,
        };
        let area = Rect { y, height: 2.min(room.bottom().saturating_sub(y)), ..room };
        group_lines(app, theme, group, stand, area, buf);
    }
    state::stale(app, theme, area, buf, Want::Groups);
}

fn group_lines(app: &App, theme: &Theme, group: &GroupRow, stand: Stand, area: Rect, buf: &mut Buffer) {
    let ground = table::ground(stand, area, theme, buf);
    let dim = if stand == Stand::Cursor { ground } else { ground.patch(theme.tone(Tone::Dim)) };
    let room = area.width.saturating_sub(3);
    // Name, count and leader share the line: the name gives way last.
    let members = count(group.members);
    let leader = group.leader.as_ref().map(|leader| leader.name.to_string());
    let short = leader.map(|name| {
        let first = name.split(['@', ' ']).next().unwrap_or_default().to_owned();
        format!("{} {}", theme.glyphs.star, if room < 60 { first } else { name })
    });
    let leading = (room / 3).max(8);
    let x = area.x + 2;
    let end = area.right() - 1;
    let mut stop = end.saturating_sub(leading);
    if let Some(leader) = short {
        put(buf, stop, area.y, leading, &leader, dim);
    }
    stop = put_right(buf, stop.saturating_sub(2), area.y, 12, &members, ground);
    let name = group.name.to_string();
    put(buf, x, area.y, stop.saturating_sub(x + 1).min(width(&name).max(1)), &name, ground);
    if area.height > 1 {
        let labels: Vec<_> = group.capabilities.iter().map(|key| app.capability(key)).collect();
        let text = if labels.is_empty() { t("groups.adds-nothing").to_owned() } else { labels.join("  ") };
        put(buf, x + 2, area.y + 1, end.saturating_sub(x + 2), &text, dim);
    }
}
