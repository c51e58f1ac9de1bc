//! Bulk changes as a whole: on rows of every kind, refused, overtaken, and judged on what all of them do.

use crate::{
    jobs::{done, everything, given, matching, rows, to_role, told, waiting_job},
    problems::problem,
    rights::manager,
    served::{OWNER, PEOPLE, World, import, row},
};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::HttpBackend,
        wire::{JobState, PageQuery, Plan, PlanKind, PlanRow, Problem, Resume, RowState, StartJob},
    },
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        change::Change,
        edge::Terms,
        id::MemberId,
        model::Effect,
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

const NOBODY_LEFT: &str = "no active administrator would remain";

const PENDING: &str = "zoe@northwind.test";

/// People beside those of the sample.
const MIXED: [(&str, &str); 4] = [
    ("marta@northwind.test", "Marketer"),
    ("ulla@northwind.test", "Administrator"),
    ("vito@northwind.test", "Viewer"),
    ("vanda@northwind.test", "Viewer"),
];

fn on(action: BulkAction, members: &[MemberId]) -> Bulk {
    Bulk { on: Selection::ids(members.iter().map(|member| member.0).collect()), action }
}

/// What a plan says of each row: `None` where it changes, else why it does not.
fn fates(plan: &Plan) -> Vec<Option<String>> {
    let fate = |kind: &PlanKind| match kind {
        PlanKind::Change { .. } => None,
        PlanKind::Same => Some("nothing to change".to_owned()),
        PlanKind::LeftOut { reason, .. } => Some(reason.to_string()),
    };
    plan.rows.iter().map(|row| fate(&plan.kinds[row.kind as usize])).collect()
}

/// A manager who is no administrator, on the owner, themselves, an administrator, and people who are
/// pending, deactivated, active, and so already. What is done to each, or why it is not.
async fn every_action_on_rows_of_every_kind() {
    const DONE: &str = "";
    let world = World::sample(60).await;
    world.bring_in(&MIXED).await;
    let (owner, marta) = (world.owner().await, manager(&world).await);
    world.invite(&owner, PENDING, "Viewer").await.unwrap();
    let (vanda, vito) = (world.id("vanda@northwind.test").await, world.id("vito@northwind.test").await);
    let ulla = world.id("ulla@northwind.test").await;
    world.apply(&owner, Change::Deactivate { member: vito, reason: None }).await.unwrap();
    let desk = world.make_group("Desk", &["content.read"]).await;
    let folder = world.folder("Logos").await;
    let grant =
        |effect| BulkAction::Grant { folder, capability: "content.write".into(), effect, terms: Terms::default() };
    let to_groups = || BulkAction::AddToGroups { groups: vec![desk], terms: Terms::default() };
    let zoe = world.id(PENDING).await;
    let ids = [world.id(&world.first).await, world.id("marta@northwind.test").await, ulla, zoe, vito, vanda];
    let left_out = ["this is the owner", "not on yourself", "holds more than you do"];
    let (beyond, so) = ("you do not hold devices.write", "nothing to change");
    let table = [
        // Of who is pending, deactivated, active.
        (to_role(world.role("Marketer").await.id), [DONE, DONE, DONE]),
        (to_role(world.role("Technician").await.id), [beyond, beyond, beyond]),
        (to_groups(), [DONE, DONE, DONE]),
        (to_groups(), [so, so, so]),
        (BulkAction::RemoveFromGroups { groups: vec![desk], reason: None }, [DONE, DONE, DONE]),
        (grant(Effect::Allow), [DONE, DONE, DONE]),
        (grant(Effect::Deny), [DONE, DONE, DONE]),
        (BulkAction::Deactivate { reason: None }, ["invited and not in yet", so, DONE]),
        (BulkAction::Remove { reason: None }, [DONE, DONE, DONE]),
    ];
    for (at, (action, others)) in table.into_iter().enumerate() {
        let what = format!("{at}, {}", action.name());
        let bulk = on(action, &ids);
        let plan = marta.plan(world.ws, &bulk).await.unwrap();
        let before = everything(&world).await;
        let job = done(&world, &marta, &StartJob { bulk, digest: Some(plan.digest.clone()) }).await;
        let after = everything(&world).await;
        let made = rows(&world, &marta, job.id, "").await;
        // What is so already is no row of the job.
        let expected = fates(&plan).into_iter().zip(left_out.into_iter().chain(others)).filter(|(_, what)| *what != so);
        let expected: Vec<_> = expected.collect();
        assert_eq!(made.len(), expected.len(), "{what}");
        for (row, (planned, expected)) in made.iter().zip(expected) {
            let became = row.reason.as_ref().map(|reason| reason.raw().to_owned());
            assert_eq!(became, planned, "{what}: {}: what was planned is what became of it", row.name);
            assert!(became.unwrap_or_default().contains(expected), "{what}: {}: {planned:?}", row.name);
            let state = if expected == DONE { RowState::Applied } else { RowState::LeftOut };
            assert_eq!(row.state, state, "{what}: {}", row.name);
            let member = row.target.map(MemberId).unwrap();
            assert_eq!(before.get(&member) != after.get(&member), expected == DONE, "{what}: {}", row.name);
        }
        let counts = (job.total, job.applied, job.left_out, job.skipped, job.failed);
        assert_eq!(counts, (plan.change, plan.change, plan.left_out, 0, 0), "{what}");
        assert_eq!(told(&world, job.id).await.len() as u64, job.applied, "{what}");
    }
    world.store.verify_audit(world.ws).await.unwrap();
}

/// The administrators of a pack without an owner: the first, Adele, and Bo, who has no way to sign in. Only
/// the others keep the workspace, and Bo may change both.
async fn two_who_count() -> (World, HttpBackend) {
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
    let whole = async |action: BulkAction| {
        let name = action.name();
        let before = (everything(&world).await, bo.workspace(world.ws).await.unwrap().revision);
        let all = on(action.clone(), &ids);
        let plan = bo.plan(world.ws, &all).await.unwrap();
        assert_eq!(plan.refused, Some(NOBODY_LEFT.into()), "{name}: {plan:?}");
        assert_eq!((plan.change, plan.confirm), (2, true), "{name}: the rows are told all the same");
        let start = StartJob { bulk: all, digest: Some(plan.digest) };
        match bo.start_job(world.ws, &start, &world.key()).await {
            Err(ApiError::Conflict { field: None, message }) => assert_eq!(message.raw(), NOBODY_LEFT, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
        let after = (everything(&world).await, bo.workspace(world.ws).await.unwrap().revision);
        assert_eq!(after, before, "{name}: nothing is done");
        // All but one may go: that is told, and is theirs to decide.
        let fewer = bo.plan(world.ws, &on(action, &ids[..1])).await.unwrap();
        assert_eq!((fewer.refused, fewer.change), (None, 1), "{name}");
        assert!(!fewer.warnings.is_empty(), "{name}: few remain");
    };
    whole(to_role(viewer)).await;
    whole(BulkAction::Deactivate { reason: None }).await;
    whole(BulkAction::Remove { reason: None }).await;
    // The same where they are administrators by a group.
    let keys: Vec<String> = world.role("Administrator").await.capabilities;
    let board = world.make_group("Board", &keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for member in ids {
        let add = Change::SetGroups { member, add: vec![board], remove: vec![], terms: Terms::default() };
        world.apply(&bo, add).await.unwrap();
    }
    assert_eq!(done(&world, &bo, &StartJob { bulk: on(to_role(viewer), &ids), digest: None }).await.applied, 2);
    whole(BulkAction::RemoveFromGroups { groups: vec![board], reason: None }).await;
    assert!(bo.jobs(world.ws, &PageQuery::default()).await.unwrap().items.len() == 1, "no job of what was refused");
}

async fn rows_that_would_leave_no_administrator_fail_when_others_went_meanwhile() {
    let (world, bo) = two_who_count().await;
    let people = [world.first.as_str(), "adele@northwind.test"];
    let viewer = world.role("View only").await.id;
    world.bring_in(&[("ada@northwind.test", "Administrator")]).await;
    // With Ada there it could begin; without her it cannot end.
    let job = waiting_job(&world, "bo@northwind.test", &people, viewer).await;
    let ada = world.id("ada@northwind.test").await;
    world.apply(&bo, Change::Deactivate { member: ada, reason: None }).await.unwrap();
    bo.resume_job(world.ws, job, Resume::default()).await.unwrap();
    let ended = bo.watch_job(world.ws, job, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.applied, ended.failed), (JobState::Done, 1, 1));
    let failed = rows(&world, &bo, job, "failed").await;
    assert_eq!((failed[0].name.raw(), failed[0].reason.as_ref().unwrap().raw()), (people[1], NOBODY_LEFT));
    assert_eq!(told(&world, job).await.into_keys().collect::<Vec<_>>(), people[..1]);

    // Tried again once she is back, it is that row alone.
    world.apply(&bo, Change::Reactivate { member: ada, reason: None }).await.unwrap();
    bo.resume_job(world.ws, job, Resume { failed: true }).await.unwrap();
    let ended = bo.watch_job(world.ws, job, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.applied, ended.failed), (JobState::Done, 2, 0));
    assert_eq!(told(&world, job).await.into_values().collect::<Vec<_>>(), [1, 1]);
}

async fn what_is_refused_is_a_problem_that_says_what() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.secret("adele@northwind.test").await);
    let (vera, viewer) = (world.secret("vera@northwind.test").await, world.role("Viewer").await.id);
    let technician = world.role("Technician").await.id;
    let job = done(&world, &owner, &matching("role:viewer", to_role(technician))).await;
    let undone = done(&world, &owner, &given(BulkAction::Undo { job: job.id, reason: None })).await;
    let all = json!({ "matching": [{ "filter": "" }] });
    let (no_rows, ids) = (json!({}), json!({ "ids": [1, "two"] }));
    let set = |on: &Value| json!({ "on": on, "action": "set_roles", "roles": [viewer] });
    let ask = async |secret: &str, path: &str, body: &Value| -> Problem {
        let path = format!("/v1/workspaces/{{ws}}/{path}");
        let request = world.request("POST", &path, secret).header("Idempotency-Key", world.key());
        problem(request.json(body).send().await.unwrap()).await
    };
    let undo = |job: i64| json!({ "action": "undo", "job": job });
    let many: Vec<Value> =
        (0..1_001).map(|n| json!({ "email": format!("guest-{n}@northwind.test"), "roles": [viewer] })).collect();
    let shoes = json!({ "matching": [{ "filter": "shoe:42" }] });
    let mut with_digest = set(&all);
    with_digest["digest"] = "of another day".into();
    let (olga, resume) = (world.secret(OWNER).await, format!("jobs/{}/resume", job.id));
    let by = format!("job {} has taken this one back", undone.id);
    let table = [
        // Whose request, where, what, and the answer.
        (&vera, "plans", set(&all), 403, None, "you need members.read"),
        (&vera, "jobs", set(&all), 403, None, "you need members.manage"),
        (&adele, "plans", set(&no_rows), 422, Some("on"), "which rows"),
        (&adele, "plans", set(&shoes), 400, Some("filter"), "no field shoe"),
        (&adele, "plans", set(&ids), 400, Some("on.ids[1]"), "two"),
        (&adele, "plans", json!({ "on": all, "action": "fly" }), 400, None, "fly"),
        (&adele, "plans", undo(9_999), 404, None, "job"),
        (&adele, "jobs", with_digest, 412, None, "look at the plan again"),
        (&adele, "jobs", undo(9_999), 404, None, "job"),
        (&adele, "jobs", json!({ "on": no_rows, "action": "invite", "drafts": many }), 403, None, "1000"),
        (&adele, &resume, json!({ "failed": true }), 403, None, "only whoever began"),
        (&olga, &resume, json!({}), 409, None, &by),
    ];
    for (secret, path, body, status, field, said) in table {
        let problem = ask(secret, path, &body).await;
        let what = format!("{path} {:.200}", body.to_string());
        assert_eq!((problem.status, problem.field.as_deref()), (status, field), "{what}: {problem:?}");
        assert!(problem.detail.raw().contains(said), "{what}: {problem:?}");
    }
    assert_eq!(owner.jobs(world.ws, &PageQuery::default()).await.unwrap().items.len(), 2, "no job came of any");
    let none = world.request("POST", "/v1/workspaces/{ws}/jobs", &adele).json(&set(&all)).send().await.unwrap();
    let none = problem(none).await;
    assert_eq!((none.status, none.field.as_deref()), (400, Some("Idempotency-Key")), "{none:?}");
}

async fn only_what_changed_is_another_row_of_the_next_plan() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let mut start = matching("role:viewer", to_role(world.role("Technician").await.id));
    let plan = owner.plan(world.ws, &start.bulk).await.unwrap();
    assert!(plan.change > 10, "{plan:?}");
    // One has another way to something meanwhile, one is no viewer any more.
    let gains = |row: &&PlanRow| match &plan.kinds[row.kind as usize] {
        PlanKind::Change { gains, .. } => gains.iter().any(|item| item.capability == "devices.write"),
        PlanKind::Same | PlanKind::LeftOut { .. } => false,
    };
    let names: Vec<String> = plan.rows.iter().filter(gains).map(|row| row.name.raw().to_owned()).collect();
    let desk = world.make_group("Desk", &["devices.read", "devices.write"]).await;
    let add = Change::SetGroups {
        member: world.id(&names[3]).await,
        add: vec![desk],
        remove: vec![],
        terms: Terms::default(),
    };
    world.apply(&owner, add).await.unwrap();
    world.set_role(&owner, &names[5], "Analyst").await.unwrap();
    let revision = owner.workspace(world.ws).await.unwrap().revision;

    start.digest = Some(plan.digest.clone());
    let stale = owner.start_job(world.ws, &start, &world.key()).await;
    assert!(matches!(&stale, Err(ApiError::Stale(why)) if why.raw().contains("look at the plan again")), "{stale:?}");
    assert_eq!(owner.workspace(world.ws).await.unwrap().revision, revision, "nothing is done");

    let next = owner.plan(world.ws, &start.bulk).await.unwrap();
    let rows = |plan: &Plan| -> BTreeMap<String, PlanKind> {
        plan.rows.iter().map(|row| (row.name.raw().to_owned(), plan.kinds[row.kind as usize].clone())).collect()
    };
    let (was, is) = (rows(&plan), rows(&next));
    let changed: Vec<&String> = names.iter().filter(|name| was.get(*name) != is.get(*name)).collect();
    assert_eq!(changed, [&names[3], &names[5]], "the others are as they were looked at");
    assert!(is.keys().all(|name| was.contains_key(name)), "nobody new");
    start.digest = Some(next.digest);
    assert_eq!(done(&world, &owner, &start).await.applied, next.change);
}
