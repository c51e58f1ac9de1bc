//! `rolecall import`: people from a file into one's own workspace, all or none.

use super::{
    args::{Import as Wanted, Output},
    ask,
    exit::{Exit, Failure},
    file,
    local::{self, Local},
    output, people, setup,
    workspace_init::NewWorkspace,
};
use crate::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{Import, ImportFault, ImportRow, Imported},
    },
    config::Config,
    i18n::{t, tf},
};
use std::io;

/// Runs the command.
pub async fn run(config: &Config, wanted: Wanted) -> Result<Exit, Failure> {
    if config.readonly && !wanted.dry_run {
        return Err(Failure { exit: Exit::Refused, message: t("cli.import.readonly").to_owned() });
    }
    let wrong = |faults: Vec<ImportFault>| {
        let faults: Vec<_> = faults.into_iter().map(|fault| (wanted.file.as_path(), fault)).collect();
        people::faulty(t("cli.import.faulty"), &faults)
    };
    let rows = people::read(&file::given(&wanted.file)?).map_err(wrong)?;
    let folder = &config.data_dir;
    let mut new = None;
    if !local::exists(folder)? {
        let answers = ask::possible(config).then(ask::answers).and_then(Result::ok);
        let terminal = answers.map(|answers| (answers, io::stderr()));
        let setup = setup::answers(&wanted.first_start, terminal)?;
        new = Some(NewWorkspace::make(folder, &setup).await?);
    }
    let local = match &new {
        Some(new) => new.open(output::reports()).await?,
        None => Local::open(folder, output::reports()).await?,
    };
    let done = bring_in(&local, rows, &wanted).await;
    local.close().await;
    // Only a look, or a refusal, makes no workspace.
    if let Some(new) = new.filter(|_| done.is_ok() && !wanted.dry_run) {
        new.put()?;
    }
    match done {
        Ok(done) => print(&done, &wanted),
        Err(ApiError::Invalid { faults, .. }) if !faults.is_empty() => {
            let lacks_groups = !wanted.create_groups && faults.iter().any(|fault| fault.column == "groups");
            let mut failure = wrong(faults);
            if lacks_groups {
                failure.message = format!("{}\n{}", failure.message, t("cli.import.make-groups"));
            }
            Err(failure)
        }
        Err(error) => Err(error.into()),
    }
}

async fn bring_in(local: &Local, rows: Vec<ImportRow>, wanted: &Wanted) -> Result<Imported, ApiError> {
    let me = local.backend.me().await?;
    let Some(workspace) = me.workspaces.first() else {
        return Err(ApiError::Missing(t("cli.import.no-workspace").into()));
    };
    let import = Import { rows, create_groups: wanted.create_groups, dry_run: wanted.dry_run };
    let key = format!("import-{:032x}", rand::random::<u128>());
    local.backend.import(workspace.id, &import, &key).await
}

fn print(done: &Imported, wanted: &Wanted) -> Result<Exit, Failure> {
    let said = if wanted.dry_run { "cli.import.would" } else { "cli.import.done" };
    let words = tf(said, &[("members", &done.members), ("groups", &done.groups)]);
    match wanted.output {
        Output::Table => output::say(&words),
        Output::Json => {
            let data = serde_json::json!({
                "members": done.members,
                "groups": done.groups,
                "revision": done.revision,
                "dry_run": wanted.dry_run,
            });
            output::write(&format!("{data}\n"))?;
        }
    }
    Ok(Exit::Done)
}
