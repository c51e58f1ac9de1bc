//! Rows that an undo leaves alone because somebody changed them since: how they are now, and who it was,
//! for whoever may read the audit log.

use super::{
    super::super::{auth::Here, problem::Fault, store::Reading},
    fold::Fold,
    rows::Asked,
};
use crate::domain::{
    access::Access,
    bulk::BulkAction,
    capability::key::AUDIT_READ,
    change::{Change, Facts, Refusal},
    model::Snapshot,
    plan::{RowPlan, Verdict},
    time::Timestamp,
    untrusted::Text,
};
use std::collections::HashMap;

/// Rows of whom it is looked up who changed them, at most: nobody reads as many one by one.
const NAMED: usize = 2_000;

/// Who changed rows last, and when, by the rows' names.
#[derive(Default)]
pub struct Since(HashMap<String, (Timestamp, Text)>);

impl Since {
    /// Of the rows that an undo leaves alone.
    pub async fn of(
        reading: &mut Reading<'_>,
        here: &Here,
        before: &Snapshot,
        action: &BulkAction,
        rows: impl Iterator<Item = (&Asked, &RowPlan)>,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let BulkAction::Undo { job, .. } = action else { return Ok(Self::default()) };
        let reads = before.catalogue.find(AUDIT_READ);
        if !reads.is_some_and(|cap| Access::new(before).held(here.member, None, now).has(cap)) {
            return Ok(Self::default());
        }
        let changed = rows.filter(|(_, plan)| matches!(plan.verdict, Verdict::LeftOut(Refusal::ChangedSince { .. })));
        let names: Vec<&str> = changed.filter_map(|(asked, _)| Some(asked.name.as_ref()?.raw())).take(NAMED).collect();
        Ok(Self(reading.last_changes(*job, &names).await?))
    }

    /// The refusal with what is known of the row.
    pub fn tell(&self, what: String, name: &Text, fold: &Fold<'_>, change: &Change, facts: Option<&Facts>) -> Refusal {
        let stands: Vec<String> = fold.stands(change, facts).iter().map(|word| word.raw().to_owned()).collect();
        let stands = (!stands.is_empty()).then(|| format!("now {}", stands.join(", ")));
        let by = self.0.get(name.raw()).map(|(at, who)| match jiff::Timestamp::from_second(at.0) {
            Ok(at) => format!("by {}, {}", who.raw(), at.strftime("%Y-%m-%d %H:%M")),
            Err(_) => format!("by {}", who.raw()),
        });
        let known: Vec<String> = stands.into_iter().chain(by).collect();
        let what = if known.is_empty() { what } else { format!("{what} ({})", known.join("; ")) };
        Refusal::ChangedSince { what }
    }
}
