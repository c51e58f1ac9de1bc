//! What holds for every kind of change: alone as among others, once as twice, there and back.

use crate::{asking::*, changes, replay::*, sample::*};
use proptest::prelude::*;
use rolecall::domain::{
    change::{
        Cancel, Class, CreateFolder, CreateGroup, EditInvitation, Facts, Import, Invite, Kind, Person, Reactivate,
        Refusal, Request, Resend, Row, SetGroups, SetRoles, Target,
    },
    edge::Terms,
    id::{FolderId, GrantId, InvitationId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, Fence, Folder, MemberStatus, Snapshot, Subject},
    plan::{MemberEffect, Plan, PlannedRow, RowOutcome, plan},
    time::Timestamp,
};

const NOOR: MemberId = MemberId(20);
const DINA: MemberId = MemberId(21);
const INVITATION: InvitationId = InvitationId(1);
const GRANT: GrantId = GrantId(1);

/// The sample with somebody invited, somebody deactivated, and something granted.
fn state() -> State {
    let mut sample = Sample::new();
    sample.member(NOOR, "noor@northwind.test", Some("viewer"));
    sample.of(NOOR).status = MemberStatus::Pending;
    sample.member(DINA, "dina@northwind.test", Some("viewer"));
    sample.of(DINA).status = MemberStatus::Deactivated;
    sample.join(BO, DESK);
    sample.join(DINA, DESK);
    assert_eq!(sample.grant(Effect::Allow, Subject::Member(BO), ARCHIVE, "content.write"), GRANT);
    let mut facts = facts(&sample.0);
    facts.invitations.insert(INVITATION, waiting(NOOR, "noor@northwind.test", InvitationStatus::Sent, NOW));
    facts.invited.insert("noor@northwind.test".into());
    State { world: sample.0, facts }
}

fn role(state: &State, key: &str) -> rolecall::domain::id::RoleId {
    state.world.roles.iter().find(|role| role.key == key).unwrap().id
}

fn edit_invitation(state: &State, key: &str, days: i64) -> Request {
    let edit = EditInvitation { roles: vec![role(state, key)], groups: vec![TEAM], ttl_days: Some(days) };
    on_invitation(INVITATION, edit)
}

fn new_group(name: &str) -> Request {
    Request::given(CreateGroup { draft: draft(name, &["content.read"]) })
}

fn new_folder(name: &str, parent: Option<FolderId>) -> Request {
    Request::given(CreateFolder { name: name.into(), parent, ..CreateFolder::default() })
}

fn import(email: &str, role: rolecall::domain::id::RoleId) -> Request {
    let person = Person { email: email.into(), roles: vec![role], ..Person::default() };
    Request::given(Import { people: vec![person] })
}

/// One change of every kind that a person asks for, which does something.
fn every_kind(state: &State) -> Vec<Request> {
    let viewer = role(state, "viewer");
    vec![
        set_roles(BO, viewer),
        set_groups(BO, &[TEAM], &[DESK]),
        members(TEAM, &[BO], &[]),
        deactivate(BO),
        of(DINA, Reactivate::default()),
        remove(BO),
        rename(BO, "Another"),
        transfer("aziza@northwind.test"),
        new_group("New"),
        edit_group(DESK, draft("Desk", &["content.read"])),
        delete_group(DESK),
        new_folder("New", Some(ROOT)),
        grant(Effect::Deny, Subject::Member(BO), ROOT, "content.write"),
        edit_grant(GRANT, Terms { reason: Some("why".into()), ..Terms::default() }),
        revoke(GRANT),
        invite(invitation("n@northwind.test", viewer)),
        import("i@northwind.test", viewer),
        on_invitation(INVITATION, Resend {}),
        on_invitation(INVITATION, Cancel::default()),
        edit_invitation(state, "analyst", 3),
    ]
}

fn run(state: &State, rows: &[Row]) -> Plan {
    plan(&state.world, OLIM, rows, &state.facts, false, NOW)
}

/// The state after a request, made by somebody at a time.
fn after(state: &State, actor: MemberId, request: &Request, now: Timestamp) -> (State, Plan) {
    let done = plan(&state.world, actor, &rows(request), &state.facts, false, now);
    let mut state = state.clone();
    assert!(done.rows.iter().all(|row| row.outcome == RowOutcome::Done), "{request:?}: {:?}", done.rows);
    done.rows.iter().for_each(|row| state.replay(&row.delta, now));
    assert_eq!(everything(&state.world, now), everything(&done.after, now), "{request:?}");
    (state, done)
}

#[test]
fn every_kind_is_tried() {
    let tried: Vec<_> = every_kind(&state()).iter().map(|request| request.kind.name()).collect();
    let made_from_the_log = ["undo", "restore"];
    let names: Vec<_> = Kind::NAMES.iter().copied().filter(|name| !made_from_the_log.contains(name)).collect();
    assert_eq!(tried, names);
}

#[test]
fn a_row_is_the_same_alone_and_among_others() {
    let state = state();
    let others = each(&[ADA, ADAM], rename(ADA, "Other").kind);
    for request in every_kind(&state) {
        let name = request.kind.name();
        let [row] = rows(&request).try_into().unwrap_or_else(|rows| panic!("one row: {rows:?}"));
        let alone = run(&state, std::slice::from_ref(&row));
        assert_eq!(alone.rows[0].outcome, RowOutcome::Done, "{name}");
        assert!(!alone.rows[0].delta.is_empty());
        let among = run(&state, &[std::slice::from_ref(&row), &others[..]].concat());
        assert!(among.rows[1..].iter().all(|row| row.outcome == RowOutcome::Done));
        if ["transfer", "edit_group", "delete_group"].contains(&name) {
            assert_eq!(among.rows[0].outcome, RowOutcome::Skipped { why: Refusal::OneAtATime }, "{name}");
        } else {
            assert_eq!(among.rows[0], alone.rows[0], "{name}");
            let bulk = plan(&state.world, OLIM, std::slice::from_ref(&row), &state.facts, true, NOW);
            assert_eq!(bulk.rows[0], alone.rows[0], "{name}");
            assert_eq!(bulk.confirm, alone.confirm);
        }
    }
}

#[test]
fn what_sets_a_state_is_unchanged_when_asked_again() {
    let state = state();
    for request in every_kind(&state) {
        let (state, _) = after(&state, OLIM, &request, NOW);
        let again = plan(&state.world, OLIM, &rows(&request), &state.facts, false, NOW);
        let outcome = &again.rows[0].outcome;
        match &request.kind {
            // It may be done again, and is another link.
            Kind::Resend(_) => assert_eq!(*outcome, RowOutcome::Done),
            // What it is done to is not there, or is there already.
            Kind::Remove(_) | Kind::Revoke(_) | Kind::DeleteGroup(_) => {
                assert_eq!(outcome.why().map(Refusal::class), Some(Class::Missing));
            }
            Kind::Transfer(_) => assert_eq!(outcome.why(), Some(&Refusal::OwnerOnly)),
            Kind::CreateGroup(_) | Kind::CreateFolder(_) => {
                assert!(matches!(outcome.why(), Some(Refusal::NameTaken { .. })))
            }
            Kind::Invite(_) => assert_eq!(outcome.why(), Some(&Refusal::InvitedAlready)),
            Kind::Import(_) => assert_eq!(outcome.why(), Some(&Refusal::MemberAlready)),
            Kind::Cancel(_) => assert_eq!(outcome.why(), Some(&Refusal::InvitationSettled)),
            kind => {
                assert_eq!(*outcome, RowOutcome::Unchanged, "{kind:?}");
                assert!(again.rows[0].delta.is_empty() && again.rows[0].effects.is_empty());
                assert_eq!(again.confirm, rolecall::domain::plan::Confirm::Enter);
            }
        }
    }
}

#[test]
fn every_kind_is_taken_back_or_says_that_it_cannot_be() {
    let state = state();
    for request in every_kind(&state) {
        let name = request.kind.name();
        let (mut there, done) = after(&state, OLIM, &request, NOW);
        let delta = done.rows[0].delta.clone();
        let is_final = done.warnings.contains(&rolecall::domain::change::Warning::Final);
        assert_eq!(is_final, !request.kind.rules().reversible(), "{name}");
        if is_final {
            assert_eq!(request.kind.rules().inverse(delta, NOW), Err(Refusal::Irreversible), "{name}");
            continue;
        }
        let back = restore(&rows(&request)[0].kind, delta, true, NOW);
        let undone = run(&there, std::slice::from_ref(&back));
        assert_eq!(undone.rows[0].outcome, RowOutcome::Done, "{name}");
        there.replay(&undone.rows[0].delta, NOW);
        assert_eq!(everything(&there.world, NOW), everything(&state.world, NOW), "{name}");
        // Once is enough.
        let again = run(&there, std::slice::from_ref(&back));
        assert!(again.rows[0].outcome.why().is_some_and(Refusal::is_change_since), "{name}: {:?}", again.rows[0]);
        // An undo is taken back as any other change.
        let redo = restore(&back.kind, undone.rows[0].delta.clone(), true, NOW);
        let redone = run(&there, &[redo]);
        assert_eq!(redone.rows[0].outcome, RowOutcome::Done, "{name}");
        assert_eq!(everything(&redone.after, NOW), everything(&done.after, NOW), "{name}");
    }
}

#[test]
fn an_invitation_that_opens_again_has_a_new_link() {
    let state = state();
    for request in [on_invitation(INVITATION, Cancel::default()), remove(NOOR)] {
        let removes = matches!(request.kind, Kind::Remove(_));
        let mut state = state.clone();
        state.world.members.retain(|member| removes || member.id != DINA);
        let (there, done) = after(&state, OLIM, &request, NOW);
        assert_eq!(there.facts.invitations[&INVITATION].status, InvitationStatus::Cancelled);
        let back = restore(&request.kind, done.rows[0].delta.clone(), true, NOW);
        let undone = run(&there, &[back]);
        let delta = &undone.rows[0].delta;
        let (_, before, after) = delta.invitation().unwrap();
        assert_eq!(after.unwrap().link, before.unwrap().link + 1);
        assert!(delta.makes_link());
    }
}

#[test]
fn what_somebody_has_changed_since_is_left_alone() {
    let state = state();
    let viewer = role(&state, "viewer");
    let (deny, first) = (Effect::Deny, GrantId(-1));
    let content = |effect, subject| grant(effect, subject, ROOT, "content.write");
    let terms = |days| Terms { expires_at: Some(NOW.plus(days)), ..Terms::default() };
    let (new_id, new_place) = (rolecall::domain::id::GroupId(-1), FolderId(-1));
    let table = [
        (set_roles(BO, viewer), set_roles(BO, role(&state, "analyst"))),
        (set_roles(BO, viewer), of(BO, SetRoles { roles: vec![viewer], terms: terms(9) })),
        (set_groups(BO, &[TEAM], &[]), set_groups(BO, &[], &[TEAM])),
        (set_groups(BO, &[], &[DESK]), set_groups(BO, &[DESK], &[])),
        (set_groups(BO, &[TEAM], &[]), of(BO, SetGroups { add: vec![TEAM], remove: vec![], terms: terms(9) })),
        (set_groups(BO, &[], &[DESK]), remove(BO)),
        (deactivate(BO), of(BO, Reactivate::default())),
        (deactivate(BO), set_roles(BO, viewer)),
        (deactivate(BO), set_groups(BO, &[TEAM], &[])),
        (deactivate(BO), content(Effect::Allow, Subject::Member(BO))),
        (deactivate(BO), remove(BO)),
        (of(DINA, Reactivate::default()), deactivate(DINA)),
        (remove(BO), invite(invitation("bo@partner.test", viewer))),
        (rename(BO, "Another"), rename(BO, "Bo")),
        (rename(BO, "Another"), remove(BO)),
        (new_group("New"), edit_group(new_id, draft("New", &[]))),
        (new_group("New"), set_groups(BO, &[new_id], &[])),
        (new_group("New"), content(deny, Subject::Group(new_id))),
        (edit_group(DESK, draft("Desk", &[])), edit_group(DESK, draft("Desk", &["content.read"]))),
        (edit_group(DESK, draft("Desk", &[])), delete_group(DESK)),
        (edit_group(DESK, draft("Desk", &[])), new_group("Campaign Desk")),
        (delete_group(DESK), new_group("campaign desk")),
        (new_folder("New", Some(ROOT)), grant(deny, Subject::Member(BO), new_place, "content.write")),
        (new_folder("New", Some(ROOT)), grant(deny, Subject::Group(DESK), new_place, "content.write")),
        (content(deny, Subject::Member(BO)), revoke(first)),
        (content(deny, Subject::Member(BO)), edit_grant(first, terms(9))),
        (content(deny, Subject::Group(DESK)), delete_group(DESK)),
        (edit_grant(GRANT, terms(9)), edit_grant(GRANT, terms(8))),
        (edit_grant(GRANT, terms(9)), revoke(GRANT)),
        (revoke(GRANT), grant(Effect::Allow, Subject::Member(BO), ARCHIVE, "content.write")),
        (revoke(GRANT), remove(BO)),
        (invite(invitation("n@northwind.test", viewer)), on_invitation(InvitationId(-1), Cancel::default())),
        (invite(invitation("n@northwind.test", viewer)), on_invitation(InvitationId(-1), Resend {})),
        (invite(invitation("n@northwind.test", viewer)), set_groups(MemberId(-1), &[TEAM], &[])),
        (on_invitation(INVITATION, Cancel::default()), invite(invitation("noor@northwind.test", viewer))),
        (edit_invitation(&state, "analyst", 3), edit_invitation(&state, "technician", 3)),
        (edit_invitation(&state, "analyst", 3), on_invitation(INVITATION, Cancel::default())),
    ];
    for (request, since) in table {
        let (there, done) = after(&state, ADA, &request, NOW);
        let (there, _) = after(&there, OLIM, &since, NOW.plus(1));
        let back = restore(&rows(&request)[0].kind, done.rows[0].delta.clone(), true, NOW);
        let undone = plan(&there.world, ADA, &[back], &there.facts, false, NOW.plus(2));
        let why = undone.rows[0].outcome.why();
        assert!(why.is_some_and(Refusal::is_change_since), "{request:?}, {since:?}: {:?}", undone.rows[0].outcome);
        assert!(undone.rows[0].delta.is_empty());
    }
}

#[test]
fn a_new_folder_concerns_nobody_and_goes_again_only_while_nothing_is_in_it() {
    let mut state = state();
    let fence = |folder, group, edge| Fence { folder, group, edge };
    state.world.fences.push(fence(ASSETS, TEAM, edge()));
    let made = new_folder("New", Some(ASSETS));
    let (there, done) = after(&state, OLIM, &made, NOW);
    assert!(done.rows[0].effects.is_empty() && done.confirm == rolecall::domain::plan::Confirm::Enter);
    let back = restore(&made.kind, done.rows[0].delta.clone(), true, NOW);
    let undone = |there: &State| run(there, std::slice::from_ref(&back)).rows.remove(0);
    let row = undone(&there);
    assert!(row.outcome == RowOutcome::Done && row.effects.is_empty(), "{row:?}");
    let mut full = there.clone();
    full.world.folders.push(Folder { id: FolderId(99), parent: Some(FolderId(-1)), ..there.world.folders[0].clone() });
    assert!(undone(&full).outcome.why().is_some_and(Refusal::is_change_since));
    for (edge, stays) in [(edge(), true), (until(NOW.0), false)] {
        let mut fenced = there.clone();
        fenced.world.fences.push(fence(FolderId(-1), DESK, edge));
        assert_eq!(undone(&fenced).outcome.why().is_some_and(Refusal::is_change_since), stays);
    }
}

#[test]
fn what_has_expired_since_does_not_come_back() {
    let mut state = state();
    let soon = NOW.plus(5);
    let bo = state.world.members.iter_mut().find(|member| member.id == BO).unwrap();
    bo.groups[0].1.terms.expires_at = Some(soon);
    for (request, groups) in [(deactivate(BO), 0), (remove(BO), 0), (set_roles(BO, role(&state, "viewer")), 0)] {
        let (there, done) = after(&state, ADA, &request, NOW);
        let back = restore(&request.kind, done.rows[0].delta.clone(), true, NOW);
        let undone = plan(&there.world, ADA, &[back], &there.facts, false, soon);
        assert_eq!(undone.rows[0].outcome, RowOutcome::Done);
        let bo = undone.after.members.iter().find(|member| member.id == BO).unwrap();
        assert_eq!(bo.groups.iter().filter(|(_, edge)| edge.live(soon)).count(), groups);
        assert_eq!((bo.status, bo.roles.len()), (MemberStatus::Active, 1));
    }
}

fn any_tidy_case() -> impl Strategy<Value = (Snapshot, changes::Seed)> {
    changes::any_case().prop_map(|(world, seed)| (crate::worlds::tidy(world), seed))
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn among_others_a_row_is_as_it_is_alone((world, seed) in any_tidy_case()) {
        let changes::Tried { actor, rows, facts, plan: alone, .. } = changes::Tried::new(&world, &seed);
        let [row] = rows.as_slice() else { return Ok(()) };
        let of_row: Vec<_> = facts.invitations.values().filter_map(|record| record.member).collect();
        let granted = |id: MemberId| world.grants.iter().any(|grant| grant.subject == Subject::Member(id));
        let others = world.members.iter().map(|member| member.id);
        let others: Vec<_> =
            others.filter(|id| *id != seed.member(&world) && !of_row.contains(id) && !granted(*id)).collect();
        if others.is_empty() {
            return Ok(());
        }
        let all = [std::slice::from_ref(row), &each(&others, rename(BO, "Other").kind)].concat();
        let among = plan(&world, actor, &all, &facts, false, changes::NOW);
        match among.rows[0].outcome.why() {
            Some(Refusal::OneAtATime) => prop_assert!(matches!(
                &*row.kind,
                Kind::Transfer(_) | Kind::CreateGroup(_) | Kind::EditGroup(_) | Kind::DeleteGroup(_)
                    | Kind::Grant(_) | Kind::EditGrant(_) | Kind::Revoke(_)
            )),
            _ => prop_assert_eq!(&among.rows[0], &alone.rows[0]),
        }
    }

    #[test]
    fn asked_again_a_state_is_as_it_is((world, seed) in any_tidy_case()) {
        let Some(tried) = changes::Tried::accepted(&world, &seed) else { return Ok(()) };
        let sets = !matches!(
            &tried.request.kind,
            Kind::Remove(_) | Kind::Transfer(_) | Kind::CreateGroup(_) | Kind::DeleteGroup(_) | Kind::Revoke(_)
                | Kind::Invite(_) | Kind::Resend(_) | Kind::Cancel(_)
        );
        if !sets {
            return Ok(());
        }
        let mut state = State { world, facts: tried.facts };
        let done = || tried.plan.rows.iter().zip(&tried.rows).filter(|(planned, _)| planned.changes());
        done().for_each(|(planned, _)| state.replay(&planned.delta, changes::NOW));
        let rows: Vec<Row> = done().map(|(_, row)| row.clone()).collect();
        let again = plan(&state.world, tried.actor, &rows, &state.facts, false, changes::NOW);
        for row in &again.rows {
            // Whoever left a group may have left what let them do it.
            let lacks = matches!(row.outcome.why(), Some(Refusal::Lacks { .. }));
            prop_assert!(lacks || row.outcome == RowOutcome::Unchanged, "{:?}", row.outcome);
            prop_assert!(row.delta.is_empty());
        }
    }

    #[test]
    fn there_and_back_everything_is_as_it_was((world, seed) in any_tidy_case()) {
        let Some(tried) = changes::Tried::accepted(&world, &seed) else { return Ok(()) };
        let now = changes::NOW;
        if !tried.request.kind.rules().reversible() {
            return Ok(());
        }
        let mut state = State { world: world.clone(), facts: tried.facts.clone() };
        let done: Vec<_> = tried.plan.rows.iter().zip(&tried.rows).filter(|(planned, _)| planned.changes()).collect();
        done.iter().for_each(|(planned, _)| state.replay(&planned.delta, now));
        prop_assert_eq!(everything(&state.world, now), everything(&tried.plan.after, now));
        let back = done.iter().rev().map(|(planned, row)| restore(&row.kind, planned.delta.clone(), true, now));
        let back: Vec<_> = back.collect();
        let undone = plan(&state.world, tried.actor, &back, &state.facts, false, now);
        // Whoever left a group may have left what let them do it.
        let lacks = |row: &PlannedRow| matches!(row.outcome.why(), Some(Refusal::Lacks { .. }));
        if undone.rows.iter().any(lacks) {
            let held = |world| rolecall::domain::access::Access::new(world).held(tried.actor, None, now);
            prop_assert!(held(&world) != held(&state.world));
            return Ok(());
        }
        // Whoever gave a group something may not take it from a member of it who manages more.
        let above = |row: &PlannedRow| matches!(row.outcome.why(), Some(Refusal::Above { .. }));
        if undone.rows.iter().any(above) {
            let gains = |effect: &MemberEffect| !effect.gains.is_empty();
            prop_assert!(tried.request.kind.rules().target() != Target::Members);
            prop_assert!(done.iter().any(|(planned, _)| planned.effects.iter().any(gains)));
            return Ok(());
        }
        // A link is new, and given by the rules for giving.
        let of_link = |row: &Row| matches!(&*row.kind, Kind::Restore(restore) if restore.delta.makes_link());
        let beyond = |row: &PlannedRow| matches!(row.outcome.why(), Some(Refusal::Beyond { .. }));
        if back.iter().zip(&undone.rows).any(|(row, planned)| of_link(row) && beyond(planned)) {
            return Ok(());
        }
        for row in &undone.rows {
            prop_assert!(matches!(row.outcome, RowOutcome::Done | RowOutcome::Unchanged), "{:?}", row.outcome);
        }
        prop_assert_eq!(everything(&undone.after, now), everything(&world, now));
        undone.rows.iter().for_each(|row| state.replay(&row.delta, now));
        let again = plan(&state.world, tried.actor, &back, &state.facts, false, now);
        for (row, first) in again.rows.iter().zip(&undone.rows) {
            let since = row.outcome.why().is_some_and(Refusal::is_change_since);
            prop_assert!(since || first.outcome == RowOutcome::Unchanged, "{:?}", row.outcome);
        }
    }

    #[test]
    fn whoever_takes_back_the_change_of_another_hands_out_no_more((world, seed) in any_tidy_case()) {
        let Some(tried) = changes::Tried::accepted(&world, &seed) else { return Ok(()) };
        let now = changes::NOW;
        if !tried.request.kind.rules().reversible() {
            return Ok(());
        }
        let mut state = State { world, facts: tried.facts };
        let done: Vec<_> = tried.plan.rows.iter().zip(&tried.rows).filter(|(planned, _)| planned.changes()).collect();
        done.iter().for_each(|(planned, _)| state.replay(&planned.delta, now));
        let back: Vec<_> =
            done.iter().map(|(planned, row)| restore(&row.kind, planned.delta.clone(), false, now)).collect();
        for actor in state.world.members.iter().filter(|member| member.id != tried.actor).map(|member| member.id) {
            // Somebody who may try nearly anything, and holds little of it.
            let mut world = state.world.clone();
            let may = world.catalogue.managing();
            let may = may.iter().filter(|_| seed.to_group).map(|cap| (cap, edge()));
            let own = &mut world.members.iter_mut().find(|member| member.id == actor).unwrap().direct;
            own.retain(|(cap, _)| !seed.to_group || !state.world.catalogue.managing().has(*cap));
            own.extend(may);
            let undone = plan(&world, actor, &back, &state.facts, false, now);
            let changed = || undone.rows.iter().filter(|row| row.changes());
            let named: Vec<_> = changed().filter_map(|row| row.delta.of_one_member()).collect();
            changes::hands_out_no_more(&world, &undone.after, actor, &named)?;
            let held = |world| rolecall::domain::access::Access::new(world).held(actor, None, now);
            prop_assert!(held(&undone.after).within(held(&world)));
            let owners = |world: &Snapshot| -> Vec<_> {
                world.members.iter().filter(|one| one.owner).map(|one| one.id).collect()
            };
            prop_assert_eq!(owners(&undone.after), owners(&world));
        }
    }

    #[test]
    fn deltas_one_after_another_give_the_last_state(
        world in crate::worlds::any_world(false),
        seeds in proptest::collection::vec(changes::any_seed(), 1..7),
    ) {
        let mut world = crate::worlds::tidy(world);
        let able = world.members[0].id;
        crate::worlds::empower(&mut world, able, true);
        let facts: Facts = seeds[0].facts(&world);
        let first = State { world, facts };
        let (mut state, mut all) = (first.clone(), Vec::new());
        for (step, seed) in (1..).zip(&seeds) {
            let now = Timestamp(1 + step / 2);
            let actor = if seed.to_group { seed.actor(&state.world) } else { able };
            let request = seed.request(&state.world, &state.facts);
            let planned = plan(&state.world, actor, &rows(&request), &state.facts, false, now);
            if planned.refused.is_some() {
                continue;
            }
            let deltas: Vec<_> = planned.rows.iter().map(|row| numbered(&row.delta, step)).collect();
            deltas.iter().for_each(|delta| state.replay(delta, now));
            let after = numbered_world(planned.after, step);
            prop_assert_eq!(everything(&state.world, now), everything(&after, now));
            all.extend(deltas.into_iter().map(|delta| (now, delta)));
        }
        let mut again = first;
        all.iter().for_each(|(now, delta)| again.replay(delta, *now));
        prop_assert_eq!(everything(&again.world, Timestamp(9)), everything(&state.world, Timestamp(9)));
    }
}

#[test]
fn an_invitation_is_one_row_each() {
    let state = state();
    let viewer = role(&state, "viewer");
    let drafts = ["a@northwind.test", "A@Northwind.test", "noor@northwind.test", "b@northwind.test"];
    let drafts = drafts.map(|email| invitation(email, viewer)).to_vec();
    let done = run(&state, &rows(&Request::given(Invite { drafts })));
    let why: Vec<_> = done.rows.iter().map(|row| row.outcome.why().cloned()).collect();
    assert_eq!(why, [None, Some(Refusal::SameAddress { row: 1 }), Some(Refusal::InvitedAlready), None]);
    assert_eq!(done.after.members.len(), state.world.members.len() + 2);
}
