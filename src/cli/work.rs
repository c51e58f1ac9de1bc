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
        journal::Held,
        wire::{Job, JobState, Resume},
    },
    domain::id::JobId,
    i18n::{t, tf},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::unbounded_channel,
};

/// Why there is no job to report.
#[derive(Debug)]
pub enum Ended {
    /// The backend will not have it; nothing of it is kept.
    Refused(ApiError),
    /// It is in the journal, and can be resumed.
    Interrupted(Failure),
}

impl From<Ended> for Failure {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Refused(ApiError::Stale(_)) => {
                Self { exit: Exit::Conflict, message: t("cli.bulk.moved-on").to_owned() }
            }
            Ended::Refused(error) => error.into(),
            Ended::Interrupted(failure) => failure,
        }
    }
}

fn interrupted(error: ApiError) -> Ended {
    let failure = Failure::from(error);
    let message = format!("{}\n{}", failure.message, t("cli.bulk.in-journal"));
    Ended::Interrupted(Failure { message, ..failure })
}

/// Asks for what the journal holds, goes on with it if it stands still, and watches it. It is forgotten
/// when its end is known.
pub async fn begin<B: Backend>(desk: &Desk<B>, held: Held) -> Result<Job, Ended> {
    // From here on Ctrl-C stops the job and not this program.
    let stops = Stops::new();
    let started = desk.backend.start_job(held.intent.workspace, &held.intent.start, &held.intent.key).await;
    let ended = match started {
        // What somebody told to stop, here or elsewhere, goes on when it is named.
        Ok(job) if job.state == JobState::Stopped && !job.stop_asked => {
            resumed(desk, job.id, Resume::default(), stops).await.map_err(interrupted)
        }
        Ok(job) => follow(desk, job, stops).await.map_err(interrupted),
        Err(error) if error.settled() => Err(Ended::Refused(error)),
        Err(error) => return Err(interrupted(error)),
    };
    if !matches!(ended, Err(Ended::Interrupted(_))) {
        desk.journal.forget(held).map_err(|error| Ended::Interrupted(error.into()))?;
    }
    ended
}

/// Goes on with a job and watches it to its end; also where it is said to be at work, which is so for a while
/// after its process was killed.
pub async fn go_on<B: Backend>(desk: &Desk<B>, job: Job, resume: Resume) -> Result<Job, ApiError> {
    if job.state == JobState::Done && !(resume.failed && job.failed > 0) {
        return Ok(job);
    }
    resumed(desk, job.id, resume, Stops::new()).await
}

async fn resumed<B: Backend>(desk: &Desk<B>, job: JobId, resume: Resume, stops: Stops) -> Result<Job, ApiError> {
    let job = desk.backend.resume_job(desk.id(), job, resume).await?;
    follow(desk, job, stops).await
}

async fn follow<B: Backend>(desk: &Desk<B>, job: Job, stops: Stops) -> Result<Job, ApiError> {
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

async fn watch<B: Backend>(desk: &Desk<B>, job: JobId, mut stops: Stops) -> Result<Job, ApiError> {
    let (tell, mut told) = unbounded_channel();
    let progress = Progress::new(desk.ascii);
    // Nobody listens any more only when the watching has ended.
    let watching = desk.backend.watch_job(desk.id(), job, move |job| drop(tell.send(job)));
    let mut watching = std::pin::pin!(watching);
    loop {
        tokio::select! {
            biased;
            () = stops.next() => break,
            Some(job) = told.recv() => progress.show(&job),
            ended = &mut watching => return ended,
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
        () = stops.next() => Err(ApiError::Offline(tf("cli.bulk.left", &[("job", &job)]))),
        ended = stopping => ended,
    }
}
