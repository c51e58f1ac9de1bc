//! The client's journal: bulk changes that were asked for and are not yet known to be done (SPEC 6).
//!
//! An intention is written to disk, with its idempotency key, before its request is sent, and goes when it was
//! answered: from then on the job is the truth of it, or nothing will ever be done. Whatever dies meanwhile, asking
//! again with the same key ends with every row done once.
//!
//! One file an intention. Whoever works on one holds its file's lock, which a killed process lets go: what is locked is
//! at work elsewhere, what is not was interrupted.

use super::wire::StartJob;
use crate::domain::{
    id::WorkspaceId,
    time::Timestamp,
    untrusted::{Text, visible},
};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Intentions that wait at most: whoever has this many takes them up before making more.
const MOST: usize = 100;

/// The longest file that is read: the largest plan with room to spare.
const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// The longest key that names a file.
const MOST_KEY: usize = 100;

const ENDING: &str = "json";
const UNFINISHED: &str = "new";

/// A bulk change as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The backend: its address, or a name for the one in this process.
    pub backend: String,
    /// Where.
    pub workspace: WorkspaceId,
    /// The request.
    pub start: StartJob,
    /// Its idempotency key: letters, digits and `-`.
    pub key: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// Why the journal cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system says no.
    #[error("cannot keep the journal of changes in {path}: {why}")]
    Folder {
        /// Where.
        path: Text,
        /// What it said.
        why: io::Error,
    },
    /// Too much waits already.
    #[error("{MOST} interrupted changes wait already: take them up with rolecall jobs resume")]
    Full,
    /// A key that can name no file.
    #[error("this key cannot name a change")]
    Key,
}

/// What the journal holds that nobody works on.
#[derive(Debug, Default)]
pub struct Pending {
    /// Interrupted intentions, the oldest first.
    pub intents: Vec<Intent>,
    /// Files that cannot be understood, a sentence each; they are left as they are.
    pub faults: Vec<String>,
}

/// A folder of intentions.
#[derive(Debug, Clone)]
pub struct Journal {
    dir: PathBuf,
}

/// An intention that this process works on. Dropped, it stays on disk as interrupted.
#[derive(Debug)]
pub struct Held {
    /// The intention.
    pub intent: Intent,
    path: PathBuf,
    // Its lock is what holds; it goes when the process does.
    _file: File,
}

impl Journal {
    /// The journal in a folder, which is made, for its owner alone, where it is missing.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let journal = Self { dir: dir.to_owned() };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .and_then(|()| fs::set_permissions(dir, Permissions::from_mode(0o700)))
            .map_err(|why| journal.broken(why))?;
        Ok(journal)
    }

    /// Writes an intention down; it is on disk when this returns.
    pub fn note(&self, intent: &Intent) -> Result<Held, JournalError> {
        let path = self.path(&intent.key)?;
        if self.files().map_err(|why| self.broken(why))?.len() >= MOST {
            return Err(JournalError::Full);
        }
        self.write(path, intent.clone()).map_err(|why| self.broken(why))
    }

    /// Writes down that an intention was confirmed anew, by the plan of this digest.
    pub fn confirm(&self, held: &mut Held, digest: String) -> Result<(), JournalError> {
        let mut intent = held.intent.clone();
        intent.start.digest = Some(digest);
        *held = self.write(held.path.clone(), intent).map_err(|why| self.broken(why))?;
        Ok(())
    }

    fn write(&self, path: PathBuf, intent: Intent) -> io::Result<Held> {
        let unfinished = path.with_extension(UNFINISHED);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        // Locked before it has its name: nobody ever sees it unheld.
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        file.write_all(&serde_json::to_vec(&intent)?)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        self.settle()?;
        Ok(Held { intent, path, _file: file })
    }

    /// What was interrupted at this backend. Unreadable files are told and left alone.
    pub fn pending(&self, backend: &str) -> Result<Pending, JournalError> {
        let mut pending = Pending::default();
        for path in self.files().map_err(|why| self.broken(why))? {
            match hold(&path) {
                Ok(Some(held)) if held.intent.backend == backend => pending.intents.push(held.intent),
                Ok(_) => {}
                Err(why) => {
                    let (path, why) = (visible(&path.to_string_lossy()), visible(&why.to_string()));
                    pending.faults.push(format!("{path} is no interrupted change that can be read: {why}"));
                }
            }
        }
        pending.intents.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
        Ok(pending)
    }

    /// Forgets what turned out to be answered, and answers the keys of it: the backend has it, and it waits here no
    /// more.
    pub fn answered(&self, pending: &mut Pending, known: impl Fn(&str) -> bool) -> Result<Vec<String>, JournalError> {
        let mut keys = Vec::new();
        for intent in pending.intents.extract_if(.., |intent| known(&intent.key)) {
            // Who took it up meanwhile is told the same.
            if let Some(held) = self.take(&intent.key)? {
                self.forget(held)?;
                keys.push(intent.key);
            }
        }
        Ok(keys)
    }

    /// Takes an interrupted intention up; none when it is done or another process has it.
    pub fn take(&self, key: &str) -> Result<Option<Held>, JournalError> {
        hold(&self.path(key)?).map_err(|why| self.broken(why))
    }

    /// Forgets an intention whose end is known.
    pub fn forget(&self, held: Held) -> Result<(), JournalError> {
        match fs::remove_file(&held.path).and_then(|()| self.settle()) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(self.broken(why)),
            _ => Ok(()),
        }
    }

    fn path(&self, key: &str) -> Result<PathBuf, JournalError> {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if plain && (1..=MOST_KEY).contains(&key.len()) {
            Ok(self.dir.join(key).with_extension(ENDING))
        } else {
            Err(JournalError::Key)
        }
    }

    /// Every intention's file, in order. What a killed process left half written goes.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            match path.extension().and_then(|ending| ending.to_str()) {
                Some(ENDING) => files.push(path),
                Some(UNFINISHED) => sweep(&path)?,
                _ => {}
            }
        }
        files.sort();
        Ok(files)
    }

    /// Makes what was renamed or removed last.
    fn settle(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }

    fn broken(&self, why: io::Error) -> JournalError {
        JournalError::Folder { path: Text::new(self.dir.to_string_lossy()), why }
    }
}

/// Opens an intention's file and locks it; none when it is gone or locked by another.
fn hold(path: &Path) -> io::Result<Option<Held>> {
    let Some(file) = locked(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    (&file).take(MOST_BYTES).read_to_end(&mut bytes)?;
    let intent: Intent = serde_json::from_slice(&bytes)?;
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(intent.key.as_str()) {
        return Err(io::Error::other("its name is not its key"));
    }
    Ok(Some(Held { intent, path: path.to_owned(), _file: file }))
}

fn locked(path: &Path) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        // Whoever held it may have removed it or written another in its place just now.
        Ok(()) => {
            let (this, named) = (file.metadata()?.ino(), fs::metadata(path).map(|named| named.ino()));
            Ok(named.is_ok_and(|named| named == this).then_some(file))
        }
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn sweep(path: &Path) -> io::Result<()> {
    match locked(path)? {
        Some(_) => fs::remove_file(path),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bulk::{Bulk, BulkAction, Selection};

    fn intent(key: &str, at: i64) -> Intent {
        let bulk = Bulk { on: Selection::ids(vec![1, 2]), action: BulkAction::Resend };
        Intent {
            backend: "https://rolecall.example".into(),
            workspace: WorkspaceId(1),
            start: StartJob { bulk, digest: Some("d".into()) },
            key: key.into(),
            at: Timestamp(at),
        }
    }

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("journal")).unwrap();
        (folder, journal)
    }

    fn interrupted(journal: &Journal) -> Vec<String> {
        journal.pending("https://rolecall.example").unwrap().intents.into_iter().map(|intent| intent.key).collect()
    }

    #[test]
    fn what_was_interrupted_is_there_again_and_the_oldest_first() {
        let (_folder, journal) = journal();
        for (key, at) in [("b-2", 2), ("a-3", 3), ("c-1", 1)] {
            drop(journal.note(&intent(key, at)).unwrap());
        }
        assert_eq!(interrupted(&journal), ["c-1", "b-2", "a-3"]);
        let held = journal.take("b-2").unwrap().unwrap();
        assert_eq!(held.intent, intent("b-2", 2));
        journal.forget(held).unwrap();
        assert_eq!(interrupted(&journal), ["c-1", "a-3"]);
    }

    #[test]
    fn what_somebody_works_on_was_not_interrupted() {
        let (_folder, journal) = journal();
        let held = journal.note(&intent("k", 1)).unwrap();
        assert!(interrupted(&journal).is_empty());
        assert!(journal.take("k").unwrap().is_none());
        drop(held);
        assert_eq!(interrupted(&journal), ["k"]);
    }

    #[test]
    fn what_is_confirmed_anew_is_so_on_disk_and_stays_held() {
        let (_folder, journal) = journal();
        let mut held = journal.note(&intent("k", 1)).unwrap();
        journal.confirm(&mut held, "e".into()).unwrap();
        assert!(journal.take("k").unwrap().is_none(), "somebody works on it still");
        drop(held);
        assert_eq!(journal.take("k").unwrap().unwrap().intent.start.digest, Some("e".into()));
    }

    #[test]
    fn another_backends_changes_are_not_this_ones() {
        let (_folder, journal) = journal();
        drop(journal.note(&intent("k", 1)).unwrap());
        assert!(journal.pending("https://other.example").unwrap().intents.is_empty());
    }

    #[test]
    fn what_was_answered_waits_no_more_and_what_somebody_works_on_stays_theirs() {
        let (_folder, journal) = journal();
        for (key, at) in [("a-1", 1), ("b-2", 2), ("c-3", 3)] {
            drop(journal.note(&intent(key, at)).unwrap());
        }
        let mut pending = journal.pending("https://rolecall.example").unwrap();
        let at_work = journal.take("c-3").unwrap().unwrap();
        let settled = journal.answered(&mut pending, |key| key != "b-2").unwrap();
        assert_eq!(settled, ["a-1"]);
        assert_eq!(pending.intents.iter().map(|intent| intent.key.as_str()).collect::<Vec<_>>(), ["b-2"]);
        drop(at_work);
        assert_eq!(interrupted(&journal), ["b-2", "c-3"]);
    }

    #[test]
    fn folder_and_files_are_closed_to_others() {
        let (folder, journal) = journal();
        drop(journal.note(&intent("k", 1)).unwrap());
        let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("journal"), mode("journal/k.json")), (0o700, 0o600));
    }

    #[test]
    fn what_cannot_be_read_is_told_and_left_alone_and_half_a_file_goes() {
        let (folder, journal) = journal();
        let file = |name: &str| folder.path().join("journal").join(name);
        fs::write(file("torn.json"), "{\"backend\":").unwrap();
        fs::write(file("other.json"), serde_json::to_vec(&intent("k", 1)).unwrap()).unwrap();
        fs::write(file("half.new"), "{").unwrap();
        fs::write(file("notes.txt"), "not ours").unwrap();
        let pending = journal.pending("https://rolecall.example").unwrap();
        assert!(pending.intents.is_empty());
        assert_eq!(pending.faults.len(), 2, "{:?}", pending.faults);
        assert!(file("torn.json").exists() && file("other.json").exists() && file("notes.txt").exists());
        assert!(!file("half.new").exists());
    }

    #[test]
    fn a_key_is_no_path() {
        let (_folder, journal) = journal();
        for key in ["", "../k", "a/b", ".", &"k".repeat(MOST_KEY + 1)] {
            assert!(matches!(journal.note(&intent(key, 1)), Err(JournalError::Key)), "{key}");
        }
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let (_folder, journal) = journal();
        for n in 0..MOST {
            drop(journal.note(&intent(&format!("k-{n}"), 1)).unwrap());
        }
        assert!(matches!(journal.note(&intent("one-more", 1)), Err(JournalError::Full)));
    }
}
