//! A workspace being made: beside its place until it is whole, and then put there, so that whatever happens there is
//! a whole one or none.

use super::{
    exit::Failure,
    local::{self, Local, cannot, database},
    setup::Setup,
};
use crate::{i18n::t, server::Report};
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};
use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// A workspace that is not in its place yet; dropped, nothing of it is left.
#[derive(Debug)]
pub struct NewWorkspace {
    data_dir: PathBuf,
    /// The data folder was not there before.
    new_folder: bool,
    unfinished: PathBuf,
    /// Locked until the workspace is in its place or gone: nobody else makes one there meanwhile.
    _held: File,
}

impl NewWorkspace {
    /// Makes one with its owner and nobody else.
    pub async fn make(data_dir: &Path, setup: &Setup) -> Result<Self, Failure> {
        let new_folder = !data_dir.exists();
        let held = hold(data_dir).map_err(|error| cannot("cli.local.folder", data_dir, &error))?;
        let unfinished = data_dir.join("rolecall.db.new");
        let new = Self { data_dir: data_dir.to_owned(), new_folder, unfinished, _held: held };
        // An interrupted start may have left something.
        remove_database(&new.unfinished).map_err(|error| new.cannot(&error))?;
        local::found(&new.unfinished, setup).await?;
        Ok(new)
    }

    /// Opens it where it is.
    pub async fn open(&self, report: Report) -> Result<Local, Failure> {
        Local::alone(&self.unfinished, report).await
    }

    /// Puts it into its place.
    pub fn put(self) -> Result<(), Failure> {
        if local::exists(&self.data_dir)? {
            return Err(self.cannot(&io::Error::other(t("cli.local.made-meanwhile"))));
        }
        fs::rename(&self.unfinished, database(&self.data_dir)).map_err(|error| self.cannot(&error))
    }

    fn cannot(&self, error: &io::Error) -> Failure {
        cannot("cli.local.folder", &self.data_dir, error)
    }
}

impl Drop for NewWorkspace {
    fn drop(&mut self) {
        // What stays is removed by the next one; a folder with something in it is not.
        let _ = remove_database(&self.unfinished);
        if self.new_folder {
            let _ = fs::remove_dir(&self.data_dir);
        }
    }
}

/// Makes a folder where there is none, closed to others, and locks it, unless somebody makes a workspace there.
fn hold(data_dir: &Path) -> io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
    let folder = File::open(data_dir)?;
    match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) => Err(io::Error::other(t("cli.local.being-made"))),
        // Where the system has no such locks there is none.
        _ => Ok(folder),
    }
}

fn remove_database(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-queue"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
