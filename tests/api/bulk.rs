//! Bulk changes as a whole: on rows of every kind, refused, overtaken, and judged on what all of them do.

use crate::{
    problems::problem,
    recorded::{code, done, everything, given, matching, pending_change, refused, rows, starting, to_role, told},
    rights::manager,
    served::{Client, OWNER, PEOPLE, World, import, row},
};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{ChangeState, PageQuery, Plan, PlanRow, Problem, Resume, Shape},
    },
    domain::{
        change::{Deactivate, Grant, Kind, Reactivate, Refusal, Remove, Request, Selection, SetGroups, To, Undo},
        edge::Terms,
        id::MemberId,
        model::Effect,
        plan::{Confirm, RowOutcome},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

crate::on_both! {
    every_action_on_rows_of_every_kind,
    all_administrators_at_once_are_refused_as_a_whole,
    rows_that_would_leave_no_administrator_fail_when_others_went_meanwhile,
    what_is_refused_is_a_problem_that_says_what,
    only_what_changed_is_another_row_of_the_next_plan,
}

const PENDING: &str = "zoe@northwind.test";

/// People beside those of the sample.
const MIXED: [(&str, &str); 4] = [
    ("marta@northwind.test", "Marketer"),
    ("ulla@northwind.test", "Administrator"),
    ("vito@northwind.test", "Viewer"),
    ("vanda@northwind.test", "Viewer"),
];

fn these(members: &[MemberId]) -> Selection {
    Selection::ids(members.iter().map(|member| member.0).collect())
}

/// What a plan says of each row: the code of why it is not done, else how it ends.
fn outcomes(plan: &Plan) -> Vec<&str> {
    let outcome = |row: &PlanRow| {
        let outcome = &plan.shapes[row.shape as usize].outcome;
        outcome.why().map_or(outcome.name(), Refusal::code)
    };
    plan.rows.iter().map(outcome).collect()
}

/// A manager who is no administrator, on the owner, themselves, an administrator, and people who are
/// pending, deactivated, active, and so already. What is done to each, or why it is not.
async fn every_action_on_rows_of_every_kind() {
    const DONE: &str = "done";
    const SO: &str = "unchanged";
    let world = World::sample(60).await;
    world.bring_in(&MIXED).await;
    let (owner, marta) = (world.owner().await, manager(&world).await);
    world.invite(&owner, PENDING, "Viewer").await.unwrap();
    let (vanda, vito) = (world.id("vanda@northwind.test").await, world.id("vito@northwind.test").await);
    let ulla = world.id("ulla@northwind.test").await;
    world.apply(&owner, Request::one(vito.0, Deactivate { reason: None })).await.unwrap();
    let desk = world.make_group("Desk", &["content.read"]).await;
    let folder = world.folder("Logos").await;
    let grant =
        |effect| Grant { folder, capability: "content.write".into(), effect, terms: Terms::default(), to: To::Members };
    let to_groups = || SetGroups { add: vec![desk], ..SetGroups::default() };
    let zoe = world.id(PENDING).await;
    let ids = [world.id(&world.first).await, world.id("marta@northwind.test").await, ulla, zoe, vito, vanda];
    let left_out = ["owner", "yourself", "above"];
    let table: [(Kind, [&str; 3]); 9] = [
        // Of who is pending, deactivated, active.
        (to_role(world.role("Marketer").await.id), [DONE, DONE, DONE]),
        (to_role(world.role("Technician").await.id), ["beyond", "beyond", "beyond"]),
        (to_groups().into(), [DONE, DONE, DONE]),
        (to_groups().into(), [SO, SO, SO]),
        (SetGroups { remove: vec![desk], ..SetGroups::default() }.into(), [DONE, DONE, DONE]),
        (grant(Effect::Allow).into(), [DONE, DONE, DONE]),
        (grant(Effect::Deny).into(), [DONE, DONE, DONE]),
        (Deactivate { reason: None }.into(), ["pending", SO, DONE]),
        (Remove { reason: None }.into(), [DONE, DONE, DONE]),
    ];
    for (at, (kind, others)) in table.into_iter().enumerate() {
        let what = format!("{at}, {}", kind.name());
        let of_grant = matches!(kind, Kind::Grant(_));
        let mut start = starting(these(&ids), kind);
        let plan = marta.plan(world.ws, &start.request).await.unwrap();
        let mut expected: Vec<&str> = left_out.into_iter().chain(others).collect();
        if others == [DONE; 3] && at == 4 {
            expected[2] = SO; // Ulla is in no group.
        }
        let planned = outcomes(&plan);
        assert_eq!(planned[1..], expected[1..], "{what}");
        assert!(planned[0] == "owner" || of_grant && planned[0].starts_with("owner"), "{what}: {planned:?}");
        let before = everything(&world).await;
        start.digest = Some(plan.digest.clone());
        if plan.change == 0 {
            let refused = refused(marta.start_change(world.ws, &start, &world.key()).await);
            assert_eq!((refused, everything(&world).await), ("nothing_changes", before), "{what}");
            continue;
        }
        let change = done(&world, &marta, &start).await;
        let after = everything(&world).await;
        let made = rows(&world, &marta, change.id, "").await;
        // What is so already is no row of the change.
        let planned: Vec<&str> = planned.into_iter().filter(|outcome| *outcome != SO).collect();
        assert_eq!(made.len(), planned.len(), "{what}");
        for (row, planned) in made.iter().zip(planned) {
            let became = if row.outcome == Some(RowOutcome::Done) { DONE } else { code(row) };
            assert_eq!(became, planned, "{what}: {}: what was planned is what became of it", row.name);
            assert_eq!(row.state(), if planned == DONE { "done" } else { "skipped" }, "{what}: {}", row.name);
            let member = row.target.map(MemberId).unwrap();
            assert_eq!(before.get(&member) != after.get(&member), planned == DONE, "{what}: {}", row.name);
        }
        let counts = (change.total, change.done, change.left_out, change.skipped, change.failed);
        assert_eq!(counts, (plan.change, plan.change, plan.skipped, 0, 0), "{what}");
        assert_eq!(told(&world, change.id).await.len() as u64, change.done, "{what}");
    }
    world.store.verify_audit(world.ws).await.unwrap();
}

/// The administrators of a pack without an owner: the first, Adele, and Bo, who has no way to sign in. Only
/// the others keep the workspace, and Bo may change both.
async fn two_who_count() -> (World, Client) {
    let world = World::of_pack("brands", |_| ()).await;
    world.bring_in(&PEOPLE[..1]).await;
    let bo = import(vec![row(2, "bo@northwind.test", "", "Administrator", &[])]);
    world.owner().await.import(world.ws, &bo, &world.key()).await.unwrap();
    let bo = world.acting("bo@northwind.test").await;
    (world, bo)
}

async fn all_administrators_at_once_are_refused_as_a_whole() {
    let (world, bo) = two_who_count().await;
    let ids = [world.id(&world.first).await, world.id("adele@northwind.test").await];
    let viewer = world.role("View only").await.id;
    let whole = async |kind: Kind| {
        let name = kind.name();
        let before = (everything(&world).await, bo.workspace(world.ws).await.unwrap().revision);
        let mut all = starting(these(&ids), kind.clone());
        let plan = bo.plan(world.ws, &all.request).await.unwrap();
        assert_eq!(plan.refused, Some(Refusal::LastAdministrator), "{name}: {plan:?}");
        assert_eq!(plan.change, 2, "{name}: the rows are told all the same");
        assert_ne!(plan.confirm, Confirm::Enter, "{name}");
        all.digest = Some(plan.digest);
        assert_eq!(refused(bo.start_change(world.ws, &all, &world.key()).await), "last_administrator", "{name}");
        let after = (everything(&world).await, bo.workspace(world.ws).await.unwrap().revision);
        assert_eq!(after, before, "{name}: nothing is done");
        // All but one may go: that is told, and is theirs to decide.
        let fewer = bo.plan(world.ws, &starting(these(&ids[..1]), kind).request).await.unwrap();
        assert_eq!((fewer.refused, fewer.change), (None, 1), "{name}");
        assert!(!fewer.warnings.is_empty(), "{name}: few remain");
    };
    whole(to_role(viewer)).await;
    whole(Deactivate { reason: None }.into()).await;
    whole(Remove { reason: None }.into()).await;
    // The same where they are administrators by a group.
    let keys: Vec<String> = world.role("Administrator").await.capabilities;
    let board = world.make_group("Board", &keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for member in ids {
        let add = Request::one(member.0, SetGroups { add: vec![board], ..SetGroups::default() });
        world.apply(&bo, add).await.unwrap();
    }
    let so_far = bo.changes(world.ws, &PageQuery::default()).await.unwrap().items.len();
    assert_eq!(done(&world, &bo, &starting(these(&ids), to_role(viewer))).await.done, 2);
    whole(SetGroups { remove: vec![board], ..SetGroups::default() }.into()).await;
    let changes = bo.changes(world.ws, &PageQuery::default()).await.unwrap().items.len();
    assert_eq!(changes, so_far + 1, "no change of what was refused");
}

async fn rows_that_would_leave_no_administrator_fail_when_others_went_meanwhile() {
    let (world, bo) = two_who_count().await;
    let people = [world.first.as_str(), "adele@northwind.test"];
    let viewer = world.role("View only").await.id;
    world.bring_in(&[("ada@northwind.test", "Administrator")]).await;
    // With Ada there it could begin; without her it cannot end.
    let change = pending_change(&world, "bo@northwind.test", &people, viewer).await;
    let ada = world.id("ada@northwind.test").await;
    world.apply(&bo, Request::one(ada.0, Deactivate { reason: None })).await.unwrap();
    bo.resume_change(world.ws, change, Resume::default()).await.unwrap();
    let ended = bo.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.done, ended.failed), (ChangeState::Done, 1, 1));
    let failed = rows(&world, &bo, change, "failed").await;
    assert_eq!((failed[0].name.raw(), code(&failed[0])), (people[1], "last_administrator"));
    assert_eq!(told(&world, change).await.into_keys().collect::<Vec<_>>(), people[..1]);

    // Tried again once she is back, it is that row alone.
    world.apply(&bo, Request::one(ada.0, Reactivate { reason: None })).await.unwrap();
    bo.resume_change(world.ws, change, Resume { failed: true }).await.unwrap();
    let ended = bo.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.done, ended.failed), (ChangeState::Done, 2, 0));
    assert_eq!(told(&world, change).await.into_values().collect::<Vec<_>>(), [1, 1]);
}

async fn what_is_refused_is_a_problem_that_says_what() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.secret("adele@northwind.test").await);
    let (vera, viewer) = (world.secret("vera@northwind.test").await, world.role("Viewer").await.id);
    let technician = world.role("Technician").await.id;
    let change = done(&world, &owner, &matching("role:viewer", to_role(technician))).await;
    done(&world, &owner, &given(Undo { change: change.id, reason: None })).await;
    let all = json!({ "matching": [{ "filter": "" }] });
    let (no_rows, ids) = (json!({}), json!({ "ids": [1, "two"] }));
    let set = |on: &Value| json!({ "on": on, "action": "set_roles", "roles": [viewer] });
    let ask = async |secret: &str, path: &str, body: &Value| -> Problem {
        let path = format!("/v1/workspaces/{{ws}}/{path}");
        let request = world.request("POST", &path, secret).header("Idempotency-Key", world.key());
        problem(request.json(body).send().await.unwrap()).await
    };
    let undo = |change: i64| json!({ "action": "undo", "change": change });
    let many: Vec<Value> =
        (0..1_001).map(|n| json!({ "email": format!("guest-{n}@northwind.test"), "roles": [viewer] })).collect();
    let shoes = json!({ "matching": [{ "filter": "shoe:42" }] });
    let mut with_digest = set(&all);
    with_digest["digest"] = "of another day".into();
    let (olga, resume) = (world.secret(OWNER).await, format!("changes/{}/resume", change.id));
    let begun = async || owner.changes(world.ws, &PageQuery::default()).await.unwrap().items.len();
    let so_far = begun().await;
    let table = [
        // Whose request, where, what, and the answer: its code, or what is in its detail.
        (&vera, "plans", set(&all), 403, None, "lacks"),
        (&vera, "changes", set(&all), 403, None, "lacks"),
        (&adele, "plans", set(&no_rows), 422, Some("on"), "required"),
        (&adele, "plans", set(&shoes), 400, Some("filter"), "shoe"),
        (&adele, "plans", set(&ids), 400, Some("on.ids[1]"), "two"),
        (&adele, "plans", json!({ "on": all, "action": "fly" }), 400, None, "fly"),
        (&adele, "plans", undo(9_999), 404, None, "change"),
        (&adele, "changes", with_digest, 412, None, "changed since"),
        (&adele, "changes", undo(9_999), 404, None, "change"),
        (&adele, "changes", json!({ "on": no_rows, "action": "invite", "drafts": many }), 422, Some("on"), "too_many"),
        (&adele, &resume, json!({ "failed": true }), 403, None, "not_yours"),
        (&olga, &resume, json!({}), 409, None, "undone_already"),
    ];
    for (secret, path, body, status, field, said) in table {
        let problem = ask(secret, path, &body).await;
        let what = format!("{path} {:.200}", body.to_string());
        assert_eq!((problem.status, problem.field.as_deref()), (status, field), "{what}: {problem:?}");
        match &problem.refusal {
            Some(refusal) => assert_eq!(refusal.code(), said, "{what}"),
            None => assert!(problem.detail.raw().contains(said), "{what}: {problem:?}"),
        }
    }
    assert_eq!(begun().await, so_far, "no change came of any");
    let none = world.request("POST", "/v1/workspaces/{ws}/changes", &adele).json(&set(&all)).send().await.unwrap();
    let none = problem(none).await;
    assert_eq!((none.status, none.field.as_deref()), (400, Some("Idempotency-Key")), "{none:?}");
}

async fn only_what_changed_is_another_row_of_the_next_plan() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let mut start = matching("role:viewer", to_role(world.role("Technician").await.id));
    let plan = owner.plan(world.ws, &start.request).await.unwrap();
    assert!(plan.change > 10, "{plan:?}");
    // One has another way to something meanwhile, one is no viewer any more.
    let gains =
        |row: &&PlanRow| plan.shapes[row.shape as usize].gains.iter().any(|item| item.capability == "devices.write");
    let names: Vec<String> = plan.rows.iter().filter(gains).map(|row| row.name.raw().to_owned()).collect();
    let desk = world.make_group("Desk", &["devices.read", "devices.write"]).await;
    let add = Request::one(
        world.id(&names[3]).await.0,
        SetGroups { add: vec![desk], remove: vec![], terms: Terms::default() },
    );
    world.apply(&owner, add).await.unwrap();
    world.set_role(&owner, &names[5], "Analyst").await.unwrap();
    let revision = owner.workspace(world.ws).await.unwrap().revision;

    start.digest = Some(plan.digest.clone());
    let stale = owner.start_change(world.ws, &start, &world.key()).await;
    assert!(matches!(&stale, Err(ApiError::Stale(_))), "{stale:?}");
    assert_eq!(owner.workspace(world.ws).await.unwrap().revision, revision, "nothing is done");

    let next = owner.plan(world.ws, &start.request).await.unwrap();
    let rows = |plan: &Plan| -> BTreeMap<String, Shape> {
        plan.rows.iter().map(|row| (row.name.raw().to_owned(), plan.shapes[row.shape as usize].clone())).collect()
    };
    let (was, is) = (rows(&plan), rows(&next));
    let changed: Vec<&String> = names.iter().filter(|name| was.get(*name) != is.get(*name)).collect();
    assert_eq!(changed, [&names[3], &names[5]], "the others are as they were looked at");
    assert!(is.keys().all(|name| was.contains_key(name)), "nobody new");
    start.digest = Some(next.digest);
    assert_eq!(done(&world, &owner, &start).await.done, next.change);
}
