//! Arguments that every change takes.

use crate::{
    domain::{
        change::{MAX_REASON, name_fault},
        untrusted::Text,
    },
    i18n::{t, tf},
    words::{self, Keys},
};
use clap::{Args as ClapArgs, ValueEnum};

/// How rows are named, confirmed and reported: the same for every change of many rows.
pub(super) const ROWS: &str = "\
Name the rows by e-mail address, by - for addresses on standard input, one a line, or by --filter.

Without --yes the plan is shown and you are asked; what to type depends on how much it changes. \
Outside a terminal nothing changes (code 2). \
With --yes it is applied without a question, however many rows it has: look with --dry-run first. \
Code 3: some rows failed or were skipped, or the plan left out an address that you named. \
An unknown address (code 1), role, group or folder (code 2) stops everything before it starts. \
A filter that matches nothing changes nothing (code 0).

Ctrl-C stops the change; rolecall changes resume resumes it. A second Ctrl-C leaves at once.
";

/// How rows are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// For people, with every column
    Wide,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// Names alone, one a line: for the next command
    Name,
}

/// Whether, and how, a change is made.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Consent {
    /// Print the plan and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Apply it without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// How to print the rows
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// A filter that is not empty: an empty one, from a script's unset variable, would mean everybody.
pub(super) fn filter(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err(t("cli.change.empty-filter").to_owned()) } else { Ok(text.to_owned()) }
}

/// An address that is not empty: an empty one, from a script's unset variable, is a mistake.
pub(super) fn address(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err(t("cli.change.empty-address").to_owned()) } else { Ok(text.to_owned()) }
}

/// A name of a person or a group.
pub(super) fn name(text: &str) -> Result<Text, String> {
    let name = Text::new(text);
    name_fault(&name).map_or(Ok(name), |fault| Err(words::refusal(&fault, &Keys)))
}

/// Why, for the log.
pub(super) fn reason(text: &str) -> Result<Text, String> {
    within(text, MAX_REASON)
}

/// What is too long is refused here: a plan would leave out every row, which is no failure.
pub(super) fn within(text: &str, most: usize) -> Result<Text, String> {
    if text.chars().count() > most { Err(tf("cli.too-long", &[("n", &most)])) } else { Ok(Text::new(text)) }
}
