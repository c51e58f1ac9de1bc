//! The arguments of `rolecall folders`.

use super::common::{Consent, Format, name, reason};
use crate::domain::untrusted::Text;
use clap::{Args as ClapArgs, Subcommand};

const FOLDERS_EXAMPLES: &str = "\
Examples:
  rolecall folders list
  rolecall folders create Northwind
  rolecall folders create Autumn --parent Northwind/Campaigns --kind campaign";

const LIST_EXAMPLES: &str = "\
Examples:
  rolecall folders list
  rolecall folders list -o csv > folders.csv";

const CREATE_EXAMPLES: &str = "\
What is granted or fenced in the parent folder and above counts in the new folder too.

Examples:
  rolecall folders create Northwind
  rolecall folders create Autumn --parent Northwind/Campaigns --kind campaign --dry-run";

/// What to do with folders.
#[derive(Debug, Clone, Subcommand)]
#[command(after_help = FOLDERS_EXAMPLES)]
pub enum FoldersCommand {
    /// List folders by path
    #[command(after_help = LIST_EXAMPLES)]
    List(FolderList),
    /// Create a folder
    #[command(after_help = CREATE_EXAMPLES)]
    Create(FolderCreate),
}

/// How to list folders.
#[derive(Debug, Clone, ClapArgs)]
pub struct FolderList {
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

/// A folder to create.
#[derive(Debug, Clone, ClapArgs)]
pub struct FolderCreate {
    /// Its name
    #[arg(value_name = "NAME", value_parser = name)]
    pub name: Text,
    /// The folder to create it in, by name or path; the top level when none is named
    #[arg(long, value_name = "FOLDER")]
    pub parent: Option<String>,
    /// Its kind, such as campaign; the workspace's first kind when none is named
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<Text>,
    #[command(flatten)]
    pub consent: Consent,
}
