//! Text into cells: cut by width, never through a character, the rest marked with `…`.
//!
//! What comes here is visible text already; this only keeps it inside its cells. A character without
//! a width of its own is given one to sit on, so that none is swallowed.

use super::theme::Theme;
use crate::{
    app::view::{Line, Tone},
    domain::untrusted::Text,
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    widgets::{Clear, Widget},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Where combining characters without a base are put.
const BASE: &str = "\u{25cc}";

/// An address, short: the part before the `@`, made visible.
pub fn local_part(address: &Text) -> String {
    let whole = address.to_string();
    whole.split('@').next().map(str::to_owned).unwrap_or(whole)
}

/// Columns a text takes.
pub fn width(text: &str) -> u16 {
    let columns: usize = graphemes(text).map(|(_, columns)| usize::from(columns)).sum();
    u16::try_from(columns).unwrap_or(u16::MAX)
}

fn graphemes(text: &str) -> impl Iterator<Item = (std::borrow::Cow<'_, str>, u16)> {
    text.graphemes(true).filter(|g| !g.chars().any(char::is_control)).map(|g| match g.width() {
        0 => (format!("{BASE}{g}").into(), 1),
        columns => (g.into(), u16::try_from(columns).unwrap_or(2)),
    })
}

/// Puts text at a place, in at most so many columns; the column after it.
pub fn put(buf: &mut Buffer, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
    let area = buf.area;
    if y < area.top() || y >= area.bottom() || x >= area.right() {
        return x;
    }
    let end = x.saturating_add(columns).min(area.right());
    // Whether it fits is known before the first cell is written; long text is not read to its end.
    let mut room = end - x;
    let fits = graphemes(text).all(|(_, w)| {
        room.checked_sub(w).is_some_and(|left| {
            room = left;
            true
        })
    });
    let stop = if fits { end } else { end.saturating_sub(1) };
    let mut at = x;
    for (grapheme, w) in graphemes(text) {
        if at + w > stop {
            break;
        }
        buf[(at, y)].set_symbol(&grapheme).set_style(style);
        for rest in 1..w {
            buf[(at + rest, y)].reset();
            buf[(at + rest, y)].set_style(style);
        }
        at += w;
    }
    if !fits && at < end {
        buf[(at, y)].set_symbol("…").set_style(style);
        at += 1;
    }
    at
}

/// Takes away what stands in a part of the screen.
pub fn clear(buf: &mut Buffer, area: Rect) {
    Clear.render(area.intersection(buf.area), buf);
}

/// Puts text so that it ends at a place; the column it begins in.
pub fn put_right(buf: &mut Buffer, end: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
    let x = end.saturating_sub(width(text).min(columns));
    put(buf, x, y, end - x, text, style);
    x
}

/// Puts a line of several tones over a ground style; the column after it.
pub fn put_line(buf: &mut Buffer, x: u16, y: u16, columns: u16, line: &Line, theme: &Theme, ground: Style) -> u16 {
    let end = x.saturating_add(columns);
    let mut at = x;
    let total: u32 = line.0.iter().map(|span| u32::from(width(&span.text))).sum();
    let cut = total > u32::from(columns);
    for (i, span) in line.0.iter().enumerate() {
        let left = end.saturating_sub(at);
        // When the rest does not fit, this span must leave a column for the mark of the cut.
        let rest: u32 = line.0[i + 1..].iter().map(|span| u32::from(width(&span.text))).sum();
        let own = width(&span.text);
        let style = ground.patch(over(theme, span.tone, ground));
        if cut && own == left && rest > 0 {
            return put(buf, at, y, left, &format!("{}…", span.text), style);
        }
        at = put(buf, at, y, left, &span.text, style);
        if at >= end {
            break;
        }
    }
    at
}

/// A line that keeps its end in at most so many columns: the beginning gives way to a mark.
pub fn tail(line: &Line, columns: u16) -> Line {
    let whole = line.text();
    if width(&whole) <= columns {
        return line.clone();
    }
    let starts = whole.grapheme_indices(true).map(|(at, _)| &whole[at..]);
    let kept = starts.map(str::trim_start).find(|rest| width(rest) < columns).unwrap_or_default();
    Line::toned(format!("…{kept}"), line.0.first().map_or(Tone::Plain, |span| span.tone))
}

/// A tone over a ground: the cursor's row has one colour, in which everything stays legible; what a tone
/// says, a word or a glyph says too.
pub fn over(theme: &Theme, tone: Tone, ground: Style) -> Style {
    if tone == Tone::Plain || ground.bg.is_some() { Style::default() } else { theme.tone(tone) }
}

/// Text wrapped into lines of at most so many columns, between words where there are any.
pub fn wrap(line: &Line, columns: u16) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut used = 0;
    for span in &line.0 {
        for word in span.text.split_inclusive(' ') {
            let mut own = width(word.trim_end_matches(' '));
            if used > 0 && used + own > columns {
                close(&mut lines);
                lines.push(Line::default());
                used = 0;
            }
            let mut word = word;
            while own > columns && columns > 0 {
                let (head, tail) = split(word, columns);
                push(&mut lines, head, span.tone);
                lines.push(Line::default());
                word = tail;
                own = width(word.trim_end_matches(' '));
            }
            push(&mut lines, word, span.tone);
            used += width(word);
        }
    }
    close(&mut lines);
    lines
}

/// Takes the blanks away that a line ends with: they might not fit, and nobody sees them.
fn close(lines: &mut [Line]) {
    if let Some(span) = lines.last_mut().and_then(|line| line.0.last_mut()) {
        span.text.truncate(span.text.trim_end_matches(' ').len());
    }
}

fn split(word: &str, columns: u16) -> (&str, &str) {
    let mut used = 0;
    for (at, grapheme) in word.grapheme_indices(true) {
        let w = width(grapheme);
        if used + w > columns && at > 0 {
            return word.split_at(at);
        }
        used += w;
    }
    (word, "")
}

fn push(lines: &mut [Line], text: &str, tone: Tone) {
    let Some(line) = lines.last_mut() else { return };
    match line.0.last_mut() {
        Some(span) if span.tone == tone => span.text.push_str(text),
        _ => line.0.push(crate::app::view::Span { text: text.to_owned(), tone }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, columns: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, columns, 1));
        put(&mut buf, 0, 0, columns, text, Style::default());
        buf.content.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn a_cut_is_marked() {
        assert_eq!(drawn("abcdef", 6), "abcdef");
        assert_eq!(drawn("abcdef", 5), "abcd…");
        assert_eq!(drawn("abcdef", 1), "…");
    }

    #[test]
    fn a_path_loses_its_beginning_and_keeps_the_folder() {
        let cut = |columns| tail(&Line::plain("Northwind / 総務部 / Promo Archive"), columns).text();
        assert_eq!(cut(40), "Northwind / 総務部 / Promo Archive");
        assert_eq!(cut(20), "…部 / Promo Archive");
        assert_eq!(cut(16), "…/ Promo Archive");
        assert_eq!(cut(5), "…hive");
        assert_eq!(cut(1), "…");
    }

    #[test]
    fn a_wide_character_is_never_halved() {
        assert_eq!(drawn("漢字", 4).replace(' ', ""), "漢字");
        assert_eq!(drawn("漢字", 3).replace(' ', ""), "漢…");
        assert_eq!(drawn("漢字", 2).replace(' ', ""), "…");
    }

    #[test]
    fn a_line_is_cut_once_wherever_its_tones_change() {
        let line = Line::plain("Content Team").and(" (group)", Tone::Dim);
        for (columns, expected) in
            [(11, "Content Te…"), (12, "Content Tea…"), (13, "Content Team…"), (20, "Content Team (group)")]
        {
            let mut buf = Buffer::empty(Rect::new(0, 0, columns, 1));
            put_line(&mut buf, 0, 0, columns, &line, &Theme::default(), Style::default());
            assert_eq!(buf.content.iter().map(|cell| cell.symbol()).collect::<String>(), expected);
        }
    }

    #[test]
    fn a_mark_without_a_base_is_given_one() {
        assert_eq!(drawn("\u{301}a", 3), "\u{25cc}\u{301}a");
        assert_eq!(width("\u{301}a"), 2);
        assert_eq!(drawn("e\u{301}a", 2), "e\u{301}a");
    }

    #[test]
    fn text_is_wrapped_between_words_and_through_long_ones() {
        let lines: Vec<_> = wrap(&Line::plain("who may do what"), 8).iter().map(Line::text).collect();
        assert_eq!(lines, ["who may", "do what"]);
        let lines: Vec<_> = wrap(&Line::plain("who may do what"), 7).iter().map(Line::text).collect();
        assert_eq!(lines, ["who may", "do what"], "a blank at the end takes no room");
        let lines: Vec<_> = wrap(&Line::plain("abcdefgh"), 3).iter().map(Line::text).collect();
        assert_eq!(lines, ["abc", "def", "gh"]);
    }
}
