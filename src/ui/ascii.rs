//! For terminals without Unicode: what the console itself draws, in ASCII. Names that people gave stay
//! as they are.

use ratatui::buffer::Buffer;

/// Puts ASCII in the place of every mark in a finished frame, cell for cell.
pub fn spell(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if let Some(plain) = plain(cell.symbol()) {
            cell.set_symbol(plain);
        }
    }
}

/// What a mark is in ASCII; nothing for all that is no mark.
fn plain(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "╭" | "╮" | "╰" | "╯" | "✓" => "+",
        "─" | "·" | "—" | "–" | "−" => "-",
        "│" | "┃" => "|",
        "▌" | "▸" | "›" | "→" => ">",
        "‹" => "<",
        "●" | "★" | "•" => "*",
        "○" => "o",
        "✗" => "x",
        "⊘" => "#",
        "⌕" => "/",
        "▾" | "▼" => "v",
        "▲" | "↑" => "^",
        "«" | "»" | "“" | "”" => "\"",
        "…" => "~",
        "␣" => "_",
        "▰" => "=",
        "▱" => ".",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::theme::Theme, *};
    use crate::app::state::ThemeName;
    use ratatui::{layout::Rect, style::Style};

    #[test]
    fn marks_become_ascii_and_names_stay() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 24, 1));
        buf.set_string(0, 0, "│✗ Алим · 王 «a» Ö… ‹ ›", Style::default());
        spell(&mut buf);
        let text: String = buf.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(text.replace("王 ", "王").trim_end(), "|x Алим - 王 \"a\" Ö~ < >");
    }
    #[test]
    fn a_row_without_effect_is_told_from_one_that_is_left_out() {
        let glyphs = Theme::named(ThemeName::Dark, true).glyphs;
        let spelled = |glyph| plain(glyph).unwrap_or(glyph);
        assert_ne!(spelled(glyphs.without), spelled(glyphs.left_out));
        let marks = [glyphs.up, glyphs.down, glyphs.unfolded, glyphs.closed, glyphs.left_out, glyphs.without];
        let spellings: std::collections::BTreeSet<_> = marks.map(spelled).into();
        assert_eq!(spellings.len(), marks.len(), "nor is any other mark of a plan's rows like another: {spellings:?}");
    }
}
