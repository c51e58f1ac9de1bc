//! Bulk changes as they cross the wire: the plan, the job made from it, its rows.

use super::change::{EffectItem, Kept};
use crate::domain::{
    bulk::{Bulk, BulkAction},
    change::Warning,
    id::JobId,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a bulk change would do, row by row, made from one revision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// The workspace's revision that it was made from.
    pub revision: i64,
    /// Names what is planned: the same for the same rows with the same effect, whatever the revision.
    pub digest: String,
    /// Every row, in the order of the selection.
    pub rows: Vec<PlanRow>,
    /// What rows come to: like rows share one.
    pub kinds: Vec<PlanKind>,
    /// All groups of the rows whose kinds tell only which of them come and go: like rows share one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<AllGroups>,
    /// How many rows change.
    pub change: u64,
    /// How many are so already.
    pub same: u64,
    /// How many are left out, each with its reason.
    pub left_out: u64,
    /// How many rows' members gain a capability in effect.
    pub gain: u64,
    /// How many lose one.
    pub lose: u64,
    /// Things to know about the whole.
    pub warnings: Vec<Warning>,
    /// Why none of it may be done: no administrator would remain after the whole.
    pub refused: Option<Text>,
    /// Whether a person types the number of rows that change before it is run: more than 20, or an
    /// administrator is lowered (SPEC 6).
    pub confirm: bool,
}

impl Plan {
    /// What a row of it comes to.
    pub fn kind(&self, row: &PlanRow) -> Option<&PlanKind> {
        self.kinds.get(row.kind as usize)
    }
}

/// Every group of a member, in names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AllGroups {
    /// Before.
    pub before: Vec<Text>,
    /// After.
    pub after: Vec<Text>,
}

/// A row of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanRow {
    /// The member or invitation; none for somebody new.
    pub id: Option<i64>,
    /// E-mail.
    pub name: Text,
    /// Its place among the plan's kinds.
    pub kind: u32,
    /// Its place among the plan's groups, where its kind does not tell them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<u32>,
    /// Things to know about this row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What like rows come to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PlanKind {
    /// They change.
    Change {
        /// How they are, in names: a state, roles, and all else where the membership itself comes or goes.
        before: Vec<Text>,
        /// How they will be.
        after: Vec<Text>,
        /// What comes to what they have and keep: groups, grants.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        adds: Vec<Text>,
        /// What goes of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removes: Vec<Text>,
        /// Gained in effect.
        gains: Vec<EffectItem>,
        /// Lost in effect.
        loses: Vec<EffectItem>,
        /// Taken from one source and still given by others.
        stays: Vec<Kept>,
    },
    /// They are so already: nothing is done.
    Same,
    /// They are left out.
    LeftOut {
        /// Why: one sentence.
        reason: Text,
        /// The field of a draft that is at fault.
        field: Option<String>,
    },
}

impl PlanKind {
    /// Whether something is done.
    pub fn changes(&self) -> bool {
        matches!(self, Self::Change { .. })
    }
}

/// The job that an undo goes back to, by way of other undos where it undoes one of those.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    /// Its identifier.
    pub job: JobId,
    /// What it did: its action's name.
    pub action: String,
    /// Whether that is done again and not taken back: what is undone is its undo.
    pub again: bool,
}

/// Body of `POST …/jobs`; `Idempotency-Key` makes it safe to send twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartJob {
    /// What to do.
    #[serde(flatten)]
    pub bulk: Bulk,
    /// The plan that was looked at. Where the same request would now come to another plan nothing is
    /// done (412): it is planned and looked at again. None: whatever it comes to.
    #[serde(default)]
    pub digest: Option<String>,
}

/// Body of `POST …/jobs/{job}/resume`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Resume {
    /// Rows that failed are tried again too.
    pub failed: bool,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// At work.
    Running,
    /// Rows wait and nobody works on them: stopped by a person, or by an end of the backend.
    Stopped,
    /// No row waits.
    Done,
}

impl Job {
    /// Rows that wait.
    pub fn waiting(&self) -> u64 {
        self.total.saturating_sub(self.settled())
    }

    /// How many rows have their result.
    pub fn settled(&self) -> u64 {
        self.applied + self.failed + self.skipped
    }

    /// Whether it did something that can be taken back, and is not taken back already.
    pub fn undoable(&self) -> bool {
        let done = self.state != JobState::Running && self.applied > 0;
        done && self.undone_by.is_none() && BulkAction::is_undone(&self.action)
    }
}

impl JobState {
    /// Its name, as the wire has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }
}

/// A bulk change, planned and begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Its identifier.
    pub id: JobId,
    /// What is done to each row: the bulk action's name, `set_roles`.
    pub action: String,
    /// With what, in names at that time: `Viewer`.
    pub detail: Text,
    /// Why.
    pub reason: Option<Text>,
    /// E-mail of whoever made it.
    pub actor: Text,
    /// Whether that is the caller, who alone may resume it.
    pub mine: bool,
    /// The job that this one undoes.
    pub undoes: Option<JobId>,
    /// The job that all this goes back to, where it undoes one.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// The job that undid this one.
    pub undone_by: Option<JobId>,
    /// Where it stands.
    pub state: JobState,
    /// Whether only another process is said to be at work on it, which is said for some seconds after that one
    /// was killed as well: it can be resumed at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// Whether somebody told it to stop, and nobody has gone on with it since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stop_asked: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last row was done.
    pub ended_at: Option<Timestamp>,
    /// All rows that change: not those that are so already, nor those left out.
    pub total: u64,
    /// Rows done.
    pub applied: u64,
    /// Rows that failed, each with its reason.
    pub failed: u64,
    /// Rows that were to change and were left alone, each with its reason: changed since.
    pub skipped: u64,
    /// Rows beside those that the plan left out, each with its reason.
    #[serde(default)]
    pub left_out: u64,
    /// Whether a filter chose its rows, so that nobody named one that was left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_filter: bool,
    /// Rows a second of late; none when it is not at work.
    pub per_second: Option<u32>,
    /// Why the backend itself stopped it, if it did: one sentence. Gone once it goes on.
    #[serde(default)]
    pub trouble: Option<Text>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Not yet begun.
    Waiting,
    /// Done.
    Applied,
    /// Refused, with the reason.
    Failed,
    /// Left alone, with the reason.
    Skipped,
    /// Left out by the plan, with the reason: never to be done.
    LeftOut,
}

impl RowState {
    /// Its name, as the wire has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::LeftOut => "left_out",
        }
    }
}

/// A row of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobRow {
    /// Its number, from 1.
    pub row: u64,
    /// The member or invitation; none for somebody new.
    pub target: Option<i64>,
    /// E-mail at that time.
    pub name: Text,
    /// What became of it.
    pub state: RowState,
    /// Why it failed or was skipped.
    pub reason: Option<Text>,
    /// The link of an invitation that the row made, to whoever made the job, while it is alive and can
    /// be told (see `Applied::link`).
    pub link: Option<String>,
}

impl JobRow {
    /// Names of what is kept of a row in a file.
    pub const FIELDS: [&str; 5] = ["row", "email", "state", "reason", "link"];

    /// What is kept of it in a file, as it is.
    pub fn record(&self) -> [String; 5] {
        [
            self.row.to_string(),
            self.name.raw().to_owned(),
            self.state.name().to_owned(),
            self.reason.as_ref().map(|reason| reason.raw().to_owned()).unwrap_or_default(),
            self.link.clone().unwrap_or_default(),
        ]
    }
}
