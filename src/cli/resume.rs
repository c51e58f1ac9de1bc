//! `rolecall jobs resume`: what was interrupted, looked at as it was the first time, goes on.
//!
//! First the changes that an earlier run asked for and that no job was begun of, the oldest first; then one's
//! own jobs that stand still. Each is done only when somebody agrees to it. A job that somebody told to stop was not
//! interrupted: it goes on when it is named.

use super::{
    args::{Format, JobResume},
    ask::{self, Answer},
    change,
    desk::{self, Desk},
    exit::{Exit, Failure},
    jobs::{self, Known},
    outcome,
    output::{complain, say},
    plan,
    work::{self, Begun},
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
    domain::time::Timestamp,
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
    /// It ended so, and whether its job was stopped.
    On(Exit, JobState),
    /// It waits on.
    Left,
    /// It waits on, and so do all after it.
    Interrupted,
}

/// How far it went, one after the other.
#[derive(Default)]
struct Round {
    ended: Option<Exit>,
    over: bool,
}

impl Round {
    /// Notes what came of one; says whether it waits on.
    fn left(&mut self, went: Result<Went, Failure>) -> bool {
        let exit = match went {
            Ok(Went::On(exit, state)) => {
                // Who stopped this one does not want the next one begun.
                self.over |= state == JobState::Stopped;
                exit
            }
            Ok(Went::Left) => return true,
            Ok(Went::Interrupted) => {
                self.over = true;
                return true;
            }
            Err(failure) => {
                complain(&failure);
                failure.exit
            }
        };
        self.ended = Some(self.ended.map_or(exit, |before| before.and(exit)));
        false
    }
}

async fn all<B: Backend>(desk: &Desk<B>, agreed: Agreed, output: Format) -> Result<Exit, Failure> {
    let Known { jobs, pending, settled } = jobs::known(desk).await?;
    let mut round = Round::default();
    let mut unanswered = 0;
    for intent in pending.intents {
        // Another process may have been faster.
        let Some(held) = desk.journal.take(&intent.key)? else { continue };
        let went = if round.over { Ok(Went::Left) } else { take_up(desk, held, agreed, output).await };
        unanswered += usize::from(round.left(went));
    }
    let (mut left, mut to_stand, mut told) = (Vec::new(), Vec::new(), false);
    for job in jobs.into_iter().filter(|job| job.mine && job.undone_by.is_none()) {
        let went = match job.state {
            // What came of it was not told yet.
            JobState::Done if job.key.as_ref().is_some_and(|key| settled.contains(key)) => {
                outcome::report(desk, &job, output).await.map(|exit| Went::On(exit, job.state))
            }
            JobState::Done => continue,
            _ if job.stop_asked => {
                to_stand.push(job);
                continue;
            }
            // It is said to be at work elsewhere for a while after its process was killed: where all is agreed to it is
            // taken up at once. If somebody does work on it, two take turns.
            JobState::Running if !(job.elsewhere && agreed == Agreed::Already) => {
                outcome::tell(&job);
                told = true;
                continue;
            }
            _ if round.over => Ok(Went::Left),
            _ => stopped(desk, &job, agreed, output).await,
        };
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
            if !told && to_stand.is_empty() {
                say(t("cli.jobs.nothing-interrupted"));
            }
            Ok(Exit::Done)
        }
    }
}

/// A change that an earlier run asked for, of which the backend has no job: planned anew, and asked for once more with
/// its key. It is held until it is answered, or nobody agrees to it.
async fn take_up<B: Backend>(desk: &Desk<B>, mut held: Held, agreed: Agreed, output: Format) -> Result<Went, Failure> {
    let mut overtaken: Option<Plan> = None;
    loop {
        let intent = &held.intent;
        let planned = match desk.backend.plan(intent.workspace, &intent.start.bulk).await {
            Err(error) if !error.settled() => return Err(error.into()),
            planned => planned,
        };
        show(desk, intent, planned.as_ref(), overtaken.as_ref(), agreed)?;
        let answer = match (agreed, &planned) {
            (Agreed::Never, _) => return Ok(Went::Left),
            (Agreed::Already, _) => Answer::Yes,
            (Agreed::Asked, Ok(plan)) if plan.change > 0 => change::agreed(plan).await?,
            (Agreed::Asked, _) => ask::ask(t("cli.jobs.ask-answer"), &ask::YES).await?,
        };
        match (answer, &planned) {
            // What is agreed to is what was looked at.
            (Answer::Yes, Ok(plan)) if agreed == Agreed::Asked => {
                desk.journal.confirm(&mut held, plan.digest.clone())?
            }
            (Answer::Yes, _) => {}
            (Answer::No, _) => return Ok(Went::Left),
            (Answer::Interrupted, _) => return Ok(Went::Interrupted),
        }
        match work::begin(desk, held).await? {
            Begun::Job(job) => {
                let exit = outcome::report(desk, &job, output).await?;
                return Ok(Went::On(exit, job.state));
            }
            Begun::Overtaken(still, why) if agreed == Agreed::Asked => {
                say(&why.to_string());
                (held, overtaken) = (still, planned.ok());
            }
            Begun::Overtaken(still, _) => return Err(work::give_up(desk, still)),
        }
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
fn show<B>(
    desk: &Desk<B>,
    intent: &Intent,
    planned: Result<&Plan, &ApiError>,
    looked_at: Option<&Plan>,
    agreed: Agreed,
) -> Result<(), Failure> {
    asked_for(intent, planned.ok().map(|plan| plan.rows.len() as u64), desk.now);
    match planned {
        Ok(plan) => {
            if agreed != Agreed::Already {
                change::look(desk, plan, looked_at)?;
            }
            plan::summary(plan).iter().for_each(|line| say(line));
            if let Some(why) = &plan.refused {
                say(&tf("dialog.plan.refused", &[("why", why)]));
            }
            let confirmed = intent.start.digest.as_ref().is_none_or(|digest| *digest == plan.digest);
            if !confirmed && agreed != Agreed::Already {
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
            match ask::ask(&tf("cli.jobs.ask-resume", &[("job", &job.id)]), &ask::YES).await? {
                Answer::Yes => {}
                Answer::No => return Ok(Went::Left),
                Answer::Interrupted => return Ok(Went::Interrupted),
            }
        }
    }
    let (exit, job) = go_on(desk, job.clone(), Resume::default(), output).await?;
    Ok(Went::On(exit, job.state))
}

async fn go_on<B: Backend>(desk: &Desk<B>, job: Job, resume: Resume, output: Format) -> Result<(Exit, Job), Failure> {
    let job = work::go_on(desk, job, resume).await?;
    Ok((outcome::report(desk, &job, output).await?, job))
}
