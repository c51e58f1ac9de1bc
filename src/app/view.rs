//! A dialog's looks as data: the face draws them all alike, tests read them.

use super::action::Action;

/// What a piece of text is, for a theme to colour. State is never shown by this alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// Less important, or not possible.
    Dim,
    /// The one accent colour: focus, cursor.
    Accent,
    /// Headings.
    Strong,
    /// Allowed, gained, done.
    Good,
    /// Denied, lost, failed.
    Bad,
    /// Wants attention.
    Warn,
}

/// Text of one tone. It is visible text already: whatever came from outside went through
/// `domain::untrusted::Text`'s `Display`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// What it is.
    pub tone: Tone,
}

/// One line of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Span>);

impl Line {
    /// A line of ordinary text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::toned(text, Tone::Plain)
    }

    /// A line of one tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self(vec![Span { text: text.into(), tone }])
    }

    /// The line with more text after it.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>, tone: Tone) -> Self {
        self.0.push(Span { text: text.into(), tone });
        self
    }

    /// Its text without tones.
    pub fn text(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }
}

/// How much room a dialog wants; at 80 columns every one takes the whole width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Questions: 64 columns.
    Narrow,
    /// Forms and lists: 84 columns.
    Medium,
    /// Plans and tables: all but a margin.
    Wide,
}

/// A dialog as drawn: title in the frame, parts from top to bottom, hints in the frame's lower edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogView {
    /// In the upper edge.
    pub title: String,
    /// At the right of the upper edge.
    pub aside: Option<String>,
    /// How wide.
    pub width: Width,
    /// From top to bottom.
    pub parts: Vec<Part>,
    /// What can be done now, in the lower edge; with another label than the table's where it says more.
    pub hints: Vec<(Action, Option<String>)>,
    /// What it waits for; shown with a spinner-free `…`.
    pub pending: Option<String>,
    /// An error that belongs to no field.
    pub error: Option<String>,
}

/// A part of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text field. A long value scrolls so that the cursor stays visible.
    Field {
        /// Before it; all labels of a dialog are aligned.
        label: String,
        /// What is typed (dots already, when secret).
        value: String,
        /// Cursor, in characters, when focused.
        cursor: Option<usize>,
        /// Below it.
        error: Option<String>,
        /// Shown dimmed when empty.
        hint: String,
    },
    /// One of several: `‹ Viewer ›`.
    Choice {
        /// Before it.
        label: String,
        /// What is chosen.
        value: String,
        /// Whether it has the focus.
        focused: bool,
        /// Below it.
        error: Option<String>,
        /// After it, dimmed.
        hint: String,
    },
    /// Lines of text, wrapped at the dialog's width.
    Text(Vec<Line>),
    /// A list or checklist; only its visible window is given.
    List(ListView),
    /// An empty line.
    Gap,
}

/// A window on a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListView {
    /// Titles and widths; none for a list without a header.
    pub columns: Vec<Column>,
    /// The rows of the window.
    pub rows: Vec<ListRow>,
    /// Index of the window's first row in the whole.
    pub first: usize,
    /// How many rows the whole has.
    pub total: usize,
    /// Index of the cursor in the whole, when the list has the focus.
    pub cursor: Option<usize>,
    /// Rows that are headings and not counted: those before the cursor, and all.
    pub headings: (usize, usize),
    /// Said when there is no row.
    pub empty: String,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Columns of the terminal it wants at least; the last column takes what is left.
    pub width: u16,
    /// Whether what is too long loses its beginning and not its end, as paths do.
    pub tail: bool,
}

impl Column {
    /// Makes it narrower by what is too much, as far as it may.
    pub fn give_way(&mut self, least: u16, over: &mut usize) {
        let less = u16::try_from(*over).unwrap_or(u16::MAX).min(self.width.saturating_sub(least));
        self.width -= less;
        *over -= usize::from(less);
    }
}

/// What a row of a plan comes to, or stands for; a glyph before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing; the place is kept free.
    Blank,
    /// Something is gained.
    Gains,
    /// Something is lost.
    Loses,
    /// It changes, and nobody's access does.
    Even,
    /// It is so already.
    Same,
    /// It is left out.
    LeftOut,
    /// All is well with it.
    Good,
    /// There is something to know about it.
    Know,
    /// Something is wrong with it.
    Wrong,
    /// More belong to it, and are shown.
    Open,
    /// More belong to it, and are not shown.
    Closed,
}

/// A row of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRow {
    /// A checkbox before it.
    pub checked: Option<bool>,
    /// A glyph before it.
    pub mark: Option<Mark>,
    /// One line a column; the last one given takes what is left of the row.
    pub cells: Vec<Line>,
    /// A heading: the cursor passes over it.
    pub heading: bool,
}
