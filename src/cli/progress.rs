//! Owns a change that is being applied: starts it, shows its progress, stops it on Ctrl-C.

use super::{
    exit::{Exit, Failure},
    output::{self, say},
    session::Session,
};
use crate::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{Change, ChangeState, Resume, StartChange, Workspace},
    },
    app::changes::{bar, progress},
    domain::{id::ChangeId, time::Timestamp},
    i18n::{t, tf},
    words::change::title,
};
use std::io::{self, IsTerminal};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::unbounded_channel,
};

/// How a start ended.
#[derive(Debug)]
pub enum Started {
    /// The change, as it ended or stands.
    Change(Box<Change>),
    /// Nothing was done: the request would now come to another plan.
    PlanChanged,
}

/// Starts a change and follows it.
pub async fn start<B: Backend>(session: &Session<B>, start: &StartChange) -> Result<Started, Failure> {
    // From here on Ctrl-C stops the change and not this program.
    let stops = Stops::new();
    let key = format!("cli-{:032x}", rand::random::<u128>());
    match session.backend.start_change(session.id(), start, &key).await {
        Ok(change) => Ok(Started::Change(Box::new(follow(session, change, stops).await?))),
        Err(error) if error.stale() => Ok(Started::PlanChanged),
        Err(error) if error.settled() => Err(session.failure(error)),
        Err(error) => {
            let failure = session.failure(error);
            let message = format!("{}\n{}", failure.message, t("cli.change.unanswered"));
            Err(Failure { message, ..failure })
        }
    }
}

/// Resumes a change and follows it; also one that is said to be running, which is so for a while after its process was
/// killed.
pub async fn resume<B: Backend>(session: &Session<B>, change: Change, resume: Resume) -> Result<Change, Failure> {
    if change.state == ChangeState::Done && !(resume.failed && change.failed > 0) {
        return Ok(change);
    }
    let stops = Stops::new();
    let change = session.backend.resume_change(session.id(), change.id, resume).await;
    follow(session, change.map_err(|error| session.failure(error))?, stops).await
}

async fn follow<B: Backend>(session: &Session<B>, change: Change, stops: Stops) -> Result<Change, Failure> {
    if change.state == ChangeState::Running { watch(session, change.id, stops).await } else { Ok(change) }
}

/// Ctrl-C and a request to end. Of a running change the first stops the change, the second leaves.
pub struct Stops {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Stops {
    /// From now on they come here, and end nothing by themselves.
    pub fn new() -> Self {
        Self { interrupt: signal(SignalKind::interrupt()).ok(), terminate: signal(SignalKind::terminate()).ok() }
    }

    /// The next one.
    pub async fn next(&mut self) {
        async fn one(signal: &mut Option<Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = one(&mut self.interrupt) => {}
            () = one(&mut self.terminate) => {}
        }
    }
}

async fn watch<B: Backend>(session: &Session<B>, change: ChangeId, mut stops: Stops) -> Result<Change, Failure> {
    let (tell, mut told) = unbounded_channel();
    let line = Line::new(session.ascii);
    // Nobody listens any more only when the watching has ended.
    let watching = session.backend.watch_change(session.id(), change, move |change| drop(tell.send(change)));
    let mut watching = std::pin::pin!(watching);
    let lost = |error: ApiError| {
        let failure = session.failure(error);
        Failure { message: tf("cli.change.lost", &[("why", &failure.message), ("change", &change)]), ..failure }
    };
    loop {
        tokio::select! {
            biased;
            () = stops.next() => break,
            Some(change) = told.recv() => line.show(&change, &session.workspace, session.now),
            ended = &mut watching => return ended.map_err(lost),
        }
    }
    line.clear();
    say(t("cli.change.stopping"));
    let stopping = async {
        session.backend.stop_change(session.id(), change).await?;
        // Rows that were begun are finished first.
        watching.await
    };
    tokio::select! {
        biased;
        () = stops.next() => Err(Failure { exit: Exit::Partly, message: tf("cli.change.left", &[("change", &change)]) }),
        ended = stopping => ended.map_err(lost),
    }
}

/// The progress line on standard error, written over; none where no terminal can do that. It is gone when this is.
struct Line {
    seen: bool,
    marks: [&'static str; 2],
}

impl Line {
    fn new(ascii: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { seen: io::stderr().is_terminal() && !dumb, marks: if ascii { ["#", "."] } else { ["▰", "▱"] } }
    }

    /// `Role → Viewer ▰▰▰▰▰▰▱▱▱▱ 312/500 · 140/s · 1 s left · 2 failed`.
    fn show(&self, change: &Change, workspace: &Workspace, now: Timestamp) {
        if self.seen {
            let title = title(&change.into(), workspace, now);
            output::write_over(&format!("{title} {} {}", bar(change, self.marks), progress(change)));
        }
    }

    fn clear(&self) {
        if self.seen {
            output::write_over("");
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.clear();
    }
}
