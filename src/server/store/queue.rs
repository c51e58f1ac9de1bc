//! Whose turn it is to begin writing, among processes on one SQLite file.
//!
//! SQLite lets one write at a time, and who waits looks again after up to a tenth of a second: beside a job,
//! which begins its next batch at once, that is luck. Whoever begins to write stands in this queue until it
//! has begun, so that a job's next batch lets in who came before it.

use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

/// The queue: a lock on a file of its own beside the database, empty and never taken away.
#[derive(Debug, Clone)]
pub struct Queue(Arc<File>);

/// The head of the queue; dropped, the next one is.
#[derive(Debug)]
pub struct Head(Arc<File>);

impl Queue {
    /// The queue of a database.
    pub fn of(database: &Path) -> io::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push("-queue");
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(name)?;
        Ok(Self(Arc::new(file)))
    }

    /// Stands in the queue until it is one's turn. It is for fairness alone: where the system has no such
    /// locks there is none.
    pub async fn head(&self) -> Option<Head> {
        let file = self.0.clone();
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Some(Head(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let waiting = tokio::task::spawn_blocking(move || {
                    flock(&file, FlockOperation::LockExclusive).ok().map(|()| Head(file))
                });
                waiting.await.ok().flatten()
            }
            Err(_) => None,
        }
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        // A lock that cannot be given back goes with the file.
        let _ = flock(&self.0, FlockOperation::Unlock);
    }
}
