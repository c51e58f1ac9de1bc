//! What a change does in effect, one row or 100 000: the rules asked about every row, the workspace before all of them
//! compared with the workspace after, and how it is confirmed.

mod confirm;
mod effect;
mod judge;
mod parts;
mod simulate;

pub use confirm::{Confirm, ENTER_MOST};
pub use effect::MemberEffect;
pub(super) use effect::{Comparison, Holding};
pub use judge::{Plan, PlannedRow, may, plan, told};

use super::change::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a row ends, from the planner to the screen. In a plan it is how the row would end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RowOutcome {
    /// It is done.
    Done,
    /// It was so already: nothing is written.
    Unchanged,
    /// It is left alone.
    Skipped {
        /// Why.
        why: Refusal,
    },
    /// It was refused.
    Failed {
        /// Why.
        why: Refusal,
    },
}

impl RowOutcome {
    /// Its name, as the wire has it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Skipped { .. } => "skipped",
            Self::Failed { .. } => "failed",
        }
    }

    /// Why it is not done.
    pub fn why(&self) -> Option<&Refusal> {
        match self {
            Self::Skipped { why } | Self::Failed { why } => Some(why),
            Self::Done | Self::Unchanged => None,
        }
    }
}
