//! What changes do in effect, many rows at once included, and how they are taken back.
//!
//! [`plan`] asks the rules of [`super::change`] about every row and compares the workspace before all of
//! them with the workspace after; [`Delta`] is what a change did to one member, [`Trace`] what a job keeps
//! of a row for its undo.

mod batch;
mod delta;
mod effect;
mod expects;
mod parts;
mod trace;

pub use batch::{BulkPlan, RowPlan, Verdict, plan};
pub use delta::{Delta, Held, HeldOf, Membership, Turn, delta};
pub(super) use delta::{Side, between};
pub(super) use effect::{Comparison, Holding};
pub use effect::{MemberEffect, effects};
pub use expects::Expects;
pub use trace::Trace;
