//! Properties of SPEC 6: of any bulk change, in any workspace, by anyone.

use crate::{
    asking,
    changes::{NOW, hands_out_no_more, is_the_difference},
    naive,
    replay::{State, everything},
    shares,
    worlds::{self, any_world},
};
use proptest::{collection::vec, option, prelude::*};
use rolecall::domain::{
    capability::Cap,
    change::{
        Deactivate, Grant, Invite, InviteDraft, Kind, Refusal, Remove, Request, Row, SetGroups, SetRoles, Warning,
    },
    edge::Terms,
    id::MemberId,
    model::{Effect, Snapshot, Subject},
    plan::{Confirm, Plan, PlannedRow, RowOutcome, plan},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// One action, and on which members; the rest of the numbers make it up.
#[derive(Debug, Clone)]
struct Seed {
    action: u8,
    actor: usize,
    /// Whether the actor may do nearly anything, which few may by chance; and has a way to sign in.
    able: Option<bool>,
    on: u8,
    role: usize,
    groups: Vec<usize>,
    folder: usize,
    cap: usize,
    deny: bool,
    end: Option<i64>,
}

fn any_seed() -> impl Strategy<Value = Seed> {
    let able = prop_oneof![1 => Just(None), 2 => Just(Some(true)), 2 => Just(Some(false))];
    let on = prop_oneof![1_u8..16, Just(15)];
    let who = (0_u8..8, 0..4_usize, able, on);
    let what = (0..3_usize, vec(0..3_usize, 1..3), 0..6_usize, 0..4_usize);
    (who, what, any::<bool>(), option::of(2_i64..5)).prop_map(|(who, what, deny, end)| {
        let ((action, actor, able, on), (role, mut groups, folder, cap)) = (who, what);
        groups.sort_unstable();
        groups.dedup();
        Seed { action, actor, able, on, role, groups, folder, cap, deny, end }
    })
}

fn any_tidy_world() -> impl Strategy<Value = Snapshot> {
    any_world(false).prop_map(worlds::tidy)
}

/// A batch: where, and what.
fn any_batch() -> impl Strategy<Value = (Snapshot, Seed)> {
    (any_tidy_world(), any_seed()).prop_map(|(mut world, seed)| {
        if let Some(can_sign_in) = seed.able {
            let actor = seed.actor(&world);
            worlds::empower(&mut world, actor, can_sign_in);
        }
        (world, seed)
    })
}

impl Seed {
    fn actor(&self, world: &Snapshot) -> MemberId {
        worlds::member_id(self.actor % world.members.len())
    }

    fn rows(&self, world: &Snapshot) -> Vec<Row> {
        let on = world.members.iter().enumerate().filter(|(at, _)| self.on & (1 << at) != 0);
        on.flat_map(|(at, member)| asking::rows(&self.request(world, at, member.id))).collect()
    }

    fn plan(&self, world: &Snapshot) -> Plan {
        plan(world, self.actor(world), &self.rows(world), &asking::facts(world), true, NOW)
    }

    fn request(&self, world: &Snapshot, at: usize, member: MemberId) -> Request {
        let role = worlds::role_id(self.role % world.roles.len());
        let mut groups: Vec<_> =
            self.groups.iter().map(|at| worlds::group_id(at % world.groups.len().max(1))).collect();
        groups.dedup();
        let terms = Terms { expires_at: self.end.map(Timestamp), ..Terms::default() };
        match self.action {
            0 | 1 => asking::of(member, SetRoles { roles: vec![role], terms }),
            2 => asking::of(member, SetGroups { add: groups, remove: Vec::new(), terms }),
            3 => asking::of(member, SetGroups { add: Vec::new(), remove: groups, terms: Terms::default() }),
            4 => {
                let folder = worlds::folder_id(self.folder % world.folders.len().max(1));
                let capability = world.catalogue.iter().nth(self.cap).unwrap().1.key.clone();
                let effect = if self.deny { Effect::Deny } else { Effect::Allow };
                let (id, grant) = Grant::to(folder, Subject::Member(member), capability, effect, terms);
                Request::one(id, grant)
            }
            5 => asking::of(member, Deactivate::default()),
            6 => asking::of(member, Remove::default()),
            _ => {
                let email = format!("new{at}@northwind.test").as_str().into();
                Request::given(Invite::one(InviteDraft { email, roles: vec![role], groups, ..InviteDraft::default() }))
            }
        }
    }
}

fn owner_or_self(world: &Snapshot, actor: MemberId, member: Option<i64>) -> bool {
    member == Some(actor.0) || world.members.iter().any(|one| Some(one.id.0) == member && one.owner)
}

/// The state after a plan, and the rows that take it back.
fn undo(world: &Snapshot, done: &Plan, rows: &[Row]) -> (State, Vec<Row>) {
    let mut state = State { world: world.clone(), facts: asking::facts(world) };
    let changed: Vec<_> = done.rows.iter().zip(rows).filter(|(row, _)| row.changes()).collect();
    changed.iter().for_each(|(row, _)| state.replay(&row.delta, NOW));
    let back = changed.iter().rev().map(|(done, row)| asking::restore(&row.kind, done.delta.clone(), true, NOW));
    (state, back.collect())
}

/// The plan that takes a plan back.
fn undone(actor: MemberId, state: &State, back: &[Row]) -> Plan {
    plan(&state.world, actor, back, &state.facts, true, NOW)
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn what_a_plan_says_is_what_happens_to_each((world, seed) in any_batch()) {
        let (rows, done) = (seed.rows(&world), seed.plan(&world));
        for member in world.members.iter().chain(&done.after.members).map(|member| member.id) {
            let at = |at: &usize| rows[*at].target.unwrap_or(-1 - *at as i64) == member.0;
            let planned = (0..rows.len()).find(at).map(|at| &done.rows[at]);
            let effect = planned.and_then(|row| row.effects.first());
            prop_assert!(planned.is_none_or(|row| row.effects.len() <= 1 && (row.changes() || effect.is_none())));
            is_the_difference(&world, &done.after, member, effect)?;
        }
    }

    #[test]
    fn a_batch_and_its_undo_leave_everything_as_it_was((world, seed) in any_batch()) {
        let (actor, rows, done) = (seed.actor(&world), seed.rows(&world), seed.plan(&world));
        let (state, back) = undo(&world, &done, &rows);
        prop_assert_eq!(everything(&state.world, NOW), everything(&done.after, NOW));
        let undone = undone(actor, &state, &back);
        for row in &undone.rows {
            // Nothing that lives was taken, or all of it comes back.
            let fine = matches!(row.outcome, RowOutcome::Unchanged | RowOutcome::Done);
            prop_assert!(fine, "{:?}", row.outcome);
        }
        prop_assert_eq!(everything(&undone.after, NOW), everything(&world, NOW));
    }

    #[test]
    fn a_batch_is_its_rows_one_by_one((world, seed) in any_batch()) {
        let (actor, rows, done) = (seed.actor(&world), seed.rows(&world), seed.plan(&world));
        let facts = asking::facts(&world);
        for (at, (planned, row)) in done.rows.iter().zip(&rows).enumerate() {
            let alone = plan(&world, actor, std::slice::from_ref(row), &facts, false, NOW);
            let [alone] = alone.rows.as_slice() else { panic!("one row: {alone:?}") };
            match planned.outcome.why() {
                Some(Refusal::Owner | Refusal::OwnerUndeniable | Refusal::OwnerHoldsAll | Refusal::Yourself) => {
                    prop_assert!(owner_or_self(&world, actor, row.target));
                }
                // What the row makes is called by its place.
                _ if at > 0 && matches!(&*row.kind, Kind::Invite(_) | Kind::Grant(_)) => {
                    prop_assert_eq!(&planned.outcome, &alone.outcome);
                    prop_assert_eq!(planned.delta.0.len(), alone.delta.0.len());
                }
                _ => prop_assert_eq!(planned, alone),
            }
        }
    }

    #[test]
    fn a_batch_keeps_the_guards_of_the_whole((world, seed) in any_batch()) {
        let (actor, rows, done) = (seed.actor(&world), seed.rows(&world), seed.plan(&world));
        let (old, new) = (naive::administrators(&world, NOW), naive::administrators(&done.after, NOW));
        prop_assert_eq!(done.refused == Some(Refusal::LastAdministrator), new == 0 && old > 0);
        prop_assert!(done.confirm != Confirm::Enter || !naive::lowers_one(&world, &done.after, NOW));
        let few = if done.refused.is_none() { naive::few(&world, &done.after, NOW) } else { None };
        let said = done.warnings.iter().find(|warning| matches!(warning, Warning::FewAdministrators { .. }));
        prop_assert_eq!(said, few.as_ref());
        let changed = done.rows.iter().zip(&rows).filter(|(planned, _)| planned.changes());
        let named: Vec<_> = changed.filter_map(|(_, row)| row.target.map(MemberId)).collect();
        hands_out_no_more(&world, &done.after, actor, &named)?;
        for (planned, row) in done.rows.iter().zip(&rows) {
            let untouched = owner_or_self(&world, actor, row.target);
            prop_assert!(!untouched || !planned.changes(), "{row:?}");
            prop_assert!(planned.changes() || (planned.delta.is_empty() && planned.effects.is_empty()));
        }
    }

    #[test]
    fn what_is_typed_follows_the_naive_difference((world, seed) in any_batch()) {
        let (rows, done) = (seed.rows(&world), seed.plan(&world));
        let mut managing = naive::caps(&world);
        managing.retain(|cap| world.catalogue.get(*cap).managing);
        let ids: BTreeSet<_> = world.members.iter().chain(&done.after.members).map(|member| member.id).collect();
        let (mut people, mut promoted) = (0, false);
        for id in ids {
            let is_active = |world: &Snapshot| world.members.iter().any(|one| one.id == id && one.active());
            let asleep = !is_active(&world) && !is_active(&done.after);
            let seen = |world: &Snapshot| if asleep { naive::awake(world, MemberId(0)) } else { world.clone() };
            let (old, new) = (seen(&world), seen(&done.after));
            let places = naive::places(&world);
            let differs = |caps: &[Cap]| -> Vec<(bool, bool)> {
                let all = places.iter().flat_map(|place| caps.iter().map(move |cap| (*place, *cap)));
                all.map(|(at, cap)| (naive::may(&old, id, at, cap, NOW), naive::may(&new, id, at, cap, NOW))).collect()
            };
            people += u64::from(differs(&naive::caps(&world)).iter().any(|(old, new)| old != new));
            promoted |= differs(&managing).iter().any(|(old, new)| !old && *new);
        }
        let changed: Vec<_> = done.rows.iter().zip(&rows).filter(|(planned, _)| planned.changes()).collect();
        let closes = |row: &Row| matches!(&*row.kind, Kind::Deactivate(_) | Kind::Remove(_));
        let (count, links) = (changed.len() as u64, changed.iter().filter(|(one, _)| one.delta.makes_link()).count());
        let grave = promoted || changed.iter().any(|(_, row)| closes(row));
        prop_assert!(links == 0 || seed.action == 7);
        match &done.confirm {
            Confirm::Enter => prop_assert!(count == 0 || (!grave && people <= 5)),
            Confirm::Count { count: typed } => {
                prop_assert!(!grave && (people > 5 || naive::lowers_one(&world, &done.after, NOW)));
                prop_assert_eq!(*typed, if count > 1 { count } else { people.max(1) });
            }
            Confirm::Name { .. } => prop_assert!(grave && count == 1),
            Confirm::Verb { count: typed } => prop_assert!(grave && count > 1 && *typed == count),
        }
    }
}

/// What comes of a batch, in the words of [`LEAST`].
fn came_of_it((world, seed): &(Snapshot, Seed)) -> Vec<String> {
    let (actor, rows, done) = (seed.actor(world), seed.rows(world), seed.plan(world));
    let (mut changed, mut came) = (0, BTreeSet::new());
    for row in &done.rows {
        match &row.outcome {
            RowOutcome::Done => {
                changed += 1;
                came.insert(format!("action {} changes", seed.action.max(1)));
                let some = row.effects.iter().flat_map(|it| {
                    [("gains", it.gains.len()), ("loses", it.loses.len()), ("keeps by another way", it.stays.len())]
                });
                came.extend(some.filter(|(_, many)| *many > 0).map(|(what, _)| what.to_owned()));
            }
            RowOutcome::Unchanged => drop(came.insert("is so already".to_owned())),
            RowOutcome::Skipped { why } | RowOutcome::Failed { why } => {
                came.insert(format!("left out: {}", why.code()));
            }
        }
    }
    if done.refused.is_some() {
        came.insert("refused as a whole".to_owned());
    }
    if (1..done.rows.len()).contains(&changed) {
        came.insert("changes some and leaves others out".to_owned());
    }
    let (state, back) = undo(world, &done, &rows);
    if changed > 0 && undone(actor, &state, &back).rows.iter().any(PlannedRow::changes) {
        came.insert("is taken back".to_owned());
    }
    let confirm = match done.confirm {
        Confirm::Enter => "enter",
        Confirm::Count { .. } => "count",
        Confirm::Name { .. } => "name",
        Confirm::Verb { .. } => "verb",
    };
    came.insert(confirm.to_owned());
    came.into_iter().collect()
}

/// Of a thousand batches, so many at least.
const LEAST: [(&str, usize); 23] = [
    ("enter", 100),
    ("count", 1),
    ("name", 50),
    ("verb", 50),
    ("action 1 changes", 60),
    ("action 2 changes", 20),
    ("action 3 changes", 5),
    ("action 4 changes", 20),
    ("action 5 changes", 20),
    ("action 6 changes", 20),
    ("action 7 changes", 20),
    ("changes some and leaves others out", 150),
    ("gains", 50),
    ("loses", 60),
    ("keeps by another way", 5),
    ("is so already", 30),
    ("is taken back", 150),
    ("refused as a whole", 5),
    ("left out: owner", 100),
    ("left out: yourself", 100),
    ("left out: above", 3),
    ("left out: beyond", 20),
    ("left out: lacks", 50),
];

/// The properties above say nothing where nothing comes of a batch: of those that are tried, a fair share
/// changes something, takes something, is refused, leaves rows out.
#[test]
fn what_is_tried_is_worth_trying() {
    shares::assert_at_least(&any_batch(), LEAST, came_of_it);
}
