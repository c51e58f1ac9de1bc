//! Themes: what each meaning looks like, read from assets/themes. Widgets name meanings, never colours.

use crate::app::{state::ThemeName, view::Tone};
use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// Styles by meaning, and the glyphs to draw with.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    plain: Style,
    dim: Style,
    accent: Style,
    strong: Style,
    good: Style,
    bad: Style,
    warn: Style,
    /// Frames.
    pub border: Style,
    /// The frame of what has the keys.
    pub border_focus: Style,
    /// Titles in frames.
    pub title: Style,
    /// Titles of columns.
    pub column: Style,
    /// The cursor's row in what has the keys.
    pub cursor: Style,
    /// The cursor's row elsewhere.
    pub cursor_away: Style,
    /// Rows that go with the cursor's row of the other pane.
    pub lit: Style,
    /// Keys in hints.
    pub key: Style,
    /// The program's name.
    pub brand: Style,
    /// The screen or tab that is open.
    pub tab: Style,
    /// The place in a field where typing goes.
    pub caret: Style,
    /// Glyphs and frames.
    pub glyphs: Glyphs,
    /// Marks are drawn in ASCII.
    pub ascii: bool,
}

/// What is drawn beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Corners and lines: top left, top right, bottom left, bottom right, across, down.
    pub frame: [&'static str; 6],
    /// Before the cursor's row.
    pub cursor: &'static str,
    /// Before rows that are lit.
    pub lit: &'static str,
    /// Connected.
    pub live: &'static str,
    /// Not connected, not active.
    pub hollow: &'static str,
    /// Allowed.
    pub yes: &'static str,
    /// Denied.
    pub no: &'static str,
    /// A leader.
    pub star: &'static str,
    /// Fenced.
    pub fence: &'static str,
    /// The filter box.
    pub search: &'static str,
    /// More below something open, closed.
    pub open: &'static str,
    /// A closed folder.
    pub closed: &'static str,
    /// A row of a plan whose like are shown.
    pub unfolded: &'static str,
    /// Not there, in a matrix.
    pub without: &'static str,
    /// Left out of a plan.
    pub left_out: &'static str,
    /// Ascending.
    pub up: &'static str,
    /// Descending.
    pub down: &'static str,
    /// From above.
    pub above: &'static str,
    /// A bar: done, and to do.
    pub bar: [&'static str; 2],
    /// A choice: before and after.
    pub choice: [&'static str; 2],
}

impl Glyphs {
    /// The glyphs; a terminal without Unicode gets them spelled in ASCII.
    const UNICODE: Self = Self {
        frame: ["╭", "╮", "╰", "╯", "─", "│"],
        cursor: "▌",
        lit: "┃",
        live: "●",
        hollow: "○",
        yes: "✓",
        no: "✗",
        star: "★",
        fence: "⊘",
        search: "⌕",
        open: "▾",
        closed: "▸",
        unfolded: "▾",
        without: "·",
        left_out: "–",
        up: "▲",
        down: "▼",
        above: "↑",
        bar: ["▰", "▱"],
        choice: ["‹ ", " ›"],
    };
}

impl Default for Glyphs {
    fn default() -> Self {
        Self::UNICODE
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    plain: Look,
    dim: Look,
    accent: Look,
    strong: Look,
    good: Look,
    bad: Look,
    warn: Look,
    border: Look,
    border_focus: Look,
    title: Look,
    column: Look,
    cursor: Look,
    cursor_away: Look,
    lit: Look,
    key: Look,
    brand: Look,
    tab: Look,
    caret: Look,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    fg: Option<Colour>,
    bg: Option<Colour>,
    #[serde(default)]
    is: Vec<Way>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    Black,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    Gray,
    DarkGray,
    LightRed,
    LightGreen,
    LightYellow,
    LightBlue,
    LightMagenta,
    LightCyan,
    White,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    Bold,
    Dim,
    Underlined,
    Reversed,
}

impl From<Colour> for Color {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Black => Self::Black,
            Colour::Red => Self::Red,
            Colour::Green => Self::Green,
            Colour::Yellow => Self::Yellow,
            Colour::Blue => Self::Blue,
            Colour::Magenta => Self::Magenta,
            Colour::Cyan => Self::Cyan,
            Colour::Gray => Self::Gray,
            Colour::DarkGray => Self::DarkGray,
            Colour::LightRed => Self::LightRed,
            Colour::LightGreen => Self::LightGreen,
            Colour::LightYellow => Self::LightYellow,
            Colour::LightBlue => Self::LightBlue,
            Colour::LightMagenta => Self::LightMagenta,
            Colour::LightCyan => Self::LightCyan,
            Colour::White => Self::White,
        }
    }
}

impl From<Look> for Style {
    fn from(look: Look) -> Self {
        let ways = look.is.iter().fold(Modifier::empty(), |all, way| {
            all | match way {
                Way::Bold => Modifier::BOLD,
                Way::Dim => Modifier::DIM,
                Way::Underlined => Modifier::UNDERLINED,
                Way::Reversed => Modifier::REVERSED,
            }
        });
        Self { fg: look.fg.map(Color::from), bg: look.bg.map(Color::from), ..Self::default() }.add_modifier(ways)
    }
}

impl Theme {
    /// A theme rolecall comes with.
    pub fn named(name: ThemeName, ascii: bool) -> Self {
        let text = match name {
            ThemeName::Dark => include_str!("../../assets/themes/dark.toml"),
            ThemeName::Light => include_str!("../../assets/themes/light.toml"),
            ThemeName::Mono => include_str!("../../assets/themes/mono.toml"),
        };
        // The files are a part of the program; a test reads them all.
        let mut theme = Self::read(text).unwrap_or_default();
        theme.ascii = ascii;
        if ascii {
            // Spelled as what is left out is, it could not be told from that.
            theme.glyphs.without = ".";
            // So could what is unfolded not be told from what loses.
            theme.glyphs.unfolded = "\\";
        }
        theme
    }

    fn read(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        Ok(Self {
            plain: file.plain.into(),
            dim: file.dim.into(),
            accent: file.accent.into(),
            strong: file.strong.into(),
            good: file.good.into(),
            bad: file.bad.into(),
            warn: file.warn.into(),
            border: file.border.into(),
            border_focus: file.border_focus.into(),
            title: file.title.into(),
            column: file.column.into(),
            cursor: file.cursor.into(),
            cursor_away: file.cursor_away.into(),
            lit: file.lit.into(),
            key: file.key.into(),
            brand: file.brand.into(),
            tab: file.tab.into(),
            caret: file.caret.into(),
            glyphs: Glyphs::UNICODE,
            ascii: false,
        })
    }

    /// How text of a tone looks.
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.plain,
            Tone::Dim => self.dim,
            Tone::Accent => self.accent,
            Tone::Strong => self.strong,
            Tone::Good => self.good,
            Tone::Bad => self.bad,
            Tone::Warn => self.warn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_is_whole() {
        for text in [
            include_str!("../../assets/themes/dark.toml"),
            include_str!("../../assets/themes/light.toml"),
            include_str!("../../assets/themes/mono.toml"),
        ] {
            Theme::read(text).unwrap();
        }
    }

    #[test]
    fn mono_has_no_colour() {
        let mono = include_str!("../../assets/themes/mono.toml");
        assert!(!mono.contains("fg =") && !mono.contains("bg ="));
    }
}
