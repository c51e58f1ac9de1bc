//! The arguments of `rolecall users`.

use super::{
    common::{Consent, Format, ROWS, address, filter, name, reason},
    role::Members,
};
use crate::domain::untrusted::Text;
use clap::{Args as ClapArgs, Subcommand};

const USERS_EXAMPLES: &str = "\
Examples:
  rolecall users list --filter 'role:marketer last:>90d'
  rolecall users deactivate adele@example.com --reason 'left the company'
  rolecall users remove --filter 'status:deactivated last:>365d' --dry-run";

const LIST_EXAMPLES: &str = "\
Fields of --filter: role, status, group, workspace, folder, domain, last; words match the e-mail and the name, \
and ! negates a term.

Columns of --sort: email, name, role, status, last, groups.

Examples:
  rolecall users list
  rolecall users list --filter 'group:\"Content Team\"' --sort -last
  rolecall users list --filter status:pending -o name";

const DEACTIVATE_EXAMPLES: &str = "\
Examples:
  rolecall users deactivate adele@example.com --reason 'left the company'
  rolecall users deactivate --filter 'last:>365d' --dry-run
  rolecall users list --filter last:never -o name | rolecall users deactivate --yes -";

const REACTIVATE_EXAMPLES: &str = "\
Examples:
  rolecall users reactivate adele@example.com
  rolecall users reactivate --filter status:deactivated --dry-run";

const REMOVE_EXAMPLES: &str = "\
Accounts and history stay; a pending member's invitation is cancelled.

Examples:
  rolecall users remove adele@example.com --reason OPS-1182
  rolecall users remove --filter 'domain:partner.example' --dry-run";

const RENAME_EXAMPLES: &str = "\
Examples:
  rolecall users rename adele@example.com 'Adele Vance'";

/// What to do with members.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = USERS_EXAMPLES)]
pub enum UsersCommand {
    /// List members
    #[command(after_help = LIST_EXAMPLES)]
    List(UserList),
    /// Deactivate members; reactivating restores their access
    #[command(after_help = DEACTIVATE_EXAMPLES, after_long_help = format!("{ROWS}\n{DEACTIVATE_EXAMPLES}"))]
    Deactivate(UserChange),
    /// Reactivate members
    #[command(after_help = REACTIVATE_EXAMPLES, after_long_help = format!("{ROWS}\n{REACTIVATE_EXAMPLES}"))]
    Reactivate(UserChange),
    /// Remove members from the workspace
    #[command(after_help = REMOVE_EXAMPLES, after_long_help = format!("{ROWS}\n{REMOVE_EXAMPLES}"))]
    Remove(UserChange),
    /// Change a member's name
    #[command(after_help = RENAME_EXAMPLES)]
    Rename(UserRename),
}

/// Which members to list, and how.
#[derive(Debug, Clone, ClapArgs)]
pub struct UserList {
    /// Only those that match
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<String>,
    /// The column to sort by, - before it for descending
    #[arg(long, value_name = "COLUMN", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    pub sort: String,
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which members to change, and why.
#[derive(Debug, Clone, ClapArgs)]
pub struct UserChange {
    #[command(flatten)]
    pub which: Members,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    #[command(flatten)]
    pub consent: Consent,
}

/// Whom to rename.
#[derive(Debug, Clone, ClapArgs)]
pub struct UserRename {
    /// The member's address
    #[arg(value_name = "E-MAIL", value_parser = address)]
    pub email: String,
    /// The new name
    #[arg(value_name = "NAME", value_parser = name)]
    pub name: Text,
    #[command(flatten)]
    pub consent: Consent,
}
