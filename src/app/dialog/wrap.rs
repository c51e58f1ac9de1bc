//! Lines broken at a width, for texts that are scrolled.

use crate::app::view::{Line, ListRow, Part, Span, Tone};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns of a dialog of medium width, with its frame.
pub(super) const MEDIUM: u16 = 84;

/// How many columns of text a dialog of at most `most` has on this terminal, inside its frame.
pub(super) fn columns(size: (u16, u16), most: u16) -> usize {
    usize::from(size.0.min(most)).saturating_sub(4).max(10)
}

/// How many columns of text a wide dialog has on this terminal, inside its frame.
pub(super) fn wide(size: (u16, u16)) -> usize {
    columns(size, if size.0 < 88 { u16::MAX } else { size.0 - 6 })
}

/// How many lines a part takes that is no list.
pub(super) fn height(part: &Part, width: usize) -> usize {
    match part {
        Part::Text(lines) => {
            let broken = |line: &Line| broken(line.text().split_inclusive(' '), 0, width).len();
            lines.iter().map(broken).sum()
        }
        Part::Field { error, .. } | Part::Choice { error, .. } => 1 + usize::from(error.is_some()),
        Part::List(_) | Part::Gap => 1,
    }
}

/// The text of one tone as rows of at most `width` columns, those after the first indented.
pub(super) fn rows(text: &str, tone: Tone, indent: usize, width: usize) -> Vec<ListRow> {
    let row = |text: String| ListRow { cells: vec![Line(vec![Span { text, tone }])], ..ListRow::default() };
    broken(words(text).into_iter(), indent, width).into_iter().map(row).collect()
}

/// The words of a text with the blanks behind them. The two sides of `Content · edit` stay together.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut end) = (Vec::new(), 0, 0);
    for piece in text.split_inclusive(' ') {
        end += piece.len();
        if piece.trim_end() != "·" && !text[end..].starts_with("· ") {
            words.push(&text[start..end]);
            start = end;
        }
    }
    words.extend((start < end).then(|| &text[start..end]));
    words
}

fn broken<'a>(words: impl Iterator<Item = &'a str>, indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut next = |line: &mut String| {
        let full = std::mem::replace(line, " ".repeat(indent));
        // A blank at the end may have no room, and would be drawn as something cut.
        lines.push(full.trim_end().to_owned());
    };
    for word in words {
        if line.width() + word.trim_end().width() > width && !line.trim().is_empty() {
            next(&mut line);
        }
        for piece in word.graphemes(true) {
            if line.width() + piece.width() > width && piece != " " {
                next(&mut line);
            }
            line.push_str(piece);
        }
    }
    next(&mut line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, width: usize) -> Vec<String> {
        rows(text, Tone::Plain, 2, width).iter().map(|row| row.cells[0].text()).collect()
    }

    #[test]
    fn words_go_to_the_next_line_and_long_ones_are_broken() {
        assert_eq!(texts("give the role Designer", 12), ["give the", "  role", "  Designer"]);
        assert_eq!(texts("abcdefghijkl", 8), ["abcdefgh", "  ijkl"]);
        assert_eq!(texts("市场部内容", 6), ["市场部", "  内容"]);
        assert_eq!(texts("", 8), [""]);
        assert_eq!(texts("Loses  Content · edit", 16), ["Loses", "  Content · edit"], "a capability stays whole");
        assert_eq!(texts("a · b", 5), ["a · b"]);
    }
}
