//! The arguments of `rolecall invite` and `rolecall invitations`.

use super::common::{Consent, Format, ROWS, address, filter, reason, within};
use crate::{
    domain::{
        change::{MAX_MESSAGE, TTL_DAYS},
        untrusted::Text,
    },
    i18n::tf,
};
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

const INVITATIONS_EXAMPLES: &str = "\
Examples:
  rolecall invitations list --flag expiring
  rolecall invitations resend --flag expired --dry-run
  rolecall invitations cancel bo@example.com";

const LIST_EXAMPLES: &str = "\
Fields of --filter: flag, role, group, status, inviter, domain; words match the e-mail and the name. \
A filter that asks for no status is about open invitations; status:any is about all there ever were.

Columns of --sort: expires, email, role, inviter, created, sends, delivery, flags, status.

Examples:
  rolecall invitations list --sort -sends
  rolecall invitations list --flag expiring
  rolecall invitations list --flag any -o csv > attention.csv
  rolecall invitations list --filter 'inviter:aziza !domain:example.com' -o json
  rolecall invitations list --flag expired -o name | rolecall invitations resend --yes -";

const EDIT_EXAMPLES: &str = "\
What is not named stays as it is.

Examples:
  rolecall invitations edit bo@example.com --role Designer
  rolecall invitations edit bo@example.com --group 'Content Team' --days 14
  rolecall invitations edit bo@example.com --no-groups --dry-run";

const RESEND_EXAMPLES: &str = "\
Examples:
  rolecall invitations resend bo@example.com
  rolecall invitations resend --flag expiring --dry-run
  rolecall invitations resend --flag expired --yes -o csv > links.csv";

const CANCEL_EXAMPLES: &str = "\
Examples:
  rolecall invitations cancel bo@example.com --reason 'left before joining'
  rolecall invitations cancel --flag inviter-gone
  rolecall invitations cancel --filter '!domain:example.com' --yes";

const INVITE_USAGE: &str = "\
rolecall invite [OPTIONS] <E-MAIL>...
       rolecall invite [OPTIONS] --file <FILE>";

const INVITE_EXAMPLES: &str = "\
Name the people by address, by - for standard input, or by a file. Either holds a table whose first line \
names its columns, in any order: email, name, role, groups; or the recipients of a mail, or lines with an address \
each and, in any order, the person's name, role and groups. --role and --group stand where somebody has none of \
their own. Who cannot be invited is left out, with the reason.

Examples:
  rolecall invite bo@example.com cy@example.com --role Viewer
  rolecall invite --file people.csv --role Viewer --group 'Content Team' --dry-run
  rolecall invite --file people.csv --yes -o csv > links.csv
  echo 'Bo Li <bo@example.com>, cy@example.com' | rolecall invite --role Viewer --yes -

  email,name,role,groups
  bo@example.com,Bo Li,Viewer,Content Team;Campaign Desk
  cy@example.com,Cy Ng,,";

/// Which invitations.
#[derive(Debug, Clone, Default, ClapArgs)]
#[group(required = true, multiple = true)]
pub struct Invitations {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", conflicts_with_all = ["filter", "flags", "all"], value_parser = address)]
    pub emails: Vec<String>,
    /// All that match
    #[arg(long, value_name = "FILTER", conflicts_with = "all", value_parser = filter)]
    pub filter: Option<String>,
    /// All with this flag; given again, with any of them
    #[arg(long = "flag", id = "flags", value_name = "FLAG", conflicts_with = "all")]
    pub flags: Vec<String>,
    /// All that are open
    #[arg(long)]
    pub all: bool,
}

/// What to do with invitations.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = INVITATIONS_EXAMPLES)]
pub enum InvitationsCommand {
    /// List invitations
    #[command(after_help = LIST_EXAMPLES)]
    List(InvitationList),
    /// Change an open invitation's role, groups and expiry
    #[command(after_help = EDIT_EXAMPLES)]
    Edit(InvitationEdit),
    /// Send new links; earlier ones stop working
    #[command(after_help = RESEND_EXAMPLES, after_long_help = format!("{ROWS}\n{RESEND_EXAMPLES}"))]
    Resend(Resend),
    /// Cancel invitations and remove their pending members
    #[command(after_help = CANCEL_EXAMPLES, after_long_help = format!("{ROWS}\n{CANCEL_EXAMPLES}"))]
    Cancel(Cancel),
}

/// Which invitations to list, and how.
#[derive(Debug, Clone, ClapArgs)]
pub struct InvitationList {
    /// Those with this flag: look-alike, privileged, inviter-gone, failed, expired, expiring, foreign, any; given
    /// again, with any of them
    #[arg(long = "flag", value_name = "FLAG")]
    pub flags: Vec<String>,
    /// Those that match
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    pub filter: String,
    /// The column to order by, - before it for descending
    #[arg(long, value_name = "COLUMN", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    pub sort: String,
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// What to send again.
#[derive(Debug, Clone, ClapArgs)]
pub struct Resend {
    /// Which.
    #[command(flatten)]
    pub which: Invitations,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}

/// What to change of an invitation. What is not named stays as it is.
#[derive(Debug, Clone, ClapArgs)]
#[group(id = "edits", required = true, multiple = true, args = ["role", "groups", "no_groups", "days"])]
pub struct InvitationEdit {
    /// Its address
    #[arg(value_name = "E-MAIL", value_parser = address)]
    pub email: String,
    /// The role; several between semicolons where members may hold several
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// A group, in place of those it has; may be given again
    #[arg(long = "group", id = "groups", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// No groups
    #[arg(long, conflicts_with = "groups")]
    pub no_groups: bool,
    /// Days from now that the link stays valid
    #[arg(long, value_name = "N", value_parser = days, allow_negative_numbers = true)]
    pub days: Option<i64>,
    #[command(flatten)]
    pub consent: Consent,
}

/// What to cancel.
#[derive(Debug, Clone, ClapArgs)]
pub struct Cancel {
    /// Which.
    #[command(flatten)]
    pub which: Invitations,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}

/// Whom to invite, and with what.
#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = INVITE_EXAMPLES, override_usage = INVITE_USAGE)]
pub struct Invite {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", conflicts_with = "file", required_unless_present = "file", value_parser = address)]
    pub emails: Vec<String>,
    /// A file of people; - is standard input
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// The role of whoever has none of their own in the file; several between semicolons
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// A group for whoever has none of their own in the file; may be given again
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// A message to all of them
    #[arg(long, value_name = "TEXT", value_parser = message)]
    pub message: Option<Text>,
    /// Days that the links stay valid
    #[arg(long, value_name = "N", value_parser = days, allow_negative_numbers = true)]
    pub days: Option<i64>,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}

fn message(text: &str) -> Result<Text, String> {
    within(text, MAX_MESSAGE)
}

fn days(text: &str) -> Result<i64, String> {
    let days = text.parse().ok().filter(|days| TTL_DAYS.contains(days));
    days.ok_or_else(|| tf("cli.invite.no-days", &[("least", TTL_DAYS.start()), ("most", TTL_DAYS.end())]))
}
