//! The arguments of `rolecall groups`.

use super::{
    common::{Consent, Format, ROWS, address, name, reason, within},
    role::Given,
    users::UserChange,
};
use crate::domain::{change::MAX_MESSAGE, untrusted::Text};
use clap::{Args as ClapArgs, Subcommand};

const GROUPS_EXAMPLES: &str = "\
Examples:
  rolecall groups list
  rolecall groups create 'Campaign Desk' --capability content.write
  rolecall groups add 'Campaign Desk' bo@example.com cy@example.com";

const LIST_EXAMPLES: &str = "\
Examples:
  rolecall groups list
  rolecall groups list -o csv > groups.csv";

const ADD_EXAMPLES: &str = "\
Examples:
  rolecall groups add 'Content Team' bo@example.com cy@example.com
  rolecall groups add 'Content Team' --filter role:marketer --dry-run
  rolecall groups add 'Content Team' bo@example.com --expires +30d";

const REMOVE_EXAMPLES: &str = "\
Examples:
  rolecall groups remove 'Content Team' bo@example.com
  rolecall groups remove 'Content Team' --filter 'group:\"Content Team\" last:>90d' --dry-run";

const CREATE_EXAMPLES: &str = "\
Examples:
  rolecall groups create Partners
  rolecall groups create 'Campaign Desk' --capability content.write --leader bo@example.com";

const EDIT_EXAMPLES: &str = "\
What is not named stays as it is.

Examples:
  rolecall groups edit Partners --name 'Print Partners'
  rolecall groups edit Partners --add-capability content.write --remove-capability media.write
  rolecall groups edit Partners --leader bo@example.com --dry-run";

const DELETE_EXAMPLES: &str = "\
Its grants and fences go with it. A group that alone opens a fenced folder cannot be deleted.

Examples:
  rolecall groups delete Partners --dry-run
  rolecall groups delete Partners --reason 'contract ended'";

// Clap puts the group last, for it stands beside a group of arguments.
const ADD_USAGE: &str = "\
rolecall groups add [OPTIONS] <GROUP> <E-MAIL>...
       rolecall groups add [OPTIONS] <GROUP> --filter <FILTER>
       rolecall groups add [OPTIONS] <GROUP> --all";

const REMOVE_USAGE: &str = "\
rolecall groups remove [OPTIONS] <GROUP> <E-MAIL>...
       rolecall groups remove [OPTIONS] <GROUP> --filter <FILTER>
       rolecall groups remove [OPTIONS] <GROUP> --all";

/// What to do with groups.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = GROUPS_EXAMPLES)]
pub enum GroupsCommand {
    /// List groups
    #[command(after_help = LIST_EXAMPLES)]
    List(GroupList),
    /// Add members to a group
    #[command(after_help = ADD_EXAMPLES, after_long_help = format!("{ROWS}\n{ADD_EXAMPLES}"), override_usage = ADD_USAGE)]
    Add(GroupAdd),
    /// Remove members from a group
    #[command(after_help = REMOVE_EXAMPLES, after_long_help = format!("{ROWS}\n{REMOVE_EXAMPLES}"),
              override_usage = REMOVE_USAGE)]
    Remove(GroupRemove),
    /// Create a group
    #[command(after_help = CREATE_EXAMPLES)]
    Create(GroupCreate),
    /// Change a group's name, description, leader or capabilities
    #[command(after_help = EDIT_EXAMPLES)]
    Edit(GroupEdit),
    /// Delete a group
    #[command(after_help = DELETE_EXAMPLES)]
    Delete(GroupDelete),
}

impl GroupsCommand {
    /// How a change is confirmed; none for a list.
    pub fn consent(&self) -> Option<&Consent> {
        match self {
            Self::List(_) => None,
            Self::Add(GroupAdd { given: Given { consent, .. }, .. })
            | Self::Remove(GroupRemove { change: UserChange { consent, .. }, .. })
            | Self::Create(GroupCreate { consent, .. })
            | Self::Edit(GroupEdit { consent, .. })
            | Self::Delete(GroupDelete { consent, .. }) => Some(consent),
        }
    }
}

/// How to list groups.
#[derive(Debug, Clone, ClapArgs)]
pub struct GroupList {
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Whom to add to which group.
#[derive(Debug, Clone, ClapArgs)]
pub struct GroupAdd {
    /// The group, by name
    #[arg(value_name = "GROUP")]
    pub group: String,
    #[command(flatten)]
    pub given: Given,
}

/// Whom to remove from which group.
#[derive(Debug, Clone, ClapArgs)]
pub struct GroupRemove {
    /// The group, by name
    #[arg(value_name = "GROUP")]
    pub group: String,
    #[command(flatten)]
    pub change: UserChange,
}

/// A group to create.
#[derive(Debug, Clone, ClapArgs)]
pub struct GroupCreate {
    /// Its name
    #[arg(value_name = "NAME", value_parser = name)]
    pub name: Text,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = description)]
    pub description: Option<Text>,
    /// A capability that it adds, by key or label; may be given again
    #[arg(long = "capability", value_name = "CAPABILITY")]
    pub capabilities: Vec<String>,
    /// Who may manage its members
    #[arg(long, value_name = "E-MAIL", value_parser = address)]
    pub leader: Option<String>,
    #[command(flatten)]
    pub consent: Consent,
}

/// What to change of a group.
#[derive(Debug, Clone, ClapArgs)]
#[group(id = "edits", required = true, multiple = true,
        args = ["name", "description", "add_capability", "remove_capability", "leader", "no_leader"])]
pub struct GroupEdit {
    /// The group, by name
    #[arg(value_name = "GROUP")]
    pub group: String,
    /// Its new name
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub name: Option<Text>,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = description)]
    pub description: Option<Text>,
    /// A capability that it adds from now on; may be given again
    #[arg(long, value_name = "CAPABILITY")]
    pub add_capability: Vec<String>,
    /// A capability that it adds no longer; may be given again
    #[arg(long, value_name = "CAPABILITY")]
    pub remove_capability: Vec<String>,
    /// Who may manage its members
    #[arg(long, value_name = "E-MAIL", value_parser = address)]
    pub leader: Option<String>,
    /// Nobody but administrators manages its members
    #[arg(long, conflicts_with = "leader")]
    pub no_leader: bool,
    #[command(flatten)]
    pub consent: Consent,
}

/// Which group to delete.
#[derive(Debug, Clone, ClapArgs)]
pub struct GroupDelete {
    /// The group, by name
    #[arg(value_name = "GROUP")]
    pub group: String,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    #[command(flatten)]
    pub consent: Consent,
}

fn description(text: &str) -> Result<Text, String> {
    within(text, MAX_MESSAGE)
}
