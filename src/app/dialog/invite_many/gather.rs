//! Addresses taken in: pasted, typed, or read from a file.

use super::InviteMany;
use crate::{
    api::error::ApiError,
    app::{
        dialog::Cx,
        effect::{Call, Effect, Reply},
        format,
    },
    domain::recipients,
    i18n::{t, tf},
};

impl InviteMany {
    /// Takes in addresses; those that have no room are told.
    pub(super) fn take_in(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        let people = recipients::read(text);
        let found = people.len();
        let over = self.rows.paste(people);
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
        let people = self.zones.form.value("people").to_owned();
        if !people.trim().is_empty() {
            self.zones.form.set("people", "");
            return Some(self.take_in(&people, cx));
        }
        let path = self.zones.form.value("file").trim().to_owned();
        if path.is_empty() {
            return None;
        }
        self.faults.clear();
        let mut effects: Vec<Effect> = self.reading.take().map(Effect::Cancel).into_iter().collect();
        let (id, effect) = cx.call(Call::People(path));
        self.reading = Some(id);
        effects.push(effect);
        Some(effects)
    }

    /// The file was read, or could not be.
    pub(super) fn file_read(&mut self, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Vec<Effect> {
        match reply {
            Ok(Reply::People(people)) => {
                let over = self.rows.read(people.clone());
                self.zones.form.set("file", "");
                self.came(people.len(), over);
                return self.plan(cx);
            }
            Ok(_) => self.error = Some(t("dialog.error.answer").to_owned()),
            Err(error) => {
                if let ApiError::Invalid { faults, .. } = error {
                    self.faults.clone_from(faults);
                }
                self.zones.form.mark("file", &error.to_string());
            }
        }
        Vec::new()
    }
}
