//! From a request to rows on disk: known already? still the plan that was looked at? Then it is written
//! and set to work.

use super::{batch::Task, busy, set_to_work, task};
use crate::{
    api::wire::{Job, JobState, StartJob},
    domain::{
        bulk::BulkAction,
        id::{JobId, WorkspaceId},
        model::Snapshot,
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        auth::{Here, limit::Counted},
        problem::Fault,
        services::{
            commit::{digest, json},
            plan::{self, Planned, PlannedRow},
        },
        state::AppState,
        store::{Fate, NewJob, NewRow, Remembered, Scope, WriteTx},
    },
};

/// Begins a job, or answers the one that was begun with this key.
pub async fn start(state: &AppState, here: &Here, start: StartJob, key: &str) -> Result<Job, Fault> {
    let now = state.now();
    let account = here.caller.account.id;
    // Which plan was looked at is a condition, as If-Match is, and no part of what is asked for: whoever has looked at
    // another one by now is answered the job that was begun all the same.
    let body_hash = digest(&format!("{} job {}", here.workspace, json(&start.bulk)?));
    let mut reading = state.store.reading(here.workspace).await?;
    if let Some(known) = reading.reading().job_by_key(account, key).await? {
        drop(reading);
        return begun(state, here, known, &body_hash).await;
    }
    let StartJob { bulk, digest: looked_at } = start;
    let undoes = taken_back(state, here, &bulk.action).await?;
    // A plan of many takes its time: nobody's writes wait for it, unless one came between.
    let mut planned = plan::plan_rows(&mut reading.reading(), here, &bulk, now).await?;
    drop(reading);
    let mut tx = state.store.begin(here.workspace).await?;
    if let Some(known) = tx.reading().job_by_key(account, key).await? {
        drop(tx);
        return begun(state, here, known, &body_hash).await;
    }
    if tx.recall(account, key).await?.is_some() {
        return Err(Fault::KeyReused);
    }
    if tx.reading().revision().await? != planned.plan.revision {
        planned = plan::plan_rows(&mut tx.reading(), here, &bulk, now).await?;
    }
    let planned = agreed(planned, looked_at)?;
    match plan::sends(&planned) {
        0 => {}
        many => state.limiter.attempt_many(Counted::Invitations(account), many, now)?,
    }
    let detail = detail(&mut tx, state, here.workspace, &bulk.action, now).await?;
    let rows: Vec<NewRow> = planned.into_iter().filter_map(new_row).collect();
    let waits = rows.iter().any(|row| matches!(row.fate, Fate::Waits { .. }));
    let new = NewJob {
        actor: account,
        key: key.to_owned(),
        body_hash: body_hash.clone(),
        action: bulk.action.name(),
        detail,
        reason: bulk.action.reason().cloned(),
        undoes,
        by_filter: !bulk.on.matching.is_empty(),
        at: now,
    };
    let job = tx.create_job(new, rows).await?;
    if let Some(undone) = undoes {
        // Half done, it stays half done: what was done is taken back, and the rest is never to be done.
        tx.skip_waiting(undone, &Text::new(format!("job {job} has taken this job back")), now).await?;
    }
    // The job keeps its key for good; this is for other writes with the same key to be told by.
    tx.remember(account, key, &Remembered { body_hash, status: 201, response: json(&job)? }, now).await?;
    tx.commit().await?;
    if waits {
        set_to_work(state, Task { workspace: here.workspace, job, actor: account, undo: undoes.is_some() });
    }
    super::job(state, here, job).await
}

/// The rows of a plan that may be done, and is still the one that was looked at.
fn agreed(planned: Planned, looked_at: Option<String>) -> Result<Vec<PlannedRow>, Fault> {
    if looked_at.is_some_and(|looked_at| looked_at != planned.plan.digest) {
        return Err(Fault::Stale("what this would do has changed meanwhile: look at the plan again".into()));
    }
    match planned.refused {
        Some(refusal) => Err(refusal.into()),
        None => Ok(planned.rows),
    }
}

/// The answer to a request that came before. Who asks again may have been killed, and the job's runner with them:
/// where it should be at work it is.
async fn begun(state: &AppState, here: &Here, (job, known): (JobId, String), body_hash: &str) -> Result<Job, Fault> {
    here.held(state).await?;
    if known != body_hash {
        return Err(Fault::KeyReused);
    }
    let now = super::job(state, here, job).await?;
    if now.state != JobState::Running {
        return Ok(now);
    }
    set_to_work(state, task(here, &now));
    super::job(state, here, job).await
}

/// The job that an action takes back; not one that goes on meanwhile.
async fn taken_back(state: &AppState, here: &Here, action: &BulkAction) -> Result<Option<JobId>, Fault> {
    let BulkAction::Undo { job, .. } = action else { return Ok(None) };
    let undone = super::job(state, here, *job).await?;
    if undone.state == JobState::Running { Err(busy(&undone)) } else { Ok(Some(*job)) }
}

/// A row that is so already is none.
fn new_row(row: PlannedRow) -> Option<NewRow> {
    let fate = match row.fate {
        plan::Fate::Change { change, expects } => Fate::Waits { change, expects },
        plan::Fate::Same => return None,
        plan::Fate::LeftOut(reason) => Fate::LeftOut(reason),
        plan::Fate::Skipped { change, reason } => Fate::Skipped { change, reason },
    };
    Some(NewRow { target: row.target, name: row.name, fate })
}

/// What is done, in names as they are now: `Viewer`; of an undo, what the job that is taken back did.
async fn detail(
    tx: &mut WriteTx,
    state: &AppState,
    workspace: WorkspaceId,
    action: &BulkAction,
    now: Timestamp,
) -> Result<Text, Fault> {
    if let BulkAction::Undo { job, .. } = action {
        return Ok(state.store.job(workspace, *job).await?.job.detail);
    }
    let names = tx.snapshot(&Scope::Members(Vec::new()), now).await?;
    Ok(Text::new(words(action, &names).join(", ")))
}

fn words(action: &BulkAction, names: &Snapshot) -> Vec<String> {
    match action {
        BulkAction::SetRoles { roles, .. } => {
            let named = roles.iter().filter_map(|id| names.roles.iter().find(|role| role.id == *id));
            named.map(|role| role.name.raw().to_owned()).collect()
        }
        BulkAction::AddToGroups { groups, .. } | BulkAction::RemoveFromGroups { groups, .. } => {
            let named = groups.iter().filter_map(|id| names.groups.iter().find(|group| group.id == *id));
            named.map(|group| group.name.raw().to_owned()).collect()
        }
        BulkAction::Grant { folder, capability, effect, .. } => {
            let found = names.catalogue.find(capability);
            let label = found.map_or(capability.as_str(), |cap| names.catalogue.get(cap).label.as_str());
            let folder = names.folders.iter().find(|one| one.id == *folder);
            vec![format!("{} {label} @ {}", effect.name(), folder.map_or("", |folder| folder.name.raw()))]
        }
        BulkAction::Deactivate { .. }
        | BulkAction::Remove { .. }
        | BulkAction::Invite { .. }
        | BulkAction::Resend
        | BulkAction::Cancel { .. }
        | BulkAction::Undo { .. } => Vec::new(),
    }
}
