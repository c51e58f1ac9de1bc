//! The arguments of `rolecall jobs`.

use super::bulk::{Consent, Format, reason};
use crate::{
    domain::{id::JobId, untrusted::Text},
    i18n::t,
};
use clap::{Args as ClapArgs, Subcommand};

const JOBS_EXAMPLES: &str = "\
Every change of many rows is a job, whether it was made here or in the console. A job that was stopped \
or interrupted goes on where it was; every row is done once, however often that happens. A job at work in \
another rolecall, an open console, is shown so, and jobs stop stops it from here.

Examples:
  rolecall jobs list
  rolecall jobs show 12 --failed
  rolecall jobs resume             what was interrupted, one after the other
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
Without a number: your jobs that were interrupted, by a killed process for example. Each is shown and asked about; \
outside a terminal nothing is resumed without --yes (code 2). A job that was told to stop resumes only by number. \
Jobs that are left are listed with the command that resumes them (code 1, or 3 if others were resumed).

Examples:
  rolecall jobs resume
  rolecall jobs resume --yes         all of it, without a question
  rolecall jobs resume 12            this one, without a question
  rolecall jobs resume 12 --failed   try the rows that failed again, too";

const UNDO_EXAMPLES: &str = "\
Rows that somebody has changed since are skipped and named.

Examples:
  rolecall jobs undo 12 --dry-run
  rolecall jobs undo 12 --yes";

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
    /// Without a job: all that waits, without asking
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
