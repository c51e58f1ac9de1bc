//! The filter language: one grammar for console, API and command line.
//!
//! Terms stand apart by spaces and must all hold; a value with spaces goes into double quotes, in which
//! `\"` is a quote and `\\` a backslash; `!` turns a term round.
//!
//! `john role:marketer status:active group:"Content Team" folder:"Promo Archive" last:>90d !domain:example.com`
//!
//! What the fields are is a [`Vocabulary`], one for each kind of row: members here, invitations in
//! [`InvitationTest`]. Reading, quoting, turning round and telling what is wrong is the same for all.

mod invitation;
mod parse;

pub use invitation::{InvitationFilter, InvitationFilterRow, InvitationTest};

use super::{
    address::{domain, in_domain},
    model::MemberStatus,
    time::{DAY, Timestamp},
};
use std::fmt;

/// What can be asked of one kind of row.
pub trait Vocabulary: Sized + fmt::Display {
    /// Names of the fields, as messages list them.
    const FIELDS: &'static [&'static str];

    /// A word that stands alone.
    fn word(word: String) -> Self;

    /// A field, one of [`Vocabulary::FIELDS`], and its value, which is not empty; or what is wrong.
    fn field(name: &str, value: String) -> Result<Self, String>;

    /// What it asks for by name, where it does.
    fn names(&self) -> Option<Thing<'_>>;
}

/// What a workspace has, by a part of its name. A filter may ask for what is not there: it passes nobody, and turned
/// round everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing<'a> {
    /// A role, by its key as well.
    Role(&'a str),
    /// A group.
    Group(&'a str),
    /// A folder.
    Folder(&'a str),
}

/// Terms of a filter, at most: databases refuse conditions without end.
pub const MAX_TERMS: usize = 100;

/// Bytes of a filter, at most: it is asked for in an address.
pub const MAX_BYTES: usize = 8_000;

/// A filter that is words alone, for lists without fields; a sentence when there are too many.
pub fn words(text: &str) -> Result<Vec<&str>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > MAX_TERMS { Err(too_many()) } else { Ok(words) }
}

fn too_many() -> String {
    format!("a filter has at most {MAX_TERMS} terms")
}

/// A parsed filter: every term must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter<T = Test> {
    /// The terms, in the order typed.
    pub terms: Vec<Term<T>>,
}

impl<T> Default for Filter<T> {
    fn default() -> Self {
        Self { terms: Vec::new() }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<T = Test> {
    /// With `!` before it: must not hold.
    pub negated: bool,
    /// What it is about.
    pub test: T,
}

/// What a term asks of a member. Words compare case-insensitively, as substrings unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// In e-mail or name.
    Word(String),
    /// A role's key or name; `owner` is the owner.
    Role(String),
    /// `active`, `pending`, `inactive` or `deactivated`; exact, and a list `a,b` means any.
    Status(Vec<MemberStatus>),
    /// A group's name.
    Group(String),
    /// A workspace's name: the person belongs to it too.
    Workspace(String),
    /// A folder's name: a live grant on it or above it names the member or a group of theirs.
    Folder(String),
    /// The part after the `@`: exact, or a subdomain of it.
    Domain(String),
    /// Last sign-in longer ago (`>90d`, never included) or less long ago (`<2w`) than so many seconds.
    Last {
        /// `>`.
        older: bool,
        /// How long.
        seconds: i64,
    },
    /// `last:never`.
    NeverSignedIn,
}

/// Where a filter is wrong, and how to put it right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// Byte in the text where the faulty term begins.
    pub at: usize,
    /// One sentence.
    pub message: String,
}

/// What a filter asks of a member: the model that every faster way of matching is held against.
pub trait FilterRow {
    /// Login.
    fn email(&self) -> &str;
    /// Name; empty when not known.
    fn name(&self) -> &str;
    /// Whether this is the owner.
    fn owner(&self) -> bool;
    /// State; deactivated also when the account is.
    fn status(&self) -> MemberStatus;
    /// Keys and names of the live roles.
    fn roles(&self) -> Vec<&str>;
    /// Names of the live groups.
    fn groups(&self) -> Vec<&str>;
    /// Names of the workspaces the person belongs to.
    fn workspaces(&self) -> Vec<&str>;
    /// Names of the folders that a live grant for the member or a group of theirs reaches.
    fn folders(&self) -> Vec<&str>;
    /// Last sign-in.
    fn last_sign_in(&self) -> Option<Timestamp>;
}

impl Filter {
    /// Whether a row passes every term.
    pub fn matches(&self, row: &impl FilterRow, now: Timestamp) -> bool {
        self.terms.iter().all(|term| term.test.holds(row, now) != term.negated)
    }
}

impl Test {
    fn holds(&self, row: &impl FilterRow, now: Timestamp) -> bool {
        let any = |names: Vec<&str>, part: &str| names.iter().any(|name| contains(name, part));
        match self {
            Self::Word(word) => contains(row.email(), word) || contains(row.name(), word),
            Self::Role(role) => any(row.roles(), role) || (row.owner() && role.to_lowercase() == "owner"),
            Self::Status(any) => any.contains(&row.status()),
            Self::Group(group) => any(row.groups(), group),
            Self::Workspace(workspace) => any(row.workspaces(), workspace),
            Self::Folder(folder) => any(row.folders(), folder),
            Self::Domain(of) => in_domain(&domain(row.email()), of),
            Self::Last { older: true, seconds } => row.last_sign_in().is_none_or(|at| now.since(at) > *seconds),
            Self::Last { older: false, seconds } => row.last_sign_in().is_some_and(|at| now.since(at) < *seconds),
            Self::NeverSignedIn => row.last_sign_in().is_none(),
        }
    }
}

/// Whether a part of a text is another, in any case: as filters compare.
pub fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// As it is typed: parsing it again gives the same filter.
impl<T: fmt::Display> fmt::Display for Filter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            let not = if term.negated { "!" } else { "" };
            write!(f, "{space}{not}{}", term.test)?;
        }
        Ok(())
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) => word(f, text),
            Self::Role(role) => field(f, "role", role),
            Self::Status(statuses) => {
                let names: Vec<_> = statuses.iter().map(|status| status.name()).collect();
                write!(f, "status:{}", names.join(","))
            }
            Self::Group(group) => field(f, "group", group),
            Self::Workspace(workspace) => field(f, "workspace", workspace),
            Self::Folder(folder) => field(f, "folder", folder),
            Self::Domain(domain) => field(f, "domain", domain),
            Self::Last { older, seconds } => {
                let sign = if *older { '>' } else { '<' };
                match seconds {
                    days if days % DAY == 0 => write!(f, "last:{sign}{}d", days / DAY),
                    hours if hours % 3600 == 0 => write!(f, "last:{sign}{}h", hours / 3600),
                    _ => write!(f, "last:{sign}{seconds}s"),
                }
            }
            Self::NeverSignedIn => f.write_str("last:never"),
        }
    }
}

/// A word, in quotes where it would be read as something else.
fn word(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if text.starts_with('!') || text.contains(':') { quoted(f, text) } else { value(f, text) }
}

fn field(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    write!(f, "{name}:")?;
    value(f, text)
}

/// A value, in quotes where it would not be read back whole.
fn value(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if text.contains(|c: char| c.is_whitespace() || c == '"') { quoted(f, text) } else { f.write_str(text) }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
