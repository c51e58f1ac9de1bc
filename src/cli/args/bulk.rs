//! Arguments that all changes of many rows take.

use crate::{
    domain::{change::MAX_REASON, untrusted::Text},
    i18n::{t, tf},
};
use clap::{Args as ClapArgs, ValueEnum};

/// How rows are named, what happens to them, and what a script is told: the same for every such change.
pub(super) const ROWS: &str = "\
Name the rows by e-mail address, by - for addresses on standard input, one a line, or by --filter.

Without --yes the plan is shown and asked about, on the terminal also where - reads a list; \
where nobody can be asked nothing is done (code 2). \
With --yes it is done without a question, however many rows it has: look with --dry-run first. \
Code 3: some rows failed or were skipped, or the plan left out an address that you named. \
An address that nobody here has stops everything before it is begun (code 1), and so does a filter \
that names a role, group or folder that is not there (code 2). A filter that matches nothing is no failure: \
nothing is done (code 0).

Ctrl-C stops and leaves the rest to rolecall jobs resume; a second Ctrl-C leaves at once.
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
    /// Do it without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// How to print the rows
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// A filter that says something: an empty one, of a script's unset variable, would mean everybody.
pub(super) fn filter(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err(t("cli.bulk.empty-filter").to_owned()) } else { Ok(text.to_owned()) }
}

/// An address that names somebody: an empty one, of a script's unset variable, is a mistake.
pub(super) fn address(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err(t("cli.bulk.empty-address").to_owned()) } else { Ok(text.to_owned()) }
}

/// Why, for the log.
pub(super) fn reason(text: &str) -> Result<Text, String> {
    within(text, MAX_REASON)
}

/// What is too long is told here: of a plan it would leave out every row, which is no failure.
pub(super) fn within(text: &str, most: usize) -> Result<Text, String> {
    if text.chars().count() > most { Err(tf("cli.too-long", &[("n", &most)])) } else { Ok(Text::new(text)) }
}
