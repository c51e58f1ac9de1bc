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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::Store;
    use std::sync::Mutex;

    fn somebody_stands_in(queue: &Queue) -> bool {
        match flock(&queue.0, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => flock(&queue.0, FlockOperation::Unlock).is_err(),
            Err(_) => true,
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_writes_again_at_once_lets_in_who_came_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.db");
        let url = format!("sqlite:{}", path.display());
        let (job, other) = (Store::open(&url).await.unwrap(), Store::open(&url).await.unwrap());
        let order = Mutex::new(Vec::new());
        let write = async |store: &Store, who| {
            let writing = store.write().await.unwrap();
            order.lock().unwrap().push(who);
            writing.commit().await.unwrap();
        };
        for _ in 0..5 {
            let batch = job.write().await.unwrap();
            let queue = Queue::of(&path).unwrap();
            let next = async {
                while !somebody_stands_in(&queue) {
                    tokio::task::yield_now().await;
                }
                batch.commit().await.unwrap();
                write(&job, "job").await;
            };
            tokio::join!(write(&other, "other"), next);
        }
        assert_eq!(order.into_inner().unwrap(), ["other", "job"].repeat(5));
    }
}
