//! The console on a backend inside this process. Its first frame does not wait for the backend.

use super::{
    args::{Demo, FirstStart},
    exit::{Exit, Failure},
    local::{self, Local},
    outcome, session, setup,
    temp_dir::TempDir,
    workspace_init::NewWorkspace,
};
use crate::{
    config::Config,
    domain::untrusted::visible,
    i18n::{t, tf},
    tui::{self, Settings},
    words::Keys,
};
use std::{
    cell::Cell,
    io::{self, IsTerminal, Write},
};

/// Opens one's own workspace, and makes it first when there is none.
pub async fn own(config: Config, first_start: &FirstStart) -> Result<Exit, Failure> {
    need_terminal()?;
    if !local::exists(&config.data_dir)? {
        let mut out = io::stdout();
        let folder = visible(&config.data_dir.to_string_lossy());
        writeln!(out, "{}\n", tf("cli.setup.welcome", &[("folder", &folder)]))
            .map_err(|error| Failure::failed(error.to_string()))?;
        let setup = setup::answers(first_start, (!config.no_input).then(|| (io::stdin().lock(), out)))?;
        NewWorkspace::make(&config.data_dir, &setup).await?.put()?;
    }
    let data_dir = config.data_dir.clone();
    let settings = Settings { stops_changes: true, ..config.into() };
    run(settings, Local::open(&data_dir, local::silent())).await
}

/// Opens a sample workspace, which is gone afterwards.
pub async fn demo(config: Config, demo: &Demo) -> Result<Exit, Failure> {
    need_terminal()?;
    let temp_dir = TempDir::new()?;
    let starting = Some(tf("cli.making-sample", &[("n", &demo.members)]));
    // Commands that are shown are for the sample, as long as it is there.
    let data_dir = Some(temp_dir.path().to_string_lossy().into_owned());
    let settings = Settings { starting, data_dir, ..config.into() };
    run(settings, Local::sample(temp_dir.path(), demo.members)).await
}

async fn run(settings: Settings, start: impl Future<Output = Result<Local, Failure>>) -> Result<Exit, Failure> {
    let started = Cell::new(None);
    let backend = async {
        let local = start.await.map_err(|failure| failure.message)?;
        let backend = local.backend.clone();
        started.set(Some(local));
        Ok::<_, String>(backend)
    };
    let ended = tui::run_when(backend, settings).await;
    let at_work = ended.as_deref().unwrap_or_default();
    if let Some(local) = started.take() {
        local.close_on(at_work).await.iter().for_each(|change| outcome::tell(change, &Keys, session::now()));
    }
    ended.map_err(|error| Failure::failed(error.to_string()))?;
    Ok(Exit::Done)
}

fn need_terminal() -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        Ok(())
    } else {
        Err(Failure::usage(t("cli.no-terminal")))
    }
}
