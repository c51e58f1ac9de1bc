//! What became different between the plan that was looked at and the plan that it would be now.

use crate::{
    api::wire::{Plan, PlanKind, PlanRow},
    domain::untrusted::Text,
};
use std::collections::{HashMap, HashSet};

/// The rows that are not as they were looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// By place in the new plan: how each was, none for one that was not in the old plan.
    pub rows: HashMap<usize, Option<PlanKind>>,
    /// Rows of the old plan that the new one does not have.
    pub gone: Vec<Text>,
}

impl Changed {
    /// How many rows.
    pub fn count(&self) -> usize {
        self.rows.len() + self.gone.len()
    }
}

/// What names a row in any plan: its identifier, or its e-mail when it is somebody new.
fn key(row: &PlanRow) -> Result<i64, &str> {
    row.id.ok_or(row.name.raw())
}

/// Compares row by row; like rows may have moved to another place and kind.
pub fn between(looked_at: &Plan, now: &Plan) -> Changed {
    let before: HashMap<_, &PlanRow> = looked_at.rows.iter().map(|row| (key(row), row)).collect();
    let after: HashSet<_> = now.rows.iter().map(key).collect();
    let differs = |(at, row): (usize, &PlanRow)| match before.get(&key(row)) {
        None => Some((at, None)),
        Some(old) if looked_at.kind(old) == now.kind(row) && old.warnings == row.warnings => None,
        Some(old) => Some((at, looked_at.kind(old).cloned())),
    };
    Changed {
        rows: now.rows.iter().enumerate().filter_map(differs).collect(),
        gone: looked_at.rows.iter().filter(|row| !after.contains(&key(row))).map(|row| row.name.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(reason: &str) -> PlanKind {
        PlanKind::LeftOut { reason: reason.into(), field: None }
    }

    fn plan(kinds: Vec<PlanKind>, rows: &[(i64, u32)]) -> Plan {
        let row = |(id, kind): &(i64, u32)| PlanRow {
            id: Some(*id),
            name: Text::new(format!("m{id}@a.test")),
            kind: *kind,
            ..PlanRow::default()
        };
        Plan { rows: rows.iter().map(row).collect(), kinds, ..Plan::default() }
    }

    #[test]
    fn only_what_a_row_comes_to_counts_and_not_where_its_kind_stands() {
        let before = plan(vec![PlanKind::Same, left_out("yourself")], &[(1, 0), (2, 1), (3, 0)]);
        let after = plan(vec![left_out("yourself"), PlanKind::Same], &[(3, 1), (2, 0), (1, 1)]);
        assert_eq!(between(&before, &after), Changed::default());
    }

    #[test]
    fn new_gone_and_different_rows_are_told_apart() {
        let before = plan(vec![PlanKind::Same, left_out("yourself")], &[(1, 0), (2, 0), (3, 1)]);
        let after = plan(vec![PlanKind::Same, left_out("owner")], &[(2, 1), (3, 1), (4, 0)]);
        let changed = between(&before, &after);
        assert_eq!(changed.rows[&0], Some(PlanKind::Same));
        assert_eq!(changed.rows[&1], Some(left_out("yourself")));
        assert_eq!(changed.rows[&2], None);
        assert_eq!(changed.gone, ["m1@a.test".into()]);
        assert_eq!(changed.count(), 4);
    }
}
