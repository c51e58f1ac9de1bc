//! Who is at work on which change in this process: how a change is stopped, and how its progress is heard of.

use crate::domain::id::ChangeId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// The changes that this process works on.
///
/// Another process on the same database has its own, and sees of a change that runs here when rows of it were done
/// last: that is how it tells one that runs from one whose process was killed. Told to stop there, a change stops
/// here by a mark in the database; resumed there as well, it is worked on by two, who take turns, and take other
/// rows (see `store::changes`).
#[derive(Clone)]
pub struct Changes {
    at_work: Arc<Mutex<HashMap<ChangeId, Entry>>>,
    closing: watch::Receiver<bool>,
}

struct Entry {
    stop: watch::Sender<bool>,
    pulse: watch::Receiver<Pulse>,
}

/// What a runner lets hear of itself after each batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Rows a second of late.
    pub per_second: Option<u32>,
}

/// The right to work on a change, held by its runner; dropped, the change is free and whoever waits for its
/// end hears of it.
pub struct RunHandle {
    change: ChangeId,
    changes: Changes,
    stop: watch::Receiver<bool>,
    pulse: watch::Sender<Pulse>,
}

impl Changes {
    /// Nobody at work; `closing` ends every runner once it says so, or its sender is gone.
    pub fn new(closing: watch::Receiver<bool>) -> Self {
        Self { at_work: Arc::default(), closing }
    }

    fn map<T>(&self, with: impl FnOnce(&mut HashMap<ChangeId, Entry>) -> T) -> T {
        with(&mut self.at_work.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The handle of a change that nobody works on.
    pub fn begin(&self, change: ChangeId) -> Option<RunHandle> {
        self.map(|at_work| {
            if at_work.contains_key(&change) {
                return None;
            }
            let (stop, stopped) = watch::channel(false);
            let (pulse, heard) = watch::channel(Pulse::default());
            at_work.insert(change, Entry { stop, pulse: heard });
            Some(RunHandle { change, changes: self.clone(), stop: stopped, pulse })
        })
    }

    /// What is heard of a change; none when nobody works on it.
    pub fn pulse(&self, change: ChangeId) -> Option<watch::Receiver<Pulse>> {
        self.map(|at_work| at_work.get(&change).map(|entry| entry.pulse.clone()))
    }

    /// Waits until this process ends.
    pub async fn closed(&self) {
        // An error means that the sender is gone, which is an end as well.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }

    /// Asks whoever works on a change to stop, and waits until they have.
    pub async fn stop(&self, change: ChangeId) {
        self.map(|at_work| at_work.get(&change).map(|entry| entry.stop.send_replace(true)));
        self.ended(change).await;
    }

    /// Waits until nobody works on a change.
    pub async fn ended(&self, change: ChangeId) {
        if let Some(mut pulse) = self.pulse(change) {
            while pulse.changed().await.is_ok() {}
        }
    }

    /// Waits until nobody works on any.
    pub async fn all_ended(&self) {
        let changes: Vec<ChangeId> = self.map(|at_work| at_work.keys().copied().collect());
        for change in changes {
            self.ended(change).await;
        }
    }
}

impl RunHandle {
    /// Whether to go on.
    pub fn goes_on(&self) -> bool {
        !self.closes() && !*self.stop.borrow()
    }

    /// Whether this process is ending.
    pub fn closes(&self) -> bool {
        self.changes.closing.has_changed().is_err() || *self.changes.closing.borrow()
    }

    /// Until there is a reason not to go on.
    pub async fn ends(&mut self) {
        tokio::select! {
            () = self.changes.closed() => {}
            // An error means that the sender is gone, which is a reason as well.
            _ = self.stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Lets hear of a batch done.
    pub fn beat(&self, pulse: Pulse) {
        self.pulse.send_replace(pulse);
    }
}

impl Drop for RunHandle {
    fn drop(&mut self) {
        // Before the pulse's sender goes: who hears that finds the change free.
        self.changes.map(|at_work| at_work.remove(&self.change));
    }
}
