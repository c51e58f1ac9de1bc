//! From a request to rows on disk: known already? still the plan that was looked at? Then it is recorded and applied: at
//! once where the rows are few, by a runner where they are many.

use super::{
    apply::{By, Ready, apply},
    batch::{Base, Task},
    set_to_work,
};
use crate::{
    api::wire::{self, Change, ChangeState, StartChange},
    domain::{
        change::{Refusal, Request},
        id::ChangeId,
        plan::RowOutcome,
    },
    server::{
        auth::{Here, limit::Counted},
        planner::{self, Planned},
        problem::Fault,
        services::{digest, free, json, password},
        state::AppState,
        store::{NewChange, NewRow, Remembered, WriteTx},
    },
};

/// Rows that are applied before the answer: nobody waits for them.
const AT_ONCE: usize = 100;

/// What a change would do.
pub async fn plan(state: &AppState, here: &Here, request: &Request) -> Result<wire::Plan, Fault> {
    let mut tx = state.store.reading(here.workspace).await?;
    let now = state.now();
    // A look needs no password; the change itself does.
    let planned = planner::plan(&mut tx.reading(), here, request, true, now).await?;
    drop(tx);
    let mut told = planner::told(&planned)?;
    // Said before anybody agrees to it; it is no part of what the plan is known by, since it passes by itself.
    let limit = state.limiter.would_let(Counted::Invitations(here.caller.account.id), planned.links(), now);
    told.refused = told.refused.or(match limit {
        Err(Fault::Limited { seconds }) => Some(Refusal::TooManyInvitations { seconds }),
        Err(Fault::Refusal(why)) => Some(why),
        _ => None,
    });
    Ok(told)
}

/// Begins a change, or answers the one that was begun with this key.
pub async fn start(state: &AppState, here: &Here, start: StartChange, key: &str) -> Result<Change, Fault> {
    let now = state.now();
    let account = here.caller.account.id;
    let StartChange { request, digest: looked_at, password } = start;
    // Which plan was looked at is a condition, as If-Match is, and no part of what is asked for: whoever has looked at
    // another one by now is answered the change that was begun all the same.
    let body_hash = hash_of(here, &request)?;
    let mut reading = state.store.reading(here.workspace).await?;
    if let Some(known) = reading.reading().change_by_key(account, key).await? {
        drop(reading);
        return begun(state, here, known, &body_hash).await;
    }
    let ends_rest = not_at_work(state, here, &request).await?;
    let proven = password::prove(state, &here.caller, password).await?;
    // A plan of many takes its time: nobody's writes wait for it, unless one came between.
    let mut planned = planner::plan(&mut reading.reading(), here, &request, proven, now).await?;
    drop(reading);
    let mut tx = state.store.begin(here.workspace).await?;
    if let Some(known) = tx.reading().change_by_key(account, key).await? {
        drop(tx);
        return begun(state, here, known, &body_hash).await;
    }
    if tx.recall(account, key).await?.is_some() {
        return Err(Fault::KeyReused);
    }
    if tx.reading().revision().await? != planned.revision {
        planned = planner::plan(&mut tx.reading(), here, &request, proven, now).await?;
    }
    agreed(&planned, looked_at, ends_rest)?;
    let (stops_safely, until) = (planned.plan.stops_safely, planned.until);
    let recorded = record(state, &mut tx, here, &request, key, &body_hash, planned).await?;
    tx.remember(account, key, &Remembered { body_hash, status: 201, response: json(&recorded.change)? }, now).await?;
    let change = recorded.change;
    if recorded.ready.len() <= AT_ONCE {
        let by = By { change, key, action: request.kind.name(), actor: account, reason: request.reason() };
        apply(state, &mut tx, &by, recorded.ready, now).await?;
        tx.commit().await?;
    } else {
        let base = Base { revision: tx.revision(), until };
        tx.commit().await?;
        // Where none of today's administrators stays, each batch is judged again: stopped midway, one must remain.
        let work = stops_safely.then_some((recorded.ready, base));
        set_to_work(state, Task::begun(here.workspace, change, account, key, &request, work));
    }
    super::change(state, here, change).await
}

/// What a request is known by; a password is no part of it.
pub(super) fn hash_of(here: &Here, request: &Request) -> Result<String, Fault> {
    Ok(digest(&format!("{} change {}", here.workspace, json(request)?)))
}

/// A plan that may be done, and is still the one that was looked at. `ends_rest` says that it does something besides its
/// rows.
fn agreed(planned: &Planned, looked_at: Option<String>, ends_rest: bool) -> Result<(), Fault> {
    if let Some(looked_at) = looked_at
        && looked_at != planner::told(planned)?.digest
    {
        return Err(Fault::Stale("the plan has changed since you looked at it".into()));
    }
    if let Some(refusal) = &planned.plan.refused {
        return Err(refusal.clone().into());
    }
    // A change that changes nothing leaves no trace (SPEC 4.12).
    let why = match planned.plan.rows.as_slice() {
        _ if planned.changes() || ends_rest => return Ok(()),
        [row] => row.outcome.why().cloned(),
        _ => None,
    };
    Err(why.unwrap_or(Refusal::NothingChanges).into())
}

/// A change on disk, and the rows that are to be applied, in the order in which what they are of lies there.
pub(super) struct Recorded {
    pub change: ChangeId,
    pub ready: Vec<Ready>,
}

/// Records a change with its rows. Those that are so already are none of its.
pub(super) async fn record(
    state: &AppState,
    tx: &mut WriteTx,
    here: &Here,
    request: &Request,
    key: &str,
    body_hash: &str,
    mut planned: Planned,
) -> Result<Recorded, Fault> {
    let now = planned.now;
    let account = here.caller.account.id;
    match planned.links() {
        0 => {}
        many => state.limiter.attempt_many(Counted::Invitations(account), many, now)?,
    }
    let (mut rows, mut ready) = (Vec::with_capacity(planned.rows.len()), Vec::with_capacity(planned.rows.len()));
    let mut targets = Vec::with_capacity(planned.rows.len());
    for ((item, row), done) in (0_i64..).zip(&planned.rows).zip(std::mem::take(&mut planned.plan.rows)) {
        let planned = match &done.outcome {
            RowOutcome::Unchanged => continue,
            RowOutcome::Done => Ok(row.fingerprint(&done.delta, now)),
            outcome => Err(outcome.clone()),
        };
        let number = rows.len() as i64 + 1;
        if planned.is_ok() {
            ready.push(Ready { number, name: done.name.clone(), delta: done.delta });
            targets.push((row.target, number));
        }
        rows.push(NewRow { item, target: row.target, name: done.name, planned });
    }
    let undoes = request.undoes();
    let single = if rows.len() == 1 { rows.first().map(|row| row.name.clone()) } else { None };
    let new = NewChange {
        actor: account,
        key: key.to_owned(),
        body_hash: body_hash.to_owned(),
        request: request.clone(),
        what: std::mem::take(&mut planned.what),
        name: single,
        undoes,
        at: now,
    };
    free(planned);
    let change = tx.record_change(&new, &rows).await?;
    if let Some(undone) = undoes {
        // Half done, it stays half done: what was done is taken back, and the rest is never to be done.
        tx.skip_pending(undone, &Refusal::TakenBack, now).await?;
    }
    let mut order: Vec<(Option<i64>, i64, usize)> =
        targets.into_iter().enumerate().map(|(at, (target, number))| (target, number, at)).collect();
    order.sort_unstable();
    let mut by_place: Vec<Option<Ready>> = ready.into_iter().map(Some).collect();
    let ready = order.into_iter().filter_map(|(_, _, at)| by_place[at].take()).collect();
    Ok(Recorded { change, ready })
}

/// The answer to a request that came before. Who asks again may have been killed, and the change's runner with them:
/// where it should be at work it is.
async fn begun(
    state: &AppState,
    here: &Here,
    (change, known): (ChangeId, String),
    body_hash: &str,
) -> Result<Change, Fault> {
    here.held(state).await?;
    if known != body_hash {
        return Err(Fault::KeyReused);
    }
    let record = state.store.change(here.workspace, change).await?;
    let task = Task::new(here.workspace, &record);
    let now = super::shown(state, here, record);
    if now.state != ChangeState::Running {
        return Ok(now);
    }
    set_to_work(state, task);
    super::change(state, here, change).await
}

/// What is taken back is not being applied meanwhile. Answers whether rows of it are pending, which then never are done.
pub(super) async fn not_at_work(state: &AppState, here: &Here, request: &Request) -> Result<bool, Fault> {
    let Some(undone) = request.undoes() else { return Ok(false) };
    let undone = super::change(state, here, undone).await?;
    match undone.state {
        ChangeState::Running => Err(Refusal::AtWork { elsewhere: undone.elsewhere }.into()),
        ChangeState::Stopped => Ok(true),
        ChangeState::Done => Ok(false),
    }
}
