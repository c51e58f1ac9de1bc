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
        store::{Chain, Link, NewEvent, NewResult, StoreError, TokenHash, WriteTx},
    },
};

/// Events that are hashed before the database is looked after again.
const AT_A_TIME: usize = 16;

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
    let mut chain = tx.chain(Some(by.change), Some(by.actor)).await?;
    let (done, ids) = if deltas.iter().any(Delta::makes_something) {
        let done = make(tx, by, deltas, links, now).await?;
        let ids = add(&mut chain, by, done.iter().map(Option::as_ref).zip(&names), now).await?;
        (done, ids)
    } else {
        // Nothing can stand against what only changes edges of what is there; while the database writes it, its events
        // are hashed.
        let events = add(&mut chain, by, deltas.iter().map(Some).zip(&names), now);
        let (written, ids) = tokio::join!(tx.write_edges(&deltas, &links, by.actor, now), events);
        written?;
        (deltas.into_iter().map(Some).collect(), ids?)
    };
    tx.keep(chain).await?;
    let (mut numbers, mut failed) = (Vec::with_capacity(done.len()), Vec::new());
    for (delta, (number, _)) in done.iter().zip(&names) {
        match delta {
            Some(_) => numbers.push(*number),
            None => failed.push(ended(*number, RowOutcome::Failed { why: Refusal::CHANGED })),
        }
    }
    if let Some(first) = ids.first() {
        tx.rows_done(by.change, &numbers, *first, now).await?;
    }
    tx.end_rows(by.change, &failed, now).await?;
    Ok(done.into_iter().flatten().zip(ids).collect())
}

/// How a row ended that is not done.
pub fn ended(number: i64, outcome: RowOutcome) -> NewResult {
    NewResult { number, outcome }
}

/// Adds the events of deltas that were written; gives way between a few and the next.
async fn add<'d>(
    chain: &mut Chain,
    by: &By<'_>,
    written: impl Iterator<Item = (Option<&'d Delta>, &'d (i64, Text))>,
    now: Timestamp,
) -> Result<Vec<EventId>, Fault> {
    let mut ids = Vec::new();
    for (delta, name) in written.filter_map(|(delta, (_, name))| Some((delta?, name))) {
        ids.push(chain.add(&event(by, name, delta, now))?);
        if ids.len() % AT_A_TIME == 0 {
            tokio::task::yield_now().await;
        }
    }
    Ok(ids)
}

/// Writes deltas; none for one that something stood against.
async fn make(
    tx: &mut WriteTx,
    by: &By<'_>,
    mut deltas: Vec<Delta>,
    links: Vec<Option<Link>>,
    now: Timestamp,
) -> Result<Vec<Option<Delta>>, Fault> {
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

fn event<'a>(by: &'a By<'_>, name: &Text, delta: &'a Delta, now: Timestamp) -> NewEvent<'a> {
    NewEvent { at: now, action: by.action, target: delta.target(name), delta, reason: by.reason }
}
