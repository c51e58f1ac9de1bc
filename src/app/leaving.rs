//! Leaving the console: asked twice where a change at work would stop with it.

use super::{action::Action, effect::Effect, format::place, state::App, state::Notice, view::Tone};
use crate::{
    api::wire::Change,
    domain::id::{ChangeId, WorkspaceId},
    i18n::tf,
};

impl App {
    /// Leaves; where that stops a change, only once the same is asked again. `key` is what asks.
    pub(super) fn leave_console(&mut self, key: &str) -> Vec<Effect> {
        let question = self.stopping().last().map(|change| {
            let (resume, screen) = (self.keymap.hint(Action::ResumeChange), self.keymap.hint(Action::ScreenChanges));
            tf(
                if self.stopping().count() > 1 { "app.quit-changes" } else { "app.quit-change" },
                &[
                    ("n", &self.stopping().count()),
                    ("change", &change.id),
                    ("progress", &place(change.settled(), change.total)),
                    ("resume", &resume.unwrap_or_default()),
                    ("screen", &screen.unwrap_or_default()),
                    ("key", &key),
                ],
            )
        });
        match question.filter(|_| !self.asked_to_leave) {
            None => vec![Effect::Quit],
            Some(text) => {
                self.notice = Some(Notice { text, tone: Tone::Warn, leaves: true });
                Vec::new()
            }
        }
    }

    /// One's own changes that stop when the console is left, where that is so.
    fn stopping(&self) -> impl Iterator<Item = &Change> {
        // What another process works on goes on there.
        self.changes.running.iter().filter(|change| self.stops_changes && !change.elsewhere)
    }

    /// Those changes as commands name them, for a word after the end.
    pub fn left_at_work(&self) -> Vec<(WorkspaceId, ChangeId)> {
        self.stopping().map(|change| (self.workspace.id, change.id)).collect()
    }
}
