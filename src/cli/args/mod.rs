//! The arguments, and the help that teaches them. Its paragraphs are one line each: how wide the terminal is, is
//! known only when they are printed.

mod changes;
mod common;
mod folders;
mod grants;
mod groups;
mod invitations;
mod role;
mod users;

pub use changes::{ChangeList, ChangeResume, ChangeShow, ChangeStop, ChangeUndo, ChangesCommand};
pub use common::{Consent, Format};
pub use folders::{FolderCreate, FolderList, FoldersCommand};
pub use grants::{Effect, Grant, GrantRemove, GrantsCommand, Subjects};
pub use groups::{GroupAdd, GroupCreate, GroupEdit, GroupList, GroupRemove, GroupsCommand};
pub use invitations::{Cancel, InvitationEdit, InvitationList, Invitations, InvitationsCommand, Invite, Resend};
pub use role::{Given, Members, RoleCommand, SetRole};
pub use users::{UserChange, UserList, UserRename, UsersCommand};

use crate::{
    config::{EVERYWHERE, Layer},
    i18n::tf,
};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::{ops::RangeInclusive, path::PathBuf};

const EXAMPLES: &str = "\
Examples:
  rolecall demo                    look around in a sample workspace; nothing is kept
  rolecall                         open your own workspace; the first time it asks for a name
  rolecall --readonly              look, but change nothing
  rolecall import people.csv       bring people in from a file, all or none
  rolecall invite --file new.csv   invite people; each gets a link
  rolecall invitations list --flag expiring
  rolecall role set Viewer --filter 'role:marketer last:>90d' --dry-run
  rolecall users deactivate adele@example.com
  rolecall changes undo            undo your last change

In the console, ? shows the keys that apply where you are, and q goes back or quits.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done, 4 not signed in, 5 conflict, 6 refused.";

const DEMO_EXAMPLES: &str = "\
Examples:
  rolecall demo                    some 500 people, 12 groups, 40 folders
  rolecall demo --members 100000   the same, much larger
  rolecall demo --theme light --ascii";

const IMPORT_EXAMPLES: &str = "\
The first line names the columns, in any order: email, name, role, groups. Several groups are separated by \
semicolons. Commas, semicolons or tabs separate the columns. A faulty row is told by line and column, all of \
them at once, and then nothing is imported. A file of addresses alone, one a line, needs no names of columns.

Examples:
  rolecall import people.csv
  rolecall import --dry-run people.csv         check only
  rolecall import --create-groups people.csv   make the groups that are not there yet
  ldap-export | rolecall import -              read standard input

  email,name,role,groups
  adele@example.com,Adele Vance,Marketer,Content Team;Campaign Desk
  bo@example.com,Bo Li,Viewer,";

/// The keyboard-driven console for who may do what: people, roles, groups, folder grants and
/// invitations.
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, after_help = EXAMPLES, args_conflicts_with_subcommands = false)]
pub struct Args {
    /// What to do; the console when nothing is said
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Read settings from this file instead of the one in the configuration folder
    #[arg(long, global = true, value_name = "FILE", env = "ROLECALL_CONFIG", hide_env_values = true,
          help_heading = EVERYWHERE)]
    pub config: Option<PathBuf>,
    /// Settings.
    #[command(flatten)]
    pub settings: Layer,
    /// Answers for the first start.
    #[command(flatten)]
    pub first_start: FirstStart,
}

/// Commands besides the console.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on a sample workspace that is gone afterwards
    Demo(Demo),
    /// Bring people into your workspace from a CSV file, all or none
    Import(Import),
    /// Invite people, one or many
    Invite(Box<Invite>),
    /// List, edit, resend and cancel invitations
    #[command(subcommand)]
    Invitations(InvitationsCommand),
    /// List, deactivate, reactivate, remove and rename members
    #[command(subcommand)]
    Users(UsersCommand),
    /// Change the roles of members
    #[command(subcommand)]
    Role(RoleCommand),
    /// List, create, edit and delete groups; add and remove members
    #[command(subcommand)]
    Groups(GroupsCommand),
    /// List and create folders
    #[command(subcommand)]
    Folders(FoldersCommand),
    /// Allow and deny capabilities in folders
    #[command(subcommand)]
    Grants(GrantsCommand),
    /// List, show, stop, resume and undo changes
    #[command(subcommand)]
    Changes(ChangesCommand),
}

/// How large a sample.
#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = DEMO_EXAMPLES)]
pub struct Demo {
    /// How many people; the same ones every time
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = members)]
    pub members: u32,
}

/// How many people a sample may have.
const MEMBERS: RangeInclusive<u32> = 1..=5_000_000;

fn members(text: &str) -> Result<u32, String> {
    let many = text.parse().ok().filter(|many| MEMBERS.contains(many));
    many.ok_or_else(|| tf("cli.no-members", &[("least", MEMBERS.start()), ("most", MEMBERS.end())]))
}

/// What to import, and how.
#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = IMPORT_EXAMPLES)]
pub struct Import {
    /// The file; - is standard input
    pub file: PathBuf,
    /// Make the groups that the file names and that are not there yet
    #[arg(long)]
    pub create_groups: bool,
    /// Check everything and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print what was done
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
    /// Answers for the first start.
    #[command(flatten)]
    pub first_start: FirstStart,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

/// The answers that a first start asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, ClapArgs)]
#[command(next_help_heading = "First start")]
pub struct FirstStart {
    /// Name of the new workspace
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Your e-mail address: you are the new workspace's owner
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// Your own name
    #[arg(long, value_name = "NAME")]
    pub owner_name: Option<String>,
}

impl FirstStart {
    /// These answers, and where there is none that of `other`: before the command or after it they mean the same.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            email: self.email.or(other.email),
            owner_name: self.owner_name.or(other.owner_name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_make_sense() {
        Args::command().debug_assert();
    }

    #[test]
    fn settings_go_before_or_after_the_command() {
        for line in [["rolecall", "--theme", "light", "demo"], ["rolecall", "demo", "--theme", "light"]] {
            let args = Args::try_parse_from(line).unwrap();
            assert_eq!(args.settings.theme, Some(crate::config::Theme::Light));
        }
    }

    #[test]
    fn a_switch_can_be_turned_off_over_the_file() {
        let readonly = |line: &[&str]| Args::try_parse_from(line).unwrap().settings.readonly;
        assert_eq!(readonly(&["rolecall", "--readonly"]), Some(true));
        assert_eq!(readonly(&["rolecall", "--readonly=false"]), Some(false));
        assert_eq!(readonly(&["rolecall", "--readonly", "demo"]), Some(true), "demo is the command, not the value");
    }
}
