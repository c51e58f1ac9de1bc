//! Changes: a bulk change is begun once, does each row once, says what became of each, can be stopped, gone
//! on with and taken back.

use crate::served::{OWNER, World, accept, invite};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::HttpBackend,
        wire::{Change, ChangeRow, ChangeState, PageQuery, Resume, StartChange},
    },
    domain::{
        change::{
            Cancel, Deactivate, Facts, Grant, Invite, Kind, Refusal, Remove, Rename, Request, Resend, Row, Selection,
            SetGroups, SetRoles, Thing, To, Undo,
        },
        edge::{Edge, Terms},
        id::{ChangeId, GroupId, MemberId, RoleId},
        model::{Effect, MemberStatus, Subject},
        plan::{self, RowOutcome},
        time::Timestamp,
    },
    server::store::{NewChange, NewRow, Scope, What},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

crate::on_both! {
    every_row_is_done_once_and_told,
    the_same_key_is_the_same_change,
    a_plan_that_is_overtaken_is_looked_at_again,
    rows_left_out_are_left_out_visibly,
    rights_are_those_that_the_actor_has_when_a_row_runs,
    whose_roles_somebody_else_changed_meanwhile_is_skipped_and_named,
    a_change_that_is_stopped_goes_on_where_it_stopped,
    others_see_a_change_and_do_not_resume_it,
    what_was_done_is_taken_back_exactly,
    what_was_changed_since_is_not_taken_back,
    half_a_change_is_taken_back_and_never_finished,
    links_are_for_whoever_made_the_change,
    more_invitations_than_may_be_sent_are_refused_together,
}

fn terms() -> Terms {
    Terms { reason: Some("the new season".into()), ..Terms::default() }
}

pub fn to_role(role: RoleId) -> Kind {
    SetRoles { roles: vec![role], terms: terms() }.into()
}

pub fn starting(on: Selection, kind: impl Into<Kind>) -> StartChange {
    StartChange { request: Request { on, kind: kind.into() }, digest: None, password: None }
}

pub fn matching(filter: &str, kind: impl Into<Kind>) -> StartChange {
    starting(Selection::matching(filter), kind)
}

pub fn given(kind: impl Into<Kind>) -> StartChange {
    starting(Selection::default(), kind)
}

/// The code of why a row is not done.
pub fn code(row: &ChangeRow) -> &'static str {
    row.outcome.as_ref().and_then(RowOutcome::why).map_or("", Refusal::code)
}

/// The code of a refusal.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> &'static str {
    match answer {
        Err(ApiError::Refused(why)) => why.code(),
        other => panic!("not refused: {other:?}"),
    }
}

/// Begins a change and waits for its end.
pub async fn done(world: &World, actor: &HttpBackend, start: &StartChange) -> Change {
    let change = actor.start_change(world.ws, start, &world.key()).await.unwrap();
    let mut told = Vec::new();
    let last = actor.watch_change(world.ws, change.id, |change| told.push(change)).await.unwrap();
    assert_eq!(told.last(), Some(&last), "the last line is how it ended");
    assert!(told.windows(2).all(|two| two[0].done <= two[1].done), "it never goes back");
    last
}

pub async fn rows(world: &World, actor: &HttpBackend, change: ChangeId, state: &str) -> Vec<ChangeRow> {
    let query = PageQuery { filter: state.into(), limit: Some(500), ..PageQuery::default() };
    actor.change_rows(world.ws, change, &query).await.unwrap().items
}

/// How often each target is named by events of a change.
pub async fn told(world: &World, change: ChangeId) -> BTreeMap<String, usize> {
    crate::told::told(&world.store, world.ws, change).await
}

pub type Edges = BTreeMap<String, String>;

/// Everyone's state and everything held by an edge, with the edges as they are.
pub async fn everything(world: &World) -> BTreeMap<MemberId, (MemberStatus, Edges)> {
    let all = world.store.snapshot(world.ws, &Scope::All, world.now()).await.unwrap();
    let mut everyone: BTreeMap<_, _> = all
        .members
        .iter()
        .map(|member| {
            let edge = |edge: &Edge| serde_json::to_string(edge).unwrap();
            let roles = member.roles.iter().map(|(id, held)| (format!("role {id}"), edge(held)));
            let groups = member.groups.iter().map(|(id, held)| (format!("group {id}"), edge(held)));
            let direct = member.direct.iter().map(|(cap, held)| (format!("direct {cap:?}"), edge(held)));
            (member.id, (member.status, roles.chain(groups).chain(direct).collect::<Edges>()))
        })
        .collect();
    for grant in &all.grants {
        if let Subject::Member(member) = grant.subject {
            let what = format!("grant {} {} {:?} {:?}", grant.id, grant.folder, grant.capability, grant.effect);
            let edges = &mut everyone.get_mut(&member).unwrap().1;
            edges.insert(what, serde_json::to_string(&grant.edge).unwrap());
        }
    }
    everyone
}

async fn every_row_is_done_once_and_told() {
    let world = World::sample(300).await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let change = done(&world, &owner, &matching("role:viewer", to_role(technician))).await;
    assert_eq!((change.state, change.failed, change.pending()), (ChangeState::Done, 0, 0));
    assert_eq!((change.action.as_str(), change.mine), ("set_roles", true));
    assert_eq!(change.what, [Thing::Role { name: "Technician".into(), until: None }]);
    assert_eq!(change.reason, Some("the new season".into()));
    assert_eq!((change.filter.clone(), change.name.clone()), (Some("role:viewer".into()), None));
    assert!(change.done > 50 && change.ended_at.is_some() && change.per_second.is_none(), "{change:?}");
    let applied = rows(&world, &owner, change.id, "done").await;
    assert_eq!(applied.len() as u64, change.done);
    let told = told(&world, change.id).await;
    assert_eq!(told.len(), applied.len());
    assert!(told.values().all(|times| *times == 1));
    for row in &applied {
        assert_eq!(row.before, [Thing::Role { name: "Viewer".into(), until: None }]);
        assert_eq!(row.after, change.what);
        let member = owner.member(world.ws, MemberId(row.target.unwrap())).await.unwrap();
        assert_eq!(member.roles.iter().map(|role| role.id).collect::<Vec<_>>(), [technician], "{}", row.name);
    }
    world.store.verify_audit(world.ws).await.unwrap();
    let listed = owner.changes(world.ws, &PageQuery::default()).await.unwrap().items;
    assert_eq!(listed, [change]);
}

async fn the_same_key_is_the_same_change() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let (technician, analyst) = (world.role("Technician").await.id, world.role("Analyst").await.id);
    let start = matching("role:viewer", to_role(technician));
    let first = owner.start_change(world.ws, &start, "one-key").await.unwrap();
    let again = owner.start_change(world.ws, &start, "one-key").await.unwrap();
    assert_eq!(first.id, again.id);
    // Who never heard the answer may have looked at another plan since: that is no other change.
    let looked_at = StartChange { digest: Some("of another day".into()), ..start.clone() };
    assert_eq!(owner.start_change(world.ws, &looked_at, "one-key").await.unwrap().id, first.id);
    let other = owner.start_change(world.ws, &matching("role:viewer", to_role(analyst)), "one-key").await;
    assert!(matches!(other, Err(ApiError::Invalid { .. })), "{other:?}");
    // Nor is it good for a change of another kind, and the other way round.
    let mut write = world.write(world.role_change("oli@northwind.test", "Viewer").await);
    write.key = "one-key".into();
    assert!(matches!(owner.apply(world.ws, &write).await, Err(ApiError::Invalid { .. })));
    write.key = "of-a-change".into();
    owner.apply(world.ws, &write).await.unwrap();
    let taken = owner.start_change(world.ws, &start, "of-a-change").await;
    assert!(matches!(taken, Err(ApiError::Invalid { .. })), "{taken:?}");
    owner.watch_change(world.ws, first.id, |_| ()).await.unwrap();
    let begun = PageQuery { filter: "set_roles".into(), ..PageQuery::default() };
    assert_eq!(owner.changes(world.ws, &begun).await.unwrap().items.len(), 2);
}

async fn a_plan_that_is_overtaken_is_looked_at_again() {
    let world = World::new().await;
    let owner = world.owner().await;
    let mut start = matching("role:viewer", to_role(world.role("Technician").await.id));
    let plan = owner.plan(world.ws, &start.request).await.unwrap();
    start.digest = Some(plan.digest);
    world.set_role(&owner, "vera@northwind.test", "Analyst").await.unwrap();
    let stale = owner.start_change(world.ws, &start, &world.key()).await;
    assert!(matches!(stale, Err(ApiError::Stale(_))), "{stale:?}");
    let begun = PageQuery { filter: "set_roles".into(), ..PageQuery::default() };
    assert_eq!(owner.changes(world.ws, &begun).await.unwrap().items.len(), 1, "hers alone");
    start.digest = Some(owner.plan(world.ws, &start.request).await.unwrap().digest);
    assert_eq!(done(&world, &owner, &start).await.done, 1);
}

async fn rows_left_out_are_left_out_visibly() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    let change = done(&world, &adele, &matching("", to_role(world.role("Viewer").await.id))).await;
    let left_out = rows(&world, &adele, change.id, "skipped").await;
    let why = |email: &str| left_out.iter().find(|row| row.name.raw() == email).map(code);
    assert_eq!(why("olga@northwind.test"), Some("owner"), "{left_out:?}");
    assert_eq!(why("adele@northwind.test"), Some("yourself"), "{left_out:?}");
    assert_eq!(left_out.len(), 2, "{left_out:?}");
    // Three of those that are Viewers already; they are no rows, and nobody waits for who is left out.
    assert_eq!((change.state, change.total, change.done, change.left_out), (ChangeState::Done, 3, 3, 2));
    assert_eq!((change.skipped, change.failed), (0, 0), "these are for what nobody planned");
    let names: Vec<_> = rows(&world, &adele, change.id, "").await.into_iter().map(|row| row.name).collect();
    assert!(names.len() == 5 && !names.contains(&"vera@northwind.test".into()), "{names:?}");
    assert!(rows(&world, &adele, change.id, "unchanged").await.is_empty());
    let wrong = PageQuery { filter: "odd".into(), ..PageQuery::default() };
    assert!(matches!(adele.change_rows(world.ws, change.id, &wrong).await, Err(ApiError::Invalid { .. })));
}

/// A change as a kill left it a while ago, before its first batch: rows that wait, and nobody at work.
pub async fn pending_change(world: &World, actor: &str, people: &[&str], role: RoleId) -> ChangeId {
    let (actor, now) = (world.store.account_by_email(actor).await.unwrap().unwrap().id, world.now());
    let before = world.store.snapshot(world.ws, &Scope::All, now).await.unwrap();
    let by = before.members.iter().find(|member| member.account == actor).unwrap().id;
    let id = |email: &&str| before.members.iter().find(|member| member.email.raw() == *email).unwrap().id.0;
    let ids: Vec<i64> = people.iter().map(id).collect();
    let kind = Arc::new(Kind::from(SetRoles { roles: vec![role], terms: Terms::default() }));
    let rows: Vec<Row> = ids.iter().map(|id| Row { target: Some(*id), name: None, kind: kind.clone() }).collect();
    let planned = plan::plan(&before, by, &rows, &Facts::default(), true, now);
    let row = |(item, (row, planned)): (i64, (&Row, &plan::PlannedRow))| {
        assert!(planned.changes(), "{planned:?}");
        let (name, planned) = (planned.name.clone(), Ok(row.fingerprint(&planned.delta, now)));
        NewRow { item, target: row.target, name, planned }
    };
    let rows: Vec<NewRow> = (0..).zip(rows.iter().zip(&planned.rows)).map(row).collect();
    let new = NewChange {
        actor,
        key: world.key(),
        body_hash: String::new(),
        request: Request { on: Selection::ids(ids), kind: Kind::clone(&kind) },
        what: What::default(),
        name: None,
        undoes: None,
        at: Timestamp(now.0 - 60),
    };
    let mut tx = world.store.begin(world.ws).await.unwrap();
    let change = tx.record_change(&new, &rows).await.unwrap();
    tx.commit().await.unwrap();
    change
}

async fn rights_are_those_that_the_actor_has_when_a_row_runs() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.acting("adele@northwind.test").await);
    let people = ["vera@northwind.test", "victor@northwind.test"];
    let technician = world.role("Technician").await.id;
    let change = pending_change(&world, "adele@northwind.test", &people, technician).await;
    let left = owner.change(world.ws, change).await.unwrap();
    assert_eq!((left.state, left.pending()), (ChangeState::Stopped, 2));

    world.set_role(&owner, "adele@northwind.test", "Viewer").await.unwrap();
    adele.resume_change(world.ws, change, Resume::default()).await.unwrap();
    let ended = owner.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.done, ended.failed), (ChangeState::Done, 0, 2));
    for row in rows(&world, &owner, change, "failed").await {
        let why = row.outcome.as_ref().and_then(RowOutcome::why);
        assert_eq!(why, Some(&Refusal::Lacks { capability: "members.manage".into() }));
    }
    // Resumed as it is there is nothing to do; with what failed there is.
    assert_eq!(adele.resume_change(world.ws, change, Resume::default()).await.unwrap().failed, 2);
    world.set_role(&owner, "adele@northwind.test", "Administrator").await.unwrap();
    adele.resume_change(world.ws, change, Resume { failed: true }).await.unwrap();
    let ended = owner.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.done, ended.failed), (ChangeState::Done, 2, 0));
    assert_eq!(told(&world, change).await.into_values().collect::<Vec<_>>(), [1, 1]);

    let closed = pending_change(&world, "adele@northwind.test", &people, world.role("Viewer").await.id).await;
    let adele_is = world.id("adele@northwind.test").await;
    world.apply(&owner, Request::one(adele_is.0, Deactivate { reason: None })).await.unwrap();
    assert!(matches!(adele.resume_change(world.ws, closed, Resume::default()).await, Err(ApiError::Missing(_))));
}

async fn whose_roles_somebody_else_changed_meanwhile_is_skipped_and_named() {
    let world = World::new().await;
    let owner = world.owner().await;
    let people = ["vera@northwind.test", "victor@northwind.test"];
    let change = pending_change(&world, &world.first, &people, world.role("Technician").await.id).await;
    world.set_role(&owner, "vera@northwind.test", "Administrator").await.unwrap();
    // What does not touch the roles that are replaced is nothing against it.
    world
        .apply(&owner, Request::one(world.id("victor@northwind.test").await.0, Rename { name: "V".into() }))
        .await
        .unwrap();

    owner.resume_change(world.ws, change, Resume::default()).await.unwrap();
    let ended = owner.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.done, ended.skipped, ended.failed), (ChangeState::Done, 1, 1, 0));
    let skipped = rows(&world, &owner, change, "skipped").await;
    let told: Vec<_> = skipped.iter().map(|row| (row.name.raw(), code(row))).collect();
    assert_eq!(told, [("vera@northwind.test", "changed_since")]);
    let after = world.store.snapshot(world.ws, &Scope::All, world.now()).await.unwrap();
    let vera = after.members.iter().find(|member| member.email.raw() == "vera@northwind.test").unwrap();
    assert_eq!(vera.roles[0].0, world.role("Administrator").await.id, "whoever did that meant it");
}

async fn a_change_that_is_stopped_goes_on_where_it_stopped() {
    let world = World::sample(700).await;
    let owner = world.owner().await;
    let start = matching("!role:technician", to_role(world.role("Technician").await.id));
    let change = owner.start_change(world.ws, &start, &world.key()).await.unwrap();
    let stopped = owner.stop_change(world.ws, change.id).await.unwrap();
    assert_ne!(stopped.state, ChangeState::Running, "it answers when it has stopped");
    assert_eq!(stopped.state == ChangeState::Stopped, stopped.pending() > 0);
    let waiting = rows(&world, &owner, change.id, "pending").await;
    assert_eq!(waiting.len() as u64, stopped.pending().min(500));
    let stays = owner.change(world.ws, change.id).await.unwrap();
    assert_eq!(stays.done, stopped.done, "stopped, nothing more is done");

    owner.resume_change(world.ws, change.id, Resume::default()).await.unwrap();
    let ended = owner.watch_change(world.ws, change.id, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.failed, ended.pending()), (ChangeState::Done, 0, 0));
    let told = told(&world, change.id).await;
    assert_eq!(told.len() as u64, ended.done);
    assert!(told.values().all(|times| *times == 1), "a row was done twice");
}

async fn others_see_a_change_and_do_not_resume_it() {
    let world = World::new().await;
    let people = ["vera@northwind.test"];
    let change = pending_change(&world, "adele@northwind.test", &people, world.role("Technician").await.id).await;
    let (arthur, tom) = (world.acting("arthur@northwind.test").await, world.acting("tom@northwind.test").await);
    let seen = arthur.change(world.ws, change).await.unwrap();
    assert_eq!((seen.mine, seen.actor.raw()), (false, "adele@northwind.test"));
    assert!(matches!(arthur.resume_change(world.ws, change, Resume::default()).await, Err(ApiError::Refused(_))));
    assert_eq!(arthur.stop_change(world.ws, change).await.unwrap().state, ChangeState::Stopped);
    // Nor does whoever may not see members see who was changed.
    assert!(matches!(tom.change(world.ws, change).await, Err(ApiError::Refused(_))));
    assert!(matches!(tom.change_rows(world.ws, change, &PageQuery::default()).await, Err(ApiError::Refused(_))));
    assert!(matches!(tom.stop_change(world.ws, change).await, Err(ApiError::Refused(_))));
    assert!(matches!(arthur.change(world.ws, ChangeId(9_999)).await, Err(ApiError::Missing(_))));
}

pub async fn undo(world: &World, actor: &HttpBackend, change: ChangeId) -> Change {
    done(world, actor, &given(Undo { change, reason: None })).await
}

async fn what_was_done_is_taken_back_exactly() {
    let world = World::sample(120).await;
    let owner = world.owner().await;
    let (team, desk): (GroupId, GroupId) =
        (world.group("Content Team").await.id, world.group("Campaign Desk").await.id);
    let folder = world.folder("Logos").await;
    let grant = |effect| Grant { folder, capability: "content.write".into(), effect, terms: terms(), to: To::Members };
    for kind in [
        to_role(world.role("Technician").await.id),
        SetGroups { add: vec![team, desk], remove: vec![], terms: terms() }.into(),
        SetGroups { remove: vec![team], ..SetGroups::default() }.into(),
        grant(Effect::Deny).into(),
        grant(Effect::Allow).into(),
        Deactivate { reason: None }.into(),
        Remove { reason: None }.into(),
    ] {
        let name = kind.name();
        let before = everything(&world).await;
        let change = done(&world, &owner, &matching("!status:pending", kind)).await;
        assert!(change.done > 0 && change.failed == 0, "{name}: {change:?}");
        let after = everything(&world).await;
        assert_ne!(before, after, "{name}");
        world.pass(60);
        let back = undo(&world, &owner, change.id).await;
        assert_eq!((back.done, back.failed, back.skipped), (change.done, 0, 0), "{name}: {back:?}");
        assert_eq!((back.undoes, back.action.as_str()), (Some(change.id), "undo"));
        assert_eq!(owner.change(world.ws, change.id).await.unwrap().undone_by, Some(back.id));
        assert_eq!(everything(&world).await, before, "{name}");
        // An undo is a change like any other.
        let forth = undo(&world, &owner, back.id).await;
        assert_eq!(forth.done, change.done, "{name}: {forth:?}");
        assert_eq!(everything(&world).await, after, "{name}");
        // What it had taken back is done again, and can be taken back like anything that is done.
        let stands = async |id| owner.change(world.ws, id).await.unwrap().undone_by;
        assert_eq!((stands(change.id).await, stands(back.id).await), (None, Some(forth.id)), "{name}");
        let last = undo(&world, &owner, if change.id.0 % 2 == 0 { change.id } else { forth.id }).await;
        assert_eq!(last.done, change.done, "{name}");
        assert_eq!(everything(&world).await, before, "{name}");
        let again = Request::given(Undo { change: change.id, reason: None });
        assert_eq!(refused(owner.plan(world.ws, &again).await), "undone_already", "{name}: once is enough");
    }
    world.store.verify_audit(world.ws).await.unwrap();
}

async fn what_was_changed_since_is_not_taken_back() {
    let world = World::new().await;
    let owner = world.owner().await;
    let change = done(&world, &owner, &matching("role:viewer", to_role(world.role("Technician").await.id))).await;
    assert_eq!(change.done, 2);
    world.set_role(&owner, "vera@northwind.test", "Analyst").await.unwrap();
    let plan = owner.plan(world.ws, &Request::given(Undo { change: change.id, reason: None })).await.unwrap();
    let row = plan.rows.iter().find(|row| row.name.raw() == "vera@northwind.test").unwrap();
    let outcome = &plan.shape(row).unwrap().outcome;
    let RowOutcome::Skipped { why: Refusal::ChangedSince { now, by, at } } = outcome else { panic!("{plan:?}") };
    assert_eq!(now[..], [Thing::Role { name: "Analyst".into(), until: None }], "how it is");
    assert_eq!((by.clone(), *at), (Some(OWNER.into()), Some(world.now())), "whose doing, and when");
    let back = undo(&world, &owner, change.id).await;
    assert_eq!((back.done, back.left_out, back.failed), (1, 1, 0));
    let skipped = rows(&world, &owner, back.id, "skipped").await;
    assert_eq!(skipped[0].name.raw(), "vera@northwind.test");
    assert_eq!(code(&skipped[0]), "changed_since");
    assert_eq!(world.member("vera@northwind.test").await.roles[0].name.raw(), "Analyst");
    assert_eq!(world.member("victor@northwind.test").await.roles[0].name.raw(), "Viewer");
}

async fn half_a_change_is_taken_back_and_never_finished() {
    let world = World::new().await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let change =
        pending_change(&world, &world.first, &["vera@northwind.test", "victor@northwind.test"], technician).await;
    let back = undo(&world, &owner, change).await;
    assert_eq!((back.state, back.total), (ChangeState::Done, 0), "nothing was done, so nothing is taken back");
    let undone = owner.change(world.ws, change).await.unwrap();
    assert_eq!((undone.state, undone.skipped, undone.undone_by), (ChangeState::Done, 2, Some(back.id)));
    for row in rows(&world, &owner, change, "skipped").await {
        assert_eq!(code(&row), "taken_back");
    }
    let resumed = owner.resume_change(world.ws, change, Resume { failed: true }).await;
    assert_eq!(refused(resumed), "undone_already");
    assert_eq!(world.member("vera@northwind.test").await.roles[0].name.raw(), "Viewer");
}

async fn links_are_for_whoever_made_the_change() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.acting("adele@northwind.test").await);
    let viewer = world.role("Viewer").await.id;
    let people = ["nina@northwind.test", "nils@northwind.test", "noor@northwind.test"];
    let drafts = people.iter().map(|email| invite(email, viewer)).collect();
    let change = done(&world, &owner, &given(Invite { drafts })).await;
    assert_eq!((change.done, change.failed), (3, 0));
    let made = rows(&world, &owner, change.id, "").await;
    let links: BTreeSet<String> = made.iter().filter_map(|row| row.link.clone()).collect();
    assert_eq!(links.len(), 3, "{made:?}");
    assert!(rows(&world, &adele, change.id, "").await.iter().all(|row| row.link.is_none()));
    let noor = world.invitation("noor@northwind.test").await.id;
    let shown = owner.invitation_link(world.ws, noor).await.unwrap().link;
    assert_eq!(Some(shown), made[2].link, "the board shows the very same");
    let refused = adele.invitation_link(world.ws, noor).await.unwrap_err().to_string();
    assert!(refused.contains("only whoever made the link"), "{refused}");

    let first = made[0].link.clone().unwrap();
    assert_eq!(accept(&first, "Nina", "a long enough password").await.status(), 200);
    let invitation = world.invitation("nils@northwind.test").await.id;
    world.apply(&owner, Request::one(invitation.0, Cancel { reason: None })).await.unwrap();
    let alive: Vec<bool> = rows(&world, &owner, change.id, "").await.iter().map(|row| row.link.is_some()).collect();
    assert_eq!(alive, [false, false, true], "a link is shown as long as it is good for something");

    let again = done(&world, &owner, &starting(Selection::ids(vec![noor.0]), Resend {})).await;
    let new = rows(&world, &owner, again.id, "").await[0].link.clone().expect("a new link");
    assert!(!links.contains(&new));
    assert_eq!(owner.invitation_link(world.ws, noor).await.unwrap().link, new);
    assert!(rows(&world, &owner, change.id, "").await.iter().all(|row| row.link.is_none()), "the old one is dead");
}

async fn more_invitations_than_may_be_sent_are_refused_together() {
    let world = World::new().await;
    let owner = world.owner().await;
    let viewer = world.role("Viewer").await.id;
    let drafts = |from: usize, to: usize| {
        let draft = |n| invite(&format!("guest-{n}@northwind.test"), viewer);
        given(Invite { drafts: (from..to).map(draft).collect() })
    };
    assert_eq!(done(&world, &owner, &drafts(0, 500)).await.done, 500, "500 at once are within reach");
    // The plan says so before anybody agrees to it.
    let planned = async |from, to| {
        let refused = owner.plan(world.ws, &drafts(from, to).request).await.unwrap().refused;
        refused.map(|why| why.code())
    };
    assert_eq!(planned(500, 1_000).await, None);
    assert_eq!(planned(500, 1_001).await, Some("too_many_invitations"));
    assert_eq!(planned(500, 1_501).await, Some("too_many"));
    let many = owner.start_change(world.ws, &drafts(500, 1_001), &world.key()).await;
    assert!(matches!(many, Err(ApiError::Limited(_))), "{many:?}");
    let most = owner.start_change(world.ws, &drafts(500, 1_501), &world.key()).await;
    assert_eq!(refused(most), "too_many");
}
