//! Where a command works: a backend, the workspace there, and the journal of what it asks for.

use super::{
    exit::Failure,
    local::{self, Local},
    output,
};
use crate::{
    api::{
        backend::Backend,
        http::HttpBackend,
        journal::{Journal, JournalError},
        wire::Workspace,
    },
    config::Config,
    domain::{id::WorkspaceId, time::Timestamp, untrusted::visible},
    i18n::{t, tf},
};
use std::time::SystemTime;

/// What the journal calls the backend in this process: its address is another one every time, its data
/// and its journal are in one folder.
pub const EMBEDDED: &str = "embedded";

/// Where a command works.
pub struct Desk<B> {
    /// The backend.
    pub backend: B,
    /// What the journal calls it.
    pub name: &'static str,
    /// The workspace.
    pub workspace: Workspace,
    /// What was asked for and is not yet known to be done.
    pub journal: Journal,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// When the command began.
    pub now: Timestamp,
}

impl<B: Backend> Desk<B> {
    /// The workspace's identifier.
    pub fn id(&self) -> WorkspaceId {
        self.workspace.id
    }
}

/// Does something at one's own workspace, and lets the backend finish.
pub async fn at<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Desk<HttpBackend>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let folder = &config.data_dir;
    if !local::exists(folder)? {
        let shown = visible(&folder.to_string_lossy());
        return Err(Failure::failed(tf("cli.bulk.no-workspace-yet", &[("folder", &shown)])));
    }
    let local = Local::open(folder, output::reports()).await?;
    let done = match desk(&local, config).await {
        Ok(desk) => work(&desk).await,
        Err(failure) => Err(failure),
    };
    local.close().await;
    done
}

async fn desk(local: &Local, config: &Config) -> Result<Desk<HttpBackend>, Failure> {
    let backend = local.backend.clone();
    let me = backend.me().await?;
    let Some(workspace) = me.workspaces.first() else {
        return Err(Failure::failed(t("cli.import.no-workspace")));
    };
    let workspace = backend.workspace(workspace.id).await?;
    let journal = Journal::open(&local::journal(&config.data_dir))?;
    Ok(Desk { backend, name: EMBEDDED, workspace, journal, ascii: config.ascii, now: now() })
}

fn now() -> Timestamp {
    let seconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::failed(error.to_string())
    }
}
