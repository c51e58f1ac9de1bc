//! Differences between the plan that was looked at and the plan that it would be now.

use crate::{
    api::wire::{Plan, PlanRow, Shape},
    domain::untrusted::Text,
};
use std::collections::{HashMap, HashSet};

/// The rows that differ from those that were looked at. Rows come first, then people.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// By place in the new plan: what each came to, none for one that was not in the old plan.
    pub rows: HashMap<usize, Option<Shape>>,
    /// Rows of the old plan that the new one does not have.
    pub gone: Vec<Text>,
}

impl Changed {
    /// How many rows.
    pub fn count(&self) -> usize {
        self.rows.len() + self.gone.len()
    }
}

/// The rows of a plan, then the people whom they concern.
pub fn entries(plan: &Plan) -> impl Iterator<Item = &PlanRow> {
    plan.rows.iter().chain(&plan.people)
}

/// What names a row in any plan: whether it is of the people, and its identifier, or its e-mail when it is new.
type Key<'a> = (bool, Result<i64, &'a str>);

fn keyed(plan: &Plan) -> impl Iterator<Item = (Key<'_>, &PlanRow)> {
    let rows = plan.rows.iter().map(|row| ((false, name(row)), row));
    rows.chain(plan.people.iter().map(|row| ((true, name(row)), row)))
}

fn name(row: &PlanRow) -> Result<i64, &str> {
    row.id.ok_or(row.name.raw())
}

/// Compares row by row; like rows may have moved to another place and shape.
pub fn between(looked_at: &Plan, now: &Plan) -> Changed {
    let before: HashMap<Key<'_>, &PlanRow> = keyed(looked_at).collect();
    let after: HashSet<Key<'_>> = keyed(now).map(|(key, _)| key).collect();
    let differs = |(at, (key, row)): (usize, (Key<'_>, &PlanRow))| match before.get(&key) {
        None => Some((at, None)),
        Some(old) if looked_at.shape(old) == now.shape(row) && old.warnings == row.warnings => None,
        Some(old) => Some((at, looked_at.shape(old).cloned())),
    };
    Changed {
        rows: keyed(now).enumerate().filter_map(differs).collect(),
        gone: keyed(looked_at).filter(|(key, _)| !after.contains(key)).map(|(_, row)| row.name.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{change::Refusal, plan::RowOutcome};

    fn shape(outcome: RowOutcome) -> Shape {
        let none = Vec::new;
        Shape {
            outcome,
            before: none(),
            after: none(),
            gains: Vec::new(),
            loses: Vec::new(),
            stays: Vec::new(),
            once_active: false,
        }
    }

    fn unchanged() -> Shape {
        shape(RowOutcome::Unchanged)
    }

    fn left_out(why: Refusal) -> Shape {
        shape(RowOutcome::Skipped { why })
    }

    fn plan(shapes: Vec<Shape>, rows: &[(i64, u32)]) -> Plan {
        let row = |(id, shape): &(i64, u32)| PlanRow {
            id: Some(*id),
            name: Text::new(format!("m{id}@a.test")),
            shape: *shape,
            ..PlanRow::default()
        };
        Plan { rows: rows.iter().map(row).collect(), shapes, ..Plan::default() }
    }

    #[test]
    fn only_what_a_row_comes_to_counts_and_not_where_its_shape_stands() {
        let before = plan(vec![unchanged(), left_out(Refusal::Yourself)], &[(1, 0), (2, 1), (3, 0)]);
        let after = plan(vec![left_out(Refusal::Yourself), unchanged()], &[(3, 1), (2, 0), (1, 1)]);
        assert_eq!(between(&before, &after), Changed::default());
    }

    #[test]
    fn new_gone_and_different_rows_are_told_apart() {
        let before = plan(vec![unchanged(), left_out(Refusal::Yourself)], &[(1, 0), (2, 0), (3, 1)]);
        let after = plan(vec![unchanged(), left_out(Refusal::Owner)], &[(2, 1), (3, 1), (4, 0)]);
        let changed = between(&before, &after);
        assert_eq!(changed.rows[&0], Some(unchanged()));
        assert_eq!(changed.rows[&1], Some(left_out(Refusal::Yourself)));
        assert_eq!(changed.rows[&2], None);
        assert_eq!(changed.gone, ["m1@a.test".into()]);
        assert_eq!(changed.count(), 4);
    }

    #[test]
    fn people_are_compared_with_people() {
        let before = Plan { people: plan(Vec::new(), &[(1, 0)]).rows, ..plan(vec![unchanged()], &[(1, 0)]) };
        let after = Plan { people: plan(Vec::new(), &[(2, 0)]).rows, ..plan(vec![unchanged()], &[(1, 0)]) };
        let changed = between(&before, &after);
        assert_eq!((changed.rows.len(), changed.rows[&1].clone()), (1, None));
        assert_eq!(changed.gone, ["m1@a.test".into()]);
    }
}
