//! A backend inside this process: one's own workspace in the data folder, or a sample that is gone
//! afterwards.

use super::{exit::Failure, link_key, port::Port, setup::Setup};
use crate::{
    api::{http::HttpBackend, wire::Change},
    domain::{
        address,
        id::{AccountId, ChangeId, WorkspaceId},
        pack::Pack,
        untrusted::visible,
    },
    i18n::tf,
    server::{
        self, Door, Mint, Options, Report, Running, Server, StartError,
        sample::{self, Sample},
        store::Store,
    },
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// The pack that new workspaces are made from.
const PACK: &str = "signage";

/// Whoever set the workspace up has the first account of its database, and uses it from then on,
/// also when the ownership has gone to somebody else.
const FIRST: AccountId = AccountId(1);

/// A backend at work, and what it stands on.
#[derive(Debug)]
pub struct Local {
    /// How to ask it.
    pub backend: HttpBackend,
    running: Running,
    store: Store,
    // Held until the end: as long as it is, no other process listens there.
    port: Option<Port>,
    /// Waits for the port of a process that listens there now, so that links go on leading somewhere.
    heir: Option<JoinHandle<()>>,
}

impl Local {
    /// Opens the workspace in the data folder; there must be one ([`exists`]). What fails in the backend
    /// itself goes to `report`.
    pub async fn open(data_dir: &Path, report: Report) -> Result<Self, Failure> {
        let store = open(&database(data_dir)).await?;
        if store.account(FIRST).await.map_err(failed)?.is_none() {
            store.close().await;
            let path = visible(&database(data_dir).to_string_lossy());
            return Err(Failure::failed(tf("cli.local.nobody", &[("path", &path)])));
        }
        let port = Port::of(data_dir).map_err(|error| cannot("cli.local.folder", data_dir, &error))?;
        let mint = link_key::of(data_dir).map_err(|error| cannot("cli.local.folder", data_dir, &error))?;
        let mut local = Self::serve(store, FIRST, report.clone(), Some((port, mint))).await?;
        local.keep_port(&report).map_err(|error| cannot("cli.local.folder", data_dir, &error))?;
        if let Some(port) = local.port.take_if(|port| port.is_kept_by_another()) {
            local.heir = Some(tokio::spawn(inherit(port, local.running.door())));
        }
        Ok(local)
    }

    /// Opens a database that nobody else knows of: no link leads there.
    pub async fn alone(path: &Path, report: Report) -> Result<Self, Failure> {
        Self::serve(open(path).await?, FIRST, report, None).await
    }

    /// Links name this port from now on. Where it had to be another than before, that is told: links made so
    /// far lead nowhere.
    fn keep_port(&mut self, report: &Report) -> io::Result<()> {
        let now = self.running.address.port();
        let before = self.port.as_mut().map_or(Ok(None), |port| port.keep(now))?;
        if let Some(before) = before {
            report(&tf("cli.local.other-port", &[("before", &before), ("now", &now)]));
        }
        Ok(())
    }

    /// Fills a database in a temporary folder with the sample workspace and opens it.
    pub async fn sample(temp_dir: &Path, members: u32) -> Result<Self, Failure> {
        let store = open(&temp_dir.join("sample.db")).await?;
        let now = (server::system_clock())();
        let pack = pack(&sample::DOMAINS)?;
        let sample = tokio::task::spawn_blocking(move || Sample::northwind(members as usize, now));
        let sample = sample.await.map_err(|error| Failure::failed(error.to_string()))?;
        let (_, owner) = store.seed(&pack, &sample).await.map_err(failed)?;
        Self::serve(store, owner, silent(), None).await
    }

    /// Serves, alone or, with a port and what links are made with, for links to lead there.
    async fn serve(
        store: Store,
        account: AccountId,
        report: Report,
        links: Option<(Port, Mint)>,
    ) -> Result<Self, Failure> {
        let (port, mint) = links.unzip();
        let mut places = port.as_ref().map(Port::candidates).unwrap_or_default().into_iter();
        let (running, secret) = loop {
            let plain = Options::new(store.clone());
            let place = places.next();
            let options = Options {
                listen: place.unwrap_or(plain.listen),
                public_url: port.as_ref().and_then(Port::public_url),
                mint: mint.clone(),
                report: report.clone(),
                ..plain
            };
            match Server::embedded(options, account).await {
                Err(StartError::Listen { .. }) if place.is_some() => {}
                started => break started.map_err(failed)?,
            }
        };
        let backend = HttpBackend::new(&running.url, secret.reveal())?;
        Ok(Self { backend, running, store, port, heir: None })
    }

    /// Lets what is being written finish, and closes the database.
    pub async fn close(self) {
        drop(self.close_on(&[]).await);
    }

    /// The same; how these changes, which were at work until then, stand now.
    pub async fn close_on(self, changes: &[(WorkspaceId, ChangeId)]) -> Vec<Change> {
        if let Some(heir) = self.heir {
            heir.abort();
        }
        self.running.shutdown().await;
        let mut stand = Vec::new();
        for (workspace, change) in changes {
            // What cannot be read is told by the changes screen, and by whatever goes on with it.
            stand.extend(self.store.change(*workspace, *change).await.ok().map(|record| record.change));
        }
        self.store.close().await;
        stand
    }
}

/// Listens where links lead as well, once nobody else does.
async fn inherit(port: Port, door: Door) {
    let Some((_held, place)) = port.inherited().await else { return };
    if let Ok(listener) = TcpListener::bind(place).await {
        door.serve(listener).await;
    }
}

/// No report: for the console, whose screen is no place for lines of a log.
pub fn silent() -> Report {
    Arc::new(|_| ())
}

/// Where a data folder has its database.
pub fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("rolecall.db")
}

/// Whether there is a workspace in the data folder. An empty file is none.
pub fn exists(data_dir: &Path) -> Result<bool, Failure> {
    match fs::metadata(database(data_dir)) {
        Ok(found) => Ok(!found.is_file() || found.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot("cli.local.folder", data_dir, &error)),
    }
}

/// Makes a database of a workspace with its owner.
pub async fn found(path: &Path, setup: &Setup) -> Result<(), Failure> {
    let store = open(path).await?;
    let now = (server::system_clock())();
    let pack = pack(&[&address::domain(&setup.email)])?;
    let made = store.create_workspace(&pack, &setup.name, &setup.email, &setup.owner_name, now).await;
    // Closing also takes what SQLite keeps beside the file back into it.
    store.close().await;
    made.map(drop).map_err(failed)
}

async fn open(path: &Path) -> Result<Store, Failure> {
    // The store takes its address as text: another name than the one asked for must never be opened.
    let Some(address) = path.to_str() else {
        return Err(Failure::usage(tf("cli.local.not-utf8", &[("path", &visible(&path.to_string_lossy()))])));
    };
    Store::open(&format!("sqlite:{address}")).await.map_err(failed)
}

/// The pack, for a company with these domains: an invitation to another one is warned of.
fn pack(domains: &[&str]) -> Result<Pack, Failure> {
    let Some(pack) = Pack::builtin(PACK) else {
        return Err(Failure::failed(tf("cli.local.no-pack", &[("pack", &PACK)])));
    };
    let mut pack = pack.map_err(failed)?;
    pack.policies.company_domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
    Ok(pack)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::failed(visible(&error.to_string()))
}

pub(super) fn cannot(key: &'static str, path: &Path, error: &io::Error) -> Failure {
    Failure::failed(tf(key, &[("path", &visible(&path.to_string_lossy())), ("why", error)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::backend::Backend, cli::workspace_init::NewWorkspace};
    use std::{collections::BTreeSet, os::unix::fs::PermissionsExt};

    fn setup() -> Setup {
        Setup { name: "Acme".into(), email: "ann@acme.test".into(), owner_name: "Ann Lee".into() }
    }

    async fn create(data_dir: &Path, setup: &Setup) -> Result<(), Failure> {
        NewWorkspace::make(data_dir, setup).await?.put()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn who_is_left_listens_where_links_lead() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), &setup()).await.unwrap();
        let first = Local::open(folder.path(), silent()).await.unwrap();
        let place = first.running.address;
        let second = Local::open(folder.path(), silent()).await.unwrap();
        assert_ne!(second.running.address, place);
        first.close().await;
        let answers = async {
            let mut again = tokio::time::interval(std::time::Duration::from_millis(20));
            while tokio::net::TcpStream::connect(place).await.is_err() {
                again.tick().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), answers).await.expect("links lead somewhere again");
        second.close().await;
        assert!(tokio::net::TcpStream::connect(place).await.is_err(), "nobody listens any more");
    }

    #[tokio::test]
    async fn a_workspace_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("deep/down");
        assert!(!exists(&data).unwrap());
        create(&data, &setup()).await.unwrap();
        assert!(exists(&data).unwrap());
        assert_eq!((mode(&data), mode(&database(&data))), (0o700, 0o600), "closed to others");
        for _ in 0..2 {
            let local = Local::open(&data, silent()).await.unwrap();
            let me = local.backend.me().await.unwrap();
            assert_eq!((me.email.raw(), me.name.raw()), ("ann@acme.test", "Ann Lee"));
            assert_eq!(me.workspaces[0].name.raw(), "Acme");
            let workspace = local.backend.workspace(me.workspaces[0].id).await.unwrap();
            assert_eq!(workspace.policies.company_domains, ["acme.test"], "others get a warning");
            local.close().await;
        }
        let names = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names: BTreeSet<String> = names.collect();
        assert_eq!(
            names,
            ["link-key", "port", "rolecall.db", "rolecall.db-queue"].map(String::from).into(),
            "nothing unfinished is left"
        );
    }

    #[tokio::test]
    async fn what_an_interrupted_start_left_is_no_workspace() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rolecall.db.new"), "half").unwrap();
        assert!(!exists(folder.path()).unwrap());
        create(folder.path(), &setup()).await.unwrap();
        Local::open(folder.path(), silent()).await.unwrap().close().await;
    }

    #[tokio::test]
    async fn of_two_first_starts_at_once_the_second_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = NewWorkspace::make(folder.path(), &setup()).await.unwrap();
        let other = Setup { name: "Other".into(), ..setup() };
        let refused = create(folder.path(), &other).await.unwrap_err();
        assert!(refused.message.contains("another rolecall is making a workspace there"), "{}", refused.message);
        first.put().unwrap();
        let refused = create(folder.path(), &other).await.unwrap_err();
        assert!(refused.message.contains("another rolecall has made a workspace there"), "{}", refused.message);
        let local = Local::open(folder.path(), silent()).await.unwrap();
        assert_eq!(local.backend.me().await.unwrap().workspaces[0].name.raw(), "Acme", "nothing of it is mixed in");
        local.close().await;
    }

    #[tokio::test]
    async fn an_empty_file_is_no_workspace_and_one_without_people_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(database(folder.path()), "").unwrap();
        assert!(!exists(folder.path()).unwrap());
        open(&database(folder.path())).await.unwrap().close().await;
        let failure = Local::open(folder.path(), silent()).await.unwrap_err();
        assert!(failure.message.contains("no workspace in"), "{}", failure.message);
    }

    #[tokio::test]
    async fn a_folder_whose_name_is_no_text_is_refused_and_no_other_is_made() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join(std::ffi::OsStr::from_bytes(b"bad\xffname"));
        assert_eq!(create(&data, &setup()).await.unwrap_err().exit, super::super::exit::Exit::Usage);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_file_that_is_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path());
        fs::write(&path, "a shopping list, quite long, and surely no database at all").unwrap();
        let failure = Local::open(folder.path(), silent()).await.unwrap_err();
        assert!(failure.message.contains("not a rolecall database"), "{}", failure.message);
        assert!(!failure.message.contains('\n'), "one sentence: {}", failure.message);
        assert!(fs::read_to_string(&path).unwrap().starts_with("a shopping list"));
    }
}
