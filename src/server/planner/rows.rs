//! The rows of a change.

use super::super::{problem::Fault, services::lists, store::Reading};
use crate::domain::{
    change::{Kind, MAX_ROWS, Refusal, Request, Restore, Row, Rows, Selection, Target},
    filter::Filter,
    id::AccountId,
    time::Timestamp,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Every row, in the order of the selection; and whether a selection of several chose them.
pub async fn of(
    reading: &mut Reading<'_>,
    caller: AccountId,
    request: &Request,
    now: Timestamp,
) -> Result<(Vec<Row>, bool), Fault> {
    let rules = request.kind.rules();
    let (rows, bulk) = match rules.rows() {
        Rows::Given(rows) => (rows, false),
        Rows::Of(change) => {
            let (actor, undone, done) = reading.done_rows(change).await?;
            if let Some(by) = reading.taken_back(change).await? {
                return Err(Refusal::UndoneAlready { by }.into());
            }
            if !undone.kind.rules().reversible() {
                return Err(Refusal::Irreversible.into());
            }
            let since = reading.changed_since(change, None).await?;
            let restore = |row: crate::server::store::DoneRow| Row {
                target: row.target,
                name: Some(row.name),
                kind: Arc::new(Kind::from(Restore::of(
                    &undone.kind,
                    row.delta,
                    (actor == caller, &since),
                    row.at,
                    rules.reason().cloned(),
                    now,
                ))),
            };
            let rows: Vec<Row> = done.into_iter().map(restore).collect();
            let bulk = rows.len() > 1;
            (rows, bulk)
        }
        Rows::Each if rules.target() == Target::New => (vec![row_of(request, None)], false),
        Rows::Each => {
            let ids = selected(reading, &request.on, rules.target(), now).await?;
            let bulk = ids.len() > 1;
            let kind = Arc::new(request.kind.clone());
            (ids.into_iter().map(|id| Row { target: Some(id), name: None, kind: kind.clone() }).collect(), bulk)
        }
    };
    if rows.len() > MAX_ROWS {
        return Err(Refusal::TooMany { rows: rows.len() as u64, most: MAX_ROWS as u64 }.into());
    }
    Ok((rows, bulk))
}

/// One row of a kind that is done to each.
pub fn row_of(request: &Request, target: Option<i64>) -> Row {
    Row { target, name: None, kind: Arc::new(request.kind.clone()) }
}

/// The identifiers of a selection, each once.
async fn selected(
    reading: &mut Reading<'_>,
    on: &Selection,
    target: Target,
    now: Timestamp,
) -> Result<Vec<i64>, Fault> {
    use crate::domain::change::Field;
    if on.is_empty() {
        return Err(Refusal::Required { field: Field::On }.into());
    }
    if !on.matching.is_empty() && !matches!(target, Target::Members | Target::Invitations) {
        return Err(Refusal::NoFilter.into());
    }
    // Each filter brings its own in order: those of several, and rows named besides, are put in order together.
    let several = !on.matching.is_empty() && on.matching.len() + usize::from(!on.ids.is_empty()) > 1;
    let everything = (Filter::default(), [].as_slice());
    let (mut ids, mut order): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    if target == Target::Invitations {
        for (filter, except) in lists::selection(on)?.matching {
            ids.extend(reading.matching_invitations(&filter, except, now).await?.into_iter().map(|id| id.0));
        }
        if several {
            let all = reading.matching_invitations(&Default::default(), &[], now).await?;
            order.extend(all.into_iter().map(|id| id.0));
        }
    } else {
        for (filter, except) in lists::selection(on)?.matching {
            ids.extend(reading.matching_members(&filter, except, now).await?.into_iter().map(|id| id.0));
        }
        if several {
            let all = reading.matching_members(&everything.0, everything.1, now).await?;
            order.extend(all.into_iter().map(|id| id.0));
        }
    }
    ids.extend(&on.ids);
    let mut seen = HashSet::with_capacity(ids.len());
    ids.retain(|id| seen.insert(*id));
    let places: HashMap<i64, usize> = order.into_iter().zip(0..).collect();
    ids.sort_by_key(|id| places.get(id).copied().unwrap_or(usize::MAX));
    Ok(ids)
}
