//! A plan as it is told: like rows folded, in names.

use super::{Names, Planned, digest_of};
use crate::{
    api::wire::{self, EffectItem, Otherwise, PlanRow, Shape},
    domain::{
        access::{Evidence, IdMap},
        capability::Cap,
        change::Sides,
        id::{FolderId, MemberId},
        plan::{MemberEffect, PlannedRow, RowOutcome},
        untrusted::Text,
    },
    server::problem::Fault,
};
use std::collections::{HashMap, hash_map::Entry};

/// What rows are alike by.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Alike {
    outcome: RowOutcome,
    sides: Sides,
    effect: Option<EffectKey>,
}

/// An effect without whose it is, unless what stays is by something of the member's own.
#[derive(Debug, PartialEq, Eq, Hash)]
struct EffectKey {
    gains: Vec<(Cap, Option<FolderId>)>,
    loses: Vec<(Cap, Option<FolderId>)>,
    stays: Vec<(Cap, Vec<Evidence>)>,
    otherwise: Vec<(Cap, u64, FolderId)>,
    once_active: bool,
    of: Option<MemberId>,
}

struct Fold<'a> {
    names: Names<'a>,
    met: HashMap<Alike, u32>,
    shapes: Vec<Shape>,
}

impl Fold<'_> {
    /// The place of a shape among the shapes.
    fn place(&mut self, outcome: &RowOutcome, sides: Sides, effect: Option<&MemberEffect>) -> u32 {
        let own = |via: &Evidence| matches!(via, Evidence::Direct | Evidence::OrgRole(_));
        let key = effect.map(|effect| EffectKey {
            gains: effect.gains.clone(),
            loses: effect.loses.clone(),
            stays: effect.stays.clone(),
            otherwise: effect.otherwise.clone(),
            once_active: effect.once_active,
            of: effect.stays.iter().any(|(_, via)| via.iter().any(own)).then_some(effect.member),
        });
        let next = self.shapes.len() as u32;
        match self.met.entry(Alike { outcome: outcome.clone(), sides, effect: key }) {
            Entry::Occupied(met) => *met.get(),
            Entry::Vacant(new) => {
                let Sides { before, after } = new.key().sides.clone();
                let names = &self.names;
                self.shapes.push(Shape {
                    outcome: outcome.clone(),
                    before,
                    after,
                    gains: effect.map(|one| items(names, one, &one.gains)).unwrap_or_default(),
                    loses: effect.map(|one| items(names, one, &one.loses)).unwrap_or_default(),
                    stays: effect.map(|one| kept(names, one)).unwrap_or_default(),
                    once_active: effect.is_some_and(|one| one.once_active),
                });
                *new.insert(next)
            }
        }
    }
}

fn items(names: &Names<'_>, effect: &MemberEffect, caps: &[(Cap, Option<FolderId>)]) -> Vec<EffectItem> {
    let but = |cap: Cap, folder: Option<FolderId>| {
        let found = effect.otherwise.iter().find(|(one, ..)| *one == cap && folder.is_none());
        found.map(|(_, folders, first)| Otherwise { folders: *folders, first: names.folder(*first).name })
    };
    let with_but =
        |(item, (cap, folder)): (EffectItem, &(Cap, Option<FolderId>))| EffectItem { but: but(*cap, *folder), ..item };
    names.items(caps).into_iter().zip(caps).map(with_but).collect()
}

fn kept(names: &Names<'_>, effect: &MemberEffect) -> Vec<wire::Kept> {
    effect.stays.iter().map(|(cap, via)| names.kept(effect.member, *cap, via)).collect()
}

/// The plan in names.
pub fn told(planned: &Planned) -> Result<wire::Plan, Fault> {
    let Planned { before, plan, now, .. } = planned;
    let names = Names::of(vec![&plan.after, before], *now);
    let mut fold = Fold { names, met: HashMap::new(), shapes: Vec::new() };
    let mut told = wire::Plan {
        revision: planned.revision,
        rows: Vec::with_capacity(plan.rows.len()),
        warnings: plan.warnings.clone(),
        refused: plan.refused.clone(),
        confirm: plan.confirm.clone(),
        ..wire::Plan::default()
    };
    let mut emails = None;
    for (row, planned_row) in planned.rows.iter().zip(&plan.rows) {
        let sides = if planned_row.changes() { Sides::of(&planned_row.delta, *now) } else { Sides::default() };
        let own = planned_row.effects.as_slice();
        let single = match own {
            [effect] if planned_row.delta.of_one_member().is_some() => Some(effect),
            _ => None,
        };
        let shape = fold.place(&planned_row.outcome, sides, single);
        told.rows.push(PlanRow {
            id: row.target,
            name: planned_row.name.clone(),
            shape,
            warnings: planned_row.warnings.clone(),
        });
        count(&mut told, planned_row);
        if single.is_none() {
            let people = || before.members.iter().chain(&plan.after.members).map(|one| (one.id, &one.email));
            let emails = emails.get_or_insert_with(|| people().collect::<IdMap<MemberId, &Text>>());
            for effect in own {
                let shape = fold.place(&RowOutcome::Done, Sides::default(), Some(effect));
                let name = emails.get(&effect.member).copied().cloned().unwrap_or_default();
                told.people.push(PlanRow { id: Some(effect.member.0), name, shape, warnings: Vec::new() });
            }
        }
    }
    told.shapes = fold.shapes;
    told.digest = digest_of(&told)?;
    Ok(told)
}

/// Counts a row, and the people whom it concerns.
fn count(told: &mut wire::Plan, row: &PlannedRow) {
    match &row.outcome {
        RowOutcome::Done => {
            told.change += 1;
            told.gain += row.effects.iter().filter(|effect| !effect.gains.is_empty()).count() as u64;
            told.lose += row.effects.iter().filter(|effect| !effect.loses.is_empty()).count() as u64;
        }
        RowOutcome::Unchanged => told.unchanged += 1,
        RowOutcome::Skipped { .. } | RowOutcome::Failed { .. } => told.skipped += 1,
    }
}
