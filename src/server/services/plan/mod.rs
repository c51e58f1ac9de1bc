//! Bulk changes planned: which rows, what each comes to, in names.

mod fold;
mod rows;
mod since;

use super::{
    super::{
        auth::{Here, limit::Counted},
        problem::Fault,
        state::AppState,
        store::{Reading, Scope},
    },
    commit::{digest, json},
};
use crate::{
    api::wire::{self, PlanRow},
    domain::{
        bulk::{Bulk, BulkAction, CONFIRM_FROM},
        change::{self, Change, Facts, Refusal},
        id::MemberId,
        model::Snapshot,
        plan::{self, BulkPlan, Expects, RowPlan, Verdict},
        time::Timestamp,
        untrusted::Text,
    },
};
use rows::Asked;
pub use rows::{members_of, tell_changed};
use since::Since;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is done.
    Change {
        /// How.
        change: Change,
        /// What must still be so when its turn comes.
        expects: Option<Expects>,
    },
    /// It is so already.
    Same,
    /// It is left out, for this reason.
    LeftOut(Text),
    /// It would be taken back, and is not as it was left: it is skipped, for this reason.
    Skipped {
        /// What would have been done.
        change: Change,
        /// Why it is not.
        reason: Text,
    },
}

/// A row, as a job takes it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// The member or invitation; none for somebody new.
    pub target: Option<i64>,
    /// E-mail.
    pub name: Text,
    /// What becomes of it.
    pub fate: Fate,
}

/// A bulk change, planned.
pub struct Planned {
    /// Every row, in the order of the selection.
    pub rows: Vec<PlannedRow>,
    /// The same, as a person looks at it.
    pub plan: wire::Plan,
    /// Why none of it may be done.
    pub refused: Option<Refusal>,
}

/// What a bulk change would do.
pub async fn plan(state: &AppState, here: &Here, bulk: &Bulk) -> Result<wire::Plan, Fault> {
    let mut tx = state.store.reading(here.workspace).await?;
    let now = state.now();
    let Planned { rows, mut plan, .. } = plan_rows(&mut tx.reading(), here, bulk, now).await?;
    let limit = state.limiter.would_let(Counted::Invitations(here.caller.account.id), sends(&rows), now);
    // Said before anybody agrees to it; it is no part of what the plan is known by, since it passes by itself.
    let why = |fault| match fault {
        Fault::Limited { seconds } => {
            let minutes = seconds.unsigned_abs().div_ceil(60);
            format!("too many invitations within the hour: send fewer now, or all of these in {minutes} min")
        }
        fault => fault.to_string(),
    };
    plan.refused = plan.refused.or(limit.err().map(|fault| Text::new(why(fault))));
    Ok(plan)
}

/// How many invitations rows send. Each counts as one sent by itself, all of them when a job begins: it either fits
/// into what its actor may send in an hour, or does not begin. Rows tried again were counted then.
pub fn sends(rows: &[PlannedRow]) -> usize {
    let sends = |row: &&PlannedRow| {
        matches!(&row.fate, Fate::Change { change: Change::Invite(_) | Change::ResendInvitation { .. }, .. })
    };
    rows.iter().filter(sends).count()
}

/// Plans a bulk change in a transaction that is open. Refused as a whole where the caller may not make
/// changes of this kind at all.
pub async fn plan_rows(reading: &mut Reading<'_>, here: &Here, bulk: &Bulk, now: Timestamp) -> Result<Planned, Fault> {
    let revision = reading.revision().await?;
    let asked = rows::of(reading, bulk, now).await?;
    let changes = || asked.iter().filter_map(|row| row.change.as_ref().ok());
    let mut facts = reading.facts_of(changes(), now).await?;
    let expected = asked.iter().filter_map(|row| Some((row.change.as_ref().ok()?, row.expects.as_ref())));
    tell_changed(reading, expected, &mut facts).await?;
    let scope = Scope::Members(members_of(here.member, changes().zip(&facts)));
    let before = reading.snapshot(&scope, now).await?;
    here.active_in(&before)?;
    let pairs: Vec<(Change, Facts)> = changes().cloned().zip(facts).collect();
    let done = plan::plan(&before, here.member, &pairs, now);
    at_all(&before, here.member, bulk, &done.rows, now)?;
    let planned = asked.iter().filter(|row| row.change.is_ok()).zip(&done.rows);
    let since = Since::of(reading, here, &before, &bulk.action, planned, now).await?;
    let undo = matches!(bulk.action, BulkAction::Undo { .. });
    dress(revision, &before, asked, &pairs, done, (undo, &since), now)
}

/// Whoever may not make changes of this kind at all is told so, and not row by row.
fn at_all(before: &Snapshot, actor: MemberId, bulk: &Bulk, rows: &[RowPlan], now: Timestamp) -> Result<(), Fault> {
    let lacks = |row: &RowPlan| match &row.verdict {
        Verdict::LeftOut(refusal @ Refusal::Lacks { .. }) => Some(refusal.clone()),
        _ => None,
    };
    match rows.iter().map(lacks).collect::<Option<Vec<_>>>().map(|mut lacking| lacking.pop()) {
        Some(Some(refusal)) => Err(refusal.into()),
        Some(None) => Ok(change::may(before, actor, &rows::probe(&bulk.action, actor), now)?),
        None => Ok(()),
    }
}

/// The plan in names, rows with the members or invitations they are of.
fn dress(
    revision: i64,
    before: &Snapshot,
    asked: Vec<Asked>,
    pairs: &[(Change, Facts)],
    done: BulkPlan,
    (undo, since): (bool, &Since),
    now: Timestamp,
) -> Result<Planned, Fault> {
    let mut fold = fold::Fold::new(before, &done.after, now);
    let mut plan = wire::Plan {
        revision,
        rows: Vec::with_capacity(asked.len()),
        warnings: done.warnings,
        refused: done.refused.as_ref().map(|refusal| Text::new(refusal.to_string())),
        ..wire::Plan::default()
    };
    let mut rows = Vec::with_capacity(asked.len());
    let mut planned = pairs.iter().zip(done.rows);
    for Asked { target, name, change, expects } in asked {
        let (facts, verdict, warnings) = match &change {
            Err(refusal) => (None, Verdict::LeftOut(refusal.clone()), Vec::new()),
            Ok(_) => match planned.next() {
                Some(((_, facts), row)) => (Some(facts), row.verdict, row.warnings),
                None => break,
            },
        };
        let name = name.or_else(|| fold.name(change.as_ref().ok(), facts)).unwrap_or_else(|| unnamed(target));
        let verdict = match (verdict, &change) {
            (Verdict::LeftOut(Refusal::ChangedSince { what }), Ok(change)) => {
                Verdict::LeftOut(since.tell(what, &name, &fold, change, facts))
            }
            (verdict, _) => verdict,
        };
        let kind = fold.kind(change.as_ref().ok(), facts, &verdict);
        let groups = fold.groups(facts, &verdict);
        count(&mut plan, &verdict);
        let fate = match (verdict, change) {
            (Verdict::Change { .. }, Ok(change)) => {
                Fate::Change { expects: expects.or_else(|| fold.expects(&change)), change }
            }
            (Verdict::Same, _) => Fate::Same,
            (Verdict::LeftOut(refusal), Ok(change)) if undo && changed_since(&refusal) => {
                Fate::Skipped { change, reason: Text::new(refusal.to_string()) }
            }
            (Verdict::LeftOut(refusal), _) | (_, Err(refusal)) => Fate::LeftOut(Text::new(refusal.to_string())),
        };
        plan.rows.push(PlanRow { id: target, name: name.clone(), kind, groups, warnings });
        rows.push(PlannedRow { target, name, fate });
    }
    (plan.kinds, plan.groups) = fold.finish();
    plan.confirm = plan.change >= CONFIRM_FROM || done.lowers_administrator;
    plan.digest = digest_of(&plan)?;
    Ok(Planned { rows, plan, refused: done.refused })
}

/// Counts a row among those of its kind.
fn count(plan: &mut wire::Plan, verdict: &Verdict) {
    match verdict {
        Verdict::Change { effect, .. } => {
            plan.change += 1;
            plan.gain += u64::from(effect.as_ref().is_some_and(|effect| !effect.gains.is_empty()));
            plan.lose += u64::from(effect.as_ref().is_some_and(|effect| !effect.loses.is_empty()));
        }
        Verdict::Same => plan.same += 1,
        Verdict::LeftOut(_) => plan.left_out += 1,
    }
}

/// Whether an undo skips a row: what is there is not what the job had left.
pub fn changed_since(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::ChangedSince { .. } | Refusal::Conflict { .. } | Refusal::Missing { .. })
}

/// Names the rows and what they come to, and nothing that changes by itself.
fn digest_of(plan: &wire::Plan) -> Result<String, Fault> {
    let rows: Vec<_> = plan.rows.iter().map(|row| (row.id, row.name.raw(), row.kind)).collect();
    Ok(digest(&json(&(&plan.kinds, rows, &plan.refused))?))
}

/// What is not there is called by its number.
fn unnamed(target: Option<i64>) -> Text {
    target.map(|id| Text::new(format!("#{id}"))).unwrap_or_default()
}
