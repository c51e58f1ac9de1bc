//! Leaving the console: asked twice where a job at work would stop with it.

use super::{action::Action, effect::Effect, format::place, state::App, state::Notice, view::Tone};
use crate::{
    api::wire::Job,
    domain::id::{JobId, WorkspaceId},
    i18n::tf,
};

impl App {
    /// Leaves; where that stops a job, only once the same is asked again. `key` is what asks.
    pub(super) fn leave_console(&mut self, key: &str) -> Vec<Effect> {
        let question = self.stopping().last().map(|job| {
            let (resume, screen) = (self.keymap.hint(Action::ResumeJob), self.keymap.hint(Action::ScreenJobs));
            tf(
                if self.stopping().count() > 1 { "app.quit-jobs" } else { "app.quit-job" },
                &[
                    ("n", &self.stopping().count()),
                    ("job", &job.id),
                    ("progress", &place(job.settled(), job.total)),
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

    /// One's own jobs that stop when the console is left, where that is so.
    fn stopping(&self) -> impl Iterator<Item = &Job> {
        // What another process works on goes on there.
        self.jobs.running.iter().filter(|job| self.stops_jobs && !job.elsewhere)
    }

    /// Those jobs as commands name them, for a word after the end.
    pub fn left_at_work(&self) -> Vec<(WorkspaceId, JobId)> {
        self.stopping().map(|job| (self.workspace.id, job.id)).collect()
    }
}
