//! One resource written: a change of one row on the same path, answered when it is done.

use super::{
    apply::{By, apply},
    link_of,
    start::{hash_of, record},
};
use crate::{
    api::{wire::Applied, write::Precondition},
    domain::{
        change::{Delta, Edit, Request, Warning},
        id::{ChangeId, EventId},
        plan::RowOutcome,
    },
    server::{
        auth::Here,
        extract::Conditions,
        planner::{self, Planned},
        problem::Fault,
        services::{json, password},
        state::AppState,
        store::{Remembered, TokenHash, WriteTx},
    },
};

/// A change made, now or before under the same key.
pub struct Committed {
    pub applied: Applied,
    /// 200, or 201 when something was made.
    pub status: u16,
}

/// Makes a change. `given` is the caller's password, where the kind asks for it again.
pub async fn write(
    state: &AppState,
    here: &Here,
    request: &Request,
    conditions: &Conditions,
    given: Option<String>,
) -> Result<Committed, Fault> {
    let now = state.now();
    let account = here.caller.account.id;
    let body_hash = hash_of(here, request)?;
    let proven = password::prove(state, &here.caller, given).await?;
    let mut tx = state.store.begin(here.workspace).await?;
    if let Some(known) = tx.recall(account, &conditions.key).await? {
        drop(tx);
        return replay(state, known, &conditions.key, &body_hash).await;
    }
    let versioned = request.kind.rules().versioned(request.on.ids.first().copied());
    on_the_right_state(&mut tx.reading(), versioned, conditions.precondition).await?;
    let made = make_as(state, &mut tx, here, request, &conditions.key, &body_hash, proven).await?;
    let mut applied = Applied {
        change: made.change,
        event: made.done.first().map(|(_, event)| *event),
        revision: if made.change.is_some() { tx.revision() } else { tx.reading().revision().await? },
        version: None,
        created: made.created(),
        link: None,
        warnings: made.warnings,
    };
    if let (Some(change), Some((delta, _))) = (made.change, made.done.first())
        && delta.makes_link()
    {
        applied.link = Some(state.link(&state.mint.token(&link_of(change, &conditions.key, 1))));
    }
    applied.version = match applied.created {
        Some(_) => Some(1),
        None => tx.reading().version_of(versioned).await?,
    };
    let status = if applied.created.is_some() { 201 } else { 200 };
    // A link is kept nowhere: asked for again, it is made again.
    let kept = Applied { link: None, ..applied.clone() };
    tx.remember(account, &conditions.key, &Remembered { body_hash, status, response: json(&kept)? }, now).await?;
    // What changes nothing leaves the workspace as it was (SPEC 4.12).
    if applied.change.is_some() {
        tx.commit().await?
    } else {
        tx.commit_unchanged().await?
    }
    Ok(Committed { applied, status })
}

/// What was made.
pub struct Made {
    /// None where nothing was to be changed.
    change: Option<ChangeId>,
    done: Vec<(Delta, EventId)>,
    warnings: Vec<Warning>,
}

impl Made {
    /// The identifier of what was made, if anything was.
    pub fn created(&self) -> Option<i64> {
        self.done.first().and_then(|(delta, _)| created(delta))
    }
}

/// Makes a change in a transaction that is open: all of its rows, or none.
pub async fn make(
    state: &AppState,
    tx: &mut WriteTx,
    here: &Here,
    request: &Request,
    key: &str,
) -> Result<Made, Fault> {
    let body_hash = hash_of(here, request)?;
    make_as(state, tx, here, request, key, &body_hash, false).await
}

async fn make_as(
    state: &AppState,
    tx: &mut WriteTx,
    here: &Here,
    request: &Request,
    key: &str,
    body_hash: &str,
    proven: bool,
) -> Result<Made, Fault> {
    let now = state.now();
    let planned = planner::plan(&mut tx.reading(), here, request, proven, now).await?;
    sound(&planned)?;
    let warnings = warnings(&planned);
    if !planned.changes() {
        return Ok(Made { change: None, done: Vec::new(), warnings });
    }
    let recorded = record(state, tx, here, request, key, body_hash, planned).await?;
    let (change, rows) = (recorded.change, recorded.ready.len());
    let (actor, reason) = (here.caller.account.id, request.reason());
    let by = By { change, key, action: request.kind.name(), actor, reason };
    let done = apply(state, tx, &by, recorded.ready, now).await?;
    if done.len() < rows {
        return Err(Fault::Stale("this was changed meanwhile: look at it again and repeat".into()));
    }
    Ok(Made { change: Some(change), done, warnings })
}

/// A row that may not be done is the answer; of several each must.
fn sound(planned: &Planned) -> Result<(), Fault> {
    if let Some(refusal) = &planned.plan.refused {
        return Err(refusal.clone().into());
    }
    let refused = planned.plan.rows.iter().find_map(|row| row.outcome.why());
    refused.map_or(Ok(()), |why| Err(why.clone().into()))
}

fn warnings(planned: &Planned) -> Vec<Warning> {
    let done = planned.plan.rows.iter().filter(|row| row.outcome == RowOutcome::Done);
    planned.plan.warnings.iter().cloned().chain(done.flat_map(|row| row.warnings.clone())).collect()
}

/// The identifier of what a delta makes.
fn created(delta: &Delta) -> Option<i64> {
    if let Some((id, None, _)) = delta.invitation() {
        return Some(id.0);
    }
    delta.0.iter().find_map(|edit| match edit {
        Edit::Group { id, before: None, .. } => Some(id.0),
        Edit::Folder { id, before: None, .. } => Some(id.0),
        Edit::Grant { id, before: None, .. } => Some(id.0),
        _ => None,
    })
}

/// The answer given before. A link was not kept with it: it is made again, and shown if it is still alive.
async fn replay(state: &AppState, known: Remembered, key: &str, body_hash: &str) -> Result<Committed, Fault> {
    if known.body_hash != body_hash {
        return Err(Fault::KeyReused);
    }
    let mut applied: Applied = serde_json::from_str(&known.response)
        .map_err(|_| Fault::Internal("a remembered answer cannot be read".into()))?;
    if let Some(change) = applied.change {
        let token = state.mint.token(&link_of(change, key, 1));
        let alive = state.store.invitation_by_token(&TokenHash::of(token.reveal()), state.now()).await?.is_some();
        applied.link = alive.then(|| state.link(&token));
    }
    Ok(Committed { applied, status: known.status })
}

/// `If-Match`: the caller decided on what is there now. What is not there is left to the rules to name.
async fn on_the_right_state(
    reading: &mut crate::server::store::Reading<'_>,
    versioned: crate::domain::change::Versioned,
    precondition: Precondition,
) -> Result<(), Fault> {
    let Precondition::Version(expected) = precondition else { return Ok(()) };
    match reading.version_of(versioned).await? {
        Some(version) if version != expected => {
            Err(Fault::Stale("this was changed meanwhile: look at it again and repeat".into()))
        }
        _ => Ok(()),
    }
}
