//! The palette: any command by its name, as far as it is typed.

use super::{Cx, Dialog, Outcome, ViewCx, cursor::Cursor, edit::Edit};
use crate::{
    app::{
        action::{Action, Context},
        key::Code,
        msg::Input,
        view::{DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    i18n::t,
};

/// One command as the palette offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it means.
    pub action: Action,
    /// Its name on screen.
    pub label: String,
    /// One sentence.
    pub doc: String,
    /// Its keys, empty when it has none.
    pub keys: String,
    /// Why it cannot be run now, if so.
    pub why_not: Option<String>,
}

/// Commands, cut down by typing, the best match first.
pub struct Palette {
    entries: Vec<Entry>,
    find: Edit,
    cursor: Cursor,
    said: Option<String>,
}

impl Palette {
    /// Over these commands.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, find: Edit::default(), cursor: Cursor::default(), said: None }
    }

    /// The entries that match: those that begin with what is typed, that have it, that have its
    /// letters in order, and last those that only say it in their sentence.
    fn shown(&self) -> Vec<&Entry> {
        let wanted = self.find.value().trim().to_lowercase();
        let mut found: Vec<(u8, &Entry)> =
            self.entries.iter().filter_map(|entry| rank(entry, &wanted).map(|rank| (rank, entry))).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, entry)| entry).collect()
    }
}

fn rank(entry: &Entry, wanted: &str) -> Option<u8> {
    let (label, doc) = (entry.label.to_lowercase(), entry.doc.to_lowercase());
    let mut letters = label.chars();
    if label.starts_with(wanted) {
        Some(0)
    } else if label.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(wanted)) {
        Some(1)
    } else if label.contains(wanted) || entry.action.id().contains(wanted) {
        Some(2)
    } else if wanted.chars().all(|c| letters.any(|letter| letter == c)) {
        Some(3)
    } else {
        doc.contains(wanted).then_some(4)
    }
}

impl Dialog for Palette {
    fn context(&self) -> Context {
        Context::Palette
    }

    fn typing(&self) -> bool {
        true
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        self.said = None;
        let total = self.shown().len();
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => return Outcome::Close,
            (Some(Action::Confirm), _) | (None, Code::Enter) => {
                if let Some(entry) = self.shown().get(self.cursor.0) {
                    match &entry.why_not {
                        None => return Outcome::Run(entry.action),
                        Some(why) => self.said = Some(why.clone()),
                    }
                }
            }
            (_, Code::Tab) => {
                if let Some(label) = self.shown().get(self.cursor.0).map(|entry| entry.label.clone()) {
                    self.find.set(&label);
                    self.cursor = Cursor::default();
                }
            }
            (_, Code::Home | Code::End) => drop(self.find.key(input.key)),
            _ if self.cursor.step(input, total, usize::from(cx.size.1 / 2), |_| false) => {}
            _ if self.find.key(input.key) == Some(true) => self.cursor = Cursor::default(),
            _ => {}
        }
        Outcome::Stay(Vec::new())
    }

    fn paste(&mut self, text: &str, _: &mut Cx<'_>) -> Outcome {
        self.find.paste(text);
        self.cursor = Cursor::default();
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let shown = self.shown();
        let room = usize::from(cx.size.1).saturating_sub(10).max(3);
        let first = self.cursor.first(shown.len(), room);
        let row = |entry: &&Entry| {
            let tone = if entry.why_not.is_some() { Tone::Dim } else { Tone::Plain };
            let said = entry.why_not.as_ref().unwrap_or(&entry.doc);
            let cells =
                vec![Line::toned(&entry.label, tone), Line::toned(&entry.keys, tone), Line::toned(said, Tone::Dim)];
            ListRow { mark: None, checked: None, cells, heading: false }
        };
        let list = ListView {
            columns: Vec::new(),
            rows: shown.iter().skip(first).take(room).map(row).collect(),
            first,
            total: shown.len(),
            cursor: (!shown.is_empty()).then_some(self.cursor.0),
            empty: t("dialog.pick.none").to_owned(),
            ..ListView::default()
        };
        DialogView {
            title: t("dialog.palette.title").to_owned(),
            aside: None,
            width: Width::Medium,
            parts: vec![
                self.find.part(":".to_owned(), true, None, t("dialog.palette.hint").to_owned()),
                Part::Gap,
                Part::List(list),
            ],
            hints: vec![(Action::Confirm, Some(t("dialog.palette.run").to_owned())), (Action::Close, None)],
            pending: None,
            error: self.said.clone(),
        }
    }
}
