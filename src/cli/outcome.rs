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
use std::collections::HashMap;

/// Fates that are told, each with its reason.
const TOLD: usize = 20;

/// Of rows that have the same fate, how many are named.
const NAMED: usize = 3;

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
    if printed.is_ok() && format != Format::Name && data.iter().any(|row| row.link.is_some()) {
        say(t("cli.jobs.links"));
    }
    let states = [RowState::Failed, RowState::Skipped, RowState::LeftOut];
    let alike: Vec<Alike<'_>> = states.into_iter().flat_map(|state| alike(&rows, state)).collect();
    told(job, &alike).iter().for_each(|line| say(line));
    tell(job);
    match printed {
        Ok(()) => Ok(exit(job)),
        // The job is done all the same.
        Err(unseen) => {
            let message = format!("{}\n{}", unseen.message, tf("cli.jobs.unprinted", &[("job", &job.id)]));
            Err(Failure { exit: exit(job).and(unseen.exit), message })
        }
    }
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
    say(&tf("cli.jobs.done", &[("title", &jobs::title(job)), ("counts", &jobs::counts(job))]));
    let query = PageQuery { filter: "waiting".to_owned(), limit: Some(NAMED as u32), ..PageQuery::default() };
    let page = desk.backend.job_rows(desk.id(), job.id, &query).await?;
    let alike = Alike { rows: page.items.iter().collect(), all: job.waiting() };
    told(job, &[alike]).iter().for_each(|line| say(line));
    Ok(())
}

/// Rows with the same fate: the first of them, and how many there are.
struct Alike<'a> {
    rows: Vec<&'a JobRow>,
    all: u64,
}

impl Alike<'_> {
    /// What becomes of them, and why: `– p2@acme.test: failed: there is no such group`.
    fn line(&self) -> Option<String> {
        let first = self.rows.first()?;
        let said = match &first.reason {
            Some(reason) => format!("{}: {reason}", state(first.state)),
            None => state(first.state).to_owned(),
        };
        if self.all == 1 {
            return Some(format!("– {}: {said}", first.name));
        }
        let mut names: Vec<String> = self.rows.iter().take(NAMED).map(|row| row.name.to_string()).collect();
        names.extend((self.all > names.len() as u64).then(|| "…".to_owned()));
        let rows = tf("cli.jobs.rows", &[("n", &format::count(self.all)), ("names", &names.join(", "))]);
        Some(format!("– {said}: {rows}"))
    }
}

/// Those of a state, like ones together, in the order in which they come.
fn alike(rows: &[JobRow], state: RowState) -> Vec<Alike<'_>> {
    let mut alike: Vec<Alike<'_>> = Vec::new();
    let mut met = HashMap::new();
    for row in rows.iter().filter(|row| row.state == state) {
        let place = *met.entry(&row.reason).or_insert(alike.len());
        match alike.get_mut(place) {
            Some(like) => like.rows.push(row),
            None => alike.push(Alike { rows: vec![row], all: 0 }),
        }
    }
    for like in &mut alike {
        like.all = like.rows.len() as u64;
    }
    alike
}

/// What becomes of rows, and where those stand that are not named.
fn told(job: &Job, alike: &[Alike<'_>]) -> Vec<String> {
    let shown = alike.get(..TOLD).unwrap_or(alike);
    let named: usize = shown.iter().map(|like| like.rows.len().min(NAMED)).sum();
    let more = alike.iter().map(|like| like.all).sum::<u64>() - named as u64;
    let hint = (more > 0).then(|| tf("cli.jobs.more-rows", &[("n", &format::count(more)), ("job", &job.id)]));
    shown.iter().filter_map(Alike::line).chain(hint).collect()
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
    let counts = jobs::counts(job);
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
    match jobs::undone(job) {
        Some(undone) => format!("{said}; {undone}"),
        None if job.undoable() => format!("{said}; {}", tf("cli.jobs.undo", &values)),
        None => said,
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
    use crate::domain::{id::JobId, untrusted::Text};

    /// Half done, and given up.
    fn job() -> Job {
        Job {
            id: JobId(12),
            action: "set_roles".into(),
            detail: "Viewer".into(),
            reason: None,
            actor: "ann@acme.test".into(),
            mine: true,
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

    fn row(name: &str, state: RowState, reason: Option<&str>) -> JobRow {
        JobRow { row: 1, target: None, name: name.into(), state, reason: reason.map(Text::from), link: None }
    }

    #[test]
    fn a_fate_that_many_share_is_told_once() {
        let gone = |name: &str| row(name, RowState::Failed, Some("there is no such group"));
        let mut rows: Vec<JobRow> = (1..=5).map(|n| gone(&format!("p{n}@a.test"))).collect();
        rows.insert(2, row("bo@a.test", RowState::Failed, Some("nobody has it any more")));
        let failed = |rows: &[JobRow]| told(&job(), &alike(rows, RowState::Failed));
        let lines = [
            "– failed: there is no such group: 5 rows, p1@a.test, p2@a.test, p3@a.test, …",
            "– bo@a.test: failed: nobody has it any more",
            "– 2 more by name: rolecall jobs show 12",
        ];
        assert_eq!(failed(&rows), lines);
        assert_eq!(failed(&rows[..2]), ["– failed: there is no such group: 2 rows, p1@a.test, p2@a.test"]);
        let each: Vec<JobRow> = (0..=TOLD).map(|n| row("bo@a.test", RowState::Failed, Some(&n.to_string()))).collect();
        let lines = failed(&each);
        assert_eq!((lines.len(), lines[TOLD].as_str()), (TOLD + 1, "– 1 more by name: rolecall jobs show 12"));
        assert!(told(&job(), &alike(&rows, RowState::Skipped)).is_empty());
        let waits = row("bo@a.test", RowState::Waiting, None);
        let waiting = told(&job(), &[Alike { rows: vec![&waits], all: 3 }]);
        assert_eq!(waiting, ["– waiting: 3 rows, bo@a.test, …", "– 2 more by name: rolecall jobs show 12"]);
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
