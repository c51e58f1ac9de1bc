//! Every dialog's looks: one renderer for them all.

use super::{
    panel::Panel,
    text::{self, clear, put, put_line, put_right, width, wrap},
    theme::Theme,
};
use crate::app::{
    format,
    keymap::Keymap,
    open::label,
    view::{DialogView, Line, ListView, Mark, Part, Tone, Width},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Draws a dialog over what is there; `top` when it has the keys.
pub fn draw(view: &DialogView, keymap: &Keymap, theme: &Theme, screen: Rect, top: bool, buf: &mut Buffer) {
    let columns = match view.width {
        _ if screen.width < 88 => screen.width,
        Width::Narrow => 64,
        Width::Medium => 84,
        Width::Wide => screen.width.saturating_sub(6),
    };
    let inner_columns = columns.saturating_sub(4);
    let place = view.parts.iter().find_map(place).unwrap_or_default();
    let hints = hint_lines(view, keymap, inner_columns.saturating_sub(width(&place)));
    let labels = labels(&view.parts, inner_columns / 2);
    let parts = || view.parts.iter().zip(labels.iter().copied());
    let wanted: u16 = parts().map(|(part, labels)| height(part, labels, inner_columns)).sum();
    let foot = foot(view, inner_columns);
    let below = u16::try_from(foot.len()).unwrap_or(0) + u16::try_from(hints.len()).unwrap_or(0).saturating_sub(1);
    let rows = (wanted + below + 2).min(screen.height);
    let area = Rect::new(screen.x + (screen.width - columns) / 2, screen.y + (screen.height - rows) / 2, columns, rows);
    clear(buf, area);
    let title = Line::toned(view.title.clone(), Tone::Strong);
    let panel = Panel { title: &title, aside: view.aside.as_deref().unwrap_or(""), focused: top };
    let inside = panel.draw(theme, area, buf);
    if inside.width < 4 {
        return;
    }
    let mut room = Rect { x: inside.x + 1, width: inside.width - 2, ..inside };
    room.height = room.height.saturating_sub(below);
    let mut canvas = Canvas { theme, buf, labels: 0 };
    canvas.parts(&parts().collect::<Vec<_>>(), room);
    let mut y = room.bottom();
    for line in &foot {
        put_line(canvas.buf, room.x, y, room.width, line, theme, Style::default());
        y += 1;
    }
    put_right(canvas.buf, area.right() - 2, area.bottom() - 1, inner_columns, &place, theme.tone(Tone::Dim));
    // All hint lines but the last stand above the frame's edge, the last one in it.
    for (i, line) in hints.iter().enumerate() {
        let in_edge = i + 1 == hints.len();
        let (x, y) = if in_edge { (area.x + 2, area.bottom() - 1) } else { (room.x, y + i as u16) };
        if in_edge && !line.is_empty() {
            put(canvas.buf, area.x + 1, y, 1, " ", theme.border);
        }
        let at = put_hints(canvas.buf, x, y, inner_columns, line, theme);
        if in_edge && !line.is_empty() {
            put(canvas.buf, at, y, 1, " ", theme.border);
        }
    }
}

/// Where one is in a list that is longer than what is shown of it: `17/312`, in the lower edge.
fn place(part: &Part) -> Option<String> {
    let Part::List(list) = part else { return None };
    let (before, headings) = list.headings;
    let at = list.cursor.unwrap_or(list.first) + 1 - before;
    let place = || format::place(at as u64, (list.total - headings) as u64);
    (list.total > list.rows.len()).then(|| format!(" {} ", place()))
}

type Hints = Vec<(String, String)>;

/// The hints with their keys, on as many lines as they need.
fn hint_lines(view: &DialogView, keymap: &Keymap, columns: u16) -> Vec<Hints> {
    let mut lines = vec![Hints::new()];
    let mut used = 0;
    for (action, other) in &view.hints {
        let Some(key) = keymap.hint(*action) else { continue };
        let text = other.clone().unwrap_or_else(|| label(*action).to_owned());
        let own = width(&key) + width(&text) + 4;
        if used > 0 && used + own > columns + 3 {
            lines.push(Hints::new());
            used = 0;
        }
        used += own;
        if let Some(line) = lines.last_mut() {
            line.push((key, text));
        }
    }
    lines
}

fn put_hints(buf: &mut Buffer, x: u16, y: u16, columns: u16, hints: &Hints, theme: &Theme) -> u16 {
    let end = x + columns;
    let mut at = x;
    for (i, (key, text)) in hints.iter().enumerate() {
        if i > 0 {
            at = put(buf, at, y, end - at, "   ", Style::default());
        }
        at = put(buf, at, y, end - at, key, theme.key);
        at = put(buf, at, y, end - at, " ", Style::default());
        at = put(buf, at, y, end - at, text, Style::default());
    }
    at
}

/// What stands below the parts: an error, or what is waited for.
fn foot(view: &DialogView, columns: u16) -> Vec<Line> {
    let said = match (&view.error, &view.pending) {
        (Some(error), _) => Line::toned(error.clone(), Tone::Bad),
        (None, Some(pending)) => Line::toned(format!("{}…", pending.trim_end_matches('…')), Tone::Accent),
        (None, None) => return Vec::new(),
    };
    wrap(&said, columns)
}

/// The room for labels before each part: fields that no gap parts are aligned, so that what comes below a gap
/// later moves none of those above it.
fn labels(parts: &[Part], most: u16) -> Vec<u16> {
    let group = |group: &[Part]| vec![group.iter().map(label_width).max().unwrap_or(0).min(most); group.len()];
    parts.split_inclusive(|part| matches!(part, Part::Gap)).flat_map(group).collect()
}

fn label_width(part: &Part) -> u16 {
    match part {
        Part::Field { label, .. } | Part::Choice { label, .. } if !label.is_empty() => width(label) + 2,
        _ => 0,
    }
}

fn height(part: &Part, labels: u16, columns: u16) -> u16 {
    let rows = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX);
    match part {
        Part::Field { error, .. } | Part::Choice { error, .. } => {
            1 + error.as_ref().map_or(0, |error| rows(error_lines(error, labels, columns).len()))
        }
        Part::Text(lines) => rows(lines.iter().map(|line| wrap(line, columns).len()).sum()),
        Part::List(list) => rows(list.rows.len().max(1)) + u16::from(!list.columns.is_empty()),
        Part::Gap => 1,
    }
}

fn error_lines(error: &str, labels: u16, columns: u16) -> Vec<Line> {
    wrap(&Line::toned(error, Tone::Bad), columns.saturating_sub(labels))
}

struct Canvas<'a> {
    theme: &'a Theme,
    buf: &'a mut Buffer,
    /// Columns for the label of the part being drawn.
    labels: u16,
}

impl Canvas<'_> {
    /// Draws parts from the top. Where they do not all fit, gaps go first, then what stands before
    /// the part that has the focus.
    fn parts(&mut self, parts: &[(&Part, u16)], room: Rect) {
        let heights: Vec<u16> = parts.iter().map(|(part, labels)| height(part, *labels, room.width)).collect();
        let total: u16 = heights.iter().sum();
        let mut over = total.saturating_sub(room.height);
        let mut shown: Vec<bool> = vec![true; parts.len()];
        let focus = parts.iter().position(|(part, _)| focused(part)).unwrap_or(0);
        let gaps = parts.iter().enumerate().filter(|(_, (part, _))| matches!(part, Part::Gap)).map(|(i, _)| i);
        for i in gaps.chain(0..focus) {
            if over == 0 {
                break;
            }
            if shown[i] {
                shown[i] = false;
                over = over.saturating_sub(heights[i]);
            }
        }
        let mut y = room.y;
        for (i, (part, labels)) in parts.iter().enumerate().filter(|(i, _)| shown[*i]) {
            let rows = heights[i].min(room.bottom().saturating_sub(y));
            self.labels = *labels;
            self.part(part, Rect { y, height: rows, ..room });
            y += rows;
        }
    }

    fn part(&mut self, part: &Part, area: Rect) {
        if area.height == 0 {
            return;
        }
        match part {
            Part::Field { label, value, cursor, error, hint } => {
                let x = self.label(label, cursor.is_some(), area);
                self.field(value, *cursor, hint, Rect { x, width: area.right() - x, height: 1, ..area });
                self.error(error.as_deref(), area);
            }
            Part::Choice { label, value, focused, error, hint } => {
                let x = self.label(label, *focused, area);
                let style = if *focused { self.theme.border_focus } else { Style::default() };
                let [before, after] = self.theme.glyphs.choice;
                let text = format!("{before}{value}{after}");
                let end = put(self.buf, x, area.y, area.right() - x, &text, style);
                if !hint.is_empty() && end + 2 < area.right() {
                    put(self.buf, end + 2, area.y, area.right() - end - 2, hint, self.theme.tone(Tone::Dim));
                }
                self.error(error.as_deref(), area);
            }
            Part::Text(lines) => {
                let wrapped = lines.iter().flat_map(|line| wrap(line, area.width));
                for (y, line) in (area.y..area.bottom()).zip(wrapped) {
                    put_line(self.buf, area.x, y, area.width, &line, self.theme, Style::default());
                }
            }
            Part::List(list) => self.list(list, area),
            Part::Gap => {}
        }
    }

    fn label(&mut self, label: &str, focused: bool, area: Rect) -> u16 {
        if label.is_empty() {
            return area.x;
        }
        let style = if focused { self.theme.border_focus } else { self.theme.tone(Tone::Dim) };
        put(self.buf, area.x, area.y, self.labels.saturating_sub(1), label, style);
        area.x + self.labels
    }

    fn error(&mut self, error: Option<&str>, area: Rect) {
        let Some(error) = error else { return };
        let lines = error_lines(error, self.labels, area.width);
        for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
            let x = area.x + self.labels;
            put_line(self.buf, x, y, area.right() - x, &line, self.theme, Style::default());
        }
    }

    /// A field: a long value scrolls so that the cursor stays in it.
    fn field(&mut self, value: &str, cursor: Option<usize>, hint: &str, area: Rect) {
        let theme = self.theme;
        let Some(cursor) = cursor else {
            let (text, style) =
                if value.is_empty() { (hint, theme.tone(Tone::Dim)) } else { (value, Style::default()) };
            put(self.buf, area.x, area.y, area.width, text, style);
            return;
        };
        let caret = caret_into(value, cursor, area, theme, self.buf);
        if value.is_empty() && caret < area.right() {
            // Under the cursor, where it stands without one: nothing moves when the field is entered.
            let under = self.buf[(caret, area.y)].style();
            put(self.buf, caret, area.y, area.right() - caret, hint, theme.tone(Tone::Dim));
            self.buf[(caret, area.y)].set_style(under);
        }
    }

    fn list(&mut self, list: &ListView, area: Rect) {
        let theme = self.theme;
        if list.rows.is_empty() {
            put(self.buf, area.x + 2, area.y, area.width.saturating_sub(2), &list.empty, theme.tone(Tone::Dim));
            return;
        }
        let checks = list.rows.iter().any(|row| row.checked.is_some());
        let marks = list.rows.iter().any(|row| row.mark.is_some());
        let gutter = if checks { 6 } else { 2 } + if marks { 2 } else { 0 };
        let columns = self.columns(list, area, gutter);
        let mut y = area.y;
        if !list.columns.is_empty() {
            for (column, (x, w)) in list.columns.iter().zip(&columns) {
                put(self.buf, *x, y, *w, &column.title, theme.column);
            }
            y += 1;
        }
        // More rows than room: keep the cursor's in sight.
        let height = usize::from(area.bottom() - y);
        let cursor = list.cursor.and_then(|cursor| cursor.checked_sub(list.first));
        let skipped = cursor.map_or(0, |cursor| (cursor + 1).saturating_sub(height));
        for (i, row) in list.rows.iter().enumerate().skip(skipped).take(height) {
            let on = cursor == Some(i);
            let ground = if on { theme.cursor } else { Style::default() };
            if on {
                self.buf.set_style(Rect { y, height: 1, ..area }, ground);
                put(self.buf, area.x, y, 1, theme.glyphs.cursor, ground.patch(theme.border_focus));
            }
            if let Some(checked) = row.checked {
                let mark = if checked { format!("[{}]", theme.glyphs.yes) } else { "[ ]".to_owned() };
                put(self.buf, area.x + 2, y, 3, &mark, ground);
            }
            if let Some(mark) = row.mark {
                let (glyph, tone) = self.mark(mark);
                let style = ground.patch(text::over(theme, tone, ground));
                put(self.buf, area.x + gutter - 2, y, 1, glyph, style);
            }
            if row.heading {
                let line = row.cells.first().cloned().unwrap_or_default();
                let ground = ground.patch(theme.tone(Tone::Strong));
                put_line(self.buf, area.x, y, area.width, &line, theme, ground);
            } else {
                let place = |i: usize| columns.get(i).copied().unwrap_or((area.x + gutter, 0));
                for (i, cell) in row.cells.iter().enumerate() {
                    let (x, _) = place(i);
                    // Empty cells beside it are its room, and all that is left of the line is the last one's.
                    let end =
                        match row.cells.iter().skip(i + 1).position(|next| !next.0.iter().all(|s| s.text.is_empty())) {
                            Some(empty) => place(i + empty).0 + place(i + empty).1,
                            None => area.right(),
                        };
                    let w = end.saturating_sub(x);
                    let tail = list.columns.get(i).is_some_and(|column| column.tail);
                    let cell = &if tail { text::tail(cell, w) } else { cell.clone() };
                    put_line(self.buf, x, y, w, cell, theme, ground);
                }
            }
            y += 1;
        }
    }

    fn mark(&self, mark: Mark) -> (&'static str, Tone) {
        let glyphs = &self.theme.glyphs;
        match mark {
            Mark::Blank => (" ", Tone::Plain),
            Mark::Gains => (glyphs.up, Tone::Good),
            Mark::Loses => (glyphs.down, Tone::Bad),
            Mark::Even => (glyphs.without, Tone::Dim),
            Mark::Same => ("=", Tone::Dim),
            Mark::LeftOut => (glyphs.left_out, Tone::Dim),
            Mark::Good => (glyphs.yes, Tone::Good),
            Mark::Know => ("!", Tone::Warn),
            Mark::Wrong => (glyphs.no, Tone::Bad),
            Mark::Open => (glyphs.unfolded, Tone::Accent),
            Mark::Closed => (glyphs.closed, Tone::Accent),
        }
    }

    /// Where the columns are: each as wide as it asks; where there is no room the widest give way.
    fn columns(&self, list: &ListView, area: Rect, gutter: u16) -> Vec<(u16, u16)> {
        let room = area.width.saturating_sub(gutter);
        let count = list.columns.len().max(list.rows.iter().map(|row| row.cells.len()).max().unwrap_or(1)).max(1);
        let mut widths: Vec<u16> = (0..count)
            .map(|i| match list.columns.get(i) {
                Some(column) => column.width,
                None if count == 1 => room,
                None => {
                    list.rows.iter().filter_map(|row| row.cells.get(i)).map(|c| width(&c.text())).max().unwrap_or(0)
                }
            })
            .collect();
        let gaps = 2 * (count as u16 - 1);
        let wanted: u16 = widths.iter().sum::<u16>() + gaps;
        let mut over = wanted.saturating_sub(room);
        while over > 0
            && let Some(widest) = widths.iter_mut().max().filter(|w| **w > 1)
        {
            *widest -= 1;
            over -= 1;
        }
        let mut x = area.x + gutter;
        let mut places = Vec::with_capacity(count);
        for (i, w) in widths.iter().enumerate() {
            let w = if i + 1 == count { area.right().saturating_sub(x) } else { *w };
            places.push((x, w.min(area.right().saturating_sub(x))));
            x += w + 2;
        }
        places
    }
}

fn focused(part: &Part) -> bool {
    match part {
        Part::Field { cursor, .. } => cursor.is_some(),
        Part::Choice { focused, .. } => *focused,
        Part::List(list) => list.cursor.is_some(),
        Part::Text(_) | Part::Gap => false,
    }
}

/// Draws a value with the place where typing goes, scrolled so that it is in sight; that place.
pub fn caret_into(value: &str, cursor: usize, area: Rect, theme: &Theme, buf: &mut Buffer) -> u16 {
    let at = value.char_indices().nth(cursor).map_or(value.len(), |(at, _)| at);
    let (before, after) = value.split_at(at);
    let mut shown = before;
    while width(shown) + 1 > area.width {
        let mut rest = shown.chars();
        if rest.next().is_none() {
            break;
        }
        shown = rest.as_str();
    }
    let x = put(buf, area.x, area.y, area.width.saturating_sub(1), shown, Style::default());
    put(buf, x, area.y, area.right() - x, after, Style::default());
    if after.is_empty() {
        put(buf, x, area.y, 1, " ", theme.caret);
    } else {
        buf.set_style(Rect::new(x, area.y, 1, 1), theme.caret);
    }
    x
}
