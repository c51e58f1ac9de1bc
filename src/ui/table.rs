//! Tables: columns that share the room, and rows of which only those on screen come here.

use super::{
    text::{over, put, put_line, put_right, width},
    theme::Theme,
};
use crate::{
    app::{
        format::count,
        layout::{self, GAP},
        selection::Marks,
        view::{Line, Tone},
    },
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// A column.
pub struct Column {
    /// Its title, with the mark of the order.
    pub title: String,
    /// Columns of the terminal it needs at least.
    pub least: u16,
    /// What its cells in sight take, where that counts: it gives up what it does not need, and has this before
    /// anything is shared out.
    pub wanted: Option<u16>,
    /// Its share of what is left over; none keeps it as narrow as it can be.
    pub share: u16,
    /// Whether it is aligned at the right.
    pub right: bool,
    /// Those with the greatest number go first where there is no room; zero never goes.
    pub gone: u8,
}

impl Column {
    /// Columns of the terminal in which neither its title nor a cell in sight is cut.
    fn wants(&self) -> u16 {
        self.wanted.map_or(self.least, |wanted| wanted.max(width(&self.title)))
    }
}

/// A place of a column: its number, where it begins, how wide it is.
type Place = (usize, u16, u16);

/// Which columns there is room for, when so many after the first are scrolled out, and where they are.
pub fn fit(columns: &[Column], x: u16, room: u16, skipped: usize) -> Vec<Place> {
    let needs: Vec<_> = columns.iter().map(|column| (column.least, column.gone)).collect();
    let shown = layout::columns(&needs, room, skipped);
    let mut widths: Vec<u16> = shown.iter().map(|i| columns[*i].least.min(columns[*i].wants())).collect();
    let needed = widths.iter().sum::<u16>() + GAP * (shown.len() as u16).saturating_sub(1);
    // Of what is over, one is for the mark that there are more.
    let more = u16::from(shown.len() < columns.len());
    let mut spare = room.saturating_sub(needed + more);
    let mut lacking: Vec<(u8, u16, usize)> = shown
        .iter()
        .zip(&widths)
        .enumerate()
        .map(|(at, (i, w))| (columns[*i].gone, columns[*i].wants() - w, at))
        .collect();
    // What never goes first, and of that what lacks least: so as few as can be are cut.
    lacking.sort_unstable();
    for (_, lack, at) in lacking {
        let more = lack.min(spare);
        widths[at] += more;
        spare -= more;
    }
    let shares: u16 = shown.iter().map(|i| columns[*i].share).sum();
    let mut at = x;
    let mut places = Vec::with_capacity(shown.len());
    for (i, width) in shown.into_iter().zip(widths) {
        let more = (spare * columns[i].share).checked_div(shares).unwrap_or(0);
        let w = (width + more).min((x + room).saturating_sub(at));
        places.push((i, at, w));
        at += w + GAP;
    }
    places
}

/// Draws the titles at the top of a table, and whether there are more columns on either side.
pub fn titles(columns: &[Column], places: &[Place], skipped: usize, room: Rect, theme: &Theme, buf: &mut Buffer) {
    let y = room.y;
    let [before, after] = theme.glyphs.choice.map(str::trim);
    if skipped > 0 {
        put(buf, room.x + 1, y, 1, before, theme.key);
    }
    let last = places.last().is_some_and(|(i, ..)| i + 1 == columns.len());
    if places.len() < columns.len() && (skipped == 0 || !last) {
        put(buf, room.right() - 1, y, 1, after, theme.key);
    }
    for (i, x, w) in places {
        let column = &columns[*i];
        if column.right {
            put_right(buf, x + w, y, *w, &column.title, theme.column);
        } else {
            put(buf, *x, y, *w, &column.title, theme.column);
        }
    }
}

/// Draws a row's cells over a ground style.
pub fn cells(
    columns: &[Column],
    places: &[Place],
    y: u16,
    cells: &[Line],
    ground: Style,
    theme: &Theme,
    buf: &mut Buffer,
) {
    for (i, x, w) in places {
        let Some(cell) = cells.get(*i) else { continue };
        let own = width(&cell.text()).min(*w);
        let shift = if columns[*i].right { w - own } else { 0 };
        put_line(buf, x + shift, y, w - shift, cell, theme, ground);
    }
}

/// How a row stands out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Not at all.
    Plain,
    /// The cursor is on it.
    Cursor,
    /// The cursor is on it, in a pane without the keys.
    Away,
    /// It goes with the cursor's row of the other pane.
    Lit,
}

/// Draws the mark of a marked row, in the column after the cursor's; a question where it is not known.
pub fn mark(marked: Option<bool>, x: u16, y: u16, ground: Style, theme: &Theme, buf: &mut Buffer) {
    let (glyph, tone) = match marked {
        Some(false) => return,
        Some(true) => (theme.glyphs.yes, Tone::Accent),
        None => ("?", Tone::Dim),
    };
    put(buf, x, y, 1, glyph, ground.patch(over(theme, tone, ground)));
}

/// How many rows are marked, after a title; how many of them the filter hides.
pub fn marked(title: Line, marks: &Marks) -> Line {
    if marks.is_empty() {
        return title;
    }
    let title = title.and(" ─ ", Tone::Dim);
    let Some(n) = marks.count() else { return title.and(t("marks.counting"), Tone::Accent) };
    let key = if marks.ranging() { "marks.range" } else { "marks.count" };
    let title = title.and(tf(key, &[("n", &count(n))]), Tone::Accent);
    match marks.hidden() {
        Some(0) => title,
        Some(n) => title.and(format!(", {}", tf("marks.hidden", &[("n", &count(n))])), Tone::Warn),
        None => title.and(format!(", {}", t("marks.hidden-some")), Tone::Warn),
    }
}

/// Draws what makes a row stand out: its ground and its mark; the style of its text.
pub fn ground(stand: Stand, area: Rect, theme: &Theme, buf: &mut Buffer) -> Style {
    let (style, mark, glyph) = match stand {
        Stand::Plain => return Style::default(),
        Stand::Cursor => (theme.cursor, theme.border_focus, theme.glyphs.cursor),
        Stand::Away => (theme.cursor_away, theme.border, theme.glyphs.cursor),
        Stand::Lit => (theme.lit, theme.lit, theme.glyphs.lit),
    };
    if stand == Stand::Cursor {
        buf.set_style(area, style);
    }
    for y in area.top()..area.bottom() {
        put(buf, area.x, y, 1, glyph, style.patch(mark));
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_column_does_not_need_goes_to_those_that_are_cut() {
        let column = |title: &str, least, wanted, share, gone| Column {
            title: title.into(),
            least,
            wanted: Some(wanted),
            share,
            right: false,
            gone,
        };
        let columns = |what| [column("What", 20, what, 1, 0), column("State", 16, 4, 0, 0), column("By", 10, 14, 0, 1)];
        let widths = |what, room| fit(&columns(what), 0, room, 0).iter().map(|(.., w)| *w).collect::<Vec<_>>();
        assert_eq!(widths(29, 52), [29, 5, 14], "a title is no more cut than a cell");
        assert_eq!(widths(33, 52), [33, 5, 10], "what may go has less before what stays has");
        assert_eq!(widths(90, 52), [33, 5, 10]);
        assert_eq!(widths(10, 52), [29, 5, 14], "what nobody needs is shared out");
    }

    #[test]
    fn a_mark_is_as_legible_on_the_cursors_row_as_its_text() {
        let theme = Theme::default();
        let area = Rect::new(0, 0, 4, 1);
        for marked in [Some(true), None] {
            let mut buf = Buffer::empty(area);
            let text = ground(Stand::Cursor, area, &theme, &mut buf);
            mark(marked, 1, 0, text, &theme, &mut buf);
            put(&mut buf, 2, 0, 1, "a", text);
            assert_eq!(buf[(1, 0)].style(), buf[(2, 0)].style(), "{marked:?}");
        }
    }
}
