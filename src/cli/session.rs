//! Where a command works: a backend and the workspace there.

use super::{
    exit::Failure,
    local::{self, Local},
    output,
};
use crate::{
    api::{backend::Backend, error::ApiError, http::HttpBackend, wire::Workspace},
    config::Config,
    domain::{id::WorkspaceId, time::Timestamp, untrusted::visible},
    i18n::{t, tf},
};
use std::time::SystemTime;

/// Where a command works.
pub struct Session<B> {
    /// The backend.
    pub backend: B,
    /// The workspace.
    pub workspace: Workspace,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// When the command began.
    pub now: Timestamp,
}

impl<B: Backend> Session<B> {
    /// The workspace's identifier.
    pub fn id(&self) -> WorkspaceId {
        self.workspace.id
    }

    /// A call that failed, in the workspace's words.
    pub fn failure(&self, error: ApiError) -> Failure {
        Failure::of(error, &self.workspace)
    }
}

/// Does something at one's own workspace, and lets the backend finish.
pub async fn at<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Session<HttpBackend>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let folder = &config.data_dir;
    if !local::exists(folder)? {
        let shown = visible(&folder.to_string_lossy());
        return Err(Failure::failed(tf("cli.change.no-workspace-yet", &[("folder", &shown)])));
    }
    let local = Local::open(folder, output::reports()).await?;
    let done = match session(&local, config).await {
        Ok(session) => work(&session).await,
        Err(failure) => Err(failure),
    };
    local.close().await;
    done
}

async fn session(local: &Local, config: &Config) -> Result<Session<HttpBackend>, Failure> {
    let backend = local.backend.clone();
    let me = backend.me().await?;
    let Some(workspace) = me.workspaces.first() else {
        return Err(Failure::failed(t("cli.import.no-workspace")));
    };
    let workspace = backend.workspace(workspace.id).await?;
    Ok(Session { backend, workspace, ascii: config.ascii, now: now() })
}

/// The moment by the system's clock.
pub fn now() -> Timestamp {
    let seconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
