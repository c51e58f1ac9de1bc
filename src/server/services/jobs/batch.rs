//! One batch: rows that wait are planned again on the state as it is, with the rights that their actor has
//! now (SPEC 6), and made, logged and recorded in one transaction. All of it is kept, or nothing.

use super::link_of;
use crate::{
    domain::{
        change::{Change, Facts, Refusal, member_of},
        id::{AccountId, JobId, MemberId, WorkspaceId},
        model::Snapshot,
        plan::{self, BulkPlan, Delta, Expects, Verdict},
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        problem::Fault,
        services::plan::{changed_since, members_of, tell_changed},
        state::AppState,
        store::{Became, Planned, Scope, TokenHash, Waiting, WriteTx},
    },
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// What a runner works on, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Where.
    pub workspace: WorkspaceId,
    /// Which.
    pub job: JobId,
    /// Whose rights count.
    pub actor: AccountId,
    /// Whether it takes back another: then a row that was changed since is left alone.
    pub undo: bool,
}

/// A batch done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many rows there were.
    pub rows: u64,
    /// How long it held the workspace.
    pub took: Duration,
}

/// What is to become of a row.
enum Settled {
    Made(Option<Box<Delta>>),
    Failed(Text),
    Skipped(Text),
}

const NOT_ACTIVE: &str = "whoever began this job is not active here any more";

/// Does the next rows, so many at most; none when no row waits.
pub async fn run(state: &AppState, task: &Task, limit: usize) -> Result<Option<Progress>, Fault> {
    let mut tx = state.store.begin(task.workspace).await?;
    let begun = Instant::now();
    let now = state.now();
    let waiting = tx.waiting(task.job, limit).await?;
    let Some(last) = waiting.last().map(|row| row.turn) else { return Ok(None) };
    let rows = waiting.len() as u64;
    let results = match tx.member_of(task.actor).await? {
        Some(actor) => work(state, task, &mut tx, waiting, actor, now).await?,
        None => waiting.iter().map(|row| (row.row, Became::Failed(NOT_ACTIVE.into()))).collect(),
    };
    tx.record(task.job, results, now).await?;
    tx.done_up_to(task.job, last).await?;
    tx.commit().await?;
    Ok(Some(Progress { rows, took: begun.elapsed() }))
}

type Row = (Change, Facts);

/// Plans the rows, and writes those that stand.
async fn work(
    state: &AppState,
    task: &Task,
    tx: &mut WriteTx,
    waiting: Vec<Waiting>,
    actor: MemberId,
    now: Timestamp,
) -> Result<Vec<(i64, Became)>, Fault> {
    let changes: Vec<Change> = waiting.iter().map(|row| row.change.clone()).collect();
    let mut facts = tx.reading().facts_of(changes.iter(), now).await?;
    let expected = waiting.iter().map(|row| (&row.change, row.expects.as_ref()));
    tell_changed(&mut tx.reading(), expected, &mut facts).await?;
    let members = members_of(actor, changes.iter().zip(&facts));
    let mut before = tx.snapshot(&Scope::Few(members.clone()), now).await?;
    if !before.members.iter().any(|member| member.id == actor && member.active()) {
        return Ok(waiting.iter().map(|row| (row.row, Became::Failed(NOT_ACTIVE.into()))).collect());
    }
    tell_other_roles(&before, &waiting, &mut facts, now);
    let rows: Vec<Row> = changes.into_iter().zip(facts).collect();
    let mut planned = plan::plan(&before, actor, &rows, now);
    if planned.refused.is_some() {
        // A few of the administrators do not show that one remains: all of them tell.
        before = tx.snapshot(&Scope::Members(members), now).await?;
        planned = plan::plan(&before, actor, &rows, now);
    }
    let (after, settled) = settle((&before, planned), actor, rows, task.undo, now);
    let (mut results, mut sound) = (Vec::with_capacity(waiting.len()), Vec::new());
    for (row, settled) in waiting.into_iter().zip(settled) {
        match settled {
            Settled::Failed(reason) => results.push((row.row, Became::Failed(reason))),
            Settled::Skipped(reason) => results.push((row.row, Became::Skipped(reason))),
            Settled::Made(delta) => sound.push((row.row, row.change, delta)),
        }
    }
    write(state, task, tx, sound, (&before, &after), now, &mut results).await?;
    Ok(results)
}

/// Makes rows that were found to be sound, and logs them.
async fn write(
    state: &AppState,
    task: &Task,
    tx: &mut WriteTx,
    sound: Vec<(i64, Change, Option<Box<Delta>>)>,
    between: (&Snapshot, &Snapshot),
    now: Timestamp,
    results: &mut Vec<(i64, Became)>,
) -> Result<(), Fault> {
    let (mut told, mut planned) = (Vec::with_capacity(sound.len()), Vec::with_capacity(sound.len()));
    let key = tx.job_key(task.job).await?;
    for (row, change, delta) in sound {
        let links =
            matches!(change, Change::Invite(_) | Change::ResendInvitation { .. } | Change::ReopenInvitation { .. });
        let link = links.then(|| {
            let seed = link_of(task.job, &key, row.unsigned_abs());
            (TokenHash::of(state.mint.token(&seed).reveal()), seed)
        });
        let token = link.as_ref().map(|(token, _)| token.clone());
        told.push((row, change.name(), link));
        planned.push(Planned { change, delta, token });
    }
    let made = tx.make_planned(planned, between, task.actor, now).await?;
    let (mut events, mut traces) = (Vec::new(), Vec::new());
    for ((row, action, link), made) in told.into_iter().zip(made) {
        match made {
            Err(reason) => results.push((row, Became::Failed(reason))),
            Ok((outcome, trace)) => {
                if let Some((token, seed)) = link {
                    tx.keep_link(&token, task.actor, &seed).await?;
                }
                events.push(outcome.event(action, task.actor, now));
                traces.push((row, Box::new(trace)));
            }
        }
    }
    let events = tx.append_job_events(task.job, task.actor, events).await?;
    let applied = traces.into_iter().zip(events);
    results.extend(applied.map(|((row, trace), event)| (row, Became::Applied { trace, event })));
    Ok(())
}

/// Marks rows whose member holds other roles by now than those that the plan said were replaced.
fn tell_other_roles(before: &Snapshot, waiting: &[Waiting], facts: &mut [Facts], now: Timestamp) {
    let members: HashMap<_, _> = before.members.iter().map(|member| (member.id, member)).collect();
    for (row, facts) in waiting.iter().zip(facts) {
        let member = member_of(&row.change, facts).and_then(|id| members.get(&id));
        let other = |expects: &Expects| member.is_some_and(|member| expects.other_roles(member, now));
        facts.changed_since |= row.expects.as_ref().is_some_and(other);
    }
}

/// What becomes of rows that were planned together. Where no administrator would remain after the whole, the rows
/// that bring it to that fail, each found as the first with which the rows before it are too many; the others go on.
fn settle(
    (before, mut planned): (&Snapshot, BulkPlan),
    actor: MemberId,
    mut rows: Vec<Row>,
    undo: bool,
    now: Timestamp,
) -> (Snapshot, Vec<Settled>) {
    let mut settled: Vec<Settled> = rows.iter().map(|_| Settled::Skipped(Text::default())).collect();
    let mut places: Vec<usize> = (0..rows.len()).collect();
    while let Some(refusal) = planned.refused
        && !rows.is_empty()
    {
        let refused = |most: usize| plan::plan(before, actor, &rows[..most], now).refused.is_some();
        let last = first(rows.len(), refused) - 1;
        rows.remove(last);
        settled[places.remove(last)] = Settled::Failed(Text::new(refusal.to_string()));
        planned = plan::plan(before, actor, &rows, now);
    }
    for (place, row) in places.into_iter().zip(planned.rows) {
        settled[place] = match row.verdict {
            Verdict::Change { delta, .. } => Settled::Made(delta),
            Verdict::Same => Settled::Skipped("nothing to change".into()),
            Verdict::LeftOut(refusal) => {
                let reason = Text::new(refusal.to_string());
                let since = matches!(refusal, Refusal::ChangedSince { .. }) || undo && changed_since(&refusal);
                if since { Settled::Skipped(reason) } else { Settled::Failed(reason) }
            }
        };
    }
    (planned.after, settled)
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
