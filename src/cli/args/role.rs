//! The arguments of `rolecall role`.

use super::common::{Consent, ROWS, address, filter, reason};
use crate::domain::untrusted::Text;
use clap::{Args as ClapArgs, Subcommand};

// Clap puts the role last, for it stands beside a group of arguments.
const SET_USAGE: &str = "\
rolecall role set [OPTIONS] <ROLE> <E-MAIL>...
       rolecall role set [OPTIONS] <ROLE> --filter <FILTER>
       rolecall role set [OPTIONS] <ROLE> --all";

const SET_EXAMPLES: &str = "\
Fields of --filter: role, status, group, workspace, folder, domain, last; words match the e-mail and the \
name, ! negates a term: 'role:marketer last:>90d !domain:example.com'. Whoever never signed in is among \
last:>90d, too; last:never is about them alone.

Examples:
  rolecall role set Viewer adele@example.com bo@example.com
  rolecall role set Viewer --filter 'role:marketer last:>90d' --dry-run
  rolecall role set Viewer --filter 'role:marketer last:>90d' --reason OPS-1182 --yes
  rolecall role set Designer --expires +30d - < names.txt";

/// Which members.
#[derive(Debug, Clone, Default, ClapArgs)]
#[group(required = true, multiple = false)]
pub struct Members {
    /// Their addresses; - reads them from standard input
    #[arg(value_name = "E-MAIL", value_parser = address)]
    pub emails: Vec<String>,
    /// All that match
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<String>,
    /// All there are
    #[arg(long)]
    pub all: bool,
}

/// Who gets a role or a group, why and until when.
#[derive(Debug, Clone, ClapArgs)]
pub struct Given {
    #[command(flatten)]
    pub which: Members,
    /// Why, for whoever looks at it later
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    /// Until when: a date like 2026-12-31, or +90d
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
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
    pub given: Given,
}
