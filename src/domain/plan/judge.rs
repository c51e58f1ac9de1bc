//! Rows planned together: the rules for each, then what all of them do.

use super::{Comparison, Confirm, MemberEffect, RowOutcome, confirm::Weight, parts::in_parts, simulate::Simulation};
use crate::domain::{
    access::Access,
    address::folded,
    capability::CapSet,
    change::{
        Administrators, Cx, Delta, Escalation, Facts, Kind, Own, Refusal, Row, RuleIndex, Rules, Sides, Touch, Warning,
        What, provider_edges_stay,
    },
    id::MemberId,
    model::Snapshot,
    time::Timestamp,
    untrusted::Text,
};
use std::collections::HashMap;

/// How a row ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// What it is called: an e-mail address, a group, whom a grant is for.
    pub name: Text,
    pub outcome: RowOutcome,
    /// What it does; empty where it does nothing.
    pub delta: Delta,
    /// What people gain, lose and keep by it.
    pub effects: Vec<MemberEffect>,
    /// Things to know about it.
    pub warnings: Vec<Warning>,
}

/// What a change comes to.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Every row, in order.
    pub rows: Vec<PlannedRow>,
    /// The workspace after all that change.
    pub after: Snapshot,
    /// Things to know about the whole.
    pub warnings: Vec<Warning>,
    /// Why none of it may be done.
    pub refused: Option<Refusal>,
    pub confirm: Confirm,
    /// Whether an administrator remains wherever it is stopped midway.
    pub stops_safely: bool,
}

impl PlannedRow {
    fn without(outcome: RowOutcome) -> Self {
        Self { name: Text::default(), outcome, delta: Delta::default(), effects: Vec::new(), warnings: Vec::new() }
    }

    /// One that ended so, and does nothing.
    pub fn ended(outcome: RowOutcome) -> Self {
        Self::without(outcome)
    }

    fn skipped(why: Refusal) -> Self {
        Self::without(RowOutcome::Skipped { why })
    }

    /// Whether it does something.
    pub fn changes(&self) -> bool {
        self.outcome == RowOutcome::Done
    }
}

/// Plans rows together: the rules for each, the last administrator on the whole. The snapshot must hold the actor,
/// every member that the rows ask for ([`Rules::asks`]), and every administrator. What row `i` (from 0) makes has the
/// identifier `-1 - i` in the state after. `bulk` says that a selection of several chose the rows: the owner and
/// oneself are then left out. Rows that are of nobody in particular are planned one at a time.
pub fn plan(before: &Snapshot, actor: MemberId, rows: &[Row], facts: &Facts, bulk: bool, now: Timestamp) -> Plan {
    let index = RuleIndex::new(before);
    let Ok(actor) = index.member(actor) else {
        let row = PlannedRow::skipped(Refusal::NotFound { what: What::Member });
        let (rows, after) = (vec![row; rows.len()], before.clone());
        return Plan { rows, after, warnings: Vec::new(), refused: None, confirm: Confirm::Enter, stops_safely: true };
    };
    let batch = Batch { index: &index, actor, facts, rows, bulk, now };
    let deltas = batch.deltas();
    let after = batch.simulate(deltas.iter().filter_map(|delta| delta.as_ref().ok()));
    let then = Access::new(&after);
    let wanted = deltas.iter().flatten().filter(|delta| !delta.is_empty()).count();
    let planned = batch.judge(deltas, &then);
    let of = |after: &Access<'_>| Administrators::of(&index.access, after, now);
    let changing = || planned.iter().filter(|row| row.changes());
    let (administrators, after) = if changing().count() < wanted {
        // Rows are of other members each, so that those left out change nothing for the rest but the whole.
        let after = batch.simulate(changing().map(|row| &row.delta));
        (of(&Access::new(&after)), after)
    } else {
        (of(&then), after)
    };
    let (few, refused) = match administrators.remain() {
        Ok(warning) => (warning, None),
        Err(refusal) => (None, Some(refusal)),
    };
    let (planned, ended) = without_ends(planned);
    let confirm = batch.weight(&planned, administrators.lowers_one()).confirm();
    let last = batch.is_final(&planned).then_some(Warning::Final);
    let warnings = few.into_iter().chain(ended).chain(last).collect();
    Plan { rows: planned, after, warnings, refused, confirm, stops_safely: administrators.one_stays() }
}

/// What a kind of change gives and takes, in names, as it is told in one line.
pub fn told(before: &Snapshot, actor: MemberId, kind: &Kind, facts: &Facts, now: Timestamp) -> Sides {
    let index = RuleIndex::new(before);
    let Ok(actor) = index.member(actor) else { return Sides::default() };
    kind.rules().told(&Cx { index: &index, actor, now, facts, target: None, row: 0, bulk: false })
}

/// Whether `actor` may make changes of this kind at all, whatever they are of.
pub fn may(before: &Snapshot, actor: MemberId, kind: &Kind, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
    let index = RuleIndex::new(before);
    let actor = index.member(actor)?;
    let cx = Cx { index: &index, actor, now, facts, target: None, row: 0, bulk: false };
    cx.may(&kind.rules().needs(&cx))
}

/// Open invitations that end with rows are told once, of the whole.
fn without_ends(mut rows: Vec<PlannedRow>) -> (Vec<PlannedRow>, Option<Warning>) {
    let mut ended = 0;
    for row in &mut rows {
        row.warnings.retain(|warning| match warning {
            Warning::InvitationsEnd { invitations } => {
                ended += invitations;
                false
            }
            _ => true,
        });
    }
    (rows, (ended > 0).then_some(Warning::InvitationsEnd { invitations: ended }))
}

/// Rows, and what they are judged by.
struct Batch<'a> {
    index: &'a RuleIndex<'a>,
    actor: &'a crate::domain::model::Member,
    facts: &'a Facts,
    rows: &'a [Row],
    bulk: bool,
    now: Timestamp,
}

impl<'a> Batch<'a> {
    fn cx(&self, row: usize) -> Cx<'a> {
        let Self { index, actor, facts, bulk, now, .. } = *self;
        Cx { index, actor, now, facts, target: self.rows[row].target, row, bulk }
    }

    fn rules(&self, at: usize) -> &'a dyn Rules {
        self.rows[at].kind.rules()
    }

    /// What each row would do, as far as the state before tells; or why it may not.
    fn deltas(&self) -> Vec<Result<Delta, Refusal>> {
        let touches = in_parts(self.rows.len(), |part| part.map(|at| self.touch(at)).collect());
        let mut firsts = Firsts::default();
        let first = |(at, touch): (usize, Result<Touch, Refusal>)| {
            touch.and_then(|touch| firsts.take(at, touch, self.rows.len(), &self.rows[at]))
        };
        let first: Vec<Result<(), Refusal>> = touches.into_iter().enumerate().map(first).collect();
        in_parts(self.rows.len(), |part| part.map(|at| first[at].clone().and_then(|()| self.delta(at))).collect())
    }

    /// Whose access a row changes, where it may be done at all.
    fn touch(&self, at: usize) -> Result<Touch, Refusal> {
        let (cx, rules) = (self.cx(at), self.rules(at));
        cx.may(&rules.needs(&cx))?;
        Ok(rules.touches(&cx))
    }

    fn delta(&self, at: usize) -> Result<Delta, Refusal> {
        let delta = self.rules(at).delta(&self.cx(at))?;
        provider_edges_stay(&delta, self.now)?;
        Ok(delta)
    }

    /// The workspace after some of the rows.
    fn simulate<'d>(&self, deltas: impl Iterator<Item = &'d Delta>) -> Snapshot {
        let mut simulation = Simulation::new(self.index, self.facts, self.now);
        deltas.for_each(|delta| simulation.apply(delta));
        simulation.finish()
    }

    fn judge(&self, deltas: Vec<Result<Delta, Refusal>>, then: &Access<'_>) -> Vec<PlannedRow> {
        let comparison = Comparison::new(&self.index.access, then);
        let judged = in_parts(deltas.len(), |part| {
            let own = Own::new(self.index, &comparison, self.actor, self.now);
            part.map(|at| self.judge_one(at, &deltas[at], &own, &comparison)).collect()
        });
        let whole = |(at, (row, delta)): (usize, (PlannedRow, Result<Delta, Refusal>))| {
            let delta = delta.unwrap_or_default();
            let name = self.name(at, &delta);
            if row.changes() { PlannedRow { name, delta, ..row } } else { PlannedRow { name, ..row } }
        };
        judged.into_iter().zip(deltas).enumerate().map(whole).collect()
    }

    fn judge_one(
        &self,
        at: usize,
        delta: &Result<Delta, Refusal>,
        own: &Own<'_>,
        comparison: &Comparison<'_>,
    ) -> PlannedRow {
        let delta = match delta {
            Err(why) => return PlannedRow::skipped(why.clone()),
            Ok(delta) if delta.is_empty() => return PlannedRow::without(RowOutcome::Unchanged),
            Ok(delta) => delta,
        };
        let (cx, rules) = (self.cx(at), self.rules(at));
        let (named, concerned) = match rules.touches(&cx) {
            Touch::Member(id) => (Some(id), vec![id]),
            Touch::New => (None, vec![MemberId(-1 - at as i64)]),
            Touch::Nobody => (None, Vec::new()),
            // Such a row is the only one: whatever differs is its doing.
            Touch::Anybody => (None, comparison.touched()),
        };
        let gives_back = rules.gives_back();
        if let Err(why) = (Escalation { own, delta, named, concerned: &concerned, gives_back }).check() {
            return PlannedRow::skipped(why);
        }
        let effects = concerned.iter().filter_map(|id| comparison.effect(*id, self.now)).collect();
        PlannedRow { effects, warnings: rules.warnings(&cx), ..PlannedRow::without(RowOutcome::Done) }
    }

    /// What is to be typed.
    fn weight(&self, planned: &[PlannedRow], lowers_administrator: bool) -> Weight {
        let managing = self.index.snapshot.catalogue.managing();
        let promotes = |effect: &MemberEffect| {
            let gained: CapSet = effect.gains.iter().map(|(cap, _)| *cap).collect();
            !gained.and(managing).is_empty()
        };
        let mut weight = Weight { lowers_administrator, ..Weight::default() };
        for (at, row) in planned.iter().enumerate().filter(|(_, row)| row.changes()) {
            weight.rows += 1;
            if weight.rows == 1 {
                weight.name = row.name.clone();
            }
            let shifts = |effect: &&MemberEffect| !(effect.gains.is_empty() && effect.loses.is_empty());
            let people = row.effects.iter().filter(shifts).count() as u64;
            // A link that is out dies, whatever its owner holds.
            weight.people += people.max(u64::from(kills_link(&row.delta)));
            weight.grave |= self.rules(at).grave() || row.effects.iter().any(promotes);
        }
        weight
    }

    /// What a row is called; by its number where it is not there.
    fn name(&self, at: usize, delta: &Delta) -> Text {
        let row = &self.rows[at];
        let known = row.name.clone().or_else(|| (!delta.is_empty()).then(|| delta.name(self.index)));
        known
            .or_else(|| self.cx(at).target_name(self.rules(at).target()))
            .unwrap_or_else(|| row.target.map(|id| Text::new(format!("#{id}"))).unwrap_or_default())
    }

    /// Whether nothing of what is done can be taken back.
    fn is_final(&self, planned: &[PlannedRow]) -> bool {
        planned.iter().enumerate().any(|(at, row)| row.changes() && !self.rules(at).reversible())
    }
}

fn kills_link(delta: &Delta) -> bool {
    delta.makes_link() && delta.invitation().is_some_and(|(_, before, _)| before.is_some_and(|one| one.status.open()))
}

/// The first row of each member and address: a second one is left out.
#[derive(Default)]
struct Firsts {
    members: HashMap<MemberId, usize>,
    addresses: HashMap<String, usize>,
}

impl Firsts {
    fn take(&mut self, at: usize, touch: Touch, rows: usize, row: &Row) -> Result<(), Refusal> {
        match touch {
            Touch::Anybody if rows > 1 => Err(Refusal::OneAtATime),
            Touch::Anybody | Touch::Nobody => Ok(()),
            Touch::Member(member) => match *self.members.entry(member).or_insert(at) {
                first if first == at => Ok(()),
                first => Err(Refusal::SameMember { row: first as u64 + 1 }),
            },
            Touch::New => {
                let Some(name) = &row.name else { return Ok(()) };
                match *self.addresses.entry(folded(name.raw())).or_insert(at) {
                    first if first == at => Ok(()),
                    first => Err(Refusal::SameAddress { row: first as u64 + 1 }),
                }
            }
        }
    }
}
