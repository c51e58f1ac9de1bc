//! The console's face: state to cells. Changes nothing, and does no work that grows with the rows of
//! a list: panes hand over the rows on screen and nothing else.

mod ascii;
mod changes;
mod dialog;
mod folders;
mod footer;
mod groups;
mod header;
mod invitations;
mod panel;
mod roles;
mod state;
mod table;
mod text;
pub mod theme;
mod users;

use crate::{
    app::{
        action::Action,
        layout,
        state::{App, Pane, Screen},
        view::{Line, Tone},
    },
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect};
use theme::Theme;

/// Draws the console into a buffer of the terminal's size.
pub fn render(app: &App, theme: &Theme, buf: &mut Buffer) {
    draw(app, theme, buf);
    if theme.ascii {
        ascii::spell(buf);
    }
}

fn draw(app: &App, theme: &Theme, buf: &mut Buffer) {
    let area = buf.area;
    if area.is_empty() {
        return;
    }
    buf.set_style(area, theme.tone(Tone::Plain));
    if !layout::fits((area.width, area.height)) {
        return too_small(app, theme, area, buf);
    }
    let rows = |y, height| Rect { y, height, ..area };
    header::draw(app, theme, rows(area.y, layout::HEADER), buf);
    body(app, theme, rows(area.y + layout::HEADER, layout::body((area.width, area.height))), buf);
    footer::draw(app, theme, rows(area.bottom() - layout::FOOTER, layout::FOOTER), buf);
    let dialogs = app.dialogs();
    let room = rows(area.y + 1, area.height - 2);
    for (i, view) in dialogs.iter().enumerate() {
        dialog::draw(view, &app.keymap, theme, room, i + 1 == dialogs.len(), buf);
    }
}

fn body(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    match app.screen {
        Screen::Directory if app.wide() => {
            let left = area.width - layout::GROUPS;
            users::draw(app, theme, Rect { width: left, ..area }, buf);
            groups::draw(app, theme, Rect { x: area.x + left, width: layout::GROUPS, ..area }, buf);
        }
        Screen::Directory if app.directory == Pane::Users => users::draw(app, theme, area, buf),
        Screen::Directory => groups::draw(app, theme, area, buf),
        Screen::Invitations => invitations::draw(app, theme, area, buf),
        Screen::Folders => {
            let left = layout::tree((area.width, area.height));
            folders::tree(app, theme, Rect { width: left, ..area }, buf);
            folders::grants(app, theme, Rect { x: area.x + left, width: area.width - left, ..area }, buf);
        }
        Screen::Roles => roles::draw(app, theme, area, buf),
        Screen::Changes => changes::draw(app, theme, area, buf),
    }
}

fn too_small(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (columns, rows) = layout::SMALLEST;
    let needed = tf("app.too-small-needs", &[("columns", &columns), ("rows", &rows)]);
    let is = tf("app.too-small-is", &[("columns", &area.width), ("rows", &area.height)]);
    let keys = app.keymap.keys(Action::Quit).map(|key| key.to_string()).collect::<Vec<_>>().join(", ");
    let mut lines =
        vec![Line::toned(t("app.too-small"), Tone::Strong), Line::plain(needed), Line::toned(is, Tone::Dim)];
    lines.push(match &app.notice {
        // It is here that leaving has to be asked for again.
        Some(notice) if notice.leaves => Line::toned(&notice.text, notice.tone),
        _ => Line::toned(tf("app.too-small-quit", &[("keys", &keys)]), Tone::Dim),
    });
    panel::say(theme, area, buf, &lines);
}
