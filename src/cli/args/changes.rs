//! The arguments of `rolecall changes`.

use super::common::{Consent, Format, reason};
use crate::{
    domain::{id::ChangeId, untrusted::Text},
    i18n::t,
};
use clap::{Args as ClapArgs, Subcommand};

const CHANGES_EXAMPLES: &str = "\
Every change is recorded, of one row or of many, made here or in the console. A change that was stopped or \
interrupted resumes where it was; each row is applied once. A change that runs in another rolecall, an open console \
for example, is shown as running, and rolecall changes stop stops it from here.

Examples:
  rolecall changes list
  rolecall changes show 12 --failed
  rolecall changes resume             resume what was interrupted
  rolecall changes undo               undo your last change
  rolecall changes undo 12 --dry-run  see what an undo would do";

const CHANGE_LIST_EXAMPLES: &str = "\
Examples:
  rolecall changes list
  rolecall changes list -o wide         with undone changes and reasons
  rolecall changes list -o csv > changes.csv";

const SHOW_EXAMPLES: &str = "\
Examples:
  rolecall changes show 12
  rolecall changes show 12 --failed
  rolecall changes show 12 -o csv > rows.csv";

const STOP_EXAMPLES: &str = "\
Examples:
  rolecall changes stop 12
  rolecall changes resume 12   resume where it stopped";

const RESUME_EXAMPLES: &str = "\
Without a number: your changes that were interrupted, by a killed process for example. Each is shown and asked about; \
outside a terminal nothing is resumed without --yes (code 2). A change that was told to stop resumes only by number. \
Changes that are left are listed with the command that resumes them (code 1, or 3 if others were resumed).

Examples:
  rolecall changes resume
  rolecall changes resume --yes         all of it, without a question
  rolecall changes resume 12            this one, without a question
  rolecall changes resume 12 --failed   try the rows that failed again, too";

const UNDO_EXAMPLES: &str = "\
Without a number: your own last change, whatever it was. If that cannot be undone, nothing is. Rows that somebody \
has changed since are skipped and listed.

Examples:
  rolecall changes undo
  rolecall changes undo 12 --dry-run
  rolecall changes undo 12 --yes";

/// What to do with changes.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = CHANGES_EXAMPLES)]
pub enum ChangesCommand {
    /// List changes, the newest first
    #[command(after_help = CHANGE_LIST_EXAMPLES)]
    List(ChangeList),
    /// Show the rows of a change, before and after
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ChangeShow),
    /// Resume changes that were stopped or interrupted
    #[command(after_help = RESUME_EXAMPLES)]
    Resume(ChangeResume),
    /// Undo a change
    #[command(after_help = UNDO_EXAMPLES)]
    Undo(ChangeUndo),
    /// Stop a change; it can be resumed
    #[command(after_help = STOP_EXAMPLES)]
    Stop(ChangeStop),
}

/// How to list changes.
#[derive(Debug, Clone, ClapArgs)]
pub struct ChangeList {
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which change to show, and how much of it.
#[derive(Debug, Clone, ClapArgs)]
pub struct ChangeShow {
    /// Its number
    #[arg(value_parser = change, allow_negative_numbers = true)]
    pub change: ChangeId,
    /// Only the rows that failed
    #[arg(long)]
    pub failed: bool,
    /// How to print the rows
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which change to resume.
#[derive(Debug, Clone, ClapArgs)]
pub struct ChangeResume {
    /// Its number; all interrupted changes when none is given
    #[arg(value_parser = change, allow_negative_numbers = true)]
    pub change: Option<ChangeId>,
    /// Try the rows that failed again, too
    #[arg(long, requires = "change")]
    pub failed: bool,
    /// Without a number: resume all, without asking
    #[arg(short, long)]
    pub yes: bool,
    /// How to print the rows
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which change to undo.
#[derive(Debug, Clone, ClapArgs)]
pub struct ChangeUndo {
    /// Its number; your own last change when none is given
    #[arg(value_parser = change, allow_negative_numbers = true)]
    pub change: Option<ChangeId>,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}

/// Which change to stop.
#[derive(Debug, Clone, ClapArgs)]
pub struct ChangeStop {
    /// Its number
    #[arg(value_parser = change, allow_negative_numbers = true)]
    pub change: ChangeId,
}

fn change(text: &str) -> Result<ChangeId, &'static str> {
    text.parse().ok().filter(|number| *number > 0).map(ChangeId).ok_or_else(|| t("cli.changes.no-number"))
}
