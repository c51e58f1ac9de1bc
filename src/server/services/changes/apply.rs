//! Rows that were planned, applied in one transaction: written set-wise, logged, and their ends recorded. All of it is
//! kept, or nothing.

use super::link_of;
use crate::{
    domain::{
        change::{Delta, Refusal},
        id::{AccountId, ChangeId, EventId},
        plan::RowOutcome,
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        problem::Fault,
        state::AppState,
        store::{Link, NewEvent, NewResult, StoreError, TokenHash, WriteTx},
    },
};

/// A row that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// Its number in the change, from 1.
    pub number: i64,
    pub name: Text,
    pub delta: Delta,
}

/// Of which change the rows are, and who makes it.
#[derive(Debug, Clone)]
pub struct By<'a> {
    pub change: ChangeId,
    /// The change's idempotency key.
    pub key: &'a str,
    pub action: &'static str,
    pub actor: AccountId,
    pub reason: Option<&'a Text>,
}

/// Applies rows; answers their deltas as they were written, those that something stood against left out, and the events
/// of the log, in order.
pub async fn apply(
    state: &AppState,
    tx: &mut WriteTx,
    by: &By<'_>,
    rows: Vec<Ready>,
    now: Timestamp,
) -> Result<Vec<(Delta, EventId)>, Fault> {
    let links: Vec<Option<Link>> = rows.iter().map(|row| link(state, by, row)).collect();
    let mut names: Vec<(i64, Text)> = Vec::with_capacity(rows.len());
    let mut deltas: Vec<Delta> = Vec::with_capacity(rows.len());
    for row in rows {
        names.push((row.number, row.name));
        deltas.push(row.delta);
    }
    let done = write(tx, by, deltas, links, now).await?;
    let written = done.iter().zip(&names).filter_map(|(delta, (_, name))| Some((delta.as_ref()?, name)));
    let events: Vec<NewEvent<'_>> = written.map(|(delta, name)| event(by, name, delta, now)).collect();
    let ids = tx.log(Some(by.change), Some(by.actor), &events).await?;
    let mut ids = ids.into_iter();
    let end = |(delta, (number, _)): (&Option<Delta>, &(i64, Text))| {
        let (outcome, event) = match delta {
            Some(_) => (RowOutcome::Done, ids.next()),
            None => (RowOutcome::Failed { why: Refusal::CHANGED }, None),
        };
        NewResult { number: *number, outcome, event }
    };
    let results: Vec<NewResult> = done.iter().zip(&names).map(end).collect();
    tx.end_rows(by.change, &results, now).await?;
    Ok(done.into_iter().zip(results).filter_map(|(delta, result)| delta.zip(result.event)).collect())
}

/// Writes deltas; none for one that something stood against.
async fn write(
    tx: &mut WriteTx,
    by: &By<'_>,
    mut deltas: Vec<Delta>,
    links: Vec<Option<Link>>,
    now: Timestamp,
) -> Result<Vec<Option<Delta>>, Fault> {
    // Nothing can stand against what only changes edges of what is there.
    if !deltas.iter().any(Delta::makes_something) {
        tx.write(&mut deltas, &links, by.actor, now).await?;
        return Ok(deltas.into_iter().map(Some).collect());
    }
    let planned = deltas.clone();
    tx.savepoint().await?;
    match tx.write(&mut deltas, &links, by.actor, now).await {
        Ok(()) => {
            tx.release(true).await?;
            Ok(deltas.into_iter().map(Some).collect())
        }
        // The rules cannot see everything that a database keeps: it is found out row by row which it is.
        Err(StoreError::Conflict { .. } | StoreError::Missing(_)) => {
            tx.release(false).await?;
            let mut done = Vec::with_capacity(planned.len());
            for (delta, link) in planned.into_iter().zip(links) {
                done.push(one(tx, by, delta, link, now).await?);
            }
            Ok(done)
        }
        Err(error) => Err(error.into()),
    }
}

async fn one(
    tx: &mut WriteTx,
    by: &By<'_>,
    delta: Delta,
    link: Option<Link>,
    now: Timestamp,
) -> Result<Option<Delta>, Fault> {
    tx.savepoint().await?;
    let mut written = [delta];
    let result = tx.write(&mut written, &[link], by.actor, now).await;
    tx.release(result.is_ok()).await?;
    match result {
        Ok(()) => {
            let [delta] = written;
            Ok(Some(delta))
        }
        Err(StoreError::Conflict { .. } | StoreError::Missing(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The link that a row makes.
fn link(state: &AppState, by: &By<'_>, row: &Ready) -> Option<Link> {
    row.delta.makes_link().then(|| {
        let seed = link_of(by.change, by.key, row.number.unsigned_abs());
        Link { hash: TokenHash::of(state.mint.token(&seed).reveal()), seed }
    })
}

fn event<'a>(by: &By<'a>, name: &Text, delta: &'a Delta, now: Timestamp) -> NewEvent<'a> {
    NewEvent { at: now, action: by.action, target: delta.target(name), delta, reason: by.reason }
}
