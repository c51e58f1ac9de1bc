//! Files that a person names: read to the end only where there is one near.

use super::exit::Failure;
use crate::{
    domain::untrusted::visible,
    i18n::{t, tf},
};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// The largest file that is read: some hundred thousand people.
pub const MOST: u64 = 16 * 1024 * 1024;

/// A path as it is typed where no shell reads it: `~` is one's home.
pub fn at_home(path: &str) -> PathBuf {
    let inside = if path == "~" { Some("") } else { path.strip_prefix("~/") };
    match (inside, std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// The bytes of a file. Whether it is one is asked before it is opened: a pipe waits to be opened until
/// somebody writes, a device has no end.
pub fn contents(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other(t("cli.file.none")));
    }
    all(File::open(path)?)
}

/// The bytes of a file that a command is given. A pipe that the shell makes is one too, `<(command)`; `-` is
/// standard input.
pub fn given(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") { all(io::stdin().lock()) } else { File::open(path).and_then(all) };
    let shown = visible(&path.to_string_lossy());
    read.map_err(|error| Failure::failed(tf("cli.file.unreadable", &[("file", &shown), ("why", &error)])))
}

/// All there is to read, up to the most.
pub fn all(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other(tf("cli.file.too-large", &[("n", &(MOST / 1024 / 1024))])));
    }
    Ok(bytes)
}

/// Bytes as text, without the mark that some programs begin it with; or the first line that is none.
pub fn text(bytes: &[u8]) -> Result<&str, u64> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => Err(1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_told_by_line() {
        assert_eq!(text("\u{feff}a\r\n".as_bytes()), Ok("a\r\n"));
        assert_eq!(text(b"a\r\nb\nc\xff\n"), Err(3));
    }

    #[test]
    fn what_has_no_end_is_not_read_for_ever() {
        assert!(all(io::repeat(0)).unwrap_err().to_string().contains("16 MB"));
        assert_eq!(all(&b"email"[..]).unwrap(), b"email");
    }

    #[test]
    fn only_a_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), Path::new("/dev/zero")] {
            assert!(contents(path).unwrap_err().to_string().contains("not a file"), "{}", path.display());
        }
    }

    #[test]
    fn a_tilde_is_home() {
        let Some(home) = std::env::var_os("HOME").map(PathBuf::from) else { return };
        assert_eq!(at_home("~/a.csv"), home.join("a.csv"));
        assert_eq!(at_home("~"), home.join(""));
        for path in ["a.csv", "~a", "/~/a"] {
            assert_eq!(at_home(path), PathBuf::from(path));
        }
    }
}
