//! Many changes planned at once: the rules for each, then what all of them together do.

use super::{Comparison, Delta, MemberEffect, Side, between, parts::in_parts};
use crate::domain::{
    access::Access,
    address::folded,
    change::{
        Administrators, Change, Facts, Ground, Handing, Own, Refusal, Row, Rules, Sketch, Warning, new_id,
        provider_edges_of_one_stay,
    },
    id::MemberId,
    model::{Snapshot, Subject},
    time::Timestamp,
};
use std::collections::HashMap;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It changes: what it does to its member in effect, and as undo data where it is of a member.
    Change {
        /// Gained, lost and kept; none where that is nothing.
        effect: Option<MemberEffect>,
        /// Edges and state, before and after.
        delta: Option<Box<Delta>>,
    },
    /// It is so already.
    Same,
    /// It is left out.
    LeftOut(Refusal),
}

/// A row of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPlan {
    /// The member it is of: with a negative number, somebody new.
    pub member: Option<MemberId>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Things to know about it.
    pub warnings: Vec<Warning>,
}

/// What a bulk change comes to.
#[derive(Debug, Clone)]
pub struct BulkPlan {
    /// Every row, in order.
    pub rows: Vec<RowPlan>,
    /// The workspace after all that change.
    pub after: Snapshot,
    /// Things to know about the whole.
    pub warnings: Vec<Warning>,
    /// Why none of it may be done.
    pub refused: Option<Refusal>,
    /// Whether somebody who is an administrator is none afterwards.
    pub lowers_administrator: bool,
}

/// Plans many changes, each of one member: the same rules as [`crate::domain::change::check`] for each row, and
/// the last administrator judged on the whole. The snapshot must hold the actor, every member of a row,
/// and every administrator. What row `i` (from 0) makes has the identifier `-1 - i` in the state after.
pub fn plan(before: &Snapshot, actor: MemberId, rows: &[(Change, Facts)], now: Timestamp) -> BulkPlan {
    let ground = Ground::new(before);
    let Ok(actor) = ground.member(actor) else {
        let verdict = Verdict::LeftOut(Refusal::Missing { what: "member" });
        let row = RowPlan { member: None, verdict, warnings: Vec::new() };
        let (rows, after) = (vec![row; rows.len()], before.clone());
        return BulkPlan { rows, after, warnings: Vec::new(), refused: None, lowers_administrator: false };
    };
    let batch = Batch { rules: Rules { ground: &ground, actor, now, bulk: true }, rows };
    let faults = batch.faults();
    let after = batch.sketch(|row| faults[row].is_none());
    let then = Ground::new(&after);
    let plans = batch.judge(&faults, &then);
    let lost = plans.iter().zip(&faults).any(|(plan, fault)| fault.is_none() && !plan.is_made());
    let of = |after: &Access<'_>| Administrators::of(&ground.access, after, now);
    let (administrators, after) = if lost {
        // Rows are of other members each, so that those left out change nothing for the rest but the whole.
        let after = batch.sketch(|row| faults[row].is_none() && plans[row].is_made());
        (of(&Access::new(&after)), after)
    } else {
        (of(&then.access), after)
    };
    let (few, refused) = match administrators.remain() {
        Ok(warning) => (warning, None),
        Err(refusal) => (None, Some(refusal)),
    };
    let invitations = batch.invitations_that_end(&plans);
    let ended = (invitations > 0).then_some(Warning::InvitationsEnd { invitations });
    let warnings = few.into_iter().chain(ended).collect();
    BulkPlan { rows: plans, after, warnings, refused, lowers_administrator: administrators.lowers_one() }
}

impl RowPlan {
    fn is_made(&self) -> bool {
        !matches!(self.verdict, Verdict::LeftOut(_))
    }
}

/// Rows, and what they are judged by.
struct Batch<'a> {
    rules: Rules<'a>,
    rows: &'a [(Change, Facts)],
}

impl<'a> Batch<'a> {
    fn row(&self, at: usize) -> Row<'a> {
        let (change, facts) = &self.rows[at];
        Row { change, facts }
    }

    /// Why rows are left out, as far as the state before tells.
    fn faults(&self) -> Vec<Option<Refusal>> {
        let mut firsts = Firsts::default();
        let fault = |at| {
            let row = self.row(at);
            firsts.take(at, row).and_then(|()| self.rules.check(row)).err()
        };
        (0..self.rows.len()).map(fault).collect()
    }

    /// How many invitations go with what is not about them.
    fn invitations_that_end(&self, plans: &[RowPlan]) -> u32 {
        let made = plans.iter().zip(self.rows).filter(|(plan, _)| plan.is_made());
        made.filter(|(_, (change, _))| self.rules.ends_an_invitation(change)).count() as u32
    }

    /// The workspace after some of the rows.
    fn sketch(&self, which: impl Fn(usize) -> bool) -> Snapshot {
        let mut sketch = Sketch::new(self.rules.ground, self.rules.actor, self.rules.now);
        for (at, (change, facts)) in self.rows.iter().enumerate().filter(|(at, _)| which(*at)) {
            sketch.make(at, change, facts);
        }
        sketch.finish()
    }

    fn judge(&self, faults: &[Option<Refusal>], then: &Ground<'_>) -> Vec<RowPlan> {
        let Rules { ground, actor, now, .. } = self.rules;
        let comparison = Comparison::new(&ground.access, &then.access);
        let judge = |at: usize, own: &Own<'_>| {
            let row = self.row(at);
            let member = row.member(new_id(at));
            let (mut verdict, mut warnings) = (Verdict::Same, Vec::new());
            match &faults[at] {
                Some(Refusal::Conflict { .. }) if self.rules.granted_so(row.change) => {}
                Some(refusal) => verdict = Verdict::LeftOut(refusal.clone()),
                None => verdict = self.verdict(row, member, own, then, &comparison),
            }
            if matches!(verdict, Verdict::Change { .. }) {
                self.rules.warn(row, &mut warnings);
            }
            RowPlan { member, verdict, warnings }
        };
        in_parts(faults.len(), |part| {
            let own = Own::new(ground, &comparison, actor, now);
            part.map(|at| judge(at, &own)).collect()
        })
    }

    /// What becomes of a row that the state before has nothing against.
    fn verdict(
        &self,
        row: Row<'_>,
        member: Option<MemberId>,
        own: &Own<'_>,
        then: &Ground<'_>,
        comparison: &Comparison<'_>,
    ) -> Verdict {
        let now = self.rules.now;
        let Some(id) = member else { return Verdict::Change { effect: None, delta: None } };
        let ground = self.rules.ground;
        let allowed = provider_edges_of_one_stay(ground, then, id, now);
        let allowed = allowed.and_then(|()| Handing { own, row, concerned: vec![id] }.check());
        if let Err(refusal) = allowed {
            return Verdict::LeftOut(refusal);
        }
        let keeps = row.is_of_a_membership() || matches!(row.change, Change::CancelInvitation { .. });
        let delta = if keeps { between(id, side(ground, id), side(then, id)) } else { None };
        if row.is_of_a_membership() && delta.is_none() {
            return Verdict::Same;
        }
        Verdict::Change { effect: comparison.effect(id, now), delta: delta.map(Box::new) }
    }
}

fn side<'a>(ground: &'a Ground<'_>, id: MemberId) -> Option<Side<'a>> {
    let grants = ground.grants_of(Subject::Member(id));
    ground.access.member(id).map(|member| Side::new(ground.snapshot, member, grants))
}

/// The first row of each member and address: a second one is left out.
#[derive(Default)]
struct Firsts {
    members: HashMap<MemberId, usize>,
    addresses: HashMap<String, usize>,
}

impl Firsts {
    fn take(&mut self, at: usize, row: Row<'_>) -> Result<(), Refusal> {
        if !row.is_of_one() {
            let message = "many at once are changes of one member each".to_owned();
            return Err(Refusal::Conflict { field: None, message });
        }
        let member = row.member(new_id(at)).map(|member| *self.members.entry(member).or_insert(at));
        if let Some(first) = member.filter(|first| *first != at) {
            let message = format!("row {} is of the same member", first + 1);
            return Err(Refusal::Conflict { field: None, message });
        }
        let Change::Invite(draft) = row.change else { return Ok(()) };
        let first = *self.addresses.entry(folded(draft.email.raw())).or_insert(at);
        if first == at {
            return Ok(());
        }
        let message = format!("{} is in row {} already", draft.email, first + 1);
        Err(Refusal::Conflict { field: Some("email"), message })
    }
}
