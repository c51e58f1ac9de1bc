//! Changes planned: which rows, what each does, in names. Reads what a plan needs and asks [`crate::domain::plan`]; no
//! HTTP, so that whoever has a transaction can use it.

mod names;
mod rows;
mod since;
mod told;

pub use names::{Names, grants_in};
pub use rows::row_of;
pub use told::told;

use super::{
    auth::Here,
    problem::Fault,
    services::digest,
    store::{Reading, Scope, What},
};
use crate::domain::{
    change::{Asks, Facts, Refusal, Request, Row},
    id::MemberId,
    model::Snapshot,
    plan::{self, Plan, RowOutcome},
    time::Timestamp,
};

/// A change, planned on one state.
pub struct Planned {
    /// The workspace's revision that it was made from.
    pub revision: i64,
    pub rows: Vec<Row>,
    /// What is told of it in one line.
    pub what: What,
    pub before: Snapshot,
    /// What comes of them, row by row.
    pub plan: Plan,
    /// When an edge ends next: until then, and while nobody writes, the same rows come to the same.
    pub until: Timestamp,
    pub now: Timestamp,
}

impl Planned {
    /// How many invitations get a link.
    pub fn links(&self) -> usize {
        self.plan.rows.iter().filter(|row| row.changes() && row.delta.makes_link()).count()
    }

    /// Whether any row does something.
    pub fn changes(&self) -> bool {
        self.plan.rows.iter().any(plan::PlannedRow::changes)
    }
}

/// Plans a change in a transaction that is open. Refused as a whole where the caller may not make changes of this kind
/// at all. `reauthenticated` says that the caller has just proved who they are.
pub async fn plan(
    reading: &mut Reading<'_>,
    here: &Here,
    request: &Request,
    reauthenticated: bool,
    now: Timestamp,
) -> Result<Planned, Fault> {
    let revision = reading.revision().await?;
    let (rows, bulk) = rows::of(reading, here.caller.account.id, request, now).await?;
    let (mut facts, before) = read(reading, here.member, &rows, now).await?;
    here.active_in(&before)?;
    facts.reauthenticated = reauthenticated;
    let mut done = plan::plan(&before, here.member, &rows, &facts, bulk, now);
    at_all(&before, here.member, request, &done, &facts, now)?;
    since::tell(reading, here, request, &rows, &before, &facts, &mut done, now).await?;
    let what = what(reading, here, request, &before, &facts, now).await?;
    let until = ends_next(&before, now);
    Ok(Planned { revision, rows, what, before, plan: done, until, now })
}

/// Reads what rows are judged by.
pub async fn read(
    reading: &mut Reading<'_>,
    actor: MemberId,
    rows: &[Row],
    now: Timestamp,
) -> Result<(Facts, Snapshot), Fault> {
    let (facts, mut members) = reading.facts(&asks(rows), now).await?;
    members.push(actor);
    members.sort_unstable();
    members.dedup();
    let before = reading.snapshot(&Scope::Members(members), now).await?;
    Ok((facts, before))
}

/// What must be read for rows.
pub fn asks(rows: &[Row]) -> Asks {
    let mut all = Asks::default();
    for row in rows {
        let Asks {
            members,
            emails,
            invitations,
            accounts,
            groups,
            grants,
            folders,
            names,
            named,
            invitations_of,
            administrators,
        } = row.kind.rules().asks(row.target);
        all.members.extend(members);
        all.emails.extend(emails);
        all.invitations.extend(invitations);
        all.accounts.extend(accounts);
        all.groups.extend(groups);
        all.grants.extend(grants);
        all.folders.extend(folders);
        all.names.extend(names);
        all.named.extend(named);
        all.invitations_of.extend(invitations_of);
        all.administrators |= administrators;
    }
    all
}

/// Whoever may not make changes of this kind at all is told so, and not row by row.
fn at_all(
    before: &Snapshot,
    actor: MemberId,
    request: &Request,
    done: &Plan,
    facts: &Facts,
    now: Timestamp,
) -> Result<(), Fault> {
    let lacks = |row: &plan::PlannedRow| match &row.outcome {
        RowOutcome::Skipped { why: why @ (Refusal::Lacks { .. } | Refusal::OwnerOnly | Refusal::PasswordAgain) } => {
            Some(why.clone())
        }
        _ => None,
    };
    match done.rows.iter().map(lacks).collect::<Option<Vec<_>>>().map(|mut all| all.pop()) {
        Some(Some(refusal)) => Err(refusal.into()),
        Some(None) => Ok(plan::may(before, actor, &request.kind, facts, now)?),
        None => Ok(()),
    }
}

/// What is told of a change in one line; of an undo, what the change that is taken back did.
async fn what(
    reading: &mut Reading<'_>,
    here: &Here,
    request: &Request,
    before: &Snapshot,
    facts: &Facts,
    now: Timestamp,
) -> Result<What, Fault> {
    if let Some(undone) = request.undoes() {
        return Ok(reading.what_of(undone).await?);
    }
    let sides = plan::told(before, here.member, &request.kind, facts, now);
    Ok(What { comes: sides.after, goes: sides.before })
}

/// When the first of the edges that a plan was made on ends.
fn ends_next(snapshot: &Snapshot, now: Timestamp) -> Timestamp {
    let members = snapshot.members.iter().flat_map(|member| {
        let edges = member.roles.iter().map(|(_, edge)| edge).chain(member.groups.iter().map(|(_, edge)| edge));
        edges.chain(member.direct.iter().map(|(_, edge)| edge)).chain(member.org_roles.iter().map(|role| &role.edge))
    });
    let edges = members.chain(snapshot.grants.iter().map(|one| &one.edge));
    let edges = edges.chain(snapshot.fences.iter().map(|one| &one.edge));
    let ends = edges.filter_map(|edge| edge.terms.expires_at).filter(|at| *at > now);
    ends.min().unwrap_or(Timestamp(i64::MAX))
}

/// Names what is planned, and nothing that changes by itself.
fn digest_of(plan: &crate::api::wire::Plan) -> Result<String, Fault> {
    let rows: Vec<_> = plan.rows.iter().map(|row| (row.id, row.name.raw(), row.shape)).collect();
    let people: Vec<_> = plan.people.iter().map(|row| (row.id, row.shape)).collect();
    Ok(digest(&super::services::json(&(&plan.shapes, rows, people, &plan.refused))?))
}
