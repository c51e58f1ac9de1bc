//! What every handler shares.

use super::{
    Options,
    auth::{
        RunSecrets,
        limit::Limiter,
        password::Passwords,
        secret::{Mint, NoRandomness, Secret},
    },
    services::changes::Changes,
    store::Store,
};
use crate::domain::time::Timestamp;
use std::sync::Arc;
use tokio::sync::watch;

/// Where the time comes from; tests bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where one-line reports of the server's own failures go. They hold no secrets.
pub type Report = Arc<dyn Fn(&str) + Send + Sync>;

/// The clock of the system.
pub fn system_clock() -> Clock {
    Arc::new(|| Timestamp(jiff::Timestamp::now().as_second()))
}

/// The server's parts; clones share them.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub store: Store,
    /// Passwords.
    pub passwords: Passwords,
    /// Who tried how often.
    pub limiter: Limiter,
    /// Secrets of this run.
    pub run_secrets: RunSecrets,
    /// Makes invitation tokens.
    pub mint: Mint,
    /// The address that links begin with, without a slash at its end.
    pub public_url: Arc<str>,
    /// How long a session lasts, in seconds.
    pub session_seconds: i64,
    /// Changes being applied.
    pub changes: Changes,
    /// The clock.
    pub clock: Clock,
    /// The log.
    pub report: Report,
}

impl AppState {
    /// The parts of a server that was reached at `url`; `closing` says when it ends.
    pub fn new(options: Options, url: &str, closing: watch::Receiver<bool>) -> Result<Self, NoRandomness> {
        let public = options.public_url.unwrap_or_else(|| url.to_owned());
        Ok(Self {
            store: options.store,
            passwords: Passwords::default(),
            limiter: Limiter::new(options.rates),
            run_secrets: RunSecrets::default(),
            mint: options.mint.map_or_else(Mint::new, Ok)?,
            public_url: public.trim_end_matches('/').into(),
            session_seconds: options.session_seconds,
            changes: Changes::new(closing),
            clock: options.clock,
            report: options.report,
        })
    }

    /// This moment.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The link behind which an invitation is accepted.
    pub fn link(&self, token: &Secret) -> String {
        format!("{}/join/{}", self.public_url, token.reveal())
    }
}
