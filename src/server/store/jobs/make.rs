//! Rows of a plan made in one transaction, and told to the audit log as single changes are.

use super::super::{NewEvent, Outcome, Result, StoreError, TokenHash, Told, WriteTx, apply::told, audit::Chain};
use crate::domain::{
    change::Change,
    edge::Edge,
    id::{AccountId, EventId, JobId, MemberId},
    model::{Member, Snapshot, Subject},
    plan::{Delta, Held, HeldOf, Trace},
    time::Timestamp,
    untrusted::Text,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A row that was planned and found to be sound.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What is to be done.
    pub change: Change,
    /// What it does to its member.
    pub delta: Option<Box<Delta>>,
    /// The hash of its link's token, for an invitation made or sent again.
    pub token: Option<TokenHash>,
}

impl Planned {
    /// Whether it is written as a difference, many at a time. What takes more with it than edges of
    /// somebody who is there before and after goes one by one.
    fn is_of_edges(&self) -> bool {
        let edges = matches!(
            self.change,
            Change::SetRoles { .. }
                | Change::SetGroups { .. }
                | Change::Grant { subject: Subject::Member(_), .. }
                | Change::Deactivate { .. }
                | Change::Reactivate { .. }
                | Change::Restore { .. }
        );
        edges && self.delta.as_ref().is_some_and(|delta| delta.membership.is_none())
    }
}

/// What a row did; or what stood against it, and nothing of it was done.
pub type Made = Result<(Outcome, Trace), Text>;

impl WriteTx {
    /// Makes rows that were planned together from `before` to `after`. No member is in two of them.
    pub async fn make_planned(
        &mut self,
        rows: Vec<Planned>,
        (before, after): (&Snapshot, &Snapshot),
        actor: AccountId,
        now: Timestamp,
    ) -> Result<Vec<Made>> {
        let of_edges = rows.iter().filter(|row| row.is_of_edges());
        let mut deltas: Vec<Delta> = of_edges.filter_map(|row| row.delta.as_deref().cloned()).collect();
        if !deltas.is_empty() {
            self.apply_deltas(&mut deltas, actor, now).await?;
        }
        let mut deltas = deltas.into_iter();
        let telling = Telling::new(before, after);
        let mut made = Vec::with_capacity(rows.len());
        for row in rows {
            if row.is_of_edges()
                && let Some(delta) = deltas.next()
            {
                made.push(Ok((telling.outcome(&row.change, &delta)?, Trace::Member(Box::new(delta)))));
            } else {
                made.push(self.make_one(row, after, actor, now).await?);
            }
        }
        Ok(made)
    }

    /// One row by itself. Where something stands against it that a plan cannot see, what it had written
    /// is taken back, and the others stay.
    async fn make_one(&mut self, row: Planned, after: &Snapshot, actor: AccountId, now: Timestamp) -> Result<Made> {
        self.d.sql("SAVEPOINT job_row").run(&mut self.writing.tx).await?;
        let delta = row.delta.map(|delta| *delta);
        let done = self.apply_row(&row.change, delta, actor, after, row.token.as_ref(), now).await;
        let made = match done {
            Ok((outcome, Some(trace))) => Ok((outcome, trace)),
            Ok((_, None)) => return Err(StoreError::Corrupt("a row that could not be taken back".to_owned())),
            Err(error @ (StoreError::Conflict { .. } | StoreError::Missing(_) | StoreError::Invalid { .. })) => {
                self.d.sql("ROLLBACK TO SAVEPOINT job_row").run(&mut self.writing.tx).await?;
                Err(Text::new(error.to_string()))
            }
            Err(error) => return Err(error),
        };
        self.d.sql("RELEASE SAVEPOINT job_row").run(&mut self.writing.tx).await?;
        Ok(made)
    }

    /// Adds events of a job to the workspace's chain, in order.
    pub async fn append_job_events(
        &mut self,
        job: JobId,
        actor: AccountId,
        events: Vec<NewEvent>,
    ) -> Result<Vec<EventId>> {
        let mut chain = Chain::take_up(&mut self.writing.tx, self.d, self.ws, Some(actor), Some(job)).await?;
        let ids = events.into_iter().map(|event| chain.add(event)).collect::<Result<_>>()?;
        chain.write(&mut self.writing.tx).await?;
        Ok(ids)
    }
}

/// Two states of a workspace, looked up by identifier, and how what lies between them is told.
struct Telling<'a> {
    old: HashMap<MemberId, &'a Member>,
    new: HashMap<MemberId, &'a Member>,
    names: HashMap<Thing, &'a Text>,
}

#[derive(PartialEq, Eq, Hash)]
enum Thing {
    Role(i64),
    Group(i64),
    Folder(i64),
}

/// What a member holds, by name.
#[derive(Serialize)]
struct Named<'a> {
    id: i64,
    name: Option<&'a Text>,
    edge: &'a Edge,
}

#[derive(Serialize)]
struct Roles<'a> {
    roles: Vec<Named<'a>>,
}

#[derive(Serialize)]
struct Groups<'a> {
    groups: Vec<Named<'a>>,
}

impl<'a> Telling<'a> {
    fn new(before: &'a Snapshot, after: &'a Snapshot) -> Self {
        let by_id = |snapshot: &'a Snapshot| snapshot.members.iter().map(|member| (member.id, member)).collect();
        let roles = before.roles.iter().map(|role| (Thing::Role(role.id.0), &role.name));
        let groups = before.groups.iter().map(|group| (Thing::Group(group.id.0), &group.name));
        let folders = before.folders.iter().map(|folder| (Thing::Folder(folder.id.0), &folder.name));
        Self { old: by_id(before), new: by_id(after), names: roles.chain(groups).chain(folders).collect() }
    }

    fn outcome(&self, change: &Change, delta: &Delta) -> Result<Outcome> {
        let (old, new) = (self.old.get(&delta.member), self.new.get(&delta.member));
        let sides = |tell: &dyn Fn(&Member) -> Result<Told>| {
            let side = |member: Option<&&Member>| member.map_or_else(|| Ok(Told::nothing()), |member| tell(member));
            Ok::<_, StoreError>((side(old)?, side(new)?))
        };
        let email = old.or(new).map_or_else(Text::default, |member| member.email.clone());
        let mut target = email.clone();
        let (before, after) = match change {
            Change::SetRoles { .. } => sides(&|member| Told::of(&Roles { roles: self.roles(member) }))?,
            Change::SetGroups { .. } => sides(&|member| Told::of(&Groups { groups: self.groups(member) }))?,
            Change::Deactivate { .. } | Change::Reactivate { .. } => {
                sides(&|member| Ok(json!({ "status": member.status }).into()))?
            }
            Change::Grant { folder, .. } => {
                let name = self.names.get(&Thing::Folder(folder.0)).map_or("", |name| name.raw());
                target = Text::new(format!("{} @ {name}", email.raw()));
                let made = delta.gave.first().map_or(Value::Null, |held| self.grant(held, delta.member, &email));
                (Told::nothing(), made.into())
            }
            _ => told(delta)?,
        };
        Ok(Outcome { created: None, version: None, target, before, after, reason: change.reason().cloned() })
    }

    fn named<'e>(&'e self, thing: Thing, id: i64, edge: &'e Edge) -> Named<'e> {
        Named { id, name: self.names.get(&thing).copied(), edge }
    }

    fn roles<'e>(&'e self, member: &'e Member) -> Vec<Named<'e>> {
        let mut roles: Vec<_> = member.roles.iter().collect();
        roles.sort_unstable_by_key(|(id, _)| *id);
        roles.into_iter().map(|(id, edge)| self.named(Thing::Role(id.0), id.0, edge)).collect()
    }

    fn groups<'e>(&'e self, member: &'e Member) -> Vec<Named<'e>> {
        let mut groups: Vec<_> = member.groups.iter().collect();
        groups.sort_unstable_by_key(|(id, _)| *id);
        groups.into_iter().map(|(id, edge)| self.named(Thing::Group(id.0), id.0, edge)).collect()
    }

    fn grant(&self, held: &Held, member: MemberId, email: &Text) -> Value {
        let HeldOf::Grant { folder, capability, effect, .. } = &held.of else { return Value::Null };
        json!({
            "folder": { "id": folder, "name": self.names.get(&Thing::Folder(folder.0)) },
            "subject": Subject::Member(member), "subject_name": email,
            "capability": capability, "effect": effect, "edge": held.edge,
        })
    }
}
