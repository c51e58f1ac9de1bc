//! Changes begun, applied, watched, stopped and resumed.
//!
//! | file | owns |
//! |---|---|
//! | `start` | from a request to rows on disk, applied at once where they are few |
//! | `single` | one resource written: the same path, answered when it is done |
//! | `apply` | rows that were planned: written, logged, recorded, in one transaction |
//! | `batch` | the next rows of a change that is being applied, planned again where somebody wrote meanwhile |
//! | `runner` | batch after batch: their size, failures, the end |
//! | `registry` | who is at work on what in this process |
//! | `progress` | lines for whoever watches |

mod apply;
mod batch;
mod progress;
mod registry;
mod runner;
mod single;
mod start;
#[cfg(test)]
mod tests;

pub use registry::Changes;
pub use single::{Committed, make, write};
pub use start::{plan, start};

use super::{
    super::{
        auth::Here,
        problem::Fault,
        state::AppState,
        store::{ChangeRecord, TokenHash},
    },
    aside,
};
use crate::{
    api::wire::{Change, ChangeRow, ChangeState, Page, PageQuery, Resume},
    domain::{capability::key::MEMBERS_MANAGE, change::Refusal, id::ChangeId, plan::RowOutcome},
};
use batch::Task;
use futures::stream::Stream;
use std::collections::HashSet;

/// A page of changes.
pub async fn changes(state: &AppState, here: &Here, query: &PageQuery) -> Result<Page<Change>, Fault> {
    let page = state.store.changes(here.workspace, query).await?;
    let items = page.items.into_iter().map(|record| shown(state, here, record)).collect();
    Ok(Page { items, before: page.before, after: page.after, revision: page.revision })
}

/// One change.
pub async fn change(state: &AppState, here: &Here, change: ChangeId) -> Result<Change, Fault> {
    Ok(shown(state, here, state.store.change(here.workspace, change).await?))
}

/// A change as the caller sees it. That it runs this process knows of its own; of another's it goes by what is stored.
fn shown(state: &AppState, here: &Here, record: ChangeRecord) -> Change {
    let at_work = record.at_work(state.now());
    let mut change = record.change;
    change.mine = record.actor == here.caller.account.id;
    let pulse = state.changes.pulse(change.id);
    if change.state == ChangeState::Stopped && (at_work || pulse.is_some()) {
        change.state = ChangeState::Running;
        change.elsewhere = pulse.is_none();
        change.per_second = pulse.and_then(|pulse| pulse.borrow().per_second);
    }
    change
}

/// A page of a change's rows. Whoever began it gets the links of invitations that are still alive: a link is kept
/// nowhere, it is worked out again (see [`link_of`]).
pub async fn rows(
    state: &AppState,
    here: &Here,
    change: ChangeId,
    query: &PageQuery,
) -> Result<Page<ChangeRow>, Fault> {
    let record = state.store.change(here.workspace, change).await?;
    let mut page = state.store.change_rows(here.workspace, change, query).await?;
    if record.actor != here.caller.account.id {
        return Ok(page);
    }
    let invites = |row: &&mut ChangeRow| {
        use crate::domain::change::Thing;
        let link = |thing: &Thing| matches!(thing, Thing::Invitation { .. } | Thing::NewLink);
        row.outcome == Some(RowOutcome::Done) && row.after.iter().any(link)
    };
    let tokens: Vec<_> = page
        .items
        .iter_mut()
        .filter(invites)
        .map(|row| {
            let token = state.mint.token(&link_of(change, &record.key, row.row));
            (TokenHash::of(token.reveal()), token, row)
        })
        .collect();
    let hashes: Vec<TokenHash> = tokens.iter().map(|(hash, ..)| hash.clone()).collect();
    let alive: HashSet<TokenHash> = state.store.live_links(here.workspace, &hashes, state.now()).await?;
    for (hash, token, row) in tokens {
        row.link = alive.contains(&hash).then(|| state.link(&token));
    }
    Ok(page)
}

/// The intention of which a row's link is made. The change's idempotency key, a random one, tells it from that of a
/// change with the same number in a database that was put back or made anew.
fn link_of(change: ChangeId, key: &str, row: u64) -> String {
    format!("change {change} {key} row {row}")
}

/// How a change goes on, line by line.
pub async fn progress(
    state: AppState,
    here: Here,
    change: ChangeId,
) -> Result<impl Stream<Item = Result<String, Fault>>, Fault> {
    // A change that is not there is an answer of its own and not a stream that breaks off.
    state.store.change(here.workspace, change).await?;
    Ok(progress::lines(state, here, change))
}

/// Stops a change: whoever began it, and whoever manages members, may.
pub async fn stop(state: &AppState, here: &Here, change: ChangeId) -> Result<Change, Fault> {
    let record = state.store.change(here.workspace, change).await?;
    if record.actor == here.caller.account.id {
        here.held(state).await?;
    } else {
        here.needs(state, &[MEMBERS_MANAGE]).await?;
    }
    // Here it is heard at once; the mark is for whoever works on it in another process.
    let (marked, ()) = tokio::join!(ask_to_stop(state, here, &record.change), state.changes.stop(change));
    marked?;
    self::change(state, here, change).await
}

async fn ask_to_stop(state: &AppState, here: &Here, change: &Change) -> Result<(), Fault> {
    if change.state != ChangeState::Done {
        let mut tx = state.store.begin(here.workspace).await?;
        tx.ask_to_stop(change.id, state.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Resumes a change. What it may do is judged by its actor's rights, so nobody else resumes it.
pub async fn resume(state: &AppState, here: &Here, change: ChangeId, resume: Resume) -> Result<Change, Fault> {
    here.held(state).await?;
    let record = state.store.change(here.workspace, change).await?;
    if record.actor != here.caller.account.id {
        return Err(Refusal::NotYours.into());
    }
    if let Some(by) = record.change.undone_by {
        return Err(Refusal::UndoneAlready { by }.into());
    }
    let task = Task::new(here.workspace, &record);
    let now = shown(state, here, record);
    match now.state {
        ChangeState::Running if resume.failed => return Err(Refusal::AtWork { elsewhere: now.elsewhere }.into()),
        ChangeState::Running if state.changes.pulse(change).is_some() => return Ok(now),
        ChangeState::Done if !resume.failed || now.failed == 0 => return Ok(now),
        // Whoever works on it elsewhere may have been killed a moment ago. If not, two take turns, each at other rows.
        ChangeState::Running | ChangeState::Done | ChangeState::Stopped => {}
    }
    let mut tx = state.store.begin(here.workspace).await?;
    tx.take_up(change, state.now()).await?;
    if resume.failed {
        tx.retry_failed(change).await?;
    }
    tx.commit().await?;
    // A runner that has just done its last row.
    state.changes.ended(change).await;
    set_to_work(state, task);
    self::change(state, here, change).await
}

/// Sets a runner to work on a change, unless one is at work on it here already.
fn set_to_work(state: &AppState, task: Task) {
    if let Some(turn) = state.changes.begin(task.change) {
        tokio::spawn(aside(runner::run(state.clone(), task, turn)));
    }
}
