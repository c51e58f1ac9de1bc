//! A job at work: asked for, watched to its end, stopped with Ctrl-C.

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
        wire::{Job, JobState, Resume, StartJob},
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
    Job(Box<Job>),
    /// Nothing: by now it would do something else than what was looked at.
    Overtaken(Text),
}

/// Starts the job and watches it to its end.
pub async fn begin<B: Backend>(desk: &Desk<B>, start: &StartJob) -> Result<Begun, Failure> {
    // From here on Ctrl-C stops the job and not this program.
    let stops = Stops::new();
    let key = format!("cli-{:032x}", rand::random::<u128>());
    match desk.backend.start_job(desk.id(), start, &key).await {
        Ok(job) => Ok(Begun::Job(Box::new(follow(desk, job, stops).await?))),
        Err(ApiError::Stale(why)) => Ok(Begun::Overtaken(why)),
        Err(error) if error.settled() => Err(error.into()),
        Err(error) => {
            let failure = Failure::from(error);
            let message = format!("{}\n{}", failure.message, t("cli.bulk.unanswered"));
            Err(Failure { message, ..failure })
        }
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
