//! `rolecall jobs resume`: what was interrupted, looked at as it was the first time, goes on.
//!
//! First the changes that an earlier run asked for and that were never answered, the oldest first; then one's
//! own jobs that stand still. Each is done only when somebody agrees to it. A job that somebody told to stop was not
//! interrupted: it goes on when it is named.

use super::{
    args::{Consent, Format, JobResume},
    change::{self, Answer},
    desk::{self, Desk},
    exit::{Exit, Failure},
    jobs,
    outcome::{self, LeftOut},
    output::say,
    plan,
    work::{self, Ended},
};
use crate::{
    api::{
        backend::Backend,
        error::ApiError,
        journal::{Held, Intent},
        wire::{Job, JobState, Plan, Resume},
    },
    app::{dialog::words, format},
    config::Config,
    domain::{bulk::Bulk, id::JobId, time::Timestamp},
    i18n::{t, tf},
};

/// Runs the command. A job that is named goes on: it was agreed to when it was made.
pub async fn run(config: &Config, wanted: &JobResume) -> Result<Exit, Failure> {
    let agreed = match (wanted.yes, change::asks(config)) {
        (true, _) => Agreed::Already,
        (false, true) => Agreed::Asked,
        (false, false) => Agreed::Never,
    };
    desk::at(config, async |desk| match wanted.job {
        Some(job) => {
            let job = jobs::named(desk, job).await?;
            go_on(desk, job, Resume { failed: wanted.failed }, wanted.output).await.map(|(exit, _)| exit)
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

/// What came of one that waits.
enum Went {
    /// It ended so; with its job, where there is one, and how that stands.
    On(Exit, Option<(JobId, JobState)>),
    /// It waits on.
    Left,
    /// It waits on, and so do all after it.
    Interrupted,
}

/// How far it went, one after the other.
#[derive(Default)]
struct Round {
    ended: Option<Exit>,
    jobs: Vec<JobId>,
    /// Jobs that were told to stop before it began: they are to stand still.
    to_stand: Vec<JobId>,
    over: bool,
}

impl Round {
    /// Notes what came of one; says whether it waits on.
    fn left(&mut self, went: Result<Went, Failure>) -> bool {
        let (exit, job) = match went {
            Ok(Went::On(exit, job)) => (exit, job),
            Ok(Went::Left) => return true,
            Ok(Went::Interrupted) => {
                self.over = true;
                return true;
            }
            Err(failure) => {
                say(&format!("rolecall: {}", failure.message));
                (failure.exit, None)
            }
        };
        self.jobs.extend(job.map(|(id, _)| id));
        if job.is_some_and(|(id, _)| self.to_stand.contains(&id)) {
            return false;
        }
        self.ended = Some(self.ended.map_or(exit, |before| before.and(exit)));
        // Who stopped this one does not want the next one begun.
        self.over |= job.is_some_and(|(_, state)| state == JobState::Stopped);
        false
    }
}

async fn all<B: Backend>(desk: &Desk<B>, agreed: Agreed, output: Format) -> Result<Exit, Failure> {
    let pending = desk.journal.pending(desk.name)?;
    pending.faults.iter().for_each(|fault| say(&format!("! {fault}")));
    let mut jobs = jobs::jobs(desk).await?;
    jobs.retain(|job| job.state != JobState::Done && job.mine && job.undone_by.is_none());
    let (mut to_stand, mut jobs): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| job.stop_asked);
    let mut round = Round { to_stand: to_stand.iter().map(|job| job.id).collect(), ..Round::default() };
    let mut unanswered = 0;
    for intent in pending.intents {
        // Another process may have been faster.
        let Some(held) = desk.journal.take(&intent.key)? else { continue };
        let went = if round.over { Ok(Went::Left) } else { take_up(desk, held, agreed, output).await };
        unanswered += usize::from(round.left(went));
    }
    let mut left = Vec::new();
    jobs.retain(|job| !round.jobs.contains(&job.id));
    to_stand.retain(|job| !round.jobs.contains(&job.id));
    let mut told = !to_stand.is_empty();
    for job in jobs {
        // It is said to be at work elsewhere for a while after its process was killed: where all is agreed to it is
        // taken up at once. If somebody does work on it, two take turns.
        if job.state == JobState::Running && !(job.elsewhere && agreed == Agreed::Already) {
            outcome::tell(&job);
            told = true;
            continue;
        }
        let went = if round.over { Ok(Went::Left) } else { stopped(desk, &job, agreed, output).await };
        if round.left(went) {
            left.push(job);
        }
    }
    if unanswered > 0 {
        say(&tf("cli.jobs.unanswered", &[("n", &unanswered)]));
    }
    left.iter().chain(&to_stand).for_each(outcome::tell);
    let waits = unanswered > 0 || !left.is_empty();
    match round.ended {
        _ if waits && agreed == Agreed::Never => Err(Failure::usage(t("cli.jobs.say-yes"))),
        Some(exit) if waits => Ok(exit.and(Exit::Failed)),
        Some(exit) => Ok(exit),
        None if waits => Ok(Exit::Failed),
        None => {
            if !told {
                say(t("cli.jobs.nothing-interrupted"));
            }
            Ok(Exit::Done)
        }
    }
}

/// A change that an earlier run asked for and got no answer to: planned anew, and asked for once more with its key.
async fn take_up<B: Backend>(desk: &Desk<B>, held: Held, agreed: Agreed, output: Format) -> Result<Went, Failure> {
    let intent = held.intent.clone();
    let planned = match desk.backend.plan(intent.workspace, &intent.start.bulk).await {
        Err(error) if !error.settled() => return Err(error.into()),
        planned => planned,
    };
    show(desk, &intent, planned.as_ref(), agreed)?;
    let answer = match (agreed, planned) {
        (Agreed::Never, _) => return Ok(Went::Left),
        (Agreed::Already, _) => Answer::Yes,
        (Agreed::Asked, Ok(plan)) if plan.change > 0 => change::agreed(&plan).await?,
        (Agreed::Asked, _) => change::ask(t("cli.jobs.ask-answer"), &change::YES).await?,
    };
    match answer {
        Answer::Yes => {}
        Answer::No => return Ok(Went::Left),
        Answer::Interrupted => return Ok(Went::Interrupted),
    }
    match work::begin(desk, held).await {
        Ok(job) => {
            let exit = outcome::report(desk, &job, output, LeftOut::of(&intent.start.bulk.on)).await?;
            Ok(Went::On(exit, Some((job.id, job.state))))
        }
        // Nothing of it was begun: whoever is there looks at what it comes to now, and it is asked for anew.
        Err(Ended::Refused(ApiError::Stale(why))) if agreed == Agreed::Asked => {
            say(&why.to_string());
            let Intent { start, .. } = intent;
            let Bulk { on, action } = start.bulk;
            let consent = Consent { output, ..Consent::default() };
            Ok(Went::On(change::run(desk, on, action, &consent).await?, None))
        }
        Err(ended) => Err(ended.into()),
    }
}

/// What it is, when it was asked for and why.
pub fn asked_for(intent: &Intent, rows: Option<u64>, now: Timestamp) {
    let when = format::relative(intent.at, now);
    say(&tf("cli.jobs.asked-for", &[("what", &words::asked(&intent.start.bulk, rows)), ("when", &when)]));
    if let Some(reason) = intent.start.bulk.action.reason() {
        say(&tf("jobs.reason", &[("reason", reason)]));
    }
}

/// What it is, what it would do now, and whether that is what was agreed to then.
fn show<B>(desk: &Desk<B>, intent: &Intent, planned: Result<&Plan, &ApiError>, agreed: Agreed) -> Result<(), Failure> {
    asked_for(intent, planned.ok().map(|plan| plan.rows.len() as u64), desk.now);
    match planned {
        Ok(plan) => {
            if agreed != Agreed::Already {
                change::look(desk, plan)?;
            }
            plan::summary(plan).iter().for_each(|line| say(line));
            if let Some(why) = &plan.refused {
                say(&tf("dialog.plan.refused", &[("why", why)]));
            }
            if intent.start.digest.as_ref().is_some_and(|confirmed| *confirmed != plan.digest) {
                say(t("dialog.take_up.changed"));
            }
        }
        Err(why) => say(&tf("dialog.take_up.unplanned", &[("why", &why.to_string().trim_end_matches('.'))])),
    }
    Ok(())
}

/// A job of one's own that stands still.
async fn stopped<B: Backend>(desk: &Desk<B>, job: &Job, agreed: Agreed, output: Format) -> Result<Went, Failure> {
    match agreed {
        Agreed::Never => return Ok(Went::Left),
        Agreed::Already => {}
        Agreed::Asked => {
            outcome::waiting(desk, job).await?;
            match change::ask(&tf("cli.jobs.ask-resume", &[("job", &job.id)]), &change::YES).await? {
                Answer::Yes => {}
                Answer::No => return Ok(Went::Left),
                Answer::Interrupted => return Ok(Went::Interrupted),
            }
        }
    }
    let (exit, job) = go_on(desk, job.clone(), Resume::default(), output).await?;
    Ok(Went::On(exit, Some((job.id, job.state))))
}

async fn go_on<B: Backend>(desk: &Desk<B>, job: Job, resume: Resume, output: Format) -> Result<(Exit, Job), Failure> {
    let job = work::go_on(desk, job, resume).await?;
    Ok((outcome::report(desk, &job, output, LeftOut::Missing).await?, job))
}
