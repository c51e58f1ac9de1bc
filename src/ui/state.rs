//! What a pane says in place of rows: that they are coming, that they did not come, that there are none.

use super::{panel, text::put, theme::Theme};
use crate::{
    app::{
        requests::Want,
        state::{App, Connection},
        view::{Line, Tone},
    },
    domain::untrusted::visible,
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect};

/// Fills a pane that has no rows to show.
pub fn instead(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer, want: Want, seen: bool, empty: &[Line]) {
    let retry = app.keymap.hint(crate::app::action::Action::Refresh).unwrap_or_default();
    if let Some(e) = app.reads.failure(want).filter(|_| !seen) {
        let again = Line::toned(tf("app.try-again", &[("key", &retry)]), Tone::Dim);
        return panel::say(
            theme,
            area,
            buf,
            &[Line::toned(visible(&e.to_string()), Tone::Bad), Line::default(), again],
        );
    }
    if seen {
        return panel::say(theme, area, buf, empty);
    }
    let lines = match &app.connection {
        Connection::Connecting if !app.ready => {
            [Line::toned(app.starting.as_deref().unwrap_or(t("app.connecting")), Tone::Dim)]
        }
        Connection::Offline { reason, .. } => [Line::toned(reason.clone(), Tone::Bad)],
        Connection::SignedOut => [Line::toned(t("app.signed-out"), Tone::Bad)],
        _ => [Line::toned(t("app.loading"), Tone::Dim)],
    };
    panel::say(theme, area, buf, &lines);
}

/// Says over a pane's lower edge that its rows are old, and why.
pub fn stale(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer, want: Want) {
    let Some(e) = app.reads.failure(want) else { return };
    if area.width < 20 || area.height < 2 {
        return;
    }
    let text = format!(" {} ", tf("app.old-rows", &[("why", &visible(&e.to_string()))]));
    put(buf, area.x + 2, area.bottom() - 1, area.width - 4, &text, theme.tone(Tone::Bad));
}
