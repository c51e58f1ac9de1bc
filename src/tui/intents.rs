//! The journal at work in the console: a job that is asked for is on disk before the backend hears of it,
//! and goes when the backend has answered.

use crate::{
    api::{
        error::ApiError,
        journal::{Held, Intent, Journal, JournalError},
        wire::StartJob,
    },
    app::pane::jobs::Unanswered,
    domain::{id::WorkspaceId, time::Timestamp, untrusted::Text},
};
use std::{
    collections::{HashMap, hash_map::Entry},
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

    /// What an earlier run asked for and did not live to see answered, the oldest first.
    pub fn interrupted(&self) -> Result<Vec<Unanswered>, JournalError> {
        let one = |intent: Intent| {
            let Intent { workspace, start, key, at, .. } = intent;
            Unanswered { workspace, start, key, at }
        };
        Ok(self.journal.pending(&self.backend)?.intents.into_iter().map(one).collect())
    }

    /// Takes up what an earlier run asked for, confirmed anew by the plan of a digest where there is one; none
    /// when its end is known by now, or another process has it.
    pub fn take_up(&self, key: &str, anew: Option<String>) -> Result<Option<Intent>, JournalError> {
        let mut held = self.held();
        let mine = match held.entry(key.to_owned()) {
            Entry::Occupied(mine) => mine.into_mut(),
            Entry::Vacant(place) => match self.journal.take(key)? {
                Some(taken) => place.insert(taken),
                None => return Ok(None),
            },
        };
        if let Some(digest) = anew {
            self.journal.confirm(mine, digest)?;
        }
        Ok(Some(mine.intent.clone()))
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

    /// Lets go for good of what an earlier run asked for; false when its end is known by now, or another process
    /// has it.
    pub fn let_go(&self, key: &str) -> Result<bool, JournalError> {
        let mine = self.take_up(key, None)?.is_some();
        self.answered(key)?;
        Ok(mine)
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
        StartJob { bulk: Bulk { on: Selection::ids(vec![1]), action: BulkAction::Resend }, digest: None }
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
        assert!(opened(&folder).interrupted().unwrap().is_empty(), "it is at work still");
        drop(first);
        let keys: Vec<String> = opened(&folder).interrupted().unwrap().into_iter().map(|one| one.key).collect();
        assert_eq!(keys, ["lost-2"]);
    }

    #[test]
    fn what_is_taken_up_is_this_runs_own_until_it_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        opened(&folder).note(WorkspaceId(1), &start(), "lost-1", Timestamp(1)).unwrap();
        let (one, other) = (opened(&folder), opened(&folder));
        assert_eq!(one.take_up("lost-1", None).unwrap().map(|intent| intent.start), Some(start()));
        assert!(other.take_up("lost-1", None).unwrap().is_none(), "another has it");
        assert!(one.take_up("lost-1", None).unwrap().is_some(), "asked for once more, where no answer came");
        let anew = one.take_up("lost-1", Some("d".into())).unwrap().unwrap();
        assert_eq!(anew.start, StartJob { digest: Some("d".into()), ..start() });
        one.answered("lost-1").unwrap();
        assert!(one.take_up("lost-1", None).unwrap().is_none() && opened(&folder).interrupted().unwrap().is_empty());
    }

    #[test]
    fn what_is_let_go_of_is_gone_for_good_and_never_out_of_anothers_hands() {
        let folder = tempfile::tempdir().unwrap();
        for key in ["lost-1", "lost-2"] {
            opened(&folder).note(WorkspaceId(1), &start(), key, Timestamp(1)).unwrap();
        }
        let (one, other) = (opened(&folder), opened(&folder));
        assert!(one.let_go("lost-1").unwrap() && !one.let_go("lost-1").unwrap());
        assert!(other.take_up("lost-2", None).unwrap().is_some() && !one.let_go("lost-2").unwrap(), "another has it");
        drop(other);
        let keys: Vec<String> = opened(&folder).interrupted().unwrap().into_iter().map(|one| one.key).collect();
        assert_eq!(keys, ["lost-2"]);
    }

    #[test]
    fn another_backends_are_not_its_own() {
        let folder = tempfile::tempdir().unwrap();
        opened(&folder).note(WorkspaceId(1), &start(), "key-1", Timestamp(1)).unwrap();
        let journal = Journal::open(&folder.path().join("journal")).unwrap();
        assert_eq!(Intents::new(journal, "https://rolecall.example").interrupted().unwrap(), []);
    }
}
