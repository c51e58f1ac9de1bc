//! Addresses taken in: pasted, typed, or read from a file.

use super::{InviteMany, rows::Row};
use crate::{
    api::{error::ApiError, wire::Called},
    app::{
        dialog::{Cx, words},
        effect::{Call, Effect, Reply},
        format,
    },
    domain::{pasted, sheet::headed},
    i18n::{t, tf},
};

/// Where people come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A file.
    File,
    /// What was pasted or typed.
    Pasted,
}

impl Source {
    /// The field that it was named in.
    fn field(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Pasted => "people",
        }
    }
}

impl InviteMany {
    /// Takes in addresses; those that have no room are told.
    pub(super) fn take_in(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        if headed(text) {
            // What ends a line where a terminal pastes.
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            return self.read(Call::Table(text), Source::Pasted, cx);
        }
        self.take_list(text, Source::Pasted, cx)
    }

    /// A list of any kind.
    fn take_list(&mut self, text: &str, source: Source, cx: &mut Cx<'_>) -> Vec<Effect> {
        let called = Called::new(cx.roles, cx.groups);
        let people = pasted::read(text, |word| called.word(word));
        self.take(people.into_iter().map(Row::from).collect(), source, cx)
    }

    fn take(&mut self, rows: Vec<Row>, source: Source, cx: &mut Cx<'_>) -> Vec<Effect> {
        if source == Source::File {
            self.sections.form.set("file", "");
        }
        let found = rows.len();
        let over = self.rows.take(rows, source);
        self.came(found, over);
        self.plan(cx)
    }

    fn came(&mut self, found: usize, over: usize) {
        self.faults.clear();
        let n = format::count((found - over) as u64);
        self.notice = Some(match over {
            0 => tf("dialog.invite_many.added", &[("n", &n)]),
            _ => tf("dialog.invite_many.full", &[("n", &n), ("over", &format::count(over as u64))]),
        });
    }

    /// What is typed above is taken in first; says whether there was something.
    pub(super) fn gather(&mut self, cx: &mut Cx<'_>) -> Option<Vec<Effect>> {
        let people = self.sections.form.value("people").to_owned();
        if !people.trim().is_empty() {
            self.sections.form.set("people", "");
            return Some(self.take_in(&people, cx));
        }
        let path = self.sections.form.value("file").trim().to_owned();
        if path.is_empty() {
            return None;
        }
        Some(self.read(Call::People(path), Source::File, cx))
    }

    fn read(&mut self, call: Call, source: Source, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.faults.clear();
        let mut effects: Vec<Effect> = self.reading.take().map(|(id, _)| Effect::Cancel(id)).into_iter().collect();
        let (id, effect) = cx.call(call);
        self.reading = Some((id, source));
        effects.push(effect);
        effects
    }

    /// The file or the table was read, or could not be.
    pub(super) fn people_read(
        &mut self,
        source: Source,
        reply: &Result<Reply, ApiError>,
        cx: &mut Cx<'_>,
    ) -> Vec<Effect> {
        match reply {
            Ok(Reply::People(people)) => return self.take(people.iter().cloned().map(Row::from).collect(), source, cx),
            Ok(Reply::List(text)) => return self.take_list(text, source, cx),
            Ok(_) => self.error = Some(t("dialog.error.answer").to_owned()),
            Err(error) => {
                if let ApiError::Invalid { faults, .. } = error {
                    self.faults.clone_from(faults);
                }
                self.sections.form.mark(source.field(), &words::failure(error, cx.workspace));
            }
        }
        Vec::new()
    }
}
