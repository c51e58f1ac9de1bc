//! Jobs as the console follows them: what it watches, what it says of them, what their failures leave
//! marked.

use super::{
    action::{Action, Context},
    effect::{Call, Effect},
    format::{count, place},
    reads::Want,
    state::{App, Pane},
    view::Tone,
};
use crate::{
    api::{
        error::ApiError,
        wire::{Job, JobRow, JobState, MAX_PAGE, Page, PageQuery},
    },
    domain::{id::JobId, untrusted::Text},
    i18n::{t, t_or, tf},
};

/// Cells of a bar.
const BAR: u64 = 10;

/// What a job does, in words: `Role → Viewer`, `Undo of job 3: Role → Viewer`, and where that undo is undone
/// `Redo of job 3: Role → Viewer`.
pub fn title(job: &Job) -> String {
    let Some(origin) = &job.origin else { return words(&job.action, job) };
    let key = if origin.again { "jobs.redo-of" } else { "jobs.undo-of" };
    tf(key, &[("job", &origin.job), ("what", &words(&origin.action, job))])
}

/// What taking a job back does: `Undo job 3 · Role → Viewer`, and where that is an undo itself
/// `Redo job 3 · Role → Viewer`.
pub fn taking_back(job: &Job) -> String {
    let (key, of, action) = match &job.origin {
        None => ("jobs.undoing", job.id, &job.action),
        Some(origin) if origin.again => ("jobs.undoing", origin.job, &origin.action),
        Some(origin) => ("jobs.redoing", origin.job, &origin.action),
    };
    tf(key, &[("job", &of), ("what", &words(action, job))])
}

/// An action in words, on what the job is about.
fn words(action: &str, job: &Job) -> String {
    let words = t_or(&format!("jobs.action.{action}"), "{detail}");
    words.replace("{detail}", &job.detail.to_string()).trim().to_owned()
}

/// A job with its number: `Job 12 · Role → Viewer`.
pub fn named(job: &Job) -> String {
    tf("jobs.named", &[("job", &job.id), ("what", &title(job))])
}

/// Where a job stands, in words. Of one that another process was last seen at work on, nobody knows yet whether that
/// was killed since.
pub fn stands(job: &Job) -> &'static str {
    match job.state {
        JobState::Running if job.elsewhere => t("jobs.state-elsewhere"),
        JobState::Running => t("jobs.running"),
        JobState::Stopped => t("jobs.state-stopped"),
        JobState::Done => t("jobs.state-done"),
    }
}

/// What took a job back: `undone by 6`. Whether all of it is back already is that one's to say.
pub fn undone(job: &Job) -> Option<String> {
    let by = job.undone_by.filter(|_| job.state == JobState::Done)?;
    Some(tf("jobs.undone-by", &[("job", &by)]))
}

/// How far a job is: `312/500 · 140/s · 1 s left · 2 failed`.
pub fn progress(job: &Job) -> String {
    let mut parts = vec![place(job.settled(), job.total)];
    if let Some(rate) = job.per_second.filter(|rate| *rate > 0 && job.state == JobState::Running) {
        parts.push(tf("jobs.rate", &[("n", &count(u64::from(rate)))]));
        let left = job.waiting().div_ceil(u64::from(rate));
        let left = super::format::span(i64::try_from(left).unwrap_or(i64::MAX));
        parts.push(tf("jobs.left", &[("span", &left)]));
    }
    parts.extend([some("jobs.failed", job.failed), some("jobs.skipped", job.skipped)].into_iter().flatten());
    parts.join(" · ")
}

/// What became of a job's rows: `310 done · 2 failed · 188 wait`.
pub fn counts(job: &Job) -> String {
    let counts = [
        Some(tf("jobs.done", &[("n", &count(job.applied))])),
        some("jobs.failed", job.failed),
        some("jobs.skipped", job.skipped),
        some("jobs.left-out", job.left_out),
        some("jobs.wait", job.waiting()),
    ];
    counts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// So many, where there are any.
fn some(key: &'static str, n: u64) -> Option<String> {
    (n > 0).then(|| tf(key, &[("n", &count(n))]))
}

/// How far a job is, as a bar of cells that are full or left.
pub fn bar(job: &Job, [full, left]: [&str; 2]) -> String {
    let done = (job.settled() * BAR).checked_div(job.total).unwrap_or(BAR);
    (0..BAR).map(|cell| if cell < done { full } else { left }).collect()
}

/// Why a job cannot go on now, or be tried again, if so.
pub fn hindrance(job: &Job, action: Action) -> Option<&'static str> {
    match (action, job.state) {
        (Action::ResumeJob | Action::RetryJob, _) if !job.mine => Some("able.not-my-job"),
        // Whoever is at work on it may have been killed a moment ago. If not, both go on, each with other rows.
        (Action::ResumeJob, JobState::Running) if job.elsewhere => None,
        (Action::ResumeJob | Action::RetryJob, JobState::Running) => Some("able.job-at-work"),
        (Action::ResumeJob, JobState::Done) => Some("able.not-stopped"),
        (Action::RetryJob, _) if job.failed == 0 => Some("able.nothing-failed"),
        _ => None,
    }
}

impl App {
    /// A job was begun from a dialog: its rows need no marks any more.
    pub(super) fn job_started(&mut self, job: Job) -> Vec<Effect> {
        if let Some(marks) = self.marks_mut() {
            marks.clear();
        }
        let mut effects = self.job_told(job);
        effects.extend(self.read_jobs());
        effects
    }

    /// How a job stands now.
    pub(super) fn job_told(&mut self, job: Job) -> Vec<Effect> {
        let known = self.jobs.running.iter().any(|other| other.id == job.id);
        let ended = self.jobs.tell(&job);
        let mut effects = self.tell_dialogs(&job);
        if job.state == JobState::Running && !known {
            effects.push(Effect::Watch(self.workspace.id, job.id));
        }
        if ended {
            effects.extend(self.job_ended(&job));
        }
        effects
    }

    fn job_ended(&mut self, job: &Job) -> Vec<Effect> {
        let names = [("what", &title(job) as &dyn std::fmt::Display), ("counts", &counts(job))];
        let (key, tone) = match job.state {
            JobState::Stopped if !job.undoable() => ("jobs.stopped-final", Tone::Warn),
            _ if job.failed == 0 && !job.undoable() => ("jobs.ended-final", Tone::Good),
            JobState::Stopped => ("jobs.stopped", Tone::Warn),
            _ if job.failed > 0 && self.jobs.marks_of(job).is_some() => ("jobs.ended-failed", Tone::Warn),
            _ if job.failed > 0 => ("jobs.ended-unmarked", Tone::Warn),
            _ => ("jobs.ended", Tone::Good),
        };
        let undo = self.keymap.hint(Action::Undo).unwrap_or_default();
        let screen = self.keymap.hint(Action::ScreenJobs).unwrap_or_default();
        let mut said = tf(key, &[names[0], names[1], ("undo", &undo), ("screen", &screen)]);
        // A dialog has the keys; that of a job has these as well.
        if !self.stack.is_empty() && !self.stack.contexts().contains(&Context::Jobs) && key != "jobs.ended-final" {
            said = tf("jobs.once-closed", &[("said", &said)]);
        }
        self.say(said, tone);
        let mut effects = self.refresh();
        if job.failed > 0 && self.jobs.marks_of(job).is_some() {
            effects.extend(self.read_failures(job.id, None));
        }
        effects
    }

    /// A job is not watched any more: it is looked for again when the backend answers.
    pub(super) fn job_unwatched(&mut self, job: JobId, error: &ApiError) -> Vec<Effect> {
        self.jobs.running.retain(|other| other.id != job);
        let mut effects = self.connected(Some(error));
        if !matches!(error, ApiError::Offline(_) | ApiError::Limited(_) | ApiError::Unauthorised) {
            effects.extend(self.read_jobs());
        }
        effects
    }

    /// Jobs came: one's own at work are followed, and what was stopped is told once.
    pub(super) fn jobs_came(&mut self, page: Page<Job>) -> Vec<Effect> {
        self.jobs.list.take(page);
        self.jobs.seek();
        self.jobs.count();
        let own = || self.jobs.list.rows().filter(|job| job.mine);
        let running: Vec<Job> = own().filter(|job| job.state == JobState::Running).cloned().collect();
        let stopped = own().find(|job| job.state == JobState::Stopped && !job.stop_asked);
        let stopped = stopped.map(|job| (title(job), progress(job)));
        if !std::mem::replace(&mut self.jobs.told, true)
            && let Some((what, progress)) = stopped
        {
            self.tell_interrupted(&what, &progress);
        }
        let mut effects = Vec::new();
        for job in running.into_iter().rev() {
            if !self.jobs.running.iter().any(|known| known.id == job.id) {
                effects.push(Effect::Watch(self.workspace.id, job.id));
                self.jobs.running.push(job);
            }
        }
        effects
    }

    /// Says what an earlier run left behind, and the way to it.
    fn tell_interrupted(&mut self, what: &str, progress: &str) {
        let key = |action| self.keymap.hint(action).unwrap_or_default();
        let (screen, resume) = (key(Action::ScreenJobs), key(Action::ResumeJob));
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("what", &what), ("progress", &progress), ("screen", &screen), ("resume", &resume)];
        self.say(tf("jobs.interrupted", &values), Tone::Warn);
    }

    /// Asks for the rows that a job failed on.
    fn read_failures(&mut self, job: JobId, after: Option<String>) -> Vec<Effect> {
        let query = PageQuery { filter: "failed".into(), after, limit: Some(MAX_PAGE), ..PageQuery::default() };
        self.ask(Want::Failures(job), Call::JobRows(self.workspace.id, job, query))
    }

    /// Rows that a job failed on: they are marked, each with its reason.
    pub(super) fn failures_came(&mut self, job: JobId, page: &Page<JobRow>) -> Vec<Effect> {
        let pane = self.jobs.known(job).and_then(|job| self.jobs.marks_of(job));
        let marks = match pane {
            Some(Pane::Users) => &mut self.users.marks,
            Some(_) => &mut self.invitations.marks,
            None => return Vec::new(),
        };
        let why = |row: &JobRow| row.reason.clone().unwrap_or_else(|| Text::new(""));
        marks.failed(page.items.iter().filter_map(|row| Some((row.target?, why(row)))));
        match &page.after {
            Some(after) => self.read_failures(job, Some(after.clone())),
            None => self.count_marked(),
        }
    }

    /// The job that stopping, details and undo are about where the cursor is on none.
    pub fn job_under(&self) -> Option<&Job> {
        self.jobs.under().filter(|_| self.pane() == Pane::Jobs)
    }

    /// Stops the job under the cursor, or the one at work.
    pub(super) fn stop_job(&mut self) -> Vec<Effect> {
        let job = self.job_under().or(self.jobs.at_work()).map(|job| job.id);
        match job {
            Some(job) => self.ask(Want::Job, Call::StopJob(self.workspace.id, job)),
            None => Vec::new(),
        }
    }
}
