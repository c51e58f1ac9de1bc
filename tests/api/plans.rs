//! Plans of bulk changes (SPEC 6): every row with what it comes to, and nothing done yet.

use crate::{
    recorded::refused,
    served::{OWNER, World, group, invite},
};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{Among, Found, PageQuery, Plan, PlanRow, Shape},
    },
    domain::{
        change::{
            Cancel, CreateGroup, Deactivate, EditGroup, Field, Grant, Invite, Kind, Matching, Reactivate, Refusal,
            Request, Resend, Selection, SetGroups, SetRoles, Thing, To,
        },
        edge::Terms,
        id::GroupId,
        invitation::InvitationStatus,
        model::{Effect, MemberStatus},
        plan::{Confirm, RowOutcome},
        time::DAY,
        untrusted::Text,
    },
};
use std::collections::BTreeSet;

crate::on_both! {
    rows_alike_are_folded_and_the_owner_and_oneself_are_left_out,
    everything_that_matches_but_some_however_many_pages,
    whoever_may_not_do_it_at_all_is_refused_as_a_whole,
    the_digest_is_of_what_is_planned_and_not_of_the_revision,
    drafts_at_fault_name_their_field_before_anything_is_sent,
    capabilities_that_a_group_still_gives_are_told,
    groups_that_come_and_go_are_told_and_rows_fold_by_them,
    invitations_say_their_state_and_what_becomes_of_it,
    grants_and_groups_that_are_there_already_are_the_same,
    a_plan_of_many_rows_fits_into_a_request,
    rows_that_are_told_the_same_are_one_shape,
    a_selection_is_a_union_counted_and_planned_as_sets_say,
    invitations_are_selected_as_members_are,
    a_selection_has_a_bound_and_is_never_guessed,
    a_member_is_closed_out_at_once_and_comes_back_as_they_were,
}

fn matching(filter: &str) -> Selection {
    Selection::matching(filter)
}

fn but(filter: &str, except: &[i64]) -> Matching {
    Matching { filter: filter.into(), except: except.to_vec() }
}

async fn to_role(world: &World, on: Selection, role: &str) -> Request {
    let roles = vec![world.role(role).await.id];
    Request { on, kind: SetRoles { roles, terms: Terms::default() }.into() }
}

fn shape<'p>(plan: &'p Plan, name: &str) -> &'p Shape {
    let row = plan.rows.iter().find(|row| row.name.raw() == name).unwrap_or_else(|| panic!("no row {name}"));
    &plan.shapes[row.shape as usize]
}

/// Why a row is left out.
fn why<'p>(plan: &'p Plan, name: &str) -> &'p Refusal {
    match &shape(plan, name).outcome {
        RowOutcome::Skipped { why } => why,
        other => panic!("{name} is not left out: {other:?}"),
    }
}

fn role(name: &str) -> Thing {
    Thing::Role { name: name.into(), until: None }
}

fn in_group(name: &str) -> Thing {
    Thing::Group { name: name.into(), until: None }
}

async fn rows_alike_are_folded_and_the_owner_and_oneself_are_left_out() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    world.set_role(&world.owner().await, "tom@northwind.test", "Marketer").await.unwrap();
    let revision = world.owner().await.workspace(world.ws).await.unwrap().revision;
    let plan = adele.plan(world.ws, &to_role(&world, matching(""), "Viewer").await).await.unwrap();
    assert_eq!((plan.rows.len(), plan.change, plan.unchanged, plan.skipped), (7, 3, 2, 2));
    assert_eq!(why(&plan, OWNER), &Refusal::Owner);
    assert_eq!(why(&plan, "adele@northwind.test"), &Refusal::Yourself);
    assert_eq!(shape(&plan, "vera@northwind.test").outcome, RowOutcome::Unchanged);
    assert_eq!(shape(&plan, "marta@northwind.test"), shape(&plan, "tom@northwind.test"));
    let Shape { before, after, gains, loses, .. } = shape(&plan, "marta@northwind.test");
    assert_eq!((&before[..], &after[..]), (&[role("Marketer")][..], &[role("Viewer")][..]));
    assert!(gains.is_empty() && loses.iter().any(|item| item.capability == "content.write"));
    assert_eq!((plan.gain, plan.lose), (0, 3));
    assert_ne!(plan.confirm, Confirm::Enter, "an administrator is lowered");
    assert_eq!(plan.revision, revision, "a plan writes nothing");
}

async fn everything_that_matches_but_some_however_many_pages() {
    let world = World::sample(700).await;
    let owner = world.owner().await;
    let all = owner.count_members(world.ws, "role:marketer status:active").await.unwrap().matching;
    assert!(all > 100, "{all}");
    let whole = to_role(&world, matching("role:marketer status:active"), "Viewer").await;
    let plan = owner.plan(world.ws, &whole).await.unwrap();
    assert_eq!(plan.rows.len() as u64, all);
    let except: Vec<i64> = plan.rows.iter().take(3).filter_map(|row| row.id).collect();
    let on = Selection { matching: vec![but("role:marketer status:active", &except)], ids: vec![] };
    let fewer = owner.plan(world.ws, &Request { on, ..whole }).await.unwrap();
    assert_eq!(fewer.rows.len() as u64, all - 3);
    assert!(fewer.rows.iter().all(|row| row.id.is_some_and(|id| !except.contains(&id))));
}

/// Every selection that can be made of these filters, with rows left out of each and rows named besides:
/// what is counted and what is planned is what sets of the listed rows say, each row once.
async fn a_selection_is_a_union_counted_and_planned_as_sets_say() {
    let world = World::sample(300).await;
    let owner = world.owner().await;
    let filters = ["role:marketer", "status:active", "!role:technician a", "nobody-at-all", ""];
    let mut lists = Vec::new();
    for filter in filters {
        let query = PageQuery { filter: filter.into(), limit: Some(500), ..PageQuery::default() };
        let page = owner.members(world.ws, &query).await.unwrap();
        lists.push((filter, page.items.into_iter().map(|row| row.id.0).collect::<Vec<_>>()));
    }
    let everybody = lists[4].1.clone();
    for chosen in 1_u32..1 << lists.len() {
        let chosen: Vec<_> = lists.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).collect();
        // Left out of each another share of everybody; named besides, some twice, and some that are left out.
        let except = |at: usize| everybody.iter().copied().skip(at).step_by(5 + at).collect::<Vec<_>>();
        let named: Vec<i64> = everybody.iter().copied().step_by(11).chain(everybody.iter().copied().take(3)).collect();
        let mut expected: BTreeSet<i64> = named.iter().copied().collect();
        for (at, (_, rows)) in &chosen {
            expected.extend(rows.iter().filter(|id| !except(*at).contains(id)));
        }
        let matching = chosen.iter().map(|(at, (filter, _))| but(filter, &except(*at))).collect();
        let on = Selection { matching, ids: named };
        for (filter, rows) in &lists {
            let among = Among { on: on.clone(), filter: (*filter).into() };
            let found = owner.count_members_among(world.ws, &among).await.unwrap();
            let both = rows.iter().filter(|id| expected.contains(id)).count() as u64;
            assert_eq!(found, Found { selected: expected.len() as u64, matching: both }, "{filter} of {on:?}");
        }
        let plan = owner.plan(world.ws, &to_role(&world, on.clone(), "Viewer").await).await.unwrap();
        let planned: Vec<i64> = plan.rows.iter().filter_map(|row| row.id).collect();
        let expected: Vec<i64> = everybody.iter().copied().filter(|id| expected.contains(id)).collect();
        assert_eq!(planned, expected, "in the order of the list: {on:?}");
    }
}

async fn invitations_are_selected_as_members_are() {
    let world = World::sample(300).await;
    let owner = world.owner().await;
    let list = async |filter: &str| {
        let query = PageQuery { filter: filter.into(), limit: Some(500), ..PageQuery::default() };
        let page = owner.invitations(world.ws, &query).await.unwrap();
        page.items.into_iter().map(|row| row.id.0).collect::<BTreeSet<_>>()
    };
    let (expired, any) = (list("status:expired").await, list("flag:any").await);
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    let nora = world.invitation("nora@northwind.test").await.id;
    world.apply(&owner, Request::one(nora.0, Cancel { reason: None })).await.unwrap();
    let settled = vec![nora.0];
    let out: Vec<i64> = any.iter().copied().take(1).collect();
    assert!(!expired.is_empty() && any.len() > expired.len() + 1, "the sample has both kinds");
    let on = Selection { matching: vec![but("status:expired", &[]), but("flag:any", &out)], ids: settled.clone() };
    let mut expected: BTreeSet<i64> = &expired | &any.difference(&out.into_iter().collect()).copied().collect();
    let open = expected.len() as u64;
    expected.extend(settled);
    let among = Among { on: on.clone(), filter: String::new() };
    let found = owner.count_invitations_among(world.ws, &among).await.unwrap();
    assert_eq!(found, Found { selected: expected.len() as u64, matching: open });
    let plan = owner.plan(world.ws, &Request { on, kind: Cancel { reason: None }.into() }).await.unwrap();
    let planned: Vec<i64> = plan.rows.iter().filter_map(|row| row.id).collect();
    assert_eq!((planned.len(), BTreeSet::from_iter(planned)), (expected.len(), expected));
}

async fn a_selection_has_a_bound_and_is_never_guessed() {
    let world = World::new().await;
    let owner = world.owner().await;
    let many = |n| Selection { matching: vec![but("", &[]); n], ids: vec![] };
    owner.plan(world.ws, &to_role(&world, many(100), "Viewer").await).await.unwrap();
    let more = owner.plan(world.ws, &to_role(&world, many(101), "Viewer").await).await;
    assert!(matches!(&more, Err(ApiError::Invalid { field: Some(field), .. }) if field == "on"), "{more:?}");
    let none = owner.plan(world.ws, &to_role(&world, Selection::default(), "Viewer").await).await;
    assert_eq!(none, Err(ApiError::Refused(Box::new(Refusal::Required { field: Field::On }))));
    let group = world.make_group("Team", &[]).await;
    let by_filter = Request { on: matching(""), kind: EditGroup { draft: crate::served::group("T", &[]) }.into() };
    assert_eq!(refused(owner.plan(world.ws, &by_filter).await), "no_filter", "{group}");
}

async fn whoever_may_not_do_it_at_all_is_refused_as_a_whole() {
    let world = World::new().await;
    let readers = world.make_group("Readers", &["members.read"]).await;
    let vera = world.id("vera@northwind.test").await;
    let add = Request::one(vera.0, SetGroups { add: vec![readers], remove: vec![], terms: Terms::default() });
    world.apply(&world.owner().await, add).await.unwrap();
    for (who, on) in [("tom@northwind.test", ""), ("vera@northwind.test", ""), ("vera@northwind.test", "nobody")] {
        let bulk = to_role(&world, matching(on), "Viewer").await;
        let answer = world.acting(who).await.plan(world.ws, &bulk).await;
        assert_eq!(refused(answer), "lacks", "{who}");
    }
}

async fn the_digest_is_of_what_is_planned_and_not_of_the_revision() {
    let world = World::new().await;
    let owner = world.owner().await;
    let ids = vec![world.id("marta@northwind.test").await.0, world.id("tom@northwind.test").await.0];
    let bulk = to_role(&world, Selection::ids(ids), "Viewer").await;
    let first = owner.plan(world.ws, &bulk).await.unwrap();
    world.make_group("Elsewhere", &["content.read"]).await;
    let later = owner.plan(world.ws, &bulk).await.unwrap();
    assert!(later.revision > first.revision);
    assert_eq!(later.digest, first.digest);
    world.set_role(&owner, "tom@northwind.test", "Designer").await.unwrap();
    assert_ne!(owner.plan(world.ws, &bulk).await.unwrap().digest, first.digest);
}

async fn drafts_at_fault_name_their_field_before_anything_is_sent() {
    let world = World::new().await;
    let owner = world.owner().await;
    let viewer = world.role("Viewer").await.id;
    world.invite(&owner, "waits@northwind.test", "Viewer").await.unwrap();
    let addresses =
        ["new@northwind.test", "no address", "NEW@northwind.test", "tom@northwind.test", "waits@northwind.test"];
    let drafts = addresses.map(|email| invite(email, viewer)).to_vec();
    let plan = owner.plan(world.ws, &Request::given(Invite { drafts })).await.unwrap();
    assert_eq!((plan.change, plan.skipped), (1, 4));
    assert!(plan.rows.iter().all(|row| row.id.is_none()));
    let outcome = |row: &PlanRow| plan.shapes[row.shape as usize].outcome.clone();
    assert_eq!(outcome(&plan.rows[0]), RowOutcome::Done);
    for row in &plan.rows[1..] {
        assert_eq!(outcome(row).why().and_then(Refusal::field), Some(Field::Email), "{}", row.name);
    }
    assert_eq!(why(&plan, "no address").code(), "address");
    assert_eq!(why(&plan, "NEW@northwind.test"), &Refusal::SameAddress { row: 1 });
    assert_eq!(why(&plan, "tom@northwind.test"), &Refusal::MemberAlready);
    assert_eq!(why(&plan, "waits@northwind.test"), &Refusal::InvitedAlready);
}

async fn invitations_say_their_state_and_what_becomes_of_it() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "late@northwind.test", "Viewer").await.unwrap();
    world.pass(8 * DAY);
    world.invite(&owner, "new@northwind.test", "Viewer").await.unwrap();
    world.pass(60);
    let told = async |kind: Kind, name: &str| {
        let plan = owner.plan(world.ws, &Request { on: matching("status:open"), kind }).await.unwrap();
        let Shape { outcome, before, after, .. } = shape(&plan, name).clone();
        assert_eq!(outcome, RowOutcome::Done, "{name}");
        (before, after)
    };
    let is = |status| Thing::Invitation { status };
    let link = [Thing::NewLink, Thing::Answerable { seconds: 7 * DAY }];
    let sent = [&[is(InvitationStatus::Sent)], &link[..]].concat();
    let resend = || Kind::from(Resend {});
    assert_eq!(told(resend(), "late@northwind.test").await, (vec![is(InvitationStatus::Expired)], sent));
    assert_eq!(told(resend(), "new@northwind.test").await, (Vec::new(), link.into()));
    let pending = Thing::Status { status: MemberStatus::Pending };
    let gone = vec![is(InvitationStatus::Expired), pending.clone(), role("Viewer")];
    let cancelled = told(Cancel { reason: None }.into(), "late@northwind.test").await;
    assert_eq!(cancelled, (gone, vec![is(InvitationStatus::Cancelled)]));
    let viewer = world.role("Viewer").await.id;
    let drafts = vec![invite("a@northwind.test", viewer)];
    let plan = owner.plan(world.ws, &Request::given(Invite { drafts })).await.unwrap();
    let Shape { before, after, .. } = shape(&plan, "a@northwind.test");
    let new = [is(InvitationStatus::Sent), pending, Thing::Answerable { seconds: 7 * DAY }, role("Viewer")];
    assert_eq!((&before[..], &after[..]), (&[][..], &new[..]));
}

async fn capabilities_that_a_group_still_gives_are_told() {
    let world = World::new().await;
    let owner = world.owner().await;
    let team = world.make_group("Content Team", &["content.write"]).await;
    let marta = world.id("marta@northwind.test").await;
    let add = Request::one(marta.0, SetGroups { add: vec![team], remove: vec![], terms: Terms::default() });
    world.apply(&owner, add).await.unwrap();
    let bulk = to_role(&world, Selection::ids(vec![marta.0]), "Viewer").await;
    let plan = owner.plan(world.ws, &bulk).await.unwrap();
    let Shape { loses, stays, .. } = shape(&plan, "marta@northwind.test");
    assert!(loses.iter().all(|item| item.capability != "content.write"));
    assert!(stays.iter().any(|kept| kept.capability == "content.write"));
}

async fn groups_that_come_and_go_are_told_and_rows_fold_by_them() {
    let world = World::new().await;
    let owner = world.owner().await;
    let (team, shift) = (world.make_group("Content Team", &[]).await, world.make_group("The third shift", &[]).await);
    let on = || matching("role:viewer");
    let ids = owner.plan(world.ws, &to_role(&world, on(), "Marketer").await).await.unwrap();
    let [first, .., last] = &ids.rows[..] else { panic!("{ids:?}") };
    let join = |group: GroupId, id: Option<i64>| {
        Request::one(id.unwrap(), SetGroups { add: vec![group], ..SetGroups::default() })
    };
    world.apply(&owner, join(team, first.id)).await.unwrap();
    let add = SetGroups { add: vec![shift], remove: vec![], terms: Terms::default() };
    let plan = owner.plan(world.ws, &Request { on: on(), kind: Kind::from(add) }).await.unwrap();
    assert_eq!((plan.shapes.len(), plan.change as usize), (1, ids.rows.len()), "{:?}", plan.shapes);
    let sides = |plan: &Plan, name: &Text| {
        let Shape { before, after, .. } = shape(plan, name.raw()).clone();
        (before, after)
    };
    assert_eq!(sides(&plan, &first.name), (vec![], vec![in_group("The third shift")]));
    world.apply(&owner, join(shift, last.id)).await.unwrap();
    let out = SetGroups { remove: vec![team, shift], ..SetGroups::default() };
    let plan = owner.plan(world.ws, &Request { on: on(), kind: Kind::from(out) }).await.unwrap();
    assert_eq!(sides(&plan, &first.name), (vec![in_group("Content Team")], vec![]));
    assert_eq!(sides(&plan, &last.name), (vec![in_group("The third shift")], vec![]));
}

async fn grants_and_groups_that_are_there_already_are_the_same() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let folder = owner.folders(world.ws).await.unwrap()[0].id;
    let team = world.make_group("The third shift", &["content.read"]).await;
    let on = || matching("status:active role:viewer");
    let grant = Grant {
        folder,
        capability: "content.write".into(),
        effect: Effect::Allow,
        terms: Terms::default(),
        to: To::Members,
    };
    let join = SetGroups { add: vec![team], remove: vec![], terms: Terms::default() };
    for kind in [Kind::from(grant), Kind::from(join)] {
        let all = Request { on: on(), kind };
        let plan = owner.plan(world.ws, &all).await.unwrap();
        let changes = |row: &&PlanRow| plan.shapes[row.shape as usize].outcome == RowOutcome::Done;
        let id = plan.rows.iter().find(changes).and_then(|row| row.id).expect("a row that changes");
        world.apply(&owner, Request::one(id, all.kind.clone())).await.unwrap();
        let again = owner.plan(world.ws, &all).await.unwrap();
        assert_eq!((again.change, again.unchanged), (plan.change - 1, plan.unchanged + 1));
    }
}

async fn a_plan_of_many_rows_fits_into_a_request() {
    let world = World::new().await;
    let bulk = to_role(&world, Selection::ids((1_000_000..1_150_000).collect()), "Viewer").await;
    let plan = world.owner().await.plan(world.ws, &bulk).await.unwrap();
    assert_eq!((plan.skipped, plan.shapes.len()), (150_000, 1));
    let bulk = to_role(&world, Selection::ids((1_000_000..1_200_001).collect()), "Viewer").await;
    assert_eq!(refused(world.owner().await.plan(world.ws, &bulk).await), "too_many");
}

async fn rows_that_are_told_the_same_are_one_shape() {
    let world = World::sample(500).await;
    let owner = world.owner().await;
    let folder = world.folder("Promo Archive").await;
    let grant = Grant {
        folder,
        capability: "content.write".into(),
        effect: Effect::Allow,
        terms: Terms::default(),
        to: To::Members,
    };
    let plan = owner.plan(world.ws, &Request { on: matching(""), kind: Kind::from(grant) }).await.unwrap();
    let told = |row: &PlanRow| (row.shape, serde_json::to_string(&row.warnings).unwrap());
    let groups: BTreeSet<_> = plan.rows.iter().map(told).collect();
    assert_eq!((plan.shapes.len(), groups.len()), (5, 8), "{groups:?}");
}

async fn a_member_is_closed_out_at_once_and_comes_back_as_they_were() {
    let world = World::new().await;
    let owner = world.owner().await;
    let team =
        world.apply(&owner, Request::given(CreateGroup { draft: group("Team", &["content.write"]) })).await.unwrap();
    let team = GroupId(team.created.unwrap());
    let tom = world.id("tom@northwind.test").await;
    let add = Request::one(tom.0, SetGroups { add: vec![team], remove: vec![], terms: Terms::default() });
    world.apply(&owner, add).await.unwrap();
    let (before, as_tom) = (world.member("tom@northwind.test").await, world.acting("tom@northwind.test").await);
    assert_eq!(before.groups.len(), 1);
    as_tom.access(world.ws, tom, None).await.unwrap();

    world.apply(&owner, Request::one(tom.0, Deactivate { reason: Some("left".into()) })).await.unwrap();
    assert_eq!(world.member("tom@northwind.test").await.status, MemberStatus::Deactivated);
    assert!(matches!(as_tom.access(world.ws, tom, None).await, Err(ApiError::Missing(_))));
    assert_eq!(world.held(tom, None).await, Vec::<String>::new());

    world.apply(&owner, Request::one(tom.0, Reactivate { reason: None })).await.unwrap();
    let after = world.member("tom@northwind.test").await;
    assert_eq!((after.status, &after.roles, &after.groups), (MemberStatus::Active, &before.roles, &before.groups));
    as_tom.access(world.ws, tom, None).await.unwrap();
}
