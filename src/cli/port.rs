//! The port of one's own backend: always the same, so that a link that was given to somebody works whenever
//! rolecall is open, and not only in the run that made it.

use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

/// Where a first port is looked for: below those that systems hand out by themselves, or it would be
/// somebody else's every now and then.
const FROM: u16 = 20_000;
const TO: u16 = 32_768;

/// How often it is looked whether whoever listens there has ended.
const LOOK: Duration = Duration::from_secs(1);

/// Ports that are tried before any will do.
const TRIES: usize = 8;

/// The port of a data folder, and whether this process is the one that listens there: whoever holds the
/// lock is. Another process on the folder listens elsewhere, and its links name this port all the same.
#[derive(Debug)]
pub struct Port {
    file: File,
    keeper: bool,
    last: Option<u16>,
}

impl Port {
    /// The port of a data folder; none yet in one that is new.
    pub fn of(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join("port");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let keeper = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
        let mut text = String::new();
        // What is no number is no port: another is found.
        let _ = file.read_to_string(&mut text);
        Ok(Self { file, keeper, last: text.trim().parse().ok().filter(|port| *port != 0) })
    }

    /// Where to listen: the first of these that is free; where none is, any.
    pub fn candidates(&self) -> Vec<SocketAddr> {
        let mut ports = Vec::new();
        if self.keeper {
            ports.extend(self.last);
            ports.extend((0..TRIES).map(|_| rand::random_range(FROM..TO)));
        }
        ports.into_iter().map(at).collect()
    }

    /// Waits until this process is the one to listen there: whoever did has ended. None where no port is kept.
    pub async fn inherited(mut self) -> Option<(Self, SocketAddr)> {
        let last = self.last?;
        let mut look = tokio::time::interval(LOOK);
        while !self.keeper {
            look.tick().await;
            self.keeper = flock(&self.file, FlockOperation::NonBlockingLockExclusive).is_ok();
        }
        Some((self, at(last)))
    }

    /// Whether another process is the one that listens there.
    pub fn is_kept_by_another(&self) -> bool {
        !self.keeper
    }

    /// What links begin with, where that is not the address at which this process listens.
    pub fn public_url(&self) -> Option<String> {
        let elsewhere = self.last.filter(|_| !self.keeper)?;
        Some(format!("http://{}", at(elsewhere)))
    }

    /// Keeps the port at which this process listens; the one before it, if that is another.
    pub fn keep(&mut self, port: u16) -> io::Result<Option<u16>> {
        if !self.keeper || self.last == Some(port) {
            return Ok(None);
        }
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{port}")?;
        Ok(self.last.replace(port))
    }
}

fn at(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_kept_and_only_one_process_listens_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Port::of(folder.path()).unwrap();
        assert!(first.candidates().iter().all(|address| address.ip().is_loopback()));
        assert_eq!((first.public_url(), first.keep(23_456).unwrap()), (None, None));
        let mut second = Port::of(folder.path()).unwrap();
        assert_eq!((second.candidates(), second.public_url()), (vec![], Some("http://127.0.0.1:23456".to_owned())));
        assert_eq!(second.keep(40_000).unwrap(), None, "it is not its to keep");
        drop((first, second));

        let mut third = Port::of(folder.path()).unwrap();
        assert_eq!((third.candidates()[0], third.public_url()), (at(23_456), None));
        assert_eq!(third.keep(23_456).unwrap(), None);
        assert_eq!(third.keep(24_000).unwrap(), Some(23_456), "the port that links made so far name");
        drop(third);
        assert_eq!(Port::of(folder.path()).unwrap().candidates()[0], at(24_000));
    }

    #[test]
    fn what_is_no_port_is_looked_over() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "0", "many", "70000"] {
            std::fs::write(folder.path().join("port"), text).unwrap();
            assert_eq!(Port::of(folder.path()).unwrap().last, None, "{text}");
        }
    }
}
