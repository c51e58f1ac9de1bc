//! Files of people, read for the console.

use crate::{
    api::{error::ApiError, wire::ImportRow},
    cli::people,
    domain::untrusted::Text,
    i18n::{t, tf},
};
use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

/// The largest file that is read: some hundred thousand people.
const MOST: u64 = 16 * 1024 * 1024;

/// The people in a file; what is wrong with it is told by line and column.
pub async fn read(path: String) -> Result<Vec<ImportRow>, ApiError> {
    let read = tokio::task::spawn_blocking(move || contents(&path)).await;
    let bytes = match read {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(invalid(&tf("dialog.invite_many.unreadable", &[("why", &error)]), Vec::new())),
        Err(error) => return Err(ApiError::Server(Text::new(error.to_string()))),
    };
    if bytes.len() as u64 > MOST {
        return Err(invalid(&tf("dialog.invite_many.too_large", &[("n", &(MOST / 1024 / 1024))]), Vec::new()));
    }
    people::read(&bytes).map_err(|faults| invalid(&tf("dialog.invite_many.faulty", &[("n", &faults.len())]), faults))
}

fn invalid(message: &str, faults: Vec<crate::api::wire::ImportFault>) -> ApiError {
    ApiError::Invalid { field: Some("file".to_owned()), message: message.into(), faults }
}

/// A path as it is typed: `~/` is one's home.
pub(super) fn at_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// The bytes of a file, one more than is taken at most: a pipe or a device would have no end.
fn contents(path: &str) -> io::Result<Vec<u8>> {
    let path = at_home(path);
    // Asked before it is opened: a pipe waits to be opened until somebody writes.
    if !std::fs::metadata(&path)?.is_file() {
        return Err(io::Error::other(t("dialog.invite_many.no_file")));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(path: &std::path::Path) -> (String, usize) {
        match read(path.to_string_lossy().into_owned()).await {
            Err(ApiError::Invalid { message, faults, .. }) => (message.to_string(), faults.len()),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_file_is_read_or_told_what_is_wrong_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        std::fs::write(&path, "email,role\nbo@a.test,Viewer\n").unwrap();
        assert_eq!(read(path.to_string_lossy().into_owned()).await.unwrap()[0].email, "bo@a.test".into());
        std::fs::write(&path, "email,role\n,Viewer\n,Viewer\n").unwrap();
        assert_eq!(refused(&path).await.1, 2);
        assert!(refused(folder.path()).await.0.contains("not a file"));
        assert!(refused(&folder.path().join("none.csv")).await.0.contains("could not be read"));
        std::fs::write(&path, vec![b'a'; MOST as usize + 1]).unwrap();
        assert!(refused(&path).await.0.contains("16 MB"));
    }
}
