//! A frame with a title: the one way panes and dialogs are set apart.

use super::{
    text::{put, put_line, put_right, width, wrap},
    theme::Theme,
};
use crate::app::view::Line;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// A frame's upper edge and whether it has the keys.
pub struct Panel<'a> {
    /// At the left of the upper edge.
    pub title: &'a Line,
    /// At the right of it.
    pub aside: &'a str,
    /// Whether it has the keys.
    pub focused: bool,
}

impl Panel<'_> {
    /// Draws the frame; what is inside.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        let style = if self.focused { theme.border_focus } else { theme.border };
        edge(theme, area, buf, style);
        if area.width < 6 || area.height < 2 {
            return Rect::default();
        }
        let mut end = area.right() - 2;
        if !self.aside.is_empty() && width(self.aside) + 8 < area.width {
            end = put_right(buf, end - 1, area.y, area.width - 8, self.aside, theme.tone(crate::app::view::Tone::Dim));
            put(buf, end - 1, area.y, 1, " ", style);
            put(buf, area.right() - 3, area.y, 1, " ", style);
            end -= 2;
        }
        if !self.title.0.is_empty() {
            put(buf, area.x + 1, area.y, 1, " ", style);
            let room = end.saturating_sub(area.x + 3);
            let at = put_line(buf, area.x + 2, area.y, room, self.title, theme, theme.title);
            put(buf, at, area.y, 1, " ", style);
        }
        Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
    }
}

fn edge(theme: &Theme, area: Rect, buf: &mut Buffer, style: Style) {
    if area.width < 2 || area.height < 2 {
        return;
    }
    let [top_left, top_right, bottom_left, bottom_right, across, down] = theme.glyphs.frame;
    let (left, right, top, bottom) = (area.x, area.right() - 1, area.y, area.bottom() - 1);
    for x in left + 1..right {
        buf[(x, top)].set_symbol(across).set_style(style);
        buf[(x, bottom)].set_symbol(across).set_style(style);
    }
    for y in top + 1..bottom {
        buf[(left, y)].set_symbol(down).set_style(style);
        buf[(right, y)].set_symbol(down).set_style(style);
    }
    for (place, glyph) in [
        ((left, top), top_left),
        ((right, top), top_right),
        ((left, bottom), bottom_left),
        ((right, bottom), bottom_right),
    ] {
        buf[place].set_symbol(glyph).set_style(style);
    }
}

/// Says something in the middle of an empty space.
pub fn say(theme: &Theme, area: Rect, buf: &mut Buffer, lines: &[Line]) {
    let lines: Vec<Line> = lines.iter().flat_map(|line| wrap(line, area.width.saturating_sub(2))).collect();
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    let top = area.y + (area.height - rows) / 3;
    for (y, line) in (top..).zip(lines.iter().take(usize::from(rows))) {
        let own = width(line.text().trim_end()).min(area.width);
        put_line(buf, area.x + (area.width - own) / 2, y, own, line, theme, Style::default());
    }
}
