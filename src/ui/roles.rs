//! The matrix of roles and capabilities, drawn; titles stay while it scrolls both ways.

use super::{
    panel::Panel,
    state,
    text::{over, put, width},
    theme::Theme,
};
use crate::{
    app::{
        format::count,
        pane::roles::Line as Row,
        requests::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

const LABELS: u16 = 26;
const LEAST: u16 = 8;
const MOST: u16 = 16;

/// Draws the matrix.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let roles = &app.roles;
    let mut title = Line::toned(t("roles.title"), Tone::Strong);
    if !roles.rows.is_empty() {
        title = title.and(format!(" {}", roles.rows.len()), Tone::Dim);
    }
    let chosen = roles.rows.get(roles.column);
    let aside = chosen
        .map(|role| tf("roles.holders", &[("role", &role.name), ("n", &count(role.members))]))
        .unwrap_or_default();
    let inside = Panel { title: &title, aside: &aside, focused: app.stack.is_empty() }.draw(theme, area, buf);
    if roles.rows.is_empty() || roles.lines.is_empty() {
        let seen = app.ready && !app.reads.waits(Want::Roles) && app.reads.failure(Want::Roles).is_none();
        let lines = [Line::toned(t("roles.empty"), Tone::Dim)];
        return state::instead(app, theme, inside, buf, Want::Roles, seen, &lines);
    }
    let labels = LABELS.min(inside.width / 2);
    let columns = places(app, inside, labels);
    for (place, x, w) in &columns {
        let role = &roles.rows[*place];
        let style = if *place == roles.column { theme.tab } else { theme.column };
        put(buf, *x, inside.y, *w, &role.name.to_string(), style);
    }
    more(app, theme, inside, &columns, buf);
    let height = app.height(Pane::Roles);
    for (y, (on, i)) in (inside.y + 1..inside.bottom()).zip(roles.list.visible(height)) {
        match &roles.lines[i] {
            Row::Category(name) => {
                put(buf, inside.x + 1, y, labels, name, theme.tone(Tone::Strong));
            }
            Row::Capability(place) => {
                let Some(capability) = app.workspace.capabilities.get(*place) else { continue };
                let row = Rect { y, height: 1, ..inside };
                let ground = if on { theme.cursor } else { Style::default() };
                if on {
                    buf.set_style(row, ground);
                    put(buf, row.x, y, 1, theme.glyphs.cursor, ground.patch(theme.border_focus));
                }
                put(buf, row.x + 3, y, labels - 4, &capability.label, ground);
                for (place, x, w) in &columns {
                    let role = &roles.rows[*place];
                    let held = role.capabilities.contains(&capability.key);
                    let (mark, tone) =
                        if held { (theme.glyphs.yes, Tone::Good) } else { (theme.glyphs.without, Tone::Dim) };
                    let at = x + (*w).min(width(&role.name.to_string())) / 2;
                    put(buf, at, y, 1, mark, ground.patch(over(theme, tone, ground)));
                }
            }
        }
    }
}

/// The roles there is room for, the chosen one among them: place, column, width.
fn places(app: &App, area: Rect, labels: u16) -> Vec<(usize, u16, u16)> {
    let roles = &app.roles;
    let room = area.width.saturating_sub(labels + 4);
    let w = |i: usize| width(&roles.rows[i].name.to_string()).clamp(LEAST, MOST);
    let fits = |first: usize| {
        let mut used = 0;
        let mut last = first;
        while last < roles.rows.len() && used + w(last) <= room {
            used += w(last) + 2;
            last += 1;
        }
        last
    };
    let mut first = 0;
    while fits(first) <= roles.column && first < roles.column {
        first += 1;
    }
    let mut x = area.x + labels + 2;
    (first..fits(first))
        .map(|i| {
            let own = w(i);
            let place = (i, x, own);
            x += own + 2;
            place
        })
        .collect()
}

/// Marks that there are roles further left or right.
fn more(app: &App, theme: &Theme, area: Rect, columns: &[(usize, u16, u16)], buf: &mut Buffer) {
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return };
    if first.0 > 0 {
        put(buf, first.1 - 2, area.y, 1, "‹", theme.key);
    }
    if last.0 + 1 < app.roles.rows.len() {
        put(buf, area.right() - 2, area.y, 1, "›", theme.key);
    }
}
