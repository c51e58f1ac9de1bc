//! The command line: what is typed after `rolecall`, and what a script gets back.
//!
//! Data goes to stdout, words go to stderr, and the exit code says how it ended (see `exit`). A command
//! does what the console does, through the same [`crate::api`].

pub mod args;
mod ask;
mod change;
mod changes;
mod choose;
mod console;
mod exit;
pub mod file;
mod filter;
mod folders;
mod grants;
mod groups;
mod import;
mod invitations;
mod invite;
mod link_key;
mod local;
mod names;
mod outcome;
mod output;
pub mod people;
mod plan;
mod port;
mod progress;
mod resume;
mod role;
mod session;
mod setup;
mod temp_dir;
mod users;
mod workspace_init;

use crate::{
    config::Config,
    domain::untrusted::visible,
    i18n::{t, tf},
};
use args::{Args, Command, FirstStart};
use clap::{Parser, error::ContextValue};
use exit::{Exit, Failure};
use output::{complain, say, shortened};
use std::process::ExitCode;

/// The whole program: reads the arguments, does what they say.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if error.use_stderr() => return wrong(error),
        Err(help) => help.exit(),
    };
    match run(args) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            complain(&failure);
            failure.exit.into()
        }
    }
}

/// The longest value that is shown of what was typed.
const LONGEST_VALUE: usize = 100;

/// Wrong usage ends here, with code 2. What was typed may be from anywhere, and of any length, so it is shown as it is,
/// as far as it helps: no colours.
fn wrong(mut error: clap::Error) -> ExitCode {
    let typed = |(kind, value): (_, &ContextValue)| match value {
        ContextValue::String(text) => Some((kind, ContextValue::String(visible(&shortened(text, LONGEST_VALUE))))),
        _ => None,
    };
    for (kind, value) in error.context().filter_map(typed).collect::<Vec<_>>() {
        error.insert(kind, value);
    }
    let text: Vec<String> = error.to_string().trim_end().lines().map(visible).collect();
    say(&text.join("\n"));
    Exit::Usage.into()
}

fn run(args: Args) -> Result<Exit, Failure> {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let config = Config::load(args.config.as_deref(), args.settings, no_color)
        .map_err(|error| Failure::usage(error.to_string()))?;
    if args.first_start != FirstStart::default() && !matches!(args.command, None | Some(Command::Import(_))) {
        return Err(Failure::usage(t("cli.setup.elsewhere")));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(tf("cli.no-runtime", &[("why", &visible(&error.to_string()))])))?;
    let ended = runtime.block_on(async {
        match args.command {
            None => console::own(config, &args.first_start).await,
            Some(Command::Demo(wanted)) => console::demo(config, &wanted).await,
            Some(Command::Import(mut wanted)) => {
                wanted.first_start = wanted.first_start.or(args.first_start);
                import::run(&config, wanted).await
            }
            Some(Command::Invite(wanted)) => invite::run(&config, &wanted).await,
            Some(Command::Invitations(wanted)) => invitations::run(&config, wanted).await,
            Some(Command::Users(wanted)) => users::run(&config, wanted).await,
            Some(Command::Groups(wanted)) => groups::run(&config, wanted).await,
            Some(Command::Folders(wanted)) => folders::run(&config, wanted).await,
            Some(Command::Grants(wanted)) => grants::run(&config, wanted).await,
            Some(Command::Role(wanted)) => role::run(&config, wanted).await,
            Some(Command::Changes(wanted)) => changes::run(&config, wanted).await,
        }
    });
    // Whatever still runs, a large sample being made, is of no use to anybody now.
    runtime.shutdown_background();
    ended
}
