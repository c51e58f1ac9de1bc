//! The next rows of a change that is being applied. While nobody else has written, they do what the plan said; else they
//! are planned again on the state as it is, with the rights that their actor has now (SPEC 6), and one that would do
//! something else by now is skipped.

use super::apply::{By, Ready, apply, ended};
use crate::{
    domain::{
        change::{Kind, Refusal, Request, Restore, Row, Rows},
        id::{AccountId, ChangeId, MemberId, WorkspaceId},
        model::Snapshot,
        plan::{self, Plan, RowOutcome},
        time::Timestamp,
    },
    server::{
        planner,
        problem::Fault,
        services::free,
        state::AppState,
        store::{ChangeRecord, NewResult, PendingRow, Reading, WriteTx},
    },
};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

/// A state that rows were planned on: they do the same as long as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// The workspace's revision.
    pub revision: i64,
    /// When the next edge ends.
    pub until: Timestamp,
}

/// What a runner works on, and for whom.
#[derive(Debug, Clone)]
pub struct Task {
    pub workspace: WorkspaceId,
    pub change: ChangeId,
    /// Whose rights count.
    pub actor: AccountId,
    key: String,
    request: Request,
    work: Work,
}

#[derive(Debug, Clone)]
enum Work {
    /// What is pending is not read yet.
    Unread,
    /// Rows as the plan left them, good while their base stands.
    Planned(VecDeque<Ready>, Base),
    /// Rows that are planned before they are applied.
    Pending(VecDeque<PendingRow>),
}

/// A batch done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many rows there were.
    pub rows: u64,
    /// How long it held the workspace.
    pub took: Duration,
}

impl Task {
    /// A change that was recorded before.
    pub fn new(workspace: WorkspaceId, record: &ChangeRecord) -> Self {
        Self {
            workspace,
            change: record.change.id,
            actor: record.actor,
            key: record.key.clone(),
            request: record.request.clone(),
            work: Work::Unread,
        }
    }

    /// A change that was recorded just now, with what its plan said.
    pub fn begun(
        workspace: WorkspaceId,
        change: ChangeId,
        actor: AccountId,
        key: &str,
        request: &Request,
        planned: Option<(Vec<Ready>, Base)>,
    ) -> Self {
        let work = planned.map_or(Work::Unread, |(rows, base)| Work::Planned(rows.into(), base));
        Self { workspace, change, actor, key: key.to_owned(), request: request.clone(), work }
    }
}

/// Does the next rows, so many at most; none when no row is pending.
pub async fn run(state: &AppState, task: &mut Task, limit: usize) -> Result<Option<Progress>, Fault> {
    let mut tx = state.store.begin(task.workspace).await?;
    let begun = Instant::now();
    let now = state.now();
    if tx.reading().stop_asked(task.change).await? {
        return Ok(None);
    }
    let revision = tx.reading().revision().await?;
    let stands = matches!(&task.work, Work::Planned(_, base) if base.revision == revision && now < base.until);
    if !stands && !matches!(task.work, Work::Pending(_)) {
        task.work = Work::Pending(tx.reading().pending(task.change).await?.into());
    }
    let by = By {
        change: task.change,
        key: &task.key,
        action: task.request.kind.name(),
        actor: task.actor,
        reason: task.request.reason(),
    };
    // Where the batch fails, what is pending is read anew.
    let work = std::mem::replace(&mut task.work, Work::Unread);
    let (rows, left) = match work {
        Work::Planned(mut left, base) => {
            let next: Vec<Ready> = left.drain(..limit.min(left.len())).collect();
            let rows = next.len();
            if rows > 0 {
                free(apply(state, &mut tx, &by, next, now).await?);
            }
            (rows, Work::Planned(left, Base { revision: tx.revision(), ..base }))
        }
        Work::Pending(mut left) => {
            let next: Vec<PendingRow> = left.drain(..limit.min(left.len())).collect();
            let rows = next.len();
            if rows > 0 {
                replan(state, task, &mut tx, &by, next, now).await?;
            }
            (rows, Work::Pending(left))
        }
        Work::Unread => (0, Work::Unread),
    };
    if rows == 0 {
        return Ok(None);
    }
    tx.commit().await?;
    task.work = left;
    Ok(Some(Progress { rows: rows as u64, took: begun.elapsed() }))
}

/// Plans rows again, and applies those that do what they were to do.
async fn replan(
    state: &AppState,
    task: &Task,
    tx: &mut WriteTx,
    by: &By<'_>,
    pending: Vec<PendingRow>,
    now: Timestamp,
) -> Result<(), Fault> {
    let still =
        tx.reading().still_pending(task.change, &pending.iter().map(|row| row.number).collect::<Vec<_>>()).await?;
    let pending: Vec<PendingRow> = pending.into_iter().filter(|row| still.contains(&row.number)).collect();
    let gone = |pending: &[PendingRow]| -> Vec<NewResult> {
        let why = Refusal::ActorGone;
        let end = |row: &PendingRow| ended(row.number, RowOutcome::Failed { why: why.clone() });
        pending.iter().map(end).collect()
    };
    let Some(actor) = tx.member_of(task.actor).await? else {
        return Ok(tx.end_rows(task.change, &gone(&pending), now).await?);
    };
    let rows = rows_of(&mut tx.reading(), task, &pending, now).await?;
    let bulk = pending.len() > 1 || task.request.undoes().is_some();
    let (facts, before) = planner::read(&mut tx.reading(), actor, &rows, now).await?;
    if !before.members.iter().any(|member| member.id == actor && member.active()) {
        return Ok(tx.end_rows(task.change, &gone(&pending), now).await?);
    }
    let planned = plan::plan(&before, actor, &rows, &facts, bulk, now);
    let outcomes = settle(&before, planned, actor, &rows, &facts, bulk, now);
    let (mut results, mut ready) = (Vec::new(), Vec::new());
    let undo = task.request.undoes().is_some();
    for ((row, planned), made_again) in pending.into_iter().zip(outcomes).zip(&rows) {
        match planned.outcome {
            RowOutcome::Done if made_again.fingerprint(&planned.delta, now) == row.fingerprint => {
                ready.push(Ready { number: row.number, name: row.name, delta: planned.delta });
            }
            RowOutcome::Done => results.push(ended(row.number, RowOutcome::Skipped { why: Refusal::CHANGED })),
            RowOutcome::Unchanged => results.push(ended(row.number, RowOutcome::Unchanged)),
            RowOutcome::Skipped { why } | RowOutcome::Failed { why } => {
                let since = matches!(why, Refusal::ChangedSince { .. }) || undo && why.is_change_since();
                let outcome = if since { RowOutcome::Skipped { why } } else { RowOutcome::Failed { why } };
                results.push(ended(row.number, outcome));
            }
        }
    }
    tx.end_rows(task.change, &results, now).await?;
    apply(state, tx, by, ready, now).await?;
    Ok(())
}

/// What pending rows are to do, made again from what was asked for.
async fn rows_of(
    reading: &mut Reading<'_>,
    task: &Task,
    pending: &[PendingRow],
    now: Timestamp,
) -> Result<Vec<Row>, Fault> {
    let missing = || Fault::Internal(format!("change {}: a row is not what was asked for", task.change));
    let rules = task.request.kind.rules();
    match rules.rows() {
        Rows::Each => {
            let kind = Arc::new(task.request.kind.clone());
            let row = |row: &PendingRow| Row { target: row.target, name: None, kind: kind.clone() };
            Ok(pending.iter().map(row).collect())
        }
        Rows::Given(all) => {
            let row = |row: &PendingRow| usize::try_from(row.item).ok().and_then(|item| all.get(item)).cloned();
            pending.iter().map(|one| row(one).ok_or_else(missing)).collect()
        }
        Rows::Of(undone) => {
            let (actor, request, done) = reading.done_rows(undone).await?;
            let since = reading.changed_since(undone, Some(task.change)).await?;
            // Rows lie in the order in which the undo found them: the last first.
            let mut done: HashMap<i64, _> = (0_i64..).zip(done).collect();
            let mut row = |row: &PendingRow| {
                let done = done.remove(&row.item)?;
                let reason = rules.reason().cloned();
                let restore =
                    Restore::of(&request.kind, done.delta, (actor == task.actor, &since), done.at, reason, now);
                Some(Row { target: done.target, name: Some(done.name), kind: Arc::new(Kind::from(restore)) })
            };
            pending.iter().map(|one| row(one).ok_or_else(missing)).collect()
        }
    }
}

/// What becomes of rows that were planned together. Where no administrator would remain after the whole, the rows that
/// bring it to that fail, each found as the first with which the rows before it are too many; the others go on.
fn settle(
    before: &Snapshot,
    mut planned: Plan,
    actor: MemberId,
    rows: &[Row],
    facts: &crate::domain::change::Facts,
    bulk: bool,
    now: Timestamp,
) -> Vec<plan::PlannedRow> {
    let mut kept: Vec<Row> = rows.to_vec();
    let mut places: Vec<usize> = (0..rows.len()).collect();
    let mut failed: HashMap<usize, Refusal> = HashMap::new();
    while let Some(refusal) = planned.refused.clone()
        && !kept.is_empty()
    {
        let refused = |most: usize| plan::plan(before, actor, &kept[..most], facts, bulk, now).refused.is_some();
        let last = first(kept.len(), refused) - 1;
        kept.remove(last);
        failed.insert(places.remove(last), refusal);
        planned = plan::plan(before, actor, &kept, facts, bulk, now);
    }
    let mut settled: HashMap<usize, plan::PlannedRow> = places.into_iter().zip(planned.rows).collect();
    let row = |at: usize| match failed.remove(&at) {
        Some(why) => Some(plan::PlannedRow::ended(RowOutcome::Failed { why })),
        None => settled.remove(&at),
    };
    (0..rows.len()).filter_map(row).collect()
}

/// The least number from 1 to `most` that is too many, `most` being too many and 0 not.
fn first(most: usize, too_many: impl Fn(usize) -> bool) -> usize {
    let (mut fine, mut over) = (0, most);
    while over - fine > 1 {
        let middle = fine + (over - fine) / 2;
        if too_many(middle) {
            over = middle;
        } else {
            fine = middle;
        }
    }
    over
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn the_first_that_is_too_many_is_found() {
        for most in 1..40 {
            for over in 1..=most {
                assert_eq!(first(most, |rows| rows >= over), over);
            }
        }
    }
}
