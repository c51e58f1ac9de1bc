//! Text from outside, and the only way it reaches a person (SPEC 9).
//!
//! A [`Text`] has no `Deref`: code that shows it goes through `Display`, which makes controls, bidi
//! overrides, zero-width characters, tags and variation selectors visible; code that sends it back
//! or compares it says [`Text::raw`].

use serde::{Deserialize, Deserializer, Serialize, de};
use std::{
    fmt::{self, Write as _},
    sync::Arc,
};
use utoipa::ToSchema;

/// Text that somebody else wrote: a name, an e-mail, a message, an error. Copies share it: a plan of thousands of
/// rows has each e-mail and reason several times.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Text(Arc<str>);

impl Text {
    /// Takes text as it came.
    pub fn new(raw: impl Into<Arc<str>>) -> Self {
        Self(raw.into())
    }

    /// The text as it came: to store, send or compare, never to show.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(raw)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Raw;
        impl de::Visitor<'_> for Raw {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            // Straight from what is read, where `Arc<str>` would be copied twice.
            fn visit_str<E: de::Error>(self, raw: &str) -> Result<Text, E> {
                Ok(Text::from(raw))
            }
        }
        deserializer.deserialize_str(Raw)
    }
}

/// Shows the text with what could deceive or steer a terminal made visible, on one line.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.chars().any(hidden) { f.pad(&visible(&self.0)) } else { f.pad(&self.0) }
    }
}

/// Whether a character is shown as `‹U+XXXX›` instead of itself: controls (C0, DEL, C1), what changes the
/// direction of text, what takes no room or is blank though it is a letter, joiners and format controls,
/// line separators, variation selectors, interlinear marks, tags. Combining marks are letters' own and stay.
pub fn hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// `raw` with every [`hidden`] character made visible.
pub fn visible(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        if hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "‹U+{:04X}›", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_deceives_or_steers_is_shown() {
        let table = [
            ("escape", '\x1b'),
            ("bell", '\x07'),
            ("newline", '\n'),
            ("delete", '\x7f'),
            ("C1 control sequence introducer", '\u{9b}'),
            ("next line", '\u{85}'),
            ("soft hyphen", '\u{ad}'),
            ("combining grapheme joiner", '\u{34f}'),
            ("Arabic letter mark", '\u{61c}'),
            ("Hangul filler", '\u{3164}'),
            ("Mongolian vowel separator", '\u{180e}'),
            ("zero width space", '\u{200b}'),
            ("zero width joiner", '\u{200d}'),
            ("right-to-left mark", '\u{200f}'),
            ("line separator", '\u{2028}'),
            ("right-to-left override", '\u{202e}'),
            ("word joiner", '\u{2060}'),
            ("right-to-left isolate", '\u{2067}'),
            ("pop directional isolate", '\u{2069}'),
            ("variation selector 16", '\u{fe0f}'),
            ("byte order mark", '\u{feff}'),
            ("interlinear annotation anchor", '\u{fff9}'),
            ("no character", '\u{ffff}'),
            ("hieroglyph joiner", '\u{13430}'),
            ("musical begin beam", '\u{1d173}'),
            ("tag A", '\u{e0041}'),
            ("variation selector 17", '\u{e0100}'),
        ];
        for (name, c) in table {
            assert_eq!(visible(&c.to_string()), format!("‹U+{:04X}›", u32::from(c)), "{name}");
        }
        assert_eq!(Text::from("a\u{202e}b").to_string(), "a‹U+202E›b");
    }

    #[test]
    fn writing_of_any_people_stays_as_it_is() {
        for text in [
            "Adele Vance",
            "Алим Каримов",
            "Oʻgʻuloy Toʻrayeva",
            "王小明",
            "e\u{301}lan",
            "नमस्ते",
            "שלום",
            "😀",
            "\u{a0}",
        ] {
            assert_eq!(Text::from(text).to_string(), text);
        }
    }

    #[test]
    fn width_and_alignment_count_what_is_shown() {
        assert_eq!(format!("[{:>5}]", Text::from("ab")), "[   ab]");
        assert_eq!(format!("[{:10}]", Text::from("\x07")), "[‹U+0007›  ]");
        assert_eq!(format!("[{:.2}]", Text::from("abc")), "[ab]");
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_and_nothing_else_changes(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(!shown.chars().any(hidden));
            prop_assert_eq!(visible(&shown), shown.clone());
            let kept: String = text.chars().filter(|c| !hidden(*c)).collect();
            if kept == text {
                prop_assert_eq!(shown, text);
            }
        }
    }
}
