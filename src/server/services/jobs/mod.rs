//! Jobs: bulk changes begun, watched, stopped and resumed.
//!
//! | file | owns |
//! |---|---|
//! | `start` | from a request to rows on disk |
//! | `registry` | who is at work on what in this process |
//! | `runner` | batch after batch: their size, failures, the end |
//! | `batch` | one transaction's worth of rows: planned again, made, logged, recorded |
//! | `progress` | lines for whoever watches |

mod batch;
mod bench;
mod ends;
mod kills;
mod progress;
mod registry;
mod runner;
mod start;

pub use registry::Jobs;
pub use start::start;

use super::{
    super::{
        auth::Here,
        problem::Fault,
        state::AppState,
        store::{JobRecord, LEASE, TokenHash},
    },
    aside,
};
use crate::{
    api::wire::{Job, JobRow, JobState, Page, PageQuery, Resume, RowState},
    domain::{capability::key::MEMBERS_MANAGE, id::JobId},
};
use batch::Task;
use futures::stream::Stream;
use std::collections::HashSet;

/// Why a job that is at work cannot be taken back, or its failures be tried again. Of another process no more is known
/// than that it was at work a moment ago.
fn busy(job: &Job) -> Fault {
    let message = if job.elsewhere {
        format!(
            "this job is at work in another process, or that one was killed less than {LEASE} s ago: stop it first, or wait"
        )
    } else {
        "this job is at work: stop it first, or wait".to_owned()
    };
    Fault::Conflict { field: None, message }
}

/// A page of jobs.
pub async fn jobs(state: &AppState, here: &Here, query: &PageQuery) -> Result<Page<Job>, Fault> {
    let page = state.store.jobs(here.workspace, query).await?;
    let items = page.items.into_iter().map(|record| shown(state, here, record)).collect();
    Ok(Page { items, before: page.before, after: page.after, revision: page.revision })
}

/// One job.
pub async fn job(state: &AppState, here: &Here, job: JobId) -> Result<Job, Fault> {
    Ok(shown(state, here, state.store.job(here.workspace, job).await?))
}

/// A job as the caller sees it. That it runs this process knows of its own; of another's it goes by what is stored.
fn shown(state: &AppState, here: &Here, record: JobRecord) -> Job {
    let at_work = record.at_work(state.now());
    let mut job = record.job;
    job.mine = record.actor == here.caller.account.id;
    let pulse = state.jobs.pulse(job.id);
    if job.state == JobState::Stopped && (at_work || pulse.is_some()) {
        job.state = JobState::Running;
        job.elsewhere = pulse.is_none();
        job.per_second = pulse.and_then(|pulse| pulse.borrow().per_second);
    }
    job
}

/// A page of a job's rows. Whoever began it gets the links of invitations that are still alive: a link
/// is kept nowhere, it is worked out again (see [`link_of`]).
pub async fn rows(state: &AppState, here: &Here, job: JobId, query: &PageQuery) -> Result<Page<JobRow>, Fault> {
    let record = state.store.job(here.workspace, job).await?;
    let mut page = state.store.job_rows(here.workspace, job, query).await?;
    let invites = matches!(record.job.action.as_str(), "invite" | "resend" | "undo");
    if !invites || record.actor != here.caller.account.id {
        return Ok(page);
    }
    let applied = page.items.iter_mut().filter(|row| row.state == RowState::Applied);
    let tokens: Vec<_> = applied
        .map(|row| {
            let token = state.mint.token(&link_of(job, &record.key, row.row));
            (TokenHash::of(token.reveal()), token, row)
        })
        .collect();
    let hashes: Vec<TokenHash> = tokens.iter().map(|(hash, ..)| hash.clone()).collect();
    let alive: HashSet<TokenHash> = state.store.live_links(here.workspace, &hashes, state.now()).await?;
    for (hash, token, row) in tokens {
        row.link = alive.contains(&hash).then(|| state.link(&token));
    }
    Ok(page)
}

/// The intention of which a row's link is made. No other intention begins like this; the job's idempotency key, a
/// random one, tells it from that of a job with the same number in a database that was put back or made anew.
fn link_of(job: JobId, key: &str, row: u64) -> String {
    format!("job {job} {key} row {row}")
}

/// How a job goes on, line by line.
pub async fn progress(
    state: AppState,
    here: Here,
    job: JobId,
) -> Result<impl Stream<Item = Result<String, Fault>>, Fault> {
    // A job that is not there is an answer of its own and not a stream that breaks off.
    state.store.job(here.workspace, job).await?;
    Ok(progress::lines(state, here, job))
}

/// Stops a job: whoever began it, and whoever manages members, may.
pub async fn stop(state: &AppState, here: &Here, job: JobId) -> Result<Job, Fault> {
    let record = state.store.job(here.workspace, job).await?;
    if record.actor == here.caller.account.id {
        here.held(state).await?;
    } else {
        here.needs(state, &[MEMBERS_MANAGE]).await?;
    }
    // Here it is heard at once; the mark is for whoever works on it in another process.
    let (marked, ()) = tokio::join!(ask_to_stop(state, here, &record.job), state.jobs.stop(job));
    marked?;
    self::job(state, here, job).await
}

async fn ask_to_stop(state: &AppState, here: &Here, job: &Job) -> Result<(), Fault> {
    if job.state != JobState::Done {
        let mut tx = state.store.begin(here.workspace).await?;
        tx.ask_to_stop(job.id, state.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Goes on with a job. What it may do is judged by its actor's rights, so nobody else resumes it.
pub async fn resume(state: &AppState, here: &Here, job: JobId, resume: Resume) -> Result<Job, Fault> {
    here.held(state).await?;
    let record = state.store.job(here.workspace, job).await?;
    if record.actor != here.caller.account.id {
        return Err(Fault::Refused("only whoever began a job may resume it: begin one of your own".into()));
    }
    let conflict = |message: &str| Err(Fault::Conflict { field: None, message: message.into() });
    if let Some(by) = record.job.undone_by {
        return conflict(&format!("job {by} has taken this one back: begin a new one"));
    }
    let now = shown(state, here, record);
    match now.state {
        JobState::Running if resume.failed => return Err(busy(&now)),
        JobState::Running if state.jobs.pulse(job).is_some() => return Ok(now),
        JobState::Done if !resume.failed || now.failed == 0 => return Ok(now),
        // Whoever works on it elsewhere may have been killed a moment ago. If not, two take turns, each at other rows.
        JobState::Running | JobState::Done | JobState::Stopped => {}
    }
    let mut tx = state.store.begin(here.workspace).await?;
    tx.take_up(job, state.now()).await?;
    if resume.failed {
        tx.retry_failed(job).await?;
    }
    tx.commit().await?;
    // A runner that has just done its last row.
    state.jobs.ended(job).await;
    set_to_work(state, task(here, &now));
    self::job(state, here, job).await
}

/// A job of the caller's as a runner is given it.
fn task(here: &Here, job: &Job) -> Task {
    Task { workspace: here.workspace, job: job.id, actor: here.caller.account.id, undo: job.undoes.is_some() }
}

/// Sets a runner to work on a job, unless one is at work on it here already.
fn set_to_work(state: &AppState, task: Task) {
    if let Some(turn) = state.jobs.begin(task.job) {
        tokio::spawn(aside(runner::run(state.clone(), task, turn)));
    }
}
