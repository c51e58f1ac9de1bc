//! A frame of the console as a picture: one element a run of text, box drawing as lines.

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Size of a cell, in the picture's units.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
/// Where text stands in its cell.
const BASELINE: f32 = 13.5;
/// Around the frame.
const MARGIN: f32 = 12.0;

const PAPER: &str = "#16181d";
const INK: &str = "#d6d9de";

/// Draws a frame.
pub fn draw(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f32::from(columns) * WIDTH + 2.0 * MARGIN, f32::from(rows) * HEIGHT + 2.0 * MARGIN);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" role=\"img\">\n\
         <title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\" font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" \
         font-size=\"14\" fill=\"{INK}\" stroke-width=\"1.2\" xml:space=\"preserve\">\n",
        escaped(title),
    );
    for row in 0..rows {
        grounds(&mut out, buffer, row);
    }
    for row in 0..rows {
        texts(&mut out, buffer, row);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// Ink and ground of a cell.
fn colours(cell: &Cell) -> (String, Option<String>) {
    let (ink, ground) = (colour(cell.fg), colour(cell.bg));
    if cell.modifier.contains(Modifier::REVERSED) {
        (ground.unwrap_or(PAPER.to_owned()), Some(ink.unwrap_or(INK.to_owned())))
    } else {
        (ink.unwrap_or(INK.to_owned()), ground)
    }
}

fn colour(colour: Color) -> Option<String> {
    let named = match colour {
        Color::Reset => return None,
        Color::Black | Color::Indexed(0) => "#0d0f12",
        Color::Red | Color::Indexed(1) => "#e06c75",
        Color::Green | Color::Indexed(2) => "#8fbf6f",
        Color::Yellow | Color::Indexed(3) => "#dbb568",
        Color::Blue | Color::Indexed(4) => "#6aa3e8",
        Color::Magenta | Color::Indexed(5) => "#c583d6",
        Color::Cyan | Color::Indexed(6) => "#5fb9c4",
        Color::Gray | Color::Indexed(7) => "#b4b9c2",
        Color::DarkGray | Color::Indexed(8) => "#737a87",
        Color::LightRed | Color::Indexed(9) => "#f08a92",
        Color::LightGreen | Color::Indexed(10) => "#a9d98a",
        Color::LightYellow | Color::Indexed(11) => "#efd08a",
        Color::LightBlue | Color::Indexed(12) => "#8fbdf5",
        Color::LightMagenta | Color::Indexed(13) => "#dba4e8",
        Color::LightCyan | Color::Indexed(14) => "#86d5de",
        Color::White | Color::Indexed(15) => "#f2f4f7",
        Color::Rgb(red, green, blue) => return Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        // The cube and the greys of 256 colours.
        Color::Indexed(n @ 232..) => {
            let grey = 8 + 10 * (n - 232);
            return Some(format!("#{grey:02x}{grey:02x}{grey:02x}"));
        }
        Color::Indexed(n) => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let n = n - 16;
            return Some(format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6)));
        }
    };
    Some(named.to_owned())
}

/// One rectangle for each run of cells with the same ground.
fn grounds(out: &mut String, buffer: &Buffer, row: u16) {
    let columns = buffer.area.width;
    let mut column = 0;
    while column < columns {
        let (_, ground) = colours(&buffer[(column, row)]);
        let begin = column;
        while column < columns && colours(&buffer[(column, row)]).1 == ground {
            column += 1;
        }
        if let Some(ground) = ground {
            let (x, y) = (f32::from(begin) * WIDTH, f32::from(row) * HEIGHT);
            let width = f32::from(column - begin) * WIDTH;
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>"
            );
        }
    }
}

/// One element for each run of text of one look. Runs end at gaps, at wide characters and at box drawing,
/// so that whatever font the reader has, columns stay where they are.
fn texts(out: &mut String, buffer: &Buffer, row: u16) {
    let columns = buffer.area.width;
    let mut column = 0;
    while column < columns {
        let cell = &buffer[(column, row)];
        let symbol = cell.symbol();
        let wide = symbol.width() as u16;
        if symbol.trim().is_empty() {
            column += 1;
        } else if symbol == "─" {
            let begin = column;
            let alike = |next: &Cell| next.symbol() == "─" && next.fg == cell.fg && next.modifier == cell.modifier;
            while column < columns && alike(&buffer[(column, row)]) {
                column += 1;
            }
            let (x, y) = (f32::from(begin) * WIDTH, (f32::from(row) + 0.5) * HEIGHT);
            stroke(out, cell, &format!("M{x:.1} {y:.1}h{:.1}", f32::from(column - begin) * WIDTH));
        } else if drawn(out, cell, column, row) {
            column += 1;
        } else if wide > 1 {
            text(out, cell, symbol, column, row, wide);
            column += wide;
        } else {
            let begin = column;
            let mut run = String::new();
            while column < columns && joins(cell, &buffer[(column, row)]) && !run.ends_with("  ") {
                run.push_str(buffer[(column, row)].symbol());
                column += 1;
            }
            let kept = run.trim_end();
            text(out, cell, kept, begin, row, kept.width() as u16);
        }
    }
}

fn joins(first: &Cell, next: &Cell) -> bool {
    let symbol = next.symbol();
    let looks = colours(first) == colours(next) && first.modifier == next.modifier;
    looks && symbol.width() == 1 && lines(symbol).is_none() && !["─", "▌", "█"].contains(&symbol)
}

fn text(out: &mut String, cell: &Cell, text: &str, column: u16, row: u16, cells: u16) {
    let (ink, _) = colours(cell);
    let (x, y) = (f32::from(column) * WIDTH, f32::from(row) * HEIGHT + BASELINE);
    let _ = write!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{:.1}\"", f32::from(cells) * WIDTH);
    if ink != INK {
        let _ = write!(out, " fill=\"{ink}\"");
    }
    if cell.modifier.contains(Modifier::BOLD) {
        out.push_str(" font-weight=\"bold\"");
    }
    if cell.modifier.contains(Modifier::DIM) {
        out.push_str(" opacity=\".6\"");
    }
    if cell.modifier.contains(Modifier::ITALIC) {
        out.push_str(" font-style=\"italic\"");
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        out.push_str(" text-decoration=\"underline\"");
    }
    let _ = writeln!(out, ">{}</text>", escaped(text));
}

/// The strokes of a light box-drawing character, from the middle: left, right, up, down; and whether
/// its corner is round.
fn lines(symbol: &str) -> Option<([bool; 4], bool)> {
    let (strokes, round) = match symbol {
        "│" => ("ud", false),
        "┌" => ("rd", false),
        "┐" => ("ld", false),
        "└" => ("ru", false),
        "┘" => ("lu", false),
        "╭" => ("rd", true),
        "╮" => ("ld", true),
        "╰" => ("ru", true),
        "╯" => ("lu", true),
        "├" => ("rud", false),
        "┤" => ("lud", false),
        "┬" => ("lrd", false),
        "┴" => ("lru", false),
        "┼" => ("lrud", false),
        _ => return None,
    };
    Some((['l', 'r', 'u', 'd'].map(|stroke| strokes.contains(stroke)), round))
}

/// Draws what fonts leave gaps in; answers whether it did.
fn drawn(out: &mut String, cell: &Cell, column: u16, row: u16) -> bool {
    let (left, top) = (f32::from(column) * WIDTH, f32::from(row) * HEIGHT);
    if cell.symbol() == "▌" || cell.symbol() == "█" {
        let (ink, _) = colours(cell);
        let width = if cell.symbol() == "█" { WIDTH } else { WIDTH / 2.0 };
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" fill=\"{ink}\"/>"
        );
        return true;
    }
    let Some(([to_left, to_right, up, down], round)) = lines(cell.symbol()) else { return false };
    let (x, y) = (left + WIDTH / 2.0, top + HEIGHT / 2.0);
    let (end_x, end_y) = (if to_left { left } else { left + WIDTH }, if up { top } else { top + HEIGHT });
    let path = if round {
        format!("M{end_x:.1} {y:.1}Q{x:.1} {y:.1} {x:.1} {end_y:.1}")
    } else {
        let mut path = String::new();
        let strokes = [(to_left, left, y), (to_right, left + WIDTH, y), (up, x, top), (down, x, top + HEIGHT)];
        for (_, to_x, to_y) in strokes.into_iter().filter(|(there, ..)| *there) {
            let _ = write!(path, "M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}");
        }
        path
    };
    stroke(out, cell, &path);
    true
}

fn stroke(out: &mut String, cell: &Cell, path: &str) {
    let (ink, _) = colours(cell);
    let opacity = if cell.modifier.contains(Modifier::DIM) { " opacity=\".6\"" } else { "" };
    let _ = writeln!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"{ink}\"{opacity}/>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
