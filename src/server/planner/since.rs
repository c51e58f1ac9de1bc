//! Rows that an undo leaves alone because somebody changed them since: how they are now, and who it was, for whoever may
//! read the audit log.

use super::super::{auth::Here, problem::Fault, store::Reading};
use crate::domain::{
    access::Access,
    capability::key::AUDIT_READ,
    change::{Facts, Refusal, Request, Row, Thing, Things},
    model::{MemberStatus, Snapshot},
    plan::{Plan, RowOutcome},
    time::Timestamp,
};

/// Rows of whom it is looked up who changed them, at most: nobody reads as many one by one.
const NAMED: usize = 2_000;

/// Completes the reasons of rows that were changed since.
#[expect(clippy::too_many_arguments, reason = "all that a plan was made of")]
pub async fn tell(
    reading: &mut Reading<'_>,
    here: &Here,
    request: &Request,
    rows: &[Row],
    before: &Snapshot,
    facts: &Facts,
    plan: &mut Plan,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(undone) = request.undoes() else { return Ok(()) };
    let changed = |outcome: &RowOutcome| matches!(outcome.why(), Some(Refusal::ChangedSince { .. }));
    let reads = before.catalogue.find(AUDIT_READ);
    let reads = reads.is_some_and(|cap| Access::new(before).held(here.member, None, now).has(cap));
    let names: Vec<&str> = rows
        .iter()
        .zip(&plan.rows)
        .filter(|(_, planned)| reads && changed(&planned.outcome))
        .filter_map(|(row, _)| row.name.as_ref().map(|name| name.raw()))
        .take(NAMED)
        .collect();
    let last = reading.last_changes(undone, &names).await?;
    for (row, planned) in rows.iter().zip(&mut plan.rows).filter(|(_, planned)| changed(&planned.outcome)) {
        let known = row.name.as_ref().and_then(|name| last.get(name.raw()));
        let why = Refusal::ChangedSince {
            now: stands(row, before, facts, now),
            by: known.map(|(_, who)| who.clone()),
            at: known.map(|(at, _)| *at),
        };
        planned.outcome = RowOutcome::Skipped { why };
    }
    Ok(())
}

/// How what a row is of stands, in names; nothing where it is not there.
fn stands(row: &Row, before: &Snapshot, facts: &Facts, now: Timestamp) -> Things {
    let asks = row.kind.rules().asks(row.target);
    let invitation = asks.invitations.first().and_then(|id| facts.invitations.get(id));
    if let Some(record) = invitation {
        return vec![Thing::Invitation { status: record.status.at(record.expires_at, now) }];
    }
    let member = asks.members.first().and_then(|id| before.members.iter().find(|member| member.id == *id));
    let Some(member) = member else { return Vec::new() };
    let state = (member.status != MemberStatus::Active).then_some(Thing::Status { status: member.status });
    let roles = member.roles.iter().filter(|(_, edge)| edge.live(now)).filter_map(|(id, edge)| {
        let role = before.roles.iter().find(|role| role.id == *id)?;
        Some(Thing::Role { name: role.name.clone(), until: edge.terms.expires_at })
    });
    state.into_iter().chain(roles).collect()
}
