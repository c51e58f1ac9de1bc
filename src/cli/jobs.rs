//! `rolecall jobs`: how changes of many rows went, and what can still be done about them.

use super::{
    args::{JobShow, JobsCommand},
    change,
    desk::{self, Desk},
    exit::{Exit, Failure},
    outcome,
    output::{self, Row, say},
    resume,
};
use crate::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{Job, JobState, PageQuery},
    },
    app::{
        format,
        jobs::{stands, title, undone},
    },
    config::Config,
    domain::{
        bulk::{BulkAction, Selection},
        id::JobId,
        time::Timestamp,
        untrusted::Text,
    },
    i18n::{t, tf},
};

/// Runs the command.
pub async fn run(config: &Config, command: JobsCommand) -> Result<Exit, Failure> {
    match command {
        JobsCommand::List(wanted) => {
            desk::at(config, async |desk| {
                let jobs = all(desk).await?;
                output::print(&jobs, &jobs, wanted.output, desk.now)?;
                if jobs.is_empty() {
                    say(t("cli.jobs.none"));
                }
                Ok(Exit::Done)
            })
            .await
        }
        JobsCommand::Show(wanted) => desk::at(config, async |desk| show(desk, &wanted).await).await,
        JobsCommand::Resume(wanted) => {
            change::writable(config)?;
            resume::run(config, &wanted).await
        }
        JobsCommand::Undo(wanted) => {
            // Whether there is such a job comes before whether somebody can be asked about it.
            if !wanted.consent.dry_run {
                change::writable(config)?;
            }
            let action = BulkAction::Undo { job: wanted.job, reason: wanted.reason.clone() };
            desk::at(config, async |desk| {
                named(desk, wanted.job).await?;
                change::permitted(config, &wanted.consent)?;
                change::run(desk, Selection::default(), action, &wanted.consent).await
            })
            .await
        }
        JobsCommand::Stop(wanted) => {
            change::writable(config)?;
            desk::at(config, async |desk| {
                let found = named(desk, wanted.job).await?;
                let job = desk.backend.stop_job(desk.id(), found.id).await?;
                if found.state != JobState::Running {
                    say(&tf("cli.jobs.not-at-work", &[("job", &found.id)]));
                }
                outcome::tell(&job);
                Ok(Exit::Done)
            })
            .await
        }
    }
}

/// All jobs, the newest first.
pub async fn all<B: Backend>(desk: &Desk<B>) -> Result<Vec<Job>, Failure> {
    Ok(every(PageQuery::default(), |query| async move { desk.backend.jobs(desk.id(), &query).await }).await?)
}

/// The job that has a number.
pub async fn named<B: Backend>(desk: &Desk<B>, job: JobId) -> Result<Job, Failure> {
    match desk.backend.job(desk.id(), job).await {
        Err(ApiError::Missing(_)) => Err(Failure::failed(tf("cli.jobs.no-such", &[("job", &job)]))),
        found => Ok(found?),
    }
}

async fn show<B: Backend>(desk: &Desk<B>, wanted: &JobShow) -> Result<Exit, Failure> {
    let job = named(desk, wanted.job).await?;
    let rows = outcome::rows(desk, &job, if wanted.failed { "failed" } else { "" }).await?;
    outcome::print(Some(&job), &rows, wanted.output)?;
    outcome::tell(&job);
    Ok(Exit::Done)
}

impl Row for Job {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![
            t("cli.head.job"),
            t("cli.head.what"),
            t("cli.head.state"),
            t("cli.head.done"),
            t("cli.head.failed"),
            t("cli.head.skipped"),
            t("cli.head.when"),
            t("cli.head.by"),
        ];
        if wide {
            head.extend([t("cli.head.undo"), t("cli.head.reason")]);
        }
        head
    }

    fn line(&self, wide: bool, now: Timestamp) -> Vec<String> {
        let mut line = vec![
            self.id.to_string(),
            title(self),
            undone(self).unwrap_or_else(|| stands(self).to_owned()),
            format!("{}/{}", format::count(self.applied), format::count(self.total)),
            format::count(self.failed),
            format::count(self.skipped),
            format::relative(self.created_at, now),
            self.actor.to_string(),
        ];
        if wide {
            let undoes = self.undoes.map(|job| tf("cli.jobs.undoes", &[("job", &job)]));
            line.extend([undoes.unwrap_or_default(), self.reason.as_ref().map(Text::to_string).unwrap_or_default()]);
        }
        line
    }

    const FIELDS: &'static [&'static str] = &[
        "job",
        "action",
        "detail",
        "state",
        "total",
        "applied",
        "failed",
        "skipped",
        "created",
        "ended",
        "actor",
        "reason",
        "undoes",
        "undone_by",
        "elsewhere",
    ];

    fn record(&self) -> Vec<String> {
        let number = |job: Option<JobId>| job.map(|job| job.to_string()).unwrap_or_default();
        vec![
            self.id.to_string(),
            self.action.clone(),
            self.detail.raw().to_owned(),
            self.state.name().to_owned(),
            self.total.to_string(),
            self.applied.to_string(),
            self.failed.to_string(),
            self.skipped.to_string(),
            output::time(self.created_at),
            self.ended_at.map(output::time).unwrap_or_default(),
            self.actor.raw().to_owned(),
            self.reason.as_ref().map(|reason| reason.raw().to_owned()).unwrap_or_default(),
            number(self.undoes),
            number(self.undone_by),
            self.elsewhere.to_string(),
        ]
    }

    fn name(&self) -> String {
        self.id.to_string()
    }
}
