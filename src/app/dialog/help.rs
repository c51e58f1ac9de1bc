//! Help: the keys that apply, context by context, made from the action table and the keymap.

use super::{Cx, Dialog, Outcome, ViewCx, cursor::Cursor, edit::Edit};
use crate::{
    app::{
        action::{Action, Context},
        key::Code,
        msg::Input,
        view::{Column, DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    i18n::t,
};

/// One context's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What can be done there.
    pub rows: Vec<Row>,
}

/// One action as help shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name in footer and palette, by which it is found.
    pub name: String,
    /// Its keys: `j Down`.
    pub keys: String,
    /// One sentence.
    pub doc: String,
    /// Why it cannot be done now, if so.
    pub why_not: Option<String>,
}

/// Help, scrolled and searched.
pub struct Help {
    sections: Vec<Section>,
    find: Option<Edit>,
    cursor: Cursor,
}

impl Help {
    /// Over these sections.
    pub fn new(sections: Vec<Section>) -> Self {
        Self { sections, find: None, cursor: Cursor::default() }
    }

    fn rows(&self) -> Vec<ListRow> {
        let wanted = self.find.as_ref().map(|edit| edit.value().trim().to_lowercase()).unwrap_or_default();
        let matches = |row: &&Row| {
            let said = [&row.name, &row.doc].iter().any(|text| text.to_lowercase().contains(&wanted));
            said || row.keys.to_lowercase() == wanted
        };
        let mut all = Vec::new();
        for section in &self.sections {
            let rows: Vec<ListRow> = section.rows.iter().filter(matches).map(list_row).collect();
            if !rows.is_empty() {
                let cells = vec![Line::toned(&section.title, Tone::Strong)];
                all.push(ListRow { mark: None, checked: None, cells, heading: true });
                all.extend(rows);
            }
        }
        all
    }

    fn settle(&mut self) {
        let rows = self.rows();
        self.cursor.settle(rows.len(), |row| rows[row].heading);
    }
}

fn list_row(row: &Row) -> ListRow {
    let (tone, said) = match &row.why_not {
        Some(why) => (Tone::Dim, Line::toned(&row.doc, Tone::Dim).and(format!("  ({why})"), Tone::Dim)),
        None => (Tone::Accent, Line::plain(&row.doc)),
    };
    ListRow { mark: None, checked: None, cells: vec![Line::toned(&row.keys, tone), said], heading: false }
}

impl Dialog for Help {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn typing(&self) -> bool {
        self.find.is_some()
    }

    fn open(&mut self, _: &mut Cx<'_>) -> Vec<crate::app::effect::Effect> {
        self.settle();
        Vec::new()
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        let rows = self.rows();
        match &mut self.find {
            Some(_) if input.closes() => self.find = None,
            None if input.closes() => return Outcome::Close,
            None if input.action == Some(Action::Filter) => self.find = Some(Edit::default()),
            find => {
                let page = usize::from(cx.size.1 / 2);
                let edits = find.is_some() && matches!(input.key.code, Code::Home | Code::End);
                let moved = !edits && self.cursor.step(input, rows.len(), page, |row| rows[row].heading);
                if !moved && let Some(edit) = &mut self.find {
                    edit.key(input.key);
                }
            }
        }
        self.settle();
        Outcome::Stay(Vec::new())
    }

    fn paste(&mut self, text: &str, _: &mut Cx<'_>) -> Outcome {
        if let Some(edit) = &mut self.find {
            edit.paste(text);
            self.settle();
        }
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let rows = self.rows();
        let room = usize::from(cx.size.1).saturating_sub(8).max(3);
        let (total, first) = (rows.len(), self.cursor.first(rows.len(), room));
        let headings = |rows: &[ListRow]| rows.iter().filter(|row| row.heading).count();
        let headings = (headings(&rows[..self.cursor.0.min(total)]), headings(&rows));
        let mut parts = Vec::new();
        if let Some(edit) = &self.find {
            parts.push(edit.part(t("dialog.help.find").to_owned(), true, None, String::new()));
        }
        parts.push(Part::List(ListView {
            columns: vec![
                Column { title: t("dialog.help.keys").to_owned(), width: 14, tail: false },
                Column { title: t("dialog.help.what").to_owned(), width: 50, tail: false },
            ],
            rows: rows.into_iter().skip(first).take(room).collect(),
            first,
            total,
            cursor: (total > 0).then_some(self.cursor.0),
            headings,
            empty: t("dialog.pick.none").to_owned(),
        }));
        DialogView {
            title: t("dialog.help.title").to_owned(),
            aside: None,
            width: Width::Medium,
            parts,
            hints: vec![(Action::Filter, Some(t("dialog.help.search").to_owned())), (Action::Close, None)],
            pending: None,
            error: None,
        }
    }
}
