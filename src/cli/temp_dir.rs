//! Folders for what nobody keeps: closed to others, gone afterwards, and cleared away by the next one
//! where a program was killed before it could do so.

use super::{exit::Failure, local::cannot};
use rustix::{
    fs::{CWD, FlockOperation, Mode, OFlags, flock, openat},
    process::geteuid,
};
use std::{
    fs, io,
    os::{
        fd::OwnedFd,
        unix::fs::{DirBuilderExt, MetadataExt},
    },
    path::{Path, PathBuf},
    time::Duration,
};

const PREFIX: &str = "rolecall-demo-";

/// A folder is held from just after it is made; only one older than this is known to be let go.
const NEW: Duration = Duration::from_secs(60);

/// A folder for a database that nobody keeps: closed to others, and gone when this is dropped.
#[derive(Debug)]
pub struct TempDir {
    path: PathBuf,
    /// Locked for as long as somebody uses the folder; the system lets go of it however they end.
    _held: OwnedFd,
}

impl TempDir {
    /// Makes one in the system's folder for such things, and removes those that a killed program left.
    pub fn new() -> Result<Self, Failure> {
        let all = std::env::temp_dir();
        sweep(&all, NEW);
        let path = all.join(format!("{PREFIX}{:016x}", rand::random::<u64>()));
        let made = fs::DirBuilder::new().mode(0o700).create(&path).and_then(|()| hold(&path));
        let held = made.map_err(|error| cannot("cli.local.folder", &path, &error))?;
        Ok(Self { path, _held: held })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next one.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Locks a folder, unless it is a link or somebody has it.
fn hold(path: &Path) -> io::Result<OwnedFd> {
    let folder = openat(CWD, path, OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    flock(&folder, FlockOperation::NonBlockingLockExclusive)?;
    Ok(folder)
}

/// Removes folders of one's own that nobody holds; what cannot be removed stays.
fn sweep(all: &Path, new: Duration) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        if is_scratch(&entry, new)
            && let Ok(_held) = hold(&entry.path())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether this is such a folder: by its name, really a folder, one's own, closed to others, not new.
fn is_scratch(entry: &fs::DirEntry, new: Duration) -> bool {
    let name = entry.file_name();
    let drawn = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    let named = drawn.is_some_and(|drawn| drawn.len() == 16 && drawn.bytes().all(|b| b.is_ascii_hexdigit()));
    // This does not follow links.
    named
        && entry.metadata().is_ok_and(|it| {
            let old = it.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|age| age >= new);
            it.is_dir() && it.uid() == geteuid().as_raw() && it.mode() & 0o077 == 0 && old
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn make(path: &Path, mode: u32) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("kept"), "").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_scratch_folder_is_closed_to_others_and_goes() {
        let temp_dir = TempDir::new().unwrap();
        let path = temp_dir.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        drop(temp_dir);
        assert!(!path.exists());
    }

    #[test]
    fn only_what_a_killed_program_left_is_cleared_away() {
        let all = tempfile::tempdir().unwrap();
        let place = |end: &str| all.path().join(format!("{PREFIX}{end}"));
        let left = place("0123456789abcdef");
        let (used, open, other) = (place("00000000000000aa"), place("00000000000000bb"), place("notes"));
        make(&left, 0o700);
        make(&used, 0o700);
        make(&open, 0o755);
        make(&other, 0o700);
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("kept"), "").unwrap();
        symlink(elsewhere.path(), place("00000000000000cc")).unwrap();
        let held = hold(&used).unwrap();

        sweep(all.path(), NEW);
        assert!(left.exists(), "it may just have been made");
        sweep(all.path(), Duration::ZERO);
        assert!(!left.exists());
        for kept in [&used, &open, &other, elsewhere.path()] {
            assert!(kept.join("kept").exists(), "{}", kept.display());
        }
        drop(held);
        sweep(all.path(), Duration::ZERO);
        assert!(!used.exists(), "nobody uses it any more");
    }
}
