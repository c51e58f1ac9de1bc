//! The arguments of `rolecall grants`.

use super::common::{Consent, ROWS, address, filter, reason};
use crate::domain::untrusted::Text;
use clap::{Args as ClapArgs, Subcommand};

const GRANTS_EXAMPLES: &str = "\
A folder is named by its name or, where several have it, by its path: 'Northwind/Campaigns'.

Examples:
  rolecall grants allow content.write --folder 'Promo Archive' bo@example.com
  rolecall grants deny content.write --folder 'Promo Archive' --group Partners --reason frozen
  rolecall grants remove content.write --folder 'Promo Archive' --group Partners";

const ALLOW_EXAMPLES: &str = "\
An allow never overrides a deny.

Examples:
  rolecall grants allow content.write --folder 'Promo Archive' bo@example.com --expires +30d
  rolecall grants allow content.write --folder 'Promo Archive' --group Partners
  rolecall grants allow content.read --folder Northwind/Campaigns --filter role:viewer --dry-run";

const DENY_EXAMPLES: &str = "\
Examples:
  rolecall grants deny content.write --folder 'Promo Archive' --group Partners --reason frozen
  rolecall grants deny content.write --folder 'Promo Archive' bo@example.com --review 2026-12-31";

const REMOVE_EXAMPLES: &str = "\
Removes the grants that are made in the folder itself, allows and denies alike.

Examples:
  rolecall grants remove content.write --folder 'Promo Archive' bo@example.com
  rolecall grants remove content.write --folder 'Promo Archive' --group Partners --effect deny";

const ALLOW_USAGE: &str = "\
rolecall grants allow [OPTIONS] --folder <FOLDER> <CAPABILITY> <E-MAIL>...
       rolecall grants allow [OPTIONS] --folder <FOLDER> <CAPABILITY> --group <GROUP>
       rolecall grants allow [OPTIONS] --folder <FOLDER> <CAPABILITY> --filter <FILTER>";

const DENY_USAGE: &str = "\
rolecall grants deny [OPTIONS] --folder <FOLDER> <CAPABILITY> <E-MAIL>...
       rolecall grants deny [OPTIONS] --folder <FOLDER> <CAPABILITY> --group <GROUP>
       rolecall grants deny [OPTIONS] --folder <FOLDER> <CAPABILITY> --filter <FILTER>";

const REMOVE_USAGE: &str = "\
rolecall grants remove [OPTIONS] --folder <FOLDER> <CAPABILITY> <E-MAIL>...
       rolecall grants remove [OPTIONS] --folder <FOLDER> <CAPABILITY> --group <GROUP>";

/// What to do with folder grants.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = GRANTS_EXAMPLES)]
pub enum GrantsCommand {
    /// Allow a capability in a folder and all below it
    #[command(after_help = ALLOW_EXAMPLES, after_long_help = format!("{ROWS}\n{ALLOW_EXAMPLES}"),
              override_usage = ALLOW_USAGE)]
    Allow(Grant),
    /// Deny a capability in a folder and all below it
    #[command(after_help = DENY_EXAMPLES, after_long_help = format!("{ROWS}\n{DENY_EXAMPLES}"),
              override_usage = DENY_USAGE)]
    Deny(Grant),
    /// Remove allows and denies
    #[command(after_help = REMOVE_EXAMPLES, after_long_help = format!("{ROWS}\n{REMOVE_EXAMPLES}"),
              override_usage = REMOVE_USAGE)]
    Remove(GrantRemove),
}

/// Whom a grant is for.
#[derive(Debug, Clone, Default, ClapArgs)]
#[group(required = true, multiple = false)]
pub struct Subjects {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", value_parser = address)]
    pub emails: Vec<String>,
    /// A group, by name
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// All members that match
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<String>,
}

/// What to allow or deny, where, and to whom.
#[derive(Debug, Clone, ClapArgs)]
pub struct Grant {
    /// The capability, by key or label
    #[arg(value_name = "CAPABILITY")]
    pub capability: String,
    /// The folder, by name or path
    #[arg(long, value_name = "FOLDER")]
    pub folder: String,
    #[command(flatten)]
    pub to: Subjects,
    /// Why, for whoever looks at it later
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    /// Until when: a date like 2026-12-31, or +90d
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
    /// When to look at it again: a date like 2026-12-31, or +90d
    #[arg(long, value_name = "DAY")]
    pub review: Option<String>,
    #[command(flatten)]
    pub consent: Consent,
}

/// Which grants to remove.
#[derive(Debug, Clone, ClapArgs)]
pub struct GrantRemove {
    /// The capability, by key or label
    #[arg(value_name = "CAPABILITY")]
    pub capability: String,
    /// The folder, by name or path
    #[arg(long, value_name = "FOLDER")]
    pub folder: String,
    #[command(flatten)]
    pub of: Owners,
    /// Only allows, or only denies
    #[arg(long, value_enum, value_name = "EFFECT")]
    pub effect: Option<Effect>,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    #[command(flatten)]
    pub consent: Consent,
}

/// Whose grants.
#[derive(Debug, Clone, Default, ClapArgs)]
#[group(required = true, multiple = false)]
pub struct Owners {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", value_parser = address)]
    pub emails: Vec<String>,
    /// A group, by name
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
}

/// Allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Effect {
    Allow,
    Deny,
}
