//! Who is at work on which job in this process: how a job is stopped, and how its progress is heard of.

use crate::domain::id::JobId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// The jobs that this process works on.
///
/// Another process on the same database has its own, and sees of a job that runs here when rows of it were done
/// last: that is how it tells one that runs from one whose process was killed. Told to stop there, a job stops
/// here by a mark in the database; resumed there as well, it is worked on by two, who take turns, and take other
/// rows (see `store::jobs`).
#[derive(Clone)]
pub struct Jobs {
    at_work: Arc<Mutex<HashMap<JobId, Entry>>>,
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

/// The right to work on a job, held by its runner; dropped, the job is free and whoever waits for its
/// end hears of it.
pub struct Turn {
    job: JobId,
    jobs: Jobs,
    stop: watch::Receiver<bool>,
    pulse: watch::Sender<Pulse>,
}

impl Jobs {
    /// Nobody at work; `closing` ends every runner once it says so, or its sender is gone.
    pub fn new(closing: watch::Receiver<bool>) -> Self {
        Self { at_work: Arc::default(), closing }
    }

    fn map<T>(&self, with: impl FnOnce(&mut HashMap<JobId, Entry>) -> T) -> T {
        with(&mut self.at_work.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The turn of a job that nobody works on.
    pub fn begin(&self, job: JobId) -> Option<Turn> {
        self.map(|at_work| {
            if at_work.contains_key(&job) {
                return None;
            }
            let (stop, stopped) = watch::channel(false);
            let (pulse, heard) = watch::channel(Pulse::default());
            at_work.insert(job, Entry { stop, pulse: heard });
            Some(Turn { job, jobs: self.clone(), stop: stopped, pulse })
        })
    }

    /// What is heard of a job; none when nobody works on it.
    pub fn pulse(&self, job: JobId) -> Option<watch::Receiver<Pulse>> {
        self.map(|at_work| at_work.get(&job).map(|entry| entry.pulse.clone()))
    }

    /// Waits until this process ends.
    pub async fn closed(&self) {
        // An error means that the sender is gone, which is an end as well.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }

    /// Asks whoever works on a job to stop, and waits until they have.
    pub async fn stop(&self, job: JobId) {
        self.map(|at_work| at_work.get(&job).map(|entry| entry.stop.send_replace(true)));
        self.ended(job).await;
    }

    /// Waits until nobody works on a job.
    pub async fn ended(&self, job: JobId) {
        if let Some(mut pulse) = self.pulse(job) {
            while pulse.changed().await.is_ok() {}
        }
    }

    /// Waits until nobody works on any.
    pub async fn all_ended(&self) {
        let jobs: Vec<JobId> = self.map(|at_work| at_work.keys().copied().collect());
        for job in jobs {
            self.ended(job).await;
        }
    }
}

impl Turn {
    /// Whether to go on.
    pub fn goes_on(&self) -> bool {
        !self.closes() && !*self.stop.borrow()
    }

    /// Whether this process is ending.
    pub fn closes(&self) -> bool {
        self.jobs.closing.has_changed().is_err() || *self.jobs.closing.borrow()
    }

    /// Until there is a reason not to go on.
    pub async fn ends(&mut self) {
        tokio::select! {
            () = self.jobs.closed() => {}
            // An error means that the sender is gone, which is a reason as well.
            _ = self.stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Lets hear of a batch done.
    pub fn beat(&self, pulse: Pulse) {
        self.pulse.send_replace(pulse);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Before the pulse's sender goes: who hears that finds the job free.
        self.jobs.map(|at_work| at_work.remove(&self.job));
    }
}
