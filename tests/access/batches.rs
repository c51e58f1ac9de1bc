//! Properties of SPEC 6: of any bulk change, in any workspace, by anyone.

use crate::{
    changes::{NOW, hands_out_no_more, is_the_difference},
    naive,
    shares::{self, named},
    worlds::{self, any_world},
};
use proptest::{collection::vec, option, prelude::*};
use rolecall::domain::{
    change::{AccountFacts, Change, Facts, InvitationFacts, InviteDraft, Refusal, Warning, check},
    edge::Terms,
    id::{InvitationId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, Member, Snapshot, Subject},
    pack::MaxRoles,
    plan::{BulkPlan, RowPlan, Verdict, plan},
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

/// As a store keeps it: every edge leads somewhere, and is there once.
fn any_tidy_world() -> impl Strategy<Value = Snapshot> {
    any_world(false).prop_map(|mut world| {
        let one = world.policies.max_roles == MaxRoles::One;
        for member in &mut world.members {
            member.roles.retain(|(id, _)| world.roles.iter().any(|role| role.id == *id));
            member.roles.truncate(if one { 1 } else { 9 });
            member.direct.sort_by_key(|(cap, _)| *cap);
            member.direct.dedup_by_key(|(cap, _)| *cap);
        }
        let mut seen = Vec::new();
        world.grants.retain(|grant| {
            let key = (grant.folder, grant.subject, grant.capability, grant.effect);
            let first = !seen.contains(&key) && world.folders.iter().any(|folder| folder.id == grant.folder);
            seen.push(key);
            first
        });
        world
    })
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

    fn rows(&self, world: &Snapshot) -> Vec<(Change, Facts)> {
        let on = world.members.iter().enumerate().filter(|(at, _)| self.on & (1 << at) != 0);
        on.map(|(at, member)| (self.change(world, at, member.id), Facts::default())).collect()
    }

    fn change(&self, world: &Snapshot, at: usize, member: MemberId) -> Change {
        let role = worlds::role_id(self.role % world.roles.len());
        let mut groups: Vec<_> =
            self.groups.iter().map(|at| worlds::group_id(at % world.groups.len().max(1))).collect();
        groups.dedup();
        let terms = Terms { expires_at: self.end.map(Timestamp), ..Terms::default() };
        match self.action {
            0 | 1 => Change::SetRoles { member, roles: vec![role], terms },
            2 => Change::SetGroups { member, add: groups, remove: Vec::new(), terms },
            3 => Change::SetGroups { member, add: Vec::new(), remove: groups, terms: Terms::default() },
            4 => Change::Grant {
                folder: worlds::folder_id(self.folder % world.folders.len().max(1)),
                subject: Subject::Member(member),
                capability: world.catalogue.iter().nth(self.cap).unwrap().1.key.clone(),
                effect: if self.deny { Effect::Deny } else { Effect::Allow },
                terms,
            },
            5 => Change::Deactivate { member, reason: None },
            6 => Change::Remove { member, reason: None },
            _ => Change::Invite(InviteDraft {
                email: format!("new{at}@northwind.test").into(),
                roles: vec![role],
                groups,
                ..InviteDraft::default()
            }),
        }
    }
}

fn is_change(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Change { .. })
}

fn owner_or_self(world: &Snapshot, actor: MemberId, member: Option<MemberId>) -> bool {
    member == Some(actor) || world.members.iter().any(|one| Some(one.id) == member && one.owner)
}

/// What takes a plan's rows back, with what the server would look up for it.
fn undo(world: &Snapshot, done: &BulkPlan, rows: &[(Change, Facts)]) -> Vec<(Change, Facts)> {
    let changed = done.rows.iter().zip(rows).filter(|(row, _)| is_change(&row.verdict));
    changed
        .map(|(row, (change, _))| match (&row.verdict, change) {
            (Verdict::Change { .. }, Change::Invite(draft)) => {
                let facts = InvitationFacts {
                    email: draft.email.clone(),
                    member: row.member,
                    status: InvitationStatus::Sent,
                    roles: draft.roles.clone(),
                    groups: draft.groups.clone(),
                };
                let change = Change::CancelInvitation { invitation: InvitationId(1), reason: None };
                (change, Facts { invitation: Some(facts), ..Facts::default() })
            }
            (Verdict::Change { delta: Some(delta), .. }, _) => {
                let was = world.members.iter().find(|member| Some(member.id) == row.member).unwrap();
                let account = AccountFacts {
                    active: was.account_active,
                    can_sign_in: was.can_sign_in,
                    org_roles: was.org_roles.clone(),
                };
                let delta = Box::new(delta.as_ref().clone().inverse());
                (Change::Restore { delta, reason: None }, Facts { account: Some(account), ..Facts::default() })
            }
            other => panic!("nothing to take back: {other:?}"),
        })
        .collect()
}

/// Everything that lives, in an order that does not depend on how it came about.
fn living(world: &Snapshot) -> (Vec<Member>, Vec<String>, Vec<String>) {
    let mut members = world.members.clone();
    for member in &mut members {
        member.roles.retain(|(_, edge)| edge.live(NOW));
        member.groups.retain(|(_, edge)| edge.live(NOW));
        member.direct.retain(|(_, edge)| edge.live(NOW));
        member.roles.sort_by_key(|(id, _)| *id);
        member.groups.sort_by_key(|(id, _)| *id);
        member.direct.sort_by_key(|(cap, _)| *cap);
    }
    members.sort_by_key(|member| member.id);
    let mut grants: Vec<_> = world.grants.iter().filter(|grant| grant.edge.live(NOW)).collect();
    grants.sort_by_key(|grant| grant.id);
    let grants = grants.into_iter().map(|grant| format!("{grant:?}")).collect();
    (members, grants, world.groups.iter().map(|group| format!("{group:?}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn what_a_plan_says_is_what_happens_to_each((world, seed) in any_batch()) {
        let done = plan(&world, seed.actor(&world), &seed.rows(&world), NOW);
        for member in world.members.iter().chain(&done.after.members).map(|member| member.id) {
            let row = done.rows.iter().find(|row| row.member == Some(member));
            let effect = row.and_then(|row| match &row.verdict {
                Verdict::Change { effect, .. } => effect.as_ref(),
                Verdict::Same | Verdict::LeftOut(_) => None,
            });
            is_the_difference(&world, &done.after, member, effect)?;
        }
    }

    #[test]
    fn a_batch_and_its_undo_leave_everything_as_it_was((world, seed) in any_batch()) {
        let (actor, rows) = (seed.actor(&world), seed.rows(&world));
        let done = plan(&world, actor, &rows, NOW);
        let undone = plan(&done.after, actor, &undo(&world, &done, &rows), NOW);
        let mut all = true;
        for row in &undone.rows {
            // Rights are asked again, by name: what a deny hid may come back only by who holds it.
            match &row.verdict {
                Verdict::LeftOut(Refusal::Beyond { .. } | Refusal::Above { .. } | Refusal::Provider) => all = false,
                // Nothing that lives was taken.
                Verdict::Same | Verdict::Change { .. } => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
        if all {
            prop_assert_eq!(living(&undone.after), living(&world));
        }
    }

    #[test]
    fn a_batch_is_its_rows_one_by_one((world, seed) in any_batch()) {
        let (actor, rows) = (seed.actor(&world), seed.rows(&world));
        let done = plan(&world, actor, &rows, NOW);
        for (row, (change, facts)) in done.rows.iter().zip(&rows) {
            let alone = check(&world, actor, change, facts, NOW);
            match (&row.verdict, alone) {
                // Judged on the whole.
                (_, Err(Refusal::LastAdministrator)) | (Verdict::Change { .. } | Verdict::Same, Ok(_)) => {}
                // There already, to the letter.
                (Verdict::Same, Err(Refusal::Conflict { .. })) => {}
                (Verdict::LeftOut(Refusal::Owner | Refusal::OwnerStays { .. } | Refusal::Yourself), _) => {
                    prop_assert!(owner_or_self(&world, actor, row.member));
                }
                (Verdict::LeftOut(left), Err(refusal)) => prop_assert_eq!(left, &refusal),
                (verdict, alone) => prop_assert!(false, "{verdict:?}, but alone {alone:?}"),
            }
        }
    }

    #[test]
    fn a_batch_keeps_the_guards_of_the_whole((world, seed) in any_batch()) {
        let (actor, rows) = (seed.actor(&world), seed.rows(&world));
        let done = plan(&world, actor, &rows, NOW);
        let (old, new) = (naive::administrators(&world, NOW), naive::administrators(&done.after, NOW));
        prop_assert_eq!(done.refused == Some(Refusal::LastAdministrator), new == 0 && old > 0);
        prop_assert_eq!(done.lowers_administrator, naive::lowers_one(&world, &done.after, NOW));
        let few = if done.refused.is_none() { naive::few(&world, &done.after, NOW) } else { None };
        let said = done.warnings.iter().find(|warning| matches!(warning, Warning::FewAdministrators { .. }));
        prop_assert_eq!(said, few.as_ref());
        hands_out_no_more(&world, &done.after, actor)?;
        for (row, (change, _)) in done.rows.iter().zip(&rows) {
            let untouched = owner_or_self(&world, actor, row.member);
            prop_assert!(!untouched || !is_change(&row.verdict), "{change:?}");
        }
    }
}

/// What comes of a batch, in the words of [`LEAST`].
fn came_of_it((world, seed): &(Snapshot, Seed)) -> Vec<String> {
    let (actor, rows) = (seed.actor(world), seed.rows(world));
    let done = plan(world, actor, &rows, NOW);
    let (mut changed, mut came) = (0, BTreeSet::new());
    for row in &done.rows {
        match &row.verdict {
            Verdict::Change { effect, .. } => {
                changed += 1;
                came.insert(format!("action {} changes", seed.action.max(1)));
                let effects = effect.iter();
                let some = effects.flat_map(|it| {
                    [("gains", it.gains.len()), ("loses", it.loses.len()), ("keeps by another way", it.stays.len())]
                });
                came.extend(some.filter(|(_, many)| *many > 0).map(|(what, _)| what.to_owned()));
            }
            Verdict::Same => drop(came.insert("is so already".to_owned())),
            Verdict::LeftOut(refusal) => {
                came.insert(format!("left out: {}", named(refusal)));
            }
        }
    }
    if done.refused.is_some() {
        came.insert("refused as a whole".to_owned());
    }
    if (1..done.rows.len()).contains(&changed) {
        came.insert("changes some and leaves others out".to_owned());
    }
    if changed > 0 && !plan(&done.after, actor, &undo(world, &done, &rows), NOW).rows.iter().any(left_out) {
        came.insert("is taken back".to_owned());
    }
    came.into_iter().collect()
}

fn left_out(row: &RowPlan) -> bool {
    matches!(row.verdict, Verdict::LeftOut(_))
}

/// Of a thousand batches, so many at least.
const LEAST: [(&str, usize); 19] = [
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
    ("left out: Owner", 100),
    ("left out: Yourself", 100),
    ("left out: Above", 20),
    ("left out: Beyond", 20),
    ("left out: Lacks", 50),
];

/// The properties above say nothing where nothing comes of a batch: of those that are tried, a fair share
/// changes something, takes something, is refused, leaves rows out.
#[test]
fn what_is_tried_is_worth_trying() {
    shares::assert_at_least(&any_batch(), LEAST, came_of_it);
}
