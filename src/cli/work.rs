//! A job at work: asked for with its journal kept, watched to its end, stopped with Ctrl-C.

use super::{
    desk::Desk,
    exit::{Exit, Failure},
    output::say,
    progress::Progress,
};
use crate::{
    api::{
        backend::Backend,
        error::ApiError,
        journal::{Held, Intent},
        wire::{Job, JobState, Resume},
    },
    domain::{id::JobId, untrusted::Text},
    i18n::{t, tf},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::unbounded_channel,
};

/// What came of asking for a change.
#[derive(Debug)]
pub enum Begun {
    /// A job, which ended so.
    Job(Job),
    /// Nothing: by now it would do something else than what was looked at. It is held still.
    Overtaken(Held, Text),
}

/// Asks for what the journal holds, and watches it. It is forgotten when it is answered.
pub async fn begin<B: Backend>(desk: &Desk<B>, held: Held) -> Result<Begun, Failure> {
    // From here on Ctrl-C stops the job and not this program.
    let stops = Stops::new();
    let Intent { workspace, start, key, .. } = &held.intent;
    match desk.backend.start_job(*workspace, start, key).await {
        Ok(job) => {
            forget(desk, held);
            Ok(Begun::Job(follow(desk, job, stops).await?))
        }
        Err(ApiError::Stale(why)) => Ok(Begun::Overtaken(held, why)),
        Err(error) if error.settled() => {
            forget(desk, held);
            Err(error.into())
        }
        Err(error) => {
            let failure = Failure::from(error);
            let message = format!("{}\n{}", failure.message, t("cli.bulk.in-journal"));
            Err(Failure { message, ..failure })
        }
    }
}

/// Gives up what was overtaken: it is asked for no more.
pub fn give_up<B>(desk: &Desk<B>, held: Held) -> Failure {
    forget(desk, held);
    Failure { exit: Exit::Conflict, message: t("cli.bulk.moved-on").to_owned() }
}

/// What was answered needs no note any more. One that stays is harmless: its key begins nothing twice.
pub fn forget<B>(desk: &Desk<B>, held: Held) {
    if let Err(error) = desk.journal.forget(held) {
        say(&format!("! {error}"));
    }
}

/// Goes on with a job and watches it to its end; also where it is said to be at work, which is so for a while
/// after its process was killed.
pub async fn go_on<B: Backend>(desk: &Desk<B>, job: Job, resume: Resume) -> Result<Job, Failure> {
    if job.state == JobState::Done && !(resume.failed && job.failed > 0) {
        return Ok(job);
    }
    let stops = Stops::new();
    let job = desk.backend.resume_job(desk.id(), job.id, resume).await?;
    follow(desk, job, stops).await
}

async fn follow<B: Backend>(desk: &Desk<B>, job: Job, stops: Stops) -> Result<Job, Failure> {
    if job.state == JobState::Running { watch(desk, job.id, stops).await } else { Ok(job) }
}

/// Ctrl-C and a request to end. Of a job at work the first stops the job, the second leaves.
pub struct Stops {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Stops {
    /// From now on they come here, and end nothing by themselves.
    pub fn new() -> Self {
        Self { interrupt: signal(SignalKind::interrupt()).ok(), terminate: signal(SignalKind::terminate()).ok() }
    }

    /// The next one.
    pub async fn next(&mut self) {
        async fn one(signal: &mut Option<Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = one(&mut self.interrupt) => {}
            () = one(&mut self.terminate) => {}
        }
    }
}

async fn watch<B: Backend>(desk: &Desk<B>, job: JobId, mut stops: Stops) -> Result<Job, Failure> {
    let (tell, mut told) = unbounded_channel();
    let progress = Progress::new(desk.ascii);
    // Nobody listens any more only when the watching has ended.
    let watching = desk.backend.watch_job(desk.id(), job, move |job| drop(tell.send(job)));
    let mut watching = std::pin::pin!(watching);
    let unseen = |error| {
        let failure = Failure::from(error);
        Failure { message: tf("cli.bulk.lost-sight", &[("why", &failure.message), ("job", &job)]), ..failure }
    };
    loop {
        tokio::select! {
            biased;
            () = stops.next() => break,
            Some(job) = told.recv() => progress.show(&job),
            ended = &mut watching => return ended.map_err(unseen),
        }
    }
    progress.clear();
    say(t("cli.bulk.stopping"));
    let stopping = async {
        desk.backend.stop_job(desk.id(), job).await?;
        // What was begun is finished, and then it stands still.
        watching.await
    };
    tokio::select! {
        biased;
        () = stops.next() => Err(Failure { exit: Exit::Partly, message: tf("cli.bulk.left", &[("job", &job)]) }),
        ended = stopping => ended.map_err(unseen),
    }
}
