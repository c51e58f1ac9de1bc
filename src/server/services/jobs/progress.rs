//! How a job goes on, told line by line while it runs.

use super::{registry::Pulse, shown};
use crate::{
    api::wire::JobState,
    domain::id::JobId,
    server::{auth::Here, problem::Fault, services::commit::json, state::AppState},
};
use futures::stream::{self, Stream};
use std::time::Duration;
use tokio::{sync::watch, time::Instant};

/// The least time between two lines: a person sees no more, and a slow line carries no more.
const BETWEEN: Duration = Duration::from_millis(100);

/// Somebody who watches.
struct Watcher {
    state: AppState,
    here: Here,
    job: JobId,
    next: Next,
}

/// When the next line is due.
enum Next {
    /// Now.
    Now,
    /// When something is heard, and not before this moment.
    Heard(watch::Receiver<Pulse>, Instant),
    /// Never.
    Over,
}

/// The lines, the first at once; the stream ends with the job's work. A failure ends it too: whoever
/// watches asks again.
pub fn lines(state: AppState, here: Here, job: JobId) -> impl Stream<Item = Result<String, Fault>> {
    stream::unfold(Watcher { state, here, job, next: Next::Now }, |mut watcher| async {
        let line = watcher.line().await?;
        Some((line, watcher))
    })
}

impl Watcher {
    async fn line(&mut self) -> Option<Result<String, Fault>> {
        match std::mem::replace(&mut self.next, Next::Over) {
            Next::Over => return None,
            Next::Now => {}
            Next::Heard(mut pulse, due) => {
                // An error means that the work has ended, which is to be told at once.
                if pulse.changed().await.is_ok() {
                    tokio::select! {
                        () = tokio::time::sleep_until(due) => {}
                        () = async { while pulse.changed().await.is_ok() {} } => {}
                    }
                }
            }
        }
        Some(self.tell().await)
    }

    async fn tell(&mut self) -> Result<String, Fault> {
        // Before the job is read: what ends in between is told by the next line.
        let pulse = self.state.jobs.pulse(self.job);
        let record = self.state.store.job(self.here.workspace, self.job).await?;
        let job = shown(&self.state, &self.here, record);
        if let (JobState::Running, Some(pulse)) = (job.state, pulse) {
            self.next = Next::Heard(pulse, Instant::now() + BETWEEN);
        } else if job.state == JobState::Running {
            self.next = Next::Now;
        }
        Ok(json(&job)? + "\n")
    }
}
