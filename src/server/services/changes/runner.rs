//! The runner: one batch after another, until no row waits or it is told to stop.

use super::{
    batch::{self, Task},
    registry::{Pulse, RunHandle},
};
use crate::server::{problem::Fault, state::AppState};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// How long a batch should hold the workspace: well within the 100 ms in which a change stops, and short
/// enough for other writers. Longer ones would hardly be faster a row.
const BATCH: Duration = Duration::from_millis(40);

/// Rows of the first batch, before it is known how long they take; and of any, at least: what a batch
/// costs whatever its size must not shrink it further and further.
const LEAST: usize = 32;

/// Rows of a batch, at most: what a stop undoes and does again later.
const MOST: usize = 2_000;

/// How long to wait after each failure in a row; then the change is given up.
const WAITS: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
];

/// The window that a speed is measured over.
const WINDOW: Duration = Duration::from_secs(3);

/// Works on a change until its end.
pub async fn run(state: AppState, task: Task, handle: RunHandle) {
    patiently(state, task, handle, &WAITS).await;
}

/// The same; how long to wait after each failure in a row is `waits`.
pub async fn patiently(state: AppState, mut task: Task, mut handle: RunHandle, waits: &[Duration]) {
    let mut size = LEAST;
    let mut failures = 0;
    let mut speed = Speed::new();
    while handle.goes_on() {
        match batch::run(&state, &mut task, size).await {
            Ok(None) => return,
            Ok(Some(done)) => {
                failures = 0;
                size = next_size(size, done.took);
                handle.beat(Pulse { per_second: speed.measure(done.rows) });
            }
            Err(fault) => {
                (state.report)(&format!("change {}: {fault}", task.change));
                let Some(wait) = waits.get(failures) else { return give_up(&state, &task, fault).await };
                failures += 1;
                tokio::select! {
                    () = tokio::time::sleep(*wait) => {}
                    () = handle.ends() => {}
                }
            }
        }
    }
    // Other processes know of a stop; of the end of this one they are told, and need not wait to find out.
    if handle.closes()
        && let Err(error) = state.store.let_go(task.change).await
    {
        (state.report)(&format!("change {}: {error}", task.change));
    }
}

/// Keeps why, for whoever looks at the change. Where the database is gone it cannot be kept there; the
/// server's log has it.
async fn give_up(state: &AppState, task: &Task, fault: Fault) {
    let why = fault.document().detail;
    if let Err(error) = state.store.set_trouble(task.change, &why).await {
        (state.report)(&format!("change {}: {error}", task.change));
    }
}

/// As many rows as would have taken as long as a batch should, within bounds; growing by no more than twice.
fn next_size(size: usize, took: Duration) -> usize {
    let ideal = size as f64 * BATCH.as_secs_f64() / took.as_secs_f64().max(1e-4);
    (ideal as usize).min(size * 2).clamp(LEAST, MOST)
}

/// Rows a second, of late.
pub(super) struct Speed {
    past: VecDeque<(Instant, u64)>,
    rows: u64,
}

impl Speed {
    /// From now on.
    pub fn new() -> Self {
        Self { past: VecDeque::from([(Instant::now(), 0)]), rows: 0 }
    }

    /// So many more are done.
    pub fn measure(&mut self, rows: u64) -> Option<u32> {
        let now = Instant::now();
        self.rows += rows;
        self.past.push_back((now, self.rows));
        while self.past.len() > 2 && self.past.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW) {
            self.past.pop_front();
        }
        let (since, before) = *self.past.front()?;
        let seconds = now.duration_since(since).as_secs_f64();
        (seconds > 0.0).then(|| ((self.rows - before) as f64 / seconds).round() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_to_what_fits_their_time_and_shrink_at_once() {
        assert_eq!(next_size(32, Duration::from_millis(1)), 64);
        assert_eq!(next_size(500, Duration::from_millis(40)), 500);
        assert_eq!(next_size(500, Duration::from_millis(400)), 50);
        assert_eq!(next_size(500, Duration::from_secs(60)), LEAST);
        assert_eq!(next_size(MOST, Duration::ZERO), MOST);
    }

    #[test]
    fn a_speed_is_of_late_alone() {
        let mut speed = Speed::new();
        let measured = speed.measure(100);
        assert!(measured.is_some_and(|rate| rate > 100), "{measured:?}");
        assert_eq!(speed.rows, 100);
    }
}
