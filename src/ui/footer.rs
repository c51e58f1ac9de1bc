//! The two lines below the panes: what can be done now, and what was said.

use super::{
    changes,
    text::{put, put_line, put_right, width, wrap},
    theme::Theme,
};
use crate::app::{
    action::Action,
    availability::{Able, Hint},
    state::{App, Connection},
    view::{Line, Tone},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Draws both lines.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut rest = Vec::new();
    if let Some(notice) = &app.notice
        && width(&notice.text) > area.width.saturating_sub(2)
    {
        // Too long for a line: it takes both, until the next key; what is too long for both is cut, visibly.
        let mut lines = wrap(&Line::toned(&notice.text, notice.tone), area.width.saturating_sub(2));
        let last = lines.split_off(lines.len().min(usize::from(area.height)).saturating_sub(1));
        let last = last.iter().map(Line::text).collect::<Vec<_>>().join(" ");
        lines.push(Line::toned(last, notice.tone));
        for (y, line) in (area.y..area.bottom()).zip(&lines) {
            put_line(buf, area.x + 1, y, area.width - 2, line, theme, Style::default());
        }
        return;
    }
    if app.stack.is_empty() {
        rest = app.hints();
        let shown = line(theme, Rect { height: 1, ..area }, buf, &rest);
        rest.drain(..shown);
    }
    let below = Rect { y: area.y + 1, height: 1, ..area };
    if let Some(notice) = &app.notice {
        put(buf, below.x + 1, below.y, below.width - 2, &notice.text, theme.tone(notice.tone));
        return;
    }
    if let Connection::Offline { reason, .. } = &app.connection {
        put(buf, below.x + 1, below.y, below.width - 2, reason, theme.tone(Tone::Bad));
        return;
    }
    if let Some(change) = app.changes.at_work() {
        changes::at_work(app, change, theme, below, buf);
        return;
    }
    if let Some(why) = app.row_failure() {
        put(buf, below.x + 1, below.y, below.width - 2, &why, theme.tone(Tone::Dim));
        return;
    }
    if app.stack.is_empty() {
        let hints = |actions: &[Action]| {
            let able = actions.iter().filter(|action| app.able(**action) == Able::Yes);
            able.filter_map(|action| app.hint(*action, true)).collect::<Vec<_>>()
        };
        let right = hints(&[Action::NextPane, Action::Quit]);
        let taken: u16 = right.iter().map(|hint| own_width(hint) + 3).sum();
        // Help and what every list can do, then what the line above had no room for.
        let list = [Action::Help, Action::Filter, Action::Mark, Action::Range, Action::MarkAll];
        let mut offers = hints(&list);
        offers.extend(rest);
        offers.extend(hints(&[Action::Palette, Action::Sort]));
        line(theme, Rect { width: below.width.saturating_sub(taken), ..below }, buf, &offers);
        let mut end = below.right() - 1;
        for hint in right.iter().rev() {
            let at = put_right(buf, end, below.y, 24, hint.label, Style::default());
            end = put_right(buf, at.saturating_sub(1), below.y, 8, &hint.key, theme.key).saturating_sub(3);
        }
    }
}

fn own_width(hint: &Hint) -> u16 {
    width(&hint.key) + 1 + width(hint.label)
}

/// Hints from the left, as many as there is room for; how many that is.
fn line(theme: &Theme, area: Rect, buf: &mut Buffer, hints: &[Hint]) -> usize {
    let mut x = area.x + 1;
    for (shown, hint) in hints.iter().enumerate() {
        if x + own_width(hint) > area.right() {
            return shown;
        }
        let dim = theme.tone(Tone::Dim);
        let (key, text) = if hint.enabled { (theme.key, Style::default()) } else { (dim, dim) };
        x = put(buf, x, area.y, area.right() - x, &hint.key, key);
        x = put(buf, x + 1, area.y, area.right() - x - 1, hint.label, text);
        x += 2;
    }
    hints.len()
}
