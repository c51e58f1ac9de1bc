//! Jobs: a bulk change is begun once, does each row once, says what became of each, can be stopped, gone
//! on with and taken back.

use crate::served::{OWNER, World, accept, invite};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::HttpBackend,
        wire::{Job, JobRow, JobState, PageQuery, PlanKind, Resume, RowState, StartJob},
    },
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        change::Change,
        edge::{Edge, Terms},
        id::{GroupId, JobId, MemberId, RoleId},
        model::{Effect, MemberStatus, Subject},
        plan::Expects,
        time::Timestamp,
        untrusted::Text,
    },
    server::store::{Fate, NewJob, NewRow, Scope},
};
use std::collections::{BTreeMap, BTreeSet};

crate::on_both! {
    every_row_is_done_once_and_told,
    the_same_key_is_the_same_job,
    a_plan_that_is_overtaken_is_looked_at_again,
    rows_left_out_are_left_out_visibly,
    rights_are_those_that_the_actor_has_when_a_row_runs,
    whose_roles_somebody_else_changed_meanwhile_is_skipped_and_named,
    a_job_that_is_stopped_goes_on_where_it_stopped,
    others_see_a_job_and_do_not_resume_it,
    what_was_done_is_taken_back_exactly,
    what_was_changed_since_is_not_taken_back,
    half_a_job_is_taken_back_and_never_finished,
    links_are_for_whoever_made_the_job,
    more_invitations_than_may_be_sent_are_refused_together,
}

fn terms() -> Terms {
    Terms { reason: Some("the new season".into()), ..Terms::default() }
}

pub fn to_role(role: RoleId) -> BulkAction {
    BulkAction::SetRoles { roles: vec![role], terms: terms() }
}

pub fn matching(filter: &str, action: BulkAction) -> StartJob {
    StartJob { bulk: Bulk { on: Selection::matching(filter), action }, digest: None }
}

pub fn given(action: BulkAction) -> StartJob {
    StartJob { bulk: Bulk { on: Selection::default(), action }, digest: None }
}

/// Begins a job and waits for its end.
pub async fn done(world: &World, actor: &HttpBackend, start: &StartJob) -> Job {
    let job = actor.start_job(world.ws, start, &world.key()).await.unwrap();
    let mut told = Vec::new();
    let last = actor.watch_job(world.ws, job.id, |job| told.push(job)).await.unwrap();
    assert_eq!(told.last(), Some(&last), "the last line is how it ended");
    assert!(told.windows(2).all(|two| two[0].applied <= two[1].applied), "it never goes back");
    last
}

pub async fn rows(world: &World, actor: &HttpBackend, job: JobId, state: &str) -> Vec<JobRow> {
    let query = PageQuery { filter: state.into(), limit: Some(500), ..PageQuery::default() };
    actor.job_rows(world.ws, job, &query).await.unwrap().items
}

/// How often each target is named by events of a job.
pub async fn told(world: &World, job: JobId) -> BTreeMap<String, usize> {
    crate::told::told(&world.store, world.ws, job).await
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
    let job = done(&world, &owner, &matching("role:viewer", to_role(technician))).await;
    assert_eq!((job.state, job.failed, job.waiting()), (JobState::Done, 0, 0));
    assert_eq!((job.action.as_str(), job.detail.raw(), job.mine), ("set_roles", "Technician", true));
    assert_eq!(job.reason, Some("the new season".into()));
    assert!(job.applied > 50 && job.ended_at.is_some() && job.per_second.is_none(), "{job:?}");
    let applied = rows(&world, &owner, job.id, "applied").await;
    assert_eq!(applied.len() as u64, job.applied);
    let told = told(&world, job.id).await;
    assert_eq!(told.len(), applied.len());
    assert!(told.values().all(|times| *times == 1));
    for row in &applied {
        let member = owner.member(world.ws, MemberId(row.target.unwrap())).await.unwrap();
        assert_eq!(member.roles.iter().map(|role| role.id).collect::<Vec<_>>(), [technician], "{}", row.name);
    }
    world.store.verify_audit(world.ws).await.unwrap();
    let listed = owner.jobs(world.ws, &PageQuery::default()).await.unwrap().items;
    assert_eq!(listed, [job]);
}

async fn the_same_key_is_the_same_job() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let (technician, analyst) = (world.role("Technician").await.id, world.role("Analyst").await.id);
    let start = matching("role:viewer", to_role(technician));
    let first = owner.start_job(world.ws, &start, "one-key").await.unwrap();
    let again = owner.start_job(world.ws, &start, "one-key").await.unwrap();
    assert_eq!(first.id, again.id);
    // Who never heard the answer may have looked at another plan since: that is no other change.
    let looked_at = StartJob { digest: Some("of another day".into()), ..start.clone() };
    assert_eq!(owner.start_job(world.ws, &looked_at, "one-key").await.unwrap().id, first.id);
    let other = owner.start_job(world.ws, &matching("role:viewer", to_role(analyst)), "one-key").await;
    assert!(matches!(other, Err(ApiError::Invalid { .. })), "{other:?}");
    // Nor is it good for a change of another kind, and the other way round.
    let mut write = world.write(world.role_change("oli@northwind.test", "Viewer").await);
    write.idempotency_key = "one-key".into();
    assert!(matches!(owner.apply(world.ws, &write).await, Err(ApiError::Invalid { .. })));
    write.idempotency_key = "of-a-change".into();
    owner.apply(world.ws, &write).await.unwrap();
    let taken = owner.start_job(world.ws, &start, "of-a-change").await;
    assert!(matches!(taken, Err(ApiError::Invalid { .. })), "{taken:?}");
    owner.watch_job(world.ws, first.id, |_| ()).await.unwrap();
    assert_eq!(owner.jobs(world.ws, &PageQuery::default()).await.unwrap().items.len(), 1);
}

async fn a_plan_that_is_overtaken_is_looked_at_again() {
    let world = World::new().await;
    let owner = world.owner().await;
    let mut start = matching("role:viewer", to_role(world.role("Technician").await.id));
    let plan = owner.plan(world.ws, &start.bulk).await.unwrap();
    start.digest = Some(plan.digest);
    world.set_role(&owner, "vera@northwind.test", "Analyst").await.unwrap();
    let stale = owner.start_job(world.ws, &start, &world.key()).await;
    assert!(matches!(stale, Err(ApiError::Stale(_))), "{stale:?}");
    assert!(owner.jobs(world.ws, &PageQuery::default()).await.unwrap().items.is_empty());
    start.digest = Some(owner.plan(world.ws, &start.bulk).await.unwrap().digest);
    assert_eq!(done(&world, &owner, &start).await.applied, 1);
}

async fn rows_left_out_are_left_out_visibly() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    let job = done(&world, &adele, &matching("", to_role(world.role("Viewer").await.id))).await;
    let left_out = rows(&world, &adele, job.id, "left_out").await;
    let why = |email: &str| {
        let row = left_out.iter().find(|row| row.name.raw() == email);
        row.and_then(|row| row.reason.clone()).unwrap_or_default().raw().to_owned()
    };
    assert!(why("olga@northwind.test").contains("owner"), "{left_out:?}");
    assert!(why("adele@northwind.test").contains("yourself"), "{left_out:?}");
    assert!(left_out.iter().all(|row| row.state == RowState::LeftOut), "{left_out:?}");
    // Three of those that are Viewers already; they are no rows, and nobody waits for who is left out.
    assert_eq!((job.state, job.total, job.applied, job.left_out), (JobState::Done, 3, 3, 2));
    assert_eq!((job.skipped, job.failed), (0, 0), "these are for what nobody planned");
    let names: Vec<_> = rows(&world, &adele, job.id, "").await.into_iter().map(|row| row.name).collect();
    assert!(names.len() == 5 && !names.contains(&"vera@northwind.test".into()), "{names:?}");
    assert!(rows(&world, &adele, job.id, "skipped").await.is_empty());
    let wrong = PageQuery { filter: "odd".into(), ..PageQuery::default() };
    assert!(matches!(adele.job_rows(world.ws, job.id, &wrong).await, Err(ApiError::Invalid { .. })));
}

/// A job as a kill left it a while ago, before its first batch: rows that wait, and nobody at work.
pub async fn waiting_job(world: &World, actor: &str, people: &[&str], role: RoleId) -> JobId {
    let actor = world.store.account_by_email(actor).await.unwrap().unwrap();
    let before = world.store.snapshot(world.ws, &Scope::All, world.now()).await.unwrap();
    let mut rows = Vec::new();
    for email in people {
        let member = world.id(email).await;
        let change = Change::SetRoles { member, roles: vec![role], terms: Terms::default() };
        let is = |member| before.members.iter().find(|one| one.id == member);
        let fate = Fate::Waits { expects: Expects::of(&change, is, world.now()), change };
        rows.push(NewRow { target: Some(member.0), name: Text::new(*email), fate });
    }
    let new = NewJob {
        actor: actor.id,
        key: world.key(),
        body_hash: String::new(),
        action: "set_roles",
        detail: Text::default(),
        reason: None,
        undoes: None,
        by_filter: false,
        at: Timestamp(world.now().0 - 60),
    };
    let mut tx = world.store.begin(world.ws).await.unwrap();
    let job = tx.create_job(new, rows).await.unwrap();
    tx.commit().await.unwrap();
    job
}

async fn rights_are_those_that_the_actor_has_when_a_row_runs() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.acting("adele@northwind.test").await);
    let people = ["vera@northwind.test", "victor@northwind.test"];
    let technician = world.role("Technician").await.id;
    let job = waiting_job(&world, "adele@northwind.test", &people, technician).await;
    let left = owner.job(world.ws, job).await.unwrap();
    assert_eq!((left.state, left.waiting()), (JobState::Stopped, 2));

    world.set_role(&owner, "adele@northwind.test", "Viewer").await.unwrap();
    adele.resume_job(world.ws, job, Resume::default()).await.unwrap();
    let ended = owner.watch_job(world.ws, job, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.applied, ended.failed), (JobState::Done, 0, 2));
    for row in rows(&world, &owner, job, "failed").await {
        assert!(row.reason.unwrap().raw().contains("members.manage"));
    }
    // Resumed as it is there is nothing to do; with what failed there is.
    assert_eq!(adele.resume_job(world.ws, job, Resume::default()).await.unwrap().failed, 2);
    world.set_role(&owner, "adele@northwind.test", "Administrator").await.unwrap();
    adele.resume_job(world.ws, job, Resume { failed: true }).await.unwrap();
    let ended = owner.watch_job(world.ws, job, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.applied, ended.failed), (JobState::Done, 2, 0));
    assert_eq!(told(&world, job).await.into_values().collect::<Vec<_>>(), [1, 1]);

    let closed = waiting_job(&world, "adele@northwind.test", &people, world.role("Viewer").await.id).await;
    let adele_is = world.id("adele@northwind.test").await;
    world.apply(&owner, Change::Deactivate { member: adele_is, reason: None }).await.unwrap();
    assert!(matches!(adele.resume_job(world.ws, closed, Resume::default()).await, Err(ApiError::Missing(_))));
}

async fn whose_roles_somebody_else_changed_meanwhile_is_skipped_and_named() {
    let world = World::new().await;
    let owner = world.owner().await;
    let people = ["vera@northwind.test", "victor@northwind.test"];
    let job = waiting_job(&world, &world.first, &people, world.role("Technician").await.id).await;
    world.set_role(&owner, "vera@northwind.test", "Administrator").await.unwrap();
    // What does not touch the roles that are replaced is nothing against it.
    world
        .apply(&owner, Change::Rename { member: world.id("victor@northwind.test").await, name: "V".into() })
        .await
        .unwrap();

    owner.resume_job(world.ws, job, Resume::default()).await.unwrap();
    let ended = owner.watch_job(world.ws, job, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.applied, ended.skipped, ended.failed), (JobState::Done, 1, 1, 0));
    let skipped = rows(&world, &owner, job, "skipped").await;
    let told: Vec<_> = skipped.iter().map(|row| (row.name.raw(), row.reason.as_ref().unwrap().raw())).collect();
    assert_eq!(told, [("vera@northwind.test", "changed since: other roles were given after this was planned")]);
    let after = world.store.snapshot(world.ws, &Scope::All, world.now()).await.unwrap();
    let vera = after.members.iter().find(|member| member.email.raw() == "vera@northwind.test").unwrap();
    assert_eq!(vera.roles[0].0, world.role("Administrator").await.id, "whoever did that meant it");
}

async fn a_job_that_is_stopped_goes_on_where_it_stopped() {
    let world = World::sample(700).await;
    let owner = world.owner().await;
    let start = matching("!role:technician", to_role(world.role("Technician").await.id));
    let job = owner.start_job(world.ws, &start, &world.key()).await.unwrap();
    let stopped = owner.stop_job(world.ws, job.id).await.unwrap();
    assert_ne!(stopped.state, JobState::Running, "it answers when it has stopped");
    assert_eq!(stopped.state == JobState::Stopped, stopped.waiting() > 0);
    let waiting = rows(&world, &owner, job.id, "waiting").await;
    assert_eq!(waiting.len() as u64, stopped.waiting().min(500));
    let stays = owner.job(world.ws, job.id).await.unwrap();
    assert_eq!(stays.applied, stopped.applied, "stopped, nothing more is done");

    owner.resume_job(world.ws, job.id, Resume::default()).await.unwrap();
    let ended = owner.watch_job(world.ws, job.id, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.failed, ended.waiting()), (JobState::Done, 0, 0));
    let told = told(&world, job.id).await;
    assert_eq!(told.len() as u64, ended.applied);
    assert!(told.values().all(|times| *times == 1), "a row was done twice");
}

async fn others_see_a_job_and_do_not_resume_it() {
    let world = World::new().await;
    let people = ["vera@northwind.test"];
    let job = waiting_job(&world, "adele@northwind.test", &people, world.role("Technician").await.id).await;
    let (arthur, tom) = (world.acting("arthur@northwind.test").await, world.acting("tom@northwind.test").await);
    let seen = arthur.job(world.ws, job).await.unwrap();
    assert_eq!((seen.mine, seen.actor.raw()), (false, "adele@northwind.test"));
    assert!(matches!(arthur.resume_job(world.ws, job, Resume::default()).await, Err(ApiError::Refused(_))));
    assert_eq!(arthur.stop_job(world.ws, job).await.unwrap().state, JobState::Stopped);
    // Nor does whoever may not see members see who was changed.
    assert!(matches!(tom.job(world.ws, job).await, Err(ApiError::Refused(_))));
    assert!(matches!(tom.job_rows(world.ws, job, &PageQuery::default()).await, Err(ApiError::Refused(_))));
    assert!(matches!(tom.stop_job(world.ws, job).await, Err(ApiError::Refused(_))));
    assert!(matches!(arthur.job(world.ws, JobId(9_999)).await, Err(ApiError::Missing(_))));
}

pub async fn undo(world: &World, actor: &HttpBackend, job: JobId) -> Job {
    done(world, actor, &given(BulkAction::Undo { job, reason: None })).await
}

async fn what_was_done_is_taken_back_exactly() {
    let world = World::sample(120).await;
    let owner = world.owner().await;
    let (team, desk): (GroupId, GroupId) =
        (world.group("Content Team").await.id, world.group("Campaign Desk").await.id);
    let folder = world.folder("Logos").await;
    let grant = |effect| BulkAction::Grant { folder, capability: "content.write".into(), effect, terms: terms() };
    let all = "!status:pending";
    for (filter, action) in [
        (all, to_role(world.role("Technician").await.id)),
        (all, BulkAction::AddToGroups { groups: vec![team, desk], terms: terms() }),
        (all, BulkAction::RemoveFromGroups { groups: vec![team], reason: None }),
        (all, grant(Effect::Deny)),
        (all, grant(Effect::Allow)),
        (all, BulkAction::Deactivate { reason: None }),
        (all, BulkAction::Remove { reason: None }),
    ] {
        let name = action.name();
        let before = everything(&world).await;
        let job = done(&world, &owner, &matching(filter, action)).await;
        assert!(job.applied > 0 && job.failed == 0, "{name}: {job:?}");
        let after = everything(&world).await;
        assert_ne!(before, after, "{name}");
        world.pass(60);
        let back = undo(&world, &owner, job.id).await;
        assert_eq!((back.applied, back.failed, back.skipped), (job.applied, 0, 0), "{name}: {back:?}");
        assert_eq!((back.undoes, back.action.as_str()), (Some(job.id), "undo"));
        assert_eq!(owner.job(world.ws, job.id).await.unwrap().undone_by, Some(back.id));
        assert_eq!(everything(&world).await, before, "{name}");
        // An undo is a job like any other.
        let forth = undo(&world, &owner, back.id).await;
        assert_eq!(forth.applied, job.applied, "{name}: {forth:?}");
        assert_eq!(everything(&world).await, after, "{name}");
        // What it had taken back is done again, and can be taken back like anything that is done.
        let stands = async |id| owner.job(world.ws, id).await.unwrap().undone_by;
        assert_eq!((stands(job.id).await, stands(back.id).await), (None, Some(forth.id)), "{name}");
        let last = undo(&world, &owner, if job.id.0 % 2 == 0 { job.id } else { forth.id }).await;
        assert_eq!(last.applied, job.applied, "{name}");
        assert_eq!(everything(&world).await, before, "{name}");
        let again = Bulk { on: Selection::default(), action: BulkAction::Undo { job: job.id, reason: None } };
        assert!(matches!(owner.plan(world.ws, &again).await, Err(ApiError::Conflict { .. })), "{name}: once is enough");
    }
    world.store.verify_audit(world.ws).await.unwrap();
}

async fn what_was_changed_since_is_not_taken_back() {
    let world = World::new().await;
    let owner = world.owner().await;
    let job = done(&world, &owner, &matching("role:viewer", to_role(world.role("Technician").await.id))).await;
    assert_eq!(job.applied, 2);
    world.set_role(&owner, "vera@northwind.test", "Analyst").await.unwrap();
    let bulk = Bulk { on: Selection::default(), action: BulkAction::Undo { job: job.id, reason: None } };
    let plan = owner.plan(world.ws, &bulk).await.unwrap();
    let kind = |name: &str| &plan.kinds[plan.rows.iter().find(|row| row.name.raw() == name).unwrap().kind as usize];
    let PlanKind::LeftOut { reason, .. } = kind("vera@northwind.test") else { panic!("{plan:?}") };
    let at = jiff::Timestamp::from_second(world.now().0).unwrap().strftime("%Y-%m-%d %H:%M");
    assert!(reason.raw().starts_with("changed since: "), "{reason}");
    assert!(
        reason.raw().ends_with(&format!("(now Analyst; by {OWNER}, {at})")),
        "how it is, and whose doing: {reason}"
    );
    let back = undo(&world, &owner, job.id).await;
    assert_eq!((back.applied, back.skipped, back.failed), (1, 1, 0));
    let skipped = rows(&world, &owner, back.id, "skipped").await;
    assert_eq!(skipped[0].name.raw(), "vera@northwind.test");
    assert!(skipped[0].reason.as_ref().unwrap().raw().contains("changed since"), "{skipped:?}");
    assert_eq!(world.member("vera@northwind.test").await.roles[0].name.raw(), "Analyst");
    assert_eq!(world.member("victor@northwind.test").await.roles[0].name.raw(), "Viewer");
}

async fn half_a_job_is_taken_back_and_never_finished() {
    let world = World::new().await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let job = waiting_job(&world, &world.first, &["vera@northwind.test", "victor@northwind.test"], technician).await;
    let back = undo(&world, &owner, job).await;
    assert_eq!((back.state, back.total), (JobState::Done, 0), "nothing was done, so nothing is taken back");
    let undone = owner.job(world.ws, job).await.unwrap();
    assert_eq!((undone.state, undone.skipped, undone.undone_by), (JobState::Done, 2, Some(back.id)));
    for row in rows(&world, &owner, job, "skipped").await {
        assert_eq!(row.reason.unwrap().raw(), format!("job {} has taken this job back", back.id));
    }
    let resumed = owner.resume_job(world.ws, job, Resume { failed: true }).await;
    assert!(matches!(resumed, Err(ApiError::Conflict { .. })), "{resumed:?}");
    assert_eq!(world.member("vera@northwind.test").await.roles[0].name.raw(), "Viewer");
}

async fn links_are_for_whoever_made_the_job() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.acting("adele@northwind.test").await);
    let viewer = world.role("Viewer").await.id;
    let people = ["nina@northwind.test", "nils@northwind.test", "noor@northwind.test"];
    let drafts = people.iter().map(|email| invite(email, viewer)).collect();
    let job = done(&world, &owner, &given(BulkAction::Invite { drafts })).await;
    assert_eq!((job.applied, job.failed), (3, 0));
    let made = rows(&world, &owner, job.id, "").await;
    let links: BTreeSet<String> = made.iter().filter_map(|row| row.link.clone()).collect();
    assert_eq!(links.len(), 3, "{made:?}");
    assert!(rows(&world, &adele, job.id, "").await.iter().all(|row| row.link.is_none()));
    let noor = world.invitation("noor@northwind.test").await.id;
    let shown = owner.invitation_link(world.ws, noor).await.unwrap().link;
    assert_eq!(Some(shown), made[2].link, "the board shows the very same");
    let refused = adele.invitation_link(world.ws, noor).await.unwrap_err().to_string();
    assert!(refused.contains("only whoever made the link"), "{refused}");

    let first = made[0].link.clone().unwrap();
    assert_eq!(accept(&first, "Nina", "a long enough password").await.status(), 200);
    let invitation = world.invitation("nils@northwind.test").await.id;
    world.apply(&owner, Change::CancelInvitation { invitation, reason: None }).await.unwrap();
    let alive: Vec<bool> = rows(&world, &owner, job.id, "").await.iter().map(|row| row.link.is_some()).collect();
    assert_eq!(alive, [false, false, true], "a link is shown as long as it is good for something");

    let open = Bulk {
        on: Selection::ids(vec![world.invitation("noor@northwind.test").await.id.0]),
        action: BulkAction::Resend,
    };
    let again = done(&world, &owner, &StartJob { bulk: open, digest: None }).await;
    let new = rows(&world, &owner, again.id, "").await[0].link.clone().expect("a new link");
    assert!(!links.contains(&new));
    assert_eq!(owner.invitation_link(world.ws, noor).await.unwrap().link, new);
    assert!(rows(&world, &owner, job.id, "").await.iter().all(|row| row.link.is_none()), "the old one is dead");
}

async fn more_invitations_than_may_be_sent_are_refused_together() {
    let world = World::new().await;
    let owner = world.owner().await;
    let viewer = world.role("Viewer").await.id;
    let drafts = |from: usize, to: usize| {
        let draft = |n| invite(&format!("guest-{n}@northwind.test"), viewer);
        given(BulkAction::Invite { drafts: (from..to).map(draft).collect() })
    };
    assert_eq!(done(&world, &owner, &drafts(0, 500)).await.applied, 500, "500 at once are within reach");
    // The plan says so before anybody agrees to it.
    let refused = async |from, to| owner.plan(world.ws, &drafts(from, to).bulk).await.unwrap().refused;
    assert_eq!(refused(500, 1_000).await, None);
    assert!(
        refused(500, 1_001)
            .await
            .unwrap()
            .raw()
            .starts_with("too many invitations within the hour: send fewer now, or")
    );
    assert!(refused(500, 1_501).await.unwrap().raw().starts_with("at most 1000 invitations in 1 h"));
    let many = owner.start_job(world.ws, &drafts(500, 1_001), &world.key()).await;
    assert!(matches!(many, Err(ApiError::Limited(_))), "{many:?}");
    let most = owner.start_job(world.ws, &drafts(500, 1_501), &world.key()).await;
    assert!(matches!(most, Err(ApiError::Refused(_))), "{most:?}");
}
