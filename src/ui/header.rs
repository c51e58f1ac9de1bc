//! The two lines above the panes: whose console this is, and the screens.

use super::{
    text::{put, put_right, width},
    theme::Theme,
};
use crate::{
    app::{
        action::Action,
        format::{count, span},
        open::label,
        state::{App, Connection, Screen},
        view::Tone,
    },
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws both lines.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let right = status(app, theme, area, buf);
    let x = put(buf, area.x + 1, area.y, area.width - 1, t("app.name"), theme.brand);
    if app.ready {
        let name = format!("{} {}", app.workspace.name, theme.glyphs.open);
        let room = right.saturating_sub(x + 4);
        let end = put(buf, x + 2, area.y, room.min(width(&name)), &name, theme.tone(Tone::Strong));
        who(app, theme, Rect { x: end + 2, width: right.saturating_sub(end + 4), height: 1, ..area }, buf);
    }
    screens(app, theme, Rect { y: area.y + 1, height: 1, ..area }, buf);
}

/// The connection and what waits, at the right; the column it begins in.
fn status(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) -> u16 {
    let g = theme.glyphs;
    let (mark, text, tone) = match &app.connection {
        Connection::Connecting => (g.hollow, t("app.connecting").to_owned(), Tone::Dim),
        Connection::Live => (g.live, t("app.live").to_owned(), Tone::Good),
        Connection::Offline { until, .. } => {
            let left = span(until.since(app.now).max(0));
            (g.hollow, tf("app.offline", &[("span", &left)]), Tone::Bad)
        }
        Connection::SignedOut => (g.hollow, t("app.signed-out-short").to_owned(), Tone::Bad),
    };
    let mut end = area.right() - 1;
    let attention = app.invitations.count.map_or(0, |all| all.attention);
    if app.ready && attention > 0 && area.width >= 100 {
        let key = if attention == 1 { "app.attention-one" } else { "app.attention" };
        let words = tf(key, &[("n", &count(attention))]);
        end = put_right(buf, end, area.y, 40, &words, theme.tone(Tone::Warn)).saturating_sub(3);
    }
    end = put_right(buf, end, area.y, 40, &format!("{mark} {text}"), theme.tone(tone));
    if app.readonly {
        end = put_right(buf, end.saturating_sub(3), area.y, 20, t("app.readonly"), theme.tone(Tone::Warn));
    }
    end
}

fn who(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let role = if app.workspace.my_owner {
        t("app.owner").to_owned()
    } else {
        let rank = app.workspace.my_capabilities.len();
        let same =
            |keys: &Vec<String>| keys.len() == rank && app.workspace.my_capabilities.iter().all(|k| keys.contains(k));
        app.roles
            .rows
            .iter()
            .find(|role| same(&role.capabilities))
            .map(|role| role.name.to_string())
            .unwrap_or_default()
    };
    let email = app.me.email.to_string();
    let whole = if role.is_empty() { email.clone() } else { format!("{email} · {role}") };
    if let Some(text) = [whole, email].iter().find(|text| width(text) <= area.width) {
        put_right(buf, area.right(), area.y, area.width, text, theme.tone(Tone::Dim));
    }
}

fn screens(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let actions = [
        Action::ScreenDirectory,
        Action::ScreenInvitations,
        Action::ScreenFolders,
        Action::ScreenRoles,
        Action::ScreenChanges,
    ];
    let mut x = area.x + 1;
    for (screen, action) in Screen::ALL.into_iter().zip(actions) {
        if !matches!(app.able(action), crate::app::availability::Able::Yes) {
            continue;
        }
        let style = if app.screen == screen { theme.tab } else { theme.tone(Tone::Dim) };
        let key = app.keymap.hint(action).unwrap_or_default();
        x = put(buf, x, area.y, area.right().saturating_sub(x), &key, theme.key);
        x = put(buf, x + 1, area.y, area.right().saturating_sub(x + 1), label(action), style);
        if let Some(all) = app.invitations.count.filter(|all| screen == Screen::Invitations && all.open() > 0) {
            x = put(buf, x + 1, area.y, area.right().saturating_sub(x + 1), &count(all.open()), theme.tone(Tone::Dim));
            if all.attention > 0 {
                let mark = format!("!{}", count(all.attention));
                x = put(buf, x + 1, area.y, area.right().saturating_sub(x + 1), &mark, theme.tone(Tone::Warn));
            }
        }
        if screen == Screen::Changes && app.changes.unfinished > 0 {
            let n = count(app.changes.unfinished as u64);
            x = put(buf, x + 1, area.y, area.right().saturating_sub(x + 1), &n, theme.tone(Tone::Warn));
        }
        if screen == Screen::Changes && app.changes.unread() > 0 {
            let mark = format!("!{}", count(app.changes.unread() as u64));
            x = put(buf, x + 1, area.y, area.right().saturating_sub(x + 1), &mark, theme.tone(Tone::Warn));
        }
        x += 3;
    }
}
