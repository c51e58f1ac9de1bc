//! Where a command works: a backend and the workspace there.

use super::{
    exit::Failure,
    local::{self, Local},
    output,
};
use crate::{
    api::{backend::Backend, http::HttpBackend, wire::Workspace},
    config::Config,
    domain::{id::WorkspaceId, time::Timestamp, untrusted::visible},
    i18n::{t, tf},
};
use std::time::SystemTime;

/// Where a command works.
pub struct Desk<B> {
    /// The backend.
    pub backend: B,
    /// The workspace.
    pub workspace: Workspace,
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
    Ok(Desk { backend, workspace, ascii: config.ascii, now: now() })
}

fn now() -> Timestamp {
    let seconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
