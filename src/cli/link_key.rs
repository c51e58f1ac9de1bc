//! The key that links of one's own backend are made with: kept in the data folder, so that a link can be shown once
//! more to whoever made it, also when the run that made it is over or was killed.
//!
//! It is a file beside the database and not in it: who finds a copy of the database can make no link of it.

use crate::server::Mint;
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The key of a data folder; made, for its owner alone, where there is none yet.
pub fn of(data_dir: &Path) -> io::Result<Mint> {
    let path = data_dir.join("link-key");
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    // Of two that begin at once the second finds what the first has made.
    flock(&file, FlockOperation::LockExclusive)?;
    let mut key = Vec::new();
    file.read_to_end(&mut key)?;
    if let Ok(key) = <[u8; 32]>::try_from(key) {
        return Ok(Mint::of(key));
    }
    // There is none, or what an interrupted start left of one.
    let mint = Mint::new().map_err(|none| io::Error::other(none.to_string()))?;
    file.set_len(0)?;
    file.write_all(mint.key())?;
    file.sync_all()?;
    Ok(mint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn a_key_is_made_once_and_kept_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link-key");
        let first = of(folder.path()).unwrap();
        assert_eq!(of(folder.path()).unwrap().key(), first.key());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "half a key").unwrap();
        let again = of(folder.path()).unwrap();
        assert_ne!(again.key(), first.key());
        assert_eq!(fs::read(&path).unwrap(), again.key());
    }
}
