//! The journal at work in the console: a job that is asked for is on disk before the backend hears of it,
//! and goes when the backend has answered.

use crate::{
    api::{
        error::ApiError,
        journal::{Held, Intent, Journal, JournalError},
        wire::StartJob,
    },
    domain::{id::WorkspaceId, time::Timestamp, untrusted::Text},
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What this console asked one backend for and has no answer to.
#[derive(Debug)]
pub struct Intents {
    journal: Journal,
    backend: String,
    held: Mutex<HashMap<String, Held>>,
}

impl Intents {
    /// Kept in this journal; `backend` is what it calls the backend.
    pub fn new(journal: Journal, backend: impl Into<String>) -> Self {
        Self { journal, backend: backend.into(), held: Mutex::default() }
    }

    /// How many an earlier run asked for and did not live to see answered.
    pub fn interrupted(&self) -> Result<usize, JournalError> {
        self.journal.pending(&self.backend).map(|pending| pending.intents.len())
    }

    /// Writes one down. Asked for again with the same key, it is there already.
    pub fn note(&self, workspace: WorkspaceId, start: &StartJob, key: &str, at: Timestamp) -> Result<(), ApiError> {
        let mut held = self.held();
        if !held.contains_key(key) {
            let backend = self.backend.clone();
            let intent = Intent { backend, workspace, start: start.clone(), key: key.to_owned(), at };
            let noted = self.journal.note(&intent).map_err(|e| ApiError::Refused(Text::new(e.to_string())))?;
            held.insert(key.to_owned(), noted);
        }
        Ok(())
    }

    /// The backend has answered: the job is its own from here on, or will never be.
    pub fn answered(&self, key: &str) -> Result<(), JournalError> {
        match self.held().remove(key) {
            Some(held) => self.journal.forget(held),
            None => Ok(()),
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        // Whoever panicked with it left the map whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bulk::{Bulk, BulkAction, Selection};

    fn start() -> StartJob {
        StartJob { bulk: Bulk { on: Selection::Ids { ids: vec![1] }, action: BulkAction::Resend }, digest: None }
    }

    fn opened(folder: &tempfile::TempDir) -> Intents {
        Intents::new(Journal::open(&folder.path().join("journal")).unwrap(), "embedded")
    }

    #[test]
    fn what_has_no_answer_is_there_for_the_next_run_and_what_has_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let first = opened(&folder);
        for key in ["answered-1", "lost-2"] {
            first.note(WorkspaceId(1), &start(), key, Timestamp(1)).unwrap();
            first.note(WorkspaceId(1), &start(), key, Timestamp(2)).unwrap();
        }
        first.answered("answered-1").unwrap();
        assert_eq!(opened(&folder).interrupted().unwrap(), 0, "it is at work still");
        drop(first);
        assert_eq!(opened(&folder).interrupted().unwrap(), 1);
    }

    #[test]
    fn another_backends_are_not_its_own() {
        let folder = tempfile::tempdir().unwrap();
        opened(&folder).note(WorkspaceId(1), &start(), "key-1", Timestamp(1)).unwrap();
        let journal = Journal::open(&folder.path().join("journal")).unwrap();
        assert_eq!(Intents::new(journal, "https://rolecall.example").interrupted().unwrap(), 0);
    }
}
