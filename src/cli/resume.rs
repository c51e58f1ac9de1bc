//! `rolecall jobs resume`: resumes interrupted jobs.
//!
//! Without a number it goes through the caller's interrupted jobs and asks about each. A job that somebody stopped was
//! not interrupted: it resumes only by number.

use super::{
    args::{Format, JobResume},
    ask::{self, Answer},
    desk::{self, Desk},
    exit::{Exit, Failure},
    jobs, outcome,
    output::{complain, say},
    work,
};
use crate::{
    api::{
        backend::Backend,
        wire::{Job, JobState, Resume},
    },
    config::Config,
    i18n::{t, tf},
};

/// Runs the command. A job that is named goes on: it was agreed to when it was made.
pub async fn run(config: &Config, wanted: &JobResume) -> Result<Exit, Failure> {
    let agreed = match (wanted.yes, ask::possible(config)) {
        (true, _) => Agreed::Already,
        (false, true) => Agreed::Asked,
        (false, false) => Agreed::Never,
    };
    desk::at(config, async |desk| match wanted.job {
        Some(job) => {
            let job = jobs::named(desk, job).await?;
            go_on(desk, &job, Resume { failed: wanted.failed }, wanted.output).await.map(|(exit, _)| exit)
        }
        None => all(desk, agreed, wanted.output).await,
    })
    .await
}

/// Whether somebody agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreed {
    /// To all of it, in advance.
    Already,
    /// They are asked.
    Asked,
    /// Nobody is there to be asked.
    Never,
}

async fn all<B: Backend>(desk: &Desk<B>, agreed: Agreed, output: Format) -> Result<Exit, Failure> {
    let (mut ended, mut waits, mut over) = (None, false, false);
    let mut standing = Vec::new();
    let mine = |job: &Job| job.mine && job.undone_by.is_none() && job.state != JobState::Done;
    for job in jobs::all(desk).await?.into_iter().filter(mine) {
        // For a while after its process was killed a job is reported as running elsewhere; `--yes` resumes it at once.
        // If another process does work on it, the two take turns.
        let at_work = job.state == JobState::Running && !(job.elsewhere && agreed == Agreed::Already);
        if job.stop_asked || at_work {
            standing.push(job);
            continue;
        }
        let answer = if over { Ok(Answer::No) } else { answer(desk, &job, agreed).await };
        let went = match answer {
            Ok(Answer::Yes) => go_on(desk, &job, Resume::default(), output).await,
            Ok(answer) => {
                over |= answer == Answer::Interrupted;
                waits = true;
                standing.push(job);
                continue;
            }
            Err(failure) => Err(failure),
        };
        let exit = match went {
            Ok((exit, state)) => {
                // Whoever stops one job does not want the next one started.
                over |= state == JobState::Stopped;
                exit
            }
            Err(failure) => {
                complain(&failure);
                failure.exit
            }
        };
        ended = Some(ended.map_or(exit, |before: Exit| before.and(exit)));
    }
    standing.iter().for_each(outcome::tell);
    match ended {
        _ if waits && agreed == Agreed::Never => Err(Failure::usage(t("cli.jobs.say-yes"))),
        Some(exit) if waits => Ok(exit.and(Exit::Failed)),
        Some(exit) => Ok(exit),
        None if waits => Ok(Exit::Failed),
        None => {
            if standing.is_empty() {
                say(t("cli.jobs.nothing-interrupted"));
            }
            Ok(Exit::Done)
        }
    }
}

/// Whether to resume a job. Its pending rows are shown before the question.
async fn answer<B: Backend>(desk: &Desk<B>, job: &Job, agreed: Agreed) -> Result<Answer, Failure> {
    match agreed {
        Agreed::Already => Ok(Answer::Yes),
        Agreed::Never => Ok(Answer::No),
        Agreed::Asked => {
            outcome::waiting(desk, job).await?;
            ask::ask(&tf("cli.jobs.ask-resume", &[("job", &job.id)]), &ask::YES).await
        }
    }
}

async fn go_on<B: Backend>(
    desk: &Desk<B>,
    job: &Job,
    resume: Resume,
    output: Format,
) -> Result<(Exit, JobState), Failure> {
    let job = work::go_on(desk, job.clone(), resume).await?;
    Ok((outcome::report(desk, &job, output).await?, job.state))
}
