//! The backend: routes, services, and the store on SQLite and PostgreSQL. Uses `domain` and the wire
//! types of `api`.
//!
//! | room | owns |
//! |---|---|
//! | `routes` | paths, statuses, documents: handlers that take a request apart and hand it on |
//! | `services` | what a request means: checks, changes, previews, explanations |
//! | `auth` | who is asking, and how often they may try |
//! | [`store`] | SQL, and nothing else has any |
//! | `problem`, `extract`, `layers` | errors, request parts, and what happens around every request |

mod auth;
mod extract;
mod layers;
mod openapi;
mod planner;
mod problem;
mod routes;
pub mod sample;
mod services;
mod state;
pub mod store;

pub use auth::{
    limit::{Rate, Rates},
    secret::{Mint, NoRandomness, Secret},
};
pub use state::{Clock, Report, system_clock};

use crate::domain::id::AccountId;
use state::AppState;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use store::{Store, TokenHash};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How a server is to run.
pub struct Options {
    /// The database.
    pub store: Store,
    /// Where to listen; a random port on loopback when not said otherwise.
    pub listen: SocketAddr,
    /// The address that links begin with; where it listens when none.
    pub public_url: Option<String>,
    /// What invitation links are made with; a key of this run alone when none.
    pub mint: Option<Mint>,
    /// How long a session lasts, in seconds.
    pub session_seconds: i64,
    /// How often somebody may try.
    pub rates: Rates,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where reports of the server's own failures go.
    pub report: Report,
}

impl Options {
    /// On loopback, a random port, the system's clock, no log.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            mint: None,
            session_seconds: 12 * 60 * 60,
            rates: Rates::default(),
            clock: system_clock(),
            report: Arc::new(|_| ()),
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}; choose another address or port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        why: std::io::Error,
    },
    /// No random numbers, so no secrets.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// Starts servers.
pub struct Server;

impl Server {
    /// Listens and serves until shut down or dropped.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let refused = |why| StartError::Listen { address: options.listen, why };
        let listener = TcpListener::bind(options.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let url = format!("http://{address}");
        let (stop, stopped) = watch::channel(false);
        let state = AppState::new(options, &url, stopped.clone())?;
        let door = Door { state: state.clone(), stopped: stopped.clone() };
        let serving = tokio::spawn(door.serve(listener));
        let tending = tokio::spawn(tend(state.clone(), stopped));
        Ok(Running { address, url, state, stop, serving, tending })
    }

    /// As [`Server::start`], with a secret that acts as `account`, for the program that starts it. Whose database it
    /// is invites as many as they like.
    pub async fn embedded(mut options: Options, account: AccountId) -> Result<(Running, Secret), StartError> {
        options.rates.invitations.tries = usize::MAX;
        let running = Self::start(options).await?;
        let secret = running.secret_for(account)?;
        Ok((running, secret))
    }
}

/// How often expired invitations are logged and ended sessions forgotten.
const TENDING: Duration = Duration::from_secs(60);

/// Does what follows the clock and not a request.
async fn tend(state: AppState, mut stopped: watch::Receiver<bool>) {
    if let Err(fault) = state.passwords.prepare().await {
        (state.report)(&fault.to_string());
    }
    loop {
        let now = state.now();
        let work = async {
            state.store.expire_due(now).await?;
            state.store.sweep_sessions(now).await
        };
        if let Err(error) = work.await {
            (state.report)(&format!("tending: {error}"));
        }
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(TENDING) => {}
        }
    }
}

/// Where more can be listened on for a server at work.
#[derive(Clone)]
pub struct Door {
    state: AppState,
    stopped: watch::Receiver<bool>,
}

impl Door {
    /// Serves whoever comes by this listener until the server stops.
    pub async fn serve(mut self, listener: TcpListener) {
        let app = routes::router(self.state).into_make_service_with_connect_info::<SocketAddr>();
        let shutdown = async move {
            // An error means that the sender was dropped, which is a reason to stop as well.
            let _ = self.stopped.wait_for(|stop| *stop).await;
        };
        let _ = axum::serve(listener, app).with_graceful_shutdown(shutdown).await;
    }
}

/// A server at work. Dropped, it stops.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The same as an address of the web: `http://127.0.0.1:PORT`.
    pub url: String,
    state: AppState,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    tending: JoinHandle<()>,
}

/// For how long requests at work may finish when the server stops.
const GRACE: Duration = Duration::from_secs(5);

impl Running {
    /// Where more can be listened on for it.
    pub fn door(&self) -> Door {
        Door { state: self.state.clone(), stopped: self.stop.subscribe() }
    }

    /// A secret, good for this run alone, that acts as an account. Only its hash is kept.
    pub fn secret_for(&self, account: AccountId) -> Result<Secret, StartError> {
        let secret = Secret::random()?;
        self.state.run_secrets.add(TokenHash::of(secret.reveal()), account, self.state.now());
        Ok(secret)
    }

    /// Takes no more requests, lets those at work finish for a while, and stops. Jobs stop after the batch
    /// that they are at; what waits can be resumed.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let finished = async {
            self.state.changes.all_ended().await;
            let _ = (&mut self.serving).await;
        };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            self.serving.abort();
        }
        self.tending.abort();
        // Until it is over: nothing is asked of a database that is being closed.
        let _ = (&mut self.tending).await;
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("url", &self.url).finish_non_exhaustive()
    }
}
