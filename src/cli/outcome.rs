//! What became of a job: its rows as data, its end in words and as an exit code.

use super::{
    args::Format,
    desk::Desk,
    exit::{Exit, Failure},
    output::{self, Row, say},
};
use crate::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{Job, JobRow, JobState, PageQuery, RowState},
    },
    app::{format, jobs},
    domain::{time::Timestamp, untrusted::visible},
    i18n::{t, tf},
};

/// Rows whose fate is told one by one.
const TOLD: u32 = 20;

/// Prints a job's rows, says how it ended, and answers the exit code for it.
pub async fn report<B: Backend>(desk: &Desk<B>, job: &Job, format: Format) -> Result<Exit, Failure> {
    let rows = match format {
        Format::Table if !links(job) => {
            let mut rows = rows(desk, job, "failed").await?;
            rows.extend(self::rows(desk, job, "skipped").await?);
            rows.extend(self::rows(desk, job, "left_out").await?);
            rows
        }
        _ => rows(desk, job, "").await?,
    };
    let data: Vec<JobRow> = match format {
        // In a table of links stand those that have one; names are those of rows that were done.
        Format::Table => rows.iter().filter(|row| row.link.is_some()).cloned().collect(),
        Format::Name => rows.iter().filter(|row| row.state == RowState::Applied).cloned().collect(),
        Format::Wide | Format::Json | Format::Csv => rows.clone(),
    };
    let printed = print(Some(job), &data, format);
    if format != Format::Name && data.iter().any(|row| row.link.is_some()) {
        say(t("cli.jobs.links"));
    }
    for state in [RowState::Failed, RowState::Skipped, RowState::LeftOut] {
        let all: Vec<&JobRow> = rows.iter().filter(|row| row.state == state).collect();
        fates(job, all.iter().copied(), all.len() as u64);
    }
    // Said even where the rows could not be printed: the job is done all the same.
    tell(job);
    printed?;
    Ok(exit(job))
}

/// Prints rows of a job.
pub fn print(job: Option<&Job>, rows: &[JobRow], format: Format) -> Result<(), Failure> {
    let whole = serde_json::json!({ "job": job, "rows": rows });
    output::print(rows, &whole, format, Timestamp(0))
}

/// Rows of a job, all or those in a state.
pub async fn rows<B: Backend>(desk: &Desk<B>, job: &Job, state: &str) -> Result<Vec<JobRow>, ApiError> {
    let query = PageQuery { filter: state.to_owned(), ..PageQuery::default() };
    every(query, |query| async move { desk.backend.job_rows(desk.id(), job.id, &query).await }).await
}

/// Says how far a job is that stands still, and which of its rows wait.
pub async fn waiting<B: Backend>(desk: &Desk<B>, job: &Job) -> Result<(), ApiError> {
    trouble(job).iter().for_each(|line| say(line));
    say(&tf("cli.jobs.done", &[("title", &jobs::title(job)), ("counts", &counts(job))]));
    let query = PageQuery { filter: "waiting".to_owned(), limit: Some(TOLD), ..PageQuery::default() };
    let page = desk.backend.job_rows(desk.id(), job.id, &query).await?;
    fates(job, page.items.iter(), job.waiting());
    Ok(())
}

/// Says what becomes of the first of so many rows, and where the others stand.
fn fates<'a>(job: &Job, rows: impl Iterator<Item = &'a JobRow>, all: u64) {
    rows.take(TOLD as usize).for_each(|row| say(&fate(row)));
    if all > u64::from(TOLD) {
        say(&tf("cli.jobs.more-rows", &[("n", &format::count(all - u64::from(TOLD))), ("job", &job.id)]));
    }
}

/// Whether a job's rows make links.
fn links(job: &Job) -> bool {
    match &job.origin {
        Some(origin) if !origin.again => matches!(origin.action.as_str(), "cancel" | "remove"),
        Some(_) => false,
        None => matches!(job.action.as_str(), "invite" | "resend"),
    }
}

/// The code of a job that ended so, whoever saw it end. Whoever named each row, or the job to take back, expects it to
/// be done: what was left out of those is lacking, and of what a filter met it is not.
fn exit(job: &Job) -> Exit {
    let lacking = job.failed > 0 || job.skipped > 0 || job.left_out > 0 && !job.by_filter;
    match job.state {
        JobState::Done if !lacking => Exit::Done,
        JobState::Done if job.applied == 0 => Exit::Failed,
        _ => Exit::Partly,
    }
}

/// Says how a job ended or stands, and what can be done about it.
pub fn tell(job: &Job) {
    summary(job).iter().for_each(|line| say(line));
}

fn summary(job: &Job) -> Vec<String> {
    trouble(job).into_iter().chain([standing(job)]).collect()
}

/// Why the backend itself stopped it.
fn trouble(job: &Job) -> Option<String> {
    job.trouble.as_ref().map(|trouble| format!("! {trouble}"))
}

fn standing(job: &Job) -> String {
    let counts = counts(job);
    let title = jobs::title(job);
    let values: [(&str, &dyn std::fmt::Display); 3] = [("title", &title), ("counts", &counts), ("job", &job.id)];
    let said = match job.state {
        JobState::Running if job.elsewhere => return tf("cli.jobs.running-elsewhere", &values),
        JobState::Running => return tf("cli.jobs.running", &values),
        JobState::Stopped if job.stop_asked => return tf("cli.jobs.stop-asked", &values),
        JobState::Stopped => return tf("cli.jobs.stopped", &values),
        JobState::Done if job.failed > 0 => tf("cli.jobs.done-failed", &values),
        JobState::Done => tf("cli.jobs.done", &values),
    };
    match job.undone_by {
        Some(by) => format!("{said}; {}", tf("cli.jobs.undone-by", &[("job", &by)])),
        None if job.undoable() => format!("{said}; {}", tf("cli.jobs.undo", &values)),
        None => said,
    }
}

/// What became of the rows: `498 done · 2 failed · 12 waiting`.
fn counts(job: &Job) -> String {
    match job.waiting() {
        0 => jobs::counts(job),
        waiting => format!("{} · {}", jobs::counts(job), tf("cli.jobs.waiting", &[("n", &format::count(waiting))])),
    }
}

fn fate(row: &JobRow) -> String {
    let state = state(row.state);
    match &row.reason {
        Some(reason) => format!("– {}: {state}: {reason}", row.name),
        None => format!("– {}: {state}", row.name),
    }
}

fn state(state: RowState) -> &'static str {
    match state {
        RowState::Waiting => t("jobs.rows-waiting"),
        RowState::Applied => t("jobs.rows-applied"),
        RowState::Failed => t("jobs.rows-failed"),
        RowState::Skipped => t("jobs.rows-skipped"),
        RowState::LeftOut => t("jobs.rows-left-out"),
    }
}

impl Row for JobRow {
    fn head(wide: bool) -> Vec<&'static str> {
        let (email, state) = (t("cli.head.email"), t("cli.head.state"));
        if wide {
            vec![t("cli.head.row"), email, state, t("cli.head.reason"), t("cli.head.link")]
        } else {
            vec![email, state, t("cli.head.reason-or-link")]
        }
    }

    fn line(&self, wide: bool, _: Timestamp) -> Vec<String> {
        let (email, state) = (self.name.to_string(), state(self.state).to_owned());
        let reason = self.reason.as_ref().map(ToString::to_string);
        let link = self.link.as_deref().map(visible);
        if wide {
            vec![self.row.to_string(), email, state, reason.unwrap_or_default(), link.unwrap_or_default()]
        } else {
            vec![email, state, reason.or(link).unwrap_or_default()]
        }
    }

    const FIELDS: &'static [&'static str] = &JobRow::FIELDS;

    fn record(&self) -> Vec<String> {
        JobRow::record(self).to_vec()
    }

    fn name(&self) -> String {
        self.name.raw().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::JobId;

    /// Half done, and given up.
    fn job() -> Job {
        Job {
            id: JobId(12),
            action: "set_roles".into(),
            detail: "Viewer".into(),
            reason: None,
            actor: "ann@acme.test".into(),
            mine: true,
            key: None,
            undoes: None,
            origin: None,
            undone_by: None,
            state: JobState::Stopped,
            elsewhere: false,
            stop_asked: false,
            created_at: Timestamp(0),
            ended_at: None,
            total: 5,
            applied: 2,
            failed: 0,
            skipped: 0,
            left_out: 0,
            by_filter: false,
            per_second: None,
            trouble: Some("stopped: the disk is full; resume it when that is mended".into()),
        }
    }

    #[test]
    fn why_a_job_was_given_up_is_said_above_how_to_go_on() {
        let job = job();
        let going_on = "Role → Viewer: 2 done · 3 wait; go on with: rolecall jobs resume 12";
        let why = "! stopped: the disk is full; resume it when that is mended";
        assert_eq!(summary(&job), [why, going_on]);
        let job = Job { trouble: None, ..job };
        assert_eq!(summary(&job), [going_on]);
        let done = Job { state: JobState::Done, applied: 5, ..job };
        let told = |job: Job| summary(&job).join("\n");
        assert_eq!(told(done.clone()), "Role → Viewer: 5 done; take back with: rolecall jobs undo 12");
        assert_eq!(told(Job { undone_by: Some(JobId(13)), ..done.clone() }), "Role → Viewer: 5 done; undone by 13");
        let resent = Job { action: "resend".into(), detail: "".into(), ..done };
        assert_eq!(told(resent), "Resend invitations: 5 done", "a link that was sent stays sent");
    }

    #[test]
    fn the_code_says_whether_something_that_was_asked_for_is_lacking() {
        let done = Job { state: JobState::Done, applied: 5, ..job() };
        for (ended, code) in [
            (job(), Exit::Partly),
            (done.clone(), Exit::Done),
            (Job { left_out: 1, by_filter: true, ..done.clone() }, Exit::Done),
            (Job { left_out: 1, ..done.clone() }, Exit::Partly),
            (Job { applied: 4, failed: 1, ..done.clone() }, Exit::Partly),
            (Job { applied: 4, skipped: 1, ..done.clone() }, Exit::Partly),
            (Job { applied: 0, failed: 5, ..done }, Exit::Failed),
        ] {
            assert_eq!(exit(&ended), code, "{ended:?}");
        }
    }
}
