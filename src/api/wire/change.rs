//! Changes as they cross the wire: the plan, the change made from it, its rows, and how the log keeps them.

use super::{access::Source, list::Named};
use crate::domain::{
    change::{Delta, Refusal, Request, Things, Warning},
    id::{ChangeId, EventId, FolderId},
    plan::{Confirm, RowOutcome},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A capability gained or lost.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct EffectItem {
    /// Its key.
    pub capability: String,
    /// Where; none for across the workspace.
    pub folder: Option<Named<FolderId>>,
    /// How it is otherwise in folders, though it is so across the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub but: Option<Otherwise>,
}

/// In how many folders an answer for the workspace does not hold (SPEC 3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Otherwise {
    /// So many folders.
    pub folders: u64,
    /// The first of them.
    pub first: Text,
}

/// A capability that stays, and what still gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    /// Its key.
    pub capability: String,
    pub via: Vec<Source>,
}

/// What a change would do, row by row, made from one revision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// The workspace's revision that it was made from.
    pub revision: i64,
    /// Names what is planned: the same for the same rows with the same effect, whatever the revision.
    pub digest: String,
    /// Every row, in the order of the selection.
    pub rows: Vec<PlanRow>,
    /// Whose access changes by a row that is of nobody in particular: a group, a group's grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PlanRow>,
    /// What rows and people come to: like ones share one.
    pub shapes: Vec<Shape>,
    /// How many rows are done.
    pub change: u64,
    /// How many are so already.
    pub unchanged: u64,
    /// How many are left out, each with its reason.
    pub skipped: u64,
    /// How many people gain a capability in effect.
    pub gain: u64,
    /// How many lose one.
    pub lose: u64,
    /// Things to know about the whole.
    pub warnings: Vec<Warning>,
    /// Why none of it may be done.
    pub refused: Option<Refusal>,
    /// What a person does before it is applied (SPEC 6).
    pub confirm: Confirm,
}

impl Plan {
    /// What a row of it comes to.
    pub fn shape(&self, row: &PlanRow) -> Option<&Shape> {
        self.shapes.get(row.shape as usize)
    }
}

/// A row of a plan, or a person whom it concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanRow {
    /// The member, group, grant or invitation; none for something new.
    pub id: Option<i64>,
    /// E-mail address, or a group's name.
    pub name: Text,
    /// Its place among the plan's shapes.
    pub shape: u32,
    /// Things to know about this row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What like rows come to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Shape {
    /// How they would end.
    #[serde(flatten)]
    pub outcome: RowOutcome,
    /// What goes, with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Things,
    /// What comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Things,
    /// Gained in effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gains: Vec<EffectItem>,
    /// Lost in effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loses: Vec<EffectItem>,
    /// Taken from one source and still given by others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Kept>,
    /// Whether gains and losses count only once the person is active.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once_active: bool,
}

impl Shape {
    /// Whether something is done.
    pub fn changes(&self) -> bool {
        self.outcome == RowOutcome::Done
    }
}

/// Body of `POST …/changes`; `Idempotency-Key` makes it safe to send twice.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartChange {
    /// What to do.
    #[serde(flatten)]
    pub request: Request,
    /// The plan that was looked at. Where the same request would now come to another plan nothing is done (412): it is
    /// planned and looked at again. None: whatever it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The caller's password again, where the kind asks for it (transfer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    pub password: Option<String>,
}

/// Never shows the password.
impl std::fmt::Debug for StartChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StartChange")
            .field("request", &self.request)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// Body of `POST …/changes/{change}/resume`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Resume {
    /// Rows that failed are tried again too.
    pub failed: bool,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Being applied.
    Running,
    /// Rows are pending and nobody works on them: stopped by a person, or by an end of the backend.
    Stopped,
    /// No row is pending.
    Done,
}

impl ChangeState {
    /// Its name, as the wire has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }
}

/// The change that an undo goes back to, by way of other undos where it undoes one of those.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    pub change: ChangeId,
    /// What it did: the name of its kind.
    pub action: String,
    /// Whether that is done again and not taken back: what is undone is its undo.
    pub again: bool,
}

/// What somebody changed at once, of one row or of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    pub id: ChangeId,
    /// The name of its kind: `set_roles`.
    pub action: String,
    /// What it gives its rows, in names at that time; of an undo, what the change that is taken back gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub what: Things,
    /// What it takes from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goes: Things,
    /// Its one row's name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The filter that chose its rows, where one alone did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
    /// Why.
    pub reason: Option<Text>,
    /// E-mail of whoever made it.
    pub actor: Text,
    /// Whether that is the caller, who alone may resume it.
    pub mine: bool,
    /// The change that this one undoes.
    pub undoes: Option<ChangeId>,
    /// The change that all this goes back to, where it undoes one.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// The change that undid this one.
    pub undone_by: Option<ChangeId>,
    /// Whether it can be taken back at all: a link that was sent cannot.
    pub reversible: bool,
    pub state: ChangeState,
    /// Whether only another process is said to be at work on it, which is said for some seconds after that one was
    /// killed as well: it can be resumed at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// Whether somebody told it to stop, and nobody has resumed it since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stop_asked: bool,
    pub created_at: Timestamp,
    /// When its last row was done.
    pub ended_at: Option<Timestamp>,
    /// Rows that were to change: not those that were so already, nor those that the plan left out.
    pub total: u64,
    pub done: u64,
    pub failed: u64,
    /// Rows that were to change and were left alone: changed since.
    pub skipped: u64,
    /// Rows beside those that the plan left out.
    #[serde(default)]
    pub left_out: u64,
    /// Whether a filter chose its rows, so that nobody named one that was left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_filter: bool,
    /// Rows a second of late; none when it is not at work.
    pub per_second: Option<u32>,
    /// Why the backend itself stopped it, as the database said it. Gone once it is resumed.
    #[serde(default)]
    pub trouble: Option<Text>,
}

impl Change {
    /// Rows that are pending.
    pub fn pending(&self) -> u64 {
        self.total.saturating_sub(self.settled())
    }

    /// How many rows have ended.
    pub fn settled(&self) -> u64 {
        self.done + self.failed + self.skipped
    }

    /// Whether it did something that can be taken back, and is not taken back already.
    pub fn undoable(&self) -> bool {
        self.state != ChangeState::Running && self.done > 0 && self.undone_by.is_none() && self.reversible
    }
}

/// A row of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeRow {
    /// Its number, from 1.
    pub row: u64,
    /// The member, group, grant or invitation; none for something new.
    pub target: Option<i64>,
    /// E-mail address or name at that time.
    pub name: Text,
    /// How it ended; none while it is pending.
    pub outcome: Option<RowOutcome>,
    /// What went, in names at that time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Things,
    /// What came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Things,
    /// The link of an invitation that the row made, to whoever made the change, while it is alive and can be told.
    pub link: Option<String>,
}

impl ChangeRow {
    /// The name of its state: `pending`, `done`, `unchanged`, `skipped`, `failed`.
    pub fn state(&self) -> &'static str {
        self.outcome.as_ref().map_or("pending", RowOutcome::name)
    }
}

/// What a write of one resource did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Applied {
    /// The change as it is recorded; none where nothing was to be changed.
    pub change: Option<ChangeId>,
    /// Its event in the audit log; none where nothing was to be changed.
    pub event: Option<EventId>,
    /// The workspace's revision after it.
    pub revision: i64,
    /// The version of what was changed, unless it is gone.
    pub version: Option<i64>,
    /// The identifier of what was made, if anything was.
    pub created: Option<i64>,
    /// The invitation's link; kept nowhere, and made again for whoever made it alone.
    pub link: Option<String>,
    /// Things to know after.
    pub warnings: Vec<Warning>,
}

/// One event of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEvent {
    /// Its place in the log.
    pub id: EventId,
    pub at: Timestamp,
    /// Who, by e-mail at that time.
    pub actor: Text,
    /// What: the name of its kind, `set_roles`.
    pub action: String,
    /// On whom or what, by name at that time.
    pub target: Text,
    /// Each thing that it touched, before and after.
    pub delta: Delta,
    /// Why.
    pub reason: Option<Text>,
    /// The change that it was a row of.
    #[serde(default)]
    pub change: Option<ChangeId>,
    /// SHA-256 over the event and the hash before it, hexadecimal.
    pub hash: String,
}
