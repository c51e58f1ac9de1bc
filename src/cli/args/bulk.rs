//! The arguments of what changes many rows at once: roles, invitations, jobs.

use crate::{
    domain::{
        change::{MAX_MESSAGE, MAX_REASON, TTL_DAYS},
        id::JobId,
        untrusted::Text,
    },
    i18n::{t, tf},
};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

// Paragraphs are one line each: how wide the terminal is, is known only when they are printed.

const ROWS: &str = "\
Name the rows by e-mail address, by - for addresses on standard input, one a line, or by --filter.

Without --yes the plan is shown and asked about; where nobody can be asked nothing is done (code 2). \
With --yes it is done without a question, however many rows it has: look with --dry-run first. \
Code 3: some rows failed or were skipped, or the plan left out an address that you named. \
An address that nobody here has stops everything before it is begun (code 1).

Ctrl-C stops and leaves the rest to rolecall jobs resume; a second Ctrl-C leaves at once.
";

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

// Clap puts the role last, for it stands beside a group of arguments.
const SET_USAGE: &str = "\
rolecall role set [OPTIONS] <ROLE> <E-MAIL>...
       rolecall role set [OPTIONS] <ROLE> --filter <FILTER>
       rolecall role set [OPTIONS] <ROLE> --all";

const SET_EXAMPLES: &str = "\
Fields of --filter: role, status, group, workspace, folder, domain, last; words match the e-mail and the \
name, ! turns a term round: 'role:marketer last:>90d !domain:example.com'.

Examples:
  rolecall role set Viewer adele@example.com bo@example.com
  rolecall role set Viewer --filter 'role:marketer last:>90d' --dry-run
  rolecall role set Viewer --filter 'role:marketer last:>90d' --reason OPS-1182 --yes
  rolecall role set Designer --expires +30d - < names.txt";

const JOBS_EXAMPLES: &str = "\
Every change of many rows is a job, whether it was made here or in the console. A job that was stopped \
or interrupted goes on where it was; every row is done once, however often that happens. A job that is at \
work in another rolecall, an open console, looks stopped from here; jobs stop does stop it.

Examples:
  rolecall jobs list
  rolecall jobs show 12 --failed
  rolecall jobs resume             whatever was interrupted here
  rolecall jobs undo 12 --dry-run  what taking it back would do";

const JOB_LIST_EXAMPLES: &str = "\
Examples:
  rolecall jobs list
  rolecall jobs list -o wide         with who took which back, and the reasons
  rolecall jobs list -o csv > jobs.csv";

const SHOW_EXAMPLES: &str = "\
Examples:
  rolecall jobs show 12
  rolecall jobs show 12 --failed
  rolecall jobs show 12 -o csv > rows.csv";

const STOP_EXAMPLES: &str = "\
Examples:
  rolecall jobs stop 12
  rolecall jobs resume 12   goes on where it stopped";

const RESUME_EXAMPLES: &str = "\
Without a job: takes up whatever was interrupted here (a killed process, a lost connection). Other jobs \
of yours that stand still are named; --yes takes them up as well.

Examples:
  rolecall jobs resume
  rolecall jobs resume 12
  rolecall jobs resume 12 --failed   try the rows that failed again, too";

const UNDO_EXAMPLES: &str = "\
Rows that somebody has changed since are skipped and named.

Examples:
  rolecall jobs undo 12 --dry-run
  rolecall jobs undo 12 --yes";

const INVITE_USAGE: &str = "\
rolecall invite [OPTIONS] <E-MAIL>...
       rolecall invite [OPTIONS] --file <FILE>";

const INVITE_EXAMPLES: &str = "\
Name the people by address, by - for addresses on standard input, one a line, or by a file. The first line \
of the file names its columns, in any order: email, name, role, groups. A file of addresses alone, \
one a line, needs no such line. --role and --group stand where a row has none of its own. Who cannot be invited is left out, with the reason.

Examples:
  rolecall invite bo@example.com cy@example.com --role Viewer
  rolecall invite --file people.csv --role Viewer --group 'Content Team' --dry-run
  rolecall invite --file people.csv --yes -o csv > links.csv

  email,name,role,groups
  bo@example.com,Bo Li,Viewer,Content Team;Campaign Desk
  cy@example.com,Cy Ng,,";

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

/// Which members.
#[derive(Debug, Clone, Default, ClapArgs)]
#[group(required = true, multiple = false)]
pub struct Members {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL")]
    pub emails: Vec<String>,
    /// All that match
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<String>,
    /// All there are
    #[arg(long)]
    pub all: bool,
}

/// Which invitations.
#[derive(Debug, Clone, Default, ClapArgs)]
#[group(required = true, multiple = true)]
pub struct Invitations {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", conflicts_with_all = ["filter", "flags", "all"])]
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

/// A filter that says something: an empty one, of a script's unset variable, would mean everybody.
fn filter(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err(t("cli.bulk.empty-filter").to_owned()) } else { Ok(text.to_owned()) }
}

/// What to do with invitations.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = INVITATIONS_EXAMPLES)]
pub enum InvitationsCommand {
    /// Who is invited, and what about it wants attention
    #[command(after_help = LIST_EXAMPLES)]
    List(InvitationList),
    /// New links; every earlier one is dead
    #[command(after_help = RESEND_EXAMPLES, after_long_help = format!("{ROWS}\n{RESEND_EXAMPLES}"))]
    Resend(Resend),
    /// Take invitations back, and their pending members away
    #[command(after_help = CANCEL_EXAMPLES, after_long_help = format!("{ROWS}\n{CANCEL_EXAMPLES}"))]
    Cancel(Cancel),
}

/// Which invitations to list, and how.
#[derive(Debug, Clone, ClapArgs)]
pub struct InvitationList {
    /// Those with this flag: expiring, expired, failed, privileged, inviter-gone, foreign, look-alike, any; given
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

/// What to do with roles.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = SET_EXAMPLES)]
pub enum RoleCommand {
    /// Give members exactly this role
    #[command(after_help = SET_EXAMPLES, after_long_help = format!("{ROWS}\n{SET_EXAMPLES}"), override_usage = SET_USAGE)]
    Set(SetRole),
}

/// Which role, to whom.
#[derive(Debug, Clone, ClapArgs)]
pub struct SetRole {
    /// The role, by name; several between semicolons where members may hold several
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// To whom.
    #[command(flatten)]
    pub which: Members,
    /// Why, for whoever looks at it later
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    /// Until when: a day like 2026-12-31, or +90d
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}

/// What to do with jobs.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = JOBS_EXAMPLES)]
pub enum JobsCommand {
    /// Jobs, the newest first
    #[command(after_help = JOB_LIST_EXAMPLES)]
    List(JobList),
    /// A job and what became of its rows
    #[command(after_help = SHOW_EXAMPLES)]
    Show(JobShow),
    /// Go on with what was stopped or interrupted
    #[command(after_help = RESUME_EXAMPLES)]
    Resume(JobResume),
    /// Take back what a job did
    #[command(after_help = UNDO_EXAMPLES)]
    Undo(JobUndo),
    /// Stop a job; what waits can be resumed
    #[command(after_help = STOP_EXAMPLES)]
    Stop(JobStop),
}

/// How to list jobs.
#[derive(Debug, Clone, ClapArgs)]
pub struct JobList {
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which job to show, and how much of it.
#[derive(Debug, Clone, ClapArgs)]
pub struct JobShow {
    /// Its number
    #[arg(value_parser = job, allow_negative_numbers = true)]
    pub job: JobId,
    /// Only the rows that failed
    #[arg(long)]
    pub failed: bool,
    /// How to print the rows
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which job to go on with.
#[derive(Debug, Clone, ClapArgs)]
pub struct JobResume {
    /// Its number; whatever was interrupted when none is given
    #[arg(value_parser = job, allow_negative_numbers = true)]
    pub job: Option<JobId>,
    /// Try the rows that failed again, too
    #[arg(long, requires = "job")]
    pub failed: bool,
    /// Without a job: also those that stand still and were not interrupted here
    #[arg(short, long)]
    pub yes: bool,
    /// How to print the rows
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// Which job to take back.
#[derive(Debug, Clone, ClapArgs)]
pub struct JobUndo {
    /// Its number
    #[arg(value_parser = job, allow_negative_numbers = true)]
    pub job: JobId,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}

/// Which job to stop.
#[derive(Debug, Clone, ClapArgs)]
pub struct JobStop {
    /// Its number
    #[arg(value_parser = job, allow_negative_numbers = true)]
    pub job: JobId,
}

fn job(text: &str) -> Result<JobId, &'static str> {
    text.parse().ok().filter(|number| *number > 0).map(JobId).ok_or_else(|| t("cli.jobs.no-number"))
}

fn reason(text: &str) -> Result<Text, String> {
    within(text, MAX_REASON)
}

fn message(text: &str) -> Result<Text, String> {
    within(text, MAX_MESSAGE)
}

/// What is too long is told here: of a plan it would leave out every row, which is no failure.
fn within(text: &str, most: usize) -> Result<Text, String> {
    if text.chars().count() > most { Err(tf("cli.too-long", &[("n", &most)])) } else { Ok(Text::new(text)) }
}

fn days(text: &str) -> Result<i64, String> {
    let days = text.parse().ok().filter(|days| TTL_DAYS.contains(days));
    days.ok_or_else(|| tf("cli.invite.no-days", &[("least", TTL_DAYS.start()), ("most", TTL_DAYS.end())]))
}

/// Whom to invite, and with what.
#[derive(Debug, Clone, ClapArgs)]
#[command(after_help = INVITE_EXAMPLES, override_usage = INVITE_USAGE)]
pub struct Invite {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", conflicts_with = "file", required_unless_present = "file")]
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
    /// A word to all of them
    #[arg(long, value_name = "TEXT", value_parser = message)]
    pub message: Option<Text>,
    /// Days until the links are dead
    #[arg(long, value_name = "N", value_parser = days, allow_negative_numbers = true)]
    pub days: Option<i64>,
    /// Whether.
    #[command(flatten)]
    pub consent: Consent,
}
