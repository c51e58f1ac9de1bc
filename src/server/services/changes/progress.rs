//! How a change goes on, told line by line while it runs.

use super::{registry::Pulse, runner::Speed, shown};
use crate::{
    api::wire::ChangeState,
    domain::id::ChangeId,
    server::{auth::Here, problem::Fault, services::json, state::AppState},
};
use futures::stream::{self, Stream};
use std::time::Duration;
use tokio::{sync::watch, time::Instant};

/// The least time between two lines: a person sees no more, and a slow line carries no more.
const BETWEEN: Duration = Duration::from_millis(100);

/// The time between two looks at a change that another process works on, of which nothing is heard here.
const LOOKS: Duration = Duration::from_secs(1);

/// Somebody who watches.
struct Watcher {
    state: AppState,
    here: Here,
    change: ChangeId,
    next: Next,
    elsewhere: Option<Elsewhere>,
}

/// What was seen of a change that another process works on.
struct Elsewhere {
    settled: u64,
    speed: Speed,
}

/// When the next line is due.
enum Next {
    /// Now.
    Now,
    /// When something is heard, and not before this moment.
    Heard(watch::Receiver<Pulse>, Instant),
    /// After a while, unless this process ends meanwhile.
    Later,
    /// Never.
    Over,
}

/// The lines, the first at once; the stream ends with the change's work. A failure ends it too: whoever
/// watches asks again.
pub fn lines(state: AppState, here: Here, change: ChangeId) -> impl Stream<Item = Result<String, Fault>> {
    stream::unfold(Watcher { state, here, change, next: Next::Now, elsewhere: None }, |mut watcher| async {
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
            Next::Later => tokio::select! {
                () = tokio::time::sleep(LOOKS) => {}
                () = self.state.changes.closed() => return None,
            },
        }
        Some(self.tell().await)
    }

    async fn tell(&mut self) -> Result<String, Fault> {
        // Before the change is read: what ends in between is told by the next line.
        let pulse = self.state.changes.pulse(self.change);
        let record = self.state.store.change(self.here.workspace, self.change).await?;
        let mut change = shown(&self.state, &self.here, record);
        match pulse {
            _ if change.state != ChangeState::Running => {}
            Some(pulse) => self.next = Next::Heard(pulse, Instant::now() + BETWEEN),
            None => {
                change.per_second = self.speed(change.settled());
                self.next = Next::Later;
            }
        }
        Ok(json(&change)? + "\n")
    }

    /// Rows a second by how many have a result now; none the first time.
    fn speed(&mut self, settled: u64) -> Option<u32> {
        let Some(seen) = &mut self.elsewhere else {
            self.elsewhere = Some(Elsewhere { settled, speed: Speed::new() });
            return None;
        };
        let before = std::mem::replace(&mut seen.settled, settled);
        seen.speed.measure(settled.saturating_sub(before))
    }
}
